/* A notify routine stays registered when the driver is gone. */
#include "pair.h"

static VOID changed(HANDLE parent, HANDLE process, BOOLEAN create) {
    UNREFERENCED_PARAMETER(parent);
    UNREFERENCED_PARAMETER(process);
    UNREFERENCED_PARAMETER(create);
}

static VOID unload(PDRIVER_OBJECT driver) {
    UNREFERENCED_PARAMETER(driver);
#ifndef BROKEN
    PsSetCreateProcessNotifyRoutine(changed, TRUE);
#endif
}

static NTSTATUS load(PDRIVER_OBJECT driver) {
    UNREFERENCED_PARAMETER(driver);
    return PsSetCreateProcessNotifyRoutine(changed, FALSE);
}
