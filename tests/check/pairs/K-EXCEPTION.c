/* A notify routine does not check a pointer that may be NULL. */
#include "pair.h"

static ULONG length;

static VOID changed(PEPROCESS process, HANDLE id, PPS_CREATE_NOTIFY_INFO info) {
    UNREFERENCED_PARAMETER(process);
    UNREFERENCED_PARAMETER(id);
#ifndef BROKEN
    if (!info)
        return;
#endif
    length += info->CreatingThreadId.UniqueThread != NULL;
}

static VOID unload(PDRIVER_OBJECT driver) {
    UNREFERENCED_PARAMETER(driver);
    PsSetCreateProcessNotifyRoutineEx(changed, TRUE);
}

static NTSTATUS load(PDRIVER_OBJECT driver) {
    UNREFERENCED_PARAMETER(driver);
    return PsSetCreateProcessNotifyRoutineEx(changed, FALSE);
}
