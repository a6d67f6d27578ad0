/* file.h - what file.c, request.c and cancel.c share: files and requests from the inside. */
#ifndef RD_IO_FILE_H
#define RD_IO_FILE_H

#include "io/request.h"
#include "rundown/sdk/ntddk.h"

struct io_file {
    FILE_OBJECT object;    /* first: what drivers see */
    DEVICE_OBJECT *device; /* as opened, counted in its ReferenceCount; NULL: never opened */
    bool closed;           /* IRP_MJ_CLOSE has been sent */
    uint8_t modes;
    struct ex_port *port; /* referenced, or NULL */
    uint64_t key;
    uint32_t id;
};

/* IRP.AllocationFlags of an IRP that belongs to an io_request. */
enum { IO_IRP_OF_REQUEST = 0x80 };

struct io_request {
    LIST_ENTRY link; /* in thread->requests until it is finished */
    KEVENT done;
    struct io_operation operation;
    struct io_file
        *file; /* referenced, except for IRP_MJ_CLOSE; NULL: an IRP that a driver built */
    struct ps_thread *thread;
    IRP *irp; /* NULL once it is finished */
    struct io_status status;
    uint32_t number;  /* in the log */
    bool dispatching; /* the dispatch routine has not returned to the sender yet */
    bool held;        /* its sender frees it; else whoever finishes it */
    bool waits;       /* its sender waits for it, whatever it waits in */
    bool deferred;    /* completed, to be finished by the sender */
    bool finished;
    bool returned_pending; /* to the sender */
    bool cancelled;
};

/* The device of that name and what follows it in the name, or NULL. */
DEVICE_OBJECT *io_device_parse(struct rd_world *w, const char *name, const char **rest);
/* Rights that the current process may have to it. */
uint32_t io_device_granted(struct rd_world *w, const DEVICE_OBJECT *device);

/* For whoever never closes it. */
void io_file_dereference(struct rd_world *w, struct io_file *file);
/* Sends IRP_MJ_CLOSE if there is but one reference, which is about to go. */
void io_file_close_last(struct rd_world *w, struct io_file *file);
/* Drops a reference; the last one sends IRP_MJ_CLOSE from here. */
void io_file_release(struct rd_world *w, struct io_file *file);

/* ---- stacks of devices (attach.c) ------------------------------------------------------------ */

/* The uppermost device of a stack. */
DEVICE_OBJECT *io_device_top(DEVICE_OBJECT *device);
/* Puts `source` on top of the stack of `target`: what it lies on now, or NULL. */
DEVICE_OBJECT *io_device_attach(DEVICE_OBJECT *source, DEVICE_OBJECT *target);
/* Takes off whatever is attached to `target`. */
void io_device_detach(struct rd_world *w, DEVICE_OBJECT *target);
/* What that device is attached to, or NULL. */
DEVICE_OBJECT *io_device_below(struct rd_world *w, const DEVICE_OBJECT *device);

/* Devices that want IRP_MJ_SHUTDOWN; the last one registered is the first to get it, and a last
 * chance comes after all others. */
void io_shutdown_register(struct rd_world *w, DEVICE_OBJECT *device, bool last_chance);
void io_shutdown_unregister(struct rd_world *w, DEVICE_OBJECT *device);

/* ---- requests (request.c) -------------------------------------------------------------------- */

/* A request of the current thread with its IRP, on the list of the thread. */
struct io_request *io_request_new(struct rd_world *w, const struct io_operation *operation,
                                  int8_t stack_size);
/* Buffers as method and device flags want them, and the first stack location. */
NTSTATUS io_request_fill(struct rd_world *w, struct io_request *request, DEVICE_OBJECT *device);
/* Sends it and, if `wait`, waits for its completion in that processor mode; frees it. */
NTSTATUS io_request_run(struct rd_world *w, struct io_request *request, DEVICE_OBJECT *device,
                        bool wait, struct io_status *result);
/* An IRP_MJ_CREATE, CLEANUP or CLOSE that waits for its completion. */
NTSTATUS io_request_about_file(struct rd_world *w, struct io_file *file, uint8_t major,
                               struct io_open *open);
/* irp.c: the last stack location has been left. */
void io_request_completed(struct rd_world *w, IRP *irp);
struct io_request *io_request_of(const IRP *irp);
const char *io_major_name(uint8_t major);

/* An IRP_MJ_SHUTDOWN that waits for its completion. */
void io_request_shutdown(struct rd_world *w, DEVICE_OBJECT *device);

/*
 * A request that a driver sends with IoCallDriver: its buffers, event and status block are served
 * at its completion, and then it is freed. NULL: no memory.
 */
IRP *io_request_build(struct rd_world *w, const struct io_operation *operation,
                      DEVICE_OBJECT *device, KEVENT *event);
/* IoFreeIrp on an IRP of a request that was never sent. */
void io_request_discard(struct rd_world *w, struct io_request *request);

/* ---- the end of devices (device.c, unload.c) ------------------------------------------------- */

/* It is deleted, or its driver is to be unloaded: nobody may open it any more. */
bool io_device_is_leaving(const DEVICE_OBJECT *device);
/* One device has one reference less: its deletion or the unload of its driver may wait for it. */
void io_device_released(struct rd_world *w, DEVICE_OBJECT *device);
void io_driver_released(struct rd_world *w, struct io_driver *driver);

#endif
