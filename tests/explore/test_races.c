/*
 * test_races.c - data races: dpor finds exactly those that enumeration of all schedules finds. Of
 * larger programs schedules are drawn by chance: dpor finds their races, too.
 *
 * RACES_PROGRAMS=N tries N programs, RACES_SEED=N begins at another one. What fails is printed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/tsan.h"
#include "ke/verify.h"
#include "rundown/sdk/windows.h"
#include "support/rd_test.h"

enum { THREADS = 3, STEPS_MAX = 4, OBJECTS = 2, PROGRAMS = 50, RACES_MAX = 256 };
enum { SCHEDULES_MAX = 4000, SAMPLES = 1000 }; /* of a program with more schedules */

enum op {
    READ,
    WRITE,
    READ_BYTE,
    WRITE_BYTE, /* another one of the same word */
    WRITE_BOTH,
    COPY,   /* of one variable to the other */
    ASSIGN, /* the same, as gcc does with structs: it announces both accesses first */
    READ_VOLATILE,
    WRITE_VOLATILE,
    LOAD,
    STORE,
    EXCHANGE_IF_ZERO,
    INCREMENT,
    ACCESS_OPS,
    LOCK = ACCESS_OPS,
    UNLOCK,
    SET,
    WAIT,
    WAIT_FOR_FLAG, /* the rest of the thread is only done if it is set */
    SET_FLAG,
    SUSPEND, /* the first thread */
    RESUME,
    KILL,
    OPS
};

static const char *const op_names[OPS] = {
    "read",      "write",    "read-byte", "write-byte", "write-both", "copy",
    "assign",    "read-vol", "write-vol", "load",       "store",      "exchange",
    "increment", "lock",     "unlock",    "set",        "wait",       "go-on-if-flag",
    "set-flag",  "suspend",  "resume",    "kill"};

struct step {
    enum op op;
    unsigned object;
};

static struct program {
    unsigned threads, count[THREADS];
    struct step steps[THREADS][STEPS_MAX];
} program;

static _Alignas(8) LONG memory[OBJECTS];
static LONG flag;
static HANDLE first, events[OBJECTS];
static CRITICAL_SECTION sections[OBJECTS];

/* ---- programs -------------------------------------------------------------------------------- */

/* Each thread has code of its own for each variable: a race is two places in the code. */
#define ACCESSES(name)                                                                             \
    static __attribute__((noinline)) void name(enum op op, LONG *own, LONG *other) {               \
        char *byte = (char *)own;                                                                  \
        switch (op) {                                                                              \
        case READ:                                                                                 \
            api_tsan_read4(own);                                                                   \
            break;                                                                                 \
        case WRITE:                                                                                \
            api_tsan_write4(own);                                                                  \
            *own = 2;                                                                              \
            break;                                                                                 \
        case READ_BYTE:                                                                            \
            api_tsan_read1(byte + 1);                                                              \
            break;                                                                                 \
        case WRITE_BYTE:                                                                           \
            api_tsan_write1(byte + 2);                                                             \
            byte[2] = 1;                                                                           \
            break;                                                                                 \
        case WRITE_BOTH:                                                                           \
            api_tsan_write8(memory);                                                               \
            memory[0] = memory[1] = 1;                                                             \
            break;                                                                                 \
        case COPY:                                                                                 \
            api_tsan_memcpy(other, own, sizeof *own);                                              \
            break;                                                                                 \
        case ASSIGN:                                                                               \
            api_tsan_write_range(other, sizeof *own);                                              \
            api_tsan_read_range(own, sizeof *own);                                                 \
            *other = *own;                                                                         \
            break;                                                                                 \
        case READ_VOLATILE:                                                                        \
            api_tsan_volatile_read4(own);                                                          \
            break;                                                                                 \
        case WRITE_VOLATILE:                                                                       \
            api_tsan_volatile_write4(own);                                                         \
            *own = 0;                                                                              \
            break;                                                                                 \
        case LOAD:                                                                                 \
            api_tsan_atomic32_load((uint32_t *)own, 0);                                            \
            break;                                                                                 \
        case STORE:                                                                                \
            api_tsan_atomic32_store((uint32_t *)own, 0, 0);                                        \
            break;                                                                                 \
        case EXCHANGE_IF_ZERO:                                                                     \
            InterlockedCompareExchange(own, 1, 0);                                                 \
            break;                                                                                 \
        default:                                                                                   \
            InterlockedIncrement(own);                                                             \
            break;                                                                                 \
        }                                                                                          \
    }

ACCESSES(first_on_a)
ACCESSES(first_on_b)
ACCESSES(second_on_a)
ACCESSES(second_on_b)
ACCESSES(third_on_a)
ACCESSES(third_on_b)

static void (*const accesses[THREADS][OBJECTS])(enum op op, LONG *own, LONG *other) = {
    {first_on_a, first_on_b}, {second_on_a, second_on_b}, {third_on_a, third_on_b}};

static void synchronize(const struct step *step) {
    switch (step->op) {
    case LOCK:
        EnterCriticalSection(&sections[step->object]);
        break;
    case UNLOCK:
        LeaveCriticalSection(&sections[step->object]);
        break;
    case SET:
        SetEvent(events[step->object]);
        break;
    case WAIT:
        WaitForSingleObject(events[step->object], INFINITE);
        break;
    case SET_FLAG:
        WriteRelease(&flag, 1);
        break;
    case SUSPEND:
        SuspendThread(first);
        break;
    case RESUME:
        ResumeThread(first);
        break;
    default:
        TerminateThread(first, 0);
        break;
    }
}

static DWORD WINAPI run_thread(LPVOID parameter) {
    unsigned self = (unsigned)(UINT_PTR)parameter;
    for (unsigned i = 0; i < program.count[self]; i++) {
        const struct step *step = &program.steps[self][i];
        LONG *own = &memory[step->object], *other = &memory[!step->object];
        if (step->op < ACCESS_OPS)
            accesses[self][step->object](step->op, own, other);
        else if (step->op != WAIT_FOR_FLAG)
            synchronize(step);
        else if (!ReadAcquire(&flag))
            break;
    }
    return 0;
}

static int run_program(int argc, char **argv) {
    (void)argc, (void)argv;
    for (unsigned i = 0; i < OBJECTS; i++) {
        InitializeCriticalSection(&sections[i]);
        events[i] = CreateEventA(NULL, i == 0, FALSE, NULL);
    }
    first = OpenThread(THREAD_ALL_ACCESS, FALSE, GetCurrentThreadId());
    for (unsigned i = 1; i < program.threads; i++)
        CloseHandle(CreateThread(NULL, 0, run_thread, (LPVOID)(UINT_PTR)i, 0, NULL));
    run_thread(NULL);
    ExitThread(0); /* the others go on */
}

/* Critical sections are left before the thread ends. */
static void close_sections(unsigned self, unsigned count) {
    unsigned depth[OBJECTS] = {0};
    program.count[self] = 0;
    for (unsigned i = 0; i < count; i++) {
        const struct step *step = &program.steps[self][i];
        if (step->op == UNLOCK && !depth[step->object])
            continue;
        depth[step->object] += step->op == LOCK;
        depth[step->object] -= step->op == UNLOCK;
        program.steps[self][program.count[self]++] = *step;
    }
}

static unsigned draw(uint64_t *seed, unsigned below) {
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)((*seed >> 33) % below);
}

static void make_program(uint64_t seed) {
    seed = (seed ^ seed << 32) * 0x9E3779B97F4A7C15u;
    unsigned ops = draw(&seed, 2) ? OPS : SUSPEND;
    program.threads = 2 + draw(&seed, 2);
    for (unsigned t = 0; t < program.threads; t++) {
        unsigned count = 1 + draw(&seed, program.threads == 2 ? STEPS_MAX : STEPS_MAX - 2);
        for (unsigned i = 0; i < count; i++) {
            bool access = draw(&seed, 5) < 3;
            program.steps[t][i] = (struct step){access ? draw(&seed, ACCESS_OPS)
                                                       : ACCESS_OPS + draw(&seed, ops - ACCESS_OPS),
                                                draw(&seed, OBJECTS)};
        }
        close_sections(t, count);
    }
}

static void print_program(uint64_t seed) {
    printf("program %llu:\n", (unsigned long long)seed);
    for (unsigned t = 0; t < program.threads; t++) {
        for (unsigned i = 0; i < program.count[t]; i++)
            printf(" %s-%c", op_names[program.steps[t][i].op],
                   'a' + (int)program.steps[t][i].object);
        printf("\n");
    }
}

/* ---- exploring ------------------------------------------------------------------------------- */

struct races {
    uint64_t keys[RACES_MAX];
    unsigned count;
};

static void add(struct races *races, uint64_t key) {
    for (unsigned i = 0; i < races->count; i++)
        if (races->keys[i] == key)
            return;
    assert_true(races->count < RACES_MAX);
    races->keys[races->count++] = key;
}

static rd_status prepare(rd_world *world, void *context) {
    const rd_image_desc desc = {.size = sizeof desc, .main = run_program};
    (void)context;
    return rd_image_register(world, "app.exe", &desc);
}

static rd_status start(rd_world *world, void *context) {
    (void)context;
    memset(memory, 0, sizeof memory);
    flag = 0;
    return rd_process_start(world, "app.exe", NULL, NULL);
}

static const char *collect(rd_world *world, void *context) {
    base_list_each(link, &world->ke->findings) {
        const struct ke_finding_record *record =
            base_container(link, const struct ke_finding_record, link);
        if (record->finding.check == RD_CHECK_U_RACE)
            add(context, record->key);
    }
    return NULL;
}

/* Was everything explored? */
static bool explore(const char *strategy, uint64_t executions, struct races *races) {
    const rd_world_options world = {.size = sizeof world, .verifier = RD_VERIFIER_FULL};
    const rd_scenario scenario = {.size = sizeof scenario,
                                  .world = &world,
                                  .prepare = prepare,
                                  .start = start,
                                  .check = collect,
                                  .context = races};
    const rd_explore_options options = {.size = sizeof options,
                                        .strategy = strategy,
                                        .executions_max = executions,
                                        .keep_going = true,
                                        .allowed =
                                            1u << RD_EXPLORE_FINDING | 1u << RD_EXPLORE_DEADLOCK};
    rd_explore_result result;
    races->count = 0;
    assert_int_equal(rd_explore(&scenario, &options, &result), RD_OK);
    if (result.verdict != RD_EXPLORE_OK)
        fail_msg("%s: %s", strategy, result.report);
    bool complete = result.complete;
    rd_explore_free(&result);
    return complete;
}

static bool is_in(const struct races *races, uint64_t key) {
    for (unsigned i = 0; i < races->count; i++)
        if (races->keys[i] == key)
            return true;
    return false;
}

static bool holds(const struct races *races, const struct races *others) {
    for (unsigned i = 0; i < others->count; i++)
        if (!is_in(races, others->keys[i]))
            return false;
    return true;
}

static unsigned number(const char *name, unsigned otherwise) {
    const char *text = getenv(name);
    return text ? (unsigned)strtoul(text, NULL, 10) : otherwise;
}

static void reduction_finds_the_races_that_enumeration_finds(void **state) {
    unsigned count = number("RACES_PROGRAMS", PROGRAMS), seed = number("RACES_SEED", 1);
    unsigned all = 0, racy = 0, failed = 0;
    (void)state;
    for (unsigned i = 0; i < count; i++) {
        struct races reduced, found;
        make_program(seed + i);
        bool complete = explore("dfs", SCHEDULES_MAX, &found);
        if (!complete)
            explore("random", SAMPLES, &found);
        assert_true(explore("dpor", 0, &reduced));
        all += complete;
        racy += reduced.count != 0;
        if (holds(&reduced, &found) && (!complete || holds(&found, &reduced)))
            continue;
        printf("dpor %u races, others %u\n", reduced.count, found.count);
        print_program(seed + i);
        failed++;
    }
    printf("%u programs, %u of them enumerated, %u with races\n", count, all, racy);
    assert_int_equal(failed, 0);
    assert_true(all > count / 8 && racy > count / 4 && count - racy > count / 10);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reduction_finds_the_races_that_enumeration_finds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
