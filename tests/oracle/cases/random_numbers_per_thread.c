/*
 * rand() gives the same well-known numbers on every Windows, and its state belongs to the thread: a
 * new thread starts from seed 1.
 *
 * rules: -
 */
#include <stdio.h>
#include <stdlib.h>
#include <process.h>
#include <windows.h>

static int of_worker[3];

static unsigned __stdcall draw(void *unused) {
    int i;

    (void)unused;
    for (i = 0; i < 3; i++)
        of_worker[i] = rand();
    return 0;
}

int main(void) {
    HANDLE worker;
    int a, b, c;

    a = rand(), b = rand(), c = rand();
    printf("unseeded: %d %d %d\n", a, b, c);
    srand(12345);
    a = rand(), b = rand(), c = rand();
    printf("seed 12345: %d %d %d\n", a, b, c);
    worker = (HANDLE)_beginthreadex(NULL, 0, draw, NULL, 0, NULL);
    WaitForSingleObject(worker, INFINITE);
    printf("new thread: %d %d %d\n", of_worker[0], of_worker[1], of_worker[2]);
    printf("RAND_MAX: %d\n", RAND_MAX);
    return 0;
}
