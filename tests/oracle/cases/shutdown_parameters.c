/*
 * The place of a process in a shutdown: default, change, not inherited, each process its own. And
 * what DefWindowProc answers to the end of a session.
 *
 * rules: SHUT-02, SHUT-04, SHUT-09, SHUT-14, SHUT-15, SHUT-20
 */
#include <stdio.h>
#include <windows.h>

static void show(const char *when) {
    DWORD level = 99, flags = 99;
    BOOL done = GetProcessShutdownParameters(&level, &flags);
    printf("%s: %d, level %lX, flags %lX\n", when, done, level, flags);
    fflush(stdout);
}

int main(int argc, char **argv) {
    char command[] = "shutdown_parameters.exe child";
    STARTUPINFOA startup = {.cb = sizeof startup};
    PROCESS_INFORMATION information;
    (void)argv;
    if (argc > 1) {
        show("child");
        SetProcessShutdownParameters(0x100, 0);
        show("child has changed its own");
        return 0;
    }
    show("default");
    printf("set: %d\n", SetProcessShutdownParameters(0x3FF, SHUTDOWN_NORETRY));
    show("changed");
    CreateProcessA(NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &information);
    WaitForSingleObject(information.hProcess, INFINITE);
    show("parent");

    WNDCLASSA wc = {.lpfnWndProc = DefWindowProcA, .lpszClassName = "default"};
    RegisterClassA(&wc);
    HWND window = CreateWindowExA(0, "default", "", 0, 0, 0, 1, 1, NULL, NULL, NULL, NULL);
    printf("query: %ld, logoff: %ld, critical: %ld\n",
           (long)SendMessageA(window, WM_QUERYENDSESSION, 0, 0),
           (long)SendMessageA(window, WM_QUERYENDSESSION, 0, (LPARAM)ENDSESSION_LOGOFF),
           (long)SendMessageW(window, WM_QUERYENDSESSION, 0, ENDSESSION_CRITICAL));
    printf("end: %ld, cancelled: %ld\n", (long)SendMessageA(window, WM_ENDSESSION, TRUE, 0),
           (long)SendMessageA(window, WM_ENDSESSION, FALSE, 0));
    printf("window: %d\n", IsWindow(window));
    printf("messages %X %X, flags %X %X %X %X %X %X\n", WM_QUERYENDSESSION, WM_ENDSESSION,
           EWX_LOGOFF, EWX_SHUTDOWN, EWX_REBOOT, EWX_FORCE, EWX_POWEROFF, EWX_FORCEIFHUNG);
    return 0;
}
