/*
 * A routine is removed while it is called.
 *
 * Removing a notify routine waits until no call of it is in progress. A driver that holds a lock
 * meanwhile which the routine takes, too, waits for a call that waits for the driver. The verifier
 * sees in any schedule that this can happen, and stops the machine; without it the deadlock shows.
 *
 * Repaired: no lock is held while the routine is removed.
 *
 * rundown-cc --driver -o removal_and_callback.sys removal_and_callback.c
 * rundown-cc -o stop.exe stop.c
 * rundown explore --no-verify --driver removal_and_callback.sys stop.exe thread
 */
#include <ntddk.h>

#include "control_device.h"

static FAST_MUTEX Lock;
static ULONG Threads;
static BOOLEAN Watching;

static VOID OnThread(HANDLE ProcessId, HANDLE ThreadId, BOOLEAN Create) {
    UNREFERENCED_PARAMETER(ProcessId);
    UNREFERENCED_PARAMETER(ThreadId);
    ExAcquireFastMutex(&Lock);
    Threads += Create;
    ExReleaseFastMutex(&Lock);
}

static VOID Stop(VOID) {
    BOOLEAN watching;

    ExAcquireFastMutex(&Lock);
    watching = Watching;
    Watching = FALSE;
#ifdef REPAIRED
    ExReleaseFastMutex(&Lock);
#endif
    if (watching)
        PsRemoveCreateThreadNotifyRoutine(OnThread);
#ifndef REPAIRED
    ExReleaseFastMutex(&Lock);
#endif
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
    ExInitializeFastMutex(&Lock);
    DriverObject->DriverUnload = Unload;
    CreateControlDevice(DriverObject);
    Watching = TRUE;
    return PsSetCreateThreadNotifyRoutine(OnThread);
}
