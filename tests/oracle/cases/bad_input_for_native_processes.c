/*
 * Native calls for processes, threads, tokens, the loader: NULL, wrong handles, classes and sizes.
 *
 * rules: HNDL-46
 * windows: HNDL-46 Wine lacks classes and calls, and passes over what Windows checks
 */
#include "bad_input.h"

struct id {
    HANDLE process, thread;
};

struct attributes {
    ULONG length;
    HANDLE root;
    const void *name;
    ULONG attributes;
    void *descriptor, *quality;
};

static const struct attributes plain = {.length = sizeof(struct attributes)};
static const HANDLE closed = (HANDLE)0xDEAD0;
static HANDLE event, made;
static ULONG count;
static char buffer[64];

static DWORD WINAPI nothing(void *unused) {
    (void)unused;
    return 0;
}

static void ends(void) {
    NATIVE(NtTerminateProcess, closed, 1);
    NATIVE(NtTerminateProcess, event, 1);
    NATIVE(NtTerminateThread, closed, 1);
    NATIVE(NtTerminateThread, event, 1);
    NATIVE(NtTerminateJobObject, closed, 1);
    NATIVE(NtTerminateJobObject, event, 1);
    NATIVE(NtSuspendProcess, closed);
    NATIVE(NtSuspendProcess, event);
    NATIVE(NtResumeProcess, closed);
    NATIVE(NtResumeProcess, event);
    NATIVE(NtSuspendThread, closed, &count);
    NATIVE(NtSuspendThread, GetCurrentProcess(), &count);
    NATIVE(NtResumeThread, closed, &count);
    NATIVE(NtResumeThread, GetCurrentProcess(), &count);
}

static void openings(void) {
    const struct id none = {NULL, NULL}, wrong = {(HANDLE)0xFFFFFFF0, (HANDLE)0xFFFFFFF0};

    NATIVE(NtOpenProcess, &made, PROCESS_QUERY_INFORMATION, &plain, &wrong);
    NATIVE(NtOpenProcess, &made, PROCESS_QUERY_INFORMATION, &plain, &none);
    NATIVE(NtOpenProcess, &made, PROCESS_QUERY_INFORMATION, &plain, NULL);
    NATIVE(NtOpenThread, &made, THREAD_QUERY_INFORMATION, &plain, &wrong);
    NATIVE(NtOpenThread, &made, THREAD_QUERY_INFORMATION, &plain, &none);
    NATIVE(NtOpenProcessToken, closed, TOKEN_QUERY, &made);
    NATIVE(NtOpenProcessToken, event, TOKEN_QUERY, &made);
    NATIVE(NtOpenProcessToken, GetCurrentProcess(), TOKEN_QUERY, NULL);
    NATIVE(NtOpenProcessTokenEx, event, TOKEN_QUERY, 0, &made);
    NATIVE(NtOpenThreadToken, event, TOKEN_QUERY, FALSE, &made);
    NATIVE(NtOpenThreadToken, GetCurrentThread(), TOKEN_QUERY, FALSE, &made);
    NATIVE(NtGetNextThread, event, NULL, THREAD_QUERY_INFORMATION, 0, 0, &made);
    NATIVE(NtGetNextThread, GetCurrentProcess(), NULL, THREAD_QUERY_INFORMATION, 0, 1, &made);
}

static void questions(void) {
    HANDLE self = GetCurrentProcess(), thread = GetCurrentThread();

    NATIVE(NtQueryInformationProcess, event, 0, buffer, 48, NULL);
    NATIVE(NtQueryInformationProcess, self, 999, buffer, 48, NULL);
    NATIVE(NtQueryInformationProcess, self, 0, buffer, 4, NULL);
    NATIVE(NtQueryInformationProcess, self, 0, NULL, 48, NULL);
    NATIVE(NtQueryInformationThread, event, 0, buffer, 48, NULL);
    NATIVE(NtQueryInformationThread, thread, 999, buffer, 48, NULL);
    NATIVE(NtQueryInformationThread, thread, 0, buffer, 4, NULL);
    NATIVE(NtSetInformationProcess, event, 12, buffer, 4);
    NATIVE(NtSetInformationProcess, self, 12, buffer, 2);
    NATIVE(NtSetInformationProcess, self, 999, buffer, 4);
    NATIVE(NtSetInformationThread, event, 18, buffer, 4);
    NATIVE(NtSetInformationThread, thread, 999, buffer, 4);
    NATIVE(NtSetInformationThread, thread, 18, buffer, 2);
    NATIVE(NtQuerySystemTime, NULL);
    NATIVE(NtQuerySystemInformation, 999, buffer, 48, NULL);
    NATIVE(NtQuerySystemInformation, 0, buffer, 8, NULL);
    NATIVE(NtQuerySystemInformation, 0, NULL, 64, NULL);
    NATIVE(NtQuerySystemInformation, 5, buffer, 8, NULL);
}

static void tokens(void) {
    HANDLE token;

    OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token);
    NATIVE(NtQueryInformationToken, event, 1, buffer, 48, &count);
    NATIVE(NtQueryInformationToken, closed, 1, buffer, 48, &count);
    NATIVE(NtQueryInformationToken, token, 1, buffer, 4, &count);
    NATIVE(NtQueryInformationToken, token, 999, buffer, 48, &count);
    NATIVE(NtQueryInformationToken, token, 0, buffer, 48, &count);
    NATIVE(NtAdjustPrivilegesToken, event, TRUE, NULL, 0, NULL, NULL);
    NATIVE(NtAdjustPrivilegesToken, token, TRUE, NULL, 0, NULL, NULL);
    NATIVE(RtlAdjustPrivilege, 999, TRUE, FALSE, (BOOLEAN *)buffer);
}

static void creations(void) {
    HANDLE self = GetCurrentProcess();

    NATIVE(RtlCreateUserThread, event, NULL, FALSE, 0, (SIZE_T)0, (SIZE_T)0, (void *)nothing, NULL,
           NULL, NULL);
    NATIVE(NtCreateThreadEx, &made, THREAD_ALL_ACCESS, NULL, event, (void *)nothing, NULL, 0,
           (SIZE_T)0, (SIZE_T)0, (SIZE_T)0, NULL);
    NATIVE(NtCreateThreadEx, NULL, THREAD_ALL_ACCESS, NULL, self, (void *)nothing, NULL, 1,
           (SIZE_T)0, (SIZE_T)0, (SIZE_T)0, NULL);
    NATIVE(NtLoadDriver, NULL);
    NATIVE(NtUnloadDriver, NULL);
}

static void loader(void) {
    void *cookie = NULL;

    NATIVE(LdrLockLoaderLock, 4, &count, &cookie);
    NATIVE(LdrLockLoaderLock, 2, NULL, &cookie);
    NATIVE(LdrLockLoaderLock, 0, &count, NULL);
    NATIVE(LdrUnlockLoaderLock, 4, cookie);
    NATIVE(LdrUnlockLoaderLock, 0, (void *)1);
    NATIVE(LdrUnlockLoaderLock, 0, NULL);
    NATIVE(LdrAddRefDll, 0, (void *)0x1000);
    NATIVE(LdrAddRefDll, 0, NULL);
    NATIVE(LdrDisableThreadCalloutsForDll, (void *)0x1000);
    NATIVE(LdrDisableThreadCalloutsForDll, NULL);
}

int main(void) {
    prepare();
    event = CreateEventA(NULL, TRUE, TRUE, NULL);
    ends();
    openings();
    questions();
    tokens();
    creations();
    loader();
    return 0;
}
