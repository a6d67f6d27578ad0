/*
 * A thread that ends without releasing its mutex abandons it, whichever way it ends. The next owner
 * is told once. How often the dead owner had taken it does not matter.
 *
 * rules: WAIT-09, WAIT-10, WAIT-11, WAIT-12, WAIT-13, THRD-10
 */
#include <stdio.h>
#include <windows.h>

static HANDLE mutex, taken;

static DWORD WINAPI take_and_return(LPVOID unused) {
    (void)unused;
    WaitForSingleObject(mutex, INFINITE);
    return 0;
}

static DWORD WINAPI take_and_leave(LPVOID unused) {
    (void)unused;
    WaitForSingleObject(mutex, INFINITE);
    WaitForSingleObject(mutex, INFINITE);
    WaitForSingleObject(mutex, INFINITE);
    ExitThread(0);
}

static DWORD WINAPI take_and_sleep(LPVOID unused) {
    (void)unused;
    WaitForSingleObject(mutex, INFINITE);
    SetEvent(taken);
    Sleep(INFINITE);
    return 0;
}

static DWORD WINAPI take_and_release(LPVOID unused) {
    (void)unused;
    WaitForSingleObject(mutex, INFINITE);
    ReleaseMutex(mutex);
    return 0;
}

static void report(const char *how, HANDLE thread) {
    WaitForSingleObject(thread, INFINITE);
    printf("%s: wait 0x%lx", how, WaitForSingleObject(mutex, 0));
    printf(", release %d", ReleaseMutex(mutex));
    printf(", wait again 0x%lx\n", WaitForSingleObject(mutex, 0));
    ReleaseMutex(mutex);
}

int main(void) {
    HANDLE thread;

    mutex = CreateMutexA(NULL, FALSE, NULL);
    taken = CreateEventA(NULL, FALSE, FALSE, NULL);
    report("released", CreateThread(NULL, 0, take_and_release, NULL, 0, NULL));
    report("returned", CreateThread(NULL, 0, take_and_return, NULL, 0, NULL));
    report("ExitThread, taken 3 times", CreateThread(NULL, 0, take_and_leave, NULL, 0, NULL));
    thread = CreateThread(NULL, 0, take_and_sleep, NULL, 0, NULL);
    WaitForSingleObject(taken, INFINITE);
    printf("owned by a sleeper: 0x%lx\n", WaitForSingleObject(mutex, 0));
    TerminateThread(thread, 0);
    report("terminated", thread);
    return 0;
}
