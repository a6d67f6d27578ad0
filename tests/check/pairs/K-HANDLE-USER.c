/* A handle without OBJ_KERNEL_HANDLE, made in a program, is used in KernelMode. */
#include "pair.h"

static VOID changed(HANDLE process, HANDLE thread, BOOLEAN create) {
    OBJECT_ATTRIBUTES attributes;
    CLIENT_ID id = {process, NULL};
    HANDLE handle;
    PVOID object;
    ULONG flags = OBJ_KERNEL_HANDLE;
    UNREFERENCED_PARAMETER(thread);
    if (!create)
        return;
#ifdef BROKEN
    flags = 0;
#endif
    InitializeObjectAttributes(&attributes, NULL, flags, NULL, NULL);
    if (!NT_SUCCESS(ZwOpenProcess(&handle, PROCESS_ALL_ACCESS, &attributes, &id)))
        return;
    if (NT_SUCCESS(ObReferenceObjectByHandle(handle, PROCESS_ALL_ACCESS, *PsProcessType, KernelMode,
                                             &object, NULL)))
        ObDereferenceObject(object);
    ZwClose(handle);
}

static VOID unload(PDRIVER_OBJECT driver) {
    UNREFERENCED_PARAMETER(driver);
    PsRemoveCreateThreadNotifyRoutine(changed);
}

static NTSTATUS load(PDRIVER_OBJECT driver) {
    UNREFERENCED_PARAMETER(driver);
    return PsSetCreateThreadNotifyRoutine(changed);
}
