/* kernel_apc.c - APCs and alerts, which drivers send to threads. */
#include "api/kernel.h"
#include "ke/verify.h"
#include "rundown/sdk/rd_ntkernel.h"

/* An APC without a normal routine is a special one of the kernel, whatever the mode says. */
VOID KeInitializeApc(PRKAPC Apc, PRKTHREAD Thread, ULONG Environment, PVOID KernelRoutine,
                     PVOID RundownRoutine, PVOID NormalRoutine, KPROCESSOR_MODE ProcessorMode,
                     PVOID NormalContext) {
    *Apc = (KAPC){.Type = ApcObject,
                  .Size = sizeof *Apc,
                  .Thread = Thread,
                  .KernelRoutine = KernelRoutine,
                  .RundownRoutine = RundownRoutine,
                  .NormalRoutine = NormalRoutine,
                  .NormalContext = NormalRoutine ? NormalContext : NULL,
                  .ApcStateIndex = (CCHAR)Environment,
                  .ApcMode = NormalRoutine ? ProcessorMode : (KPROCESSOR_MODE)KernelMode};
}

BOOLEAN KeInsertQueueApc(PRKAPC Apc, PVOID SystemArgument1, PVOID SystemArgument2,
                         KPRIORITY Increment) {
    struct rd_world *w = kernel_world();
    (void)Increment;
    if (!w)
        return FALSE;
    ke_irql_check(w, KE_DISPATCH_LEVEL, "KeInsertQueueApc", "IRQL-03");
    if (Apc->Type != ApcObject)
        ke_uninitialised(w, "KeInsertQueueApc");
    ke_point(w, core_place(CORE_LIFE, ob_id(Apc->Thread)), KE_WRITE);
    if (Apc->Inserted)
        return FALSE;
    Apc->SystemArgument1 = SystemArgument1;
    Apc->SystemArgument2 = SystemArgument2;
    if (!ke_queue_apc(w, Apc, io_current_driver(w, Apc->KernelRoutine)))
        return FALSE;
    ke_run_kernel_apcs(w); /* of the current thread */
    return TRUE;
}

BOOLEAN KeRemoveQueueApc(PRKAPC Apc) {
    struct rd_world *w = kernel_world();
    if (!w)
        return FALSE;
    ke_irql_check(w, KE_DISPATCH_LEVEL, "KeRemoveQueueApc", "IRQL-03");
    ke_point(w, core_place(CORE_LIFE, ob_id(Apc->Thread)), KE_WRITE);
    return ke_remove_apc(w, Apc);
}

BOOLEAN KeAlertThread(PKTHREAD Thread, KPROCESSOR_MODE AlertMode) {
    struct rd_world *w = kernel_world();
    if (!w)
        return FALSE;
    ke_irql_check(w, KE_DISPATCH_LEVEL, "KeAlertThread", "IRQL-03");
    ke_point(w, core_place(CORE_LIFE, ob_id(Thread)), KE_WRITE);
    return ke_alert(w, (struct ke_thread *)(void *)Thread, AlertMode ? UserMode : KernelMode);
}

BOOLEAN KeTestAlertThread(KPROCESSOR_MODE AlertMode) {
    struct rd_world *w = kernel_world();
    return w && ke_test_alert(w, AlertMode ? UserMode : KernelMode);
}
