/* main ends its thread and lets the workers go on. */
#include <windows.h>

#ifdef PROGRAM
static DWORD WINAPI work(LPVOID parameter) {
    (void)parameter;
    Sleep(10);
    return 0;
}

int main(void) {
    HANDLE thread = CreateThread(NULL, 0, work, NULL, 0, NULL);
#ifdef BROKEN
    ExitThread(0);
#endif
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
    return 0;
}
#endif
