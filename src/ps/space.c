/* space.c - the lock that old versions of Windows hold while they tell drivers of an image. */
#include "ke/track.h"
#include "ps/ps.h"

static bool has_lock(const struct rd_world *w) {
    enum { WIN8 = 9200 };
    return w->profile->build < WIN8;
}

static void wait_until_free(struct rd_world *w, struct ps_space_lock *lock) {
    while (lock->owner) {
        lock->waiters++;
        ke_wait_kernel(w, &lock->free);
        lock->waiters--;
    }
}

static void set_owner(struct ps_space_lock *lock, struct ps_thread *owner) {
    lock->owner = owner;
    lock->free.Header.Reserved2 = owner ? owner->tcb.tid : 0; /* for messages */
}

void ps_lock_address_space(struct rd_world *w, struct ps_process *process) {
    struct ps_space_lock *lock = &process->space_lock;
    if (!has_lock(w))
        return;
    if (!lock->free.Header.WaitListHead.Flink)
        ke_lock_event_init(w, &lock->free, KE_ADDRESS_SPACE, false);
    wait_until_free(w, lock);
    set_owner(lock, ps_current(w));
}

void ps_unlock_address_space(struct rd_world *w, struct ps_process *process) {
    struct ps_space_lock *lock = &process->space_lock;
    if (!has_lock(w))
        return;
    set_owner(lock, NULL);
    if (lock->waiters)
        ke_event_set(w, &lock->free);
}

bool ps_pass_address_space(struct rd_world *w, struct ps_process *process) {
    struct ps_space_lock *lock = &process->space_lock;
    if (!lock->owner)
        return true;
    if (lock->owner == ps_current(w) && ke_verifies_drivers(w))
        ke_finding(w, RD_CHECK_N_IMAGE_MEMORY,
                   core_textf(w,
                              "an image notify routine works on memory of process %u, whose "
                              "address space is locked meanwhile: it waits for itself (NTFY-I-20)",
                              process->pid));
    ob_reference(process);
    wait_until_free(w, lock);
    if (lock->waiters)
        ke_event_set(w, &lock->free); /* the next one may pass, too */
    bool lives = !process->rundown;
    ob_dereference(w, process);
    return lives;
}
