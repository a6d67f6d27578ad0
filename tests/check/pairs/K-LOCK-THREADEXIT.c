/* A system thread ends while it owns a mutex. */
#include "pair.h"

static KMUTEX mutex;

static VOID work(PVOID context) {
    UNREFERENCED_PARAMETER(context);
    KeWaitForSingleObject(&mutex, Executive, KernelMode, FALSE, NULL);
#ifdef BROKEN
    PsTerminateSystemThread(STATUS_UNSUCCESSFUL);
#endif
    KeReleaseMutex(&mutex, FALSE);
}

NOTHING_TO_UNLOAD

static NTSTATUS load(PDRIVER_OBJECT driver) {
    UNREFERENCED_PARAMETER(driver);
    KeInitializeMutex(&mutex, 0);
    pair_run_thread(work, NULL);
    return STATUS_SUCCESS;
}
