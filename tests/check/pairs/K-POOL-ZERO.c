/* A length is not checked before it is allocated. */
#include "pair.h"

NOTHING_TO_UNLOAD

static NTSTATUS load(PDRIVER_OBJECT driver) {
    UNICODE_STRING name = {0};
    UNREFERENCED_PARAMETER(driver);
#ifndef BROKEN
    if (!name.Length)
        return STATUS_SUCCESS;
#endif
    PVOID copy = ExAllocatePoolWithTag(NonPagedPoolNx, name.Length, PAIR_TAG);
    if (copy)
        ExFreePoolWithTag(copy, PAIR_TAG);
    return STATUS_SUCCESS;
}
