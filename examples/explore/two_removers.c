/*
 * Two threads stop the driver at once.
 *
 * Both see that it still watches, both remove the routine - the second one in vain, which nobody
 * looks at - and both free the log. A pool block that is freed twice stops the machine.
 *
 * Repaired: asking and answering is one step. Whoever sets Stopped first does the work.
 *
 * rundown-cc --driver -o two_removers.sys two_removers.c
 * rundown-cc -o stop.exe stop.c
 * rundown explore --driver two_removers.sys stop.exe twice
 */
#include <ntddk.h>

#include "control_device.h"

static PULONG Log;
static LONG Stopped;

static VOID OnProcess(PEPROCESS Process, HANDLE ProcessId, PPS_CREATE_NOTIFY_INFO CreateInfo) {
    UNREFERENCED_PARAMETER(Process);
    UNREFERENCED_PARAMETER(ProcessId);
    if (CreateInfo != NULL)
        InterlockedIncrement((PLONG)Log);
}

static VOID Stop(VOID) {
#ifdef REPAIRED
    if (InterlockedExchange(&Stopped, TRUE))
        return;
#else
    if (ReadAcquire(&Stopped))
        return;
#endif
    PsSetCreateProcessNotifyRoutineEx(OnProcess, TRUE);
    ExFreePoolWithTag(Log, 'goLC');
    WriteRelease(&Stopped, TRUE);
}

static NTSTATUS OnControl(VOID) {
    Stop();
    return STATUS_SUCCESS;
}

static VOID Unload(PDRIVER_OBJECT DriverObject) {
    Stop();
    DeleteControlDevice(DriverObject);
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath) {
    UNREFERENCED_PARAMETER(RegistryPath);
    Log = ExAllocatePool2(POOL_FLAG_PAGED, sizeof(*Log), 'goLC');
    if (Log == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    DriverObject->DriverUnload = Unload;
    CreateControlDevice(DriverObject);
    return PsSetCreateProcessNotifyRoutineEx(OnProcess, FALSE);
}
