/*
 * request.c - requests: an IRP is made from a call, sent down a stack of devices, and what its
 * sender is owed is delivered when it is completed.
 *
 * A request that was not marked pending is finished by its sender when the dispatch routine has
 * returned; any other one by whoever completes it.
 */
#include <string.h>

#include "ex/ex_sync.h"
#include "io/file.h"
#include "ke/irql.h"
#include "ke/verify.h"

enum { LEAST_USER_ADDRESS = 0x10000, TAG_IRP = 'I' | 'r' << 8 | 'p' << 16 | ' ' << 24 };

/* What an IRP of a request lies in. */
struct irp_block {
    struct io_request *request;
    uint64_t unused; /* keeps the IRP aligned */
    IRP irp;
};

const char *io_major_name(uint8_t major) {
    static const char *const names[] = {[IRP_MJ_CREATE] = "IRP_MJ_CREATE",
                                        [IRP_MJ_CLOSE] = "IRP_MJ_CLOSE",
                                        [IRP_MJ_READ] = "IRP_MJ_READ",
                                        [IRP_MJ_WRITE] = "IRP_MJ_WRITE",
                                        [IRP_MJ_QUERY_INFORMATION] = "IRP_MJ_QUERY_INFORMATION",
                                        [IRP_MJ_SET_INFORMATION] = "IRP_MJ_SET_INFORMATION",
                                        [IRP_MJ_FLUSH_BUFFERS] = "IRP_MJ_FLUSH_BUFFERS",
                                        [IRP_MJ_DEVICE_CONTROL] = "IRP_MJ_DEVICE_CONTROL",
                                        [IRP_MJ_INTERNAL_DEVICE_CONTROL] =
                                            "IRP_MJ_INTERNAL_DEVICE_CONTROL",
                                        [IRP_MJ_SHUTDOWN] = "IRP_MJ_SHUTDOWN",
                                        [IRP_MJ_CLEANUP] = "IRP_MJ_CLEANUP",
                                        [IRP_MJ_PNP] = "IRP_MJ_PNP"};
    return major < sizeof names / sizeof names[0] && names[major] ? names[major] : "another IRP";
}

struct io_request *io_request_of(const IRP *irp) {
    if (!(irp->AllocationFlags & IO_IRP_OF_REQUEST))
        return NULL;
    return base_container(irp, struct irp_block, irp)->request;
}

/* ---- making ---------------------------------------------------------------------------------- */

static void *pool(struct rd_world *w, size_t size) {
    enum { TAG_BUFFER = 'I' | 'o' << 8 | 'S' << 16 | 'B' << 24 };
    return io_pool_allocate(
        w, &(struct io_pool_request){.size = size, .tag = TAG_BUFFER, .of_system = true});
}

struct io_request *io_request_new(struct rd_world *w, const struct io_operation *operation,
                                  int8_t stack_size) {
    size_t size = sizeof(struct irp_block) + (size_t)stack_size * sizeof(IO_STACK_LOCATION);
    struct irp_block *block = io_pool_allocate(
        w, &(struct io_pool_request){.size = size, .tag = TAG_IRP, .of_system = true});
    if (!block)
        return NULL;
    struct io_request *request = core_alloc(w, sizeof *request);
    block->request = request;
    io_irp_init(&block->irp, stack_size);
    block->irp.AllocationFlags = IO_IRP_OF_REQUEST;
    block->irp.RequestorMode = operation->kernel ? KernelMode : UserMode;
    block->irp.Tail.Overlay.Thread = (PETHREAD)(void *)ps_current(w);
    request->irp = &block->irp;
    request->operation = *operation;
    request->file = operation->file;
    request->thread = ps_current(w);
    request->number = ++w->io->requests;
    request->held = true;
    block->irp.Tail.Overlay.OriginalFileObject = operation->file;
    if (request->file && operation->major != IRP_MJ_CLOSE)
        ob_reference(request->file);
    if (operation->event)
        ob_reference(operation->event);
    ke_lock_event_init(w, &request->done, KE_REQUEST, true);
    ps_touch_requests(w, request->thread->process, CORE_UPDATE);
    base_list_push_back(&ps_more_make(w, request->thread)->requests, &request->link);
    return request;
}

static void free_buffers(struct rd_world *w, IRP *irp) {
    if (irp->Flags & IRP_DEALLOCATE_BUFFER)
        io_pool_free(w, irp->AssociatedIrp.SystemBuffer, 0);
    for (MDL *mdl = irp->MdlAddress, *next; mdl; mdl = next) {
        next = mdl->Next;
        io_pool_free(w, mdl, 0);
    }
    irp->MdlAddress = NULL;
}

static void free_irp(struct rd_world *w, struct io_request *request) {
    struct irp_block *block = base_container(request->irp, struct irp_block, irp);
    free_buffers(w, request->irp);
    request->irp = NULL;
    block->irp.Type = 0; /* nobody takes it for a request any more */
    io_pool_free(w, block, TAG_IRP);
}

/* Takes back what io_request_new has made. */
static void drop(struct rd_world *w, struct io_request *request) {
    const struct io_operation *operation = &request->operation;
    ps_touch_requests(w, request->thread->process, CORE_UPDATE);
    base_list_remove(&request->link);
    if (request->irp)
        free_irp(w, request);
    if (operation->event)
        ob_dereference(w, operation->event);
    if (request->file && operation->major != IRP_MJ_CLOSE)
        io_file_dereference(w, request->file);
    request->finished = true;
    if (!request->held)
        core_free(w, request, sizeof *request);
}

/* ---- buffers --------------------------------------------------------------------------------- */

static bool is_user_range(const void *address, uint32_t size) {
    static const uint64_t highest = UINT64_C(0x7FFFFFFEFFFF);
    uint64_t first = (uint64_t)(uintptr_t)address;
    return !size ||
           (first >= LEAST_USER_ADDRESS && first <= highest && size - 1 <= highest - first);
}

/* A system buffer of `size` bytes, the first of them copied from the caller's. */
static NTSTATUS buffer(struct rd_world *w, struct io_request *request, uint32_t size) {
    const struct io_operation *o = &request->operation;
    IRP *irp = request->irp;
    if (!size)
        return STATUS_SUCCESS;
    irp->AssociatedIrp.SystemBuffer = pool(w, size);
    if (!irp->AssociatedIrp.SystemBuffer)
        return STATUS_INSUFFICIENT_RESOURCES;
    irp->Flags |= IRP_DEALLOCATE_BUFFER;
    struct ldr_copy copy = {irp->AssociatedIrp.SystemBuffer, o->input, o->input_size};
    return ldr_copy_user(w, request->thread->process, &copy) ? STATUS_SUCCESS
                                                             : STATUS_ACCESS_VIOLATION;
}

static NTSTATUS describe_pages(struct rd_world *w, IRP *irp, const void *address, uint32_t size) {
    if (!size)
        return STATUS_SUCCESS;
    MDL *mdl = pool(w, sizeof *mdl);
    if (!mdl)
        return STATUS_INSUFFICIENT_RESOURCES;
    MmInitializeMdl(mdl, (void *)(uintptr_t)address, size);
    mdl->MdlFlags |= MDL_PAGES_LOCKED;
    irp->MdlAddress = mdl;
    return STATUS_SUCCESS;
}

static NTSTATUS fill_transfer(struct rd_world *w, struct io_request *request, ULONG flags) {
    const struct io_operation *o = &request->operation;
    IRP *irp = request->irp;
    IO_STACK_LOCATION *location = IoGetNextIrpStackLocation(irp);
    bool reads = o->major == IRP_MJ_READ;
    const void *data = reads ? o->output : o->input;
    uint32_t size = reads ? o->output_size : o->input_size;
    location->Parameters.Read.Length = size; /* Write has the same layout */
    location->Parameters.Read.ByteOffset.QuadPart = o->has_offset ? o->offset : 0;
    irp->Flags |= reads ? IRP_READ_OPERATION : IRP_WRITE_OPERATION;
    if (flags & DO_BUFFERED_IO) {
        irp->Flags |= IRP_BUFFERED_IO | (reads ? IRP_INPUT_OPERATION : 0);
        irp->UserBuffer = (void *)(uintptr_t)data;
        return buffer(w, request, size);
    }
    if (flags & DO_DIRECT_IO)
        return describe_pages(w, irp, data, size);
    irp->UserBuffer = (void *)(uintptr_t)data;
    return STATUS_SUCCESS;
}

static NTSTATUS fill_control(struct rd_world *w, struct io_request *request) {
    const struct io_operation *o = &request->operation;
    IRP *irp = request->irp;
    IO_STACK_LOCATION *location = IoGetNextIrpStackLocation(irp);
    location->Parameters.DeviceIoControl.IoControlCode = o->code;
    location->Parameters.DeviceIoControl.InputBufferLength = o->input_size;
    location->Parameters.DeviceIoControl.OutputBufferLength = o->output_size;
    switch (METHOD_FROM_CTL_CODE(o->code)) {
    case METHOD_BUFFERED:
        irp->Flags |= IRP_BUFFERED_IO | (o->output_size ? IRP_INPUT_OPERATION : 0);
        irp->UserBuffer = o->output;
        return buffer(w, request, o->input_size > o->output_size ? o->input_size : o->output_size);
    case METHOD_NEITHER:
        irp->UserBuffer = o->output;
        location->Parameters.DeviceIoControl.Type3InputBuffer = (void *)(uintptr_t)o->input;
        return STATUS_SUCCESS;
    default: {
        NTSTATUS status = buffer(w, request, o->input_size);
        return NT_SUCCESS(status) ? describe_pages(w, irp, o->output, o->output_size) : status;
    }
    }
}

static NTSTATUS fill_information(struct rd_world *w, struct io_request *request) {
    const struct io_operation *o = &request->operation;
    IO_STACK_LOCATION *location = IoGetNextIrpStackLocation(request->irp);
    uint32_t size = o->input_size > o->output_size ? o->input_size : o->output_size;
    location->Parameters.QueryFile.Length = size; /* SetFile has the same layout so far */
    location->Parameters.QueryFile.FileInformationClass = (FILE_INFORMATION_CLASS)o->code;
    request->irp->Flags |= IRP_BUFFERED_IO | (o->output_size ? IRP_INPUT_OPERATION : 0);
    request->irp->UserBuffer = o->output;
    return buffer(w, request, size);
}

NTSTATUS io_request_fill(struct rd_world *w, struct io_request *request, DEVICE_OBJECT *device) {
    const struct io_operation *o = &request->operation;
    IO_STACK_LOCATION *location = IoGetNextIrpStackLocation(request->irp);
    location->MajorFunction = o->major;
    location->MinorFunction = o->minor;
    location->FileObject = o->file;
    request->irp->UserIosb = (PIO_STATUS_BLOCK)(void *)o->iosb;
    switch (o->major) {
    case IRP_MJ_READ:
    case IRP_MJ_WRITE:
        return fill_transfer(w, request, device->Flags);
    case IRP_MJ_DEVICE_CONTROL:
    case IRP_MJ_INTERNAL_DEVICE_CONTROL:
        return fill_control(w, request);
    case IRP_MJ_QUERY_INFORMATION:
    case IRP_MJ_SET_INFORMATION:
        return fill_information(w, request);
    default:
        return STATUS_SUCCESS;
    }
}

/* ---- completion ------------------------------------------------------------------------------ */

static bool is_error(NTSTATUS status) {
    return (uint32_t)status >> 30 == 3;
}

/* Memory of a killed thread's stack is not its own any more: it runs the exit path there. */
static bool is_lost(const struct io_request *request, const void *address) {
    const struct port_stack *stack = &request->thread->tcb.context.stack;
    const char *place = address;
    return request->thread->tcb.exiting && place >= stack->base &&
           place < stack->base + stack->size;
}

/* As much as the driver says it has written; never more than there is room for. */
static void copy_back(struct rd_world *w, struct io_request *request) {
    const IRP *irp = request->irp;
    const struct io_operation *o = &request->operation;
    size_t size = request->status.information;
    if (is_error(request->status.status) ||
        (irp->Flags & (IRP_BUFFERED_IO | IRP_INPUT_OPERATION)) !=
            (IRP_BUFFERED_IO | IRP_INPUT_OPERATION) ||
        is_lost(request, o->output))
        return;
    if (size > o->output_size)
        size = o->output_size;
    struct ldr_copy copy = {o->output, irp->AssociatedIrp.SystemBuffer, size};
    if (!ldr_copy_user(w, request->thread->process, &copy))
        request->status.status = STATUS_ACCESS_VIOLATION;
}

static void write_iosb(struct rd_world *w, const struct io_request *request) {
    struct io_status *to = request->operation.iosb;
    if (!to || is_lost(request, to))
        return;
    core_touch(w, core_memory_place(to), CORE_WRITE);
    ldr_copy_user(
        w, request->thread->process,
        &(struct ldr_copy){&to->information, &request->status.information, sizeof to->information});
    ldr_copy_user(w, request->thread->process,
                  &(struct ldr_copy){&to->status, &request->status.status, sizeof to->status});
}

static void tell_port(struct rd_world *w, const struct io_request *request) {
    enum { SKIP_PORT_ON_SUCCESS = 1 };
    const struct io_file *file = request->file;
    if (!file || !file->port || !request->operation.context)
        return;
    if ((file->modes & SKIP_PORT_ON_SUCCESS) && request->deferred)
        return;
    ex_port_post(w, file->port,
                 &(struct ex_packet){.key = file->key,
                                     .overlapped = request->operation.context,
                                     .status = request->status.status,
                                     .bytes = (uint32_t)request->status.information});
}

struct request_apc {
    KAPC apc;
    struct rd_world *world;
};

/* Kernel routine of the APC that a driver has asked for; the normal routine is the driver's. */
static void free_apc(KAPC *apc, void **routine, void **context, void **iosb, void **reserved) {
    struct request_apc *mine = base_container(apc, struct request_apc, apc);
    (void)routine, (void)context, (void)iosb, (void)reserved;
    core_free(mine->world, mine, sizeof *mine);
}

/* A program's routine is a user APC, a driver's a kernel APC. */
void io_operation_apc(struct rd_world *w, const struct io_operation *o, struct ps_thread *thread) {
    uint64_t arguments[3] = {o->apc_routine, (uint64_t)(uintptr_t)o->iosb, o->apc_context};
    if (!o->kernel) {
        ke_queue_user_apc(w, &thread->tcb, o->apc, arguments);
        return;
    }
    void *routine = (void *)(uintptr_t)o->apc_routine;
    struct request_apc *apc = core_alloc(w, sizeof *apc);
    apc->world = w;
    apc->apc = (KAPC){.Type = ApcObject,
                      .Size = sizeof apc->apc,
                      .Thread = (struct _KTHREAD *)(void *)thread,
                      .KernelRoutine = (void *)(uintptr_t)free_apc,
                      .NormalRoutine = routine,
                      .NormalContext = (void *)(uintptr_t)o->apc_context,
                      .SystemArgument1 = o->iosb};
    if (!ke_queue_apc(w, &apc->apc, io_current_driver(w, routine)))
        core_free(w, apc, sizeof *apc);
}

static void tell_sender(struct rd_world *w, const struct io_request *request) {
    enum { SKIP_EVENT = 2 };
    const struct io_operation *o = &request->operation;
    write_iosb(w, request);
    if (o->event)
        ke_event_set(w, o->event);
    else if (request->irp->UserEvent)
        ke_event_set(w, request->irp->UserEvent);
    else if (request->file && !(request->file->modes & SKIP_EVENT))
        ke_event_set(w, &request->file->object.Event);
    if (o->apc)
        io_operation_apc(w, o, request->thread);
    tell_port(w, request);
}

/* An error that the call itself returns is told to nobody else. */
static void finish(struct rd_world *w, struct io_request *request) {
    bool at_once = request->deferred;
    copy_back(w, request);
    if (request->file)
        request->file->object.FinalStatus = request->status.status;
    if (!is_error(request->status.status) || !at_once)
        tell_sender(w, request);
    ke_event_set(w, &request->done);
    drop(w, request);
}

/* First parameters of 0xC9. */
enum { LOST = 0x226, NOT_MARKED = 0x23D, NOT_RETURNED = 0x23E };

static void violation(struct rd_world *w, const struct io_request *request, uint64_t code,
                      const char *what) {
    uint64_t parameters[4] = {code, 0, request->number, 0};
    if (!ke_verifies_drivers(w))
        return;
    ke_bugcheck(w, 0xC9, parameters,
                core_textf(w, "DRIVER_VERIFIER_IOMANAGER_VIOLATION: the dispatch routine for %s %s",
                           io_major_name(request->operation.major), what));
}

void io_request_completed(struct rd_world *w, IRP *irp) {
    struct io_request *request = io_request_of(irp);
    request->status.status = irp->IoStatus.Status;
    request->status.information = irp->IoStatus.Information;
    ps_touch_requests(w, request->thread->process, CORE_UPDATE);
    core_event(w, RD_EVENT_IRP_COMPLETE, RULE_NONE, .a = request->number,
               .b = (uint32_t)irp->IoStatus.Status, .c = irp->IoStatus.Information,
               .text = io_major_name(request->operation.major));
    if (request->returned_pending && !irp->PendingReturned)
        violation(w, request, NOT_MARKED,
                  "returned STATUS_PENDING without IoMarkIrpPending, so its sender would wait for "
                  "ever");
    if (request->dispatching && !irp->PendingReturned)
        request->deferred = true;
    else
        finish(w, request);
}

/* ---- sending --------------------------------------------------------------------------------- */

static void wait_until_done(struct rd_world *w, struct io_request *request, uint8_t mode) {
    DISPATCHER_HEADER *objects[] = {&request->done.Header};
    request->waits = true;
    while (!request->finished) {
        struct ke_wait wait = {.count = 1, .objects = objects, .mode = mode};
        if (ke_wait(w, &wait) == STATUS_WAIT_0 || mode == KernelMode)
            continue;
        io_irp_cancel(w, request->irp); /* the thread is to die: the request must go first */
        mode = KernelMode;
    }
}

NTSTATUS io_request_run(struct rd_world *w, struct io_request *request, DEVICE_OBJECT *device,
                        bool wait, struct io_status *result) {
    uint8_t mode = request->operation.kernel ? KernelMode : UserMode;
    request->dispatching = true;
    request->waits = wait;
    NTSTATUS status = io_irp_call(w, device, request->irp);
    request->dispatching = false;
    if (request->deferred) {
        if (status == STATUS_PENDING)
            violation(w, request, NOT_MARKED,
                      "returned STATUS_PENDING for a request that it has completed without "
                      "IoMarkIrpPending");
        request->status.status = status;
        finish(w, request);
    } else if (status != STATUS_PENDING && request->finished) {
        violation(w, request, NOT_RETURNED,
                  "called IoMarkIrpPending but did not return STATUS_PENDING");
    } else if (status != STATUS_PENDING) {
        violation(w, request, LOST,
                  "has neither completed the request nor passed it down, and did not return "
                  "STATUS_PENDING");
    }
    request->returned_pending = status == STATUS_PENDING;
    if (wait && status == STATUS_PENDING)
        wait_until_done(w, request, mode);
    request->waits = false;
    if (!request->finished) { /* it is finished by whoever completes it */
        request->held = false;
        return status;
    }
    *result = request->status;
    core_free(w, request, sizeof *request);
    return status == STATUS_PENDING && !wait ? status : result->status;
}

/* ---- files ----------------------------------------------------------------------------------- */

void io_request_shutdown(struct rd_world *w, DEVICE_OBJECT *device) {
    struct io_operation operation = {.major = IRP_MJ_SHUTDOWN, .kernel = true};
    DEVICE_OBJECT *top = io_device_top(device);
    struct io_request *request = io_request_new(w, &operation, top->StackSize);
    struct io_status result;
    if (!request)
        return;
    io_request_fill(w, request, top);
    io_request_run(w, request, top, true, &result);
}

NTSTATUS io_request_about_file(struct rd_world *w, struct io_file *file, uint8_t major,
                               struct io_open *open) {
    struct io_operation operation = {.file = file, .major = major, .kernel = !open || open->kernel};
    DEVICE_OBJECT *top = io_device_top(file->device);
    struct io_request *request = io_request_new(w, &operation, top->StackSize);
    struct io_status result = {.status = STATUS_SUCCESS};
    if (!request)
        return STATUS_INSUFFICIENT_RESOURCES;
    io_request_fill(w, request, top);
    IO_SECURITY_CONTEXT security = {0};
    if (open) {
        IO_STACK_LOCATION *location = IoGetNextIrpStackLocation(request->irp);
        security.DesiredAccess = open->access;
        security.FullCreateOptions = open->options | open->disposition << 24;
        location->Parameters.Create.SecurityContext = &security;
        location->Parameters.Create.Options = security.FullCreateOptions;
        location->Parameters.Create.FileAttributes = (USHORT)open->attributes;
        location->Parameters.Create.ShareAccess = (USHORT)open->share;
    }
    request->irp->Flags |= IRP_SYNCHRONOUS_API | (open ? IRP_CREATE_OPERATION : 0);
    NTSTATUS status = io_request_run(w, request, top, true, &result);
    if (open)
        open->information = result.information;
    return status;
}

/* ---- requests that drivers build ------------------------------------------------------------- */

IRP *io_request_build(struct rd_world *w, const struct io_operation *operation,
                      DEVICE_OBJECT *device, KEVENT *event) {
    struct io_request *request = io_request_new(w, operation, device->StackSize);
    if (!request)
        return NULL;
    request->held = false;
    request->irp->UserEvent = event;
    if (NT_SUCCESS(io_request_fill(w, request, device)))
        return request->irp;
    drop(w, request);
    return NULL;
}

void io_request_discard(struct rd_world *w, struct io_request *request) {
    drop(w, request);
}

/* ---- calls of programs and drivers ----------------------------------------------------------- */

static NTSTATUS check(const struct io_operation *o) {
    enum { READ_RIGHT = 1, WRITE_RIGHT = 2 };
    const struct io_file *file = o->file;
    bool control = o->major == IRP_MJ_DEVICE_CONTROL;
    bool transfer = o->major == IRP_MJ_READ || o->major == IRP_MJ_WRITE;
    bool raw = control && METHOD_FROM_CTL_CODE(o->code) == METHOD_NEITHER;
    uint32_t needed = control ? (o->code >> 14) & (READ_RIGHT | WRITE_RIGHT) : 0;
    if (!o->kernel && (o->access & needed) != needed)
        return STATUS_ACCESS_DENIED;
    if (!o->kernel && !raw &&
        (!is_user_range(o->input, o->input_size) || !is_user_range(o->output, o->output_size)))
        return STATUS_ACCESS_VIOLATION;
    if (transfer && !o->has_offset && !(file->object.Flags & FO_SYNCHRONOUS_IO))
        return STATUS_INVALID_PARAMETER;
    return STATUS_SUCCESS;
}

/* One operation at a time on a file for synchronous I/O. False: the thread is to die. */
static bool lock(struct rd_world *w, struct io_file *file) {
    DISPATCHER_HEADER *objects[] = {&file->object.Lock.Header};
    while (file->object.Busy) {
        file->object.Waiters++;
        NTSTATUS status =
            ke_wait(w, &(struct ke_wait){.count = 1, .objects = objects, .mode = UserMode});
        file->object.Waiters--;
        if (status != STATUS_WAIT_0)
            return false;
    }
    file->object.Busy = TRUE;
    return true;
}

static void unlock(struct rd_world *w, struct io_file *file) {
    file->object.Busy = FALSE;
    if (file->object.Waiters)
        ke_event_set(w, &file->object.Lock);
}

static NTSTATUS perform(struct rd_world *w, const struct io_operation *o,
                        struct io_status *result) {
    struct io_file *file = o->file;
    bool synchronous = (file->object.Flags & FO_SYNCHRONOUS_IO) != 0;
    DEVICE_OBJECT *top = io_device_top(file->device);
    struct io_request *request = io_request_new(w, o, top->StackSize);
    if (!request)
        return STATUS_INSUFFICIENT_RESOURCES;
    NTSTATUS status = io_request_fill(w, request, top);
    if (!NT_SUCCESS(status)) {
        drop(w, request);
        core_free(w, request, sizeof *request);
        return status;
    }
    request->irp->Flags |= synchronous ? IRP_SYNCHRONOUS_API : 0;
    ke_event_reset(w, o->event ? o->event : &file->object.Event);
    return io_request_run(w, request, top, synchronous || o->wait, result);
}

NTSTATUS io_perform(struct rd_world *w, const struct io_operation *operation,
                    struct io_status *result) {
    struct ke_thread *thread = w->ke->current;
    struct io_file *file = operation->file;
    NTSTATUS status = check(operation);
    *result = (struct io_status){.status = status};
    if (!NT_SUCCESS(status))
        return status;
    ke_enter_kernel(thread);
    ob_reference(file);
    bool synchronous = (file->object.Flags & FO_SYNCHRONOUS_IO) != 0;
    if (synchronous && !lock(w, file)) {
        status = STATUS_CANCELLED;
    } else {
        status = perform(w, operation, result);
        if (synchronous)
            unlock(w, file);
    }
    io_file_release(w, file);
    ke_leave_kernel(w, thread);
    return status;
}
