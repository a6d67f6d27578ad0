/* A thread detaches from a process to which it is not attached. */
#include "pair.h"

NOTHING_TO_UNLOAD

static NTSTATUS load(PDRIVER_OBJECT driver) {
    KAPC_STATE state;
    UNREFERENCED_PARAMETER(driver);
    KeStackAttachProcess(PsInitialSystemProcess, &state);
    KeUnstackDetachProcess(&state);
#ifdef BROKEN
    KeUnstackDetachProcess(&state);
#endif
    return STATUS_SUCCESS;
}
