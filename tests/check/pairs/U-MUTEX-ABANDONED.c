/* A worker ends and has not released its mutex. */
#include <windows.h>

#ifdef PROGRAM
static HANDLE mutex;

static DWORD WINAPI work(LPVOID parameter) {
    (void)parameter;
    WaitForSingleObject(mutex, INFINITE);
#ifndef BROKEN
    ReleaseMutex(mutex);
#endif
    return 0;
}

int main(void) {
    mutex = CreateMutexA(NULL, FALSE, NULL);
    HANDLE thread = CreateThread(NULL, 0, work, NULL, 0, NULL);
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
    CloseHandle(mutex);
    return 0;
}
#endif
