/* wakeup.c - sequences of steps, and the trees made of them. */
#include "explore/wakeup.h"

#include "explore/frozen.h"

#include <stdlib.h>
#include <string.h>

/* ---- sequences ------------------------------------------------------------------------------- */

enum { SEQUENCE_MAX = 1 << 20 };

static bool is_last(const struct exp_sequence *sequence, size_t index) {
    return index + 1 == sequence->count;
}

/* Was the second step of the race never taken? */
static bool is_pending(const struct exp_sequence *sequence) {
    return sequence->race.second == EXP_NO_EVENT;
}

static struct exp_step second_step(const struct exp_trace *trace, const struct exp_race *race) {
    if (race->second != EXP_NO_EVENT)
        return exp_trace_get(trace, (size_t)race->second);
    return exp_trace_pending(trace, race->pending);
}

/* NULL: it does not touch the place. */
static const struct exp_access *touch_of(const struct exp_step *step, uint32_t place) {
    for (uint32_t i = 0; i < step->access_count; i++)
        if (step->accesses[i].place == place)
            return &step->accesses[i];
    return NULL;
}

static bool add_access(struct exp_sequence *sequence, const struct exp_access *access) {
    if (!exp_grow((void **)&sequence->last, &sequence->last_capacity, sequence->last_count,
                  sizeof *sequence->last))
        return false;
    sequence->last[sequence->last_count++] = *access;
    return true;
}

/* Did the second step of the race only begin to wait? */
static bool is_blocked(const struct exp_sequence *sequence) {
    return !is_pending(sequence) && sequence->trace->events[sequence->race.second].blocked;
}

/* It takes what it waited for. */
static void take_all(struct exp_sequence *sequence, uint32_t count) {
    for (uint32_t i = 0; i < count && i < sequence->last_count; i++)
        if (sequence->last[i].takes)
            sequence->last[i].kind = CORE_WRITE;
}

/* Of the objects any of which ends a wait it takes the first that is there. */
static void take_any(struct exp_sequence *sequence, uint32_t count) {
    bool taken = false;
    for (uint32_t i = 0; i < count && i < sequence->last_count; i++) {
        struct exp_access *access = &sequence->last[i];
        bool takes = access->takes || access->kind == CORE_WRITE;
        bool open = !taken && exp_finds_open(sequence->trace, &sequence->race, i);
        access->kind = open && takes ? CORE_WRITE : CORE_READ;
        taken |= open;
    }
}

/* What the second step of the race would touch without the first one, as far as that is known. */
static bool add_own(struct exp_sequence *sequence, const struct exp_step *first,
                    const struct exp_step *second) {
    struct exp_gates gates = exp_gates_of(sequence->trace, &sequence->race);
    bool ends = false, uncounted = false, stops = true;
    for (uint32_t i = 0; i < second->access_count && !ends; i++) {
        struct exp_access access = second->accesses[i];
        const struct exp_access *before = touch_of(first, access.place);
        if (access.place == EXP_STOP_PLACE && exp_conflicting(first, second)) {
            stops = false; /* it may find something else now */
            continue;
        }
        if (access.last && access.kind == CORE_WRITE && before && before->kind == CORE_UPDATE) {
            access.kind = CORE_UPDATE;
            access.last = false;
            uncounted = true;
            ends = !access.passing;
        }
        if (!add_access(sequence, &access))
            return false;
    }
    bool any = gates.any || gates.alertable, blocked = is_blocked(sequence);
    if (any)
        take_any(sequence, gates.count);
    else if (blocked)
        take_all(sequence, gates.count);
    sequence->differs = uncounted || !stops || any || blocked;
    return true;
}

/*
 * The second step of the race comes first now, and where both touch the same it may do what the
 * first one did: whoever sets an event first is the one that wakes its waiter. So it counts as
 * touching what that one touched.
 */
static bool make_last(struct exp_sequence *sequence) {
    struct exp_step first = exp_trace_get(sequence->trace, (size_t)sequence->race.first);
    struct exp_step second = second_step(sequence->trace, &sequence->race);
    sequence->last_count = 0;
    if (!add_own(sequence, &first, &second))
        return false;
    for (uint32_t i = 0; i < first.access_count && exp_conflicting(&first, &second); i++)
        if (first.accesses[i].kind != CORE_READ && !touch_of(&second, first.accesses[i].place) &&
            !add_access(sequence, &first.accesses[i]))
            return false;
    return true;
}

static struct exp_step last_step(const struct exp_sequence *sequence) {
    struct exp_step step = second_step(sequence->trace, &sequence->race);
    step.accesses = sequence->last;
    step.access_count = (uint32_t)sequence->last_count;
    return step;
}

static struct exp_step step_at(const struct exp_sequence *sequence, size_t index) {
    if (sequence->told.count)
        return sequence->told.steps[index];
    return is_last(sequence, index)
               ? last_step(sequence)
               : exp_trace_get(sequence->trace, (size_t)sequence->events[index]);
}

static bool is_taken(const struct exp_sequence *sequence, size_t index) {
    return sequence->events[index] == EXP_NO_EVENT;
}

/* Must the step at `first` come before the one at `second`, which stands behind it? */
static bool comes_before(const struct exp_sequence *sequence, size_t first, size_t second) {
    const struct exp_told *told = &sequence->told;
    if (told->count)
        return told->before[second * told->width + first / 64] >> first % 64 & 1;
    size_t event = (size_t)sequence->events[first];
    if (!is_last(sequence, second))
        return exp_happens_before(sequence->trace, event, (size_t)sequence->events[second]);
    struct exp_step step = exp_trace_get(sequence->trace, event), other;
    if (is_pending(sequence)) {
        other = exp_trace_pending(sequence->trace, sequence->race.pending);
        return exp_before_pending(sequence->trace, event, sequence->race.pending) ||
               exp_dependent(&step, &other);
    }
    if (!sequence->differs)
        return exp_happens_before(sequence->trace, event, (size_t)sequence->race.second);
    other = last_step(sequence);
    return exp_lets_begin(sequence->trace, event, (size_t)sequence->race.second) ||
           exp_dependent(&step, &other);
}

static bool push(struct exp_sequence *sequence, int32_t event) {
    if (!exp_grow((void **)&sequence->events, &sequence->capacity, sequence->count,
                  sizeof *sequence->events))
        return false;
    sequence->events[sequence->count++] = event;
    return true;
}

static bool is_behind_other(const struct exp_sequence *sequence, size_t event) {
    int32_t other = sequence->race.other;
    return other != EXP_NO_EVENT && event >= (size_t)other &&
           (event == (size_t)other || exp_happens_before(sequence->trace, (size_t)other, event));
}

bool exp_sequence_make(struct exp_sequence *sequence, const struct exp_trace *trace,
                       const struct exp_race *race) {
    size_t first = (size_t)race->first;
    const struct exp_event event = trace->events[first];
    sequence->trace = trace;
    sequence->race = *race;
    sequence->count = sequence->told.count = 0;
    for (size_t i = first + 1; i < trace->count; i++)
        if (!exp_is_before(trace, &event, i) && !trace->events[i].blocked &&
            !is_behind_other(sequence, i) && !push(sequence, (int32_t)i))
            return false;
    return make_last(sequence) &&
           push(sequence, race->first); /* any number: the last one is asked by `race` */
}

/* The first step of the thread that is not taken out; `count` if there is none. */
static size_t find(const struct exp_sequence *sequence, uint32_t thread) {
    for (size_t i = 0; i < sequence->count; i++)
        if (!is_taken(sequence, i) && step_at(sequence, i).thread == thread)
            return i;
    return sequence->count;
}

/* Has the step at `index` counted down as far as it had in the trace, without steps left out? */
static bool counts_as_before(const struct exp_sequence *sequence, size_t index, uint32_t place) {
    if (sequence->told.count)
        return sequence->told.counts[index];
    const struct exp_place *p = &sequence->trace->places[place];
    int32_t first = sequence->race.first,
            end = is_last(sequence, index) ? sequence->race.second : sequence->events[index];
    for (size_t i = p->count; i-- > 0 && p->touches[i].event >= first;)
        if (p->touches[i].event < end &&
            (p->touches[i].event == first ||
             is_behind_other(sequence, (size_t)p->touches[i].event) ||
             exp_happens_before(sequence->trace, (size_t)first, (size_t)p->touches[i].event)))
            return false;
    return true;
}

/* Would the step, taken after the one at `index`, do something else than before it? */
static bool notices(const struct exp_sequence *sequence, size_t index,
                    const struct exp_step *step) {
    struct exp_step other = step_at(sequence, index);
    if (exp_dependent(step, &other))
        return true;
    for (uint32_t i = 0; i < other.access_count; i++)
        if (exp_leaves_last_at(&other.accesses[i], step) &&
            counts_as_before(sequence, index, other.accesses[i].place))
            return true;
    return false;
}

bool exp_sequence_may_begin(const struct exp_sequence *sequence, const struct exp_step *step) {
    size_t own = find(sequence, step->thread);
    bool contained = own < sequence->count;
    /* Of a step that would come earlier now, or that stopped nothing there, `step` may know more.
     */
    bool vague = !contained || is_last(sequence, own) || touch_of(step, EXP_STOP_PLACE);
    for (size_t i = 0; i < own; i++) {
        if (is_taken(sequence, i))
            continue;
        if ((contained && comes_before(sequence, i, own)) || (vague && notices(sequence, i, step)))
            return false;
    }
    return true;
}

bool exp_sequence_find(const struct exp_sequence *sequence, uint32_t thread,
                       struct exp_step *step) {
    size_t own = find(sequence, thread);
    if (own == sequence->count)
        return false;
    *step = step_at(sequence, own);
    return true;
}

bool exp_sequence_is_early(const struct exp_sequence *sequence, uint32_t thread) {
    size_t own = find(sequence, thread);
    return own < sequence->count &&
           (is_last(sequence, own) || sequence->events[own] < sequence->race.second);
}

bool exp_sequence_ends_early(const struct exp_sequence *sequence) {
    size_t others = sequence->count - 1;
    return !others || sequence->events[others - 1] < sequence->race.second;
}

bool exp_begins_as(const struct exp_step *step, const struct exp_step *other) {
    if (step->answer_count > other->answer_count)
        return false;
    for (uint32_t i = 0; i < step->answer_count; i++)
        if (step->answers[i].answer != other->answers[i].answer ||
            step->answers[i].count != other->answers[i].count)
            return false;
    return true;
}

/* ---- sequences for other processes ----------------------------------------------------------- */

/* Where whoever counts down after the step at `index` would be the last: may that be so? */
static bool counts(const struct exp_sequence *sequence, size_t index) {
    struct exp_step step = step_at(sequence, index);
    for (uint32_t i = 0; i < step.access_count; i++)
        if (step.accesses[i].last && step.accesses[i].kind == CORE_UPDATE &&
            counts_as_before(sequence, index, step.accesses[i].place))
            return true;
    return false;
}

void exp_sequence_write(const struct exp_sequence *sequence, struct exp_words *to) {
    exp_write(to, sequence->count);
    for (size_t i = 0; i < sequence->count; i++) {
        struct exp_step step = step_at(sequence, i);
        exp_write_step(to, sequence->trace, &step);
        exp_write(to, counts(sequence, i));
        for (size_t first = 0; first < sequence->count; first += 64) {
            uint64_t before = 0;
            for (size_t k = first; k < first + 64 && k < i; k++)
                before |= (uint64_t)comes_before(sequence, k, i) << (k - first);
            exp_write(to, before);
        }
    }
}

static void free_step(const struct exp_step *step) {
    free((void *)(uintptr_t)step->accesses);
    free((void *)(uintptr_t)step->answers);
}

void exp_sequence_forget_told(struct exp_sequence *sequence) {
    struct exp_told *told = &sequence->told;
    for (size_t i = 0; i < told->count; i++)
        free_step(&told->steps[i]);
    free(told->steps);
    free(told->before);
    free(told->counts);
    *told = (struct exp_told){0};
}

/* A copy in memory of its own; the counts are 0 where there is none. */
static void *duplicate(const void *items, size_t bytes) {
    void *to = malloc(bytes + 1);
    if (to && bytes)
        memcpy(to, items, bytes);
    return to;
}

static bool read_told(struct exp_told *told, struct exp_trace *trace, struct exp_words *from) {
    struct exp_step step = exp_read_step(from, trace);
    size_t index = told->count;
    step.accesses = duplicate(step.accesses, step.access_count * sizeof *step.accesses);
    step.answers = duplicate(step.answers, step.answer_count * sizeof *step.answers);
    told->steps[told->count++] = step;
    told->counts[index] = exp_read(from) != 0;
    for (size_t i = 0; i < told->width; i++)
        told->before[index * told->width + i] = exp_read(from);
    return step.accesses && step.answers && !from->failed;
}

bool exp_sequence_read(struct exp_sequence *sequence, struct exp_trace *trace,
                       struct exp_words *from) {
    uint32_t count = exp_read_below(from, SEQUENCE_MAX);
    struct exp_told *told = &sequence->told;
    exp_sequence_forget_told(sequence);
    sequence->trace = trace;
    sequence->count = 0;
    told->width = (count + 63) / 64;
    told->steps = calloc(count + 1, sizeof *told->steps);
    told->counts = calloc(count + 1, sizeof *told->counts);
    told->before = calloc((size_t)count * told->width + 1, sizeof *told->before);
    bool good = told->steps && told->counts && told->before && !from->failed;
    for (uint32_t i = 0; i < count && good; i++)
        good = read_told(told, trace, from) && push(sequence, 0);
    return good && count;
}

/* ---- what begins a sequence ------------------------------------------------------------------ */

/* Of a step that the sequence does not contain, what other answers would do is not known. */
bool exp_sequence_is_begun_by(const struct exp_sequence *sequence, const struct exp_step *step) {
    struct exp_step own;
    return exp_sequence_may_begin(sequence, step) &&
           (!step->answer_count ||
            (exp_sequence_find(sequence, step->thread, &own) && exp_begins_as(step, &own)));
}

/* ---- trees ----------------------------------------------------------------------------------- */

/* A copy in `room`, which is enough for `inside` bytes, or elsewhere. NULL: no memory. */
static void *copy(const void *items, size_t bytes, void *room, size_t inside) {
    void *to = bytes > inside ? malloc(bytes) : room;
    if (to && bytes)
        memcpy(to, items, bytes);
    return to;
}

static void give_back(struct exp_wakeup_pool *pool, struct exp_wakeup *node) {
    if (node->step.accesses != node->room)
        free((void *)(uintptr_t)node->step.accesses);
    if (node->step.answers != node->answer_room)
        free((void *)(uintptr_t)node->step.answers);
    node->next = pool->free;
    pool->free = node;
}

static struct exp_wakeup *make(struct exp_wakeup_pool *pool, const struct exp_step *step) {
    struct exp_wakeup *node = pool->free;
    if (node)
        pool->free = node->next;
    else if (!(node = malloc(sizeof *node)))
        return NULL;
    node->below = (struct exp_wakeup_tree){0};
    node->next = NULL;
    node->step = *step;
    node->step.accesses = copy(step->accesses, step->access_count * sizeof *step->accesses,
                               node->room, sizeof node->room);
    node->step.answers = copy(step->answers, step->answer_count * sizeof *step->answers,
                              node->answer_room, sizeof node->answer_room);
    if (node->step.accesses && node->step.answers)
        return node;
    give_back(pool, node);
    return NULL;
}

struct exp_wakeup *exp_wakeup_append(struct exp_wakeup_pool *pool, struct exp_wakeup_tree *tree,
                                     const struct exp_step *step) {
    struct exp_wakeup *child = make(pool, step);
    if (!child)
        return NULL;
    if (tree->last)
        tree->last->next = child;
    else
        tree->first = child;
    tree->last = child;
    return child;
}

bool exp_sequence_is_used_up(const struct exp_sequence *sequence) {
    for (size_t i = 0; i < sequence->count; i++)
        if (!is_taken(sequence, i))
            return false;
    return true;
}

void exp_sequence_take(struct exp_sequence *sequence, uint32_t thread) {
    size_t own = find(sequence, thread);
    if (own < sequence->count)
        sequence->events[own] = EXP_NO_EVENT;
}

void exp_sequence_take_back(struct exp_sequence *sequence) {
    for (size_t i = 0; i < sequence->count; i++)
        sequence->events[i] = 0;
}

static bool append(struct exp_wakeup_pool *pool, struct exp_wakeup_tree *tree,
                   const struct exp_sequence *sequence) {
    for (size_t i = 0; i < sequence->count; i++) {
        if (is_taken(sequence, i))
            continue;
        struct exp_step step = step_at(sequence, i);
        struct exp_wakeup *child = exp_wakeup_append(pool, tree, &step);
        if (!child)
            return false;
        tree = &child->below;
    }
    return true;
}

bool exp_wakeup_insert(struct exp_wakeup_pool *pool, struct exp_wakeup_tree *tree,
                       struct exp_sequence *sequence) {
    struct exp_wakeup *child = tree->first;
    sequence->added = false;
    while (child) {
        if (!exp_sequence_is_begun_by(sequence, &child->step)) {
            child = child->next;
            continue;
        }
        exp_sequence_take(sequence, child->step.thread);
        if (!child->below.first || exp_sequence_is_used_up(sequence))
            return true; /* whatever begins so will be explored from there */
        tree = &child->below;
        child = tree->first;
    }
    sequence->added = true;
    return append(pool, tree, sequence);
}

struct exp_wakeup_tree exp_wakeup_pop(struct exp_wakeup_pool *pool, struct exp_wakeup_tree *tree) {
    struct exp_wakeup *first = tree->first;
    tree->first = first->next;
    if (!tree->first)
        tree->last = NULL;
    give_back(pool, first);
    return first->below;
}

void exp_wakeup_clear(struct exp_wakeup_pool *pool, struct exp_wakeup_tree *tree) {
    while (tree->first) {
        struct exp_wakeup_tree below = exp_wakeup_pop(pool, tree);
        exp_wakeup_clear(pool, &below);
    }
}

void exp_wakeup_pool_destroy(struct exp_wakeup_pool *pool) {
    while (pool->free) {
        struct exp_wakeup *node = pool->free;
        pool->free = node->next;
        free(node);
    }
}
