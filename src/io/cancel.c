/* cancel.c - cancellation: of one request, of those for a file, of those of a thread that ends. */
#include <inttypes.h>

#include "io/file.h"
#include "ke/irql.h"

/* ---- one request ----------------------------------------------------------------------------- */

void io_cancel_lock(struct rd_world *w, uint8_t *irql) {
    if (w->io->cancel_owner)
        ke_violation(w, 0x1000,
                     "IoAcquireCancelSpinLock by whoever holds the cancel spin lock already: it "
                     "would spin for ever");
    *irql = ke_irql_raise(w, KE_DISPATCH_LEVEL);
    w->io->cancel_owner = w->ke->current;
}

void io_cancel_unlock(struct rd_world *w, uint8_t irql) {
    if (!w->io->cancel_owner)
        ke_violation(w, 0x32,
                     "IoReleaseCancelSpinLock without the cancel spin lock; a cancel routine is "
                     "called with it and releases it once, with Irp->CancelIrql");
    w->io->cancel_owner = NULL;
    ke_irql_lower(w, irql);
}

static void call_cancel_routine(struct rd_world *w, IRP *irp, DRIVER_CANCEL *routine) {
    IO_STACK_LOCATION *location = irp->Tail.Overlay.CurrentStackLocation;
    DEVICE_OBJECT *device = location->DeviceObject;
    struct io_call call = {.what = "a cancel routine"};
    io_begin_call(w, &call, device ? device->DriverObject->DriverSection : NULL);
    call.level.irql = irp->CancelIrql; /* it releases the spin lock */
    routine(device, irp);
    if (w->io->cancel_owner)
        ke_violation(w, 0x32, "a cancel routine returned without IoReleaseCancelSpinLock");
    io_end_call(w, &call);
}

bool io_irp_cancel(struct rd_world *w, void *request) {
    IRP *irp = request;
    uint8_t irql;
    if (irp->CurrentLocation > irp->StackCount + 1) {
        uint64_t parameters[4] = {0, 0, 0, 0};
        ke_bugcheck(w, 0x48, parameters,
                    "CANCEL_STATE_IN_COMPLETED_IRP: a request is cancelled that has been completed "
                    "already");
    }
    struct io_request *of = io_request_of(irp);
    io_cancel_lock(w, &irql);
    irp->Cancel = TRUE;
    irp->CancelIrql = irql;
    DRIVER_CANCEL *routine = IoSetCancelRoutine(irp, NULL);
    if (of && !of->cancelled) {
        ps_touch_requests(w, of->thread->process, CORE_UPDATE);
        of->cancelled = true;
        core_event(w, RD_EVENT_IRP_CANCEL, RULE_TERM_56, .a = of->number, .b = routine != NULL,
                   .text = io_major_name(of->operation.major));
    }
    if (routine)
        call_cancel_routine(w, irp, routine);
    else
        io_cancel_unlock(w, irql);
    return routine != NULL;
}

/* ---- several --------------------------------------------------------------------------------- */

static bool matches(const struct io_cancel *which, const struct io_request *request) {
    return !request->finished && !request->deferred && !request->cancelled &&
           (!which->file || request->file == which->file) &&
           (!which->iosb || request->operation.iosb == which->iosb) &&
           (!which->synchronous || request->waits);
}

static struct io_request *find(const struct io_cancel *which, const struct ps_thread *thread) {
    base_list_each(link, &ps_more(thread)->requests) {
        struct io_request *request = base_container(link, struct io_request, link);
        if (matches(which, request))
            return request;
    }
    return NULL;
}

static struct io_request *find_any(struct rd_world *w, const struct io_cancel *which) {
    struct io_request *found = NULL;
    ps_touch_requests(w, which->thread ? which->thread->process : which->process, CORE_READ);
    if (which->thread)
        return find(which, which->thread);
    base_list_each(link, &which->process->threads) {
        if (!found)
            found = find(which, base_container(link, struct ps_thread, link));
    }
    return found;
}

uint32_t io_cancel(struct rd_world *w, const struct io_cancel *which) {
    struct ke_thread *thread = w->ke->current;
    struct io_request *request;
    uint32_t count = 0;
    ke_enter_kernel(thread);
    for (; (request = find_any(w, which)) != NULL; count++)
        io_irp_cancel(w, request->irp);
    ke_leave_kernel(w, thread);
    return count;
}

static struct io_request *first_for(struct rd_world *w, const struct ps_thread *thread,
                                    const void *file) {
    ps_touch_requests(w, thread->process, CORE_READ);
    base_list_each(link, &ps_more(thread)->requests) {
        struct io_request *request = base_container(link, struct io_request, link);
        if (!file || request->file == file)
            return request;
    }
    return NULL;
}

static void wait_for_all(struct rd_world *w, const struct ps_thread *thread, const void *file) {
    struct io_request *request;
    while ((request = first_for(w, thread, file)) != NULL) {
        bool held = request->held;
        request->held = true; /* it is looked at until the wait is over */
        ke_wait_kernel(w, &request->done);
        if (!held)
            core_free(w, request, sizeof *request);
    }
}

void io_cancel_finish(struct rd_world *w, const void *file) {
    struct ps_thread *thread = ps_current(w);
    ke_enter_kernel(&thread->tcb);
    wait_for_all(w, thread, file);
    ke_leave_kernel(w, &thread->tcb);
}

void io_thread_cancel(struct rd_world *w, struct ps_thread *thread) {
    io_cancel(w, &(struct io_cancel){.thread = thread});
    wait_for_all(w, thread, NULL);
}

/* ---- explanations ---------------------------------------------------------------------------- */

const char *io_request_text(struct rd_world *w, const DISPATCHER_HEADER *done) {
    const struct io_request *request = base_container(done, struct io_request, done.Header);
    const IRP *irp = request->irp;
    const char *what = io_major_name(request->operation.major);
    if (!irp || irp->CurrentLocation > irp->StackCount)
        return core_textf(w, "%s request %" PRIu32, what, request->number);
    const DEVICE_OBJECT *device = irp->Tail.Overlay.CurrentStackLocation->DeviceObject;
    const struct io_driver *driver = device->DriverObject->DriverSection;
    return core_textf(w, "%s request %" PRIu32 " at %s of driver '%s'%s", what, request->number,
                      ob_describe(w, device), driver->name,
                      request->cancelled
                          ? ", which was cancelled and is not completed by the driver (TERM-56)"
                          : "");
}
