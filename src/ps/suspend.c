/* suspend.c - all threads of a process at once. */
#include "ps/ps.h"

/* Others first: a process that suspends itself does nothing afterwards. */
NTSTATUS ps_suspend_process(struct rd_world *w, struct ps_process *process) {
    struct ps_thread *current = ps_current(w);
    uint32_t previous;
    bool own = false;
    ps_touch_life(w, process, CORE_READ);
    if (process->exiting)
        return STATUS_PROCESS_IS_TERMINATING;
    base_list_each(link, &process->threads) {
        struct ps_thread *thread = base_container(link, struct ps_thread, link);
        if (thread == current)
            own = true;
        else
            ke_suspend(w, &thread->tcb, &previous);
    }
    if (own)
        ke_suspend(w, &current->tcb, &previous);
    return STATUS_SUCCESS;
}

NTSTATUS ps_resume_process(struct rd_world *w, struct ps_process *process) {
    base_list_each(link, &process->threads)
        ke_resume(w, &base_container(link, struct ps_thread, link)->tcb);
    return STATUS_SUCCESS;
}
