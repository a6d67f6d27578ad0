/* A worker ends while it holds a slim lock. */
#include <windows.h>

#ifdef PROGRAM
static SRWLOCK lock = SRWLOCK_INIT;

static DWORD WINAPI work(LPVOID parameter) {
    (void)parameter;
    AcquireSRWLockExclusive(&lock);
#ifndef BROKEN
    ReleaseSRWLockExclusive(&lock);
#endif
    return 0;
}

int main(void) {
    HANDLE thread = CreateThread(NULL, 0, work, NULL, 0, NULL);
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
    return 0;
}
#endif
