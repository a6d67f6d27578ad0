/* apc.c - calls of the routines of APCs that drivers have queued. */
#include "io/io.h"

typedef void kernel_routine(KAPC *apc, void **normal_routine, void **context, void **argument1,
                            void **argument2);
typedef void normal_routine(void *context, void *argument1, void *argument2);
typedef void rundown_routine(KAPC *apc);

void io_apc_kernel(struct rd_world *w, void *owner, KAPC *apc, struct ke_apc_normal *normal) {
    kernel_routine *routine = (kernel_routine *)(uintptr_t)apc->KernelRoutine;
    struct io_call call = {.what = "the kernel routine of an APC"};
    io_begin_call(w, &call, owner);
    routine(apc, &normal->routine, &normal->arguments[0], &normal->arguments[1],
            &normal->arguments[2]);
    io_end_call(w, &call);
}

void io_apc_normal(struct rd_world *w, void *owner, const struct ke_apc_normal *normal) {
    normal_routine *routine = (normal_routine *)(uintptr_t)normal->routine;
    struct io_call call = {.what = "the normal routine of an APC"};
    io_begin_call(w, &call, owner);
    routine(normal->arguments[0], normal->arguments[1], normal->arguments[2]);
    io_end_call(w, &call);
}

/* Without a rundown routine the system takes the object for pool, and frees it. */
void io_apc_rundown(struct rd_world *w, void *owner, KAPC *apc) {
    rundown_routine *routine = (rundown_routine *)(uintptr_t)apc->RundownRoutine;
    struct io_call call = {.what = "the rundown routine of an APC"};
    if (!routine) {
        io_pool_free(w, apc, 0);
        return;
    }
    io_begin_call(w, &call, owner);
    routine(apc);
    io_end_call(w, &call);
}

uint32_t io_apcs_of(struct rd_world *w, const struct io_driver *driver) {
    uint32_t count = 0;
    base_list_each(p, &w->ps->processes) {
        const struct ps_process *process = base_container(p, struct ps_process, link);
        base_list_each(t, &process->threads) count +=
            ke_apcs_of(&base_container(t, struct ps_thread, link)->tcb, driver);
    }
    return count;
}
