/* Pool is not freed at unload. */
#include "pair.h"

static PVOID memory;

static VOID unload(PDRIVER_OBJECT driver) {
    UNREFERENCED_PARAMETER(driver);
#ifndef BROKEN
    ExFreePoolWithTag(memory, PAIR_TAG);
#endif
}

static NTSTATUS load(PDRIVER_OBJECT driver) {
    UNREFERENCED_PARAMETER(driver);
    memory = ExAllocatePool2(POOL_FLAG_NON_PAGED, 16, PAIR_TAG);
    return memory ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
}
