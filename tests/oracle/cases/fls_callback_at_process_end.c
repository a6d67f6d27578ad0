/*
 * At ExitProcess the FLS callback runs for the thread that called it, once, before the DLLs are
 * detached. For threads that are killed by it there is no call.
 *
 * rules: TLS-11, TLS-12, TLS-08
 * links: listener.dll
 */
#include <stdio.h>
#include <windows.h>

__declspec(dllimport) void listener_attend(void);

static DWORD slot;

static void WINAPI on_free(PVOID value) {
    printf("callback for %s\n", (const char *)value);
    fflush(stdout);
}

static DWORD WINAPI use_and_wait(LPVOID ready) {
    FlsSetValue(slot, "the worker");
    SetEvent(ready);
    Sleep(INFINITE);
    return 0;
}

int main(void) {
    HANDLE ready = CreateEventA(NULL, TRUE, FALSE, NULL);

    listener_attend();
    slot = FlsAlloc(on_free);
    FlsSetValue(slot, "main");
    CreateThread(NULL, 0, use_and_wait, ready, 0, NULL);
    WaitForSingleObject(ready, INFINITE);
    puts("main leaves");
    fflush(stdout);
    ExitProcess(6);
}
