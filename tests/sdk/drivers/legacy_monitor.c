/* A legacy driver: process and thread notify routines, a list under a fast mutex, DbgPrint. */
#include <ntddk.h>

#define MONITOR_TAG 'nomP'

DRIVER_INITIALIZE DriverEntry;
DRIVER_UNLOAD MonitorUnload;

#ifdef ALLOC_PRAGMA
#pragma alloc_text(INIT, DriverEntry)
#pragma alloc_text(PAGE, MonitorUnload)
#endif

typedef struct _MONITOR_ENTRY {
    LIST_ENTRY Link;
    HANDLE ProcessId;
    HANDLE ParentId;
    LARGE_INTEGER Created;
} MONITOR_ENTRY, *PMONITOR_ENTRY;

static LIST_ENTRY g_Processes;
static FAST_MUTEX g_Lock;
static ULONG g_Count = 0;

static VOID OnProcess(IN HANDLE ParentId, IN HANDLE ProcessId, IN BOOLEAN Create) {
    PLIST_ENTRY link;

    PAGED_CODE();
    if (Create) {
        PMONITOR_ENTRY entry =
            (PMONITOR_ENTRY)ExAllocatePoolWithTag(PagedPool, sizeof(MONITOR_ENTRY), MONITOR_TAG);
        if (entry == NULL) {
            KdPrint(("monitor: no memory for %p\n", ProcessId));
            return;
        }
        RtlZeroMemory(entry, sizeof(*entry));
        entry->ProcessId = ProcessId;
        entry->ParentId = ParentId;
        KeQuerySystemTime(&entry->Created);
        ExAcquireFastMutex(&g_Lock);
        InsertTailList(&g_Processes, &entry->Link);
        g_Count++;
        ExReleaseFastMutex(&g_Lock);
        DbgPrint("monitor: + %u (parent %u)\n", HandleToULong(ProcessId), HandleToULong(ParentId));
        return;
    }
    ExAcquireFastMutex(&g_Lock);
    for (link = g_Processes.Flink; link != &g_Processes; link = link->Flink) {
        PMONITOR_ENTRY entry = CONTAINING_RECORD(link, MONITOR_ENTRY, Link);
        if (entry->ProcessId == ProcessId) {
            RemoveEntryList(link);
            ExFreePoolWithTag(entry, MONITOR_TAG);
            g_Count--;
            break;
        }
    }
    ExReleaseFastMutex(&g_Lock);
}

static VOID OnThread(HANDLE ProcessId, HANDLE ThreadId, BOOLEAN Create) {
    DbgPrintEx(DPFLTR_IHVDRIVER_ID, DPFLTR_INFO_LEVEL, "monitor: thread %lu.%lu %s\n",
               HandleToULong(ProcessId), HandleToULong(ThreadId), Create ? "starts" : "ends");
}

VOID MonitorUnload(PDRIVER_OBJECT DriverObject) {
    UNREFERENCED_PARAMETER(DriverObject);
    PAGED_CODE();
    PsRemoveCreateThreadNotifyRoutine(OnThread);
    PsSetCreateProcessNotifyRoutine(OnProcess, TRUE);
    while (!IsListEmpty(&g_Processes)) {
        PLIST_ENTRY link = RemoveHeadList(&g_Processes);
        ExFreePoolWithTag(CONTAINING_RECORD(link, MONITOR_ENTRY, Link), MONITOR_TAG);
    }
}

NTSTATUS DriverEntry(_In_ PDRIVER_OBJECT DriverObject, _In_ PUNICODE_STRING RegistryPath) {
    NTSTATUS status;
    ULONG major, minor;

    DbgPrint("monitor: %wZ\n", RegistryPath);
    PsGetVersion(&major, &minor, NULL, NULL);
    InitializeListHead(&g_Processes);
    ExInitializeFastMutex(&g_Lock);
    DriverObject->DriverUnload = MonitorUnload;
    status = PsSetCreateProcessNotifyRoutine(OnProcess, FALSE);
    if (!NT_SUCCESS(status))
        return status;
    status = PsSetCreateThreadNotifyRoutine(OnThread);
    if (!NT_SUCCESS(status)) {
        PsSetCreateProcessNotifyRoutine(OnProcess, TRUE);
        return status;
    }
    return STATUS_SUCCESS;
}
