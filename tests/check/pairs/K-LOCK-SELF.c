/* A routine that holds a lock calls one that takes it. */
#include "pair.h"

static KSPIN_LOCK lock;
static ULONG number;

static VOID add(VOID) {
    KIRQL irql;
    KeAcquireSpinLock(&lock, &irql);
    number++;
    KeReleaseSpinLock(&lock, irql);
}

NOTHING_TO_UNLOAD

static NTSTATUS load(PDRIVER_OBJECT driver) {
    KIRQL irql;
    UNREFERENCED_PARAMETER(driver);
    KeInitializeSpinLock(&lock);
    KeAcquireSpinLock(&lock, &irql);
#ifdef BROKEN
    add();
    KeReleaseSpinLock(&lock, irql);
#else
    KeReleaseSpinLock(&lock, irql);
    add();
#endif
    return STATUS_SUCCESS;
}
