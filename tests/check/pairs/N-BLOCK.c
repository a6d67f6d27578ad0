/* A notify routine waits for a service to answer. */
#include "pair.h"

static KEVENT answer;

static VOID changed(HANDLE parent, HANDLE process, BOOLEAN create) {
    LARGE_INTEGER second = {.QuadPart = -10000000}, *timeout = &second;
    UNREFERENCED_PARAMETER(parent);
    UNREFERENCED_PARAMETER(process);
#ifndef BROKEN
    second.QuadPart = 0;
#endif
    if (create)
        KeWaitForSingleObject(&answer, Executive, KernelMode, FALSE, timeout);
}

static VOID unload(PDRIVER_OBJECT driver) {
    UNREFERENCED_PARAMETER(driver);
    PsSetCreateProcessNotifyRoutine(changed, TRUE);
}

static NTSTATUS load(PDRIVER_OBJECT driver) {
    UNREFERENCED_PARAMETER(driver);
    KeInitializeEvent(&answer, NotificationEvent, FALSE);
    return PsSetCreateProcessNotifyRoutine(changed, FALSE);
}
