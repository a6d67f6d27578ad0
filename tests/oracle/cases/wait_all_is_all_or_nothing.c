/*
 * Wait-all touches no object until all of them can be taken at the same moment.
 *
 * rules: WAIT-20, WAIT-06
 */
#include <stdio.h>
#include <windows.h>

static HANDLE objects[3];

static DWORD WINAPI wait_for_all(LPVOID unused) {
    (void)unused;
    return WaitForMultipleObjects(3, objects, TRUE, INFINITE);
}

int main(void) {
    HANDLE thread;
    LONG count;
    DWORD code;

    objects[0] = CreateEventA(NULL, FALSE, TRUE, NULL);
    objects[1] = CreateSemaphoreA(NULL, 2, 5, NULL);
    objects[2] = CreateEventA(NULL, TRUE, FALSE, NULL);
    printf("two of three: 0x%lx\n", WaitForMultipleObjects(3, objects, TRUE, 10));
    printf("the auto-reset event is still set: %lu\n", WaitForSingleObject(objects[0], 0));
    SetEvent(objects[0]);

    thread = CreateThread(NULL, 0, wait_for_all, NULL, 0, NULL);
    printf("the thread waits: 0x%lx\n", WaitForSingleObject(thread, 20));
    SetEvent(objects[2]);
    WaitForSingleObject(thread, INFINITE);
    GetExitCodeThread(thread, &code);
    printf("it got them: %lu\n", code);
    printf("auto-reset event: 0x%lx\n", WaitForSingleObject(objects[0], 0));
    ReleaseSemaphore(objects[1], 1, &count);
    printf("semaphore had: %ld\n", count);
    printf("manual-reset event: 0x%lx\n", WaitForSingleObject(objects[2], 0));
    return 0;
}
