/*
 * order.c - who runs next where every order is open (RD_CHOOSE_ORDER).
 *
 * A thread whose gate is closed stands still at its scheduling point: nobody can tell that from
 * waiting, and whoever is first to go on after the gate has opened gets what the others waited for.
 * So every order in which waiters could be served is one order of steps. Time passes only when
 * nobody can go on, unless timeouts are decisions of their own.
 */
#include <string.h>

#include "ke/ke.h"

enum { FIRST_CAPACITY = 16, TIME_PASSES = 0, STEP_POINTS_MAX = 16 };

bool ke_gate_is_open(const struct rd_world *w, const struct ke_thread *thread) {
    return !thread->gate || thread->gate->is_open(w, thread, thread->gate->context);
}

/* Termination opens no gate but those of waits that it ends; who runs on ends at a closed one. */
static bool can_go_on(const struct rd_world *w, const struct ke_thread *thread) {
    return thread->runs_on || ke_gate_is_open(w, thread);
}

/* ---- candidates ------------------------------------------------------------------------------ */

/* Room for that many. */
static void grow(struct rd_world *w, struct core_candidates *to, unsigned count) {
    core_free(w, to->threads, to->capacity * sizeof *to->threads);
    to->capacity = count * 2 > FIRST_CAPACITY ? count * 2 : FIRST_CAPACITY;
    to->threads = core_alloc(w, to->capacity * sizeof *to->threads);
}

static inline void add(struct core_candidates *to, uint32_t thread) {
    to->threads[to->count++] = thread;
}

/* A timeout can come at any moment, but always the earliest one first. */
static bool time_may_pass_now(const struct rd_world *w) {
    const struct ke_state *ke = w->ke;
    return (w->choices.choose & RD_CHOOSE_TIMEOUT) && ke->heap_count && !ke->heap[0]->idle &&
           ke->heap[0]->time <= ke->time_limit;
}

/*
 * Everybody who can go on: the current thread first, or last once its quantum is used up, between
 * them the others in the order of the queue, and then the clock. False: nobody can.
 */
static bool collect(struct rd_world *w, struct ke_thread *current) {
    struct ke_state *ke = w->ke;
    struct core_candidates *to = &w->choices.candidates;
    bool runnable = current && can_go_on(w, current), keep = runnable && ke->quantum_left > 0;
    if (RD_UNLIKELY(to->capacity < ke->ready_count + 2)) /* the current one, and the clock */
        grow(w, to, ke->ready_count + 2);
    to->count = 0;
    to->preempts = keep;
    if (keep)
        add(to, current->header.ObjectId);
    for (LIST_ENTRY *link = ke->ready.Flink; link != &ke->ready; link = link->Flink) {
        const struct ke_thread *thread = base_container(link, struct ke_thread, ready);
        if (can_go_on(w, thread))
            add(to, thread->header.ObjectId);
    }
    if (runnable && !keep)
        add(to, current->header.ObjectId);
    if (time_may_pass_now(w))
        add(to, TIME_PASSES);
    return to->count > 0;
}

static struct ke_thread *find(struct rd_world *w, struct ke_thread *current, uint32_t object) {
    struct ke_state *ke = w->ke;
    if (current && current->header.ObjectId == object)
        return current;
    for (LIST_ENTRY *link = ke->ready.Flink; link != &ke->ready; link = link->Flink) {
        struct ke_thread *thread = base_container(link, struct ke_thread, ready);
        if (thread->header.ObjectId == object)
            return thread;
    }
    return NULL;
}

/* ---- when nobody can go on ------------------------------------------------------------------- */

/*
 * Of two threads of which neither can go on: shall the second one begin to wait before the first?
 * Those with timeouts come first, those that poll last, and of these who has polled less.
 */
static bool goes_before(const struct ke_thread *first, const struct ke_thread *second) {
    uint32_t polls_first = ke_rounds_in_vain(first), polls_second = ke_rounds_in_vain(second);
    if (polls_first || polls_second)
        return polls_second < polls_first;
    return second->gate->timed && !first->gate->timed;
}

static struct ke_thread *first_to_wait(struct rd_world *w, struct ke_thread *current) {
    struct ke_state *ke = w->ke;
    struct ke_thread *first = current;
    for (LIST_ENTRY *link = ke->ready.Flink; link != &ke->ready; link = link->Flink) {
        struct ke_thread *thread = base_container(link, struct ke_thread, ready);
        if (!first || goes_before(first, thread))
            first = thread;
    }
    return first;
}

static bool is_interrupted(const struct ke_thread *thread) {
    return thread->gate->waits && (ke_kernel_apc_is_due(thread) || thread->lost_handle);
}

/* Is the thread at a gate that an APC can open? */
static bool is_alertable(const struct ke_thread *thread) {
    return thread->gate->alertable || is_interrupted(thread);
}

static inline struct core_step step_of(const struct ke_thread *thread) {
    const struct ke_gate *gate = thread->runs_on ? NULL : thread->gate; /* see can_go_on */
    unsigned ending = thread->exiting ? CORE_ENDING : 0;
    return (struct core_step){.thread = thread->header.ObjectId,
                              .process = thread->process_object,
                              .place = thread->next.place,
                              .kind = (uint8_t)(thread->next.kind | ending),
                              .gates = gate ? gate->places : 0,
                              .any = gate && gate->any,
                              .asks = gate && gate->asks && gate->asks(thread, gate->context),
                              .alertable = gate && is_alertable(thread)};
}

/* How many places a thread at the gate looks at. */
static unsigned places_of(const struct ke_thread *thread) {
    return thread->gate ? thread->gate->places + is_alertable(thread) : 0;
}

/* What the thread at the gate waits for, from 0 to places_of - 1. */
static struct ke_access gate_access(const struct ke_thread *thread, unsigned index, bool open) {
    const struct ke_gate *gate = thread->gate;
    if (index == gate->places)
        return (struct ke_access){core_place(CORE_LIFE, thread->header.ObjectId),
                                  KE_READ | (ke_apc_is_pending(thread) ? 0 : CORE_CLOSED)};
    if (gate->place)
        return gate->place(thread, gate->context, index);
    uint8_t closed = open ? 0 : CORE_CLOSED;
    return (struct ke_access){thread->next.place, (uint8_t)(thread->next.kind | closed)};
}

bool ke_look_at_gate(struct rd_world *w, const struct ke_thread *thread) {
    bool open = ke_gate_is_open(w, thread);
    for (unsigned i = 0; i < places_of(thread); i++) {
        struct ke_access access = gate_access(thread, i, open);
        core_touch(w, access.place, CORE_READ | (access.kind & CORE_CLOSED));
    }
    return open;
}

static void tell_lost(struct rd_world *w, const struct ke_thread *thread, bool left) {
    struct core_step step = step_of(thread);
    step.left = left;
    bool open = ke_gate_is_open(w, thread);
    if (!thread->gate || !thread->gate->places)
        w->choices.observer->gave_up(w, &step);
    for (unsigned i = 0; i < places_of(thread); i++) {
        struct ke_access access = gate_access(thread, i, open);
        step.place = access.place;
        step.kind = access.kind;
        w->choices.observer->gave_up(w, &step);
    }
}

void ke_step_lost(struct rd_world *w, const struct ke_thread *thread) {
    if (RD_LIKELY(!w->choices.observer) || thread->state != KE_READY)
        return;
    tell_lost(w, thread, false);
    w->choices.observer->readied(w, thread->header.ObjectId); /* for what it does instead */
}

void ke_step_of_nobody(struct rd_world *w) {
    struct ke_state *ke = w->ke;
    core_touch(w, core_place(CORE_MACHINE, CORE_STOP), CORE_WRITE);
    for (LIST_ENTRY *link = ke->ready.Flink; link != &ke->ready; link = link->Flink)
        ke_step_lost(w, base_container(link, struct ke_thread, ready));
}

void ke_give_up_gate(struct rd_world *w, struct ke_thread *thread) {
    const struct ke_gate *gate = thread->gate;
    thread->gate = NULL;
    if (gate && gate->give_up)
        gate->give_up(w, gate->context);
}

/*
 * Does no other thread live, and has somebody waited for the end of each that ever did? Then all
 * they have done comes before what the current thread does next, in any order, and until there is
 * another thread nobody can come between.
 */
static bool is_alone(const struct rd_world *w) {
    const struct ke_state *ke = w->ke;
    return ke->threads_alive == 1 && ke->ends_unseen == 0 &&
           !(w->choices.choose & RD_CHOOSE_TIMEOUT);
}

/*
 * What a thread does that has been alone since its step began is one step. But each decision is
 * taken in a step of its own, and no step grows without end.
 */
static bool is_same_step(const struct rd_world *w, const struct ke_thread *current) {
    const struct ke_state *ke = w->ke;
    return current && ke->step_room && is_alone(w) && ke->step_decisions == w->choices.taken &&
           can_go_on(w, current);
}

static void tell_standing(struct rd_world *w, const struct ke_thread *thread) {
    if (thread->gate && !can_go_on(w, thread))
        tell_lost(w, thread, true);
}

/* The strategy has no use for what follows: those who stand before closed gates never go on. */
static void end_here(struct rd_world *w, const struct ke_thread *current) {
    struct ke_state *ke = w->ke;
    if (ke->stop)
        return;
    ke->stop = true;
    if (!w->choices.observer)
        return;
    if (current)
        tell_standing(w, current);
    base_list_each(link, &ke->ready)
        tell_standing(w, base_container(link, struct ke_thread, ready));
}

/* `blocked`: although its gate is closed; `same`: it is no step of its own. */
static void tell_step(struct rd_world *w, struct ke_thread *thread, bool blocked, bool same) {
    if (w->ke->polls)
        ke_poll_step(w, thread);
    if (!w->choices.observer)
        return;
    struct core_step step = step_of(thread);
    step.alone = w->ke->threads_alive == 1;
    step.same = same;
    step.takes = blocked && (step.kind & CORE_KIND_MASK) == CORE_WRITE;
    if (blocked) /* what it wants stays as it is */
        step.kind = CORE_READ | CORE_BLOCKED | CORE_CLOSED | (step.kind & CORE_ENDING);
    w->choices.observer->step(w, &step);
}

static inline bool steps_are_told(const struct rd_world *w) {
    return w->choices.observer || w->ke->polls;
}

/* The thread goes on; `blocked`: although its gate is closed. */
static inline struct ke_thread *go_on(struct rd_world *w, struct ke_thread *thread, bool blocked) {
    w->ke->step_room = !blocked && is_alone(w) ? STEP_POINTS_MAX : 0;
    w->ke->step_decisions = w->choices.taken;
    if (RD_UNLIKELY(steps_are_told(w)))
        tell_step(w, thread, blocked, false);
    if (thread->gate && is_interrupted(thread))
        ke_look_at_gate(w, thread); /* now: the APC comes before the wait goes on */
    return thread;
}

static struct ke_thread *stay_in_step(struct rd_world *w, struct ke_thread *current) {
    w->ke->step_room--;
    if (RD_UNLIKELY(steps_are_told(w)))
        tell_step(w, current, false, true);
    return current;
}

static void observe_clock(struct rd_world *w, bool forced) {
    if (RD_LIKELY(!w->choices.observer))
        return;
    struct core_step step = {.place = core_place(CORE_MACHINE, CORE_CLOCK),
                             .kind = forced ? CORE_BARRIER : CORE_WRITE,
                             .gates = !forced && w->ke->heap_count == 1};
    w->choices.observer->step(w, &step);
}

/* For all who poll. */
static void poll_again(struct rd_world *w, bool time_has_passed) {
    struct ke_state *ke = w->ke;
    if (RD_LIKELY(!ke->polls))
        return;
    if (ke_poll_current(w))
        ke_poll_again(ke_poll_current(w), time_has_passed);
    base_list_each(link, &ke->ready)
        ke_poll_again(base_container(link, struct ke_thread, ready), time_has_passed);
}

/* `forced`: because nobody can go on. If time can bring nothing, those who poll look once more. */
static void pass_time(struct rd_world *w, bool forced) {
    struct ke_state *ke = w->ke;
    bool passes = !forced || ke_time_can_pass(w);
    observe_clock(w, forced);
    if (RD_UNLIKELY(w->choices.abandoned))
        return;
    poll_again(w, passes);
    if (!passes)
        return;
    if (w->now < ke->heap[0]->time)
        w->now = ke->heap[0]->time;
    ke_deadlines_run(w);
}

/*
 * Threads with timeouts begin to wait, then time passes (NULL), then the rest waits for ever, and
 * then those look once more who poll (NULL).
 */
static struct ke_thread *unblock(struct rd_world *w, struct ke_thread *current) {
    struct ke_thread *thread = first_to_wait(w, current);
    bool polls = thread && ke_rounds_in_vain(thread);
    if (thread && !polls && (thread->gate->timed || !ke_time_can_pass(w)))
        return go_on(w, thread, true);
    if (polls && ke_polls_for_ever(thread) && !ke_time_can_pass(w))
        w->ke->livelock = w->ke->stop = true;
    else
        pass_time(w, true);
    return NULL;
}

static bool is_over(const struct rd_world *w) {
    const struct ke_state *ke = w->ke;
    return ke->dead || ke->stop || w->now >= ke->time_limit;
}

/* NULL: time has passed. */
static struct ke_thread *ask(struct rd_world *w, struct ke_thread *current) {
    struct core_candidates *candidates = &w->choices.candidates;
    unsigned answer = core_choose(w, CORE_CHOOSE_THREAD, candidates->count);
    if (RD_UNLIKELY(w->choices.diverged))
        w->ke->stop = true; /* what follows would be nobody's run */
    if (candidates->threads[answer] != TIME_PASSES)
        return go_on(w, find(w, current, candidates->threads[answer]), false);
    pass_time(w, false);
    return NULL;
}

/* NULL: time has passed, or the step cannot be taken. */
static struct ke_thread *take(struct rd_world *w, struct ke_thread *current,
                              const struct core_known_step *step) {
    if (step->thread == TIME_PASSES && (w->ke->heap_count || w->ke->polls)) {
        pass_time(w, step->blocked);
        return NULL;
    }
    struct ke_thread *thread = find(w, current, step->thread);
    if (thread && (step->blocked || can_go_on(w, thread)))
        return go_on(w, thread, step->blocked);
    w->explanation = core_textf(
        w, "the first %zu steps were those of another execution, but the next one cannot be",
        w->choices.repeated - 1);
    w->choices.diverged = true;
    w->ke->stop = true;
    return NULL;
}

static struct ke_thread *repeat(struct rd_world *w, struct ke_thread *current) {
    struct ke_thread *next = take(w, current, core_repeat(w));
    if (w->choices.repeated == w->choices.known_count)
        core_observe(w, w->choices.observer_of_rest);
    return next;
}

/* Who takes the next step; the caller knows that the run is not over. */
static struct ke_thread *choose(struct rd_world *w, struct ke_thread *current) {
    struct ke_state *ke = w->ke;
    struct ke_thread *next;
    if (RD_UNLIKELY(ke->polls != NULL))
        ke_poll_settle(w);
    do {
        if (ke->exclusive && ke->exclusive->state == KE_READY)
            return ke->exclusive;
        if (w->choices.repeated < w->choices.known_count)
            next = repeat(w, current);
        else if (collect(w, current))
            next = ask(w, current);
        else if (current || ke->ready_count || ke_time_can_pass(w))
            next = unblock(w, current);
        else
            return NULL;
        if (RD_UNLIKELY(w->choices.abandoned))
            end_here(w, current);
    } while (!next && !is_over(w));
    return next;
}

struct ke_thread *ke_choose_next(struct rd_world *w, struct ke_thread *current) {
    return is_same_step(w, current) ? stay_in_step(w, current) : choose(w, current);
}

uint64_t ke_read_clock(struct rd_world *w) {
    if (w->ke->every_order) {
        w->now += CORE_TICKS_PER_STEP; /* else a loop until some time would never end */
        core_touch(w, core_place(CORE_MACHINE, CORE_CLOCK), CORE_WRITE);
    }
    return w->now;
}
