/* Protection is released that could not be acquired. */
#include "pair.h"

static EX_RUNDOWN_REF rundown;

static VOID use(VOID) {
    BOOLEAN acquired = ExAcquireRundownProtection(&rundown);
#ifdef BROKEN
    acquired = TRUE;
#endif
    if (acquired)
        ExReleaseRundownProtection(&rundown);
}

static VOID unload(PDRIVER_OBJECT driver) {
    UNREFERENCED_PARAMETER(driver);
    ExWaitForRundownProtectionRelease(&rundown);
    use();
}

static NTSTATUS load(PDRIVER_OBJECT driver) {
    UNREFERENCED_PARAMETER(driver);
    ExInitializeRundownProtection(&rundown);
    use();
    return STATUS_SUCCESS;
}
