/*
 * io.h - drivers: loading, DriverEntry, DriverUnload, and what a driver owns: pool, threads,
 * timers, DPCs, work items, devices and symbolic links.
 *
 * A driver is an image file or a set of host functions. Code of a driver that has been unloaded
 * must never be called again: whoever holds a routine calls it through io_begin_call, which stops
 * the machine then (RUN-20, RUN-23).
 */
#ifndef RD_IO_IO_H
#define RD_IO_IO_H

#include "ke/irql.h"
#include "ldr/ldr.h"
#include "ps/ps.h"

/* The registry key of a driver is this and the name of its service. */
#define IO_SERVICES_KEY "\\Registry\\Machine\\System\\CurrentControlSet\\Services\\"

struct io_driver {
    LIST_ENTRY link;
    const char *name;    /* of its image: "watch.sys" */
    const char *service; /* "watch" */
    const char *holder;  /* "driver watch.sys", the reason of its references to objects */
    rd_driver_entry *entry;
    struct ldr_image *image; /* NULL: host functions */
    bool loaded;             /* its code may be called */
    bool unloaded;           /* DriverUnload has returned */
    uint32_t held_threads;   /* of IoCreateSystemThread: its code stays until they have ended */
    uint32_t unload_number;  /* how many drivers had been unloaded before it */
    bool unloading;          /* asked for; DriverUnload may have to wait (DRV-13) */
    bool in_unload;          /* DriverUnload has begun */
    bool image_goes;         /* and has returned */
    bool force_integrity; /* its image has IMAGE_DLLCHARACTERISTICS_FORCE_INTEGRITY (NTFY-P-16) */
    void *object;         /* DRIVER_OBJECT */
    /* registration.c */
    LIST_ENTRY extensions, reinitializations, trace_providers;
    uint32_t wmi_registrations;
};

struct io_pool_block;
struct io_paged;
struct io_queue; /* deferred.c: threads that run DPCs and work items */

struct io_state {
    LIST_ENTRY drivers;     /* of this run, unloaded ones too */
    struct io_paged *paged; /* memory of paged pool; outlives a reset */
    LIST_ENTRY pool;        /* of io_pool_block, in order of allocation */
    struct io_pool_block *pool_by_address;
    LIST_ENTRY handles;    /* kernel handles that drivers have opened, of io_handle */
    LIST_ENTRY references; /* to objects, of io_reference_count */
    uint32_t next_pool_number;
    uint64_t pool_bytes, pool_blocks;
    LIST_ENTRY timers;            /* armed ones, of io_timer */
    struct io_queue *dpcs, *work; /* NULL until first used */
    LIST_ENTRY links;             /* symbolic links */
    LIST_ENTRY shutdown;          /* devices that want IRP_MJ_SHUTDOWN, last come first */
    uint32_t requests;            /* made so far */
    uint64_t trace_handles;       /* of EtwRegister, given out so far */
    LIST_ENTRY services;          /* service.h */
    LIST_ENTRY service_handles;   /* csr/scm.h */
    uint64_t service_handles_made;
    struct ke_thread *cancel_owner; /* of the cancel spin lock */
    LIST_ENTRY filters;             /* of minifilters that are registered */
    LIST_ENTRY key_watches;         /* of programs that want to hear of changes of keys */
    uint32_t unloads;               /* drivers unloaded so far */
    LIST_ENTRY keys, open_keys;     /* the registry: of io_key_node, io_key */
    LIST_ENTRY registry_callbacks;  /* highest altitude first */
    int64_t registry_cookies;       /* given out so far */
    LIST_ENTRY callbacks;           /* registrations with callback objects */
    PEPROCESS system_process;       /* what the variable PsInitialSystemProcess holds */
};

bool io_state_create(struct rd_world *w);
void io_state_reset(struct rd_world *w);
void io_state_destroy(struct rd_world *w);

/* ---- drivers (driver.c) ---------------------------------------------------------------------- */

/* NULL and *status if a driver of that name is loaded (STATUS_IMAGE_ALREADY_LOADED). */
struct io_driver *io_driver_create(struct rd_world *w, const char *name, rd_driver_entry *entry,
                                   struct ldr_image *image, NTSTATUS *status);
struct io_driver *io_driver_find(struct rd_world *w, const char *name);
/* As io_driver_create, for an image of a driver. */
struct io_driver *io_driver_of_image(struct rd_world *w, struct ldr_image *image, NTSTATUS *status);

/* Both run on a system thread. */
NTSTATUS io_driver_start(struct rd_world *w, struct io_driver *driver); /* DriverEntry */
/* DriverUnload, as soon as nobody refers to its devices; STATUS_SUCCESS also if that is later. */
NTSTATUS io_driver_stop(struct rd_world *w, struct io_driver *driver);

/* A counted string from UTF-8, in pooled memory. */
void io_set_string(struct rd_world *w, UNICODE_STRING *string, const char *text);

/* Its code is gone; what it leaves behind is reported. */
void io_driver_leave(struct rd_world *w, struct io_driver *driver);

/* The driver that `code` belongs to, else the one whose code the current thread runs; NULL: none.
 */
struct io_driver *io_current_driver(struct rd_world *w, const void *code);
/* Marks the current thread as running that driver's code; returns what it ran before. */
struct io_driver *io_enter_driver(struct rd_world *w, struct io_driver *driver);

/* Drivers and devices are used (CORE_UPDATE), or changed so that whoever uses them sees it. */
static inline void io_touch_drivers(struct rd_world *w, unsigned kind) {
    core_touch(w, core_place(CORE_MACHINE, CORE_DRIVERS), kind);
}

/* Does the image that holds the routine have FORCE_INTEGRITY? Routines of nobody count as having
 * it. */
bool io_code_has_integrity(struct rd_world *w, const void *code);

/* ps_hooks */
void *io_owner_of_code(struct rd_world *w, const void *code);
bool io_driver_code_present(struct rd_world *w, const void *owner);
/* Was it unloaded so long ago that the system does not remember its name (RUN-22)? */
bool io_driver_forgotten(struct rd_world *w, const void *owner);
void *io_enter_owner(struct rd_world *w, void *owner);
/* ke_hooks */
void io_culprit(struct rd_world *w, const char **driver, const char **routine);
bool io_has_routines(struct rd_world *w, const char *name);

/*
 * Bracket a call of a driver's routine from nowhere in particular (a DPC, a work item, a thread's
 * start routine). The first stops the machine with 0xCE if the driver is gone, the second if the
 * routine has not left the thread as it was (ke_level_check).
 */
struct io_call {
    const char *what; /* "a DPC routine" */
    bool service;     /* a program has asked for it, and its thread goes back there */
    struct io_driver *before;
    const char *routine_before;
    struct ke_level level;
};
void io_begin_call(struct rd_world *w, struct io_call *call, struct io_driver *driver);
void io_end_call(struct rd_world *w, const struct io_call *call);

/* ---- references of drivers to objects (reference.c) ------------------------------------------ */

void io_reference(struct rd_world *w, void *body);
/* Stops the machine with 0x18 if no driver holds a reference (TERM-22, LOCK-10). */
void io_dereference(struct rd_world *w, void *body);

/* Describes what that driver holds, for a report, and counts it. */
const char *io_references_of(struct rd_world *w, const struct io_driver *driver, uint32_t *count);

/* Kernel handles: their values in the table of the System process. */
void io_handle_opened(struct rd_world *w, uint64_t value);
void io_handle_closed(struct rd_world *w, uint64_t value);
const char *io_handles_of(struct rd_world *w, const struct io_driver *driver, uint32_t *count);

/* ---- what a driver leaves behind (verify.c) -------------------------------------------------- */

/* What only the verifier looks at: references and handles. */
void io_report_held(struct rd_world *w, const struct io_driver *driver);
/* Logs `count` of `what` that a driver leaves; the rule tells which check of the verifier it is. */
void io_report_left(struct rd_world *w, const struct io_driver *driver, unsigned rule,
                    uint32_t count, const char *what);

/* ---- pool (pool.c) --------------------------------------------------------------------------- */

/* As ldr_heap_place, of pool memory. */
bool io_pool_place(const struct rd_world *w, uint64_t address, struct ldr_heap_place *place);

struct io_pool_request {
    size_t size;
    uint32_t tag;
    bool paged;
    bool uninitialized;
    bool of_system; /* no driver has asked for it: it does not fail where failing is a decision */
};

/* NULL where failing allocations are open decisions, or if it is too large. Stops the machine on
 * bad requests (POOL-03, POOL-04). */
void *io_pool_allocate(struct rd_world *w, const struct io_pool_request *request);
/* Stops the machine on a block that is not live, has another tag or was written past its end. tag
 * 0: any. */
void io_pool_free(struct rd_world *w, void *memory, uint32_t tag);
/* Does that address lie in a live block? */
bool io_pool_contains(struct rd_world *w, const void *address);
/* "byte 4 of pool block 3 (16 bytes, tag 'Test')", or that there is no such block. */
const char *io_pool_describe(struct rd_world *w, const void *address);
/* One event for all blocks that the driver owns. */
void io_pool_report_leaks(struct rd_world *w, const struct io_driver *driver);

/* ---- deferred calls (deferred.c, timer.c) ---------------------------------------------------- */

/* False: it is queued already. Runs at DISPATCH_LEVEL on a thread of the system. */
bool io_dpc_insert(struct rd_world *w, KDPC *dpc, void *argument1, void *argument2);
bool io_dpc_insert_for(struct rd_world *w, KDPC *dpc, struct io_driver *driver);
bool io_dpc_remove(struct rd_world *w, KDPC *dpc);
/* Waits until no DPC is queued or running. */
void io_dpc_flush(struct rd_world *w);

/* `routine(a, b)` or, if there is a c, `routine(a, b, c)` on a worker thread of the system. */
struct io_work {
    LIST_ENTRY link;
    struct io_driver *driver;
    void (*run)(struct rd_world *w, struct io_work *work);
    void *routine;
    void *a, *b, *c;
    size_t size; /* of the allocation; freed after the call unless 0 */
};
void io_work_queue(struct rd_world *w, struct io_work *work);
bool io_is_worker(struct rd_world *w, const struct ps_thread *thread);

void io_timer_init(struct rd_world *w, KTIMER *timer, bool synchronization);
/* Both say whether the timer was set before. */
bool io_timer_set(struct rd_world *w, KTIMER *timer, LONGLONG due, ULONG period, KDPC *dpc);
bool io_timer_cancel(struct rd_world *w, KTIMER *timer);

uint32_t io_timers_of(struct rd_world *w, const struct io_driver *driver);
/* Is there an armed timer in that memory? */
bool io_timer_inside(struct rd_world *w, const void *memory, size_t size);
/* ke_hooks.timer_awaited */
bool io_timer_awaited(struct rd_world *w);

/* How many DPCs, work items and timers wait for code of that driver. */
uint32_t io_deferred_count_of(struct rd_world *w, const struct io_driver *driver);

/* ---- APCs of drivers (apc.c) ----------------------------------------------------------------- */

/* ke_hooks */
void io_apc_kernel(struct rd_world *w, void *owner, KAPC *apc, struct ke_apc_normal *normal);
void io_apc_normal(struct rd_world *w, void *owner, const struct ke_apc_normal *normal);
void io_apc_rundown(struct rd_world *w, void *owner, KAPC *apc);
/* How many APCs with routines of that driver are queued. */
uint32_t io_apcs_of(struct rd_world *w, const struct io_driver *driver);

/* ---- system threads (thread.c) --------------------------------------------------------------- */

struct io_create_thread {
    struct ps_process *process;
    void (*routine)(void *context);
    void *context;
    struct io_driver *holds; /* whose image stays until it has ended (RUN-24), or NULL */
};
NTSTATUS io_system_thread_create(struct rd_world *w, const struct io_create_thread *create,
                                 struct ps_thread **thread);
/* A thread of IoCreateSystemThread has ended. */
void io_driver_let_go(struct rd_world *w, struct io_driver *driver);
/* Checks what a thread may not hold at its end (TERM-41, TERM-55), then ends it. */
_Noreturn void io_system_thread_exit(struct rd_world *w, NTSTATUS status);
/* Threads that still run or will run code of that driver: from now on their next step is 0xCE
 * (RUN-23). */
uint32_t io_threads_lose_code(struct rd_world *w, const struct io_driver *driver);

/* ---- devices and symbolic links (device.c) --------------------------------------------------- */

extern const struct ob_type io_device_type, io_symbolic_link_type;

/* What a security descriptor gives to services and to elevated programs of administrators. */
struct io_sddl {
    uint32_t system, administrators;
    uint32_t denied_system, denied_administrators; /* by entries so far */
};
/* False if the text is no DACL of a device (sddl.c). */
bool io_sddl_parse(const char *text, struct io_sddl *sddl);

struct io_device_create {
    struct io_driver *driver;
    const struct io_sddl *sddl; /* NULL: everything for everybody */
    const char *name;           /* NULL or "": none */
    uint32_t type, characteristics, extension_size;
    bool exclusive;
};
/* The DEVICE_OBJECT, or NULL and *status. */
void *io_device_create(struct rd_world *w, const struct io_device_create *create, NTSTATUS *status);
void io_device_delete(struct rd_world *w, void *device);
NTSTATUS io_link_create(struct rd_world *w, const char *name, const char *target);
NTSTATUS io_link_delete(struct rd_world *w, const char *name);
/* A target of the link with that name (the first `length` bytes), or NULL. */
const char *io_link_find(struct rd_world *w, const char *name, size_t length);
/* Where the link leads, for the body of one. */
const char *io_link_target(const void *link);
/* One directory has several names; "" for a NULL name. */
const char *io_name_normalized(struct rd_world *w, const char *name);
/* Devices and links of that driver. */
uint32_t io_devices_of(struct rd_world *w, const struct io_driver *driver);
uint32_t io_links_of(struct rd_world *w, const struct io_driver *driver);

/* A FILE_OBJECT, with a reference, that stands for the file of an image with that NT path: nothing
 * can be done with it but to ask for its name. */
void *io_image_file(struct rd_world *w, const char *path);

/* ---- requests (irp.c): IRPs and DEVICE_OBJECTs of the SDK ------------------------------------ */

void *io_irp_allocate(struct rd_world *w, int8_t stack_size);
void io_irp_init(void *irp, int8_t stack_size);
/* Passes it to the device's driver: its status. */
NTSTATUS io_irp_call(struct rd_world *w, void *device, void *irp);
void io_irp_complete(struct rd_world *w, void *irp);
/* Every entry of a new DRIVER_OBJECT refuses with STATUS_INVALID_DEVICE_REQUEST (DRV-10). */
void io_driver_fill_dispatch(void *driver_object);

#endif
