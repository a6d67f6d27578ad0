/*
 * kernel_csq.c - what Windows links into drivers: cancel-safe queues of requests, and remove locks.
 *
 * A queued request remembers its queue, or the context it was inserted with, in
 * Tail.Overlay.DriverContext[3].
 */
#include "api/kernel.h"

/* ---- cancel-safe queues ---------------------------------------------------------------------- */

enum { IN_QUEUE = 1, IN_CONTEXT = 2, IN_QUEUE_EX = 3 };

static PIO_CSQ queue_of(PIRP irp) {
    PIO_CSQ_IRP_CONTEXT context = irp->Tail.Overlay.DriverContext[3];
    return context->Type == IN_CONTEXT ? context->Csq : (PIO_CSQ)(void *)context;
}

/* The request and whoever inserted it know nothing of each other any more. */
static void forget(PIRP irp) {
    PIO_CSQ_IRP_CONTEXT context = irp->Tail.Overlay.DriverContext[3];
    if (context->Type == IN_CONTEXT)
        context->Irp = NULL;
    irp->Tail.Overlay.DriverContext[3] = NULL;
}

static void take_out(PIO_CSQ csq, PIRP irp) {
    csq->CsqRemoveIrp(csq, irp);
    forget(irp);
}

static VOID cancel_routine(PDEVICE_OBJECT device, PIRP irp) {
    PIO_CSQ csq = queue_of(irp);
    KIRQL irql;
    (void)device;
    IoReleaseCancelSpinLock(irp->CancelIrql);
    csq->CsqAcquireLock(csq, &irql);
    take_out(csq, irp);
    csq->CsqReleaseLock(csq, irql);
    csq->CsqCompleteCanceledIrp(csq, irp);
}

NTSTATUS IoCsqInitialize(PIO_CSQ Csq, PIO_CSQ_INSERT_IRP CsqInsertIrp,
                         PIO_CSQ_REMOVE_IRP CsqRemoveIrp, PIO_CSQ_PEEK_NEXT_IRP CsqPeekNextIrp,
                         PIO_CSQ_ACQUIRE_LOCK CsqAcquireLock, PIO_CSQ_RELEASE_LOCK CsqReleaseLock,
                         PIO_CSQ_COMPLETE_CANCELED_IRP CsqCompleteCanceledIrp) {
    *Csq = (IO_CSQ){.Type = IN_QUEUE,
                    .CsqInsertIrp = CsqInsertIrp,
                    .CsqRemoveIrp = CsqRemoveIrp,
                    .CsqPeekNextIrp = CsqPeekNextIrp,
                    .CsqAcquireLock = CsqAcquireLock,
                    .CsqReleaseLock = CsqReleaseLock,
                    .CsqCompleteCanceledIrp = CsqCompleteCanceledIrp};
    return STATUS_SUCCESS;
}

NTSTATUS IoCsqInitializeEx(PIO_CSQ Csq, PIO_CSQ_INSERT_IRP_EX CsqInsertIrp,
                           PIO_CSQ_REMOVE_IRP CsqRemoveIrp, PIO_CSQ_PEEK_NEXT_IRP CsqPeekNextIrp,
                           PIO_CSQ_ACQUIRE_LOCK CsqAcquireLock, PIO_CSQ_RELEASE_LOCK CsqReleaseLock,
                           PIO_CSQ_COMPLETE_CANCELED_IRP CsqCompleteCanceledIrp) {
    IoCsqInitialize(Csq, (PIO_CSQ_INSERT_IRP)(void (*)(void))CsqInsertIrp, CsqRemoveIrp,
                    CsqPeekNextIrp, CsqAcquireLock, CsqReleaseLock, CsqCompleteCanceledIrp);
    Csq->Type = IN_QUEUE_EX;
    return STATUS_SUCCESS;
}

static NTSTATUS insert(PIO_CSQ csq, PIRP irp, PVOID insert_context) {
    if (csq->Type == IN_QUEUE_EX)
        return ((PIO_CSQ_INSERT_IRP_EX)(void (*)(void))csq->CsqInsertIrp)(csq, irp, insert_context);
    csq->CsqInsertIrp(csq, irp);
    return STATUS_SUCCESS;
}

NTSTATUS IoCsqInsertIrpEx(PIO_CSQ Csq, PIRP Irp, PIO_CSQ_IRP_CONTEXT Context, PVOID InsertContext) {
    KIRQL irql;
    if (Context)
        *Context = (IO_CSQ_IRP_CONTEXT){IN_CONTEXT, Irp, Csq};
    Irp->Tail.Overlay.DriverContext[3] = Context ? (PVOID)Context : (PVOID)Csq;
    Csq->CsqAcquireLock(Csq, &irql);
    NTSTATUS status = insert(Csq, Irp, InsertContext);
    if (!NT_SUCCESS(status) && Csq->Type == IN_QUEUE_EX) {
        Csq->CsqReleaseLock(Csq, irql);
        return status;
    }
    IoMarkIrpPending(Irp);
    IoSetCancelRoutine(Irp, cancel_routine);
    /* Cancelled before: either the routine is called by whoever cancels, or it is taken back. */
    if (Irp->Cancel && IoSetCancelRoutine(Irp, NULL)) {
        take_out(Csq, Irp);
        Csq->CsqReleaseLock(Csq, irql);
        Csq->CsqCompleteCanceledIrp(Csq, Irp);
        return status;
    }
    Csq->CsqReleaseLock(Csq, irql);
    return status;
}

VOID IoCsqInsertIrp(PIO_CSQ Csq, PIRP Irp, PIO_CSQ_IRP_CONTEXT Context) {
    IoCsqInsertIrpEx(Csq, Irp, Context, NULL);
}

PIRP IoCsqRemoveIrp(PIO_CSQ Csq, PIO_CSQ_IRP_CONTEXT Context) {
    KIRQL irql;
    Csq->CsqAcquireLock(Csq, &irql);
    PIRP irp = Context->Irp;
    if (irp && IoSetCancelRoutine(irp, NULL))
        take_out(Csq, irp);
    else
        irp = NULL; /* removed, or being cancelled */
    Csq->CsqReleaseLock(Csq, irql);
    return irp;
}

PIRP IoCsqRemoveNextIrp(PIO_CSQ Csq, PVOID PeekContext) {
    KIRQL irql;
    Csq->CsqAcquireLock(Csq, &irql);
    PIRP irp = Csq->CsqPeekNextIrp(Csq, NULL, PeekContext);
    while (irp && !IoSetCancelRoutine(irp, NULL)) /* being cancelled: the next one */
        irp = Csq->CsqPeekNextIrp(Csq, irp, PeekContext);
    if (irp)
        take_out(Csq, irp);
    Csq->CsqReleaseLock(Csq, irql);
    return irp;
}

/* ---- remove locks ---------------------------------------------------------------------------- */

static void check_lock(struct rd_world *w, const IO_REMOVE_LOCK *lock, const char *routine) {
    ke_irql_check(w, KE_DISPATCH_LEVEL, routine, "IRQL-03");
    ke_header_check(w, &lock->Common.RemoveEvent.Header, routine);
    ke_point(w, KE_DRIVER_MEMORY, KE_WRITE);
}

VOID IoInitializeRemoveLockEx(PIO_REMOVE_LOCK Lock, ULONG AllocateTag, ULONG MaxLockedMinutes,
                              ULONG HighWatermark, ULONG RemlockSize) {
    (void)AllocateTag, (void)MaxLockedMinutes, (void)HighWatermark, (void)RemlockSize;
    Lock->Common.Removed = FALSE;
    Lock->Common.IoCount = 1;
    KeInitializeEvent(&Lock->Common.RemoveEvent, SynchronizationEvent, FALSE);
    Lock->Common.RemoveEvent.Header.Signalling = KE_REMOVE_LOCK;
}

/* For whoever explains a deadlock: see KE_REMOVE_LOCK. */
static void note_holder(const struct rd_world *w, PIO_REMOVE_LOCK lock, bool holds) {
    DISPATCHER_HEADER *header = &lock->Common.RemoveEvent.Header;
    if (holds)
        header->Reserved2 = w->current_tid;
    else if (header->Reserved2 == w->current_tid)
        header->Reserved2 = 0;
}

/* The last one out wakes whoever removes. */
static void leave(const struct rd_world *w, PIO_REMOVE_LOCK lock) {
    note_holder(w, lock, false);
    if (--lock->Common.IoCount == 0)
        KeSetEvent(&lock->Common.RemoveEvent, IO_NO_INCREMENT, FALSE);
}

NTSTATUS IoAcquireRemoveLockEx(PIO_REMOVE_LOCK RemoveLock, PVOID Tag, PCSTR File, ULONG Line,
                               ULONG RemlockSize) {
    struct rd_world *w = kernel_world();
    (void)Tag, (void)File, (void)Line, (void)RemlockSize;
    if (!w)
        return STATUS_DELETE_PENDING;
    check_lock(w, RemoveLock, "IoAcquireRemoveLock");
    RemoveLock->Common.IoCount++;
    if (!RemoveLock->Common.Removed) {
        note_holder(w, RemoveLock, true);
        return STATUS_SUCCESS;
    }
    leave(w, RemoveLock);
    return STATUS_DELETE_PENDING;
}

VOID IoReleaseRemoveLockEx(PIO_REMOVE_LOCK RemoveLock, PVOID Tag, ULONG RemlockSize) {
    struct rd_world *w = kernel_world();
    (void)Tag, (void)RemlockSize;
    if (!w)
        return;
    check_lock(w, RemoveLock, "IoReleaseRemoveLock");
    leave(w, RemoveLock);
}

/* Called by a holder: its own share goes, the first one goes, then everybody else's. */
VOID IoReleaseRemoveLockAndWaitEx(PIO_REMOVE_LOCK RemoveLock, PVOID Tag, ULONG RemlockSize) {
    struct rd_world *w = kernel_world();
    (void)Tag, (void)RemlockSize;
    if (!w)
        return;
    ke_irql_check(w, KE_PASSIVE_LEVEL, "IoReleaseRemoveLockAndWait", "IRQL-01");
    check_lock(w, RemoveLock, "IoReleaseRemoveLockAndWait");
    note_holder(w, RemoveLock, false);
    RemoveLock->Common.Removed = TRUE;
    RemoveLock->Common.IoCount -= 2;
    if (RemoveLock->Common.IoCount > 0)
        KeWaitForSingleObject(&RemoveLock->Common.RemoveEvent, Executive, KernelMode, FALSE, NULL);
}
