/* A shared lock is released as if it were exclusive. */
#include <windows.h>

#ifdef PROGRAM
static SRWLOCK lock = SRWLOCK_INIT;

int main(void) {
    AcquireSRWLockShared(&lock);
#ifdef BROKEN
    ReleaseSRWLockExclusive(&lock);
#else
    ReleaseSRWLockShared(&lock);
#endif
    return 0;
}
#endif
