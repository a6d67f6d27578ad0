/*
 * keystore.sys: a file-system-style driver that keeps an encryption key for each process and throws
 * it away when the process ends - planned, killed or crashed: the process notify routine hears of
 * every end.
 */
#include <ntddk.h>

#define KEY_TAG 'yeKR'

typedef struct _PROCESS_KEY {
    LIST_ENTRY Link;
    HANDLE ProcessId;
    ULONG Threads;
    UCHAR Key[32];
} PROCESS_KEY, *PPROCESS_KEY;

static LIST_ENTRY Keys;
static FAST_MUTEX KeysLock;

DRIVER_INITIALIZE DriverEntry;
DRIVER_UNLOAD KeyStoreUnload;

static PPROCESS_KEY FindKey(HANDLE ProcessId)
{
    PLIST_ENTRY link;

    for (link = Keys.Flink; link != &Keys; link = link->Flink) {
        PPROCESS_KEY key = CONTAINING_RECORD(link, PROCESS_KEY, Link);
        if (key->ProcessId == ProcessId)
            return key;
    }
    return NULL;
}

static VOID CreateKey(HANDLE ProcessId)
{
    PPROCESS_KEY key = ExAllocatePool2(POOL_FLAG_PAGED, sizeof(*key), KEY_TAG);

    if (key == NULL) {
        DbgPrint("keystore: no memory for a key of process %lu\n", HandleToULong(ProcessId));
        return;
    }
    key->ProcessId = ProcessId;
    RtlFillMemory(key->Key, sizeof(key->Key), 0x5A);
    ExAcquireFastMutex(&KeysLock);
    InsertTailList(&Keys, &key->Link);
    ExReleaseFastMutex(&KeysLock);
    DbgPrint("keystore: process %lu has a key\n", HandleToULong(ProcessId));
}

static VOID DiscardKey(PEPROCESS Process, HANDLE ProcessId)
{
    PPROCESS_KEY key;
    ULONG threads = 0;

    ExAcquireFastMutex(&KeysLock);
    key = FindKey(ProcessId);
    if (key != NULL) {
        RemoveEntryList(&key->Link);
        threads = key->Threads;
    }
    ExReleaseFastMutex(&KeysLock);
    if (key == NULL)
        return; /* it was running before the driver was loaded */
    RtlSecureZeroMemory(key, sizeof(*key));
    ExFreePoolWithTag(key, KEY_TAG);
    DbgPrint("keystore: process %lu has ended with 0x%08X, %lu threads left: key discarded\n",
             HandleToULong(ProcessId), PsGetProcessExitStatus(Process), threads);
}

static VOID OnProcess(PEPROCESS Process, HANDLE ProcessId, PPS_CREATE_NOTIFY_INFO CreateInfo)
{
    if (CreateInfo != NULL)
        CreateKey(ProcessId);
    else
        DiscardKey(Process, ProcessId);
}

static VOID OnThread(HANDLE ProcessId, HANDLE ThreadId, BOOLEAN Create)
{
    PPROCESS_KEY key;

    UNREFERENCED_PARAMETER(ThreadId);
    ExAcquireFastMutex(&KeysLock);
    key = FindKey(ProcessId);
    if (key != NULL)
        key->Threads += Create ? 1 : -1;
    ExReleaseFastMutex(&KeysLock);
}

VOID KeyStoreUnload(PDRIVER_OBJECT DriverObject)
{
    UNREFERENCED_PARAMETER(DriverObject);
    PsRemoveCreateThreadNotifyRoutine(OnThread);
    PsSetCreateProcessNotifyRoutineEx(OnProcess, TRUE); /* returns when no call is in progress */
    while (!IsListEmpty(&Keys))
        ExFreePoolWithTag(CONTAINING_RECORD(RemoveHeadList(&Keys), PROCESS_KEY, Link), KEY_TAG);
    DbgPrint("keystore: unloaded\n");
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    NTSTATUS status;

    UNREFERENCED_PARAMETER(RegistryPath);
    /* Everything that the routines use comes first: calls may arrive at once. */
    InitializeListHead(&Keys);
    ExInitializeFastMutex(&KeysLock);

    status = PsSetCreateProcessNotifyRoutineEx(OnProcess, FALSE);
    if (!NT_SUCCESS(status))
        return status;
    status = PsSetCreateThreadNotifyRoutine(OnThread);
    if (!NT_SUCCESS(status)) {
        PsSetCreateProcessNotifyRoutineEx(OnProcess, TRUE);
        return status;
    }
    DriverObject->DriverUnload = KeyStoreUnload;
    DbgPrint("keystore: loaded\n");
    return STATUS_SUCCESS;
}
