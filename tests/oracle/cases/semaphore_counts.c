/*
 * A semaphore counts: each wait takes one unit, each release reports the count before it, and a
 * release beyond the maximum is refused as a whole.
 *
 * rules: WAIT-06, HNDL-05
 */
#include <stdio.h>
#include <windows.h>

#define ROUNDS 100

static HANDLE empty, full;
static int slots[4];

static DWORD WINAPI produce(LPVOID unused) {
    int i;

    (void)unused;
    for (i = 0; i < ROUNDS; i++) {
        WaitForSingleObject(empty, INFINITE);
        slots[i % 4] = i;
        ReleaseSemaphore(full, 1, NULL);
    }
    return 0;
}

int main(void) {
    HANDLE semaphore = CreateSemaphoreA(NULL, 1, 3, NULL), producer;
    int i, in_order = 1;
    LONG before = -1;
    BOOL ok;

    printf("take: 0x%lx", WaitForSingleObject(semaphore, 0));
    printf(", take: 0x%lx\n", WaitForSingleObject(semaphore, 0));
    ok = ReleaseSemaphore(semaphore, 2, &before);
    printf("release 2: %d, before %ld\n", ok, before);
    SetLastError(0);
    ok = ReleaseSemaphore(semaphore, 2, &before);
    printf("release 2 more: %d, error %lu\n", ok, GetLastError());
    ok = ReleaseSemaphore(semaphore, 1, &before);
    printf("release 1: %d, before %ld\n", ok, before);

    empty = CreateSemaphoreA(NULL, 4, 4, NULL);
    full = CreateSemaphoreA(NULL, 0, 4, NULL);
    producer = CreateThread(NULL, 0, produce, NULL, 0, NULL);
    for (i = 0; i < ROUNDS; i++) {
        WaitForSingleObject(full, INFINITE);
        in_order &= slots[i % 4] == i;
        ReleaseSemaphore(empty, 1, NULL);
    }
    WaitForSingleObject(producer, INFINITE);
    printf("%d items came in order: %d\n", ROUNDS, in_order);
    return 0;
}
