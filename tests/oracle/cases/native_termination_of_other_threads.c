/*
 * The first half of ExitProcess by hand: NtTerminateProcess(NULL) kills all other threads of the
 * process and returns. The caller goes on, but no thread can be created any more.
 *
 * rules: PROC-32, PROC-33, PROC-35, WAIT-09
 */
#include <stdio.h>
#include <windows.h>

typedef LONG(WINAPI *terminate_function)(HANDLE process, LONG status);

static HANDLE mutex;

static DWORD WINAPI own_mutex(LPVOID ready) {
    WaitForSingleObject(mutex, INFINITE);
    SetEvent(ready);
    Sleep(INFINITE);
    return 1;
}

int main(void) {
    terminate_function terminate = (terminate_function)(void *)GetProcAddress(
        GetModuleHandleA("ntdll.dll"), "NtTerminateProcess");
    HANDLE ready = CreateEventA(NULL, TRUE, FALSE, NULL), thread, another;
    DWORD code;

    mutex = CreateMutexA(NULL, FALSE, NULL);
    thread = CreateThread(NULL, 0, own_mutex, ready, 0, NULL);
    WaitForSingleObject(ready, INFINITE);
    printf("status: 0x%lx\n", terminate(NULL, 195));
    printf("other thread: wait 0x%lx", WaitForSingleObject(thread, 1000));
    GetExitCodeThread(thread, &code);
    printf(", code %lu\n", code);
    printf("its mutex: 0x%lx\n", WaitForSingleObject(mutex, 0));
    SetLastError(0);
    another = CreateThread(NULL, 0, own_mutex, ready, 0, NULL);
    printf("new thread: %d, error %lu\n", another != NULL, GetLastError());
    printf("modules are still there: %d\n", GetModuleHandleA("kernel32.dll") != NULL);
    fflush(stdout);
    terminate(GetCurrentProcess(), 196);
    return 0;
}
