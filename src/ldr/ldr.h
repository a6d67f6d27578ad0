/*
 * ldr.h - the user-mode half of process life: images, load order, DllMain, the loader lock, TLS and
 * FLS, the shutdown sequence of ExitProcess, unhandled exceptions, and the C run-time model
 * (crt.h).
 *
 * All of this runs in user mode of the simulated process: a thread can be killed in the middle of
 * it, and the locks that it held then stay held, as on Windows.
 */
#ifndef RD_LDR_LDR_H
#define RD_LDR_LDR_H

#include <setjmp.h>

#include "ke/irql.h"
#include "ps/ps.h"
#include "rundown/image.h"

struct port_image;
struct crt_process;
struct crt_thread;
struct ldr_fiber;
struct ldr_tp;

enum {
    LDR_TLS_SLOTS = 1088,
    LDR_TLS_FIRST_SLOTS = 64,
    LDR_FLS_SLOTS_MAX = 4080,
    LDR_NAME_MAX = 260,
    LDR_PATH_MAX = 1024
};

typedef int ldr_main_fn(int argc, char **argv);
typedef int ldr_dll_main_fn(void *module, uint32_t reason, void *reserved);

/*
 * An image known to the world: a set of registered functions, or a file. Lives until the world is
 * destroyed (files found by LoadLibrary included).
 */
struct ldr_image {
    struct ldr_image *next;
    const char *name;     /* "app.exe", lower-cased for comparison by ldr_same_name */
    const char *path;     /* host path, or "C:\\..." style name for registered images */
    const char *found_as; /* the absolute name that it was first found by, or NULL */
    bool is_dll;
    bool is_driver;
    rd_image_desc desc;             /* registered functions; all NULL for files */
    struct port_image *file;        /* NULL for registered functions */
    const char **needed;            /* DLL names, NULL-terminated */
    struct ldr_process *data_owner; /* whose copy of the private data is in place */
    const char *missing_dll;        /* a DLL that it needs and nobody has, or NULL */
    const char *unresolved;         /* an import that nobody exports, or NULL */
    bool bound, binding;
    bool of_added; /* found in a directory that some process had added: nowhere else */
};

/* A module: an image mapped into one process. Where the image lies is its HMODULE. */
struct ldr_module {
    LIST_ENTRY load_link; /* in load order */
    LIST_ENTRY init_link; /* in initialisation order, once attached */
    struct ldr_image *image;
    void *data;         /* this process's copy of the image's private data, while swapped out */
    int32_t load_count; /* -1: pinned (static imports) */
    bool attached;      /* DLL_PROCESS_ATTACH has been delivered and succeeded */
    bool attaching, detached;
    bool unloading;       /* its DLL_PROCESS_DETACH by FreeLibrary runs: nothing unloads it again */
    uint32_t init_number; /* ascending along the init order; 0: not in it */
    bool no_thread_calls; /* DisableThreadLibraryCalls */
    bool is_exe;
    bool debug_reported; /* the debugger of the process knows of it */
    struct ldr_module **dependencies;
    size_t dependency_count;
    bool mapping;       /* its dependencies are being mapped: cycles end here */
    uint32_t tls_index; /* into ldr_thread.static_tls, valid if the image has TLS */
};

/* Recursive lock of the user-mode loader; also used for the PEB lock. Owner 0: free. A dead owner
 * keeps it. */
struct ldr_lock {
    KEVENT event;       /* synchronization event that wakes one waiter */
    uint32_t owner;     /* number of the owning thread object: ids of threads are reused */
    uint32_t owner_tid; /* for messages */
    uint32_t recursion;
    uint32_t waiters;
    unsigned rule; /* what taking it shows */
    const char *name;
};

enum { LDR_STANDARD_HANDLES = 3 };

/* What the creator of a process gives its programs: standard handles, files of the C run-time. */
struct ldr_standard {
    bool given[LDR_STANDARD_HANDLES]; /* handles[i] counts; else it is the console's */
    intptr_t handles[LDR_STANDARD_HANDLES];
    const void *files; /* lpReserved2 of STARTUPINFO, in run memory; may be NULL */
    uint32_t files_size;
};

/* One that a process has added to those in which it looks for DLLs. */
struct ldr_dll_directory {
    LIST_ENTRY link;
    uint32_t cookie;
    const char *path; /* UTF-8 */
};

struct ldr_process {
    struct ps_process *process;
    struct ldr_module *exe;
    LIST_ENTRY load_order, init_order;
    uint32_t last_init_number;
    struct ldr_lock loader_lock, peb_lock;
    bool initialized; /* all static DLLs have attached */
    bool initializing;
    uint32_t initializer_tid;
    bool shutting_down; /* RtlDllShutdownInProgress */
    uint32_t shutdown_tid;
    uint64_t tls_bitmap[LDR_TLS_SLOTS / 64];
    void (**fls_callbacks)(void *); /* LDR_FLS_SLOTS_MAX entries, allocated on first use */
    uint8_t *fls_used;
    LIST_ENTRY fls_blocks; /* of ldr_fls, also of threads that were killed */
    LIST_ENTRY fibers;     /* of ldr_fiber */
    uint32_t fiber_count;  /* ever made */
    struct ldr_tp *tp;     /* the thread pool, on first use */
    uint32_t static_tls_count;
    void *unhandled_filter;
    LIST_ENTRY vectored;  /* vectored exception handlers, of ldr_vectored */
    LIST_ENTRY continued; /* vectored continue handlers, likewise */
    NTSTATUS failure;     /* why it cannot start, or STATUS_SUCCESS */
    const char *failure_text;
    uint32_t pending_exit_code; /* argument of the ExitProcess in progress */
    uint32_t error_mode;
    LIST_ENTRY dll_directories; /* AddDllDirectory: of ldr_dll_directory */
    uint32_t dll_directories_made;
    uint32_t dll_search;  /* LOAD_LIBRARY_SEARCH_ flags of SetDefaultDllDirectories; 0: none */
    uint32_t load_search; /* the same of the load in progress, under the loader lock */
    struct ldr_standard standard;
    struct crt_process *crt;
    void *heap_blocks;              /* list of live allocations, see heap.c */
    LIST_ENTRY locks;               /* for the verifier (verify.c) */
    LIST_ENTRY handle_owners;       /* of handles that a DllMain has opened (verify.c) */
    struct ldr_module **tls_owners; /* LDR_TLS_SLOTS: allocated in whose DllMain; or NULL */
};

/* Made when a thread first needs something of it: many never do. */
struct ldr_thread {
    void **tls; /* LDR_TLS_FIRST_SLOTS entries, on first use; the others likewise */
    void **tls_expansion;
    struct ldr_fls *fls;     /* on first use; of the fiber that runs */
    struct ldr_fiber *fiber; /* that runs; NULL: it is none */
    bool was_fiber;
    void **static_tls; /* one block per module with thread-local data */
    uint32_t static_tls_count;
    struct ldr_module *in_dll_main;   /* whose it runs, or NULL */
    struct ldr_tp_instance *callback; /* of the thread pool that it runs, or NULL */
    bool frees_and_exits;             /* it is in FreeLibraryAndExitThread */
    uint32_t blocks_made;             /* of the heap */
    uint32_t error_mode; /* of SetThreadErrorMode; that of the process applies as well */
    struct crt_thread *crt;
    struct ldr_guard *guard;     /* innermost frame that catches exceptions */
    struct rd_seh_frame *frames; /* __try statements that are running, innermost first (seh.c) */
    uint32_t frame_code;         /* of the exception that such a frame handled last */
    uint64_t cxx_globals[2];     /* C++ exceptions being handled, while another thread runs */
};

/*
 * The fiber-local values of a thread. They belong to the process: those of a killed thread stay
 * until it ends, even when the thread object is gone, so that FlsFree finds them (TLS-13).
 */
struct ldr_fls {
    LIST_ENTRY link;
    void *values[LDR_FLS_SLOTS_MAX];
};

/* A frame of the loader that catches what simulated code raises (DLL-44). */
struct ldr_guard {
    jmp_buf resume;
    struct ldr_guard *outer;
    uint32_t code; /* of the exception that was caught */
    bool service;  /* a system service that touches a program's memory */
};

/* Entry of ldr_process.vectored and continued. */
struct ldr_vectored {
    LIST_ENTRY link;
    void *handler; /* PVECTORED_EXCEPTION_HANDLER */
};

/* Upward calls, and what the world keeps for the loader. */
struct ldr_state {
    struct ldr_image *images; /* in order of registration */
    const char **paths;       /* directories searched for DLLs */
    size_t path_count;
    uint32_t typed_ctrl_c;        /* pressed as ordinary input, and not read (CONS-21) */
    struct ldr_process *in_place; /* whose private data is in memory */
    void *(*cxx_globals)(void);   /* where the host's C++ run-time keeps them; NULL: not loaded */
    struct ps_thread *cxx_owner;  /* whose are there now */
    void *(*export_find)(const char *name);
    const void *(*system_dll)(const char *name); /* handle of ntdll.dll and its kin */
    /* Which stream of the machine (0 input, 1 output, 2 error) a handle is: LDR_OTHER_FILE for
     * other files, LDR_NO_FILE for what is none. */
    int (*stream_of)(struct rd_world *w, struct ps_process *process, intptr_t handle);
};

enum { LDR_OTHER_FILE = -1, LDR_NO_FILE = -2 };

bool ldr_state_create(struct rd_world *w);
void ldr_state_reset(struct rd_world *w);
void ldr_state_destroy(struct rd_world *w);

/* ---- names of files (path.c) ----------------------------------------------------------------- */

/* The process's current directory, "C:\\" for NULL. */
const char *ldr_directory(const struct ps_process *process);
/* Does it mean the same file from whatever directory? */
bool ldr_is_absolute(const char *name);
/* The name with drive and all directories. False, here and below: too long. */
bool ldr_full_path(const struct ps_process *process, const char *name, char out[LDR_PATH_MAX]);
/* The file of the host that it means. False also for a name of no file. */
bool ldr_host_path(const struct ps_process *process, const char *name, char out[LDR_PATH_MAX]);

/* ---- images (image.c) ------------------------------------------------------------------------ */

bool ldr_same_name(const char *a, const char *b);
bool ldr_same_prefix(const char *a, const char *b, size_t length);
const char *ldr_base_name(const char *path);

/* A module as somebody asks for it: its directory does not count, ".dll" may be missing. */
struct ldr_wanted {
    const char *base;
    size_t length;
    bool has_extension;
};

struct ldr_wanted ldr_wanted_of(const char *name);
/* For ldr_is_wanted: the first letters are the same, but for their case. */
bool ldr_is_wanted_indeed(const char *known, const struct ldr_wanted *wanted);

static inline bool ldr_is_wanted(const char *known, const struct ldr_wanted *wanted) {
    enum { LOWER_CASE = 0x20 };
    return ((*known ^ *wanted->base) & ~LOWER_CASE) == 0 && ldr_is_wanted_indeed(known, wanted);
}

/*
 * An image by file name, or NULL; a missing extension means `extension`. If search is set, files
 * are looked for and become known: in the directory that the name has, or else where Windows would
 * look. Failing that, a known image of that name, wherever it is.
 */
struct ldr_image *ldr_image_find(struct rd_world *w, const char *name, const char *extension,
                                 bool search);
/* See port_image_variable: of whatever image it is, or of the host. */
bool ldr_variable_name(const struct rd_world *w, uint64_t address, char *name, size_t size);
bool ldr_function_name(const struct rd_world *w, uint64_t address, char *name, size_t size);
rd_status ldr_image_register(struct rd_world *w, const char *name, const rd_image_desc *desc,
                             struct ldr_image **image);
rd_status ldr_image_load(struct rd_world *w, const char *path, struct ldr_image **image);
/* Binds imports; *missing_dll and *unresolved of the image tell what could not be found. */
void ldr_image_bind(struct rd_world *w, struct ldr_image *image);
void *ldr_image_export(const struct ldr_image *image, const char *name);
rd_status ldr_add_path(struct rd_world *w, const char *directory);

/* ---- modules (load.c) ------------------------------------------------------------------------ */

/* The modules of the process are being looked at or changed. */
void ldr_touch_modules(const struct ldr_process *process, enum core_access_kind kind);

/*
 * LdrLoadDll: maps the DLL and what it needs, attaches them. The loader lock is taken inside.
 * `search`: LOAD_LIBRARY_SEARCH_ flags, or 0 for those of the process.
 */
NTSTATUS ldr_load_dll(struct rd_world *w, const char *name, uint32_t search, void **handle);
/* LdrAddRefDll: one more reference, or it is never unloaded. NULL: no module of the process. */
struct ldr_module *ldr_hold_dll(struct rd_world *w, const void *handle, bool pinned);
NTSTATUS ldr_unload_dll(struct rd_world *w, struct ldr_module *module);
struct ldr_module *ldr_module_find(struct ldr_process *process, const char *name);
/* Is it still one of the process's? */
bool ldr_module_is_loaded(struct ldr_process *process, const struct ldr_module *module);
/* Where an image lies: in every process at the same place. Host functions stand for one page. */
void *ldr_image_base(const struct ldr_image *image, size_t *size);
/* Where its code begins; NULL: nowhere. */
void *ldr_image_entry(const struct ldr_image *image);
/* The handle of a module, for programs. */
void *ldr_module_handle(const struct ldr_module *module);
/* NULL unless the handle is a module of the process. */
struct ldr_module *ldr_module_from_handle(struct ldr_process *process, const void *handle);
void *ldr_proc_address(struct rd_world *w, struct ldr_module *module, const char *name);

/*
 * Calls TLS callbacks and DllMain (constructors before it, the DLL's atexit functions after it);
 * true if it returned TRUE. Of the executable, the TLS callbacks alone. An exception that escapes
 * is caught: *exception is its code, else 0.
 */
bool ldr_call_dll(struct rd_world *w, struct ldr_module *module, uint32_t reason, void *reserved,
                  uint32_t *exception);
/* The executable's TLS callbacks: their turn comes after all DLLs (DLL-55, DLL-56). */
void ldr_tell_exe(struct rd_world *w, struct ldr_process *process, uint32_t reason);
bool ldr_has_tls_callbacks(const struct ldr_image *image);
/*
 * Neighbours in the order of initialisation: the first module with a greater number, the last with
 * a smaller one, or NULL. For walks that call entry points, which may load and free modules:
 * between two calls only the number is kept.
 */
struct ldr_module *ldr_attached_after(struct ldr_process *process, uint32_t init_number);
struct ldr_module *ldr_attached_before(struct ldr_process *process, uint32_t init_number);
struct ldr_module *ldr_map_image(struct rd_world *w, struct ldr_process *process,
                                 struct ldr_image *image, bool pinned, NTSTATUS *status);
NTSTATUS ldr_attach_tree(struct rd_world *w, struct ldr_module *module, void *reserved);

/* ---- start and end (start.c, shutdown.c) ----------------------------------------------------- */

NTSTATUS ldr_process_created(struct rd_world *w, struct ps_process *process,
                             const struct ps_create_process *create);
void ldr_notify_image(struct rd_world *w, struct ps_process *process,
                      const struct ldr_image *image);
void ldr_process_mapped(struct rd_world *w, struct ps_process *process);
void ldr_process_address_space(struct rd_world *w, struct ps_process *process);
void ldr_process_deleted(struct rd_world *w, struct ps_process *process);
void ldr_thread_deleted(struct rd_world *w, struct ps_thread *thread);
/* The loader's part of the current thread; made on first use. */
struct ldr_thread *ldr_thread_get(struct rd_world *w, struct ps_thread *thread);
/* The same, but NULL for no thread and for one that never is in user mode. */
struct ldr_thread *ldr_thread_of(struct rd_world *w, struct ps_thread *thread);
/* Runs the FLS callbacks of the current thread's values. */
void ldr_run_fls(struct rd_world *w);

/* Runs the FLS callbacks of these values and gives the block back. */
void ldr_run_fls_of(struct rd_world *w, struct ldr_fls *fls);

/* ps_hooks.user_start: it returns from a start routine that does. */
void ldr_user_start(struct rd_world *w, struct ps_thread *thread);

/* RtlExitUserProcess: the sequence behind ExitProcess. */
_Noreturn void ldr_exit_process(struct rd_world *w, uint32_t code);
/* LdrShutdownProcess and LdrShutdownThread: what DLLs are told when either ends. It does not. */
void ldr_shutdown_process(struct rd_world *w);
void ldr_shutdown_thread(struct rd_world *w);
/* RtlExitUserThread: the sequence behind ExitThread. */
_Noreturn void ldr_exit_thread(struct rd_world *w, uint32_t code);
/* The same, for whoever returns to the entry of the thread at once (ke_end). */
void ldr_end_thread(struct rd_world *w, uint32_t code);

/* ---- fibers (fiber.c) ------------------------------------------------------------------------ */

/* Exit code of a thread whose fiber returns or is deleted while it runs (THRD-32). */
enum { LDR_FIBER_END_CODE = 1 };

typedef void ldr_fiber_routine(void *data);

/* The current thread becomes a fiber, and is none any more. The callers have checked which it is.
 */
void *ldr_fiber_convert(struct rd_world *w, void *data);
void ldr_fiber_revert(struct rd_world *w);
/* A parked fiber; it gets its stack when it runs for the first time. */
void *ldr_fiber_create(struct rd_world *w, size_t stack_size, ldr_fiber_routine *routine,
                       void *data);
/* Returns when somebody switches back. An access violation if `address` is no parked fiber. */
void ldr_fiber_switch(struct rd_world *w, void *address);
/* Ends the thread if it is the fiber that runs (THRD-32). */
void ldr_fiber_delete(struct rd_world *w, void *address);
/* All fibers go with the address space. */
void ldr_fibers_gone(struct rd_world *w, struct ldr_process *process);

/* ---- locks ----------------------------------------------------------------------------------- */

void ldr_lock_init(struct rd_world *w, struct ldr_lock *lock, enum ke_lock kind, unsigned rule);
/*
 * As if the lock were taken and given back at once, for somebody who would call nothing while he
 * holds it. Where every order is open, those who only pass by commute.
 */
void ldr_lock_pass(struct rd_world *w, struct ldr_lock *lock);
/* Does no module want to know of the start and the end of a thread? */
bool ldr_threads_are_unheard(const struct ldr_process *process);
/* Does a thread that starts or ends only pass by the loader lock? */
static inline bool ldr_passes_lock(const struct rd_world *w, const struct ldr_process *process) {
    return w->ke->every_order && ldr_threads_are_unheard(process);
}
void ldr_lock_acquire(struct rd_world *w, struct ldr_lock *lock);
void ldr_lock_release(struct rd_world *w, struct ldr_lock *lock);

/* ---- private data ---------------------------------------------------------------------------- */

/* ke_hooks.switched: when a thread of another process than before begins to run, its data is
 * swapped in. */
void ldr_switched(struct rd_world *w, struct ke_thread *to);
void ldr_put_in_place(struct rd_world *w, struct ldr_process *to);

/*
 * Copies into or out of a program's memory, which is seen as that process sees it. False: there is
 * no such memory.
 */
struct ldr_copy {
    void *to;
    const void *from;
    size_t size;
};
bool ldr_copy_user(struct rd_world *w, struct ps_process *process, const struct ldr_copy *copy);
void ldr_data_map(struct rd_world *w, struct ldr_process *process, struct ldr_module *module);
void ldr_data_unmap(struct rd_world *w, struct ldr_process *process, struct ldr_module *module);
/* Finds the host's C++ run-time, if an image has brought it along. */
void ldr_cxx_attach(struct rd_world *w);
/* The current thread goes to another stack: C++ exceptions being handled are kept and put in place.
 */
void ldr_cxx_exchange(struct rd_world *w, uint64_t out[2], const uint64_t in[2]);
/* Binding of the import __tls_get_addr. */
struct port_tls_index;
void *ldr_tls_get_addr(const struct port_tls_index *index);

/* ---- exceptions (exception.c) ---------------------------------------------------------------- */

struct ldr_exception {
    uint32_t code;
    uint32_t flags; /* 1: noncontinuable */
    uint64_t address;
    uint32_t parameter_count;
    uint64_t parameters[15];
    struct port_registers
        *registers;    /* of a fault; handlers may change them. NULL: a call raised it */
    const void *cause; /* record of the exception that led to this one, or NULL */
    bool no_frames;    /* the frames of the stack are gone */
};
/*
 * Vectored handlers, __except frames, then the unhandled filter; returns if a handler continues,
 * and ends the process if none does.
 */
void ldr_raise(struct rd_world *w, const struct ldr_exception *exception);
/*
 * For exceptions whose own __except is around them, as in OutputDebugString: true if a debugger or
 * a vectored handler goes on.
 */
bool ldr_offer(struct rd_world *w, const struct ldr_exception *exception);

/*
 * seh.c: asks the frames that the current code can see. True: one of them continues the execution.
 * Does not return if one handles the exception. `pointers` is an EXCEPTION_POINTERS.
 */
bool ldr_frames_dispatch(struct rd_world *w, void *pointers, uint32_t code);
/* Runs the __finally blocks of all frames that the current code can see. */
void ldr_frames_unwind(struct rd_world *w);
/* port_fault_handler: a fault of the processor becomes an exception of the thread. */
void ldr_fault(struct rd_world *w, const struct port_fault *fault);

/* ---- debuggers (debug.c) --------------------------------------------------------------------- */

/* ps_hooks.debug_describe, debug_modules */
void ldr_debug_describe(struct rd_world *w, struct ps_process *process,
                        struct ps_debug_message *message);
void ldr_debug_modules(struct rd_world *w, struct ps_process *process);
/* LOAD_DLL and UNLOAD_DLL of the current process. */
void ldr_debug_load(struct rd_world *w, struct ldr_module *module);
void ldr_debug_unload(struct rd_world *w, const struct ldr_module *module);
/* LOAD_DLL of what came with the process, then the breakpoint before any code of its DLLs. */
void ldr_debug_process_starts(struct rd_world *w, struct ldr_process *ldr);
/* DbgUiIssueRemoteBreakin: a thread of the process meets a breakpoint, if it is debugged. */
NTSTATUS ldr_break_into(struct rd_world *w, struct ps_process *process);

/* ---- heap of a simulated process (heap.c) ---------------------------------------------------- */

/* Blocks belong to the process and are gone with it. NULL when the host has no memory, or where
 * failing allocations are open decisions. */
void *ldr_heap_alloc(struct rd_world *w, size_t size, bool zero);
/* For what a process has from its beginning on: is no decision. */
/*
 * Memory of the heap by a name that does not depend on the order in which threads allocate: the
 * how manyth block of which thread (its object's number; 0: of nobody), and where in it. False:
 * the address is of no heap.
 */
struct ldr_heap_place {
    uint32_t thread, block;
    size_t offset;
};
bool ldr_heap_place(const struct rd_world *w, uint64_t address, struct ldr_heap_place *place);

void *ldr_heap_alloc_system(struct rd_world *w, size_t size);
void *ldr_heap_realloc(struct rd_world *w, void *block, size_t size);
/* False: not a live block of this process. */
bool ldr_heap_free(struct rd_world *w, void *block);
size_t ldr_heap_size(struct rd_world *w, const void *block); /* (size_t)-1: not a block */

#endif
