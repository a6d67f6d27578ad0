/* A program for rundown-cc: private globals, thread-local data, locks, output, floating point. */
#include <math.h>
#include <process.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

static CRITICAL_SECTION lock;
static int order[64], used;
static double sum;
__declspec(thread) int mine = 5;

static unsigned __stdcall work(void *argument) {
    int id = (int)(size_t)argument;
    char *text = malloc(100 + (size_t)id);
    for (int i = 0; i < 8; i++) {
        EnterCriticalSection(&lock);
        order[used++] = id;
        sum += sqrt(id * 10.0 + i);
        LeaveCriticalSection(&lock);
        sprintf(text, "thread %d round %d own %d", id, i, mine++);
        if (i % 3 == 0)
            puts(text);
        Sleep((DWORD)(i % 2));
    }
    free(text);
    return (unsigned)mine;
}

static int by_value(const void *a, const void *b) {
    return *(const int *)a - *(const int *)b;
}

int main(int argc, char **argv) {
    HANDLE threads[6];
    DWORD total = 0;
    InitializeCriticalSection(&lock);
    for (size_t i = 0; i < 6; i++)
        threads[i] = (HANDLE)_beginthreadex(NULL, 0, work, (void *)i, 0, NULL);
    WaitForMultipleObjects(6, threads, TRUE, INFINITE);
    for (int i = 0; i < 6; i++) {
        DWORD code = 0;
        GetExitCodeThread(threads[i], &code);
        total += code;
    }
    for (int i = 0; i < used; i++)
        printf("%d", order[i]);
    qsort(order, (size_t)used, sizeof *order, by_value);
    printf("\n%d..%d, sum %.12f %e, total %lu, %s has %d arguments\n", order[0], order[used - 1],
           sum, sum * 1e200, (unsigned long)total, argv[0], argc);
    return (int)total;
}
