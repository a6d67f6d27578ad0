/* Paged pool is allocated under a spin lock. */
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
    KeAcquireSpinLock(&lock, &irql);
    PVOID memory = ExAllocatePool2(flags, 16, PAIR_TAG);
    if (memory)
        ExFreePoolWithTag(memory, PAIR_TAG);
    KeReleaseSpinLock(&lock, irql);
    return STATUS_SUCCESS;
}
