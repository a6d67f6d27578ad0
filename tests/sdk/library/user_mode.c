/* The library sees the user-mode half of the SDK beside the headers of the host. */
#include "rundown/sdk/windows.h"
#include "rundown/sdk/ntstatus.h"
#include "rundown/sdk/psapi.h"
#include "rundown/sdk/rd_ntdll.h"
#include "rundown/sdk/tlhelp32.h"
#include "rundown/sdk/winioctl.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <setjmp.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wchar.h>

/* The library defines these functions as ordinary ones. */
BOOL SetEvent(HANDLE hEvent) {
    return hEvent != NULL;
}

LONG InterlockedIncrement(LONG volatile *Addend) {
    return __atomic_add_fetch(Addend, 1, __ATOMIC_SEQ_CST);
}

VOID ExitThread(DWORD dwExitCode) {
    exit((int)dwExitCode);
}

HANDLE CreateEventW(LPSECURITY_ATTRIBUTES lpEventAttributes, BOOL bManualReset, BOOL bInitialState,
                    LPCWSTR lpName) {
    (void)lpEventAttributes;
    (void)bManualReset;
    return lpName && bInitialState ? INVALID_HANDLE_VALUE : NULL;
}
