/* An entry of paged pool is written to under a spin lock. */
#include "pair.h"

static KSPIN_LOCK lock;

NOTHING_TO_UNLOAD

static NTSTATUS load(PDRIVER_OBJECT driver) {
    POOL_FLAGS flags = POOL_FLAG_NON_PAGED;
    KIRQL irql;
    UNREFERENCED_PARAMETER(driver);
    KeInitializeSpinLock(&lock);
#ifdef BROKEN
    flags = POOL_FLAG_PAGED;
#endif
    PULONG counter = ExAllocatePool2(flags, sizeof *counter, PAIR_TAG);
    if (!counter)
        return STATUS_INSUFFICIENT_RESOURCES;
    KeAcquireSpinLock(&lock, &irql);
    *counter += 1;
    KeReleaseSpinLock(&lock, irql);
    ExFreePoolWithTag(counter, PAIR_TAG);
    return STATUS_SUCCESS;
}
