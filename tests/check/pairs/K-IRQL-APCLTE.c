/* A fast mutex is acquired under a spin lock. */
#include "pair.h"

static KSPIN_LOCK lock;
static FAST_MUTEX mutex;

NOTHING_TO_UNLOAD

static NTSTATUS load(PDRIVER_OBJECT driver) {
    KIRQL irql;
    UNREFERENCED_PARAMETER(driver);
    KeInitializeSpinLock(&lock);
    ExInitializeFastMutex(&mutex);
#ifdef BROKEN
    KeAcquireSpinLock(&lock, &irql);
    ExAcquireFastMutex(&mutex);
    ExReleaseFastMutex(&mutex);
    KeReleaseSpinLock(&lock, irql);
#else
    ExAcquireFastMutex(&mutex);
    KeAcquireSpinLock(&lock, &irql);
    KeReleaseSpinLock(&lock, irql);
    ExReleaseFastMutex(&mutex);
#endif
    return STATUS_SUCCESS;
}
