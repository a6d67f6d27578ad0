/* Queued DPCs are flushed while a fast mutex is held. */
#include "pair.h"

static FAST_MUTEX mutex;

NOTHING_TO_UNLOAD

static NTSTATUS load(PDRIVER_OBJECT driver) {
    UNREFERENCED_PARAMETER(driver);
    ExInitializeFastMutex(&mutex);
    ExAcquireFastMutex(&mutex);
#ifdef BROKEN
    KeFlushQueuedDpcs();
    ExReleaseFastMutex(&mutex);
#else
    ExReleaseFastMutex(&mutex);
    KeFlushQueuedDpcs();
#endif
    return STATUS_SUCCESS;
}
