/* A worker is ended from outside instead of being told to stop. */
#include <windows.h>

#ifdef PROGRAM
static HANDLE stop;

static DWORD WINAPI work(LPVOID parameter) {
    (void)parameter;
    WaitForSingleObject(stop, INFINITE);
    return 0;
}

int main(void) {
    stop = CreateEventA(NULL, TRUE, FALSE, NULL);
    HANDLE thread = CreateThread(NULL, 0, work, NULL, 0, NULL);
    Sleep(1);
#ifdef BROKEN
    TerminateThread(thread, 0);
#else
    SetEvent(stop);
#endif
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
    CloseHandle(stop);
    return 0;
}
#endif
