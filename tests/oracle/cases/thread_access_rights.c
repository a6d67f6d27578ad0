/*
 * Each use of a thread handle needs its own right: querying, terminating, suspending, waiting.
 *
 * rules: THRD-26, WAIT-07, HNDL-32
 */
#include <stdio.h>
#include <windows.h>

static DWORD WINAPI sleep_for_ever(LPVOID running) {
    SetEvent(running);
    Sleep(INFINITE);
    return 1;
}

static const char *outcome(BOOL ok) {
    static char text[32];

    if (ok)
        return "yes";
    sprintf(text, "no (%lu)", GetLastError());
    return text;
}

static void try_all(const char *name, HANDLE thread, DWORD access) {
    HANDLE handle;
    DWORD code;

    DuplicateHandle(GetCurrentProcess(), thread, GetCurrentProcess(), &handle, access, FALSE, 0);
    printf("%s: ", name);
    printf("query %s", outcome(GetExitCodeThread(handle, &code)));
    printf(", suspend %s", outcome(SuspendThread(handle) != (DWORD)-1));
    printf(", resume %s", outcome(ResumeThread(handle) != (DWORD)-1));
    printf(", wait %s", outcome(WaitForSingleObject(handle, 0) != WAIT_FAILED));
    printf(", terminate %s\n", outcome(TerminateThread(handle, 6)));
    CloseHandle(handle);
}

int main(void) {
    HANDLE running = CreateEventA(NULL, TRUE, FALSE, NULL);
    HANDLE thread = CreateThread(NULL, 0, sleep_for_ever, running, 0, NULL);

    /* Killed while it starts, it would take the loader's lock along. */
    WaitForSingleObject(running, INFINITE);
    try_all("SYNCHRONIZE", thread, SYNCHRONIZE);
    try_all("THREAD_QUERY_INFORMATION", thread, THREAD_QUERY_INFORMATION);
    try_all("THREAD_QUERY_LIMITED_INFORMATION", thread, THREAD_QUERY_LIMITED_INFORMATION);
    try_all("THREAD_SUSPEND_RESUME", thread, THREAD_SUSPEND_RESUME);
    printf("alive: 0x%lx\n", WaitForSingleObject(thread, 0));
    try_all("THREAD_TERMINATE", thread, THREAD_TERMINATE);
    printf("ended: 0x%lx\n", WaitForSingleObject(thread, INFINITE));
    return 0;
}
