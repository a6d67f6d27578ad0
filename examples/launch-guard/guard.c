/*
 * guard.sys: refuses to start programs whose file name is on its list. The Ex routine sees the
 * image and the command line before the first instruction runs, and CreationStatus is what the
 * creator gets.
 */
#include <ntddk.h>

static const UNICODE_STRING Forbidden[] = {
    RTL_CONSTANT_STRING(L"\\forbidden.exe"),
    RTL_CONSTANT_STRING(L"\\dropper.exe"),
};

static volatile LONG Refused;

DRIVER_INITIALIZE DriverEntry;
DRIVER_UNLOAD GuardUnload;

static BOOLEAN EndsWith(PCUNICODE_STRING Name, PCUNICODE_STRING Suffix) {
    UNICODE_STRING tail;

    if (Name->Length < Suffix->Length)
        return FALSE;
    tail.Length = tail.MaximumLength = Suffix->Length;
    tail.Buffer = Name->Buffer + (Name->Length - Suffix->Length) / sizeof(WCHAR);
    return RtlEqualUnicodeString(&tail, Suffix, TRUE);
}

static VOID OnProcess(PEPROCESS Process, HANDLE ProcessId, PPS_CREATE_NOTIFY_INFO CreateInfo) {
    ULONG i;

    UNREFERENCED_PARAMETER(Process);
    if (CreateInfo == NULL) {
        DbgPrint("guard: process %lu ends\n", HandleToULong(ProcessId));
        return;
    }
    if (CreateInfo->ImageFileName == NULL)
        return; /* a process without a program */
    for (i = 0; i < ARRAYSIZE(Forbidden); i++) {
        if (!EndsWith(CreateInfo->ImageFileName, &Forbidden[i]))
            continue;
        CreateInfo->CreationStatus = STATUS_ACCESS_DENIED;
        InterlockedIncrement(&Refused);
        DbgPrint("guard: %wZ is refused to process %lu\n", CreateInfo->ImageFileName,
                 HandleToULong(CreateInfo->CreatingThreadId.UniqueProcess));
        return;
    }
    DbgPrint("guard: process %lu may run: %wZ\n", HandleToULong(ProcessId),
             CreateInfo->CommandLine);
}

VOID GuardUnload(PDRIVER_OBJECT DriverObject) {
    UNREFERENCED_PARAMETER(DriverObject);
    PsSetCreateProcessNotifyRoutineEx(OnProcess, TRUE);
    DbgPrint("guard: %ld starts were refused\n", Refused);
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath) {
    UNREFERENCED_PARAMETER(RegistryPath);
    DriverObject->DriverUnload = GuardUnload;
    return PsSetCreateProcessNotifyRoutineEx(OnProcess, FALSE);
}
