/*
 * A thread that shares a lock calls a function that shares it, too, or with an argument has given
 * it back before; another thread wants to have the lock alone.
 */
#include <windows.h>

static SRWLOCK lock = SRWLOCK_INIT;

static DWORD WINAPI writer(LPVOID unused) {
    (void)unused;
    AcquireSRWLockExclusive(&lock);
    ReleaseSRWLockExclusive(&lock);
    return 0;
}

static void inner(void) {
    AcquireSRWLockShared(&lock);
    ReleaseSRWLockShared(&lock);
}

int main(int argc, char **argv) {
    (void)argv;
    HANDLE thread = CreateThread(NULL, 0, writer, NULL, 0, NULL);
    AcquireSRWLockShared(&lock);
    if (argc > 1)
        ReleaseSRWLockShared(&lock);
    inner();
    if (argc == 1)
        ReleaseSRWLockShared(&lock);
    WaitForSingleObject(thread, INFINITE);
    return 0;
}
