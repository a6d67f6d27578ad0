/* A block is freed on the way and again at the end. */
#include "pair.h"

static PVOID memory;

static VOID release(VOID) {
    if (memory)
        ExFreePoolWithTag(memory, PAIR_TAG);
#ifndef BROKEN
    memory = NULL;
#endif
}

static VOID unload(PDRIVER_OBJECT driver) {
    UNREFERENCED_PARAMETER(driver);
    release();
}

static NTSTATUS load(PDRIVER_OBJECT driver) {
    UNREFERENCED_PARAMETER(driver);
    memory = ExAllocatePool2(POOL_FLAG_NON_PAGED, 16, PAIR_TAG);
    release();
    return STATUS_SUCCESS;
}
