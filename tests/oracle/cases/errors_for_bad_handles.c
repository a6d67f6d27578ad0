/*
 * What the calls say when they get no handle, a closed one, one of the wrong type or a bad number.
 *
 * rules: HNDL-24, HNDL-25, HNDL-46, WAIT-08, WAIT-22, EXIT-18, WAIT-15, WAIT-14
 */
#include <stdio.h>
#include <windows.h>

static void show(const char *call, BOOL result) {
    printf("%s: %d, error %lu\n", call, result, GetLastError());
    SetLastError(0);
}

int main(void) {
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL), mutex = CreateMutexA(NULL, FALSE, NULL);
    HANDLE semaphore = CreateSemaphoreA(NULL, 2, 3, NULL), closed, many[65];
    DWORD code, i;

    for (i = 0; i < 65; i++)
        many[i] = event;
    closed = CreateEventA(NULL, TRUE, FALSE, NULL);
    SetLastError(0);
    show("CloseHandle", CloseHandle(closed));
    show("CloseHandle again", CloseHandle(closed));
    show("CloseHandle(NULL)", CloseHandle(NULL));
    show("SetEvent of a closed handle", SetEvent(closed));
    show("wait for a closed handle fails", WaitForSingleObject(closed, 0) == WAIT_FAILED);
    show("SetEvent of a mutex", SetEvent(mutex));
    show("ReleaseMutex of an event", ReleaseMutex(event));
    show("ReleaseMutex without owning it", ReleaseMutex(mutex));
    show("ReleaseSemaphore too many", ReleaseSemaphore(semaphore, 2, NULL));
    show("CreateSemaphore above its maximum", CreateSemaphoreA(NULL, 4, 3, NULL) != NULL);
    show("CreateSemaphore with maximum 0", CreateSemaphoreA(NULL, 0, 0, NULL) != NULL);
    show("GetExitCodeProcess of an event", GetExitCodeProcess(event, &code));
    show("GetExitCodeThread of an event", GetExitCodeThread(event, &code));
    show("TerminateThread(NULL)", TerminateThread(NULL, 1));
    show("OpenEvent of no name", OpenEventA(SYNCHRONIZE, FALSE, "oracle_no_such_name") != NULL);
    show("wait for NULL fails", WaitForSingleObject(NULL, 0) == WAIT_FAILED);
    show("wait for 0 objects fails", WaitForMultipleObjects(0, many, FALSE, 0) == WAIT_FAILED);
    show("wait for 65 objects fails", WaitForMultipleObjects(65, many, FALSE, 0) == WAIT_FAILED);
    many[3] = NULL;
    show("wait with one bad handle fails",
         WaitForMultipleObjects(5, many, FALSE, 0) == WAIT_FAILED);
    return 0;
}
