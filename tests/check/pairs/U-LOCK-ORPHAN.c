/* A worker returns on a path that has not left the critical section. */
#include <windows.h>

#ifdef PROGRAM
static CRITICAL_SECTION section;

static DWORD WINAPI work(LPVOID parameter) {
    EnterCriticalSection(&section);
#ifdef BROKEN
    if (!parameter)
        return 1;
#endif
    (void)parameter;
    LeaveCriticalSection(&section);
    return 0;
}

int main(void) {
    InitializeCriticalSection(&section);
    HANDLE thread = CreateThread(NULL, 0, work, NULL, 0, NULL);
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
    DeleteCriticalSection(&section);
    return 0;
}
#endif
