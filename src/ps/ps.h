/*
 * ps.h - processes and threads: ids, creation, the phases of exit and termination, notify routines.
 *
 * How a thread and a process end is written down once, as the table of phases in exit.c.
 */
#ifndef RD_PS_PS_H
#define RD_PS_PS_H

#include "ke/ke.h"
#include "ps/routine.h"
#include "rundown/sdk/rd_kobjects.h"

enum {
    PS_SYSTEM_PID = 4,
    PS_STILL_ACTIVE = 0x103, /* STATUS_PENDING */
    PS_NOTIFY_MAX = 64,
};

struct ldr_process; /* loader and C run-time state of a process */
struct ldr_thread;  /* likewise of a thread: TLS, FLS, errno */
struct ldr_image;   /* an image known to the world */
struct ps_thread;
struct io_driver;
struct ps_job;
struct ps_debug;
struct ps_debug_message;
struct ps_token;
struct csr_process;      /* the console and its handlers */
struct csr_user_process; /* window classes */
struct csr_queue;        /* messages, windows and hooks of a thread */
struct api_process_data; /* what the Win32 functions remember */
struct api_thread_data;

enum ps_process_kind {
    PS_WIN32,
    PS_PICO,    /* of another subsystem, such as WSL */
    PS_MINIMAL, /* the kernel's own, without an image */
    PS_CLONE,   /* a fork of its parent */
};

/* Of an address space; ready for use once somebody has held it (space.c). */
struct ps_space_lock {
    KEVENT free;             /* synchronization event that wakes one waiter */
    struct ps_thread *owner; /* or NULL */
    uint32_t waiters;
};

struct ps_process {
    DISPATCHER_HEADER header; /* first: a process can be waited for */
    uint32_t pid, parent_pid;
    struct rd_world *world;
    const char *name;          /* file name of the image, UTF-8 */
    struct ldr_image *image;   /* NULL: System */
    const char *command_line;  /* UTF-8 */
    const char *directory;     /* current directory, UTF-8 */
    const char *dll_directory; /* SetDllDirectory: looked in for DLLs instead of the current one;
                                * NULL: not set */
    struct ob_handle_table handles;
    LIST_ENTRY threads; /* of ps_thread.link; those that have not ended */
    uint32_t active_threads;
    uint32_t staying_threads; /* those any of which could still be the last that leaves by itself */
    LIST_ENTRY link;          /* in ps_state.processes, from creation to deletion */
    NTSTATUS exit_status;     /* what the process will end or has ended with */
    bool exit_status_set;     /* by a process-wide termination; the first one wins (EXIT-20) */
    bool exiting;             /* termination has begun: no new threads (PROC-46) */
    bool threads_refused;     /* NtTerminateProcess(NULL) was called (PROC-33) */
    bool rundown;             /* the last thread has left: only the object remains */
    bool signaled;
    bool status_visible; /* GetExitCodeProcess gives exit_status and not STILL_ACTIVE */
    bool image_notified; /* its first thread has reached the kernel's start-up path */
    bool critical;       /* its end ends the machine (TERM-54) */
    bool started;        /* a first thread was inserted: notify routines saw it */
    bool system;
    bool service;          /* runs in the security context of the system */
    bool inherits_handles; /* all of its parent's that are inheritable */
    bool exact_name;       /* its image was opened by the name that drivers are told (NTFY-P-53) */
    bool refused;          /* a notify routine has refused its creation */
    uint8_t kind;          /* enum ps_process_kind */
    uint64_t create_time, exit_time;
    uint64_t time_used[2]; /* of its threads that have ended, as ke_thread.time_used */
    uint64_t heap_bytes, heap_blocks;
    uint32_t session;
    struct ps_token *token; /* referenced; NULL: nobody has asked for it */
    size_t stack_size;      /* of threads that ask for none */
    struct ps_job *job;     /* the innermost one, referenced for life; or NULL */
    LIST_ENTRY job_link;    /* in job->members, until the exit phase "job left" */
    struct ps_debug *debug; /* whose debuggee it is (NT: DebugPort), referenced; or NULL */
    bool debug_children;    /* the debugger gets the processes that it creates, too */
    bool debug_reported;    /* the debugger knows of it */
    struct ps_space_lock space_lock;
    struct ldr_process *ldr;
    struct api_process_data *api;
    struct csr_process *csr;
    struct csr_user_process *user;
};

/* What few threads need: I/O, drivers, debuggers. Made on first need. */
struct ps_thread_more {
    LIST_ENTRY transfers;           /* I/O on files that are no devices, of api_pending */
    LIST_ENTRY requests;            /* I/O that it has begun and that is not completed */
    struct ps_process *attached;    /* by KeStackAttachProcess; NULL: none */
    struct io_driver *driver;       /* whose code it runs in the kernel, or NULL */
    struct io_driver *holds_driver; /* whose image stays until it has ended (RUN-24), or NULL */
    const char *routine;            /* which routine of that driver, for messages; or NULL */
    struct ps_routine_call *calls;  /* of registered routines in progress, innermost first */
    uint64_t debug_handle;  /* to its debug object (NT: TEB.DbgSsReserved[1]); 0: debugs nobody */
    int32_t priority;       /* what a driver has set; 0: the usual one. It changes no order */
    int32_t base_increment; /* by KeSetBasePriorityThread */
    uint32_t pool_made;     /* pool blocks that it has allocated */
    void (*kernel_start)(void *context); /* of a system thread */
    void *kernel_context;
};

/* NT: ETHREAD. There may be a million of them: fields of one size stand together. */
struct ps_thread {
    struct ke_thread tcb;       /* first */
    struct ps_process *process; /* referenced */
    LIST_ENTRY link;            /* in process->threads until it has ended */
    NTSTATUS exit_status;       /* PS_STILL_ACTIVE until known */
    NTSTATUS kill_status;       /* what it was marked to die with */
    uint32_t last_error;        /* TEB.LastErrorValue */
    NTSTATUS last_status;       /* TEB.LastStatusValue */
    bool marked;                /* kill_status is set */
    bool inserted;              /* counted in the process */
    bool status_visible;        /* GetExitCodeThread gives exit_status and not STILL_ACTIVE */
    bool terminated;            /* exit phases are over */
    bool unannounced;           /* no notify routine hears of it */
    bool of_pool;               /* a thread of its process's thread pool */
    bool is_first;              /* runs the program's entry point and not start_address */
    bool critical;              /* its end ends the machine (TERM-54) */
    bool watches_keys;          /* has asked for news of registry keys, and hears of its own end */
    bool skip_attach;           /* no DLL hears of it (THREAD_CREATE_FLAGS_SKIP_THREAD_ATTACH) */
    bool leaving;               /* has begun its DLL_THREAD_DETACH, or ends: see staying_threads */
    bool debug_reported;        /* the debugger of its process knows of it */
    uint64_t start_address;     /* user code, as a function address; 0: a system thread */
    uint64_t parameter;         /* of that code */
    uint64_t create_time, exit_time;
    struct ldr_thread *ldr; /* NULL: it has not needed it */
    struct api_thread_data *api;
    struct csr_queue *queue;     /* NULL: it has never used the window system */
    struct ps_thread_more *more; /* see ps_more */
};

extern const struct ps_thread_more ps_nothing_more; /* empty lists, NULL, 0 */

/* For looking at it. */
static inline const struct ps_thread_more *ps_more(const struct ps_thread *thread) {
    return RD_LIKELY(!thread->more) ? &ps_nothing_more : thread->more;
}
/* For changing it (create.c). */
struct ps_thread_more *ps_more_make(struct rd_world *w, struct ps_thread *thread);

extern const struct ob_type ps_process_type, ps_thread_type;

enum ps_process_rights {
    PROCESS_TERMINATE_RIGHT = 0x0001,
    PROCESS_CREATE_THREAD_RIGHT = 0x0002,
    PROCESS_VM_OPERATION_RIGHT = 0x0008,
    PROCESS_VM_READ_RIGHT = 0x0010,
    PROCESS_VM_WRITE_RIGHT = 0x0020,
    PROCESS_DUP_HANDLE_RIGHT = 0x0040,
    PROCESS_SET_QUOTA_RIGHT = 0x0100,
    PROCESS_QUERY_INFORMATION_RIGHT = 0x0400,
    PROCESS_QUERY_LIMITED_RIGHT = 0x1000,
    PROCESS_ALL_RIGHTS = 0x1FFFFF,
    THREAD_ALL_RIGHTS = 0x1FFFFF,
};

/* ---- current thread -------------------------------------------------------------------------- */

/* The world, thread and process whose code calls; all NULL on behalf of the host. */
static inline struct ps_thread *ps_current(const struct rd_world *w) {
    return (struct ps_thread *)(void *)w->ke->current;
}

static inline struct ps_process *ps_current_process(const struct rd_world *w) {
    struct ps_thread *thread = ps_current(w);
    return thread ? thread->process : NULL;
}

/* ---- ids (cid.c) ----------------------------------------------------------------------------- */

/* The object with that id, without a reference, or NULL; the two low bits are ignored (HNDL-11). */
struct ps_process *ps_process_by_id(const struct rd_world *w, uint64_t pid);
struct ps_thread *ps_thread_by_id(const struct rd_world *w, uint64_t tid);

/* ---- creation (create.c) --------------------------------------------------------------------- */

struct ps_create_process {
    struct ldr_image *image;
    const char *name; /* file name of the image */
    const char *command_line;
    const char *directory;     /* current directory, as the program sees it; NULL: the parent's */
    const char *environment;   /* UTF-8 strings with an empty one at the end; NULL: the parent's */
    struct ps_process *parent; /* attributes and handles are inherited from it */
    bool inherit_handles;
    const uint64_t *handle_list; /* only these are inherited; NULL: all inheritable ones */
    uint32_t handle_count;
    bool suspended;
    bool detached;          /* DETACHED_PROCESS */
    bool new_console;       /* CREATE_NEW_CONSOLE, CREATE_NO_WINDOW */
    bool new_group;         /* CREATE_NEW_PROCESS_GROUP */
    bool breakaway;         /* CREATE_BREAKAWAY_FROM_JOB */
    struct ps_debug *debug; /* that is to debug it; NULL: its parent's, if that wants children */
    bool debug_children;    /* DEBUG_PROCESS without DEBUG_ONLY_THIS_PROCESS */
    struct ps_job *const *jobs; /* that it joins besides its parent's */
    uint32_t job_count;
    size_t stack_size; /* of all its threads that ask for none; 0: the world's default */
    enum ps_process_kind kind;
    bool service;                        /* and so is what its parent's children are */
    uint32_t session;                    /* 0: the parent's */
    void (*kernel_start)(void *context); /* of the first thread of a minimal process */
};

/*
 * Creates the process object and its first thread, tells the notify routines and lets it run.
 * Returned objects carry a reference each. A veto by a notify routine is returned as its status.
 */
NTSTATUS ps_create_process(struct rd_world *w, const struct ps_create_process *create,
                           struct ps_process **process, struct ps_thread **thread);

/*
 * Creates the process object alone (NtCreateProcess): routines hear of it with its first thread. It
 * ends with its last handle if it never gets one (NTFY-P-35, NTFY-P-36).
 */
NTSTATUS ps_create_bare_process(struct rd_world *w, const struct ps_create_process *create,
                                struct ps_process **process);
/* ob_type.on_last_handle: a process that never had a thread ends with its last handle. */
void ps_process_closed(struct rd_world *w, void *process);

struct ps_create_thread {
    struct ps_process *process;
    uint64_t start_address, parameter;
    size_t stack_size;
    bool suspended;
    bool unannounced; /* a thread of the system's own: no notify routine hears of it */
    bool skip_attach; /* no DLL hears of it */
    bool of_pool;     /* of the thread pool */
    /* System threads only: */
    void (*kernel_start)(void *context);
    void *kernel_context;
};

/* The returned thread carries a reference. STATUS_PROCESS_IS_TERMINATING if the process is ending.
 */
NTSTATUS ps_create_thread(struct rd_world *w, const struct ps_create_thread *create,
                          struct ps_thread **thread);

/* ---- termination (exit.c, terminate.c) ------------------------------------------------------- */

/* Is there no other thread that could still be the last to leave the process by itself? */
bool ps_is_last_to_leave(struct rd_world *w, const struct ps_thread *thread);
/* From now on only others can be. False: there are none, and it has to end the process. */
bool ps_leave_unless_last(struct rd_world *w, struct ps_thread *thread);

/* The current thread leaves through the kernel phases of exit (NtTerminateThread on oneself). */
_Noreturn void ps_exit_thread(struct rd_world *w, NTSTATUS status);
/* The same, for whoever returns to the entry of the thread at once (ke_end). */
void ps_end_thread(struct rd_world *w, NTSTATUS status);

/* Marks one thread to die; on the current thread it does not return. */
NTSTATUS ps_terminate_thread(struct rd_world *w, struct ps_thread *thread, NTSTATUS status);

/* Marks all threads of the process to die; on the current process it does not return. */
NTSTATUS ps_terminate_process(struct rd_world *w, struct ps_process *process, NTSTATUS status);

/* A process or thread ends: the machine crashes if it is critical (TERM-54). */
void ps_check_critical(struct rd_world *w, const void *body, bool critical);

/* Whether the threads of the process go on is being changed or asked. */
static inline void ps_touch_life(struct rd_world *w, const struct ps_process *process,
                                 unsigned kind) {
    core_touch(w, core_place(CORE_LIFE, ob_id(process)), kind);
}

/* Somebody asks whose ID that is. */
void ps_touch_id(struct rd_world *w, uint64_t id);

/* Places of a process among those of its handles: values that no handle has. */
enum {
    PS_COUNT_PLACE = 0,
    PS_ENDS_PLACE = KE_ENDS_PLACE,
    PS_LEAVING_PLACE,
    PS_POOLS_PLACE = 5, /* 4 is a handle */
    PS_SLOTS_PLACE,
    PS_JOB_PLACE,
    PS_REQUESTS_PLACE = 9, /* 8 is another one */
    PS_MAPPED_PLACE        /* which thread is the first one that runs */
};

/* A thread leaves its process, so that so many are left. */
static inline void ps_touch_count(struct rd_world *w, const struct ps_process *process,
                                  unsigned place, uint32_t left) {
    core_touch(w, core_handle_place(ob_id(process), place), core_counted_down(left));
}

/* Requests that threads of the process have sent come, go or are done (CORE_UPDATE), or somebody
 * looks which there are. */
static inline void ps_touch_requests(struct rd_world *w, const struct ps_process *process,
                                     unsigned kind) {
    core_touch(w, core_handle_place(ob_id(process), PS_REQUESTS_PLACE), kind);
}

/* Whoever lists all processes and threads sees it. */
static inline void ps_touch_lists(struct rd_world *w) {
    core_touch(w, core_place(CORE_MACHINE, CORE_PROCESSES), CORE_UPDATE);
}

/* What changes whenever a thread of the process has ended. */
static inline uint64_t ps_ends_place(const struct ps_process *process) {
    return core_handle_place(ob_id(process), PS_ENDS_PLACE);
}

/* What changes when the process joins a job. */
static inline uint64_t ps_job_place(const struct ps_process *process) {
    return core_handle_place(ob_id(process), PS_JOB_PLACE);
}

/* The current thread waits in kernel mode until no other thread of its process is wanted. */
void ps_wait_for_others(struct rd_world *w, bool (*is_wanted)(const struct ps_thread *thread));

/* NtTerminateProcess(NULL): marks all threads of the current process but the caller. */
NTSTATUS ps_terminate_others(struct rd_world *w, NTSTATUS status);

/* ke_hooks of this layer: a killed thread begins again here; an ended one lets go of itself. */
void ps_die(void *thread);
void ps_thread_gone(struct rd_world *w, struct ke_thread *thread);

/* ke_hooks.process_alive: is there a process besides System that has not ended? */
bool ps_process_alive(const struct rd_world *w);
const char *ps_process_text(struct rd_world *w, const DISPATCHER_HEADER *header);

/* Is the current thread the last one of its process that has not ended? */
bool ps_is_last_thread(const struct rd_world *w);

/* ---- processor time (times.c) ---------------------------------------------------------------- */

/*
 * In units of 100 ns of virtual time. Each scheduling point takes its thread 1 microsecond: of
 * kernel time if it is in driver code or on its way out, else of user time. None where every order
 * is open: time does not tell orders apart.
 */
struct ps_times {
    uint64_t user, kernel;
};

struct ps_times ps_thread_times(const struct ps_thread *thread);
/* Its ended threads included. */
struct ps_times ps_process_times(const struct ps_process *process);
void ps_times_add(struct ps_times *sum, struct ps_times more);

/* ---- suspension (suspend.c) ------------------------------------------------------------------ */

/* Both return when every thread has been told, the current one last. */
NTSTATUS ps_suspend_process(struct rd_world *w, struct ps_process *process);
NTSTATUS ps_resume_process(struct rd_world *w, struct ps_process *process);

/* ---- notify routines (notify.c) -------------------------------------------------------------- */

enum ps_notify_table { PS_NOTIFY_PROCESS, PS_NOTIFY_THREAD, PS_NOTIFY_IMAGE, PS_NOTIFY_TABLES };

enum ps_notify_flavour {
    PS_NOTIFY_LEGACY,
    PS_NOTIFY_EX,  /* process: Ex; thread: NonSystem; image: Ex */
    PS_NOTIFY_EX2, /* process: Ex2; thread: Subsystems */
};

/* Slots are filled lowest-free-first; the caller has checked the routine. */
NTSTATUS ps_notify_register(struct rd_world *w, enum ps_notify_table table, void *code,
                            enum ps_notify_flavour flavour);
/* Unlinks the slot, then waits until calls in progress have returned. */
NTSTATUS ps_notify_remove(struct rd_world *w, enum ps_notify_table table, void *code,
                          enum ps_notify_flavour flavour, bool any_flavour);
/* How many registrations that owner has. */
uint32_t ps_notify_count_of(const struct rd_world *w, const void *owner);

void ps_notify_process_create(struct rd_world *w, struct ps_process *process,
                              struct ps_thread *first, NTSTATUS *creation_status);
void ps_notify_process_exit(struct rd_world *w, struct ps_process *process);
void ps_notify_thread(struct rd_world *w, struct ps_thread *thread, bool create);
bool ps_notify_any(const struct rd_world *w);
/* For NonSystem routines, on the new thread before it reaches user mode (NTFY-T-13). */
void ps_notify_thread_starts(struct rd_world *w, struct ps_thread *thread);
struct ps_image {
    struct ps_process *process;
    const char *path; /* NT path: where the host keeps the file must not show */
    const void *base; /* stands for the image */
    uint64_t size;    /* 0: not known */
    bool of_windows;
};
void ps_notify_image(struct rd_world *w, const struct ps_image *image);

/* ---- the lock of an address space (space.c) -------------------------------------------------- */

/*
 * Up to Windows 7 it is held while image routines are called for an image of the process
 * (NTFY-I-20).
 */
void ps_lock_address_space(struct rd_world *w, struct ps_process *process);
void ps_unlock_address_space(struct rd_world *w, struct ps_process *process);
/* Whoever maps, allocates, frees or asks about memory of the process waits until nobody holds it.
 * Does an image routine do so on the thread that holds it, it waits for ever. False: the process
 * has ended meanwhile, and its object may be gone. */
bool ps_pass_address_space(struct rd_world *w, struct ps_process *process);

/* ---- object callbacks (open.c) --------------------------------------------------------------- */

struct _OB_OPERATION_REGISTRATION;

struct ps_open_register {
    const char *altitude; /* UTF-8 */
    void *context;
    const struct _OB_OPERATION_REGISTRATION *entries; /* checked by the caller */
    uint32_t count;
};

/* STATUS_FLT_INSTANCE_ALTITUDE_COLLISION if the altitude is taken (OB-03). */
NTSTATUS ps_open_register(struct rd_world *w, const struct ps_open_register *request,
                          void **handle);
/* Waits until calls in progress have returned. False: there is no such registration. */
bool ps_open_unregister(struct rd_world *w, void *handle);
/* Altitudes are decimal numbers of any length: > 0 if `a` is higher. */
int ps_compare_altitudes(const char *a, const char *b);
/* How many routines that owner has registered. */
uint32_t ps_open_count_of(const struct rd_world *w, const void *owner);
/* ob_hooks.open_asked */
NTSTATUS ps_open_asked(struct rd_world *w, const struct ob_open *open, uint64_t *handle);

/* ---- state and upward calls ------------------------------------------------------------------ */

/* Filled in by src/world. Kernel code calls user-mode code of the loader only through these. */
struct ps_hooks {
    /* The first user code of a thread: initialises the process or attaches the thread, runs the
     * start routine and exits the thread. If it returns, ps_end_thread was the last it did. */
    void (*user_start)(struct rd_world *w, struct ps_thread *thread);
    /* Maps the image into a new process: STATUS_DLL_NOT_FOUND and the like come later, in
     * user_start. */
    NTSTATUS(*process_created)
    (struct rd_world *w, struct ps_process *process, const struct ps_create_process *create);
    /* On the first thread, before the first user code: may programs of its session still start? */
    NTSTATUS (*may_start)(struct rd_world *w, struct ps_process *process);
    /* On the first thread, in kernel mode: tells image notify routines of executable and ntdll. */
    void (*process_mapped)(struct rd_world *w, struct ps_process *process);
    /* The windows, hooks and messages of an ending thread that has a queue go. */
    void (*thread_windows)(struct rd_world *w, struct ps_thread *thread);
    void (*process_address_space)(struct rd_world *w, struct ps_process *process);
    void (*process_deleted)(struct rd_world *w, struct ps_process *process);
    void (*thread_deleted)(struct rd_world *w, struct ps_thread *thread);
    /* For debuggers: image, name and entry point of a process; a call of ps_debug_replay for each
     * of its DLLs. */
    void (*debug_describe)(struct rd_world *w, struct ps_process *process,
                           struct ps_debug_message *message);
    void (*debug_modules)(struct rd_world *w, struct ps_process *process);
    /* Cancels what the current thread has begun and waits until it is completed. */
    void (*cancel_requests)(struct rd_world *w, struct ps_thread *thread);
    /* Who owns a routine that is being registered; whether that owner's code may still be called;
     * and marking the current thread as running it (returns the owner before). */
    void *(*owner_of_code)(struct rd_world *w, const void *code);
    bool (*code_present)(struct rd_world *w, const void *owner);
    bool (*code_forgotten)(struct rd_world *w, const void *owner);
    void *(*enter_owner)(struct rd_world *w, void *owner);
    /* A FILE_OBJECT, with a reference, for the file of an image. */
    void *(*image_file)(struct rd_world *w, const char *path);
};

struct ps_notify_slot {
    void *code;
    uint8_t flavour;
    struct ps_routine routine;
};

struct ps_state {
    LIST_ENTRY processes; /* all process objects in order of creation */
    struct ps_process *system;
    void **cids; /* index = id / 4; bodies of processes and threads */
    uint32_t cid_capacity, cid_first_free, cid_used; /* indexes from cid_used on were never given */
    struct ps_notify_slot **notify[PS_NOTIFY_TABLES]; /* PS_NOTIFY_MAX entries each, on first use */
    uint32_t notify_count[PS_NOTIFY_TABLES];
    LIST_ENTRY open_registrations; /* object callbacks, in order of registration */
    LIST_ENTRY open_callbacks;     /* their entries, highest altitude first */
    struct ps_hooks hooks;         /* last: outlives a reset */
};

bool ps_state_create(struct rd_world *w);
/* Also creates the System process. */
bool ps_state_reset(struct rd_world *w);

/* cid.c */
uint32_t ps_cid_allocate(struct rd_world *w, void *body);
void ps_cid_free(struct rd_world *w, uint32_t id);

#endif
