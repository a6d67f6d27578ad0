/* An object is freed while somebody uses it. */
#include "pair.h"

struct object {
    EX_RUNDOWN_REF rundown;
};

NOTHING_TO_UNLOAD

static NTSTATUS load(PDRIVER_OBJECT driver) {
    struct object *object = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof *object, PAIR_TAG);
    UNREFERENCED_PARAMETER(driver);
    if (!object)
        return STATUS_INSUFFICIENT_RESOURCES;
    ExInitializeRundownProtection(&object->rundown);
    ExAcquireRundownProtection(&object->rundown);
#ifndef BROKEN
    ExReleaseRundownProtection(&object->rundown);
    ExWaitForRundownProtectionRelease(&object->rundown);
#endif
    ExFreePoolWithTag(object, PAIR_TAG);
    return STATUS_SUCCESS;
}
