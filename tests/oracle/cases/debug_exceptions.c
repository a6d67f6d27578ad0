/*
 * A debugger sees an exception before the program does, and once more when nobody in the program
 * handles it; the unhandled-exception filter of a debuggee is not asked. What the debugger handles
 * never happened.
 *
 * rules: SEH-14, EXIT-11
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

/* Starts this program again. */
static PROCESS_INFORMATION spawn(const char *role, DWORD flags) {
    char path[MAX_PATH], command[MAX_PATH + 80];
    STARTUPINFOA startup = {0};
    PROCESS_INFORMATION child;

    startup.cb = sizeof startup;
    GetModuleFileNameA(NULL, path, sizeof path);
    sprintf(command, "\"%s\" %s", path, role);
    fflush(stdout);
    if (!CreateProcessA(NULL, command, NULL, NULL, TRUE, flags, NULL, NULL, &startup, &child)) {
        printf("CreateProcess failed with %lu\n", GetLastError());
        exit(1);
    }
    return child;
}

static LONG WINAPI filter(EXCEPTION_POINTERS *pointers) {
    printf("  filter is asked\n");
    fflush(stdout);
    return EXCEPTION_EXECUTE_HANDLER;
}

static LONG WINAPI vectored(EXCEPTION_POINTERS *pointers) {
    DWORD code = pointers->ExceptionRecord->ExceptionCode;
    if (code >= 0xE0000000) {
        printf("  vectored handler sees %lx\n", code);
        fflush(stdout);
    }
    return EXCEPTION_CONTINUE_SEARCH;
}

static int child(void) {
    ULONG_PTR parameters[] = {11, 22};
    SetUnhandledExceptionFilter(filter);
    AddVectoredExceptionHandler(1, vectored);
    RaiseException(0xE0000001, 0, 2, parameters);
    printf("  after the first exception\n");
    fflush(stdout);
    RaiseException(0xE0000002, 0, 0, NULL);
    printf("  after the second exception\n");
    fflush(stdout);
    DebugBreak();
    printf("  after the breakpoint\n");
    fflush(stdout);
    RaiseException(0xE0000003, 0, 0, NULL);
    printf("never printed\n");
    return 0;
}

/* The first exception is handled at once, the second one at its second chance. */
static DWORD answer(const EXCEPTION_DEBUG_INFO *info) {
    const EXCEPTION_RECORD *record = &info->ExceptionRecord;
    printf("debugger sees %lx, chance %lu, parameters %lu", record->ExceptionCode,
           info->dwFirstChance, record->NumberParameters);
    if (record->ExceptionCode == 0xE0000001)
        printf(" (%d %d)", (int)record->ExceptionInformation[0],
               (int)record->ExceptionInformation[1]);
    printf("\n");
    fflush(stdout);
    if (record->ExceptionCode == EXCEPTION_BREAKPOINT || record->ExceptionCode == 0xE0000001)
        return DBG_CONTINUE;
    if (record->ExceptionCode == 0xE0000002 && !info->dwFirstChance)
        return DBG_CONTINUE;
    return DBG_EXCEPTION_NOT_HANDLED;
}

int main(int argc, char **argv) {
    PROCESS_INFORMATION debuggee;
    DEBUG_EVENT event;
    DWORD status, code;
    int breakpoints = 0;

    if (argc > 1)
        return child();
    debuggee = spawn("child", DEBUG_ONLY_THIS_PROCESS);
    do {
        WaitForDebugEvent(&event, INFINITE);
        status = DBG_CONTINUE;
        if (event.dwDebugEventCode == EXCEPTION_DEBUG_EVENT) {
            if (event.u.Exception.ExceptionRecord.ExceptionCode != EXCEPTION_BREAKPOINT ||
                breakpoints++)
                status = answer(&event.u.Exception);
        }
        if (event.dwDebugEventCode == EXIT_PROCESS_DEBUG_EVENT)
            printf("EXIT_PROCESS %lx\n", event.u.ExitProcess.dwExitCode);
        ContinueDebugEvent(event.dwProcessId, event.dwThreadId, status);
    } while (event.dwDebugEventCode != EXIT_PROCESS_DEBUG_EVENT);
    WaitForSingleObject(debuggee.hProcess, INFINITE);
    GetExitCodeProcess(debuggee.hProcess, &code);
    printf("exit code: %lx\n", code);
    return 0;
}
