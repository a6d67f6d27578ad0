/* A routine is registered under a spin lock. */
#include "pair.h"

static KSPIN_LOCK lock;

static VOID loaded(PUNICODE_STRING name, HANDLE process, PIMAGE_INFO image) {
    UNREFERENCED_PARAMETER(name);
    UNREFERENCED_PARAMETER(process);
    UNREFERENCED_PARAMETER(image);
}

static VOID unload(PDRIVER_OBJECT driver) {
    UNREFERENCED_PARAMETER(driver);
    PsRemoveLoadImageNotifyRoutine(loaded);
}

static NTSTATUS load(PDRIVER_OBJECT driver) {
    NTSTATUS status;
    KIRQL irql;
    UNREFERENCED_PARAMETER(driver);
    KeInitializeSpinLock(&lock);
    KeAcquireSpinLock(&lock, &irql);
#ifdef BROKEN
    status = PsSetLoadImageNotifyRoutine(loaded);
    KeReleaseSpinLock(&lock, irql);
#else
    KeReleaseSpinLock(&lock, irql);
    status = PsSetLoadImageNotifyRoutine(loaded);
#endif
    return status;
}
