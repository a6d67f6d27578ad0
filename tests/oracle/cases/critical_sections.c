/*
 * A critical section keeps threads apart within one process; its owner may enter it again, and
 * TryEnter tells the others without waiting.
 *
 * rules: -
 */
#include <stdio.h>
#include <windows.h>

#define THREADS 4
#define ROUNDS 1000

static CRITICAL_SECTION section;
static int counter, inside, overlaps;

static DWORD WINAPI count(LPVOID unused) {
    int i;

    (void)unused;
    for (i = 0; i < ROUNDS; i++) {
        EnterCriticalSection(&section);
        overlaps += inside++;
        if (i % 100 == 0)
            Sleep(0);
        counter++;
        inside--;
        LeaveCriticalSection(&section);
    }
    return 0;
}

static DWORD WINAPI try_it(LPVOID unused) {
    (void)unused;
    if (!TryEnterCriticalSection(&section))
        return 0;
    LeaveCriticalSection(&section);
    return 1;
}

static DWORD another_gets_it(void) {
    HANDLE thread = CreateThread(NULL, 0, try_it, NULL, 0, NULL);
    DWORD code;

    WaitForSingleObject(thread, INFINITE);
    GetExitCodeThread(thread, &code);
    CloseHandle(thread);
    return code;
}

int main(void) {
    HANDLE threads[THREADS];
    int i;

    InitializeCriticalSection(&section);
    for (i = 0; i < THREADS; i++)
        threads[i] = CreateThread(NULL, 0, count, NULL, 0, NULL);
    WaitForMultipleObjects(THREADS, threads, TRUE, INFINITE);
    printf("%d threads counted to %d, overlaps: %d\n", THREADS, counter, overlaps);

    EnterCriticalSection(&section);
    printf("owner again: %d\n", TryEnterCriticalSection(&section));
    printf("another thread: %lu\n", another_gets_it());
    LeaveCriticalSection(&section);
    printf("left once: %lu\n", another_gets_it());
    LeaveCriticalSection(&section);
    printf("left twice: %lu\n", another_gets_it());
    DeleteCriticalSection(&section);
    return 0;
}
