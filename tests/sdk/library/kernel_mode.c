/* The kernel half, with the user-mode pieces that an entry point needs, in the other order too. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "rundown/sdk/rd_ntkernel.h"
#include "rundown/sdk/fltkernel.h"
#include "rundown/sdk/ntimage.h"
#include "rundown/sdk/ntintsafe.h"
#include "rundown/sdk/ntstrsafe.h"
#include "rundown/sdk/wdmsec.h"
#include "rundown/sdk/windows.h"
#include "rundown/sdk/rd_ntdll.h"

static POBJECT_TYPE process_type;
POBJECT_TYPE *PsProcessType = &process_type;

LONG KeSetEvent(PRKEVENT Event, KPRIORITY Increment, BOOLEAN Wait) {
    LONG before = Event->Header.SignalState;
    (void)Increment;
    (void)Wait;
    Event->Header.SignalState = 1;
    return before;
}

NTSTATUS PsSetCreateProcessNotifyRoutineEx(PCREATE_PROCESS_NOTIFY_ROUTINE_EX NotifyRoutine,
                                           BOOLEAN Remove) {
    return NotifyRoutine || Remove ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
}
