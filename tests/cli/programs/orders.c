/* orders.c - threads that take one lock, in more orders than anybody can explore. With `spin` one
 * of them waits for another one without calling Windows; in most orders that is in vain. */
#include <windows.h>

#include <string.h>

enum { THREADS = 16 };

static CRITICAL_SECTION section;
static volatile LONG ready;

static DWORD WINAPI visit(LPVOID unused) {
    (void)unused;
    EnterCriticalSection(&section);
    LeaveCriticalSection(&section);
    return 0;
}

static DWORD WINAPI spin(LPVOID unused) {
    (void)unused;
    EnterCriticalSection(&section);
    LeaveCriticalSection(&section);
    while (!ready) {
    }
    return 0;
}

static void run(LPTHREAD_START_ROUTINE routine, int count) {
    HANDLE threads[THREADS];

    for (int i = 0; i < count; i++)
        threads[i] = CreateThread(NULL, 0, routine, NULL, 0, NULL);
    EnterCriticalSection(&section);
    ready = 1;
    LeaveCriticalSection(&section);
    WaitForMultipleObjects((DWORD)count, threads, TRUE, INFINITE);
}

int main(int argc, char **argv) {
    InitializeCriticalSection(&section);
    if (argc > 1 && strcmp(argv[1], "spin") == 0)
        run(spin, 1);
    else
        run(visit, THREADS);
    return 0;
}
