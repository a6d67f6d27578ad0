/* A clean-up path waits for the protection that it has acquired. */
#include "pair.h"

static EX_RUNDOWN_REF rundown;
static HANDLE helper;

/* Ends the wait, so that the run ends, too. */
static VOID release(PVOID context) {
    LARGE_INTEGER moment = {.QuadPart = -10000};
    UNREFERENCED_PARAMETER(context);
    KeDelayExecutionThread(KernelMode, FALSE, &moment);
    ExReleaseRundownProtection(&rundown);
}

NOTHING_TO_UNLOAD

static NTSTATUS load(PDRIVER_OBJECT driver) {
    UNREFERENCED_PARAMETER(driver);
    ExInitializeRundownProtection(&rundown);
    ExAcquireRundownProtection(&rundown);
#ifdef BROKEN
    PsCreateSystemThread(&helper, THREAD_ALL_ACCESS, NULL, NULL, NULL, release, NULL);
    ExWaitForRundownProtectionRelease(&rundown);
    ZwClose(helper);
#else
    UNREFERENCED_PARAMETER(release);
    ExReleaseRundownProtection(&rundown);
    ExWaitForRundownProtectionRelease(&rundown);
#endif
    return STATUS_SUCCESS;
}
