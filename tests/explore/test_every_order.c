/*
 * test_every_order.c - partial-order reduction against plain enumeration, on programs made at
 * random: both meet the same orders and the same outcomes, and the reduction meets each order once,
 * also when the work is divided.
 *
 * EVERY_ORDER_PROGRAMS=N tests N programs of each group instead of the few of the suite,
 * EVERY_ORDER_SEED=N begins at another one, EVERY_ORDER_EXECUTIONS=N compares larger ones, too.
 * EVERY_ORDER_GROUP=NAME tests only that group, EVERY_ORDER_STEPS=N lets threads take N more steps,
 * EVERY_ORDER_CHOOSE=FLAGS opens more decisions (RD_CHOOSE_...). What fails is printed as a
 * program. With arguments, a program in a file is compared.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/tsan.h"
#include "explore/trace.h"
#include "rundown/rundown.h"
#include "rundown/sdk/windows.h"
#include "support/rd_every_order.h"

/* ---- programs -------------------------------------------------------------------------------- */

enum {
    THREADS = 3,
    STEPS_MAX = 6,
    OBJECTS = 2,
    PROGRAMS = 12,
    EXECUTIONS_MAX = 10000, /* a program with more is left out */
    HARD_EXECUTIONS_MAX = 30000,
    DIVIDED_EXECUTIONS_MAX = 5000,
    DIVIDED_ORDERS = 2308,
    DIVIDED_SEED = 7, /* as finely as it was */
    HARD_ORDERS_MAX = 200,
    ROUNDS = 6
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
    WAIT_ANY_A_MOMENT,
    TIME_OPS,
    WAIT_ANY = TIME_OPS, /* of two events and perhaps a semaphore */
    SIGNAL_AND_WAIT,     /* perhaps alertably */
    GIVE_TWO,
    WAIT_ALERTABLY,
    CALL, /* queues an APC to the next thread */
    WAIT_OPS,
    ALERTABLE = WAIT_OPS,
    SUSPEND,
    RESUME,
    JOIN,
    CREATE,
    THREAD_OPS,
    KILL = THREAD_OPS,
    EXIT_THREAD,
    EXIT_PROCESS,
    ALL_OPS,
    POLL = ALL_OPS, /* some rounds, longer than a thread may go on in vain */
    POLL_BOTH,
    TRY_LOCK,
    LOOK, /* without waiting */
    POLL_OPS,
    STORE_BOTH = POLL_OPS, /* in one access */
    ADD_TO_BOTH,
    LOAD_BYTE,
    COPY,   /* to the other one, as gcc does: it announces both accesses first */
    ASSIGN, /* the same of a struct: the writing one comes first */
    DOUBLE_IT,
    ACCESS_OPS,
    HOLD = ACCESS_OPS, /* time passes while somebody has the lock */
    HOLD_SHARED,
    KEEP, /* for ever */
    AWAIT_A_MOMENT,
    TRY_SECTION, /* and keep it */
    NAMED_OPS
};

static const char *const op_names[NAMED_OPS] = {"load",           "store",
                                                "increment",      "set",
                                                "reset",          "wait",
                                                "take",           "give",
                                                "locked",         "owned",
                                                "shared",         "wait-both",
                                                "wait-a-moment",  "wait-any-a-moment",
                                                "wait-any",       "signal-and-wait",
                                                "give-two",       "wait-alertably",
                                                "call",           "alertable",
                                                "suspend",        "resume",
                                                "join",           "create",
                                                "kill",           "exit-thread",
                                                "exit-process",   "poll",
                                                "poll-both",      "try-lock",
                                                "look",           "store-both",
                                                "add-to-both",    "load-byte",
                                                "copy",           "assign",
                                                "double",         "hold",
                                                "hold-shared",    "keep",
                                                "await-a-moment", "try-section"};

struct step {
    enum op op;
    unsigned object;
};

static struct program {
    unsigned threads, count[THREADS];
    struct step steps[THREADS][STEPS_MAX];
} program;

static _Alignas(8) LONG memory[OBJECTS];
static LONG guarded[OBJECTS], kept[OBJECTS], spins[OBJECTS];
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

static void queue_call(unsigned self) {
    unsigned other = (self + 1) % program.threads;
    see(self, QueueUserAPC(called, threads[other], other));
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

static void wait_a_moment(unsigned self, const struct step *step) {
    if (step->op == WAIT_A_MOMENT)
        see(self, WaitForSingleObject(events[step->object], 10));
    else
        see(self, WaitForMultipleObjects(2, events, FALSE, 10));
}

static void wait_in_other_ways(unsigned self, const struct step *step) {
    HANDLE any[] = {events[0], events[1], semaphores[step->object]};
    HANDLE own = events[step->object], other = events[!step->object];
    switch (step->op) {
    case WAIT_ANY:
        see(self, WaitForMultipleObjects(2 + step->object, any, FALSE, INFINITE));
        break;
    case SIGNAL_AND_WAIT:
        see(self, SignalObjectAndWait(own, other, INFINITE, (BOOL)step->object));
        break;
    case GIVE_TWO:
        see(self, (uint64_t)ReleaseSemaphore(semaphores[step->object], 2, NULL));
        break;
    case WAIT_ALERTABLY:
        see(self, WaitForSingleObjectEx(own, INFINITE, TRUE));
        break;
    default:
        queue_call(self);
        break;
    }
}

static void use_thread(unsigned self, const struct step *step) {
    HANDLE other = threads[(self + 1) % program.threads];
    switch (step->op) {
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

static bool sees_it(const struct step *step) {
    switch (step->op) {
    case POLL:
        return ReadAcquire(&memory[step->object]) != 0;
    case POLL_BOTH:
        return ReadAcquire(&memory[0]) && InterlockedCompareExchange(&memory[1], 0, 0);
    case TRY_LOCK:
        return InterlockedExchange(&spins[step->object], 1) == 0;
    default:
        return WaitForSingleObject(events[step->object], 0) == WAIT_OBJECT_0;
    }
}

static void poll(unsigned self, const struct step *step) {
    unsigned rounds = 0;
    while (!sees_it(step) && ++rounds < ROUNDS)
        SwitchToThread();
    see(self, rounds);
    if (step->op == TRY_LOCK && rounds < ROUNDS)
        InterlockedExchange(&spins[step->object], 0);
    if (step->op == LOOK)
        SetEvent(events[!step->object]);
}

/* As code does that was compiled with -fsanitize=thread, and of other widths than one LONG. */
static void access_memory(unsigned self, const struct step *step) {
    LONG *own = &memory[step->object], *other = &memory[!step->object], value;
    switch (step->op) {
    case STORE_BOTH:
        api_tsan_atomic64_store((uint64_t *)memory, ((uint64_t)self + 10) << 32 | self, 0);
        break;
    case ADD_TO_BOTH:
        see(self, (uint64_t)InterlockedExchangeAdd64((LONG64 *)memory, 0x300000003));
        break;
    case LOAD_BYTE:
        api_tsan_read1(own);
        see(self, *(const unsigned char *)own);
        break;
    case COPY:
        api_tsan_read4(own);
        api_tsan_write4(other);
        *other = *own;
        break;
    case ASSIGN:
        api_tsan_write_range(other, sizeof *other);
        api_tsan_read_range(own, sizeof *own);
        *other = *own;
        break;
    default:
        api_tsan_read4(own);
        value = *own;
        api_tsan_write4(own);
        *own = value * 2;
        break;
    }
}

/* Others stand before the lock meanwhile. */
static void hold_lock(unsigned self, const struct step *step) {
    switch (step->op) {
    case HOLD:
        EnterCriticalSection(&sections[step->object]);
        Sleep(10);
        see(self, (uint64_t)guarded[step->object]++);
        LeaveCriticalSection(&sections[step->object]);
        break;
    case HOLD_SHARED:
        AcquireSRWLockShared(&locks[step->object]);
        Sleep(20);
        ReleaseSRWLockShared(&locks[step->object]);
        break;
    case KEEP:
        AcquireSRWLockExclusive(&locks[step->object]);
        see(self, (uint64_t)kept[step->object]++);
        break;
    case TRY_SECTION:
        see(self, (uint64_t)TryEnterCriticalSection(&sections[step->object]));
        break;
    default:
        see(self, WaitForSingleObject(events[step->object], 30));
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
            wait_a_moment(self, step);
        else if (step->op < WAIT_OPS)
            wait_in_other_ways(self, step);
        else if (step->op < THREAD_OPS)
            use_thread(self, step);
        else if (step->op < POLL)
            end_something(self, step);
        else if (step->op < POLL_OPS)
            poll(self, step);
        else if (step->op < ACCESS_OPS)
            access_memory(self, step);
        else
            hold_lock(self, step);
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
    {3, {1, 1, 1}, {{{SET, 1}}, {{CALL, 1}}, {{WAIT_ALERTABLY, 1}}}},
    {3, {1, 1, 1}, {{{CREATE, 0}}, {{SUSPEND, 1}}, {{CALL, 0}}}},
    {3, {2, 1, 2}, {{{KILL, 0}, {STORE, 1}}, {{EXIT_PROCESS, 0}}, {{CREATE, 1}, {RESET, 1}}}},
};
enum { HARD_ENUMERATED = 6 };

static void print_program(uint64_t seed) {
    print_error("program %llu:\n", (unsigned long long)seed);
    for (unsigned t = 0; t < program.threads; t++) {
        print_error("  thread %u:", t);
        for (unsigned i = 0; i < program.count[t]; i++)
            print_error(" %s(%u)", op_names[program.steps[t][i].op], program.steps[t][i].object);
        print_error("\n");
    }
}
/* ---- comparing ------------------------------------------------------------------------------- */

static void start_program(rd_world *world) {
    memset(memory, 0, sizeof memory);
    memset(guarded, 0, sizeof guarded);
    memset(kept, 0, sizeof kept);
    memset(spins, 0, sizeof spins);
    memset(seen, 0, sizeof seen);
    assert_int_equal(rd_world_reset(world), RD_OK);
    assert_int_equal(rd_process_start(world, "p.exe", NULL, NULL), RD_OK);
}

static uint64_t outcome_of_program(void) {
    uint64_t hash = 0;
    for (int i = 0; i <= THREADS; i++)
        hash = exp_mix(hash, seen[i]);
    for (int i = 0; i < OBJECTS; i++)
        hash = exp_mix(hash, (uint64_t)memory[i]);
    return hash;
}

static void compare(uint64_t seed, uint32_t choose, uint64_t executions_max,
                    struct orders_totals *totals) {
    const struct orders_of of = {.world = orders_world(choose),
                                 .start = start_program,
                                 .outcome = outcome_of_program,
                                 .print = print_program,
                                 .executions_max = executions_max};
    const rd_image_desc image = {.size = sizeof image, .main = run_program};
    assert_int_equal(rd_image_register(of.world, "p.exe", &image), RD_OK);
    orders_compare(&of, seed, totals);
    rd_world_destroy(of.world);
}

static void compare_group(const char *name, enum op first, enum op end, unsigned most,
                          uint32_t choose) {
    uint64_t begin = orders_number("EVERY_ORDER_SEED", 1),
             count = orders_number("EVERY_ORDER_PROGRAMS", PROGRAMS);
    uint64_t executions_max = orders_number("EVERY_ORDER_EXECUTIONS", EXECUTIONS_MAX);
    const char *only = getenv("EVERY_ORDER_GROUP");
    struct orders_totals totals = {0};
    if (only && strcmp(only, name) != 0)
        skip();
    most += (unsigned)orders_number("EVERY_ORDER_STEPS", 0);
    choose |= (uint32_t)orders_number("EVERY_ORDER_CHOOSE", 0);
    for (uint64_t seed = begin; seed < begin + count; seed++) {
        make_program(seed, first, end, most);
        compare(seed, choose, executions_max, &totals);
    }
    orders_print(name, &totals);
    assert_int_equal(totals.wrong, 0);
    assert_true(totals.compared >= count / 4);
}

static void memory_is_reduced_soundly(void **state) {
    (void)state;
    compare_group("memory", LOAD, MEMORY_OPS, 4, 0);
}

static void accesses_are_reduced_soundly(void **state) {
    (void)state;
    compare_group("accesses", STORE_BOTH, ACCESS_OPS, 3, 0);
}

static void held_locks_are_reduced_soundly(void **state) {
    (void)state;
    compare_group("held", HOLD, NAMED_OPS, 3, 0);
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

static void waits_are_reduced_soundly(void **state) {
    (void)state;
    compare_group("waits", WAIT_ANY, WAIT_OPS, 2, 0);
}

static void waits_and_ends_are_reduced_soundly(void **state) {
    (void)state;
    compare_group("waits and ends", WAIT_ANY, ALL_OPS, 2, 0);
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

static void polls_are_reduced_soundly(void **state) {
    (void)state;
    compare_group("polls", POLL, POLL_OPS, 3, 0);
}

/* Waits that have begun and end change what setting their other objects does. */
static void waits_that_have_begun_are_reduced_soundly(void **state) {
    const struct program programs[] = {
        {3, {1, 1, 1}, {{{WAIT_A_MOMENT, 1}}, {{SET, 1}}, {{WAIT_A_MOMENT, 0}}}},
        {3, {1, 1, 1}, {{{WAIT_A_MOMENT, 0}}, {{SET, 0}}, {{WAIT_A_MOMENT, 0}}}},
        {3, {1, 1, 1}, {{{WAIT_ANY_A_MOMENT, 0}}, {{SET, 0}}, {{SET, 1}}}},
    };
    struct orders_totals totals = {0};
    (void)state;
    for (unsigned i = 0; i < sizeof programs / sizeof programs[0]; i++) {
        program = programs[i];
        compare(i, RD_CHOOSE_TIMEOUT, HARD_EXECUTIONS_MAX, &totals);
    }
    assert_int_equal(totals.wrong, 0);
    assert_int_equal(totals.compared, 3);
}

/*
 * What a thread that is stopped would have done is known only where it is not. The numbers of
 * orders are those that enumeration finds, which takes up to some minutes.
 */
static void steps_that_others_prevent_are_reduced_soundly(void **state) {
    const struct {
        struct program program;
        uint32_t choose, orders;
    } cases[] = {
        {{3, {1, 1, 1}, {{{KILL, 0}}, {{EXIT_PROCESS, 1}}, {{EXIT_PROCESS, 0}}}},
         RD_CHOOSE_TERMINATION,
         156},
        {{3, {1, 1, 1}, {{{KILL, 0}}, {{KILL, 0}}, {{CREATE, 1}}}},
         RD_CHOOSE_TERMINATION | RD_CHOOSE_ID,
         236},
        {{3, {1, 1, 1}, {{{CREATE, 0}}, {{SUSPEND, 0}}, {{CREATE, 0}}}}, RD_CHOOSE_ID, 595},
    };
    (void)state;
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct orders_totals totals = {0};
        program = cases[i].program;
        compare(i, cases[i].choose, EXECUTIONS_MAX / 2, &totals);
        assert_int_equal(totals.wrong, 0);
        assert_int_equal(totals.executions, cases[i].orders);
    }
}

static void hard_programs_are_reduced_soundly(void **state) {
    struct orders_totals totals = {0};
    (void)state;
    for (unsigned i = 0; i < sizeof hard / sizeof hard[0]; i++) {
        program = hard[i];
        compare(i, 0, i < HARD_ENUMERATED ? HARD_EXECUTIONS_MAX : HARD_ORDERS_MAX, &totals);
    }
    assert_int_equal(totals.wrong, 0);
    assert_int_equal(totals.compared, HARD_ENUMERATED);
}

/* Whose orders were not the same when it was divided. */
static void decisions_are_divided_soundly(void **state) {
    static const struct program divided = {
        3, {1, 1, 1}, {{{CREATE, 1}}, {{CREATE, 0}}, {{EXIT_PROCESS, 1}}}};
    struct orders_totals totals = {0};
    (void)state;
    program = divided;
    compare(DIVIDED_SEED, RD_CHOOSE_APC | RD_CHOOSE_ID, DIVIDED_EXECUTIONS_MAX, &totals);
    assert_int_equal(totals.wrong, 0);
    assert_int_equal(totals.executions, DIVIDED_ORDERS);
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
    struct orders_totals totals = {0};
    const struct orders_of of = {.world = orders_world(0),
                                 .start = start_files,
                                 .outcome = outcome_of_program,
                                 .print = print_program,
                                 .executions_max =
                                     orders_number("EVERY_ORDER_EXECUTIONS", HARD_EXECUTIONS_MAX)};
    if (strcmp(*words, "--driver") == 0) {
        files.driver = words[1];
        words += 2;
    }
    files.image = words[0];
    for (size_t used = 0; *words && used < sizeof files.command_line; words++)
        used += (size_t)snprintf(files.command_line + used, sizeof files.command_line - used,
                                 "%s%s", used ? " " : "", *words);
    assert_int_equal(rd_image_add_path(of.world, "."), RD_OK);
    assert_int_equal(rd_image_load(of.world, files.image), RD_OK);
    orders_compare(&of, 0, &totals);
    rd_world_destroy(of.world);
    return totals.wrong || !totals.compared ? EXIT_FAILURE : EXIT_SUCCESS;
}

int main(int argc, char **argv) {
    if (argc > 1)
        return compare_files(argv + 1);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_reduced_soundly),
        cmocka_unit_test(accesses_are_reduced_soundly),
        cmocka_unit_test(held_locks_are_reduced_soundly),
        cmocka_unit_test(events_are_reduced_soundly),
        cmocka_unit_test(locks_are_reduced_soundly),
        cmocka_unit_test(timeouts_are_reduced_soundly),
        cmocka_unit_test(threads_are_reduced_soundly),
        cmocka_unit_test(waits_are_reduced_soundly),
        cmocka_unit_test(waits_and_ends_are_reduced_soundly),
        cmocka_unit_test(ends_are_reduced_soundly),
        cmocka_unit_test(ends_that_are_delayed_are_reduced_soundly),
        cmocka_unit_test(decisions_are_reduced_soundly),
        cmocka_unit_test(anything_is_reduced_soundly),
        cmocka_unit_test(polls_are_reduced_soundly),
        cmocka_unit_test(waits_that_have_begun_are_reduced_soundly),
        cmocka_unit_test(steps_that_others_prevent_are_reduced_soundly),
        cmocka_unit_test(hard_programs_are_reduced_soundly),
        cmocka_unit_test(decisions_are_divided_soundly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
