/*
 * WM_CLOSE to the window of another process: by default the window goes, and the program may leave
 * its loop with a code of its own. Who ignores it lives on.
 *
 * rules: MSG-14, MSG-15
 */
#include <stdio.h>
#include <string.h>
#include <windows.h>

static BOOL obstinate;

static LRESULT CALLBACK procedure(HWND hwnd, UINT message, WPARAM wparam, LPARAM lparam) {
    if (message == WM_CLOSE && obstinate)
        return 0;
    if (message == WM_DESTROY)
        PostQuitMessage(42);
    return DefWindowProcA(hwnd, message, wparam, lparam);
}

static int child(const char *name) {
    WNDCLASSA wc = {.lpfnWndProc = procedure, .lpszClassName = name};
    MSG message;
    obstinate = strcmp(name, "obstinate") == 0;
    RegisterClassA(&wc);
    CreateWindowExA(0, name, name, WS_OVERLAPPEDWINDOW, 0, 0, 1, 1, NULL, NULL, NULL, NULL);
    HANDLE ready = OpenEventA(EVENT_MODIFY_STATE, FALSE, "close window ready");
    SetEvent(ready);
    while (GetMessageA(&message, NULL, 0, 0) > 0)
        DispatchMessageA(&message);
    return (int)message.wParam;
}

static HANDLE start(const char *name) {
    char command[64];
    STARTUPINFOA startup = {.cb = sizeof startup};
    PROCESS_INFORMATION information;
    HANDLE ready = CreateEventA(NULL, FALSE, FALSE, "close window ready");
    snprintf(command, sizeof command, "close_window_of_another_process.exe %s", name);
    CreateProcessA(NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &information);
    WaitForSingleObject(ready, INFINITE);
    CloseHandle(information.hThread);
    return information.hProcess;
}

int main(int argc, char **argv) {
    DWORD code = 0;
    if (argc > 1)
        return child(argv[1]);
    HANDLE obedient = start("obedient"), other = start("obstinate");
    HWND first = FindWindowA("obedient", NULL), second = FindWindowW(L"obstinate", L"obstinate");
    printf("found: %d %d\n", first != NULL, second != NULL);
    printf("destroyed by another process: %d\n", DestroyWindow(first));
    PostMessageA(first, WM_CLOSE, 0, 0);
    printf("sent: %ld\n", (long)SendMessageA(second, WM_CLOSE, 0, 0));
    WaitForSingleObject(obedient, INFINITE);
    GetExitCodeProcess(obedient, &code);
    printf("obedient: %lu, window %d\n", code, IsWindow(first));
    GetExitCodeProcess(other, &code);
    printf("obstinate: %lu, window %d\n", code, IsWindow(second));
    TerminateProcess(other, 3);
    WaitForSingleObject(other, INFINITE);
    printf("terminated: window %d\n", IsWindow(second));
    return 0;
}
