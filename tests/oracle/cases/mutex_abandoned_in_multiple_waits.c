/*
 * Wait-any tells which mutex was abandoned by its index: WAIT_ABANDONED_0 + 1. Wait-all only tells
 * that there was one.
 *
 * rules: WAIT-18, WAIT-19, WAIT-20
 */
#include <stdio.h>
#include <windows.h>

static HANDLE objects[3];

static DWORD WINAPI abandon(LPVOID unused) {
    (void)unused;
    WaitForSingleObject(objects[1], INFINITE);
    return 0;
}

static void abandon_it(void) {
    HANDLE thread = CreateThread(NULL, 0, abandon, NULL, 0, NULL);

    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
}

int main(void) {
    DWORD result;

    objects[0] = CreateEventA(NULL, TRUE, FALSE, NULL);
    objects[1] = CreateMutexA(NULL, FALSE, NULL);
    objects[2] = CreateEventA(NULL, TRUE, TRUE, NULL);

    abandon_it();
    printf("wait-any: 0x%lx\n", WaitForMultipleObjects(3, objects, FALSE, 0));
    printf("it is owned now: %d\n", ReleaseMutex(objects[1]));
    printf("wait-any again: 0x%lx\n", WaitForMultipleObjects(3, objects, FALSE, 0));
    ReleaseMutex(objects[1]);

    abandon_it();
    printf("wait-all with one missing: 0x%lx\n", WaitForMultipleObjects(3, objects, TRUE, 0));
    SetEvent(objects[0]);
    result = WaitForMultipleObjects(3, objects, TRUE, 0);
    printf("wait-all, abandoned: %d\n",
           result >= WAIT_ABANDONED_0 && result < WAIT_ABANDONED_0 + 3);
    ReleaseMutex(objects[1]);
    printf("wait-all again: 0x%lx\n", WaitForMultipleObjects(3, objects, TRUE, 0));
    return 0;
}
