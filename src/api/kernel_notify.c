/* kernel_notify.c - registration and removal of notify routines (Ps...NotifyRoutine...). */
#include "api/kernel.h"

static void *address_of(void (*routine)(void)) {
    return (void *)(uintptr_t)routine;
}

/* The slot tables are shared state: a scheduling point on them comes first. */
static NTSTATUS change(struct rd_world *w, enum ps_notify_table table, void *routine,
                       enum ps_notify_flavour flavour, bool remove) {
    ke_point(w, ob_id(w->ps->system), KE_WRITE);
    return remove ? ps_notify_remove(w, table, routine, flavour, false)
                  : ps_notify_register(w, table, routine, flavour);
}

/* ---- processes ------------------------------------------------------------------------------- */

NTSTATUS PsSetCreateProcessNotifyRoutine(PCREATE_PROCESS_NOTIFY_ROUTINE NotifyRoutine,
                                         BOOLEAN Remove) {
    struct rd_world *w = kernel_world();
    if (!w)
        return STATUS_INVALID_DEVICE_REQUEST;
    ke_irql_check(w, KE_PASSIVE_LEVEL, "PsSetCreateProcessNotifyRoutine", "NTFY-P-43");
    /* Windows 10 looks whether the routine lies in a loaded image. */
    if (!Remove && w->profile->major >= 10 &&
        io_pool_contains(w, address_of((void (*)(void))NotifyRoutine)))
        return STATUS_ACCESS_DENIED; /* NTFY-P-19 */
    return change(w, PS_NOTIFY_PROCESS, address_of((void (*)(void))NotifyRoutine), PS_NOTIFY_LEGACY,
                  Remove != FALSE);
}

static NTSTATUS change_ex(struct rd_world *w, void *routine, enum ps_notify_flavour flavour,
                          bool remove) {
    /* Before the table is looked at (NTFY-P-20). */
    if (!remove && !io_code_has_integrity(w, routine))
        return STATUS_ACCESS_DENIED; /* NTFY-P-16 */
    return change(w, PS_NOTIFY_PROCESS, routine, flavour, remove);
}

NTSTATUS PsSetCreateProcessNotifyRoutineEx(PCREATE_PROCESS_NOTIFY_ROUTINE_EX NotifyRoutine,
                                           BOOLEAN Remove) {
    struct rd_world *w = kernel_world();
    if (!w)
        return STATUS_INVALID_DEVICE_REQUEST;
    ke_irql_check(w, KE_PASSIVE_LEVEL, "PsSetCreateProcessNotifyRoutineEx", "NTFY-P-43");
    return change_ex(w, address_of((void (*)(void))NotifyRoutine), PS_NOTIFY_EX, Remove != FALSE);
}

NTSTATUS PsSetCreateProcessNotifyRoutineEx2(PSCREATEPROCESSNOTIFYTYPE NotifyType,
                                            PVOID NotifyInformation, BOOLEAN Remove) {
    struct rd_world *w = kernel_world();
    if (!w)
        return STATUS_INVALID_DEVICE_REQUEST;
    ke_irql_check(w, KE_PASSIVE_LEVEL, "PsSetCreateProcessNotifyRoutineEx2", "NTFY-P-43");
    if (NotifyType != PsCreateProcessNotifySubsystems)
        return STATUS_INVALID_PARAMETER; /* NTFY-P-21 */
    return change_ex(w, NotifyInformation, PS_NOTIFY_EX2, Remove != FALSE);
}

/* ---- threads --------------------------------------------------------------------------------- */

NTSTATUS PsSetCreateThreadNotifyRoutine(PCREATE_THREAD_NOTIFY_ROUTINE NotifyRoutine) {
    struct rd_world *w = kernel_world();
    if (!w)
        return STATUS_INVALID_DEVICE_REQUEST;
    ke_irql_check(w, KE_PASSIVE_LEVEL, "PsSetCreateThreadNotifyRoutine", "NTFY-T-12");
    return change(w, PS_NOTIFY_THREAD, address_of((void (*)(void))NotifyRoutine), PS_NOTIFY_LEGACY,
                  false);
}

NTSTATUS PsSetCreateThreadNotifyRoutineEx(PSCREATETHREADNOTIFYTYPE NotifyType,
                                          PVOID NotifyInformation) {
    struct rd_world *w = kernel_world();
    if (!w)
        return STATUS_INVALID_DEVICE_REQUEST;
    ke_irql_check(w, KE_PASSIVE_LEVEL, "PsSetCreateThreadNotifyRoutineEx", "NTFY-T-12");
    switch (NotifyType) {
    case PsCreateThreadNotifyNonSystem:
        return change(w, PS_NOTIFY_THREAD, NotifyInformation, PS_NOTIFY_EX, false);
    case PsCreateThreadNotifySubsystems:
        return change(w, PS_NOTIFY_THREAD, NotifyInformation, PS_NOTIFY_EX2, false);
    default:
        return STATUS_INVALID_PARAMETER; /* NTFY-T-16 */
    }
}

NTSTATUS PsRemoveCreateThreadNotifyRoutine(PCREATE_THREAD_NOTIFY_ROUTINE NotifyRoutine) {
    struct rd_world *w = kernel_world();
    if (!w)
        return STATUS_INVALID_DEVICE_REQUEST;
    ke_irql_check(w, KE_APC_LEVEL, "PsRemoveCreateThreadNotifyRoutine", "NTFY-T-12");
    ke_point(w, ob_id(w->ps->system), KE_WRITE);
    return ps_notify_remove(w, PS_NOTIFY_THREAD, address_of((void (*)(void))NotifyRoutine),
                            PS_NOTIFY_LEGACY, true);
}

/* ---- images ---------------------------------------------------------------------------------- */

NTSTATUS PsSetLoadImageNotifyRoutine(PLOAD_IMAGE_NOTIFY_ROUTINE NotifyRoutine) {
    struct rd_world *w = kernel_world();
    if (!w)
        return STATUS_INVALID_DEVICE_REQUEST;
    ke_irql_check(w, KE_PASSIVE_LEVEL, "PsSetLoadImageNotifyRoutine", "IRQL-01");
    return change(w, PS_NOTIFY_IMAGE, address_of((void (*)(void))NotifyRoutine), PS_NOTIFY_LEGACY,
                  false);
}

NTSTATUS PsSetLoadImageNotifyRoutineEx(PLOAD_IMAGE_NOTIFY_ROUTINE NotifyRoutine, ULONG_PTR Flags) {
    struct rd_world *w = kernel_world();
    if (!w)
        return STATUS_INVALID_DEVICE_REQUEST;
    ke_irql_check(w, KE_PASSIVE_LEVEL, "PsSetLoadImageNotifyRoutineEx", "IRQL-01");
    if (Flags & ~(ULONG_PTR)PS_IMAGE_NOTIFY_CONFLICTING_ARCHITECTURE)
        return STATUS_INVALID_PARAMETER_2; /* NTFY-I-13 */
    return change(w, PS_NOTIFY_IMAGE, address_of((void (*)(void))NotifyRoutine), PS_NOTIFY_EX,
                  false);
}

NTSTATUS PsRemoveLoadImageNotifyRoutine(PLOAD_IMAGE_NOTIFY_ROUTINE NotifyRoutine) {
    struct rd_world *w = kernel_world();
    if (!w)
        return STATUS_INVALID_DEVICE_REQUEST;
    ke_irql_check(w, KE_APC_LEVEL, "PsRemoveLoadImageNotifyRoutine", "NTFY-I-14");
    ke_point(w, ob_id(w->ps->system), KE_WRITE);
    return ps_notify_remove(w, PS_NOTIFY_IMAGE, address_of((void (*)(void))NotifyRoutine),
                            PS_NOTIFY_LEGACY, true);
}
