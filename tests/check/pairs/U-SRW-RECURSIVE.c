/* A routine that holds a slim lock calls one that takes it. */
#include <windows.h>

#ifdef PROGRAM
static SRWLOCK lock = SRWLOCK_INIT;

static void inner(void) {
    AcquireSRWLockExclusive(&lock);
    ReleaseSRWLockExclusive(&lock);
}

int main(void) {
#ifdef BROKEN
    AcquireSRWLockExclusive(&lock);
    inner();
    ReleaseSRWLockExclusive(&lock);
#else
    inner();
#endif
    return 0;
}
#endif
