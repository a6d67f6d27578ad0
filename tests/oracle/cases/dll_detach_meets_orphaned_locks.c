/*
 * At exit a DLL looks for what killed threads left: their mutex is abandoned, the event that they
 * should set and the semaphore unit that they took never come.
 *
 * rules: PROC-40, WAIT-09, WAIT-12, DLL-60
 * links: cleaner.dll
 */
#include <stdio.h>
#include <windows.h>

__declspec(dllimport) void cleaner_expect(HANDLE mutex, HANDLE event, HANDLE semaphore);

static HANDLE mutex, event, semaphore, ready;

static DWORD WINAPI hold_everything(LPVOID unused) {
    (void)unused;
    WaitForSingleObject(mutex, INFINITE);
    WaitForSingleObject(semaphore, INFINITE);
    SetEvent(ready);
    Sleep(INFINITE);
    return SetEvent(event);
}

int main(void) {
    mutex = CreateMutexA(NULL, FALSE, NULL);
    event = CreateEventA(NULL, TRUE, FALSE, NULL);
    semaphore = CreateSemaphoreA(NULL, 1, 1, NULL);
    ready = CreateEventA(NULL, TRUE, FALSE, NULL);
    cleaner_expect(mutex, event, semaphore);
    CreateThread(NULL, 0, hold_everything, NULL, 0, NULL);
    WaitForSingleObject(ready, INFINITE);
    return 3;
}
