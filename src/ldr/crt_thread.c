/* crt_thread.c - threads by the C run-time's names. _endthread closes the thread's handle,
 * _endthreadex does not (CRT-16). */
#include "ldr/crt_state.h"

enum { SUSPENDED = 4 }; /* CREATE_SUSPENDED */

/*
 * Lives until both the creator and the thread have done with it: a driver that is notified of the
 * thread may let it run before the creator knows the handle.
 */
struct crt_thread_start {
    struct rd_world *world;
    uint32_t users;
    void (*plain)(void *);
    unsigned (*extended)(void *);
    void *argument;
    uint64_t handle; /* of _beginthread, which closes it in the end */
};

/* ---- the new thread -------------------------------------------------------------------------- */

static struct rd_world *here(void) {
    struct rd_world *w = port_current_world();
    struct ps_thread *thread = w ? ps_current(w) : NULL;
    return thread && thread->process->ldr ? w : NULL;
}

CRT_API(void, _endthreadex, (unsigned code)) {
    struct rd_world *w = here();
    if (!w)
        return;
    crt_thread_detach(w);
    ldr_exit_thread(w, code);
}

static void release(struct crt_thread_start *start) {
    if (--start->users == 0)
        core_free(start->world, start, sizeof *start);
}

CRT_API(void, _endthread, (void)) {
    struct rd_world *w = here();
    struct crt_thread *self = crt_self();
    if (!w)
        return;
    crt_thread_detach(w);
    if (self && self->start) {
        ob_close_handle(w, &ps_current_process(w)->handles, self->start->handle);
        release(self->start);
        self->start = NULL;
    }
    ldr_exit_thread(w, 0);
}

static uint32_t run_plain(void *parameter) {
    struct crt_thread_start *start = parameter;
    struct crt_thread *self = crt_self();
    if (self)
        self->start = start;
    start->plain(start->argument);
    crt__endthread();
    return 0;
}

static uint32_t run_extended(void *parameter) {
    struct crt_thread_start *start = parameter;
    unsigned (*routine)(void *) = start->extended;
    void *argument = start->argument;
    struct rd_world *w = start->world;
    release(start);
    unsigned code = routine(argument);
    crt_thread_detach(w);
    return code;
}

/* ---- its creator ----------------------------------------------------------------------------- */

/* errno values: EAGAIN too many threads, EINVAL bad arguments. */
static NTSTATUS create(struct crt_thread_start *start, size_t stack_size, unsigned flags,
                       uint32_t *id) {
    struct rd_world *w = start->world;
    struct ps_process *process = ps_current_process(w);
    struct ps_thread *thread;
    uint32_t (*entry)(void *) = start->plain ? run_plain : run_extended;
    size_t least = w->options.stack_size;
    struct ps_create_thread create = {.process = process,
                                      .start_address = (uint64_t)(uintptr_t)entry,
                                      .parameter = (uint64_t)(uintptr_t)start,
                                      .stack_size = stack_size > least ? stack_size : 0,
                                      .suspended = (flags & SUSPENDED) != 0};
    struct ke_thread *creator = w->ke->current;
    ke_point(w, ob_id(process), KE_WRITE);
    ke_enter_kernel(creator); /* if it is killed, it dies when it holds nothing more */
    NTSTATUS status = ps_create_thread(w, &create, &thread);
    if (NT_SUCCESS(status)) {
        status = ob_open_handle(w, &process->handles, thread, THREAD_ALL_RIGHTS, 0, &start->handle);
        *id = thread->tcb.tid;
        ob_dereference(w, thread);
    }
    ke_leave_kernel(w, creator);
    return status;
}

static uint64_t begin(const struct crt_thread_start *values, size_t stack_size, unsigned flags,
                      unsigned *id) {
    struct rd_world *w = here();
    uint32_t tid = 0;
    if (!w || (!values->plain && !values->extended)) {
        crt_invalid(CRT_EINVAL);
        return 0;
    }
    struct crt_thread_start *start = core_alloc(w, sizeof *start);
    *start = *values;
    start->world = w;
    start->users = 2;
    if (!NT_SUCCESS(create(start, stack_size, flags, &tid))) {
        core_free(w, start, sizeof *start);
        crt_set_errno(CRT_EAGAIN);
        return 0;
    }
    uint64_t handle = start->handle;
    release(start);
    if (id)
        *id = tid;
    return handle;
}

CRT_API(uintptr_t, _beginthread, (void (*start)(void *), unsigned stack_size, void *argument)) {
    struct crt_thread_start values = {.plain = start, .argument = argument};
    uint64_t handle = begin(&values, stack_size, 0, NULL);
    return handle ? (uintptr_t)handle : UINTPTR_MAX;
}

CRT_API(uintptr_t, _beginthreadex,
        (void *security, unsigned stack_size, unsigned (*start)(void *), void *argument,
         unsigned flags, unsigned *id)) {
    (void)security; /* the handle is never inherited */
    struct crt_thread_start values = {.extended = start, .argument = argument};
    return (uintptr_t)begin(&values, stack_size, flags, id);
}

CRT_API(int, _getpid, (void)) {
    struct rd_world *w = port_current_world();
    struct ps_process *process = w ? ps_current_process(w) : NULL;
    return process ? (int)process->pid : 0;
}
