/* main returns while a worker runs. */
#include <windows.h>

#ifdef PROGRAM
static DWORD WINAPI work(LPVOID parameter) {
    (void)parameter;
    Sleep(10);
    return 0;
}

int main(void) {
    HANDLE thread = CreateThread(NULL, 0, work, NULL, 0, NULL);
#ifndef BROKEN
    WaitForSingleObject(thread, INFINITE);
#endif
    CloseHandle(thread);
    return 0;
}
#endif
