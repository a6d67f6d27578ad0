/*
 * worker - a program that can be asked to end.
 *
 * TerminateProcess would give it no chance: no DLL_PROCESS_DETACH, no atexit function, unwritten
 * data lost. It listens for a private message instead and ends itself, by ExitProcess.
 */
#include <stdio.h>
#include <windows.h>

#include "closing.h"

static UINT closing;

static void save(void) {
    puts("worker: everything is saved");
}

static LRESULT CALLBACK procedure(HWND window, UINT message, WPARAM wparam, LPARAM lparam) {
    if (message == closing) {
        puts("worker: somebody wants this program to end");
        save();
        fflush(stdout);
        ExitProcess(EXIT_CODE_WHEN_ASKED);
    }
    return DefWindowProcA(window, message, wparam, lparam);
}

int main(void) {
    WNDCLASSA wc = {.lpfnWndProc = procedure, .lpszClassName = "worker"};
    MSG message;

    /* The same string gives the same number in every process of the session. */
    closing = RegisterWindowMessageA(CLOSING_MESSAGE);
    RegisterClassA(&wc);
    /* Only a top-level window hears broadcasts; it need not be visible. */
    CreateWindowExA(0, wc.lpszClassName, "", WS_POPUP, 0, 0, 0, 0, NULL, NULL, NULL, NULL);

    HANDLE ready = OpenEventA(EVENT_MODIFY_STATE, FALSE, READY_EVENT);
    SetEvent(ready);
    CloseHandle(ready);
    while (GetMessageA(&message, NULL, 0, 0) > 0)
        DispatchMessageA(&message);
    return (int)message.wParam;
}
