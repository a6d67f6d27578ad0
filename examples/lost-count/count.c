/*
 * count.c - how many of two increments arrive? Ordinary source: nothing in it knows of Rundown.
 *
 * Built with -fsanitize=thread, so that every access to `count` is a step that others can come
 * between; `rundown explore --verify` says, too, that nothing orders them: a data race.
 */
#include <assert.h>
#include <windows.h>

static LONG count;

static DWORD WINAPI add_one(LPVOID unused) {
    (void)unused;
#ifdef REPAIRED
    InterlockedIncrement(&count);
#else
    count++; /* reads, adds, writes */
#endif
    return 0;
}

int main(void) {
    HANDLE threads[2];
    for (int i = 0; i < 2; i++)
        threads[i] = CreateThread(NULL, 0, add_one, NULL, 0, NULL);
    WaitForMultipleObjects(2, threads, TRUE, INFINITE);
    assert(count == 2);
    return 0;
}
