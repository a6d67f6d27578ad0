/*
 * Killed threads leave their FLS values behind. A DLL that frees the slot when it is detached at
 * exit gets the callbacks for them, in the thread that called ExitProcess.
 *
 * rules: TLS-12, TLS-13, TLS-11
 * links: owner.dll
 */
#include <stdio.h>
#include <windows.h>

__declspec(dllimport) void owner_set(const char *value);

static DWORD WINAPI use_and_wait(LPVOID ready) {
    owner_set("the worker");
    SetEvent(ready);
    Sleep(INFINITE);
    return 0;
}

int main(void) {
    HANDLE ready = CreateEventA(NULL, TRUE, FALSE, NULL);

    owner_set("main");
    CreateThread(NULL, 0, use_and_wait, ready, 0, NULL);
    WaitForSingleObject(ready, INFINITE);
    puts("main leaves");
    fflush(stdout);
    ExitProcess(2);
}
