/* Two paths take the same two locks in different order. */
#include "pair.h"

static FAST_MUTEX list, state;

static VOID use_list(VOID) {
    ExAcquireFastMutex(&list);
    ExAcquireFastMutex(&state);
    ExReleaseFastMutex(&state);
    ExReleaseFastMutex(&list);
}

static VOID use_state(VOID) {
#ifdef BROKEN
    ExAcquireFastMutex(&state);
    ExAcquireFastMutex(&list);
    ExReleaseFastMutex(&list);
    ExReleaseFastMutex(&state);
#else
    use_list();
#endif
}

NOTHING_TO_UNLOAD

static NTSTATUS load(PDRIVER_OBJECT driver) {
    UNREFERENCED_PARAMETER(driver);
    ExInitializeFastMutex(&list);
    ExInitializeFastMutex(&state);
    use_list();
    use_state();
    return STATUS_SUCCESS;
}
