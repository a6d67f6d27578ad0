/* A critical section is left that was not entered. */
#include <windows.h>

#ifdef PROGRAM
static CRITICAL_SECTION section;

int main(int argc, char **argv) {
    (void)argv;
    InitializeCriticalSection(&section);
    if (argc > 1)
        EnterCriticalSection(&section);
#ifndef BROKEN
    if (argc > 1)
#endif
        LeaveCriticalSection(&section);
    return 0;
}
#endif
