/* kernel_wait.h - a system service that waits in kernel mode, as drivers do on behalf of a user
 * thread. */
#ifndef RD_TESTS_KERNEL_WAIT_H
#define RD_TESTS_KERNEL_WAIT_H

#include "ps/ps.h"

/* Waits for the object behind a handle of the current process; a kill must wait until that is over.
 */
static inline void wait_in_kernel(void *handle) {
    struct rd_world *w = port_current_world();
    struct ps_thread *me = ps_current(w);
    void *object = ob_entry(&me->process->handles, (uint64_t)(uintptr_t)handle)->body;
    ob_reference(object);
    ke_enter_kernel(&me->tcb);
    ke_wait_kernel(w, object);
    ob_dereference(w, object);
    ke_leave_kernel(w, &me->tcb);
}

#endif
