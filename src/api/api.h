/*
 * api.h - what the exported entry points share: who calls, decoding of arguments, and translation
 * of status.
 *
 * An entry point validates (decode), asks the layers below to do the work (perform), and translates
 * the NTSTATUS into what its caller expects. No semantics live here.
 */
#ifndef RD_API_API_H
#define RD_API_API_H

#include "ldr/ldr.h"

/*
 * The simulated caller. Entry points called outside of any simulated thread (by the host program
 * itself) get a NULL thread: they fail with ERROR_INVALID_FUNCTION or its like and never crash.
 */
struct api_caller {
    struct rd_world *w;
    struct ps_thread *thread;
    struct ps_process *process;
};

/* False on behalf of the host. */
static inline bool api_caller_get(struct api_caller *caller) {
    caller->w = port_current_world();
    caller->thread = caller->w ? ps_current(caller->w) : NULL;
    caller->process = caller->thread ? caller->thread->process : NULL;
    return caller->thread != NULL;
}

/* Win32 error code of an NTSTATUS (RtlNtStatusToDosError). */
uint32_t api_error_of(NTSTATUS status);

/* For api_result: SetLastError of the translated status. */
void api_set_status(struct api_caller *caller, NTSTATUS status);
/* The same unless it is success; returns NT_SUCCESS(status). */
static inline bool api_result(struct api_caller *caller, NTSTATUS status) {
    if (RD_UNLIKELY(!NT_SUCCESS(status)))
        api_set_status(caller, status);
    return NT_SUCCESS(status);
}
void api_set_error(struct api_caller *caller, uint32_t error);

/*
 * The object behind a handle of the caller, pseudo handles of process and thread included. A
 * scheduling point of kind `kind` on that object comes first; the handle is looked up after it. The
 * object has no reference of its own: it is valid until the next scheduling point.
 */
NTSTATUS api_object(struct api_caller *caller, const void *handle, uint32_t access,
                    const struct ob_type *type, enum ke_access_kind kind, void **body);

/* The same for whoever calls, about a process or a thread; NULL with the status of a failure. */
NTSTATUS api_process_of(struct api_caller *caller, const void *handle, uint32_t access,
                        enum ke_access_kind kind, struct ps_process **process);
NTSTATUS api_thread_of(struct api_caller *caller, const void *handle, uint32_t access,
                       enum ke_access_kind kind, struct ps_thread **thread);

/*
 * Kernel handles (OBJ_KERNEL_HANDLE) are handles of the System process with this prefix: any thread
 * may use them while it runs driver code. The table of a handle; the prefix is taken off *value.
 */
#define API_KERNEL_HANDLE 0xFFFFFFFF80000000u
#define API_KERNEL_HANDLE_END 0xFFFFFFFFFFFFFFF0u
struct ob_handle_table *api_handle_table(struct api_caller *caller, uint64_t *value);

/*
 * Closes a handle of that table. What follows from it, such as the end of a job, may kill the
 * caller: then it does not return.
 */
NTSTATUS api_close(struct api_caller *caller, struct ob_handle_table *table, uint64_t value);

/*
 * The text with %NAME% replaced, in run memory; names that are no variables stay as they are. The
 * variables are those of a block of "NAME=value" texts, or of the caller's process if that is NULL.
 */
const char *api_expand(struct api_caller *me, const uint16_t *environment, const char *text);

/* Virtual time as system time (100 ns since 1601): the machine starts at 2026-01-01 00:00:00 UTC.
 */
uint64_t api_file_time(uint64_t time);

/* What the one processor of the machine can do: PF_... */
bool api_processor_has(uint32_t feature);

/* ps_hooks: what the thread has begun on files and has not been finished is given up. */
void api_thread_cancel(struct rd_world *w, struct ps_thread *thread);
/* The run is over: the host gets back what sections and their views have of it. */
void api_views_release(struct rd_world *w);
/* ps_hooks: the address space goes, and with it the views of sections. */
void api_process_address_space(struct rd_world *w, struct ps_process *process);
/* ps_hooks: the object goes, and with it what the Win32 functions remember of it. */
void api_process_deleted(struct rd_world *w, struct ps_process *process);
void api_thread_deleted(struct rd_world *w, struct ps_thread *thread);
/* The lock, or other memory, for which the thread waits; NULL: it waits for something else. */
const void *api_parked_at(struct rd_world *w, const struct ke_thread *thread);

/* ldr_state.stream_of */
int api_stream_of(struct rd_world *w, struct ps_process *process, intptr_t handle);

/* The handle of kernel32.dll and its kin, or NULL. */
const void *api_system_dll(const char *name);

/* An exported function by name, or NULL. */
void *api_export_find(const char *name);

#endif
