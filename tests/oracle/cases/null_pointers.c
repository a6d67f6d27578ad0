/*
 * NULL where a call wants to write or read: some calls say so, others crash their caller. Each
 * call is made in a process of its own, which tells its result or ends with an exception.
 *
 * rules: EXIT-11
 */
#include <stdio.h>
#include <stdlib.h>
#include <windows.h>
#include <tlhelp32.h>

static HANDLE event, job, port;

/* clang-format off */
#define CALLS                                                                                      \
    CALL(GetExitCodeProcess(GetCurrentProcess(), NULL))                                            \
    CALL(GetExitCodeThread(GetCurrentThread(), NULL))                                              \
    CALL(DuplicateHandle(GetCurrentProcess(), event, GetCurrentProcess(), NULL, 0, FALSE, 2))      \
    CALL(CreateThread(NULL, 0, NULL, NULL, CREATE_SUSPENDED, NULL) != NULL)                        \
    CALL(CreateProcessA(NULL, NULL, NULL, NULL, FALSE, 0, NULL, NULL, NULL, NULL))                 \
    CALL(ReleaseSemaphore(CreateSemaphoreA(NULL, 0, 9, NULL), 1, NULL))                            \
    CALL(GetProcessTimes(GetCurrentProcess(), NULL, NULL, NULL, NULL))                             \
    CALL(GetModuleHandleA(NULL) != NULL)                                                           \
    CALL(GetModuleHandleW(NULL) != NULL)                                                           \
    CALL(LoadLibraryW(NULL) != NULL)                                                               \
    CALL(DisableThreadLibraryCalls(NULL))                                                          \
    CALL(GetProcAddress(NULL, "no such function") != NULL)                                         \
    CALL(GetEnvironmentVariableA(NULL, NULL, 0))                                                   \
    CALL(FreeEnvironmentStringsA(NULL))                                                            \
    CALL(GetCurrentDirectoryA(0, NULL) != 0)                                                       \
    CALL(SetCurrentDirectoryW(L""))                                                                \
    CALL(CreateFileW(L"", GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL) != NULL)                  \
    CALL(DeleteFileW(L""))                                                                         \
    CALL(WriteFile(event, NULL, 0, NULL, NULL))                                                    \
    CALL(ReadFile(event, NULL, 0, NULL, NULL))                                                     \
    CALL(GetFileSizeEx(INVALID_HANDLE_VALUE, NULL))                                                \
    CALL(OpenEventW(SYNCHRONIZE, FALSE, NULL) != NULL)                                             \
    CALL(OpenMutexW(SYNCHRONIZE, FALSE, NULL) != NULL)                                             \
    CALL(OpenJobObjectA(JOB_OBJECT_QUERY, FALSE, NULL) != NULL)                                    \
    CALL(AssignProcessToJobObject(NULL, GetCurrentProcess()))                                      \
    CALL(IsProcessInJob(GetCurrentProcess(), job, NULL))                                           \
    CALL(PostQueuedCompletionStatus(port, 0, 0, NULL))                                             \
    CALL(HeapFree(GetProcessHeap(), 0, NULL))                                                      \
    CALL(GlobalFree(NULL) == NULL)                                                                 \
    CALL(LocalFree(NULL) == NULL)                                                                  \
    CALL(GlobalSize(NULL) == 0)                                                                    \
    CALL(VirtualQuery(NULL, NULL, 0))                                                              \
    CALL(lstrcpyA(NULL, "text") == NULL)                                                           \
    CALL(lstrcatA(NULL, "text") == NULL)                                                           \
    CALL(lstrcmpA(NULL, "text"))                                                                   \
    CALL(lstrcmpA(NULL, NULL))                                                                     \
    CALL(RemoveVectoredExceptionHandler(NULL))                                                     \
    CALL(SetWaitableTimer(CreateWaitableTimerA(NULL, FALSE, NULL), NULL, 0, NULL, NULL, FALSE))    \
    CALL(SetConsoleCtrlHandler(NULL, FALSE))                                                       \
    CALL(TlsSetValue(0, NULL))                                                                     \
    CALL(CreatePipe(NULL, NULL, NULL, 0))
/* clang-format on */

/* The process with the number of the call makes it. */
#define CALL(call)                                                                                 \
    if (wanted == number++) {                                                                      \
        SetLastError(0);                                                                           \
        long long result = (long long)(call);                                                      \
        printf(" %lld/%lu", result, result ? 0 : GetLastError());                                  \
    }

static void make_call(int wanted) {
    int number = 0;

    event = CreateEventA(NULL, TRUE, TRUE, NULL);
    job = CreateJobObjectA(NULL, NULL);
    port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
    CALLS
}

#undef CALL
#define CALL(call) #call,

int main(int argc, char **argv) {
    static const char *const names[] = {CALLS};
    STARTUPINFOA startup = {.cb = sizeof startup};
    PROCESS_INFORMATION child;
    char line[64];
    DWORD code;

    if (argc > 1) {
        SetErrorMode(SEM_NOGPFAULTERRORBOX);
        make_call(atoi(argv[1]));
        return 0;
    }
    for (int i = 0; i < (int)(sizeof names / sizeof names[0]); i++) {
        printf("%s:", names[i]);
        fflush(stdout);
        sprintf(line, "null_pointers.exe %d", i);
        CreateProcessA(NULL, line, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &child);
        WaitForSingleObject(child.hProcess, INFINITE);
        GetExitCodeProcess(child.hProcess, &code);
        if (code)
            printf(" ends with 0x%lx", code);
        puts("");
    }
    return 0;
}
