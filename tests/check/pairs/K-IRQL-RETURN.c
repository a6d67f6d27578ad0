/* A notify routine forgets to release its spin lock on one path. */
#include "pair.h"

static KSPIN_LOCK lock;
static ULONG processes;

static VOID changed(HANDLE parent, HANDLE process, BOOLEAN create) {
    KIRQL irql;
    UNREFERENCED_PARAMETER(parent);
    UNREFERENCED_PARAMETER(process);
    KeAcquireSpinLock(&lock, &irql);
    if (!create) {
#ifndef BROKEN
        KeReleaseSpinLock(&lock, irql);
#endif
        return;
    }
    processes++;
    KeReleaseSpinLock(&lock, irql);
}

static VOID unload(PDRIVER_OBJECT driver) {
    UNREFERENCED_PARAMETER(driver);
    PsSetCreateProcessNotifyRoutine(changed, TRUE);
}

static NTSTATUS load(PDRIVER_OBJECT driver) {
    UNREFERENCED_PARAMETER(driver);
    KeInitializeSpinLock(&lock);
    return PsSetCreateProcessNotifyRoutine(changed, FALSE);
}
