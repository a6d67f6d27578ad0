/* Two threads run the same object down. */
#include "pair.h"

static EX_RUNDOWN_REF rundown;

static VOID clean_up(PVOID context) {
    UNREFERENCED_PARAMETER(context);
    ExWaitForRundownProtectionRelease(&rundown);
}

NOTHING_TO_UNLOAD

static NTSTATUS load(PDRIVER_OBJECT driver) {
    LARGE_INTEGER moment = {.QuadPart = -10000};
    HANDLE threads[2];
    PVOID object;
    ULONG count = 1;
    UNREFERENCED_PARAMETER(driver);
#ifdef BROKEN
    count = 2;
#endif
    ExInitializeRundownProtection(&rundown);
    ExAcquireRundownProtection(&rundown);
    for (ULONG i = 0; i < count; i++)
        PsCreateSystemThread(&threads[i], THREAD_ALL_ACCESS, NULL, NULL, NULL, clean_up, NULL);
    KeDelayExecutionThread(KernelMode, FALSE, &moment);
    ExReleaseRundownProtection(&rundown);
    for (ULONG i = 0; i < count; i++) {
        ObReferenceObjectByHandle(threads[i], SYNCHRONIZE, *PsThreadType, KernelMode, &object,
                                  NULL);
        KeWaitForSingleObject(object, Executive, KernelMode, FALSE, NULL);
        ObDereferenceObject(object);
        ZwClose(threads[i]);
    }
    return STATUS_SUCCESS;
}
