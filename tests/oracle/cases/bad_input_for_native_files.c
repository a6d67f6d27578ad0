/*
 * Native calls for files, processes and exceptions that want more than a handle.
 *
 * rules: HNDL-46
 * windows: HNDL-46 Wine lacks calls that go from process to process
 */
#include "bad_input.h"

struct attributes {
    ULONG length;
    HANDLE root;
    const void *name;
    ULONG attributes;
    void *descriptor, *quality;
};

static const HANDLE closed = (HANDLE)0xDEAD0;
static HANDLE event, made;
static ULONG_PTR status[2];
static char buffer[64];

static void files(void) {
    LARGE_INTEGER zero = {.QuadPart = 0};

    NATIVE(NtCreateFile, &made, GENERIC_READ, NULL, status, NULL, 0, 0, 1, 0, NULL, 0);
    NATIVE(NtOpenFile, &made, GENERIC_READ, NULL, status, 0, 0);
    NATIVE(NtReadFile, closed, NULL, NULL, NULL, status, buffer, 1, NULL, NULL);
    NATIVE(NtReadFile, event, NULL, NULL, NULL, status, buffer, 1, NULL, NULL);
    NATIVE(NtWriteFile, closed, NULL, NULL, NULL, status, buffer, 1, NULL, NULL);
    NATIVE(NtWriteFile, event, NULL, NULL, NULL, status, buffer, 1, NULL, NULL);
    NATIVE(NtQueryInformationFile, closed, status, buffer, 40, 4);
    NATIVE(NtQueryInformationFile, event, status, buffer, 40, 4);
    NATIVE(NtSetInformationFile, closed, status, buffer, 40, 4);
    NATIVE(NtSetInformationFile, event, status, buffer, 40, 4);
    NATIVE(NtLockFile, closed, NULL, NULL, NULL, status, &zero, &zero, NULL, 1, 1);
    NATIVE(NtLockFile, event, NULL, NULL, NULL, status, &zero, &zero, NULL, 1, 1);
    NATIVE(NtUnlockFile, closed, status, &zero, &zero, NULL);
    NATIVE(NtUnlockFile, event, status, &zero, &zero, NULL);
    NATIVE(NtDeviceIoControlFile, closed, NULL, NULL, NULL, status, 0, NULL, 0, NULL, 0);
    NATIVE(NtDeviceIoControlFile, event, NULL, NULL, NULL, status, 0, NULL, 0, NULL, 0);
}

static void sections(void) {
    LARGE_INTEGER size = {.QuadPart = 4096};
    SIZE_T room = 0;
    void *base = NULL;

    NATIVE(NtCreateSection, &made, SECTION_ALL_ACCESS, NULL, &size, PAGE_READWRITE, SEC_COMMIT,
           closed);
    NATIVE(NtCreateSection, &made, SECTION_ALL_ACCESS, NULL, &size, 0x300, SEC_COMMIT, NULL);
    NATIVE(NtOpenSection, &made, SECTION_ALL_ACCESS, NULL);
    NATIVE(NtMapViewOfSection, closed, GetCurrentProcess(), &base, (SIZE_T)0, (SIZE_T)0, NULL,
           &room, 2, 0, PAGE_READWRITE);
    NATIVE(NtMapViewOfSection, event, GetCurrentProcess(), &base, (SIZE_T)0, (SIZE_T)0, NULL, &room,
           2, 0, PAGE_READWRITE);
    NATIVE(NtUnmapViewOfSection, closed, (void *)0x1000);
    NATIVE(NtUnmapViewOfSection, GetCurrentProcess(), (void *)0x1000);
}

static void processes(void) {
    NATIVE(NtCreateProcess, &made, PROCESS_ALL_ACCESS, NULL, closed, FALSE, NULL, NULL, NULL);
    NATIVE(NtCreateProcessEx, &made, PROCESS_ALL_ACCESS, NULL, closed, 0, NULL, NULL, NULL, 0);
    NATIVE(NtGetNextProcess, closed, PROCESS_QUERY_INFORMATION, 0, 0, &made);
    NATIVE(NtGetNextProcess, event, PROCESS_QUERY_INFORMATION, 0, 0, &made);
    NATIVE(RtlSetProcessIsCritical, TRUE, NULL, FALSE);
    NATIVE(RtlSetThreadIsCritical, TRUE, NULL, FALSE);
    TRY(QueryInformationJobObject(NULL, 99, buffer, sizeof buffer, NULL));
    TRY(QueryInformationJobObject(event, JobObjectBasicLimitInformation, buffer, 64, NULL));
    TRY(QueryInformationJobObject(NULL, JobObjectBasicLimitInformation, buffer, 64, NULL));
    TRY(SetInformationJobObject(NULL, JobObjectBasicLimitInformation, buffer, 64));
}

static void others(void) {
    EXCEPTION_RECORD record = {.ExceptionCode = 0xE0000005};

    NATIVE(NtDelayExecution, FALSE, (void *)1);
    NATIVE(RtlRaiseException, &record);
    DO(GetStartupInfoA(NULL));
    DO(GetStartupInfoW(NULL));
    TRY(CallNextHookEx(NULL, 0, 0, 0));
}

int main(void) {
    prepare();
    event = CreateEventA(NULL, TRUE, TRUE, NULL);
    files();
    sections();
    processes();
    others();
    return 0;
}
