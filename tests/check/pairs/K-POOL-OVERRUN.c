/* A string is copied without room for its terminator. */
#include "pair.h"

static const WCHAR name[] = L"pair";

NOTHING_TO_UNLOAD

static NTSTATUS load(PDRIVER_OBJECT driver) {
    SIZE_T size = sizeof name;
    UNREFERENCED_PARAMETER(driver);
#ifdef BROKEN
    size -= sizeof name[0];
#endif
    WCHAR *copy = ExAllocatePool2(POOL_FLAG_NON_PAGED, size, PAIR_TAG);
    if (!copy)
        return STATUS_INSUFFICIENT_RESOURCES;
    for (SIZE_T i = 0; i < sizeof name / sizeof name[0]; i++)
        copy[i] = name[i];
    ExFreePoolWithTag(copy, PAIR_TAG);
    return STATUS_SUCCESS;
}
