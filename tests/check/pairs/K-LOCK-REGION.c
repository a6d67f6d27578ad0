/* An ERESOURCE is acquired outside of a critical region. */
#include "pair.h"

static ERESOURCE resource;

static VOID unload(PDRIVER_OBJECT driver) {
    UNREFERENCED_PARAMETER(driver);
    ExDeleteResourceLite(&resource);
}

static NTSTATUS load(PDRIVER_OBJECT driver) {
    UNREFERENCED_PARAMETER(driver);
    ExInitializeResourceLite(&resource);
#ifndef BROKEN
    KeEnterCriticalRegion();
#endif
    ExAcquireResourceSharedLite(&resource, TRUE);
    ExReleaseResourceLite(&resource);
#ifndef BROKEN
    KeLeaveCriticalRegion();
#endif
    return STATUS_SUCCESS;
}
