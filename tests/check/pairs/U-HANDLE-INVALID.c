/* A handle is closed twice. */
#include <windows.h>

#ifdef PROGRAM
int main(void) {
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);
    CloseHandle(event);
#ifdef BROKEN
    CloseHandle(event);
#endif
    return 0;
}
#endif
