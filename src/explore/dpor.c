/*
 * dpor.c - optimal dynamic partial-order reduction: one execution for every partial order of steps
 * that the program has (Abdulla, Aronsson, Jonsson, Sagonas: Optimal Dynamic Partial Order
 * Reduction, 2014).
 *
 * Every step of the current execution is a node. Its wakeup tree holds what is still to be explored
 * from there, its sleep set what need not be: threads whose next step has been explored already and
 * that nothing since could tell from taking it first. Races found in an execution say where
 * something else has to be tried.
 *
 * A step within which something is decided is as many steps as there are answers, one of which the
 * thread can take. Each of them sleeps by itself; the thread sleeps if all of them do.
 *
 * If there are shards, all threads are tried at the first nodes, so that what lies below them is
 * independent, and somebody else's part is passed over. Whoever sleeps there because of another
 * part is `wary`. Below, he counts as a thread that stands still until somebody takes a step that
 * he notices. So what lies there is the reduction of a program of its own, with the same
 * dependences: it tries whatever does not begin with a sleeper's step, even if it ends where only
 * sleepers are left, and needs to be told nothing of other parts.
 *
 * A task (tasks.h) begins at node `floor`. Nodes before it are copies of somebody else's: what is
 * to be explored from there is told to whoever has them.
 */
#include <stdlib.h>
#include <string.h>

#include "explore/dpor.h"
#include "explore/frozen.h"

enum { NO_THREAD = -1 };

static struct dpor *of(const struct rd_world *w) {
    return w->choices.strategy;
}

/* ---- sleep sets ------------------------------------------------------------------------------ */

struct exp_step exp_dpor_sleeper(const struct dpor *d, size_t index) {
    struct exp_step step = d->sleepers[index].step;
    if (step.access_count)
        step.accesses = d->sleeper_accesses + d->sleepers[index].first_access;
    if (step.answer_count)
        step.answers = d->sleeper_answers + d->sleepers[index].first_answer;
    return step;
}

bool exp_dpor_make_room(struct dpor *d, const struct exp_step *step) {
    return EXP_DPOR_RESERVE(d, sleeper_accesses, sleeper_access_capacity,
                            d->sleeper_access_count + step->access_count) &&
           EXP_DPOR_RESERVE(d, sleeper_answers, sleeper_answer_capacity,
                            d->sleeper_answer_count + step->answer_count);
}

void exp_dpor_put_to_sleep(struct dpor *d, struct node *node, const struct exp_step *step,
                           bool wary) {
    if (!EXP_DPOR_RESERVE(d, sleepers, sleeper_capacity, d->sleeper_count))
        return;
    d->sleepers[d->sleeper_count++] = (struct sleeper){.step = *step,
                                                       .first_access = d->sleeper_access_count,
                                                       .first_answer = d->sleeper_answer_count,
                                                       .wary = wary};
    for (uint32_t i = 0; i < step->access_count; i++)
        d->sleeper_accesses[d->sleeper_access_count++] = step->accesses[i];
    for (uint32_t i = 0; i < step->answer_count; i++)
        d->sleeper_answers[d->sleeper_answer_count++] = step->answers[i];
    node->sleepers = d->sleeper_count;
    node->sleeper_accesses = d->sleeper_access_count;
    node->sleeper_answers = d->sleeper_answer_count;
    node->wary |= wary;
}

/*
 * Whoever sleeps at the node before and does not notice that node's step sleeps on. Who does so up
 * to the end of what was asked for could have begun it with some answer, but that was not known
 * then: races that tell what else comes before the sleeper may have been taken for a part of it.
 */
static void inherit_sleepers(struct dpor *d, struct node *node, size_t index) {
    node->first_sleeper = node->sleepers = d->sleeper_count;
    node->sleeper_accesses = d->sleeper_access_count;
    node->sleeper_answers = d->sleeper_answer_count;
    const struct node *before = node - 1;
    if (index == 0 || before->first_sleeper == before->sleepers)
        return;
    struct exp_step taken = exp_trace_get(&d->trace, index - 1);
    bool asked = before->asked && !node->wakeup.first;
    for (size_t i = before->first_sleeper; i < before->sleepers; i++) {
        struct exp_step sleeper = exp_dpor_sleeper(d, i);
        if (exp_dependent(&sleeper, &taken) || exp_leaves_as_last(&taken, &sleeper))
            continue;
        if (!exp_dpor_make_room(d, &sleeper))
            return;
        sleeper = exp_dpor_sleeper(d, i); /* the arrays may have moved */
        exp_dpor_put_to_sleep(d, node, &sleeper, d->sleepers[i].wary || asked);
    }
}

/* Of whom is asked. */
struct asked {
    const struct node *node;
    uint32_t thread;
    bool begins; /* only those that could begin the sequence */
};

static bool push_prefix(struct dpor *d, struct exp_answer answer) {
    if (!EXP_DPOR_RESERVE(d, prefix, prefix_capacity, d->prefix_count))
        return false;
    d->prefix[d->prefix_count++] = answer;
    return true;
}

/* Do all of the thread's steps sleep whose first answers are those in `prefix`? */
static bool all_sleep(struct dpor *d, const struct asked *asked) {
    const struct exp_step prefix = {.answers = d->prefix,
                                    .answer_count = (uint32_t)d->prefix_count};
    struct exp_answer next = {0};
    for (size_t i = asked->node->first_sleeper; i < asked->node->sleepers; i++) {
        if (d->sleepers[i].step.thread != asked->thread ||
            (asked->begins && !d->sleepers[i].begins))
            continue;
        struct exp_step sleeper = exp_dpor_sleeper(d, i);
        if (!exp_begins_as(&prefix, &sleeper))
            continue;
        if (sleeper.answer_count == prefix.answer_count)
            return true;
        next.count = sleeper.answers[d->prefix_count].count;
    }
    bool all = next.count != 0;
    for (; all && next.answer < next.count; next.answer++) {
        if (!push_prefix(d, next))
            return false;
        all = all_sleep(d, asked);
        d->prefix_count--;
    }
    return all;
}

/* The same, if the first answers are those, or some of them are all. */
static bool sleep_with(struct dpor *d, const struct asked *asked, const struct exp_answer *answers,
                       size_t count) {
    d->prefix_count = 0;
    for (size_t i = 0; i < count; i++)
        if (all_sleep(d, asked) || !push_prefix(d, answers[i]))
            return true;
    return all_sleep(d, asked);
}

static bool sleeps(struct dpor *d, const struct node *node, uint32_t thread) {
    return sleep_with(d, &(struct asked){.node = node, .thread = thread}, NULL, 0);
}

/* ---- nodes ----------------------------------------------------------------------------------- */

/*
 * As many nodes are split as suggest parts enough, if all of their threads lead to something. But
 * where the first execution has taken a step that concerns nobody else, other threads mostly lead
 * to nothing: what they begin is one part.
 */
static void split(const struct dpor *d, struct node *node, size_t index) {
    const struct node *before = index ? node - 1 : NULL;
    uint64_t enough = (uint64_t)1 << d->plan.split;
    node->parts = before ? before->parts : 1;
    if (before && before->quiet)
        node->parts = before->explored ? enough : before->parts;
    else if (before && before->candidates > 1)
        node->parts *= before->candidates;
    node->split = node->parts < enough && (d->scouted || !d->plan.split);
    node->apart = !node->split && before && (before->apart || before->split);
    node->first = !before || (before->first && !before->explored);
    node->quiet = node->split && node->first && !(index < d->meets_count && d->meets[index]);
}

static void open_node(struct dpor *d, size_t index) {
    if (!EXP_DPOR_RESERVE(d, nodes, node_capacity, index))
        return;
    struct node *node = &d->nodes[index];
    *node = (struct node){
        .first_datum = d->data_count, .first_candidate = d->candidate_count, .wakeup = d->subtree};
    d->node_count = index + 1;
    d->subtree = (struct exp_wakeup_tree){0};
    inherit_sleepers(d, node, index);
    split(d, node, index);
}

/* The node is the deepest one; everything below it is gone. */
static void forget_below(struct dpor *d, const struct node *node) {
    d->sleeper_count = node->sleepers;
    d->sleeper_access_count = node->sleeper_accesses;
    d->sleeper_answer_count = node->sleeper_answers;
    d->data_count = node->first_datum + node->data;
    d->candidate_count = node->first_candidate + node->candidates;
}

/* The step of the deepest node has no more decisions than that. */
static void forget_data(struct dpor *d, struct node *node, uint32_t count) {
    node->data = count;
    if (node->given > count)
        node->given = count;
    d->data_count = node->first_datum + count;
}

static void abandon(struct dpor *d, struct rd_world *w) {
    w->choices.abandoned = true;
    d->base.redundant++;
}

static int64_t index_of(struct dpor *d, const struct core_candidates *candidates, uint32_t thread) {
    for (unsigned i = 0; i < candidates->count; i++)
        if (exp_trace_thread(&d->trace, candidates->threads[i]) == thread)
            return i;
    return NO_THREAD;
}

static int64_t first_awake(struct dpor *d, const struct node *node,
                           const struct core_candidates *candidates) {
    if (node->first_sleeper == node->sleepers)
        return 0;
    for (unsigned i = 0; i < candidates->count; i++)
        if (!sleeps(d, node, exp_trace_thread(&d->trace, candidates->threads[i])))
            return i;
    return NO_THREAD;
}

static void keep_candidates(struct dpor *d, struct node *node,
                            const struct core_candidates *candidates) {
    for (unsigned i = 0; i < candidates->count; i++) {
        if (!EXP_DPOR_RESERVE(d, candidates, candidate_capacity, d->candidate_count))
            return;
        d->candidates[d->candidate_count++] = exp_trace_thread(&d->trace, candidates->threads[i]);
    }
    node->candidates = candidates->count;
}

static bool sleeper_begins(struct dpor *d, const struct node *node, const struct exp_step *step) {
    const struct asked asked = {.node = node, .thread = step->thread};
    return sleep_with(d, &asked, step->answers, step->answer_count);
}

/* The next beginning that the wakeup tree asks for; those that sleepers begin are known. */
static int64_t asked_for(struct dpor *d, struct node *node) {
    while (node->wakeup.first && sleeper_begins(d, node, &node->wakeup.first->step)) {
        struct exp_wakeup_tree below = exp_wakeup_pop(&d->pool, &node->wakeup);
        exp_wakeup_clear(&d->pool, &below);
    }
    return node->wakeup.first ? (int64_t)node->wakeup.first->step.thread : NO_THREAD;
}

/* Takes it off the wakeup tree of the deepest node and keeps its answers and what continues it. */
static void take_asked(struct dpor *d, struct node *node) {
    const struct exp_step *step = &node->wakeup.first->step;
    node->asked = true;
    node->vague = step->vague;
    for (uint32_t i = 0; i < step->answer_count; i++) {
        if (!EXP_DPOR_RESERVE(d, data, data_capacity, d->data_count))
            break;
        d->data[d->data_count++] = step->answers[i];
        node->data++;
    }
    node->given = node->apart ? 0 : node->data;
    exp_wakeup_clear(&d->pool, &d->subtree);
    d->subtree = exp_wakeup_pop(&d->pool, &node->wakeup);
}

/* A node that is met for the first time: what its wakeup tree asks for, or anybody awake. */
static int64_t decide(struct dpor *d, struct node *node, const struct core_candidates *candidates) {
    if (node->split)
        keep_candidates(d, node, candidates);
    if (!node->wakeup.first)
        return first_awake(d, node, candidates);
    int64_t thread = asked_for(d, node);
    if (thread == NO_THREAD)
        return NO_THREAD;
    int64_t answer = index_of(d, candidates, (uint32_t)thread);
    take_asked(d, node);
    if (answer != NO_THREAD)
        return answer;
    exp_wakeup_clear(&d->pool, &d->subtree); /* it cannot go on after all */
    forget_data(d, node, 0);
    return first_awake(d, node, candidates);
}

/* A step that was planned by another process cannot be taken. */
static int64_t diverge(struct rd_world *w, size_t index) {
    if (!w->choices.diverged)
        w->explanation = core_textf(
            w, "after %zu steps of another execution, the next one cannot be taken", index);
    w->choices.diverged = true;
    return NO_THREAD;
}

/* The index of the candidate that goes on, or NO_THREAD. */
static int64_t choose(struct dpor *d, struct rd_world *w,
                      const struct core_candidates *candidates) {
    size_t index = exp_trace_begun(&d->trace);
    if (index < d->planned) {
        int64_t known = index_of(d, candidates, d->nodes[index].thread);
        return known == NO_THREAD && index + 1 < d->planned ? diverge(w, index) : known;
    }
    if (d->retraces)
        return NO_THREAD;
    open_node(d, index);
    return d->failed ? NO_THREAD : decide(d, &d->nodes[index], candidates);
}

/* The next step will be a new one. */
static unsigned arrive(struct dpor *d, struct rd_world *w,
                       const struct core_candidates *candidates) {
    int64_t answer = choose(d, w, candidates);
    if (answer == NO_THREAD) {
        abandon(d, w);
        return 0;
    }
    d->path.answer = (uint32_t)answer;
    d->path.answers = candidates->count;
    return (unsigned)answer;
}

/* ---- decisions and steps --------------------------------------------------------------------- */

/* The next answer to the deepest node's last decision, from this one on, that does not sleep. */
static bool find_answer(struct dpor *d, struct node *node) {
    const struct asked asked = {.node = node, .thread = node->thread};
    struct exp_answer *data = d->data + node->first_datum, *last = &data[node->data - 1];
    while (last->answer < last->count && sleep_with(d, &asked, data, node->data))
        last->answer++;
    return last->answer < last->count;
}

static unsigned answer_datum(struct dpor *d, size_t step, unsigned count) {
    struct node *node = step ? &d->nodes[step - 1] : NULL;
    if (step != d->data_step)
        d->data_taken = 0;
    d->data_step = step;
    size_t position = d->data_taken++;
    if (!node || d->node_count < step)
        return 0;
    if (position < node->data) {
        const struct exp_answer *known = &d->data[node->first_datum + position];
        if (known->count == count)
            return known->answer;
        forget_data(d, node, (uint32_t)position); /* what was foreseen is not asked */
    }
    if (!EXP_DPOR_RESERVE(d, data, data_capacity, d->data_count))
        return 0;
    d->data[d->data_count++] = (struct exp_answer){0, count};
    node->data++;
    if (!find_answer(d, node))
        d->data[d->data_count - 1].answer = 0;
    return d->data[d->data_count - 1].answer;
}

/* The step is over, perhaps with fewer decisions than were foreseen. */
static void close_step(struct dpor *d, struct rd_world *w) {
    exp_trace_close(&d->trace, w);
    size_t steps = exp_trace_begun(&d->trace), taken = steps == d->data_step ? d->data_taken : 0;
    if (steps && steps == d->node_count && taken < d->nodes[steps - 1].data)
        forget_data(d, &d->nodes[steps - 1], (uint32_t)taken);
}

static unsigned answer(struct rd_world *w, unsigned kind, unsigned count) {
    const struct core_choices *choices = &w->choices;
    struct dpor *d = of(w);
    bool known = choices->repeated < choices->known_count;
    if (choices->abandoned)
        return 0;
    if (kind != CORE_CHOOSE_THREAD) {
        size_t step = known ? choices->repeated : exp_trace_begun(&d->trace);
        unsigned datum = answer_datum(d, step, count);
        exp_trace_answered(&d->trace, (struct exp_answer){datum, count});
        return datum;
    }
    close_step(d, w);
    return arrive(d, w, &choices->candidates);
}

static void step(struct rd_world *w, const struct core_step *step) {
    struct dpor *d = of(w);
    uint32_t only = step->thread;
    if (step->same) {
        exp_trace_step(&d->trace, w, step);
        return;
    }
    if (!d->path.answers && !w->choices.abandoned) { /* there was nothing to decide */
        close_step(d, w);
        arrive(d, w, &(struct core_candidates){.threads = &only, .count = 1});
    }
    if (w->choices.abandoned)
        return;
    exp_trace_step(&d->trace, w, step);
    d->nodes[d->trace.count].thread = d->trace.current_thread;
    d->failed |= !exp_path_keep(&d->path, step);
}

static void touch(struct rd_world *w, uint64_t place, unsigned kind) {
    exp_trace_touch(&of(w)->trace, w, place, kind);
}

static void readied(struct rd_world *w, uint32_t thread) {
    exp_trace_readied(&of(w)->trace, thread);
}

static void gave_up(struct rd_world *w, const struct core_step *step) {
    exp_trace_gave_up(&of(w)->trace, w, step);
}

static const struct core_observer observer = {step, touch, readied, gave_up};

/* ---- one execution after the other ----------------------------------------------------------- */

static bool begin(struct exp_strategy *strategy, struct rd_world *w) {
    struct dpor *d = (struct dpor *)strategy;
    if (strategy->complete || d->failed)
        return false;
    size_t known = d->planned && !d->base.thawed ? d->planned - 1 : 0;
    d->anew |= d->base.thawed;
    d->base.thawed = false;
    exp_trace_begin(&d->trace, w, known);
    d->data_taken = d->data_step = 0;
    exp_path_begin(&d->path, w, known, &observer);
    w->choices.strategy = d;
    w->choices.answer = answer;
    return true;
}

/*
 * Does somebody who sleeps at the node begin the sequence? Then it has been explored; and where
 * something else would have to come before the sleeper, a race tells. But not at a split node,
 * where no race is reversed: whoever sleeps from there on must be part of the sequence. So must
 * those who sleep where a vague step was taken: those who stop it know no race of it.
 */
static bool is_explored(struct dpor *d, const struct node *node) {
    bool decided = false;
    d->settled = false;
    struct exp_step own;
    for (size_t i = node->first_sleeper; i < node->sleepers; i++) {
        struct exp_step sleeper = exp_dpor_sleeper(d, i);
        bool begins = exp_sequence_may_begin(&d->sequence, &sleeper) &&
                      (!(d->sleepers[i].wary || node->vague) ||
                       exp_sequence_find(&d->sequence, sleeper.thread, &own));
        if (begins && !sleeper.answer_count) {
            d->settled = exp_sequence_is_early(&d->sequence, sleeper.thread);
            return true;
        }
        d->sleepers[i].begins = begins;
        decided |= begins;
    }
    for (size_t i = node->first_sleeper; decided && i < node->sleepers; i++) {
        const struct asked asked = {
            .node = node, .thread = d->sleepers[i].step.thread, .begins = true};
        own = (struct exp_step){0};
        exp_sequence_find(&d->sequence, asked.thread, &own);
        if (sleep_with(d, &asked, own.answers, own.answer_count))
            return true;
    }
    d->settled = exp_sequence_ends_early(&d->sequence);
    return false;
}

/*
 * Both steps are those of an execution before: this race has been reversed. But what else comes
 * before its second step then is another sequence if the last one of these steps has got another
 * answer, and nothing on the way to the old one asks for that. So it is if what ends the execution
 * differs and somebody sleeps there who is no part of what came before the second step: he may
 * have begun the old sequence, but not this one.
 */
static bool is_known(const struct dpor *d, const struct exp_race *race) {
    return !race->open && !d->anew && race->second != EXP_NO_EVENT &&
           (size_t)race->second + 1 < d->planned && !d->nodes[d->planned - 1].data &&
           !d->nodes[race->first].wary;
}

static bool keep_events(struct dpor *d) {
    const struct exp_sequence *sequence = &d->sequence;
    for (size_t i = 0; i < sequence->count; i++) {
        if (!EXP_DPOR_RESERVE(d, events, event_capacity, i))
            return false;
        d->events[i] = sequence->events[i];
    }
    return true;
}

/* What the last insertion has used up, for whoever has the node. */
static void tell(struct dpor *d, size_t index) {
    memcpy(d->sequence.events, d->events, d->sequence.count * sizeof *d->events);
    exp_write(d->base.out, index);
    exp_sequence_write(&d->sequence, d->base.out);
    d->failed |= d->base.out->failed;
}

void exp_dpor_plan(struct dpor *d, size_t index) {
    struct node *node = &d->nodes[index];
    bool foreign = index < d->base.floor;
    if (is_explored(d, node) || (foreign && !keep_events(d)))
        return;
    if (!exp_wakeup_insert(&d->pool, &node->wakeup, &d->sequence))
        d->failed = true;
    else if (foreign && d->sequence.added)
        tell(d, index);
}

static void reverse_races(struct dpor *d) {
    for (size_t i = 0; i < d->trace.race_count && !d->failed; i++) {
        struct exp_race *race = &d->trace.races[i];
        size_t first = (size_t)race->first;
        if (d->nodes[first].split || is_known(d, race))
            continue; /* everything is tried there; or was, by who took these steps before */
        if (exp_sequence_make(&d->sequence, &d->trace, race))
            exp_dpor_plan(d, first);
        else
            d->failed = true;
        race->open = !d->settled;
    }
    d->anew = false;
}

/* Is anything left to try at the node? Where somebody else explores what was begun before, other
 * answers of the steps that were explored here may be. */
static bool is_open(const struct node *node) {
    return node->data > node->given || node->split || node->wakeup.first ||
           (node->apart && node->explored);
}

/* The next answer within the deepest node's step. */
static bool next_datum(struct dpor *d, struct node *node) {
    while (node->data > node->given) {
        d->data[node->first_datum + node->data - 1].answer++;
        if (find_answer(d, node))
            return true;
        forget_data(d, node, node->data - 1);
    }
    return false;
}

static bool next_candidate(struct dpor *d, struct node *node) {
    for (size_t i = 0; i < node->candidates; i++) {
        uint32_t thread = d->candidates[node->first_candidate + i];
        if (!sleeps(d, node, thread)) {
            node->thread = thread;
            return true;
        }
    }
    return false;
}

/* The next answer, of those that do not sleep, to the decisions of a step that was explored here.
 */
static bool next_answer(struct dpor *d, struct node *node, size_t sleeper) {
    struct exp_step step = exp_dpor_sleeper(d, sleeper);
    node->thread = step.thread;
    forget_data(d, node, 0);
    for (uint32_t i = 0; i < step.answer_count; i++) {
        if (!EXP_DPOR_RESERVE(d, data, data_capacity, d->data_count))
            return false;
        d->data[d->data_count++] = step.answers[i];
        node->data++;
    }
    for (; node->data; forget_data(d, node, node->data - 1)) {
        d->data[node->first_datum + node->data - 1].answer = 0;
        if (find_answer(d, node))
            return true;
    }
    return false;
}

/* Nobody else tells of these. */
static bool next_answers(struct dpor *d, struct node *node) {
    for (uint32_t i = 0; i < node->explored && i < node->sleepers - node->first_sleeper; i++)
        if (next_answer(d, node, node->sleepers - 1 - i))
            return true;
    return false;
}

/* The next thread to try at the deepest node. */
static bool next_thread(struct dpor *d, struct node *node) {
    forget_data(d, node, 0);
    if (node->split)
        return next_candidate(d, node);
    int64_t thread = asked_for(d, node);
    if (thread == NO_THREAD)
        return false;
    node->thread = (uint32_t)thread;
    take_asked(d, node);
    return true;
}

static bool next_step(struct dpor *d, struct node *node) {
    if (node->apart)
        return next_thread(d, node) || next_answers(d, node);
    return next_datum(d, node) || next_thread(d, node);
}

/* What was explored at the node, or is by somebody else, sleeps from now on. */
static void keep_explored(struct dpor *d, struct node *node, size_t index, bool split) {
    if (index >= d->trace.count)
        return;
    struct exp_step explored = exp_trace_get(&d->trace, index);
    if (exp_dpor_make_room(d, &explored))
        exp_dpor_put_to_sleep(d, node, &explored, split);
    node->explored++;
}

void exp_dpor_go_on(struct exp_strategy *strategy) {
    struct dpor *d = (struct dpor *)strategy;
    strategy->waiting = false;
    while (d->node_count > strategy->floor) {
        size_t index = d->node_count - 1;
        struct node *node = &d->nodes[index];
        if (is_open(node)) {
            forget_below(d, node);
            if (!node->asleep)
                keep_explored(d, node, index, node->split);
            node->asleep = !next_step(d, node);
            if (!node->asleep) {
                d->planned = d->node_count;
                return;
            }
            exp_wakeup_clear(&d->pool, &node->wakeup);
        }
        if (d->node_count <= strategy->held) {
            strategy->waiting = true;
            return;
        }
        d->node_count--;
    }
    strategy->complete = true;
}

/*
 * What is left would have told which sequences begin as what comes after it. That cannot be waited
 * for, so all of them are found below the node: whoever sleeps there counts as at a split node, and
 * all answers are tried.
 */
void exp_dpor_leave(struct exp_strategy *strategy, uint32_t floor) {
    struct dpor *d = (struct dpor *)strategy;
    struct node *node = &d->nodes[floor - 1];
    while (d->node_count > floor)
        exp_wakeup_clear(&d->pool, &d->nodes[--d->node_count].wakeup);
    exp_wakeup_clear(&d->pool, &d->subtree);
    forget_below(d, node);
    keep_explored(d, node, floor - 1, true);
    for (size_t i = node->first_sleeper; i < node->sleepers; i++)
        d->sleepers[i].wary = true;
    node->wary = node->sleepers > node->first_sleeper;
    node->apart = node->asleep = true;
    exp_dpor_go_on(strategy);
}

/*
 * Has a part of somebody else's begun? Parts that begin with an execution that is given up are
 * mostly empty, so they are dealt out by themselves. What was met of a foreign part is forgotten.
 */
static bool is_foreign(struct dpor *d, bool given_up) {
    size_t splits = 0;
    while (splits < d->node_count && d->nodes[splits].split)
        splits++;
    bool nowhere = given_up && splits == d->node_count;
    if (!d->plan.split || d->planned > splits || nowhere ||
        exp_is_mine(&d->plan, d->parts[given_up]++))
        return false;
    while (d->node_count > splits)
        exp_wakeup_clear(&d->pool, &d->nodes[--d->node_count].wakeup);
    return true;
}

/* Does any other thread touch the same, so that the order could be seen? */
static bool meets_others(const struct exp_trace *trace, const struct exp_event *event) {
    for (uint32_t a = 0; a < event->access_count; a++) {
        const struct exp_access *access = &trace->accesses[event->first_access + a];
        const struct exp_place *place = &trace->places[access->place];
        for (size_t i = 0; i < place->count; i++)
            if (place->touches[i].thread != event->thread &&
                exp_conflict(access->kind, place->touches[i].kind))
                return true;
    }
    return false;
}

/* The first execution has shown where it is worth while to divide; now it is taken again. */
static void scout(struct dpor *d) {
    for (size_t i = 0; i < d->trace.count; i++) {
        if (!EXP_DPOR_RESERVE(d, meets, meets_capacity, i))
            return;
        d->meets[i] = meets_others(&d->trace, &d->trace.events[i]);
        d->meets_count = i + 1;
    }
    d->scouted = true;
    d->node_count = d->sleeper_count = d->sleeper_access_count = d->sleeper_answer_count = 0;
    d->data_count = d->candidate_count = 0;
}

static void end(struct exp_strategy *strategy, struct rd_world *w) {
    struct dpor *d = (struct dpor *)strategy;
    close_step(d, w);
    exp_trace_end(&d->trace, w);
    d->failed |= d->trace.failed;
    exp_wakeup_clear(&d->pool, &d->subtree);
    if (d->trace.count > strategy->depth_max)
        strategy->depth_max = d->trace.count;
    if (d->plan.split && !d->scouted && !d->planned) {
        strategy->abandoned = w->choices.abandoned = true;
        scout(d);
        return;
    }
    bool foreign = !d->retraces && is_foreign(d, w->choices.abandoned);
    strategy->abandoned = w->choices.abandoned || d->retraces || foreign;
    bool retraced = d->retraces;
    d->retraces = false;
    if (retraced) {
        if (d->nodes[d->node_count - 1].asleep)
            forget_data(d, &d->nodes[d->node_count - 1], 0);
        return;
    }
    if (!foreign)
        reverse_races(d);
    exp_dpor_go_on(strategy);
}

/* As if every beginning that is known took as long as those explored. */
static double progress(const struct exp_strategy *strategy) {
    const struct dpor *d = (const struct dpor *)strategy;
    double done = 0, share = 1;
    if (strategy->complete)
        return 1;
    for (size_t i = 0; i < d->node_count && share > 1e-6; i++) {
        const struct node *node = &d->nodes[i];
        double waiting = 0;
        for (const struct exp_wakeup *child = node->wakeup.first; child; child = child->next)
            waiting++;
        double all = node->explored + waiting + 1;
        done += share * node->explored / all;
        share /= all;
    }
    return done;
}

/* ---- life ------------------------------------------------------------------------------------ */

static void destroy(struct exp_strategy *strategy) {
    struct dpor *d = (struct dpor *)strategy;
    while (d->node_count)
        exp_wakeup_clear(&d->pool, &d->nodes[--d->node_count].wakeup);
    exp_wakeup_clear(&d->pool, &d->subtree);
    exp_wakeup_pool_destroy(&d->pool);
    exp_trace_destroy(&d->trace);
    free(d->sequence.events);
    free(d->sequence.last);
    free(d->nodes);
    free(d->sleepers);
    free(d->sleeper_accesses);
    free(d->sleeper_answers);
    free(d->prefix);
    free(d->data);
    free(d->candidates);
    free(d->events);
    free(d->meets);
    exp_sequence_forget_told(&d->sequence);
    exp_path_destroy(&d->path);
    free(d);
}

static struct exp_strategy *create(const struct exp_plan *plan) {
    struct dpor *d = calloc(1, sizeof *d);
    if (!d)
        return NULL;
    d->base.ops = &exp_dpor;
    d->plan = *plan;
    if (exp_trace_init(&d->trace))
        return &d->base;
    destroy(&d->base);
    return NULL;
}

const struct exp_trace *exp_dpor_trace(const struct exp_strategy *strategy) {
    return &((const struct dpor *)strategy)->trace;
}

const struct exp_strategy_ops exp_dpor = {.name = "dpor",
                                          .exhaustive = true,
                                          .create = create,
                                          .destroy = destroy,
                                          .begin = begin,
                                          .end = end,
                                          .progress = progress,
                                          .freeze = exp_dpor_freeze,
                                          .thaw = exp_dpor_thaw,
                                          .divide = exp_dpor_divide,
                                          .leave = exp_dpor_leave,
                                          .hear = exp_dpor_hear,
                                          .go_on = exp_dpor_go_on};
