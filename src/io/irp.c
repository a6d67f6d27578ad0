/* irp.c - I/O request packets: down the stack of devices, and up again through completion routines.
 */
#include <string.h>

#include "io/file.h"
#include "ke/irql.h"
#include "ke/verify.h"

static size_t irp_size(int8_t stack_size) {
    return sizeof(IRP) + (size_t)stack_size * sizeof(IO_STACK_LOCATION);
}

void io_irp_init(void *memory, int8_t stack_size) {
    IRP *irp = memory;
    memset(irp, 0, irp_size(stack_size));
    irp->Type = IO_TYPE_IRP;
    irp->Size = (USHORT)irp_size(stack_size);
    irp->StackCount = stack_size;
    irp->CurrentLocation = (CHAR)(stack_size + 1);
    irp->Tail.Overlay.CurrentStackLocation = (IO_STACK_LOCATION *)(void *)(irp + 1) + stack_size;
    base_list_init(&irp->ThreadListEntry);
}

void *io_irp_allocate(struct rd_world *w, int8_t stack_size) {
    enum { TAG = 'I' | 'r' << 8 | 'p' << 16 | ' ' << 24 };
    if (stack_size <= 0)
        return NULL;
    IRP *irp =
        io_pool_allocate(w, &(struct io_pool_request){.size = irp_size(stack_size), .tag = TAG});
    if (irp)
        io_irp_init(irp, stack_size);
    return irp;
}

/* What a driver's table holds until the driver fills it in (DRV-10). */
static NTSTATUS invalid_request(DEVICE_OBJECT *device, IRP *irp) {
    (void)device;
    irp->IoStatus.Status = STATUS_INVALID_DEVICE_REQUEST;
    irp->IoStatus.Information = 0;
    io_irp_complete(port_current_world(), irp);
    return STATUS_INVALID_DEVICE_REQUEST;
}

void io_driver_fill_dispatch(void *driver_object) {
    DRIVER_OBJECT *object = driver_object;
    for (int i = 0; i <= IRP_MJ_MAXIMUM_FUNCTION; i++)
        object->MajorFunction[i] = invalid_request;
}

/* One of the verifier's stops for misuse of requests. */
static void violation(struct rd_world *w, uint64_t what, const char *text) {
    uint64_t parameters[4] = {what, 0, 0, 0};
    if (!ke_verifies_drivers(w))
        return;
    ke_bugcheck(w, 0xC9, parameters,
                core_textf(w, "DRIVER_VERIFIER_IOMANAGER_VIOLATION: %s", text));
}

/* Down the first step of its way. */
static void log_sending(struct rd_world *w, const DEVICE_OBJECT *device, const IRP *irp) {
    const struct io_request *request = io_request_of(irp);
    if (request && irp->CurrentLocation > irp->StackCount)
        core_event(w, RD_EVENT_IRP_SEND, RULE_NONE, .object = ob_id(device), .a = request->number,
                   .b = request->operation.code, .text = io_major_name(request->operation.major));
}

NTSTATUS io_irp_call(struct rd_world *w, void *device_object, void *request) {
    DEVICE_OBJECT *device = device_object;
    IRP *irp = request;
    struct io_call call = {.what = "a dispatch routine",
                           .service = irp->RequestorMode == UserMode && !w->ke->current->system};
    if (irp->Type != IO_TYPE_IRP)
        violation(w, 0x3, "IoCallDriver was called with what is no request, or not one any more");
    if (irp->CurrentLocation <= 1) {
        uint64_t parameters[4] = {0, 0, 0, 0};
        ke_bugcheck(w, 0x35, parameters,
                    "NO_MORE_IRP_STACK_LOCATIONS: a request is passed down further than it has "
                    "stack locations");
    }
    log_sending(w, device, irp);
    irp->CurrentLocation--;
    IO_STACK_LOCATION *location = --irp->Tail.Overlay.CurrentStackLocation;
    location->DeviceObject = device;
    ke_point(w, ob_id(device), KE_WRITE);
    io_begin_call(w, &call, device->DriverObject->DriverSection);
    NTSTATUS status = device->DriverObject->MajorFunction[location->MajorFunction](device, irp);
    io_end_call(w, &call);
    return status;
}

static bool wants_completion(const IO_STACK_LOCATION *location, const IRP *irp) {
    if (irp->Cancel && (location->Control & SL_INVOKE_ON_CANCEL))
        return true;
    return (location->Control &
            (NT_SUCCESS(irp->IoStatus.Status) ? SL_INVOKE_ON_SUCCESS : SL_INVOKE_ON_ERROR)) != 0;
}

/* The routine belongs to whoever filled the location: the driver above, or the sender. */
static NTSTATUS call_completion(struct rd_world *w, const IO_STACK_LOCATION *left,
                                DEVICE_OBJECT *above, IRP *irp) {
    struct io_call call = {.what = "a completion routine"};
    IO_COMPLETION_ROUTINE *routine = left->CompletionRoutine;
    struct io_driver *driver = above ? above->DriverObject->DriverSection
                                     : io_current_driver(w, (void *)(uintptr_t)routine);
    io_begin_call(w, &call, driver);
    NTSTATUS status = routine(above, irp, left->Context);
    io_end_call(w, &call);
    return status;
}

/* Leaves one location; false if its completion routine takes the request back. */
static bool leave_location(struct rd_world *w, IRP *irp) {
    IO_STACK_LOCATION *left = irp->Tail.Overlay.CurrentStackLocation++;
    bool is_last = irp->CurrentLocation++ == irp->StackCount;
    DEVICE_OBJECT *above = is_last ? NULL : irp->Tail.Overlay.CurrentStackLocation->DeviceObject;
    irp->PendingReturned = (left->Control & SL_PENDING_RETURNED) != 0;
    if (wants_completion(left, irp))
        return call_completion(w, left, above, irp) != STATUS_MORE_PROCESSING_REQUIRED;
    if (irp->PendingReturned && !is_last)
        irp->Tail.Overlay.CurrentStackLocation->Control |= SL_PENDING_RETURNED;
    return true;
}

void io_irp_complete(struct rd_world *w, void *request) {
    IRP *irp = request;
    if (irp->Type != IO_TYPE_IRP || irp->CurrentLocation > irp->StackCount) {
        uint64_t parameters[4] = {0, 0, 0, 0};
        ke_bugcheck(w, 0x44, parameters,
                    "MULTIPLE_IRP_COMPLETE_REQUESTS: a driver completes a request that has been "
                    "completed already");
        return;
    }
    if (irp->IoStatus.Status == STATUS_PENDING || irp->IoStatus.Status == -1)
        violation(w, 0x6, "IoCompleteRequest was called with IoStatus.Status STATUS_PENDING or -1");
    if (irp->CancelRoutine)
        violation(w, 0x7,
                  "IoCompleteRequest was called while the request's cancel routine is still set; "
                  "IoSetCancelRoutine(Irp, NULL) comes first");
    while (irp->CurrentLocation <= irp->StackCount)
        if (!leave_location(w, irp))
            return;
    if (io_request_of(irp)) {
        io_request_completed(w, irp);
        return;
    }
    if (irp->UserIosb)
        *irp->UserIosb = irp->IoStatus;
    if (irp->UserEvent)
        ke_event_set(w, irp->UserEvent);
}
