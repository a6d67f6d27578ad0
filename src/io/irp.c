/* irp.c - I/O request packets: down the stack of devices, and up again through completion routines.
 */
#include <string.h>

#include "io/io.h"
#include "ke/irql.h"
#include "rundown/sdk/ntddk.h"

static size_t irp_size(int8_t stack_size) {
    return sizeof(IRP) + (size_t)stack_size * sizeof(IO_STACK_LOCATION);
}

void *io_irp_allocate(struct rd_world *w, int8_t stack_size) {
    enum { TYPE_IRP = 6, TAG = 'I' | 'r' << 8 | 'p' << 16 | ' ' << 24 };
    if (stack_size <= 0)
        return NULL;
    IRP *irp =
        io_pool_allocate(w, &(struct io_pool_request){.size = irp_size(stack_size), .tag = TAG});
    if (!irp)
        return NULL;
    irp->Type = TYPE_IRP;
    irp->Size = (USHORT)irp_size(stack_size);
    irp->StackCount = stack_size;
    irp->CurrentLocation = (CHAR)(stack_size + 1);
    irp->Tail.Overlay.CurrentStackLocation = (IO_STACK_LOCATION *)(void *)(irp + 1) + stack_size;
    base_list_init(&irp->ThreadListEntry);
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

NTSTATUS io_irp_call(struct rd_world *w, void *device_object, void *request) {
    DEVICE_OBJECT *device = device_object;
    IRP *irp = request;
    struct io_call call = {.what = "a dispatch routine"};
    if (irp->CurrentLocation <= 1) {
        uint64_t parameters[4] = {0, 0, 0, 0};
        ke_bugcheck(w, 0x35, parameters,
                    "NO_MORE_IRP_STACK_LOCATIONS: a request is passed down further than it has "
                    "stack locations");
    }
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

/* Leaves one location; false if its completion routine takes the request back. */
static bool leave_location(IRP *irp) {
    IO_STACK_LOCATION *left = irp->Tail.Overlay.CurrentStackLocation++;
    bool is_last = irp->CurrentLocation++ == irp->StackCount;
    DEVICE_OBJECT *above = is_last ? NULL : irp->Tail.Overlay.CurrentStackLocation->DeviceObject;
    irp->PendingReturned = (left->Control & SL_PENDING_RETURNED) != 0;
    if (wants_completion(left, irp))
        return left->CompletionRoutine(above, irp, left->Context) !=
               STATUS_MORE_PROCESSING_REQUIRED;
    if (irp->PendingReturned && !is_last)
        irp->Tail.Overlay.CurrentStackLocation->Control |= SL_PENDING_RETURNED;
    return true;
}

void io_irp_complete(struct rd_world *w, void *request) {
    IRP *irp = request;
    if (irp->CurrentLocation > irp->StackCount) {
        uint64_t parameters[4] = {0, 0, 0, 0};
        ke_bugcheck(w, 0x44, parameters,
                    "MULTIPLE_IRP_COMPLETE_REQUESTS: a driver completes a request that has been "
                    "completed already");
        return;
    }
    while (irp->CurrentLocation <= irp->StackCount)
        if (!leave_location(irp))
            return;
    if (irp->UserIosb)
        *irp->UserIosb = irp->IoStatus;
    if (irp->UserEvent)
        ke_event_set(w, irp->UserEvent);
}
