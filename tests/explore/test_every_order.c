/*
 * test_every_order.c - partial-order reduction against plain enumeration, on programs made at
 * random: both meet the same orders and the same outcomes, and the reduction meets each order once,
 * also when the work is divided.
 *
 * EVERY_ORDER_PROGRAMS=N tests N programs of each group instead of the few of the suite,
 * EVERY_ORDER_SEED=N begins at another one, EVERY_ORDER_EXECUTIONS=N compares larger ones, too.
 * What fails is printed as a program. With arguments, a program in a file is compared.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explore/strategy.h"
#include "explore/trace.h"
#include "rundown/rundown.h"
#include "rundown/sdk/windows.h"
#include "support/rd_test.h"

/* ---- programs -------------------------------------------------------------------------------- */

enum {
    THREADS = 3,
    STEPS_MAX = 4,
    OBJECTS = 2,
    PROGRAMS = 12,
    SPLITS = 12, /* how finely the exploration is divided, for each program another one */
    EXECUTIONS_MAX = 10000, /* a program with more is left out */
    HARD_EXECUTIONS_MAX = 30000,
    HARD_ORDERS_MAX = 200,
    DEPTH_MAX = 300
};

enum op {
    LOAD,
    STORE,
    INCREMENT,
    MEMORY_OPS,
    SET = MEMORY_OPS,
    RESET,
    WAIT,
    TAKE,
    GIVE,
    EVENT_OPS,
    LOCKED = EVENT_OPS, /* one op that takes a lock, changes memory and releases the lock */
    OWNED,
    SHARED,
    WAIT_BOTH,
    LOCK_OPS,
    WAIT_A_MOMENT = LOCK_OPS,
    TIME_OPS,
    CALL = TIME_OPS, /* queues an APC to the next thread */
    ALERTABLE,
    SUSPEND,
    RESUME,
    JOIN,
    CREATE,
    THREAD_OPS,
    KILL = THREAD_OPS,
    EXIT_THREAD,
    EXIT_PROCESS,
    ALL_OPS,
    WAIT_ALERTABLY = ALL_OPS, /* only in programs that are given */
    NAMED_OPS
};

static const char *const op_names[NAMED_OPS] = {
    "load",          "store", "increment",   "set",          "reset",         "wait",
    "take",          "give",  "locked",      "owned",        "shared",        "wait-both",
    "wait-a-moment", "call",  "alertable",   "suspend",      "resume",        "join",
    "create",        "kill",  "exit-thread", "exit-process", "wait-alertably"};

struct step {
    enum op op;
    unsigned object;
};

static struct program {
    unsigned threads, count[THREADS];
    struct step steps[THREADS][STEPS_MAX];
} program;

static LONG memory[OBJECTS], guarded[OBJECTS];
static uint64_t seen[THREADS + 1];
static HANDLE threads[THREADS], events[OBJECTS], semaphores[OBJECTS], mutexes[OBJECTS];
static CRITICAL_SECTION sections[OBJECTS];
static SRWLOCK locks[OBJECTS];

static void see(unsigned self, uint64_t value) {
    seen[self] = seen[self] * 1000003 + value + 1;
}

static VOID CALLBACK called(ULONG_PTR parameter) {
    see((unsigned)parameter, 77);
}

static DWORD WINAPI child(LPVOID parameter) {
    InterlockedIncrement(&memory[(UINT_PTR)parameter]);
    return 0;
}

static void touch_memory(unsigned self, const struct step *step) {
    switch (step->op) {
    case LOAD:
        see(self, (uint64_t)ReadAcquire(&memory[step->object]));
        break;
    case STORE:
        WriteRelease(&memory[step->object], (LONG)self + 10);
        break;
    default:
        see(self, (uint64_t)InterlockedIncrement(&memory[step->object]));
        break;
    }
}

static void use_event(unsigned self, const struct step *step) {
    switch (step->op) {
    case SET:
        SetEvent(events[step->object]);
        break;
    case RESET:
        ResetEvent(events[step->object]);
        break;
    case WAIT:
        see(self, WaitForSingleObject(events[step->object], INFINITE));
        break;
    case TAKE:
        see(self, WaitForSingleObject(semaphores[step->object], INFINITE));
        break;
    default:
        see(self, ReleaseSemaphore(semaphores[step->object], 1, NULL));
        break;
    }
}

static void use_lock(unsigned self, const struct step *step) {
    HANDLE both[] = {events[step->object], mutexes[step->object]};
    switch (step->op) {
    case LOCKED:
        EnterCriticalSection(&sections[step->object]);
        see(self, (uint64_t)guarded[step->object]++);
        LeaveCriticalSection(&sections[step->object]);
        break;
    case OWNED:
        see(self, WaitForSingleObject(mutexes[step->object], INFINITE));
        ReleaseMutex(mutexes[step->object]);
        break;
    case SHARED:
        AcquireSRWLockShared(&locks[step->object]);
        ReleaseSRWLockShared(&locks[step->object]);
        break;
    default:
        see(self, WaitForMultipleObjects(2, both, TRUE, INFINITE));
        break;
    }
}

static void use_thread(unsigned self, const struct step *step) {
    HANDLE other = threads[(self + 1) % program.threads];
    switch (step->op) {
    case CALL:
        see(self, QueueUserAPC(called, other, (self + 1) % program.threads));
        break;
    case ALERTABLE:
        see(self, SleepEx(INFINITE, TRUE));
        break;
    case SUSPEND:
        see(self, SuspendThread(other));
        break;
    case RESUME:
        see(self, ResumeThread(other));
        break;
    case JOIN:
        see(self, WaitForSingleObject(other, INFINITE));
        break;
    default:
        CloseHandle(CreateThread(NULL, 0, child, (LPVOID)(UINT_PTR)step->object, 0, NULL));
        break;
    }
}

static void end_something(unsigned self, const struct step *step) {
    switch (step->op) {
    case KILL:
        see(self, TerminateThread(threads[(self + 1) % program.threads], 9));
        break;
    case EXIT_THREAD:
        ExitThread(3);
    case WAIT_ALERTABLY:
        see(self, WaitForSingleObjectEx(events[step->object], INFINITE, TRUE));
        break;
    default:
        ExitProcess(5);
    }
}

static DWORD WINAPI run_thread(LPVOID parameter) {
    unsigned self = (unsigned)(UINT_PTR)parameter;
    for (unsigned i = 0; i < program.count[self]; i++) {
        const struct step *step = &program.steps[self][i];
        if (step->op < MEMORY_OPS)
            touch_memory(self, step);
        else if (step->op < EVENT_OPS)
            use_event(self, step);
        else if (step->op < LOCK_OPS)
            use_lock(self, step);
        else if (step->op < TIME_OPS)
            see(self, WaitForSingleObject(events[step->object], 10));
        else if (step->op < THREAD_OPS)
            use_thread(self, step);
        else
            end_something(self, step);
    }
    return 0;
}

static int run_program(int argc, char **argv) {
    (void)argc, (void)argv;
    for (int i = 0; i < OBJECTS; i++) {
        events[i] = CreateEventA(NULL, i, FALSE, NULL);
        semaphores[i] = CreateSemaphoreA(NULL, i, 9, NULL);
        mutexes[i] = CreateMutexA(NULL, FALSE, NULL);
        InitializeCriticalSection(&sections[i]);
        InitializeSRWLock(&locks[i]);
    }
    for (UINT_PTR i = 0; i < program.threads; i++)
        threads[i] = CreateThread(NULL, 0, run_thread, (LPVOID)i, CREATE_SUSPENDED, NULL);
    for (UINT_PTR i = 0; i < program.threads; i++)
        ResumeThread(threads[i]);
    see(THREADS, WaitForMultipleObjects(program.threads, threads, TRUE, INFINITE));
    return 0;
}

static void make_program(uint64_t seed, enum op first, enum op end, unsigned most) {
    uint64_t state = exp_seed(seed, 1);
    memset(&program, 0, sizeof program);
    program.threads = 2 + exp_below(&state, 2);
    for (unsigned t = 0; t < program.threads; t++) {
        unsigned longest = program.threads == 2 ? most : most - 1;
        program.count[t] = 1 + exp_below(&state, longest);
        for (unsigned i = 0; i < program.count[t]; i++) {
            bool other = exp_below(&state, 3) == 0; /* what the group is not about */
            program.steps[t][i] = (struct step){
                .op = other ? (enum op)exp_below(&state, MEMORY_OPS)
                            : (enum op)((unsigned)first + exp_below(&state, end - first)),
                .object = exp_below(&state, OBJECTS)};
        }
    }
}

/* Programs some orders of which were missed once; the last ones are too large for enumeration. */
static const struct program hard[] = {
    {3, {1, 1, 1}, {{{JOIN, 0}}, {{CREATE, 0}}, {{SUSPEND, 1}}}},
    {2, {1, 2}, {{{CREATE, 1}}, {{LOAD, 1}, {SUSPEND, 0}}}},
    {3, {1, 1, 1}, {{{EXIT_PROCESS, 0}}, {{EXIT_PROCESS, 0}}, {{EXIT_THREAD, 1}}}},
    {3, {1, 1, 1}, {{{KILL, 1}}, {{EXIT_PROCESS, 0}}, {{EXIT_PROCESS, 1}}}},
    {3,
     {2, 2, 2},
     {{{TAKE, 1}, {STORE, 0}}, {{RESUME, 0}, {GIVE, 1}}, {{KILL, 1}, {WAIT_A_MOMENT, 0}}}},
    {3, {1, 1, 1}, {{{CREATE, 0}}, {{SUSPEND, 1}}, {{CALL, 0}}}},
    {3, {2, 1, 2}, {{{KILL, 0}, {STORE, 1}}, {{EXIT_PROCESS, 0}}, {{CREATE, 1}, {RESET, 1}}}},
};
enum { HARD_ENUMERATED = 5 };

/* An event or an APC ends the wait. */
static const struct program alertable = {
    3, {1, 1, 1}, {{{SET, 1}}, {{CALL, 1}}, {{WAIT_ALERTABLY, 1}}}};

static void print_program(uint64_t seed) {
    print_error("program %llu:\n", (unsigned long long)seed);
    for (unsigned t = 0; t < program.threads; t++) {
        print_error("  thread %u:", t);
        for (unsigned i = 0; i < program.count[t]; i++)
            print_error(" %s(%u)", op_names[program.steps[t][i].op], program.steps[t][i].object);
        print_error("\n");
    }
}

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
    world->choices.observer = world->choices.observer_of_rest = &recording;
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
    } path[DEPTH_MAX * 4];
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
    w->choices.observer = NULL;
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
    print_error("  an order that the reduction has not met:\n");
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
    struct set orders, outcomes;
    const struct set *known; /* orders: one that is none of them is printed */
    uint64_t executions, repeated, redundant;
    bool complete;
};

static void free_met(struct met *met) {
    free(met->orders.items);
    free(met->outcomes.items);
}

static void start_program(rd_world *world) {
    memset(memory, 0, sizeof memory);
    memset(guarded, 0, sizeof guarded);
    memset(seen, 0, sizeof seen);
    assert_int_equal(rd_world_reset(world), RD_OK);
    assert_int_equal(rd_process_start(world, "p.exe", NULL, NULL), RD_OK);
}

static uint64_t outcome_of(const rd_world *world, rd_verdict verdict) {
    uint64_t hash = ((uint64_t)verdict + 1) * 1000003 + world->bugcheck.code;
    for (int i = 0; i < CORE_FAILURES; i++)
        hash = hash * 31 + world->failures[i];
    for (int i = 0; i <= THREADS; i++)
        hash = (hash ^ seen[i]) * 0xBF58476D1CE4E5B9u;
    for (int i = 0; i < OBJECTS; i++)
        hash = (hash ^ (uint64_t)memory[i]) * 0x94D049BB133111EBu;
    return hash ^ hash >> 31;
}

static void (*start)(rd_world *world) = start_program;

/* Of an exploration; what needs more is not compared. */
static uint64_t executions_max;
static bool may_give_up; /* executions that it has begun */

static void explore(rd_world *world, const struct exp_strategy_ops *ops, bool merging,
                    uint32_t split, struct met *met) {
    const struct exp_plan plan = {.shards = 1, .depth = merging, .split = split};
    struct exp_strategy *strategy = ops->create(&plan);
    assert_non_null(strategy);
    while (met->executions + met->redundant < executions_max) {
        rd_verdict verdict;
        start(world);
        if (!ops->begin(strategy, world))
            break;
        record(world);
        assert_int_equal(rd_run(world, &verdict), RD_OK);
        exp_trace_close(&recorder.trace, world);
        bool abandoned = world->choices.abandoned;
        world->choices.strategy = recorder.strategy;
        ops->end(strategy, world);
        assert_false(world->choices.diverged);
        if (abandoned) {
            met->redundant++;
            continue;
        }
        met->executions++;
        if (met->known && !contains(met->known, exp_trace_hash(&recorder.trace))) {
            print_order();
            met->known = NULL;
        }
        met->repeated += !add(&met->orders, exp_trace_hash(&recorder.trace));
        add(&met->outcomes, outcome_of(world, verdict));
    }
    met->complete = strategy->complete;
    ops->destroy(strategy);
}

static rd_world *make_world(uint32_t choose) {
    rd_world_options options = {.size = sizeof options,
                                .choose = RD_CHOOSE_ORDER | choose,
                                .log_disabled = true,
                                .steps_max = DEPTH_MAX};
    const rd_image_desc image = {.size = sizeof image, .main = run_program};
    rd_world *world = test_world(&options);
    assert_int_equal(rd_image_register(world, "p.exe", &image), RD_OK);
    return world;
}

static uint64_t number(const char *name, uint64_t otherwise) {
    const char *text = getenv(name);
    return text ? strtoull(text, NULL, 10) : otherwise;
}

/* The totals of one group of programs. */
struct totals {
    unsigned compared, left_out, wrong;
    uint64_t enumerated, executions, redundant;
};

static void compare(rd_world *world, uint64_t seed, struct totals *totals) {
    struct met every = {0}, reduced = {0}, divided = {0};
    assert_true(exp_trace_init(&recorder.trace));
    explore(world, &enumeration, true, 0, &every);
    explore(world, &exp_dpor, false, 0, &reduced);
    if (reduced.complete)
        explore(world, &exp_dpor, false, 1 + (uint32_t)(seed % SPLITS), &divided);
    bool same = every.complete && reduced.complete && !reduced.repeated &&
                (may_give_up || !reduced.redundant) && are_equal(&every.orders, &reduced.orders) &&
                are_equal(&every.outcomes, &reduced.outcomes);
    bool divides = !divided.complete || (are_equal(&reduced.orders, &divided.orders) &&
                                         reduced.executions == divided.executions);
    if (every.complete && !same) {
        struct met again = {.known = &reduced.orders};
        explore(world, &enumeration, true, 0, &again);
        free_met(&again);
    }
    exp_trace_destroy(&recorder.trace);
    rd_world_destroy(world);
    totals->compared += every.complete;
    totals->left_out += !every.complete;
    totals->enumerated += every.executions;
    totals->executions += reduced.executions;
    totals->redundant += reduced.redundant;
    if (every.complete && !same) {
        totals->wrong++;
        print_program(seed);
        print_error("  enumerated: %llu executions, %zu orders, %zu outcomes\n",
                    (unsigned long long)every.executions, every.orders.count, every.outcomes.count);
        print_error("  reduced: %llu executions, %zu orders, %zu outcomes, %llu repeated, "
                    "%llu given up%s\n",
                    (unsigned long long)reduced.executions, reduced.orders.count,
                    reduced.outcomes.count, (unsigned long long)reduced.repeated,
                    (unsigned long long)reduced.redundant, reduced.complete ? "" : ", not ended");
    }
    if (!divides) {
        totals->wrong++;
        print_program(seed);
        print_error("  divided: %llu executions, %zu orders, instead of %llu, %zu\n",
                    (unsigned long long)divided.executions, divided.orders.count,
                    (unsigned long long)reduced.executions, reduced.orders.count);
    }
    free_met(&every);
    free_met(&reduced);
    free_met(&divided);
}

static void compare_group(const char *name, enum op first, enum op end, unsigned most,
                          uint32_t choose) {
    uint64_t begin = number("EVERY_ORDER_SEED", 1),
             count = number("EVERY_ORDER_PROGRAMS", PROGRAMS);
    struct totals totals = {0};
    executions_max = number("EVERY_ORDER_EXECUTIONS", EXECUTIONS_MAX);
    for (uint64_t seed = begin; seed < begin + count; seed++) {
        make_program(seed, first, end, most);
        compare(make_world(choose), seed, &totals);
    }
    print_message("%s: %u programs, %llu executions and %llu given up of %llu interleavings; "
                  "%u programs left out\n",
                  name, totals.compared, (unsigned long long)totals.executions,
                  (unsigned long long)totals.redundant, (unsigned long long)totals.enumerated,
                  totals.left_out);
    assert_int_equal(totals.wrong, 0);
    assert_true(totals.compared >= count / 4);
}

static void memory_is_reduced_soundly(void **state) {
    (void)state;
    compare_group("memory", LOAD, MEMORY_OPS, 4, 0);
}

static void events_are_reduced_soundly(void **state) {
    (void)state;
    compare_group("events", SET, EVENT_OPS, 3, 0);
}

static void locks_are_reduced_soundly(void **state) {
    (void)state;
    compare_group("locks", LOCKED, LOCK_OPS, 2, 0);
}

static void timeouts_are_reduced_soundly(void **state) {
    (void)state;
    compare_group("timeouts", SET, TIME_OPS, 2, RD_CHOOSE_TIMEOUT);
}

static void threads_are_reduced_soundly(void **state) {
    (void)state;
    compare_group("threads", CALL, THREAD_OPS, 2, 0);
}

static void ends_are_reduced_soundly(void **state) {
    (void)state;
    compare_group("ends", KILL, ALL_OPS, 2, 0);
}

/* A step within which something is decided is as many steps as there are answers. */
static void ends_that_are_delayed_are_reduced_soundly(void **state) {
    (void)state;
    compare_group("delayed", KILL, ALL_OPS, 2, RD_CHOOSE_TERMINATION);
}

static void decisions_are_reduced_soundly(void **state) {
    (void)state;
    compare_group("decisions", CALL, ALL_OPS, 2, RD_CHOOSE_APC | RD_CHOOSE_ID);
}

static void anything_is_reduced_soundly(void **state) {
    (void)state;
    compare_group("anything", MEMORY_OPS, ALL_OPS, 3, 0);
}

static void hard_programs_are_reduced_soundly(void **state) {
    struct totals totals = {0};
    (void)state;
    for (unsigned i = 0; i < sizeof hard / sizeof hard[0]; i++) {
        program = hard[i];
        executions_max = i < HARD_ENUMERATED ? HARD_EXECUTIONS_MAX : HARD_ORDERS_MAX;
        compare(make_world(0), i, &totals);
    }
    assert_int_equal(totals.wrong, 0);
    assert_int_equal(totals.compared, HARD_ENUMERATED);
}

static void alertable_waits_are_reduced_soundly(void **state) {
    struct totals totals = {0};
    (void)state;
    program = alertable;
    executions_max = HARD_EXECUTIONS_MAX;
    may_give_up = true;
    compare(make_world(0), 0, &totals);
    may_give_up = false;
    assert_int_equal(totals.wrong, 0);
    assert_int_equal(totals.compared, 1);
}

/* ---- programs in files ----------------------------------------------------------------------- */

static struct {
    const char *driver, *image;
    char command_line[128];
} files;

static void start_files(rd_world *world) {
    const rd_process_options options = {.size = sizeof options, .command_line = files.command_line};
    assert_int_equal(rd_world_reset(world), RD_OK);
    if (files.driver)
        assert_int_equal(rd_driver_load_file(world, files.driver, NULL), RD_OK);
    assert_int_equal(rd_process_start(world, files.image, &options, NULL), RD_OK);
}

/* [--driver FILE] PROGRAM [ARGUMENT]..., in the current directory. */
static int compare_files(char **words) {
    struct totals totals = {0};
    rd_world_options options = {.size = sizeof options,
                                .choose = RD_CHOOSE_ORDER,
                                .log_disabled = true,
                                .steps_max = DEPTH_MAX};
    if (strcmp(*words, "--driver") == 0) {
        files.driver = words[1];
        words += 2;
    }
    files.image = words[0];
    for (size_t used = 0; *words && used < sizeof files.command_line; words++)
        used += (size_t)snprintf(files.command_line + used, sizeof files.command_line - used,
                                 "%s%s", used ? " " : "", *words);
    rd_world *world = test_world(&options);
    assert_int_equal(rd_image_add_path(world, "."), RD_OK);
    assert_int_equal(rd_image_load(world, files.image), RD_OK);
    start = start_files;
    executions_max = number("EVERY_ORDER_EXECUTIONS", HARD_EXECUTIONS_MAX);
    compare(world, 0, &totals);
    return totals.wrong || !totals.compared ? EXIT_FAILURE : EXIT_SUCCESS;
}

int main(int argc, char **argv) {
    if (argc > 1)
        return compare_files(argv + 1);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_reduced_soundly),
        cmocka_unit_test(events_are_reduced_soundly),
        cmocka_unit_test(locks_are_reduced_soundly),
        cmocka_unit_test(timeouts_are_reduced_soundly),
        cmocka_unit_test(threads_are_reduced_soundly),
        cmocka_unit_test(ends_are_reduced_soundly),
        cmocka_unit_test(ends_that_are_delayed_are_reduced_soundly),
        cmocka_unit_test(decisions_are_reduced_soundly),
        cmocka_unit_test(anything_is_reduced_soundly),
        cmocka_unit_test(hard_programs_are_reduced_soundly),
        cmocka_unit_test(alertable_waits_are_reduced_soundly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
