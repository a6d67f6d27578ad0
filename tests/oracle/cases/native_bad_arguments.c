/*
 * Native calls that get handles of the wrong kind, closed ones, wrong sizes and unknown classes.
 *
 * rules: HNDL-46
 */
#include <stdio.h>
#include <windows.h>

typedef LONG(WINAPI *handle_fn)(HANDLE handle);
typedef LONG(WINAPI *code_fn)(HANDLE handle, LONG code);
typedef LONG(WINAPI *count_fn)(HANDLE handle, ULONG *previous);
typedef LONG(WINAPI *release_fn)(HANDLE handle, LONG count, LONG *previous);
typedef LONG(WINAPI *query_fn)(HANDLE handle, int kind, void *buffer, ULONG size, ULONG *needed);

#define TRY(call) printf("%s: 0x%lX\n", #call, (ULONG)(call))

static void *native(const char *name) {
    return (void *)GetProcAddress(GetModuleHandleA("ntdll.dll"), name);
}

static DWORD WINAPI nothing(void *unused) {
    (void)unused;
    return 0;
}

int main(void) {
    handle_fn close = (handle_fn)native("NtClose");
    code_fn kill = (code_fn)native("NtTerminateProcess");
    code_fn kill_thread = (code_fn)native("NtTerminateThread");
    count_fn suspend = (count_fn)native("NtSuspendThread");
    count_fn resume = (count_fn)native("NtResumeThread");
    count_fn set = (count_fn)native("NtSetEvent"), reset = (count_fn)native("NtResetEvent");
    count_fn release = (count_fn)native("NtReleaseMutant");
    release_fn give = (release_fn)native("NtReleaseSemaphore");
    query_fn query = (query_fn)native("NtQueryInformationProcess");
    query_fn ask = (query_fn)native("NtQueryInformationThread");
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL), mutex = CreateMutexA(NULL, FALSE, NULL);
    HANDLE semaphore = CreateSemaphoreA(NULL, 1, 2, NULL), closed, weak, process;
    HANDLE thread = CreateThread(NULL, 0, nothing, NULL, CREATE_SUSPENDED, NULL);
    char buffer[48];
    ULONG count = 0;

    process = GetCurrentProcess();
    DuplicateHandle(process, event, process, &closed, 0, FALSE, DUPLICATE_SAME_ACCESS);
    DuplicateHandle(process, event, process, &weak, SYNCHRONIZE, FALSE, 0);
    CloseHandle(closed);
    TRY(close(closed));
    TRY(close(NULL));
    TRY(kill(closed, 1));
    TRY(kill(event, 1));
    TRY(kill_thread(closed, 1));
    TRY(kill_thread(event, 1));
    TRY(suspend(closed, &count));
    TRY(suspend(event, &count));
    TRY(suspend(thread, &count));
    printf("count: %lu\n", count);
    TRY(resume(thread, &count));
    TRY(resume(thread, &count));
    printf("count: %lu\n", count);
    TRY(resume(process, &count));
    WaitForSingleObject(thread, INFINITE);
    TRY(set(mutex, NULL));
    TRY(set(weak, NULL));
    TRY(set(closed, NULL));
    TRY(set(event, &count));
    TRY(reset(event, &count));
    printf("state: %lu\n", count);
    TRY(release(mutex, NULL));
    TRY(release(event, NULL));
    TRY(give(semaphore, 1, NULL));
    TRY(give(semaphore, 1, NULL));
    TRY(give(event, 1, NULL));
    TRY(query(process, 0, buffer, 47, NULL));
    TRY(query(process, 0, buffer, 48, &count));
    printf("size: %lu\n", count);
    TRY(query(process, 999, buffer, 48, NULL));
    TRY(query(event, 0, buffer, 48, NULL));
    TRY(query(closed, 0, buffer, 48, NULL));
    TRY(ask(event, 0, buffer, 48, NULL));
    TRY(ask(closed, 0, buffer, 48, NULL));
    return 0;
}
