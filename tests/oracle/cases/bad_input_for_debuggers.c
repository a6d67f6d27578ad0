/*
 * Debugging and exceptions: processes that are not debugged, NULL, and numbers that mean nothing.
 *
 * rules: -
 * windows: HNDL-46 Wine lacks WaitForDebugEventEx
 */
#include "bad_input.h"

static HANDLE event;

static void debugging(void) {
    DEBUG_EVENT heard;

    TRY(DebugActiveProcess(0xFFFFFFF0));
    TRY(DebugActiveProcess(0));
    TRY(DebugActiveProcessStop(0xFFFFFFF0));
    TRY(DebugSetProcessKillOnExit(TRUE));
    TRY(WaitForDebugEvent(&heard, 0));
    TRY(WaitForDebugEventEx(&heard, 0));
    TRY(ContinueDebugEvent(0, 0, DBG_CONTINUE));
    TRY(ContinueDebugEvent(0, 0, 7));
    TRY(DebugBreakProcess(NULL));
    TRY(DebugBreakProcess(event));
}

static void exceptions(void) {
    DO(DebugBreak());
    DO(RaiseException(0xE0000001, 0, 0, NULL));
    DO(RaiseException(0xE0000001, 0, 0xFFFFFFFF, NULL));
    DO(RaiseException(0, 0, 0, NULL));
    TRY(RemoveVectoredExceptionHandler((void *)0x1000));
    TRY(RemoveVectoredContinueHandler((void *)0x1000));
    TRY(RemoveVectoredContinueHandler(NULL));
    TRY(UnhandledExceptionFilter(NULL));
    NUMBER(SetErrorMode(0x8007) != 0);
    TRY(GetThreadErrorMode());
    TRY(IsDebuggerPresent());
}

int main(void) {
    prepare();
    event = CreateEventA(NULL, TRUE, TRUE, NULL);
    debugging();
    exceptions();
    return 0;
}
