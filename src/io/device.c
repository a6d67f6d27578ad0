/* device.c - device objects and symbolic links: what drivers create for their control programs. */
#include <string.h>

#include "io/file.h"

struct io_link {
    LIST_ENTRY link;
    struct io_driver *driver;
    void *object;
};

struct io_device {
    DEVICE_OBJECT object;   /* first */
    struct io_sddl granted; /* rights that user mode may have */
    bool delete_pending;    /* it goes with the last reference to it */
};

/* Body of a symbolic link. */
struct symbolic_link {
    const char *target;
};

static void device_deleted(struct rd_world *w, void *body) {
    DEVICE_OBJECT *device = body;
    core_free(w, device->DeviceExtension, device->Size - sizeof *device);
}

const struct ob_type io_device_type = {
    .name = "Device",
    .body_size = sizeof(struct io_device),
    .valid_access = 0x1F01FF,
    .generic_read = 0x120089,
    .generic_write = 0x120116,
    .generic_execute = 0x1200A0,
    .generic_all = 0x1F01FF,
    .on_close = ob_no_close,
    .on_last_handle = ob_no_action,
    .on_delete = device_deleted,
};

const struct ob_type io_symbolic_link_type = {
    .name = "SymbolicLink",
    .body_size = sizeof(struct symbolic_link),
    .valid_access = 0xF0001,
    .generic_read = 0x20001,
    .generic_write = 0x20000,
    .generic_execute = 0x20001,
    .generic_all = 0xF0001,
    .on_close = ob_no_close,
    .on_last_handle = ob_no_action,
    .on_delete = ob_no_action,
};

/* ---- devices --------------------------------------------------------------------------------- */

static void link_to_driver(DEVICE_OBJECT *device, DRIVER_OBJECT *driver) {
    device->DriverObject = driver;
    device->NextDevice = driver->DeviceObject;
    driver->DeviceObject = device;
}

static void unlink_from_driver(DEVICE_OBJECT *device) {
    DEVICE_OBJECT **place = &device->DriverObject->DeviceObject;
    while (*place && *place != device)
        place = &(*place)->NextDevice;
    if (*place)
        *place = device->NextDevice;
}

void *io_device_create(struct rd_world *w, const struct io_device_create *create,
                       NTSTATUS *status) {
    enum { TYPE_DEVICE = 3, LARGEST_EXTENSION = 0xFFFF - (int)sizeof(DEVICE_OBJECT) };
    bool existing = false;
    if (create->extension_size > LARGEST_EXTENSION) {
        *status = STATUS_INVALID_PARAMETER;
        return NULL;
    }
    DEVICE_OBJECT *device = ob_create_named(w, &io_device_type, create->name, &existing, status);
    if (!device || existing) {
        *status = STATUS_OBJECT_NAME_COLLISION;
        if (device)
            ob_dereference(w, device);
        return NULL;
    }
    io_touch_drivers(w, CORE_WRITE);
    device->Type = TYPE_DEVICE;
    device->Size = (USHORT)(sizeof *device + create->extension_size);
    device->DeviceExtension = create->extension_size ? core_alloc(w, create->extension_size) : NULL;
    device->DeviceType = create->type;
    device->Characteristics = create->characteristics;
    device->Flags = DO_DEVICE_INITIALIZING | (create->exclusive ? DO_EXCLUSIVE : 0);
    device->StackSize = 1;
    ((struct io_device *)(void *)device)->granted =
        create->sddl ? *create->sddl
                     : (struct io_sddl){.system = io_device_type.generic_all,
                                        .administrators = io_device_type.generic_all};
    link_to_driver(device, create->driver->object);
    return device;
}

static void complete_deletion(struct rd_world *w, DEVICE_OBJECT *device) {
    DEVICE_OBJECT *below = io_device_below(w, device);
    if (below)
        io_device_detach(w, below);
    unlink_from_driver(device);
    ob_make_temporary(w, device);
    ob_dereference(w, device);
}

void io_device_delete(struct rd_world *w, void *body) {
    DEVICE_OBJECT *device = body;
    io_shutdown_unregister(w, device);
    io_touch_drivers(w, CORE_WRITE);
    ((struct io_device *)body)->delete_pending = true;
    if (!device->ReferenceCount)
        complete_deletion(w, device);
}

void io_device_released(struct rd_world *w, DEVICE_OBJECT *device) {
    struct io_driver *driver = device->DriverObject->DriverSection;
    if (((struct io_device *)(void *)device)->delete_pending && !device->ReferenceCount)
        complete_deletion(w, device);
    io_driver_released(w, driver);
}

bool io_device_is_leaving(const DEVICE_OBJECT *device) {
    const struct io_driver *driver = device->DriverObject->DriverSection;
    return driver->unloading || ((const struct io_device *)(const void *)device)->delete_pending;
}

uint32_t io_device_granted(struct rd_world *w, const DEVICE_OBJECT *device) {
    const struct io_sddl *granted = &((const struct io_device *)(const void *)device)->granted;
    return ps_current_process(w)->service ? granted->system : granted->administrators;
}

uint32_t io_devices_of(struct rd_world *w, const struct io_driver *driver) {
    const DRIVER_OBJECT *object = driver->object;
    uint32_t count = 0;
    (void)w;
    for (const DEVICE_OBJECT *device = object->DeviceObject; device; device = device->NextDevice)
        count++;
    return count;
}

/* ---- symbolic links -------------------------------------------------------------------------- */

const char *io_name_normalized(struct rd_world *w, const char *name) {
    static const struct {
        const char *from, *to;
    } same[] = {{"\\DosDevices\\", "\\?\?\\"},
                {"\\GLOBAL??\\", "\\?\?\\"},
                {"\\?\?\\Global\\", "\\?\?\\"},
                {"\\?\?\\GLOBALROOT\\", "\\"}};
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        size_t length = strlen(same[i].from);
        if (strlen(name) > length && ldr_same_prefix(name, same[i].from, length))
            name = core_textf(w, "%s%s", same[i].to, name + length);
    }
    return name;
}

const char *io_link_find(struct rd_world *w, const char *name, size_t length) {
    base_list_each(link, &w->io->links) {
        const struct io_link *entry = base_container(link, struct io_link, link);
        const char *text = ob_name_of(entry->object);
        if (strlen(text) == length && ldr_same_prefix(text, name, length))
            return ((const struct symbolic_link *)entry->object)->target;
    }
    return NULL;
}

const char *io_link_target(const void *link) {
    return ((const struct symbolic_link *)link)->target;
}

static DEVICE_OBJECT *find_device(struct rd_world *w, const char *name, size_t length) {
    base_list_each(link, &w->io->drivers) {
        const DRIVER_OBJECT *driver = base_container(link, struct io_driver, link)->object;
        for (DEVICE_OBJECT *device = driver ? driver->DeviceObject : NULL; device;
             device = device->NextDevice) {
            const char *text = ob_name_of(device);
            if (*text && strlen(text) == length && ldr_same_prefix(text, name, length))
                return device;
        }
    }
    return NULL;
}

DEVICE_OBJECT *io_device_parse(struct rd_world *w, const char *name, const char **rest) {
    enum { LINKS_MAX = 32 };
    io_touch_drivers(w, CORE_UPDATE);
    name = io_name_normalized(w, name);
    for (int links = 0; links < LINKS_MAX; links++) {
        const char *target = NULL;
        for (const char *end = name + 1; !target && end;) {
            end += strcspn(end, "\\");
            size_t length = (size_t)(end - name);
            DEVICE_OBJECT *device = find_device(w, name, length);
            *rest = end;
            if (device)
                return device;
            target = io_link_find(w, name, length);
            end = *end ? end + 1 : NULL;
        }
        if (!target)
            return NULL;
        name = io_name_normalized(w, core_textf(w, "%s%s", target, *rest));
    }
    return NULL;
}

NTSTATUS io_link_create(struct rd_world *w, const char *name, const char *target) {
    bool existing = false;
    NTSTATUS status = STATUS_SUCCESS;
    struct symbolic_link *object =
        ob_create_named(w, &io_symbolic_link_type, io_name_normalized(w, name), &existing, &status);
    if (!object || existing) {
        if (object)
            ob_dereference(w, object);
        return STATUS_OBJECT_NAME_COLLISION;
    }
    io_touch_drivers(w, CORE_WRITE);
    object->target = core_text(w, target);
    struct io_link *entry = core_alloc(w, sizeof *entry);
    entry->object = object;
    entry->driver = io_current_driver(w, NULL);
    base_list_push_back(&w->io->links, &entry->link);
    return STATUS_SUCCESS;
}

NTSTATUS io_link_delete(struct rd_world *w, const char *name) {
    const char *wanted = io_name_normalized(w, name);
    base_list_each(link, &w->io->links) {
        struct io_link *entry = base_container(link, struct io_link, link);
        if (!ldr_same_name(ob_name_of(entry->object), wanted))
            continue;
        io_touch_drivers(w, CORE_WRITE);
        base_list_remove(link);
        ob_make_temporary(w, entry->object);
        ob_dereference(w, entry->object);
        core_free(w, entry, sizeof *entry);
        return STATUS_SUCCESS;
    }
    return STATUS_OBJECT_NAME_NOT_FOUND;
}

uint32_t io_links_of(struct rd_world *w, const struct io_driver *driver) {
    uint32_t count = 0;
    base_list_each(link, &w->io->links) count +=
        base_container(link, struct io_link, link)->driver == driver;
    return count;
}
