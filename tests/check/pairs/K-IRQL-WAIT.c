/* A wait without an end under a spin lock. */
#include "pair.h"

static KSPIN_LOCK lock;
static KEVENT event;

NOTHING_TO_UNLOAD

static NTSTATUS load(PDRIVER_OBJECT driver) {
    LARGE_INTEGER zero = {.QuadPart = 0}, *timeout = &zero;
    KIRQL irql;
    UNREFERENCED_PARAMETER(driver);
    KeInitializeSpinLock(&lock);
    KeInitializeEvent(&event, NotificationEvent, TRUE);
#ifdef BROKEN
    timeout = NULL;
#endif
    KeAcquireSpinLock(&lock, &irql);
    KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, timeout);
    KeReleaseSpinLock(&lock, irql);
    return STATUS_SUCCESS;
}
