/*
 * A thread's id is the same from inside and outside, differs from those of other threads, and finds
 * the thread, after its end too, as long as a handle keeps the object.
 *
 * rules: HNDL-08, HNDL-48, THRD-04
 */
#include <stdio.h>
#include <windows.h>

static DWORD WINAPI tell_id(LPVOID id) {
    *(DWORD *)id = GetCurrentThreadId();
    return 30;
}

int main(void) {
    DWORD created, seen, other, code = 0;
    HANDLE thread, second, opened;

    thread = CreateThread(NULL, 0, tell_id, &seen, CREATE_SUSPENDED, &created);
    second = CreateThread(NULL, 0, tell_id, &other, 0, NULL);
    printf("GetThreadId agrees before the start: %d\n", GetThreadId(thread) == created);
    printf("it belongs to this process: %d\n",
           GetProcessIdOfThread(thread) == GetCurrentProcessId());
    ResumeThread(thread);
    WaitForSingleObject(thread, INFINITE);
    WaitForSingleObject(second, INFINITE);
    printf("seen from inside: %d\n", seen == created);
    printf("all differ: %d\n",
           seen != other && seen != GetCurrentThreadId() && seen != GetCurrentProcessId());

    opened = OpenThread(SYNCHRONIZE | THREAD_QUERY_INFORMATION, FALSE, created);
    printf("OpenThread finds the ended thread: %d, wait 0x%lx\n", opened != NULL,
           WaitForSingleObject(opened, 0));
    GetExitCodeThread(opened, &code);
    printf("code %lu\n", code);

    SetLastError(0);
    opened = OpenThread(SYNCHRONIZE, FALSE, 0x7ffffff0);
    printf("OpenThread of no thread: %d, error %lu\n", opened != NULL, GetLastError());
    return 0;
}
