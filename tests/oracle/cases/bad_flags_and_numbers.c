/*
 * Flags that do not exist, counts and sizes out of range, names that cannot be.
 *
 * rules: WAIT-14, WAIT-15, HNDL-46
 */
#include <stdio.h>
#include <windows.h>
#include <tlhelp32.h>

/* The call, what it returned, and the error if that is a failure. */
#define TRY(call)                                                                                  \
    do {                                                                                           \
        SetLastError(0);                                                                           \
        LONG_PTR result = (LONG_PTR)(call);                                                        \
        DWORD error = GetLastError();                                                              \
        if (result == 0 || (LONG)result == -1)                                                     \
            printf("%s: %ld/%lu\n", #call, (LONG)result, error);                                   \
        else                                                                                       \
            printf("%s: good\n", #call);                                                           \
    } while (0)

static DWORD WINAPI nothing(void *unused) {
    (void)unused;
    return 0;
}

static void objects(void) {
    TRY(CreateEventExA(NULL, NULL, 4, EVENT_ALL_ACCESS));
    TRY(CreateEventExA(NULL, NULL, 3, EVENT_ALL_ACCESS));
    TRY(CreateMutexExA(NULL, NULL, 0, MUTEX_ALL_ACCESS));
    TRY(CreateSemaphoreA(NULL, -1, 1, NULL));
    TRY(CreateSemaphoreA(NULL, 0, -1, NULL));
    TRY(CreateSemaphoreA(NULL, 0, 0, NULL));
    TRY(CreateSemaphoreA(NULL, 2, 1, NULL));
    TRY(OpenEventA(SYNCHRONIZE, FALSE, NULL));
    TRY(OpenEventA(SYNCHRONIZE, FALSE, ""));
    TRY(OpenEventA(SYNCHRONIZE, FALSE, "no such name"));
    TRY(OpenEventA(SYNCHRONIZE, FALSE, "a\\b"));
    TRY(OpenMutexA(SYNCHRONIZE, FALSE, NULL));
    TRY(OpenMutexA(SYNCHRONIZE, FALSE, "no such name"));
    TRY(OpenSemaphoreA(SYNCHRONIZE, FALSE, NULL));
    TRY(OpenSemaphoreA(SYNCHRONIZE, FALSE, "no such name"));
    TRY(OpenWaitableTimerA(SYNCHRONIZE, FALSE, "no such name"));
    TRY(OpenJobObjectA(JOB_OBJECT_QUERY, FALSE, "no such name"));
    TRY(CreateEventA(NULL, FALSE, FALSE, "a\\b"));
    TRY(CreateMutexA(NULL, FALSE, "Nowhere\\b"));
    TRY(CreateEventA(NULL, FALSE, FALSE, "Local\\bad numbers"));
    TRY(OpenEventA(SYNCHRONIZE, FALSE, "bad numbers"));
    TRY(OpenMutexA(SYNCHRONIZE, FALSE, "bad numbers"));
    TRY(CreateMutexA(NULL, FALSE, "bad numbers"));
    TRY(CreateSemaphoreA(NULL, 0, 1, "bad numbers"));
}

static void handles(void) {
    HANDLE event = CreateEventA(NULL, TRUE, TRUE, NULL), many[70], copy;

    for (int i = 0; i < 70; i++)
        many[i] = event;
    TRY(SetHandleInformation(event, 0, 0));
    TRY(WaitForMultipleObjects(0, many, FALSE, 0) + 0);
    TRY(WaitForMultipleObjects(65, many, FALSE, 0) + 0);
    TRY(WaitForMultipleObjects(64, many, FALSE, 0) + 1);
    TRY(WaitForMultipleObjects(0xFFFFFFFF, many, FALSE, 0) + 0);
    TRY(DuplicateHandle(GetCurrentProcess(), event, GetCurrentProcess(), &copy, 0x80000000, FALSE,
                        0));
    TRY(CreateIoCompletionPort(INVALID_HANDLE_VALUE, (HANDLE)4, 0, 0));
    TRY(CreateIoCompletionPort(event, NULL, 0, 0));
}

static void threads_and_slots(void) {
    DWORD id;

    TRY(CreateThread(NULL, 0, nothing, NULL, CREATE_SUSPENDED, &id));
    TRY(CreateThread(NULL, (SIZE_T)1 << 60, nothing, NULL, 0, &id));
    TRY(SetThreadPriority(GetCurrentThread(), 3));
    TRY(SetThreadPriority(GetCurrentThread(), -3));
    TRY(SetThreadPriority(GetCurrentThread(), THREAD_PRIORITY_IDLE));
    TRY(SetThreadPriority(GetCurrentThread(), THREAD_PRIORITY_NORMAL));
    TRY(SetPriorityClass(GetCurrentProcess(), 0));
    TRY(SetPriorityClass(GetCurrentProcess(), 3));
    TRY(SetThreadAffinityMask(GetCurrentThread(), 0));
    TRY(TlsGetValue(5000));
    TRY(TlsSetValue(5000, NULL));
    TRY(TlsFree(5000));
    TRY(TlsFree(TLS_OUT_OF_INDEXES));
    TRY(FlsGetValue(0));
    TRY(FlsGetValue(5000));
    TRY(FlsSetValue(5000, NULL));
    TRY(FlsFree(5000));
    TRY(FlsFree(FLS_OUT_OF_INDEXES));
}

static void processes(void) {
    STARTUPINFOA startup = {.cb = sizeof startup};
    PROCESS_INFORMATION child;

    TRY(CreateProcessA("no such.exe", NULL, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &child));
    TRY(CreateProcessA(NULL, (char[]){"no such.exe"}, NULL, NULL, FALSE, 0, NULL, NULL, &startup,
                       &child));
    TRY(CreateProcessA("bad_flags_and_numbers.exe", NULL, NULL, NULL, FALSE, CREATE_SUSPENDED, NULL,
                       "Z:\\no\\such\\folder", &startup, &child));
    TRY(CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0xFFFFFF0));
    TRY(CreateToolhelp32Snapshot(TH32CS_SNAPMODULE, 0xFFFFFF0));
    TRY(SetProcessShutdownParameters(0x280, 0));
}

static void memory(void) {
    TRY(VirtualAlloc(NULL, 0, MEM_COMMIT, PAGE_READWRITE));
    TRY(VirtualAlloc(NULL, 4096, 0, PAGE_READWRITE));
    TRY(VirtualAlloc(NULL, 4096, MEM_COMMIT, 0));
    TRY(VirtualAlloc(NULL, 4096, MEM_COMMIT, 0x3));
    TRY(VirtualAlloc(NULL, 4096, MEM_COMMIT | MEM_DECOMMIT, PAGE_READWRITE));
    TRY(VirtualFree((void *)0x10000, 4096, MEM_RELEASE));
    TRY(VirtualFree((void *)0x10000, 0, 0));
    TRY(HeapDestroy(NULL));
    TRY(GlobalAlloc(GMEM_FIXED, 0) != NULL);
}

int main(void) {
    objects();
    handles();
    threads_and_slots();
    processes();
    memory();
    return 0;
}
