/*
 * A callback may end the process: by ExitProcess, by an exception that nobody handles, or with its
 * thread if main has left by ExitThread.
 *
 * rules: PROC-18, SEH-06, PROC-21, EXIT-05
 */
#include <stdio.h>
#include <string.h>
#include <windows.h>

static void CALLBACK exits(PTP_CALLBACK_INSTANCE instance, void *context) {
    (void)instance;
    (void)context;
    ExitProcess(61);
}

static void CALLBACK crashes(PTP_CALLBACK_INSTANCE instance, void *context) {
    (void)instance;
    (void)context;
    RaiseException(0xE0000042, EXCEPTION_NONCONTINUABLE, 0, NULL);
}

static HANDLE main_thread, begun;

static void CALLBACK exits_alone(PTP_CALLBACK_INSTANCE instance, void *context) {
    (void)instance;
    (void)context;
    SetEvent(begun);
    WaitForSingleObject(main_thread, INFINITE);
    ExitProcess(61);
}

static void CALLBACK terminates(PTP_CALLBACK_INSTANCE instance, void *context) {
    (void)instance;
    (void)context;
    TerminateProcess(GetCurrentProcess(), 63);
}

static void run(const char *way) {
    STARTUPINFOA startup = {.cb = sizeof startup};
    PROCESS_INFORMATION child;
    char line[100];
    DWORD code = 0;

    sprintf(line, "pool_callback_ends_the_process.exe %s", way);
    fflush(stdout);
    CreateProcessA(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &child);
    WaitForSingleObject(child.hProcess, INFINITE);
    GetExitCodeProcess(child.hProcess, &code);
    printf("%s: 0x%lX\n", way, code);
}

int main(int argc, char **argv) {
    if (argc == 1) {
        run("exits");
        run("crashes");
        run("terminates");
        run("alone");
        return 0;
    }
    SetErrorMode(SEM_NOGPFAULTERRORBOX);
    if (strcmp(argv[1], "exits") == 0)
        TrySubmitThreadpoolCallback(exits, NULL, NULL);
    if (strcmp(argv[1], "crashes") == 0)
        TrySubmitThreadpoolCallback(crashes, NULL, NULL);
    if (strcmp(argv[1], "terminates") == 0)
        TrySubmitThreadpoolCallback(terminates, NULL, NULL);
    if (strcmp(argv[1], "alone") == 0) {
        begun = CreateEventA(NULL, TRUE, FALSE, NULL);
        DuplicateHandle(GetCurrentProcess(), GetCurrentThread(), GetCurrentProcess(), &main_thread,
                        0, FALSE, DUPLICATE_SAME_ACCESS);
        TrySubmitThreadpoolCallback(exits_alone, NULL, NULL);
        /* Before the pool has a thread, main would be the last one. */
        WaitForSingleObject(begun, INFINITE);
        ExitThread(3);
    }
    Sleep(INFINITE);
    return 1;
}
