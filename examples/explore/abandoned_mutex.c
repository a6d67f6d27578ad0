/*
 * A wait for several objects at once meets a mutex that was abandoned.
 *
 * The worker moves money from one account to another one under a mutex, and may be terminated
 * half-way. Whoever waits for mutex and event together gets both, and WAIT_ABANDONED_0 instead of
 * WAIT_OBJECT_0: what the mutex protects may be half done.
 *
 * Repaired: the return value is looked at, and the books are balanced again.
 *
 * rundown-cc -o abandoned_mutex.exe abandoned_mutex.c
 */
#include <assert.h>
#include <windows.h>

static HANDLE mutex, closing_time;
static LONG accounts[2] = {100, 0};

static DWORD WINAPI worker(LPVOID unused) {
    WaitForSingleObject(mutex, INFINITE);
    WriteRelease(&accounts[0], accounts[0] - 30);
    WriteRelease(&accounts[1], accounts[1] + 30);
    ReleaseMutex(mutex);
    return 0;
}

int main(void) {
    HANDLE both[2], thread;

    both[0] = mutex = CreateMutexA(NULL, FALSE, NULL);
    both[1] = closing_time = CreateEventA(NULL, TRUE, TRUE, NULL);
    thread = CreateThread(NULL, 0, worker, NULL, 0, NULL);
    TerminateThread(thread, 1);
    DWORD result = WaitForMultipleObjects(2, both, TRUE, INFINITE);
#ifdef REPAIRED
    if (result >= WAIT_ABANDONED_0 && result < WAIT_ABANDONED_0 + 2)
        accounts[1] = 100 - accounts[0];
#else
    (void)result;
#endif
    assert(accounts[0] + accounts[1] == 100);
    ReleaseMutex(mutex);
    return 0;
}
