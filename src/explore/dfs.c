/*
 * dfs.c - every answer to every decision, depth first; with a bound, only schedules with so many
 * preemptions.
 *
 * If there are shards, the tree is divided at the depth where it is wide enough: each of them walks
 * over all the nodes there, and explores what lies below some of them. Executions that only show
 * where a foreign part begins count as redundant.
 */
#include <stdlib.h>

#include "explore/frozen.h"
#include "explore/path.h"
#include "explore/strategy.h"

enum {
    FIRST_CAPACITY = 64,
    NODES_MAX = 1 << 24,
    COARSER = 4
}; /* each part costs everybody a whole execution */

struct node {
    uint32_t answer, count;
    uint8_t kind;
    bool preempts; /* any answer but 0 is a preemption */
    size_t steps;  /* that had begun before it */
};

struct dfs_strategy {
    struct exp_strategy base;
    struct exp_plan plan;
    struct node *nodes; /* the path of the current execution */
    size_t count, capacity;
    size_t position; /* decisions of this execution so far, but for those about known steps */
    struct exp_path path;
    size_t split;   /* depth at which the tree is divided */
    uint64_t part;  /* parts of the tree that lie before the current one */
    uint64_t asked; /* parts that somebody was asked about */
    bool mine;      /* what was said of the current part */
    bool no_memory;
};

static struct exp_strategy *create(const struct exp_plan *plan) {
    struct dfs_strategy *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->base.ops = &exp_dfs;
    s->plan = *plan;
    s->capacity = FIRST_CAPACITY;
    s->nodes = calloc(s->capacity, sizeof *s->nodes);
    if (s->nodes)
        return &s->base;
    free(s);
    return NULL;
}

static void destroy(struct exp_strategy *strategy) {
    struct dfs_strategy *s = (struct dfs_strategy *)strategy;
    free(s->nodes);
    exp_path_destroy(&s->path);
    free(s);
}

static bool push(struct dfs_strategy *s, struct node node) {
    if (s->count == s->capacity) {
        struct node *grown = realloc(s->nodes, s->capacity * 2 * sizeof *grown);
        if (!grown)
            return false;
        s->nodes = grown;
        s->capacity *= 2;
    }
    s->nodes[s->count++] = node;
    return true;
}

/* The same answers must lead to the same decisions. */
static unsigned follow(struct rd_world *w, struct dfs_strategy *s, unsigned kind, unsigned count) {
    const struct node *node = &s->nodes[s->position];
    if (node->kind == kind && node->count == count)
        return node->answer;
    if (!w->choices.diverged)
        w->explanation = core_textf(w,
                                    "after the same %zu decisions there was '%c' with %u possible "
                                    "answers before, and is '%c' with %u now",
                                    s->position, node->kind, node->count, (int)kind, count);
    w->choices.diverged = true;
    return 0;
}

/* Was the node's decision about who takes a known step? Then it is not asked for. */
static bool is_known(const struct rd_world *w, const struct node *node) {
    return node->kind == CORE_CHOOSE_THREAD && node->steps < w->choices.known_count;
}

static unsigned answer(struct rd_world *w, unsigned kind, unsigned count) {
    struct dfs_strategy *s = w->choices.strategy;
    unsigned answer = 0;
    if (w->choices.diverged || s->no_memory)
        return 0;
    while (s->position < s->count && is_known(w, &s->nodes[s->position]))
        s->position++;
    if (s->position < s->count)
        answer = follow(w, s, kind, count);
    else
        s->no_memory = !push(s, (struct node){.count = count,
                                              .kind = (uint8_t)kind,
                                              .preempts = kind == CORE_CHOOSE_THREAD &&
                                                          w->choices.candidates.preempts,
                                              .steps = s->path.count});
    s->position++;
    if (kind == CORE_CHOOSE_THREAD) {
        s->path.answer = answer;
        s->path.answers = count;
    }
    return answer;
}

static void step(struct rd_world *w, const struct core_step *step) {
    struct dfs_strategy *s = w->choices.strategy;
    s->no_memory |= !exp_path_keep(&s->path, step);
}

static const struct core_observer observer = {step, exp_ignore_touch, exp_ignore_readied,
                                              exp_ignore_step};

/* ---- parts ----------------------------------------------------------------------------------- */

/* The least depth at which the first path suggests parts enough. */
static size_t choose_split(const struct dfs_strategy *s) {
    uint64_t parts = 1, wanted = (uint64_t)1 << (s->plan.split - COARSER);
    size_t depth = 0;
    while (depth < s->count && parts < wanted)
        parts *= s->nodes[depth++].count;
    return depth;
}

static bool part_is_mine(struct dfs_strategy *s) {
    if (!s->plan.split)
        return true;
    if (s->asked == s->part) {
        s->mine = exp_is_mine(&s->plan, s->part);
        s->asked++;
    }
    return s->mine;
}

/* ---- backtracking ---------------------------------------------------------------------------- */

static uint32_t preemptions_before(const struct dfs_strategy *s, size_t depth) {
    uint32_t preemptions = 0;
    for (size_t i = 0; i < depth; i++)
        preemptions += s->nodes[i].answer && s->nodes[i].preempts;
    return preemptions;
}

/* Is there another answer to that decision? */
static bool is_open(const struct dfs_strategy *s, size_t depth) {
    const struct node *node = &s->nodes[depth];
    return node->answer + 1 < node->count &&
           (!node->preempts || preemptions_before(s, depth) < s->plan.preemptions_max);
}

/* Steps to the next path; with `foreign`, to the next part. */
static void advance(struct dfs_strategy *s, bool foreign) {
    if (foreign && s->count > s->split)
        s->count = s->split;
    while (s->count > s->base.floor && !is_open(s, s->count - 1))
        s->count--;
    s->base.complete = s->count == s->base.floor;
    if (!s->base.complete)
        s->nodes[s->count - 1].answer++;
    if (s->count <= s->split)
        s->part++;
}

static bool begin(struct exp_strategy *strategy, struct rd_world *w) {
    struct dfs_strategy *s = (struct dfs_strategy *)strategy;
    if (s->base.complete || s->no_memory)
        return false;
    s->position = 0;
    exp_path_begin(&s->path, w, s->count && !s->base.thawed ? s->nodes[s->count - 1].steps : 0,
                   &observer);
    s->base.thawed = false;
    w->choices.answer = answer;
    w->choices.strategy = s;
    return true;
}

static void end(struct exp_strategy *strategy, struct rd_world *w) {
    struct dfs_strategy *s = (struct dfs_strategy *)strategy;
    if (s->no_memory || w->choices.diverged)
        return;
    if (s->base.depth_max < s->count)
        s->base.depth_max = s->count;
    if (s->plan.split && !s->split)
        s->split = choose_split(s);
    bool foreign = !part_is_mine(s);
    s->base.redundant += foreign;
    advance(s, foreign);
}

static double progress(const struct exp_strategy *strategy) {
    const struct dfs_strategy *s = (const struct dfs_strategy *)strategy;
    double done = 0, share = 1;
    if (strategy->complete)
        return 1;
    for (size_t i = 0; i < s->count; i++) {
        share /= s->nodes[i].count;
        done += share * s->nodes[i].answer;
    }
    return done;
}

/* ---- for other processes --------------------------------------------------------------------- */

static void freeze(const struct exp_strategy *strategy, struct exp_words *to) {
    const struct dfs_strategy *s = (const struct dfs_strategy *)strategy;
    exp_write(to, strategy->complete);
    exp_write(to, strategy->depth_max);
    exp_write(to, s->split);
    exp_write(to, s->part);
    exp_write(to, s->asked);
    exp_write(to, s->mine);
    exp_write(to, s->count);
    for (size_t i = 0; i < s->count; i++) {
        const struct node *node = &s->nodes[i];
        exp_write(to, node->answer);
        exp_write(to, node->count);
        exp_write(to, node->kind);
        exp_write(to, node->preempts);
    }
}

static void thaw(struct exp_strategy *strategy, struct exp_words *from) {
    struct dfs_strategy *s = (struct dfs_strategy *)strategy;
    strategy->complete = exp_read(from) != 0;
    strategy->depth_max = exp_read(from);
    s->split = exp_read_below(from, NODES_MAX);
    s->part = exp_read(from);
    s->asked = exp_read(from);
    s->mine = exp_read(from) != 0;
    uint32_t count = exp_read_below(from, NODES_MAX);
    while (s->count < count && !from->failed) {
        struct node node = {.answer = exp_read_below(from, UINT32_MAX)};
        node.count = exp_read_below(from, UINT32_MAX);
        node.kind = (uint8_t)exp_read_below(from, UINT8_MAX);
        node.preempts = exp_read(from) != 0;
        from->failed |= !push(s, node);
    }
    s->base.thawed = true;
}

/* Behind the first decision that has another answer; shards walk over the parts before that. */
static uint32_t divide(const struct exp_strategy *strategy) {
    const struct dfs_strategy *s = (const struct dfs_strategy *)strategy;
    size_t first = strategy->floor > s->split ? strategy->floor : s->split;
    if (s->base.thawed || (s->plan.split && !s->split))
        return 0;
    for (size_t i = first; i < s->count; i++)
        if (is_open(s, i))
            return (uint32_t)i + 1;
    return 0;
}

static void leave(struct exp_strategy *strategy, uint32_t floor) {
    struct dfs_strategy *s = (struct dfs_strategy *)strategy;
    s->count = floor;
    advance(s, false);
}

const struct exp_strategy_ops exp_dfs = {.name = "dfs",
                                         .exhaustive = true,
                                         .create = create,
                                         .destroy = destroy,
                                         .begin = begin,
                                         .end = end,
                                         .progress = progress,
                                         .freeze = freeze,
                                         .thaw = thaw,
                                         .divide = divide,
                                         .leave = leave};
