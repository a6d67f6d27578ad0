/* What a routine uses is deleted before the routine is removed. */
#include "pair.h"

static LOOKASIDE_LIST_EX entries;

static VOID changed(HANDLE process, HANDLE thread, BOOLEAN create) {
    PVOID entry = ExAllocateFromLookasideListEx(&entries);
    UNREFERENCED_PARAMETER(process);
    UNREFERENCED_PARAMETER(thread);
    UNREFERENCED_PARAMETER(create);
    if (entry)
        ExFreeToLookasideListEx(&entries, entry);
}

static VOID unload(PDRIVER_OBJECT driver) {
    UNREFERENCED_PARAMETER(driver);
#ifdef BROKEN
    ExDeleteLookasideListEx(&entries);
    PsRemoveCreateThreadNotifyRoutine(changed);
#else
    PsRemoveCreateThreadNotifyRoutine(changed);
    ExDeleteLookasideListEx(&entries);
#endif
}

static NTSTATUS load(PDRIVER_OBJECT driver) {
    UNREFERENCED_PARAMETER(driver);
    NTSTATUS status =
        ExInitializeLookasideListEx(&entries, NULL, NULL, NonPagedPoolNx, 0, 32, PAIR_TAG, 0);
    if (!NT_SUCCESS(status))
        return status;
    status = PsSetCreateThreadNotifyRoutine(changed);
    if (!NT_SUCCESS(status))
        ExDeleteLookasideListEx(&entries);
    return status;
}
