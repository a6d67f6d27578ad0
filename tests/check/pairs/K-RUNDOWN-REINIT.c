/* Protection is armed again before it has been run down. */
#include "pair.h"

static EX_RUNDOWN_REF rundown;

NOTHING_TO_UNLOAD

static NTSTATUS load(PDRIVER_OBJECT driver) {
    UNREFERENCED_PARAMETER(driver);
    ExInitializeRundownProtection(&rundown);
#ifndef BROKEN
    ExWaitForRundownProtectionRelease(&rundown);
#endif
    ExReInitializeRundownProtection(&rundown);
    return STATUS_SUCCESS;
}
