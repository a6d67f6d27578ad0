/* A routine that holds a slim lock shared calls one that takes it: a writer may come in between. */
#include <windows.h>

#ifdef PROGRAM
static SRWLOCK lock = SRWLOCK_INIT;

static void inner(void) {
    AcquireSRWLockShared(&lock);
    ReleaseSRWLockShared(&lock);
}

int main(void) {
#ifdef BROKEN
    AcquireSRWLockShared(&lock);
    inner();
    ReleaseSRWLockShared(&lock);
#else
    inner();
#endif
    return 0;
}
#endif
