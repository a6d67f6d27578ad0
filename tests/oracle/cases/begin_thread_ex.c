/*
 * _beginthreadex is CreateThread with a C face: the handle stays the caller's, _endthreadex sets
 * the exit code, and errno belongs to the thread.
 *
 * rules: CRT-16, EXIT-32
 */
#include <errno.h>
#include <stdio.h>
#include <process.h>
#include <windows.h>

static int errno_of_worker;

static unsigned __stdcall end_early(void *argument) {
    errno_of_worker = errno;
    errno = ERANGE;
    _endthreadex(*(unsigned *)argument);
    return 1;
}

static unsigned __stdcall return_value(void *argument) {
    return *(unsigned *)argument;
}

int main(void) {
    unsigned first_code = 71, second_code = 72, id;
    HANDLE threads[2];
    DWORD code;

    errno = EINVAL;
    threads[0] = (HANDLE)_beginthreadex(NULL, 0, end_early, &first_code, CREATE_SUSPENDED, &id);
    threads[1] = (HANDLE)_beginthreadex(NULL, 0, return_value, &second_code, 0, NULL);
    printf("id: %d, suspended: %lu\n", GetThreadId(threads[0]) == id, ResumeThread(threads[0]));
    printf("both ended: %lu\n", WaitForMultipleObjects(2, threads, TRUE, INFINITE));
    GetExitCodeThread(threads[0], &code);
    printf("_endthreadex: %lu\n", code);
    GetExitCodeThread(threads[1], &code);
    printf("return: %lu\n", code);
    printf("errno: worker began with %d, main kept EINVAL: %d\n", errno_of_worker, errno == EINVAL);
    printf("handles still to be closed: %d %d\n", CloseHandle(threads[0]), CloseHandle(threads[1]));
    return 0;
}
