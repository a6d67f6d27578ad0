/*
 * GetCurrentProcess and GetCurrentThread give constants that mean "me" to whoever uses them;
 * closing them does nothing. A duplicate is a real handle and means the same to everybody.
 *
 * rules: HNDL-28, HNDL-29
 */
#include <stdio.h>
#include <windows.h>

static HANDLE pseudo_of_main, real_of_main;
static DWORD main_id;

static DWORD WINAPI look(LPVOID unused) {
    (void)unused;
    printf("worker: pseudo handle means main: %d\n", GetThreadId(pseudo_of_main) == main_id);
    printf("worker: pseudo handle means worker: %d\n",
           GetThreadId(pseudo_of_main) == GetCurrentThreadId());
    printf("worker: real handle means main: %d\n", GetThreadId(real_of_main) == main_id);
    return 0;
}

int main(void) {
    HANDLE process, thread;
    DWORD code = 0;

    printf("values: %d %d\n", (int)(INT_PTR)GetCurrentProcess(), (int)(INT_PTR)GetCurrentThread());
    printf("closed: %d %d\n", CloseHandle(GetCurrentProcess()), CloseHandle(GetCurrentThread()));
    printf("still good: %d", GetExitCodeProcess(GetCurrentProcess(), &code));
    printf(", code %lu\n", code);

    main_id = GetCurrentThreadId();
    pseudo_of_main = GetCurrentThread();
    DuplicateHandle(GetCurrentProcess(), GetCurrentThread(), GetCurrentProcess(), &real_of_main, 0,
                    FALSE, DUPLICATE_SAME_ACCESS);
    DuplicateHandle(GetCurrentProcess(), GetCurrentProcess(), GetCurrentProcess(), &process, 0,
                    FALSE, DUPLICATE_SAME_ACCESS);
    printf("duplicates are real: %d %d\n", real_of_main != pseudo_of_main,
           process != GetCurrentProcess());
    printf("same process: %d\n", GetProcessId(process) == GetCurrentProcessId());

    thread = CreateThread(NULL, 0, look, NULL, 0, NULL);
    WaitForSingleObject(thread, INFINITE);
    printf("duplicates close: %d %d\n", CloseHandle(process), CloseHandle(real_of_main));
    return 0;
}
