/*
 * request.h - files of devices, and the requests that programs and drivers send to them.
 *
 * A file is what an open device looks like to drivers (FILE_OBJECT); a request is an IRP together
 * with what its sender is owed when it is completed: data, status, an event, a packet, an APC.
 */
#ifndef RD_IO_REQUEST_H
#define RD_IO_REQUEST_H

#include "ex/ex_port.h"
#include "io/io.h"

extern const struct ob_type io_file_type;

/* IO_STATUS_BLOCK, and the first two members of OVERLAPPED. */
struct io_status {
    union {
        NTSTATUS status;
        uintptr_t internal;
    };
    uintptr_t information;
};

/* ---- files (file.c) -------------------------------------------------------------------------- */

struct io_open {
    const char *name; /* NT name: "\??\Name", "\Device\Name" */
    uint32_t access;  /* specific rights */
    uint32_t share, attributes, disposition, options;
    bool kernel;           /* no access check */
    uintptr_t information; /* out: FILE_OPENED or what the driver says */
};

/* Sends IRP_MJ_CREATE; the file has one reference. */
NTSTATUS io_file_open(struct rd_world *w, struct io_open *open, void **file);

/* Is that the name of a device, or of a link to one? */
bool io_names_device(struct rd_world *w, const char *name);

/* What a thread waits for that waits for the file itself. */
DISPATCHER_HEADER *io_file_event(void *file);
bool io_file_is_synchronous(const void *file);
uint32_t io_file_device_type(const void *file);

/* STATUS_INVALID_PARAMETER if it has a port already or is synchronous. */
NTSTATUS io_file_set_port(struct rd_world *w, void *file, struct ex_port *port, uint64_t key);
/* FILE_SKIP_COMPLETION_PORT_ON_SUCCESS 1, FILE_SKIP_SET_EVENT_ON_HANDLE 2; they cannot be unset. */
void io_file_set_modes(void *file, uint8_t modes);

/* ---- requests (request.c) -------------------------------------------------------------------- */

struct io_operation {
    void *file;
    uint8_t major, minor;
    uint32_t code;   /* IRP_MJ_DEVICE_CONTROL; the class of information */
    uint32_t access; /* of the handle */
    const void *input;
    uint32_t input_size;
    void *output; /* of a read; data of a write is `input` */
    uint32_t output_size;
    int64_t offset;
    bool has_offset;
    bool kernel;            /* sent by a driver: buffers are not probed */
    bool wait;              /* for its completion, also on a file for overlapped I/O */
    struct io_status *iosb; /* NULL: only the result is wanted */
    KEVENT *event;          /* an event object, or NULL: the file's own event */
    uint64_t context;       /* the packet's OVERLAPPED; 0: no packet */
    void (*apc)(uint64_t routine, uint64_t iosb, uint64_t context);
    uint64_t apc_routine, apc_context;
};

/*
 * Sends the request. Files opened for synchronous I/O wait for its completion; STATUS_PENDING is
 * returned for others only. *result is set unless it is pending. A thread that is to die leaves for
 * its exit here.
 */
NTSTATUS io_perform(struct rd_world *w, const struct io_operation *operation,
                    struct io_status *result);

/* The APC that the operation asks for is queued to that thread. */
void io_operation_apc(struct rd_world *w, const struct io_operation *operation,
                      struct ps_thread *thread);

/* Sends IRP_MJ_SHUTDOWN to all devices that want it. */
void io_shutdown_notify(struct rd_world *w);

/* ---- cancellation (cancel.c) ----------------------------------------------------------------- */

/* IoCancelIrp: did a cancel routine take it? */
bool io_irp_cancel(struct rd_world *w, void *irp);
void io_cancel_lock(struct rd_world *w, uint8_t *irql);
void io_cancel_unlock(struct rd_world *w, uint8_t irql);

/*
 * Cancels the requests for that file of one thread (NULL: of all threads of the process), or only
 * the one that reports to `iosb`. Returns how many there were.
 */
struct io_cancel {
    struct ps_process *process;
    struct ps_thread *thread;
    void *file;
    const void *iosb;
    bool synchronous; /* only requests that their thread waits for */
};
uint32_t io_cancel(struct rd_world *w, const struct io_cancel *which);

/* Waits until the current thread has no request for that file any more (CancelIo). */
void io_cancel_finish(struct rd_world *w, const void *file);

/* ps_hooks.cancel_requests (TERM-56) */
void io_thread_cancel(struct rd_world *w, struct ps_thread *thread);
/* ke_hooks.request_text */
const char *io_request_text(struct rd_world *w, const DISPATCHER_HEADER *done);

#endif
