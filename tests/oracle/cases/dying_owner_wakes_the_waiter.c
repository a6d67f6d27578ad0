/*
 * A thread that already waits for a mutex gets it the moment the owner dies; it owns the mutex and
 * knows that it was abandoned.
 *
 * rules: WAIT-35, WAIT-09, THRD-08
 */
#include <stdio.h>
#include <windows.h>

static HANDLE mutex, taken;
static BOOL released;

static DWORD WINAPI own(LPVOID unused) {
    (void)unused;
    WaitForSingleObject(mutex, INFINITE);
    SetEvent(taken);
    Sleep(INFINITE);
    return 0;
}

static DWORD WINAPI wait_for_it(LPVOID unused) {
    DWORD result = WaitForSingleObject(mutex, INFINITE);

    (void)unused;
    released = ReleaseMutex(mutex);
    return result;
}

int main(void) {
    HANDLE owner, waiter;
    DWORD code;

    mutex = CreateMutexA(NULL, FALSE, NULL);
    taken = CreateEventA(NULL, TRUE, FALSE, NULL);
    owner = CreateThread(NULL, 0, own, NULL, 0, NULL);
    WaitForSingleObject(taken, INFINITE);
    waiter = CreateThread(NULL, 0, wait_for_it, NULL, 0, NULL);
    printf("the waiter waits: 0x%lx\n", WaitForSingleObject(waiter, 50));
    TerminateThread(owner, 0);
    WaitForSingleObject(waiter, INFINITE);
    GetExitCodeThread(waiter, &code);
    printf("the waiter's wait: 0x%lx, it released the mutex: %d\n", code, released);
    return 0;
}
