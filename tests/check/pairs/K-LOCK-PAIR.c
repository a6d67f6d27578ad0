/* A spin lock is released twice. */
#include "pair.h"

static KSPIN_LOCK lock;
static ULONG number;

NOTHING_TO_UNLOAD

static NTSTATUS load(PDRIVER_OBJECT driver) {
    KIRQL irql;
    UNREFERENCED_PARAMETER(driver);
    KeInitializeSpinLock(&lock);
    KeAcquireSpinLock(&lock, &irql);
    number++;
    KeReleaseSpinLock(&lock, irql);
#ifdef BROKEN
    KeReleaseSpinLock(&lock, irql);
#endif
    return STATUS_SUCCESS;
}
