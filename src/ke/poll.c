/*
 * poll.c - threads that poll, where every order is open (RD_CHOOSE_ORDER).
 *
 * From one yield to the next is a round. A round in which a thread has changed nothing, and has
 * seen what it saw in the round before, was in vain: so will be the next one, until something that
 * the thread looks at changes. After a few rounds in vain it stands still at its yield until then,
 * as if it had waited, so that a loop that polls does not have endlessly many orders. If nobody
 * else can go on either, time passes; if that can bring nothing, it looks once more.
 *
 * A thread that looks at plain variables alone, or at nothing, shows nothing of what it sees. It
 * stands still only after many rounds, and then until somebody else takes a step.
 */
#include "ke/ke.h"

enum {
    VAIN_MAX = 1,         /* rounds that a thread may go on in vain */
    VAIN_BLIND = 1000,    /* the same for one that shows nothing of what it sees */
    VAIN_FOR_EVER = 1000, /* nothing that a thread counts itself ends so long a loop, presumably */
    SEEN_MAX = 16,
    WATCHED_MAX = 64,
    NO_PLACE = WATCHED_MAX
};

/* Something that was looked at, and which of its changes had been made by then. */
struct seen {
    uint32_t watched, version;
};

/* What a thread that polls has looked at. */
struct ke_round {
    struct seen now[SEEN_MAX], before[SEEN_MAX]; /* in this round, and in the one before */
    uint32_t now_count, before_count;
    uint32_t vain;     /* rounds in vain, one after the other */
    uint32_t patience; /* after so many of them it begins to count: it was let go on */
    uint64_t progress; /* of others, before this round */
    bool active;       /* in this round it has changed something, or has seen too much */
    bool yields;       /* stands at the end of a round */
};

/* Places at which somebody who polls has looked; made with the first yield of a run. */
struct ke_polls {
    struct {
        uint64_t place;
        uint32_t version;
    } watched[WATCHED_MAX];
    uint32_t count;
    const struct ke_thread *gone; /* the current thread, if it is deleted already */
    bool bounded;                 /* somebody was kept from going on */
    uint64_t progress;            /* steps that may change something, whatever it is */
    struct ke_thread *writer;     /* takes a step that may change what it touches; NULL: nobody */
    struct ke_access written;     /* that place */
};

static struct ke_round *round_of(const struct ke_thread *thread) {
    return ke_belongings_of(thread)->round;
}

/* ---- watching -------------------------------------------------------------------------------- */

static uint32_t find(const struct ke_polls *polls, uint64_t place) {
    for (uint32_t i = 0; i < polls->count; i++)
        if (polls->watched[i].place == place)
            return i;
    return NO_PLACE;
}

static void see(struct ke_polls *polls, struct ke_round *round, uint64_t place) {
    uint32_t index = find(polls, place), i = 0;
    if (index == NO_PLACE && polls->count < WATCHED_MAX) {
        index = polls->count++;
        polls->watched[index].place = place;
    }
    while (i < round->now_count && round->now[i].watched != index)
        i++;
    if (index == NO_PLACE || i == SEEN_MAX) {
        round->active = true;
        return;
    }
    round->now[i] = (struct seen){index, polls->watched[index].version};
    if (i == round->now_count)
        round->now_count++;
}

static bool is_patient(const struct ke_round *round) {
    return round->vain <= round->patience + (round->before_count ? VAIN_MAX : VAIN_BLIND);
}

/* The thread stands at its yield. */
struct stand {
    const struct ke_polls *polls;
    const struct ke_round *round;
};

static bool is_new(const struct stand *stand, unsigned index) {
    const struct seen *seen = &stand->round->before[index];
    return stand->polls->watched[seen->watched].version != seen->version;
}

/* Has anything changed at which the thread has looked? */
static bool is_any_new(const struct stand *stand) {
    for (unsigned i = 0; i < stand->round->before_count; i++)
        if (is_new(stand, i))
            return true;
    return !stand->round->before_count && stand->polls->progress != stand->round->progress;
}

/* ke_gate.is_open */
static bool may_go_on(const struct rd_world *w, const struct ke_thread *thread,
                      const void *context) {
    const struct stand *stand = context;
    (void)w, (void)thread;
    return is_patient(stand->round) || is_any_new(stand);
}

/* Does the thread stand still because of that place alone? */
static bool stands_before(const struct rd_world *w, const struct ke_thread *thread,
                          uint32_t watched) {
    const struct ke_gate *gate = thread->gate;
    return gate && gate->is_open == may_go_on && gate->places == 1 &&
           !may_go_on(w, thread, gate->context) && round_of(thread)->before[0].watched == watched;
}

/* Memory is a gate only for those who poll: the change is what they had to wait for. */
static void tell_gate(struct rd_world *w, uint32_t watched, enum ke_access_kind kind) {
    uint64_t place = w->ke->polls->watched[watched].place;
    bool awaited = false;
    if (!w->choices.observer || place >> CORE_SPACE_SHIFT != CORE_MEMORY)
        return;
    base_list_each(link, &w->ke->ready) awaited |=
        stands_before(w, base_container(link, struct ke_thread, ready), watched);
    if (awaited)
        w->choices.observer->touch(w, place, kind | CORE_CLOSED);
}

static bool is_on_stack_of(const struct ke_thread *thread, uint64_t place) {
    const struct port_stack *stack = &thread->context.stack;
    return stack->base && place - core_memory_place(stack->base) < stack->size;
}

static void know(struct seen *seen, uint32_t count, const struct seen *known) {
    for (uint32_t i = 0; i < count; i++)
        if (seen[i].watched == known->watched)
            seen[i].version = known->version;
}

/* `thread` NULL: time has passed. */
static void change(struct rd_world *w, struct ke_thread *thread, const struct ke_access *access) {
    struct ke_polls *polls = w->ke->polls;
    struct ke_round *round = thread ? round_of(thread) : NULL;
    uint32_t watched = find(polls, access->place);
    if (watched != NO_PLACE) {
        tell_gate(w, watched, access->kind);
        polls->watched[watched].version++;
    }
    if (round && !is_on_stack_of(thread, access->place)) {
        round->active = true;
    } else if (round && watched != NO_PLACE) {
        /* Its own locals tell a thread nothing new, no more than what it keeps in registers. */
        const struct seen known = {watched, polls->watched[watched].version};
        know(round->now, round->now_count, &known);
        know(round->before, round->before_count, &known);
    }
}

/* The step is over, and has changed what it said that it would. */
static void settle(struct rd_world *w) {
    struct ke_polls *polls = w->ke->polls;
    if (polls->writer)
        change(w, polls->writer, &polls->written);
    polls->writer = NULL;
}

struct ke_thread *ke_poll_current(const struct rd_world *w) {
    return w->ke->current == w->ke->polls->gone ? NULL : w->ke->current;
}

/* core_choices.watch */
static void touched(struct rd_world *w, uint64_t place, unsigned kind) {
    struct ke_polls *polls = w->ke->polls;
    struct ke_thread *thread = w->current_tid ? ke_poll_current(w) : NULL;
    kind &= CORE_KIND_MASK;
    if (kind >= CORE_UPDATE)
        change(w, thread, &(struct ke_access){place, (uint8_t)kind});
    else if (kind == CORE_READ && thread && round_of(thread))
        see(polls, round_of(thread), place);
}

void ke_poll_step(struct rd_world *w, struct ke_thread *thread) {
    struct ke_polls *polls = w->ke->polls;
    settle(w);
    if (polls->gone == thread)
        polls->gone = NULL; /* a new thread where the other one was */
    polls->progress += !ke_rounds_in_vain(thread);
    if (thread->next.kind >= KE_UPDATE) {
        polls->writer = thread;
        polls->written = thread->next;
    } else if (thread->next.kind == KE_READ && round_of(thread)) {
        see(polls, round_of(thread), thread->next.place);
    }
}

void ke_poll_settle(struct rd_world *w) {
    settle(w);
}

void ke_changed_nothing(struct rd_world *w) {
    struct ke_polls *polls = w->ke->polls;
    if (!polls || !polls->writer)
        return;
    if (round_of(polls->writer))
        see(polls, round_of(polls->writer), polls->written.place);
    polls->writer = NULL;
}

/* ---- rounds ---------------------------------------------------------------------------------- */

static bool was_in_vain(const struct ke_round *round) {
    if (round->active || round->now_count != round->before_count)
        return false;
    for (uint32_t i = 0; i < round->now_count; i++)
        if (round->now[i].watched != round->before[i].watched ||
            round->now[i].version != round->before[i].version)
            return false;
    return true;
}

static void begin_anew(struct ke_round *round) {
    round->vain = round->patience = 0;
}

static void end_round(const struct ke_polls *polls, struct ke_round *round) {
    if (was_in_vain(round))
        round->vain++;
    else
        begin_anew(round);
    for (uint32_t i = 0; i < round->now_count; i++)
        round->before[i] = round->now[i];
    round->before_count = round->now_count;
    round->now_count = 0;
    round->active = false;
    round->progress = polls->progress;
}

/* ke_gate.place */
static struct ke_access place_of(const struct ke_thread *thread, const void *context,
                                 unsigned index) {
    const struct stand *stand = context;
    uint32_t watched = stand->round->before[index].watched;
    (void)thread;
    return (struct ke_access){stand->polls->watched[watched].place,
                              (uint8_t)(KE_READ | (is_new(stand, index) ? 0 : CORE_CLOSED))};
}

static void stand_still(struct rd_world *w, struct ke_thread *thread) {
    struct ke_round *round = round_of(thread);
    w->ke->polls->bounded = true;
    const struct stand stand = {w->ke->polls, round};
    const struct ke_gate gate = {.is_open = may_go_on,
                                 .context = &stand,
                                 .places = (uint8_t)round->before_count,
                                 .any = round->before_count > 1,
                                 .place = place_of};
    ke_point_gate(w, 0, KE_NOTHING, &gate);
    for (unsigned i = 0; i < round->before_count; i++)
        core_touch(w, place_of(thread, &stand, i).place, CORE_READ);
    round->now_count = 0; /* this was no look of the program's */
    round->active = false;
    if (round->before_count && is_any_new(&stand))
        begin_anew(round);
}

void ke_poll_yield(struct rd_world *w, struct ke_thread *thread) {
    struct ke_state *ke = w->ke;
    if (!ke->polls) {
        ke->polls = core_alloc(w, sizeof *ke->polls);
        core_watch(w, touched);
    }
    settle(w);
    if (round_of(thread))
        end_round(ke->polls, round_of(thread));
    else
        ke_belongings_make(w, thread)->round = core_alloc(w, sizeof(struct ke_round));
    struct ke_round *round = round_of(thread);
    round->yields = true;
    if (is_patient(round))
        ke_point(w, 0, KE_NOTHING);
    else
        stand_still(w, thread);
    round->yields = false;
}

/* ---- when nobody else can go on -------------------------------------------------------------- */

uint32_t ke_rounds_in_vain(const struct ke_thread *thread) {
    const struct ke_round *round = round_of(thread);
    return round && round->yields ? round->vain : 0;
}

bool ke_polls_bounded(const struct rd_world *w) {
    return w->ke->polls && w->ke->polls->bounded;
}

bool ke_polls_for_ever(const struct ke_thread *thread) {
    return ke_rounds_in_vain(thread) > VAIN_FOR_EVER && round_of(thread)->before_count;
}

void ke_poll_again(struct ke_thread *thread, bool time_has_passed) {
    struct ke_round *round = round_of(thread);
    if (round && round->yields && (!time_has_passed || !round->before_count))
        round->patience = round->vain;
}

void ke_poll_forget(struct rd_world *w, struct ke_thread *thread) {
    struct ke_polls *polls = w->ke->polls;
    if (!polls)
        return;
    if (polls->writer == thread)
        settle(w);
    if (w->ke->current == thread)
        polls->gone = thread;
    core_free(w, round_of(thread), sizeof(struct ke_round));
}
