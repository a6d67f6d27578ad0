/*
 * Sleeping and waiting with a timeout last about as long as they were asked to; longer sleepers
 * wake up later.
 *
 * rules: WAIT-06
 */
#include <stdio.h>
#include <windows.h>

static char order[4];
static LONG next;

static DWORD WINAPI sleep_and_note(LPVOID argument) {
    int number = (int)(INT_PTR)argument;

    Sleep((DWORD)number * 600);
    order[InterlockedIncrement(&next) - 1] = (char)('0' + number);
    return 0;
}

int main(void) {
    HANDLE never = CreateEventA(NULL, TRUE, FALSE, NULL), threads[3];
    ULONGLONG start = GetTickCount64();
    int i;

    Sleep(100);
    printf("Sleep(100): at least 80: %d\n", GetTickCount64() - start >= 80);
    start = GetTickCount64();
    printf("wait: 0x%lx", WaitForSingleObject(never, 100));
    printf(", at least 80: %d\n", GetTickCount64() - start >= 80);
    for (i = 0; i < 3; i++)
        threads[i] = CreateThread(NULL, 0, sleep_and_note, (LPVOID)(INT_PTR)(3 - i), 0, NULL);
    WaitForMultipleObjects(3, threads, TRUE, INFINITE);
    printf("order: %s\n", order);
    return 0;
}
