#include "support/rd_every_order.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explore/frozen.h"
#include "explore/turn.h"

enum {
    SPLITS = 12, /* how finely the exploration is divided, for each program another one */
    WORKERS = 7  /* the same: how many workers at most */
};

/* ---- what was met ---------------------------------------------------------------------------- */

struct set {
    uint64_t *items;
    size_t count, capacity;
};

/* False: it was there. */
static bool add(struct set *set, uint64_t item) {
    if (set->count * 2 >= set->capacity) {
        struct set larger = {.capacity = set->capacity ? set->capacity * 2 : 64};
        larger.items = calloc(larger.capacity, sizeof *larger.items);
        assert_non_null(larger.items);
        for (size_t i = 0; i < set->capacity; i++)
            if (set->items[i])
                add(&larger, set->items[i]);
        free(set->items);
        *set = larger;
    }
    item += item == 0;
    size_t i = (size_t)(item >> 20) % set->capacity;
    for (; set->items[i]; i = (i + 1) % set->capacity)
        if (set->items[i] == item)
            return false;
    set->items[i] = item;
    set->count++;
    return true;
}

static bool contains(const struct set *set, uint64_t item) {
    item += item == 0;
    for (size_t i = (size_t)(item >> 20) % set->capacity; set->items[i];
         i = (i + 1) % set->capacity)
        if (set->items[i] == item)
            return true;
    return false;
}

static bool are_equal(const struct set *a, const struct set *b) {
    struct set all = {0};
    for (size_t i = 0; i < a->capacity; i++)
        if (a->items[i])
            add(&all, a->items[i]);
    for (size_t i = 0; i < b->capacity; i++)
        if (b->items[i])
            add(&all, b->items[i]);
    bool equal = all.count == a->count && all.count == b->count;
    free(all.items);
    return equal;
}

/* ---- recording: the orders of several explorations in the same names ------------------------- */

struct recorder {
    struct exp_trace trace;
    unsigned (*answer)(struct rd_world *w, unsigned kind, unsigned count);
    const struct core_observer *observer; /* of the strategy; may be NULL */
    void *strategy;
    size_t known; /* so many steps are not told to the strategy */
};

static struct recorder recorder;

static unsigned answer(struct rd_world *w, unsigned kind, unsigned count) {
    if (kind == CORE_CHOOSE_THREAD)
        exp_trace_close(&recorder.trace, w);
    w->choices.strategy = recorder.strategy;
    unsigned result = recorder.answer(w, kind, count);
    w->choices.strategy = &recorder;
    if (kind != CORE_CHOOSE_THREAD)
        exp_trace_answered(&recorder.trace, (struct exp_answer){result, count});
    return result;
}

/* The recorder gets the call, and the strategy, if it observes what is new. */
#define FORWARD(w, call, ...)                                                                      \
    do {                                                                                           \
        (w)->choices.strategy = recorder.strategy;                                                 \
        if (recorder.observer && recorder.trace.count >= recorder.known)                           \
            recorder.observer->call(w, __VA_ARGS__);                                               \
        (w)->choices.strategy = &recorder;                                                         \
    } while (0)

static void record_step(struct rd_world *w, const struct core_step *step) {
    exp_trace_step(&recorder.trace, w, step);
    FORWARD(w, step, step);
}

static void record_touch(struct rd_world *w, uint64_t place, unsigned kind) {
    exp_trace_touch(&recorder.trace, w, place, kind);
    FORWARD(w, touch, place, kind);
}

static void record_readied(struct rd_world *w, uint32_t thread) {
    exp_trace_readied(&recorder.trace, thread);
    FORWARD(w, readied, thread);
}

static void record_gave_up(struct rd_world *w, const struct core_step *step) {
    exp_trace_gave_up(&recorder.trace, w, step);
    FORWARD(w, gave_up, step);
}

static const struct core_observer recording = {record_step, record_touch, record_readied,
                                               record_gave_up};

static void record(rd_world *world) {
    recorder.answer = world->choices.answer;
    recorder.known = world->choices.known_count;
    recorder.observer = recorder.known ? world->choices.observer_of_rest : world->choices.observer;
    recorder.strategy = world->choices.strategy;
    exp_trace_begin(&recorder.trace, world, 0);
    world->choices.answer = answer;
    world->choices.observer_of_rest = &recording;
    core_observe(world, &recording);
    world->choices.strategy = &recorder;
}

/* ---- enumerating ----------------------------------------------------------------------------- */

/*
 * Every answer to every decision, depth first. Where steps so far are those of a beginning that was
 * met already, in an order that nobody can tell from it, only that one goes on: `merging`.
 */
struct enumeration {
    struct exp_strategy base;
    struct decision {
        unsigned answer, count;
    } path[ORDERS_DEPTH_MAX * 4];
    size_t depth, position;
    struct set beginnings;
    bool merging;
};

static unsigned enumerate_answer(struct rd_world *w, unsigned kind, unsigned count) {
    struct enumeration *e = w->choices.strategy;
    size_t position = e->position++;
    if (w->choices.abandoned)
        return 0;
    if (position == e->depth) {
        assert_true(position < sizeof e->path / sizeof e->path[0]);
        if (e->merging && kind == CORE_CHOOSE_THREAD &&
            !add(&e->beginnings, exp_trace_hash(&recorder.trace))) {
            w->choices.abandoned = true;
            return 0;
        }
        e->path[e->depth++] = (struct decision){0, count};
    }
    assert_int_equal(e->path[position].count, count);
    return e->path[position].answer;
}

static struct exp_strategy *enumerate_create(const struct exp_plan *plan) {
    struct enumeration *e = calloc(1, sizeof *e);
    assert_non_null(e);
    e->merging = plan->depth != 0;
    return &e->base;
}

static void enumerate_destroy(struct exp_strategy *strategy) {
    free(((struct enumeration *)strategy)->beginnings.items);
    free(strategy);
}

static bool enumerate_begin(struct exp_strategy *strategy, struct rd_world *w) {
    struct enumeration *e = (struct enumeration *)strategy;
    e->position = 0;
    w->choices.answer = enumerate_answer;
    core_observe(w, NULL);
    w->choices.strategy = e;
    return !strategy->complete;
}

static void enumerate_end(struct exp_strategy *strategy, struct rd_world *w) {
    struct enumeration *e = (struct enumeration *)strategy;
    (void)w;
    while (e->depth && ++e->path[e->depth - 1].answer >= e->path[e->depth - 1].count)
        e->depth--;
    strategy->complete = e->depth == 0;
}

static const struct exp_strategy_ops enumeration = {.name = "enumeration",
                                                    .create = enumerate_create,
                                                    .destroy = enumerate_destroy,
                                                    .begin = enumerate_begin,
                                                    .end = enumerate_end};

/* Which threads took steps, what these touched, and the most each thread knew of others then. */
static void print_order(void) {
    const struct exp_trace *trace = &recorder.trace;
    print_error("  an order that was not met:\n");
    for (size_t i = 0; i < trace->count; i++) {
        const struct exp_event *event = &trace->events[i];
        const uint32_t *clock = trace->clocks + i * trace->width;
        print_error("    %u.%u:", event->thread, event->number);
        for (uint32_t a = 0; a < event->access_count; a++) {
            const struct exp_access *access = &trace->accesses[event->first_access + a];
            uint64_t place = trace->places[access->place].place;
            print_error(" %u:%x%s", (unsigned)(place >> CORE_SPACE_SHIFT), (unsigned)place & 0xffff,
                        access->kind == CORE_WRITE ? "!" : "");
        }
        for (uint32_t d = 0; d < event->answer_count; d++)
            print_error(" answer %u", trace->answers[event->first_answer + d].answer);
        print_error(" after");
        for (uint32_t t = 0; t < trace->thread_count; t++)
            if (clock[t] && t != event->thread)
                print_error(" %u.%u", t, clock[t]);
        print_error("\n");
    }
}
/* ---- exploring ------------------------------------------------------------------------------- */

struct met {
    struct set orders, outcomes, both;
    const struct set *known; /* orders: one that is none of them is printed */
    uint64_t executions, repeated, redundant;
    bool complete;
    bool in_pieces; /* each execution is that of another strategy, which goes on */
};

static void free_met(struct met *met) {
    free(met->orders.items);
    free(met->outcomes.items);
    free(met->both.items);
}

static uint64_t outcome_of(const struct orders_of *of, const rd_world *world, rd_verdict verdict) {
    uint64_t hash = ((uint64_t)verdict + 1) * 1000003 + world->bugcheck.code;
    for (int i = 0; i < CORE_FAILURES; i++)
        hash = hash * 31 + world->failures[i];
    return exp_mix(hash, of->outcome());
}

/* Another one goes on where the strategy stands, as another process would. */
static struct exp_strategy *resume(struct exp_strategy *strategy, const struct exp_plan *plan) {
    struct exp_words words = {0};
    const struct exp_strategy_ops *ops = strategy->ops;
    ops->freeze(strategy, &words);
    ops->destroy(strategy);
    strategy = ops->create(plan);
    assert_non_null(strategy);
    ops->thaw(strategy, &words);
    assert_false(words.failed);
    assert_int_equal(words.next, words.count);
    exp_words_destroy(&words);
    return strategy;
}

static void run_once(const struct orders_of *of, struct exp_strategy *strategy, struct met *met) {
    rd_world *world = of->world;
    rd_verdict verdict;
    of->start(world);
    assert_true(strategy->ops->begin(strategy, world));
    record(world);
    assert_int_equal(rd_run(world, &verdict), RD_OK);
    exp_trace_close(&recorder.trace, world);
    world->choices.strategy = recorder.strategy;
    strategy->ops->end(strategy, world);
    assert_false(world->choices.diverged);
    if (world->choices.abandoned || strategy->abandoned) {
        met->redundant++;
        return;
    }
    uint64_t order = exp_trace_hash(&recorder.trace), outcome = outcome_of(of, world, verdict);
    met->executions++;
    if (met->known && !contains(met->known, order)) {
        print_order();
        met->known = NULL;
    }
    met->repeated += !add(&met->orders, order);
    add(&met->outcomes, outcome);
    add(&met->both, exp_mix(order, outcome));
}

static void explore(const struct orders_of *of, const struct exp_strategy_ops *ops,
                    const struct exp_plan *plan, struct met *met) {
    struct exp_strategy *strategy = ops->create(plan);
    assert_non_null(strategy);
    strategy->ops = ops;
    while (met->executions + met->redundant < of->executions_max && !strategy->complete) {
        run_once(of, strategy, met);
        if (met->in_pieces)
            strategy = resume(strategy, plan);
    }
    met->complete = strategy->complete;
    ops->destroy(strategy);
}

/* Several workers take turns; whoever has something to do gives away what it can. */
static void explore_together(const struct orders_of *of, const struct exp_strategy_ops *ops,
                             const struct exp_plan *plan, struct met *met) {
    unsigned workers = 2 + (unsigned)(plan->seed % (WORKERS - 1));
    struct exp_turn turns[WORKERS];
    struct exp_tasks *tasks = calloc(1, sizeof *tasks);
    assert_non_null(tasks);
    exp_task_add(tasks, 0, 0, &(struct exp_words){0});
    for (unsigned i = 0; i < workers; i++)
        turns[i] = (struct exp_turn){.ops = ops, .plan = plan, .tasks = tasks};
    for (unsigned i = 0; tasks->live && met->executions + met->redundant < of->executions_max;
         i = (i + 1) % workers) {
        if (!exp_turn_begin(&turns[i]))
            continue;
        run_once(of, turns[i].strategy, met);
        exp_turn_end(&turns[i]);
        assert_false(turns[i].failed);
    }
    met->complete = !tasks->live;
    for (unsigned i = 0; i < workers; i++)
        exp_turn_destroy(&turns[i]);
    free(tasks);
}

/* ---- comparing ------------------------------------------------------------------------------- */

/* The first order that this strategy meets, and the other exploration has not. */
static void print_missed(const struct orders_of *of, const struct exp_strategy_ops *ops,
                         const struct exp_plan *plan, const struct met *other) {
    struct met again = {.known = &other->orders};
    explore(of, ops, plan, &again);
    free_met(&again);
}

static void print_difference(const struct orders_of *of, const struct met *every,
                             const struct met *reduced) {
    const struct exp_plan plan = {.shards = 1, .depth = !of->plain};
    print_missed(of, &enumeration, &plan, reduced);
    print_error("  enumerated: %llu executions, %zu orders, %zu outcomes, %zu of both\n",
                (unsigned long long)every->executions, every->orders.count, every->outcomes.count,
                every->both.count);
    print_error("  reduced: %llu executions, %zu orders, %zu outcomes, %llu repeated, "
                "%llu given up%s\n",
                (unsigned long long)reduced->executions, reduced->orders.count,
                reduced->outcomes.count, (unsigned long long)reduced->repeated,
                (unsigned long long)reduced->redundant, reduced->complete ? "" : ", not ended");
}

static bool are_the_same(const struct met *every, const struct met *reduced) {
    return reduced->complete && !reduced->repeated && !reduced->redundant &&
           are_equal(&every->orders, &reduced->orders) &&
           are_equal(&every->outcomes, &reduced->outcomes) &&
           every->both.count == every->orders.count;
}

void orders_compare(const struct orders_of *of, uint64_t seed, struct orders_totals *totals) {
    struct exp_plan plan = {.shards = 1, .depth = !of->plain, .seed = seed};
    struct met every = {0}, reduced = {0}, divided = {0}, resumed = {.in_pieces = true};
    struct met together = {0};
    assert_true(exp_trace_init(&recorder.trace));
    explore(of, &enumeration, &plan, &every);
    explore(of, &exp_dpor, &plan, &reduced);
    if (reduced.complete)
        explore(of, &exp_dpor, &plan, &resumed);
    if (reduced.complete)
        explore_together(of, &exp_dpor, &plan, &together);
    plan.split = 1 + (uint32_t)(seed % SPLITS);
    if (reduced.complete)
        explore(of, &exp_dpor, &plan, &divided);
    totals->compared += every.complete;
    totals->left_out += !every.complete;
    totals->enumerated += every.executions;
    totals->executions += reduced.executions;
    totals->redundant += reduced.redundant;
    if (every.complete && !are_the_same(&every, &reduced)) {
        totals->wrong++;
        of->print(seed);
        print_difference(of, &every, &reduced);
    }
    if (divided.complete && (!are_equal(&reduced.orders, &divided.orders) ||
                             reduced.executions != divided.executions)) {
        totals->wrong++;
        of->print(seed);
        print_error("  divided: %llu executions, %zu orders, instead of %llu, %zu\n",
                    (unsigned long long)divided.executions, divided.orders.count,
                    (unsigned long long)reduced.executions, reduced.orders.count);
        plan.split = 0;
        print_missed(of, &exp_dpor, &plan, &divided);
    }
    if (reduced.complete &&
        (!are_equal(&reduced.orders, &resumed.orders) || !resumed.complete ||
         reduced.executions != resumed.executions || reduced.redundant != resumed.redundant)) {
        totals->wrong++;
        of->print(seed);
        print_error("  in pieces: %llu executions, %llu given up, %zu orders, instead of %llu, "
                    "%llu, %zu\n",
                    (unsigned long long)resumed.executions, (unsigned long long)resumed.redundant,
                    resumed.orders.count, (unsigned long long)reduced.executions,
                    (unsigned long long)reduced.redundant, reduced.orders.count);
    }
    if (together.complete && (!are_equal(&reduced.orders, &together.orders) ||
                              reduced.executions != together.executions)) {
        totals->wrong++;
        of->print(seed);
        print_error("  together: %llu executions, %llu given up, %zu orders, instead of %llu, "
                    "%llu, %zu\n",
                    (unsigned long long)together.executions, (unsigned long long)together.redundant,
                    together.orders.count, (unsigned long long)reduced.executions,
                    (unsigned long long)reduced.redundant, reduced.orders.count);
    }
    exp_trace_destroy(&recorder.trace);
    free_met(&together);
    free_met(&resumed);
    free_met(&every);
    free_met(&reduced);
    free_met(&divided);
}

void orders_print(const char *name, const struct orders_totals *totals) {
    print_message("%s: %u programs, %llu executions and %llu given up of %llu interleavings; "
                  "%u programs left out\n",
                  name, totals->compared, (unsigned long long)totals->executions,
                  (unsigned long long)totals->redundant, (unsigned long long)totals->enumerated,
                  totals->left_out);
}

rd_world *orders_world(uint32_t choose) {
    const rd_world_options options = {.size = sizeof options,
                                      .choose = RD_CHOOSE_ORDER | choose,
                                      .log_disabled = true,
                                      .steps_max = ORDERS_DEPTH_MAX};
    return test_world(&options);
}

uint64_t orders_number(const char *name, uint64_t otherwise) {
    const char *text = getenv(name);
    return text ? strtoull(text, NULL, 10) : otherwise;
}

/* ---- programs made of operations ------------------------------------------------------------- */

struct orders_program orders_program;
static uint64_t seen[ORDERS_SEERS];
static const struct orders_test *tested;

void orders_see(unsigned self, uint64_t value) {
    seen[self] = seen[self] * 1000003 + value + 1;
}

void orders_run(const struct orders_test *test, unsigned self) {
    for (unsigned i = 0; i < orders_program.count[self]; i++) {
        const struct orders_step *step = &orders_program.steps[self][i];
        if (test->ops[step->op].run)
            test->ops[step->op].run(self);
        else
            test->ops[step->op].run_on(self, step->object);
    }
}

bool orders_use(unsigned first, unsigned end) {
    for (unsigned t = 0; t < orders_program.threads; t++)
        for (unsigned i = 0; i < orders_program.count[t]; i++)
            if (orders_program.steps[t][i].op >= first && orders_program.steps[t][i].op < end)
                return true;
    return false;
}

static void print_program(uint64_t seed) {
    print_error("program %llu:%s\n", (unsigned long long)seed,
                orders_program.joins ? " joins" : "");
    for (unsigned t = 0; t < orders_program.threads; t++) {
        print_error("  thread %u:", t);
        for (unsigned i = 0; i < orders_program.count[t]; i++) {
            const struct orders_step *step = &orders_program.steps[t][i];
            print_error(" %s", tested->ops[step->op].name);
            if (tested->ops[step->op].run_on)
                print_error(" %u", step->object);
        }
        print_error("\n");
    }
}

static void read_step(struct orders_step *step, const char *word, char **rest) {
    while (step->op < tested->op_count && strcmp(tested->ops[step->op].name, word) != 0)
        step->op++;
    assert_in_range(step->op, 0, tested->op_count - 1);
    if (tested->ops[step->op].run_on)
        step->object = (unsigned)atoi(strtok_r(NULL, " ", rest));
}

/* "set 0 poll 1 / wait 0", joined; with "/" as the last word: not joined. */
static void read_program(const char *text) {
    char words[512], *rest = words;
    snprintf(words, sizeof words, "%s", text);
    orders_program = (struct orders_program){.threads = 1, .joins = true};
    for (char *word; (word = strtok_r(rest, " ", &rest)) != NULL;) {
        unsigned self = orders_program.threads - 1;
        if (strcmp(word, "/") == 0) {
            orders_program.joins = *rest != '\0';
            orders_program.threads += orders_program.joins;
        } else {
            read_step(&orders_program.steps[self][orders_program.count[self]++], word, &rest);
        }
    }
}

static void start_program(rd_world *world) {
    memset(seen, 0, sizeof seen);
    assert_int_equal(rd_world_reset(world), RD_OK);
    tested->start(world);
}

static uint64_t outcome_of_program(void) {
    uint64_t hash = tested->outcome ? tested->outcome() : 0;
    for (unsigned i = 0; i < ORDERS_SEERS; i++)
        hash = exp_mix(hash, seen[i]);
    return hash;
}

static void compare_program(uint64_t seed, uint32_t choose, uint64_t executions_max,
                            struct orders_totals *totals) {
    const struct orders_of of = {.world = orders_world(choose),
                                 .start = start_program,
                                 .outcome = outcome_of_program,
                                 .print = print_program,
                                 .executions_max =
                                     orders_number("EVERY_ORDER_EXECUTIONS", executions_max),
                                 .plain = orders_number("EVERY_ORDER_PLAIN", 0)};
    if (tested->prepare)
        tested->prepare(of.world);
    orders_compare(&of, seed, totals);
    rd_world_destroy(of.world);
}

void orders_compare_group(const struct orders_test *test, const char *name, unsigned first,
                          unsigned end, uint32_t choose) {
    uint64_t begin = orders_number("EVERY_ORDER_SEED", 1),
             count = orders_number("EVERY_ORDER_PROGRAMS", test->programs);
    struct orders_totals totals = {0};
    tested = test;
    for (uint64_t seed = begin; seed < begin + count; seed++) {
        memset(&orders_program, 0, sizeof orders_program);
        test->make(seed, first, end);
        compare_program(seed, choose, test->executions_max, &totals);
    }
    orders_print(name, &totals);
    assert_int_equal(totals.wrong, 0);
    assert_true(totals.compared >= count / 4);
}

void orders_compare_cases(const struct orders_test *test, const struct orders_case *cases,
                          size_t count) {
    struct orders_totals totals = {0};
    tested = test;
    for (size_t i = 0; i < count; i++) {
        read_program(cases[i].program);
        compare_program(i, cases[i].choose, test->hard_executions_max, &totals);
    }
    orders_print("hard", &totals);
    assert_int_equal(totals.wrong, 0);
    assert_int_equal(totals.left_out, 0);
}

void orders_count(const struct orders_test *test, const char *text, uint64_t orders) {
    struct orders_totals totals = {0};
    tested = test;
    read_program(text);
    compare_program(orders, 0, test->executions_max, &totals);
    assert_int_equal(totals.wrong, 0);
    assert_int_equal(totals.executions, orders);
}

bool orders_asked_for(const struct orders_test *test, int argc, char **argv, int *status) {
    struct orders_totals totals = {0};
    if (argc < 2)
        return false;
    if (!strchr(argv[1], ' ')) {
        cmocka_set_test_filter(argv[1]);
        return false;
    }
    tested = test;
    read_program(argv[1]);
    compare_program(0, (uint32_t)orders_number("EVERY_ORDER_CHOOSE", 0), test->hard_executions_max,
                    &totals);
    orders_print(argv[1], &totals);
    *status = totals.wrong || !totals.compared ? EXIT_FAILURE : EXIT_SUCCESS;
    return true;
}
