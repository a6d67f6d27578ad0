/* Notify routines queue lines; a worker thread writes them to a log file. */
#include <ntifs.h>
#include <ntstrsafe.h>

#include "log_path.h"

#define LOG_TAG 'goLP'

typedef struct _LOG_LINE {
    LIST_ENTRY Entry;
    SIZE_T Length;
    CHAR Text[1];
} LOG_LINE, *PLOG_LINE;

typedef struct _LOGGER {
    LIST_ENTRY Lines;
    KSPIN_LOCK Lock;
    KEVENT Wakeup;
    KEVENT Stop;
    PVOID Thread;
    HANDLE File;
} LOGGER;

static LOGGER Logger;
static NPAGED_LOOKASIDE_LIST LinePool;

NTKERNELAPI UCHAR *PsGetProcessImageFileName(PEPROCESS Process);

static VOID LogLine(PCSTR Format, ...) {
    PLOG_LINE line = (PLOG_LINE)ExAllocateFromNPagedLookasideList(&LinePool);
    va_list args;
    size_t length = 0;

    if (!line)
        return;
    va_start(args, Format);
    RtlStringCbVPrintfA(line->Text, 200, Format, args);
    va_end(args);
    RtlStringCbLengthA(line->Text, 200, &length);
    line->Length = length;
    ExInterlockedInsertTailList(&Logger.Lines, &line->Entry, &Logger.Lock);
    KeSetEvent(&Logger.Wakeup, IO_NO_INCREMENT, FALSE);
}

static VOID Drain(VOID) {
    PLIST_ENTRY entry;
    IO_STATUS_BLOCK io;

    while ((entry = ExInterlockedRemoveHeadList(&Logger.Lines, &Logger.Lock)) != NULL) {
        PLOG_LINE line = CONTAINING_RECORD(entry, LOG_LINE, Entry);
        ZwWriteFile(Logger.File, NULL, NULL, NULL, &io, line->Text, (ULONG)line->Length, NULL,
                    NULL);
        ExFreeToNPagedLookasideList(&LinePool, line);
    }
}

static VOID LoggerThread(PVOID StartContext) {
    PVOID objects[2] = {&Logger.Stop, &Logger.Wakeup};
    NTSTATUS status;

    UNREFERENCED_PARAMETER(StartContext);
    KeSetPriorityThread(KeGetCurrentThread(), LOW_REALTIME_PRIORITY);
    do {
        status =
            KeWaitForMultipleObjects(2, objects, WaitAny, Executive, KernelMode, FALSE, NULL, NULL);
        Drain();
    } while (status != STATUS_WAIT_0);
    PsTerminateSystemThread(STATUS_SUCCESS);
}

static VOID OnProcess(PEPROCESS Process, HANDLE ProcessId, PPS_CREATE_NOTIFY_INFO Info) {
    if (Info)
        LogLine("+ %s parent=%d cmd=%wZ\r\n", PsGetProcessImageFileName(Process),
                (int)(ULONG_PTR)Info->ParentProcessId, Info->CommandLine);
    else
        LogLine("- %s pid=%d\r\n", PsGetProcessImageFileName(Process), (int)(ULONG_PTR)ProcessId);
}

static VOID OnThread(HANDLE ProcessId, HANDLE ThreadId, BOOLEAN Create) {
    UNREFERENCED_PARAMETER(ProcessId);
    if (Create)
        LogLine("  thread %d\r\n", (int)(ULONG_PTR)ThreadId);
}

static NTSTATUS OpenLog(VOID) {
    UNICODE_STRING name = RTL_CONSTANT_STRING(LOG_PATH);
    OBJECT_ATTRIBUTES attributes;
    IO_STATUS_BLOCK io;

    InitializeObjectAttributes(&attributes, &name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL,
                               NULL);
    return ZwCreateFile(&Logger.File, GENERIC_WRITE | SYNCHRONIZE, &attributes, &io, NULL,
                        FILE_ATTRIBUTE_NORMAL, FILE_SHARE_READ, FILE_OVERWRITE_IF,
                        FILE_SYNCHRONOUS_IO_NONALERT, NULL, 0);
}

static VOID LoggerUnload(PDRIVER_OBJECT DriverObject) {
    UNREFERENCED_PARAMETER(DriverObject);
    PsRemoveCreateThreadNotifyRoutine(OnThread);
    PsSetCreateProcessNotifyRoutineEx(OnProcess, TRUE);
    KeSetEvent(&Logger.Stop, IO_NO_INCREMENT, FALSE);
    KeWaitForSingleObject(Logger.Thread, Executive, KernelMode, FALSE, NULL);
    ObDereferenceObject(Logger.Thread);
    ZwClose(Logger.File);
    ExDeleteNPagedLookasideList(&LinePool);
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath) {
    HANDLE thread;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(RegistryPath);
    InitializeListHead(&Logger.Lines);
    KeInitializeSpinLock(&Logger.Lock);
    KeInitializeEvent(&Logger.Wakeup, SynchronizationEvent, FALSE);
    KeInitializeEvent(&Logger.Stop, NotificationEvent, FALSE);
    status = OpenLog();
    if (!NT_SUCCESS(status)) {
        DbgPrint("logger: no log file 0x%08lX\n", status);
        return status;
    }
    ExInitializeNPagedLookasideList(&LinePool, NULL, NULL, 0, sizeof(LOG_LINE) + 200, LOG_TAG, 0);
    status = PsCreateSystemThread(&thread, THREAD_ALL_ACCESS, NULL, NULL, NULL, LoggerThread, NULL);
    if (!NT_SUCCESS(status)) {
        ExDeleteNPagedLookasideList(&LinePool);
        ZwClose(Logger.File);
        return status;
    }
    ObReferenceObjectByHandle(thread, THREAD_ALL_ACCESS, *PsThreadType, KernelMode, &Logger.Thread,
                              NULL);
    ZwClose(thread);
    DriverObject->DriverUnload = LoggerUnload;
    status = PsSetCreateProcessNotifyRoutineEx(OnProcess, FALSE);
    if (NT_SUCCESS(status))
        status = PsSetCreateThreadNotifyRoutine(OnThread);
    if (!NT_SUCCESS(status))
        LoggerUnload(DriverObject);
    return status;
}
