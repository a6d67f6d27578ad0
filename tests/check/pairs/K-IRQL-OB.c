/* A handle is looked up under a spin lock. */
#include "pair.h"

static KSPIN_LOCK lock;

NOTHING_TO_UNLOAD

static NTSTATUS load(PDRIVER_OBJECT driver) {
    PVOID process;
    KIRQL irql = PASSIVE_LEVEL;
    UNREFERENCED_PARAMETER(driver);
    KeInitializeSpinLock(&lock);
#ifdef BROKEN
    KeAcquireSpinLock(&lock, &irql);
#endif
    NTSTATUS status = ObReferenceObjectByHandle(NtCurrentProcess(), PROCESS_ALL_ACCESS,
                                                *PsProcessType, KernelMode, &process, NULL);
#ifndef BROKEN
    KeAcquireSpinLock(&lock, &irql);
#endif
    if (NT_SUCCESS(status))
        ObDereferenceObject(process);
    KeReleaseSpinLock(&lock, irql);
    return status;
}
