/* A kernel mutex is waited for in UserMode. */
#include "pair.h"

static KMUTEX mutex;

NOTHING_TO_UNLOAD

static NTSTATUS load(PDRIVER_OBJECT driver) {
    KPROCESSOR_MODE mode = KernelMode;
    UNREFERENCED_PARAMETER(driver);
#ifdef BROKEN
    mode = UserMode;
#endif
    KeInitializeMutex(&mutex, 0);
    KeWaitForSingleObject(&mutex, UserRequest, mode, FALSE, NULL);
    KeReleaseMutex(&mutex, FALSE);
    return STATUS_SUCCESS;
}
