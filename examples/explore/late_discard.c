/*
 * A key store against terminate and create.
 *
 * The driver keeps a key for each process, found by process ID, and leaves the work of discarding
 * it to a worker thread. If the worker is late, the ID has another owner by then: a new process
 * finds the key of the dead one, and loses it a moment later.
 *
 * Repaired: the notify routine discards the key itself. No ID is free before it has returned.
 *
 * rundown-cc --driver -o late_discard.sys late_discard.c
 * rundown-cc -o terminate_and_create.exe terminate_and_create.c
 * rundown explore --choose id --driver late_discard.sys terminate_and_create.exe
 */
#include <ntddk.h>

#include "control_device.h"

typedef struct _KEY {
    LIST_ENTRY Link;
    HANDLE ProcessId;
    PEPROCESS Process;
} KEY, *PKEY;

static PDEVICE_OBJECT Device;
static FAST_MUTEX Lock;
static LIST_ENTRY Keys;

static PKEY FindKey(HANDLE ProcessId) {
    PLIST_ENTRY link;

    for (link = Keys.Flink; link != &Keys; link = link->Flink) {
        PKEY key = CONTAINING_RECORD(link, KEY, Link);
        if (key->ProcessId == ProcessId)
            return key;
    }
    return NULL;
}

static VOID CreateKey(PEPROCESS Process, HANDLE ProcessId) {
    PKEY key;

    ExAcquireFastMutex(&Lock);
    if (FindKey(ProcessId) == NULL) {
        key = ExAllocatePool2(POOL_FLAG_PAGED, sizeof(*key), ' yeK');
        if (key != NULL) {
            key->ProcessId = ProcessId;
            key->Process = Process;
            InsertTailList(&Keys, &key->Link);
        }
    }
    ExReleaseFastMutex(&Lock);
}

static VOID DiscardKey(HANDLE ProcessId) {
    PKEY key;

    ExAcquireFastMutex(&Lock);
    key = FindKey(ProcessId);
    if (key != NULL) {
        RemoveEntryList(&key->Link);
        ExFreePoolWithTag(key, ' yeK');
    }
    ExReleaseFastMutex(&Lock);
}

#ifndef REPAIRED

static VOID DiscardLater(PVOID IoObject, PVOID ProcessId, PIO_WORKITEM WorkItem) {
    UNREFERENCED_PARAMETER(IoObject);
    DiscardKey(ProcessId);
    IoFreeWorkItem(WorkItem);
}

#endif

static VOID OnProcess(PEPROCESS Process, HANDLE ProcessId, PPS_CREATE_NOTIFY_INFO CreateInfo) {
    if (CreateInfo != NULL) {
        CreateKey(Process, ProcessId);
        return;
    }
#ifdef REPAIRED
    DiscardKey(ProcessId);
#else
    IoQueueWorkItemEx(IoAllocateWorkItem(Device), DiscardLater, DelayedWorkQueue, ProcessId);
#endif
}

/* Does the calling process have a key of its own? */
static NTSTATUS OnControl(VOID) {
    BOOLEAN own;
    PKEY key;

    ExAcquireFastMutex(&Lock);
    key = FindKey(PsGetCurrentProcessId());
    own = key != NULL && key->Process == PsGetCurrentProcess();
    ExReleaseFastMutex(&Lock);
    return own ? STATUS_SUCCESS : STATUS_ACCESS_DENIED;
}

static VOID Unload(PDRIVER_OBJECT DriverObject) {
    PsSetCreateProcessNotifyRoutineEx(OnProcess, TRUE);
    DeleteControlDevice(DriverObject);
    while (!IsListEmpty(&Keys))
        ExFreePoolWithTag(CONTAINING_RECORD(RemoveHeadList(&Keys), KEY, Link), ' yeK');
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath) {
    UNREFERENCED_PARAMETER(RegistryPath);
    ExInitializeFastMutex(&Lock);
    InitializeListHead(&Keys);
    DriverObject->DriverUnload = Unload;
    CreateControlDevice(DriverObject);
    Device = DriverObject->DeviceObject;
    return PsSetCreateProcessNotifyRoutineEx(OnProcess, FALSE);
}
