/* A block is freed with a resource in it that was not deleted. */
#include "pair.h"

struct entry {
    ERESOURCE resource;
};

NOTHING_TO_UNLOAD

static NTSTATUS load(PDRIVER_OBJECT driver) {
    struct entry *entry = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof *entry, PAIR_TAG);
    UNREFERENCED_PARAMETER(driver);
    if (!entry)
        return STATUS_INSUFFICIENT_RESOURCES;
    ExInitializeResourceLite(&entry->resource);
#ifndef BROKEN
    ExDeleteResourceLite(&entry->resource);
#endif
    ExFreePoolWithTag(entry, PAIR_TAG);
    return STATUS_SUCCESS;
}
