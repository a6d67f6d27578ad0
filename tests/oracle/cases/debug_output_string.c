/*
 * OutputDebugString reaches the debugger as an event of its own kind, with the length of the text
 * and its terminator; the debugger reads the text from the debuggee.
 *
 * rules: REST-10
 */
#include <stdio.h>
#include <stdlib.h>
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

static int child(void) {
    printf("  debugger present: %d\n", IsDebuggerPresent());
    fflush(stdout);
    OutputDebugStringA("first text");
    printf("  between\n");
    fflush(stdout);
    OutputDebugStringA("");
    OutputDebugStringW(L"wide");
    return 4;
}

static void show(HANDLE process, const OUTPUT_DEBUG_STRING_INFO *info) {
    char text[64] = "";
    SIZE_T size = 0;
    ReadProcessMemory(process, info->lpDebugStringData, text, info->nDebugStringLength, &size);
    printf("'%s', length %u, read %d, wide %d\n", text, info->nDebugStringLength, (int)size,
           info->fUnicode);
    fflush(stdout);
}

int main(int argc, char **argv) {
    PROCESS_INFORMATION debuggee;
    DEBUG_EVENT event;
    if (argc > 1)
        return child();
    printf("debugger present: %d\n", IsDebuggerPresent());
    debuggee = spawn("child", DEBUG_PROCESS);
    do {
        WaitForDebugEvent(&event, INFINITE);
        if (event.dwDebugEventCode == OUTPUT_DEBUG_STRING_EVENT)
            show(debuggee.hProcess, &event.u.DebugString);
        ContinueDebugEvent(event.dwProcessId, event.dwThreadId, DBG_CONTINUE);
    } while (event.dwDebugEventCode != EXIT_PROCESS_DEBUG_EVENT);
    printf("exit code: %lu\n", event.u.ExitProcess.dwExitCode);
    return 0;
}
