/* Two paths initialise the same critical section. */
#include <windows.h>

#ifdef PROGRAM
static CRITICAL_SECTION section;

int main(void) {
    InitializeCriticalSection(&section);
#ifdef BROKEN
    InitializeCriticalSection(&section);
#endif
    DeleteCriticalSection(&section);
    return 0;
}
#endif
