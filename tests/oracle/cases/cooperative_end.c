/*
 * The better way to end other processes: both sides register the same message, one broadcasts it,
 * and each receiver calls ExitProcess itself. DLLs are told, and so is whoever waits for the code.
 *
 * rules: MSG-01, MSG-02, MSG-07, MSG-12, MSG-13, MSG-14
 * links: cleaner.dll
 */
#include <stdio.h>
#include <string.h>
#include <windows.h>

__declspec(dllimport) void arm(void);

static UINT closing;
static int kind;

static LRESULT CALLBACK procedure(HWND hwnd, UINT message, WPARAM wparam, LPARAM lparam) {
    if (message == closing && kind == 'o')
        ExitProcess(33);
    if (message == closing && kind == 's')
        printf("the sender gets its own message\n");
    return DefWindowProcA(hwnd, message, wparam, lparam);
}

static void make_window(const char *name) {
    WNDCLASSA wc = {.lpfnWndProc = procedure, .lpszClassName = name};
    RegisterClassA(&wc);
    CreateWindowExA(0, name, name, WS_OVERLAPPED, 0, 0, 1, 1, NULL, NULL, NULL, NULL);
}

static int child(const char *name) {
    MSG message;
    kind = *name;
    closing = RegisterWindowMessageA("rundown.cooperative.end");
    if (kind == 'o')
        arm();
    if (kind != 'w')
        make_window(name);
    HANDLE ready = OpenEventA(EVENT_MODIFY_STATE, FALSE, "cooperative end ready");
    SetEvent(ready);
    if (kind == 'w')
        Sleep(INFINITE);
    while (GetMessageA(&message, NULL, 0, 0) > 0)
        DispatchMessageA(&message);
    return 0;
}

static HANDLE start(const char *name) {
    char command[64];
    STARTUPINFOA startup = {.cb = sizeof startup};
    PROCESS_INFORMATION information;
    HANDLE ready = CreateEventA(NULL, FALSE, FALSE, "cooperative end ready");
    snprintf(command, sizeof command, "cooperative_end.exe %s", name);
    fflush(stdout);
    CreateProcessA(NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &information);
    WaitForSingleObject(ready, INFINITE);
    return information.hProcess;
}

static void show(const char *name, HANDLE process) {
    DWORD code = 0;
    GetExitCodeProcess(process, &code);
    printf("%s: %lu\n", name, code);
    TerminateProcess(process, 1);
}

int main(int argc, char **argv) {
    DWORD recipients = BSM_APPLICATIONS;
    if (argc > 1)
        return child(argv[1]);
    kind = 's';
    closing = RegisterWindowMessageA("rundown.cooperative.end");
    make_window("sender");
    HANDLE obedient = start("obedient"), ignorant = start("ignorant");
    HANDLE without = start("windowless");
    long sent = BroadcastSystemMessageA(BSF_IGNORECURRENTTASK, &recipients, closing, 0, 0);
    WaitForSingleObject(obedient, INFINITE);
    printf("broadcast: %d, applications reached: %d\n", sent > 0, recipients == BSM_APPLICATIONS);
    show("obedient", obedient);
    show("ignorant", ignorant);
    show("without a window", without);
    return 0;
}
