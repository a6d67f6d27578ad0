/* A routine is registered before the lock that it takes is initialised. */
#include "pair.h"

static FAST_MUTEX mutex;
static ULONG number;

static VOID changed(HANDLE parent, HANDLE process, BOOLEAN create) {
    UNREFERENCED_PARAMETER(parent);
    UNREFERENCED_PARAMETER(process);
    ExAcquireFastMutex(&mutex);
    number += create;
    ExReleaseFastMutex(&mutex);
}

static VOID unload(PDRIVER_OBJECT driver) {
    UNREFERENCED_PARAMETER(driver);
    PsSetCreateProcessNotifyRoutine(changed, TRUE);
}

static NTSTATUS load(PDRIVER_OBJECT driver) {
    NTSTATUS status;
    UNREFERENCED_PARAMETER(driver);
#ifdef BROKEN
    status = PsSetCreateProcessNotifyRoutine(changed, FALSE);
    ExInitializeFastMutex(&mutex);
#else
    ExInitializeFastMutex(&mutex);
    status = PsSetCreateProcessNotifyRoutine(changed, FALSE);
#endif
    return status;
}
