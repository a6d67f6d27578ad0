/*
 * A new thread is announced to every DLL in the order of their initialisation, before its start
 * routine and in its own context; its end is told in the reverse order, after the routine.
 *
 * rules: DLL-08, DLL-09, DLL-10, DLL-12, THRD-02, DLL-36
 * links: upper.dll
 */
#include <stdio.h>
#include <windows.h>

__declspec(dllimport) void upper_expect(DWORD *thread_id);

static DWORD worker_id;

static DWORD WINAPI work(LPVOID unused) {
    (void)unused;
    puts("start routine");
    return 0;
}

static DWORD WINAPI work_and_leave(LPVOID unused) {
    (void)unused;
    puts("start routine that leaves by ExitThread");
    ExitThread(1);
}

static void run(LPTHREAD_START_ROUTINE routine) {
    HANDLE thread = CreateThread(NULL, 0, routine, NULL, CREATE_SUSPENDED, &worker_id);

    ResumeThread(thread);
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
}

int main(void) {
    upper_expect(&worker_id);
    run(work);
    run(work_and_leave);
    puts("main returns");
    return 0;
}
