/* A process is looked up and not dereferenced on one path. */
#include "pair.h"

static VOID changed(HANDLE parent, HANDLE id, BOOLEAN create) {
    PEPROCESS process;
    UNREFERENCED_PARAMETER(parent);
    if (!NT_SUCCESS(PsLookupProcessByProcessId(id, &process)))
        return;
#ifdef BROKEN
    if (!create)
        return;
#endif
    UNREFERENCED_PARAMETER(create);
    ObDereferenceObject(process);
}

static VOID unload(PDRIVER_OBJECT driver) {
    UNREFERENCED_PARAMETER(driver);
    PsSetCreateProcessNotifyRoutine(changed, TRUE);
}

static NTSTATUS load(PDRIVER_OBJECT driver) {
    UNREFERENCED_PARAMETER(driver);
    return PsSetCreateProcessNotifyRoutine(changed, FALSE);
}
