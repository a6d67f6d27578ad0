/* dpor_frozen.c - what dpor.c knows between two executions, for another process. */
#include "explore/dpor.h"
#include "explore/frozen.h"

enum { NODES_MAX = 1 << 24, CHILDREN_MAX = 1 << 20, ANSWER_BITS = 32 };

/* ---- wakeup trees ---------------------------------------------------------------------------- */

static void put_tree(struct exp_words *to, const struct exp_trace *trace,
                     const struct exp_wakeup_tree *tree) {
    uint64_t count = 0;
    for (const struct exp_wakeup *child = tree->first; child; child = child->next)
        count++;
    exp_write(to, count);
    for (const struct exp_wakeup *child = tree->first; child; child = child->next) {
        exp_write_step(to, trace, &child->step);
        put_tree(to, trace, &child->below);
    }
}

static void get_tree(struct exp_words *from, struct dpor *d, struct exp_wakeup_tree *tree) {
    uint32_t count = exp_read_below(from, CHILDREN_MAX);
    for (uint32_t i = 0; i < count && !from->failed; i++) {
        struct exp_step step = exp_read_step(from, &d->trace);
        struct exp_wakeup *child = exp_wakeup_append(&d->pool, tree, &step);
        if (child)
            get_tree(from, d, &child->below);
        else
            from->failed = true;
    }
}

/* ---- nodes ----------------------------------------------------------------------------------- */

static void put_node(struct exp_words *to, const struct dpor *d, const struct node *node) {
    exp_write_thread(to, &d->trace, node->thread);
    exp_write(to, node->explored);
    exp_write(to, node->given);
    exp_write(to, node->data);
    for (uint32_t i = 0; i < node->data; i++) {
        const struct exp_answer *datum = &d->data[node->first_datum + i];
        exp_write(to, datum->answer | (uint64_t)datum->count << ANSWER_BITS);
    }
    exp_write(to, node->sleepers - node->first_sleeper);
    for (size_t i = node->first_sleeper; i < node->sleepers; i++) {
        struct exp_step sleeper = exp_dpor_sleeper(d, i);
        exp_write_step(to, &d->trace, &sleeper);
        exp_write(to, d->sleepers[i].wary);
    }
    exp_write(to, node->asked);
    exp_write(to, node->vague);
    exp_write(to, node->asleep);
    exp_write(to, node->apart);
    exp_write(to, node->split);
    exp_write(to, node->first);
    exp_write(to, node->quiet);
    exp_write(to, node->parts);
    exp_write(to, node->candidates);
    for (uint32_t i = 0; i < node->candidates; i++)
        exp_write_thread(to, &d->trace, d->candidates[node->first_candidate + i]);
    put_tree(to, &d->trace, &node->wakeup);
}

static void get_data(struct exp_words *from, struct dpor *d, struct node *node) {
    uint32_t count = exp_read_below(from, NODES_MAX);
    node->first_datum = (uint32_t)d->data_count;
    for (; node->data < count && !from->failed; node->data++) {
        uint64_t word = exp_read(from);
        if (!EXP_DPOR_RESERVE(d, data, data_capacity, d->data_count))
            break;
        d->data[d->data_count++] =
            (struct exp_answer){(uint32_t)word, (uint32_t)(word >> ANSWER_BITS)};
    }
}

static void get_sleepers(struct exp_words *from, struct dpor *d, struct node *node) {
    uint32_t count = exp_read_below(from, NODES_MAX);
    node->first_sleeper = node->sleepers = (uint32_t)d->sleeper_count;
    node->sleeper_accesses = (uint32_t)d->sleeper_access_count;
    node->sleeper_answers = (uint32_t)d->sleeper_answer_count;
    for (uint32_t i = 0; i < count && !from->failed && !d->failed; i++) {
        struct exp_step step = exp_read_step(from, &d->trace);
        bool wary = exp_read(from) != 0;
        if (exp_dpor_make_room(d, &step))
            exp_dpor_put_to_sleep(d, node, &step, wary);
    }
}

static void get_candidates(struct exp_words *from, struct dpor *d, struct node *node) {
    uint32_t count = exp_read_below(from, NODES_MAX);
    node->first_candidate = (uint32_t)d->candidate_count;
    for (; node->candidates < count && !from->failed; node->candidates++) {
        uint32_t thread = exp_read_thread(from, &d->trace);
        if (!EXP_DPOR_RESERVE(d, candidates, candidate_capacity, d->candidate_count))
            break;
        d->candidates[d->candidate_count++] = thread;
    }
}

static void get_node(struct exp_words *from, struct dpor *d) {
    if (!EXP_DPOR_RESERVE(d, nodes, node_capacity, d->node_count))
        return;
    struct node *node = &d->nodes[d->node_count++];
    *node = (struct node){.thread = exp_read_thread(from, &d->trace)};
    node->explored = exp_read_below(from, UINT32_MAX);
    node->given = exp_read_below(from, NODES_MAX);
    get_data(from, d, node);
    get_sleepers(from, d, node);
    node->asked = exp_read(from) != 0;
    node->vague = exp_read(from) != 0;
    node->asleep = exp_read(from) != 0;
    node->apart = exp_read(from) != 0;
    node->split = exp_read(from) != 0;
    node->first = exp_read(from) != 0;
    node->quiet = exp_read(from) != 0;
    node->parts = exp_read(from);
    get_candidates(from, d, node);
    get_tree(from, d, &node->wakeup);
}

/* ---- all of it ------------------------------------------------------------------------------- */

void exp_dpor_freeze(const struct exp_strategy *strategy, struct exp_words *to) {
    const struct dpor *d = (const struct dpor *)strategy;
    exp_write(to, strategy->complete);
    exp_write(to, strategy->waiting);
    exp_write(to, strategy->depth_max);
    exp_write(to, d->parts[false]);
    exp_write(to, d->parts[true]);
    exp_write(to, d->node_count);
    for (size_t i = 0; i < d->node_count; i++)
        put_node(to, d, &d->nodes[i]);
    put_tree(to, &d->trace, &d->subtree);
    to->failed |= d->failed;
}

void exp_dpor_thaw(struct exp_strategy *strategy, struct exp_words *from) {
    struct dpor *d = (struct dpor *)strategy;
    strategy->complete = exp_read(from) != 0;
    strategy->waiting = exp_read(from) != 0;
    strategy->depth_max = exp_read(from);
    d->parts[false] = exp_read(from);
    d->parts[true] = exp_read(from);
    uint32_t nodes = exp_read_below(from, NODES_MAX);
    while (d->node_count < nodes && !from->failed && !d->failed)
        get_node(from, d);
    get_tree(from, d, &d->subtree);
    d->planned = d->node_count;
    d->scouted = nodes != 0;
    d->base.thawed = true;
    d->retraces = strategy->waiting;
    from->failed |= d->failed;
}

/* ---- tasks ----------------------------------------------------------------------------------- */

/* Behind the first step at which something else waits to be explored. */
uint32_t exp_dpor_divide(const struct exp_strategy *strategy) {
    const struct dpor *d = (const struct dpor *)strategy;
    if (d->base.thawed)
        return 0;
    for (size_t i = strategy->floor; i + 1 < d->node_count && i < d->trace.count; i++) {
        const struct node *node = &d->nodes[i];
        if (node->wakeup.first && node->data <= node->given && !node->split)
            return (uint32_t)i + 1;
    }
    return 0;
}

/* Is the step that is explored at the node known, and does it begin the sequence? Then it is taken
 * out of that. */
static bool follow(struct dpor *d, size_t index) {
    if (index + 1 >= d->node_count || index >= d->trace.count)
        return false;
    struct exp_step step = exp_trace_get(&d->trace, index);
    bool begins = exp_sequence_is_begun_by(&d->sequence, &step);
    if (begins)
        exp_sequence_take(&d->sequence, step.thread);
    return begins;
}

/* What begins with steps that are being explored is planned behind these. */
static void plan_told(struct dpor *d, size_t index) {
    size_t at = index;
    while (follow(d, at))
        at++;
    if (exp_sequence_is_used_up(&d->sequence))
        return;
    if (at < d->base.floor) { /* whoever has that node looks for itself */
        exp_sequence_take_back(&d->sequence);
        at = index;
    }
    exp_dpor_plan(d, at);
}

void exp_dpor_hear(struct exp_strategy *strategy, struct exp_words *mail) {
    struct dpor *d = (struct dpor *)strategy;
    while (mail->next < mail->count && !mail->failed) {
        uint32_t index = exp_read_below(mail, NODES_MAX);
        mail->failed |= index >= d->node_count || !exp_sequence_read(&d->sequence, &d->trace, mail);
        if (!mail->failed)
            plan_told(d, index);
    }
    exp_sequence_forget_told(&d->sequence);
    d->failed |= mail->failed;
}
