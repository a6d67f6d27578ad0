/* objects.c - events, mutants and semaphores, and the objects that are signaled once and for ever.
 */
#include <limits.h>

#include "ke/ke.h"

LONG ke_event_set(struct rd_world *w, KEVENT *event) {
    LONG previous = event->Header.SignalState;
    ke_touch_state(w, &event->Header, true);
    if (previous)
        return previous;
    event->Header.SignalState = 1;
    core_event(w, RD_EVENT_SIGNAL, RULE_NONE, .object = event->Header.ObjectId);
    ke_test_waiters(w, &event->Header);
    return previous;
}

LONG ke_event_reset(struct rd_world *w, KEVENT *event) {
    LONG previous = event->Header.SignalState;
    ke_touch_state(w, &event->Header, false);
    event->Header.SignalState = 0;
    if (previous)
        core_event(w, RD_EVENT_RESET, RULE_NONE, .object = event->Header.ObjectId);
    return previous;
}

void ke_event_pulse(struct rd_world *w, KEVENT *event) {
    ke_event_set(w, event);
    ke_event_reset(w, event);
}

/* ---- mutants --------------------------------------------------------------------------------- */

void ke_mutant_init(struct rd_world *w, KMUTANT *mutant, bool owned_object) {
    ke_header_init(w, &mutant->Header, MutantObject, 1, owned_object);
    base_list_init(&mutant->MutantListEntry);
    mutant->OwnerThread = NULL;
    mutant->Abandoned = FALSE;
    mutant->ApcDisable = 0;
}

void ke_mutant_own(struct rd_world *w, KMUTANT *mutant) {
    struct ke_thread *thread = w->ke->current;
    RD_ASSERT(!mutant->OwnerThread);
    mutant->Header.SignalState = 0;
    mutant->OwnerThread = (void *)thread;
    base_list_push_back(&ke_belongings_make(w, thread)->mutants, &mutant->MutantListEntry);
    core_event(w, RD_EVENT_MUTANT_ACQUIRE, RULE_NONE, .object = mutant->Header.ObjectId);
}

/* Nobody owns it any more; the next waiter gets it. */
static void give_up(struct rd_world *w, KMUTANT *mutant) {
    base_list_remove(&mutant->MutantListEntry);
    mutant->OwnerThread = NULL;
    mutant->Header.SignalState = 1;
    ke_test_waiters(w, &mutant->Header);
}

struct ke_access ke_mutant_release_access(struct rd_world *w, const KMUTANT *mutant) {
    const DISPATCHER_HEADER *header = &mutant->Header;
    if ((void *)mutant->OwnerThread != (void *)w->ke->current)
        return (struct ke_access){0, KE_NOTHING};
    return (struct ke_access){header->SignalState < 0 ? core_recursion_place(header->ObjectId)
                                                      : core_place(CORE_OBJECT, header->ObjectId),
                              KE_WRITE};
}

NTSTATUS ke_mutant_release(struct rd_world *w, KMUTANT *mutant, LONG *previous) {
    struct ke_thread *thread = w->ke->current;
    if ((void *)mutant->OwnerThread != (void *)thread)
        return STATUS_MUTANT_NOT_OWNED;
    *previous = mutant->Header.SignalState;
    if (*previous < 0) {
        core_touch(w, core_recursion_place(mutant->Header.ObjectId), CORE_WRITE);
        mutant->Header.SignalState++;
        return STATUS_SUCCESS;
    }
    ke_touch_state(w, &mutant->Header, true);
    core_event(w, RD_EVENT_MUTANT_RELEASE, RULE_WAIT_15, .object = mutant->Header.ObjectId);
    thread->apc_disable = (int16_t)(thread->apc_disable - mutant->ApcDisable);
    give_up(w, mutant);
    return STATUS_SUCCESS;
}

uint32_t ke_abandon_mutants(struct rd_world *w, struct ke_thread *thread) {
    uint32_t abandoned = 0;
    if (!thread->belongings)
        return 0;
    const LIST_ENTRY *mutants = &thread->belongings->mutants;
    while (!base_list_empty(mutants)) {
        KMUTANT *mutant = base_container(mutants->Flink, KMUTANT, MutantListEntry);
        mutant->Abandoned = TRUE;
        ke_touch_object(w, &mutant->Header, CORE_WRITE | CORE_CLOSED);
        core_event(w, RD_EVENT_MUTANT_ABANDON, RULE_WAIT_12, .object = mutant->Header.ObjectId,
                   .a = thread->tid);
        give_up(w, mutant);
        abandoned++;
    }
    return abandoned;
}

/* ---- semaphores ------------------------------------------------------------------------------ */

NTSTATUS ke_semaphore_release(struct rd_world *w, KSEMAPHORE *semaphore, LONG adjustment,
                              LONG *previous) {
    LONG count = semaphore->Header.SignalState;
    ke_touch_state(w, &semaphore->Header,
                   count > 0 || (adjustment > 0 && adjustment <= semaphore->Limit));
    if (adjustment <= 0)
        return STATUS_INVALID_PARAMETER;
    if (adjustment > semaphore->Limit - count)
        return STATUS_SEMAPHORE_LIMIT_EXCEEDED;
    *previous = count;
    semaphore->Header.SignalState += adjustment;
    core_event(w, RD_EVENT_SEMAPHORE_RELEASE, RULE_NONE, .object = semaphore->Header.ObjectId,
               .a = (uint64_t)adjustment, .b = (uint64_t)count);
    ke_test_waiters(w, &semaphore->Header);
    return STATUS_SUCCESS;
}

/* ---- processes and threads ------------------------------------------------------------------- */

void ke_signal_forever(struct rd_world *w, DISPATCHER_HEADER *header) {
    ke_touch_state(w, header, true);
    header->SignalState = 1;
    ke_test_waiters(w, header);
}
