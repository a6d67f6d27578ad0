/*
 * file.c - files of devices: from the name of a device to IRP_MJ_CREATE, from the last handle to
 * IRP_MJ_CLEANUP, from the last reference to IRP_MJ_CLOSE.
 */
#include <string.h>

#include "io/file.h"
#include "ke/irql.h"

/* ---- names ----------------------------------------------------------------------------------- */

bool io_names_device(struct rd_world *w, const char *name) {
    const char *rest;
    return io_device_parse(w, name, &rest) != NULL;
}

/* Who opens or leaves it is told from others only if one at a time may, or the last one has to do
 * something. */
static void touch_device(struct rd_world *w, const DEVICE_OBJECT *device) {
    bool alone = (device->Flags & DO_EXCLUSIVE) || io_device_is_leaving(device);
    io_touch_drivers(w, alone ? CORE_WRITE : CORE_UPDATE);
}

/* What is missing: a name in a directory, or a directory. */
static NTSTATUS not_found(struct rd_world *w, const char *name) {
    const char *last = io_name_normalized(w, name);
    static const char *const directories[] = {"\\??\\", "\\Device\\"};
    for (size_t i = 0; i < sizeof directories / sizeof directories[0]; i++)
        if (ldr_same_prefix(last, directories[i], strlen(directories[i])))
            last += strlen(directories[i]);
    return strchr(last, '\\') ? STATUS_OBJECT_PATH_NOT_FOUND : STATUS_OBJECT_NAME_NOT_FOUND;
}

/* ---- opening --------------------------------------------------------------------------------- */

static NTSTATUS check_device(struct rd_world *w, const DEVICE_OBJECT *device,
                             const struct io_open *open) {
    uint32_t granted = io_device_granted(w, device);
    touch_device(w, device);
    if ((device->Flags & DO_DEVICE_INITIALIZING) || io_device_is_leaving(device))
        return STATUS_NO_SUCH_DEVICE;
    if (!open->kernel && (open->access & ~granted))
        return STATUS_ACCESS_DENIED;
    if ((device->Flags & DO_EXCLUSIVE) && device->ReferenceCount)
        return STATUS_ACCESS_DENIED;
    return STATUS_SUCCESS;
}

static struct io_file *new_file(struct rd_world *w, const struct io_open *open,
                                DEVICE_OBJECT *device, const char *rest) {
    enum { TYPE_FILE = 5, READ = 1, WRITE = 2, APPEND = 4, DELETE_RIGHT = 0x10000 };
    struct io_file *file = ob_create(w, &io_file_type);
    FILE_OBJECT *object = &file->object;
    file->id = ob_id(file);
    file->device = device;
    ob_reference(device);
    device->ReferenceCount++;
    object->Type = TYPE_FILE;
    object->Size = sizeof *object;
    object->DeviceObject = device;
    object->ReadAccess = (open->access & READ) != 0;
    object->WriteAccess = (open->access & (WRITE | APPEND)) != 0;
    object->DeleteAccess = (open->access & DELETE_RIGHT) != 0;
    object->SharedRead = (open->share & FILE_SHARE_READ) != 0;
    object->SharedWrite = (open->share & FILE_SHARE_WRITE) != 0;
    object->SharedDelete = (open->share & FILE_SHARE_DELETE) != 0;
    if (open->options & (FILE_SYNCHRONOUS_IO_ALERT | FILE_SYNCHRONOUS_IO_NONALERT))
        object->Flags |= FO_SYNCHRONOUS_IO;
    if (open->options & FILE_SYNCHRONOUS_IO_ALERT)
        object->Flags |= FO_ALERTABLE_IO;
    io_set_string(w, &object->FileName, rest);
    ke_inner_event_init(w, &object->Event, file, true, false);
    ke_inner_event_init(w, &object->Lock, file, false, false);
    return file;
}

void *io_image_file(struct rd_world *w, const char *path) {
    static const char *const volumes[] = {"\\Device\\HarddiskVolume1", "\\??\\C:"};
    struct io_file *file = ob_create(w, &io_file_type);
    file->closed = true; /* no driver of the simulated machine has opened it */
    file->object.Type = IO_TYPE_FILE;
    file->object.Size = sizeof file->object;
    file->object.ReadAccess = file->object.SharedRead = TRUE;
    for (size_t i = 0; i < sizeof volumes / sizeof volumes[0]; i++)
        if (ldr_same_prefix(path, volumes[i], strlen(volumes[i])))
            path += strlen(volumes[i]);
    io_set_string(w, &file->object.FileName, path);
    ke_inner_event_init(w, &file->object.Event, file, true, false);
    ke_inner_event_init(w, &file->object.Lock, file, false, false);
    return file;
}

/* It counts as an open of its device no more. */
static void leave_device(struct rd_world *w, struct io_file *file) {
    DEVICE_OBJECT *device = file->device;
    touch_device(w, device);
    file->closed = true;
    file->device = NULL;
    device->ReferenceCount--;
    io_device_released(w, device);
    ob_dereference(w, device);
}

NTSTATUS io_file_open(struct rd_world *w, struct io_open *open, void **out) {
    const char *rest;
    *out = NULL;
    DEVICE_OBJECT *device = io_device_parse(w, open->name, &rest);
    if (!device)
        return not_found(w, open->name);
    NTSTATUS status = check_device(w, device, open);
    if (!NT_SUCCESS(status))
        return status;
    struct ke_thread *thread = w->ke->current;
    struct io_file *file = new_file(w, open, device, rest);
    ke_enter_kernel(thread);
    status = io_request_about_file(w, file, IRP_MJ_CREATE, open);
    if (NT_SUCCESS(status)) {
        file->object.Flags |= FO_HANDLE_CREATED;
        *out = file;
    } else {
        leave_device(w, file); /* no cleanup and no close for what was never opened */
        ob_dereference(w, file);
    }
    ke_leave_kernel(w, thread);
    return status;
}

/* ---- references: who drops the last one closes the file -------------------------------------- */

static uint64_t references_place(const struct io_file *file) {
    return core_handle_place(ob_id(file), 0);
}

static uint64_t references_to(const struct io_file *file) {
    return (uint64_t)ob_header_of(file)->pointer_count;
}

void io_file_dereference(struct rd_world *w, struct io_file *file) {
    core_touch(w, references_place(file), core_counted_down(references_to(file) - 1));
    ob_dereference(w, file);
}

/* ---- closing --------------------------------------------------------------------------------- */

static void close_file(struct rd_world *w, struct io_file *file) {
    if (file->closed)
        return;
    file->closed = true;
    io_request_about_file(w, file, IRP_MJ_CLOSE, NULL);
    leave_device(w, file);
}

/* Waits for the operation of another thread, as CloseHandle does on a synchronous file. */
static void clean_up(struct rd_world *w, struct io_file *file) {
    DISPATCHER_HEADER *objects[] = {&file->object.Lock.Header};
    while (file->object.Busy) {
        file->object.Waiters++;
        ke_wait(w, &(struct ke_wait){.count = 1, .objects = objects, .mode = KernelMode});
        file->object.Waiters--;
    }
    io_request_about_file(w, file, IRP_MJ_CLEANUP, NULL);
    file->object.Flags |= FO_CLEANUP_COMPLETE;
}

void io_file_close_last(struct rd_world *w, struct io_file *file) {
    uint64_t left = references_to(file) - 1;
    core_touch(w, references_place(file), core_counted_down(left));
    if (!left && w->ke->current->irql == KE_PASSIVE_LEVEL)
        close_file(w, file);
}

void io_file_release(struct rd_world *w, struct io_file *file) {
    io_file_close_last(w, file);
    ob_dereference(w, file);
}

/* A driver may run meanwhile: the file must stay until the reference of the handle goes. */
static void last_handle(struct rd_world *w, void *body) {
    struct io_file *file = body;
    if (file->closed)
        return;
    ob_reference(file);
    clean_up(w, file);
    uint64_t left = references_to(file) - 2; /* besides this one and that of the handle */
    core_touch(w, references_place(file), core_counted_down(left));
    if (!left)
        close_file(w, file);
    ob_dereference(w, file);
}

static void run_close(struct rd_world *w, struct io_work *work) {
    struct io_file *file = work->a;
    close_file(w, file);
    ob_dereference(w, file);
}

/* Whoever dropped the last reference may not be able to call a driver: a worker does it. */
static void file_deleted(struct rd_world *w, void *body) {
    struct io_file *file = body;
    if (!file->closed) {
        struct io_work *work = core_alloc(w, sizeof *work);
        *work = (struct io_work){.run = run_close, .a = file, .size = sizeof *work};
        ob_reference(file);
        io_work_queue(w, work);
        return;
    }
    if (file->port)
        ob_dereference(w, file->port);
    core_free(w, file->object.FileName.Buffer, file->object.FileName.MaximumLength);
}

const struct ob_type io_file_type = {
    .name = "File",
    .body_size = sizeof(struct io_file),
    .waitable = true,
    .valid_access = 0x1F01FF,
    .generic_read = 0x120089,
    .generic_write = 0x120116,
    .generic_execute = 0x1200A0,
    .generic_all = 0x1F01FF,
    .on_close = ob_no_close,
    .on_last_handle = last_handle,
    .on_delete = file_deleted,
};

/* ---- properties ------------------------------------------------------------------------------ */

DISPATCHER_HEADER *io_file_event(void *file) {
    return &((struct io_file *)file)->object.Event.Header;
}

bool io_file_is_synchronous(const void *file) {
    return (((const struct io_file *)file)->object.Flags & FO_SYNCHRONOUS_IO) != 0;
}

uint32_t io_file_device_type(const void *file) {
    return ((const struct io_file *)file)->device->DeviceType;
}

NTSTATUS io_file_set_port(struct rd_world *w, void *body, struct ex_port *port, uint64_t key) {
    struct io_file *file = body;
    (void)w;
    if (file->port || io_file_is_synchronous(file))
        return STATUS_INVALID_PARAMETER;
    ob_reference(port);
    file->port = port;
    file->key = key;
    return STATUS_SUCCESS;
}

void io_file_set_modes(void *file, uint8_t modes) {
    ((struct io_file *)file)->modes |= modes;
}
