/* An event is released as if it were a mutex. */
#include <windows.h>

#ifdef PROGRAM
int main(void) {
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);
#ifdef BROKEN
    ReleaseMutex(event);
#else
    SetEvent(event);
#endif
    CloseHandle(event);
    return 0;
}
#endif
