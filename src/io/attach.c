/* attach.c - stacks of devices: attachment, and who wants to hear of the machine's shutdown. */
#include "io/file.h"

/* ---- attachment ------------------------------------------------------------------------------ */

DEVICE_OBJECT *io_device_top(DEVICE_OBJECT *device) {
    while (device->AttachedDevice)
        device = device->AttachedDevice;
    return device;
}

DEVICE_OBJECT *io_device_attach(DEVICE_OBJECT *source, DEVICE_OBJECT *target) {
    DEVICE_OBJECT *top = io_device_top(target);
    if ((top->Flags & DO_DEVICE_INITIALIZING) || io_device_is_leaving(top))
        return NULL;
    source->StackSize = (CCHAR)(top->StackSize + 1);
    source->AlignmentRequirement = top->AlignmentRequirement;
    source->SectorSize = top->SectorSize;
    top->AttachedDevice = source;
    return top;
}

void io_device_detach(struct rd_world *w, DEVICE_OBJECT *target) {
    if (!target->AttachedDevice)
        return;
    target->AttachedDevice = NULL;
    io_device_released(w, target);
}

DEVICE_OBJECT *io_device_below(struct rd_world *w, const DEVICE_OBJECT *device) {
    base_list_each(link, &w->io->drivers) {
        const DRIVER_OBJECT *driver = base_container(link, struct io_driver, link)->object;
        for (DEVICE_OBJECT *other = driver ? driver->DeviceObject : NULL; other;
             other = other->NextDevice)
            if (other->AttachedDevice == device)
                return other;
    }
    return NULL;
}

/* ---- shutdown notification ------------------------------------------------------------------- */

struct registered_device {
    LIST_ENTRY link;
    DEVICE_OBJECT *device;
};

void io_shutdown_register(struct rd_world *w, DEVICE_OBJECT *device, bool last_chance) {
    struct registered_device *entry = core_alloc(w, sizeof *entry);
    entry->device = device;
    if (last_chance)
        base_list_push_back(&w->io->shutdown, &entry->link);
    else
        base_list_push_front(&w->io->shutdown, &entry->link);
    device->Flags |= DO_SHUTDOWN_REGISTERED;
}

void io_shutdown_unregister(struct rd_world *w, DEVICE_OBJECT *device) {
    LIST_ENTRY *link = w->io->shutdown.Flink;
    device->Flags &= ~(ULONG)DO_SHUTDOWN_REGISTERED;
    while (link != &w->io->shutdown) {
        struct registered_device *entry = base_container(link, struct registered_device, link);
        link = link->Flink;
        if (entry->device != device)
            continue;
        base_list_remove(&entry->link);
        core_free(w, entry, sizeof *entry);
    }
}

void io_shutdown_notify(struct rd_world *w) {
    LIST_ENTRY *link;
    while ((link = base_list_pop_front(&w->io->shutdown)) != NULL) {
        struct registered_device *entry = base_container(link, struct registered_device, link);
        DEVICE_OBJECT *device = entry->device;
        core_free(w, entry, sizeof *entry);
        device->Flags &= ~(ULONG)DO_SHUTDOWN_REGISTERED;
        ob_reference(device);
        io_request_shutdown(w, device);
        ob_dereference(w, device);
    }
}
