/* A critical section is entered after it was deleted. */
#include <windows.h>

#ifdef PROGRAM
static CRITICAL_SECTION section;

static void use(void) {
    EnterCriticalSection(&section);
    LeaveCriticalSection(&section);
}

int main(void) {
    InitializeCriticalSection(&section);
#ifdef BROKEN
    DeleteCriticalSection(&section);
    use();
#else
    use();
    DeleteCriticalSection(&section);
#endif
    return 0;
}
#endif
