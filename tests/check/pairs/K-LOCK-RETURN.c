/* A notify routine leaves its critical region, but keeps the resource. */
#include "pair.h"

static ERESOURCE resource;
static ULONG threads;

static VOID changed(HANDLE process, HANDLE thread, BOOLEAN create) {
    UNREFERENCED_PARAMETER(process);
    UNREFERENCED_PARAMETER(thread);
    UNREFERENCED_PARAMETER(create);
    KeEnterCriticalRegion();
    ExAcquireResourceExclusiveLite(&resource, TRUE);
    threads++;
#ifndef BROKEN
    ExReleaseResourceLite(&resource);
#endif
    KeLeaveCriticalRegion();
}

static VOID unload(PDRIVER_OBJECT driver) {
    UNREFERENCED_PARAMETER(driver);
    PsRemoveCreateThreadNotifyRoutine(changed);
    ExDeleteResourceLite(&resource);
}

static NTSTATUS load(PDRIVER_OBJECT driver) {
    UNREFERENCED_PARAMETER(driver);
    ExInitializeResourceLite(&resource);
    NTSTATUS status = PsSetCreateThreadNotifyRoutine(changed);
    if (!NT_SUCCESS(status))
        ExDeleteResourceLite(&resource);
    return status;
}
