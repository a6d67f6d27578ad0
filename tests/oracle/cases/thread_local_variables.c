/*
 * A thread-local variable starts with its initial value in every thread, and a change is seen by
 * its own thread only.
 *
 * rules: TLS-01
 */
#include <stdio.h>
#include <windows.h>

#define THREADS 3

static _Thread_local int number = 5;
static _Thread_local int zero;
static int results[THREADS], zeros[THREADS];

static DWORD WINAPI work(LPVOID index) {
    int i = (int)(INT_PTR)index, round;

    zeros[i] = zero++;
    for (round = 0; round < 10; round++) {
        number += i;
        Sleep(0);
    }
    results[i] = number;
    return 0;
}

int main(void) {
    HANDLE threads[THREADS];
    int i;

    number = 1000;
    for (i = 0; i < THREADS; i++)
        threads[i] = CreateThread(NULL, 0, work, (LPVOID)(INT_PTR)i, 0, NULL);
    WaitForMultipleObjects(THREADS, threads, TRUE, INFINITE);
    for (i = 0; i < THREADS; i++)
        printf("thread %d: %d, zero was %d\n", i, results[i], zeros[i]);
    printf("main: %d, zero is %d\n", number, zero);
    return 0;
}
