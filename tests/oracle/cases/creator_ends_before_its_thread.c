/*
 * A thread does not end with the thread that created it.
 *
 * rules: THRD-30, THRD-05
 */
#include <stdio.h>
#include <windows.h>

static HANDLE gate, younger;

static DWORD WINAPI grandchild(LPVOID unused) {
    (void)unused;
    WaitForSingleObject(gate, INFINITE);
    return 20;
}

static DWORD WINAPI creator(LPVOID unused) {
    (void)unused;
    younger = CreateThread(NULL, 0, grandchild, NULL, 0, NULL);
    return 10;
}

int main(void) {
    HANDLE older;
    DWORD code;

    gate = CreateEventA(NULL, TRUE, FALSE, NULL);
    older = CreateThread(NULL, 0, creator, NULL, 0, NULL);
    WaitForSingleObject(older, INFINITE);
    GetExitCodeThread(older, &code);
    printf("creator ended: %lu\n", code);
    GetExitCodeThread(younger, &code);
    printf("created thread: %lu, wait 0x%lx\n", code, WaitForSingleObject(younger, 0));
    SetEvent(gate);
    WaitForSingleObject(younger, INFINITE);
    GetExitCodeThread(younger, &code);
    printf("it ended: %lu\n", code);
    return 0;
}
