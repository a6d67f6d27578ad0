/* Two threads and two locks: taken in opposite orders, or with an argument one after the other. */
#include <windows.h>

static CRITICAL_SECTION first, second;

static DWORD WINAPI worker(LPVOID unused) {
    (void)unused;
    EnterCriticalSection(&second);
    EnterCriticalSection(&first);
    LeaveCriticalSection(&first);
    LeaveCriticalSection(&second);
    return 0;
}

int main(int argc, char **argv) {
    (void)argv;
    InitializeCriticalSection(&first);
    InitializeCriticalSection(&second);
    HANDLE thread = CreateThread(NULL, 0, worker, NULL, 0, NULL);
    EnterCriticalSection(&first);
    if (argc > 1)
        LeaveCriticalSection(&first);
    EnterCriticalSection(&second);
    LeaveCriticalSection(&second);
    if (argc == 1)
        LeaveCriticalSection(&first);
    WaitForSingleObject(thread, INFINITE);
    return 7;
}
