/*
 * What the interlocked functions return, and that no count is lost between threads.
 *
 * rules: -
 */
#include <stdio.h>
#include <windows.h>

#define THREADS 4
#define ROUNDS 1000

static volatile LONG shared;

static DWORD WINAPI count(LPVOID unused) {
    int i;

    (void)unused;
    for (i = 0; i < ROUNDS; i++)
        InterlockedIncrement(&shared);
    return 0;
}

int main(void) {
    volatile LONG value = 10;
    volatile LONGLONG wide = 0x7FFFFFFFFLL;
    PVOID volatile pointer = NULL;
    HANDLE threads[THREADS];
    int i;

    printf("increment: %ld\n", InterlockedIncrement(&value));
    printf("decrement: %ld\n", InterlockedDecrement(&value));
    printf("exchange: %ld", InterlockedExchange(&value, 20));
    printf(", now %ld\n", value);
    printf("exchange-add: %ld", InterlockedExchangeAdd(&value, 5));
    printf(", now %ld\n", value);
    printf("compare-exchange, equal: %ld", InterlockedCompareExchange(&value, 30, 25));
    printf(", now %ld\n", value);
    printf("compare-exchange, other: %ld", InterlockedCompareExchange(&value, 40, 25));
    printf(", now %ld\n", value);
    printf("64 bits: %I64d\n", InterlockedIncrement64(&wide));
    printf("pointer: %d", InterlockedCompareExchangePointer(&pointer, (PVOID)&value, NULL) == NULL);
    printf(", now set: %d\n", pointer == (PVOID)&value);

    for (i = 0; i < THREADS; i++)
        threads[i] = CreateThread(NULL, 0, count, NULL, 0, NULL);
    WaitForMultipleObjects(THREADS, threads, TRUE, INFINITE);
    printf("%d threads counted to %ld\n", THREADS, shared);
    return 0;
}
