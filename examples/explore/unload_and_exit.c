/*
 * A driver is unloaded while a process exits.
 *
 * What the routine needs is freed before the routine is removed: a process that ends in between
 * finds nothing there, and the machine stops.
 *
 * Repaired: the routine goes first. Removing it returns when no call of it is in progress.
 *
 * rundown-cc --driver -o unload_and_exit.sys unload_and_exit.c
 * rundown-cc -o stop.exe stop.c
 * rundown explore --driver unload_and_exit.sys stop.exe exit unload_and_exit
 */
#include <ntddk.h>

typedef struct _EXIT_LOG {
    ULONG Exits;
} EXIT_LOG, *PEXIT_LOG;

static FAST_MUTEX Lock;
static PEXIT_LOG Log;

static VOID OnProcess(PEPROCESS Process, HANDLE ProcessId, PPS_CREATE_NOTIFY_INFO CreateInfo) {
    UNREFERENCED_PARAMETER(Process);
    UNREFERENCED_PARAMETER(ProcessId);
    if (CreateInfo != NULL)
        return;
    ExAcquireFastMutex(&Lock);
    Log->Exits++;
    ExReleaseFastMutex(&Lock);
}

static VOID FreeLog(VOID) {
    ExAcquireFastMutex(&Lock);
    ExFreePoolWithTag(Log, 'goLE');
    Log = NULL;
    ExReleaseFastMutex(&Lock);
}

static VOID Unload(PDRIVER_OBJECT DriverObject) {
    UNREFERENCED_PARAMETER(DriverObject);
#ifdef REPAIRED
    PsSetCreateProcessNotifyRoutineEx(OnProcess, TRUE);
    FreeLog();
#else
    FreeLog();
    PsSetCreateProcessNotifyRoutineEx(OnProcess, TRUE);
#endif
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath) {
    UNREFERENCED_PARAMETER(RegistryPath);
    ExInitializeFastMutex(&Lock);
    Log = ExAllocatePool2(POOL_FLAG_PAGED, sizeof(*Log), 'goLE');
    if (Log == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    DriverObject->DriverUnload = Unload;
    return PsSetCreateProcessNotifyRoutineEx(OnProcess, FALSE);
}
