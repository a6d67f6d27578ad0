/* A block is freed with a tag that is not its own. */
#include "pair.h"

enum { NAME_TAG = 'emaN' };

NOTHING_TO_UNLOAD

static NTSTATUS load(PDRIVER_OBJECT driver) {
    ULONG tag = NAME_TAG;
    UNREFERENCED_PARAMETER(driver);
#ifdef BROKEN
    tag = PAIR_TAG;
#endif
    PVOID memory = ExAllocatePool2(POOL_FLAG_NON_PAGED, 16, NAME_TAG);
    if (memory)
        ExFreePoolWithTag(memory, tag);
    return STATUS_SUCCESS;
}
