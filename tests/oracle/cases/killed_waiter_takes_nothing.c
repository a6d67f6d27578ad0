/*
 * A wait that was broken off by its thread's death takes nothing: the later signal of an auto-reset
 * event and the later unit of a semaphore go to somebody else.
 *
 * rules: WAIT-34, WAIT-02
 */
#include <stdio.h>
#include <windows.h>

static HANDLE about_to_wait;

static DWORD WINAPI wait_for_it(LPVOID object) {
    SetEvent(about_to_wait);
    WaitForSingleObject(object, INFINITE);
    return 1;
}

static void kill_a_waiter(HANDLE object) {
    HANDLE thread = CreateThread(NULL, 0, wait_for_it, object, 0, NULL);
    DWORD code;

    WaitForSingleObject(about_to_wait, INFINITE);
    WaitForSingleObject(thread, 20);
    TerminateThread(thread, 2);
    WaitForSingleObject(thread, INFINITE);
    GetExitCodeThread(thread, &code);
    printf("waiter killed: %lu\n", code);
    CloseHandle(thread);
}

int main(void) {
    HANDLE event = CreateEventA(NULL, FALSE, FALSE, NULL);
    HANDLE semaphore = CreateSemaphoreA(NULL, 0, 1, NULL);
    LONG before;

    about_to_wait = CreateEventA(NULL, FALSE, FALSE, NULL);
    kill_a_waiter(event);
    SetEvent(event);
    printf("event: 0x%lx\n", WaitForSingleObject(event, 0));
    kill_a_waiter(semaphore);
    ReleaseSemaphore(semaphore, 1, &before);
    printf("semaphore: before %ld, wait 0x%lx\n", before, WaitForSingleObject(semaphore, 0));
    return 0;
}
