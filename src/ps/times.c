/* times.c - processor time: what threads and processes have used. */
#include "ps/ps.h"

static struct ps_times times_of(const uint64_t used[2]) {
    return (struct ps_times){used[0], used[1]};
}

void ps_times_add(struct ps_times *sum, struct ps_times more) {
    sum->user += more.user;
    sum->kernel += more.kernel;
}

struct ps_times ps_thread_times(const struct ps_thread *thread) {
    return times_of(thread->tcb.time_used);
}

struct ps_times ps_process_times(const struct ps_process *process) {
    struct ps_times sum = times_of(process->time_used);
    base_list_each(link, (LIST_ENTRY *)(uintptr_t)&process->threads)
        ps_times_add(&sum, ps_thread_times(base_container(link, struct ps_thread, link)));
    return sum;
}
