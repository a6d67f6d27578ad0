/*
 * Programs that do anything at any time: threads of several processes call the API at random with
 * each other's handles, kill and suspend each other, crash and exit. What they achieve does not
 * matter: the host lives on, every run can be repeated, and when all processes have ended nothing
 * is left.
 *
 * RUNDOWN_SOAK is the number of programs; the default is made for the everyday suite.
 */
#include "support/rd_test.h"

#include "scenarios.h"

#include "core/core.h"
#include "ke/ke.h"
#include "ob/ob.h"
#include "ps/job.h"
#include "ps/ps.h"

enum { EVERYDAY_PROGRAMS = 100, THREADS_MAX = 6, HANDLES = 24, ACTIONS = 30 };

/* Shared by the threads of one process; on its heap, because a stack goes with its thread. */
struct chaos {
    uint32_t seed, depth;
    LONG threads;
    HANDLE handles[HANDLES];
    DWORD ids[HANDLES];
    DWORD tls, fls;
    CRITICAL_SECTION section;
    SRWLOCK lock;
};

struct chaos_thread {
    struct chaos *shared;
    uint32_t random;
};

static uint32_t draw(struct chaos_thread *me, uint32_t below) {
    me->random = me->random * 1664525u + 1013904223u;
    return (me->random >> 8) % below;
}

static HANDLE *slot(struct chaos_thread *me) {
    return &me->shared->handles[draw(me, HANDLES)];
}

static HANDLE any(struct chaos_thread *me) {
    switch (draw(me, 12)) {
    case 0:
        return GetCurrentProcess();
    case 1:
        return GetCurrentThread();
    case 2:
        return (HANDLE)(ULONG_PTR)draw(me, 200);
    default:
        return *slot(me);
    }
}

static DWORD patience(struct chaos_thread *me) {
    return draw(me, 200) ? draw(me, 5) : INFINITE;
}

static DWORD WINAPI chaos_main(LPVOID argument);

static void new_thread(struct chaos_thread *me) {
    struct chaos *shared = me->shared;
    if (InterlockedIncrement(&shared->threads) > THREADS_MAX)
        return;
    struct chaos_thread *child = crt_malloc(sizeof *child);
    if (!child)
        return;
    *child = (struct chaos_thread){shared, me->random ^ 0x5555};
    unsigned number = draw(me, HANDLES);
    DWORD flags = draw(me, 12) ? 0 : CREATE_SUSPENDED;
    shared->handles[number] =
        CreateThread(NULL, draw(me, 2) * 65536, chaos_main, child, flags, &shared->ids[number]);
}

static void new_process(struct chaos_thread *me) {
    char arguments[40];
    PROCESS_INFORMATION child;
    if (me->shared->depth >= 2)
        return;
    snprintf(arguments, sizeof arguments, "%u %u", draw(me, 1000000), me->shared->depth + 1);
    if (!scenario_spawn(arguments, draw(me, 12) ? 0 : CREATE_SUSPENDED, &child))
        return;
    *slot(me) = child.hProcess;
    *slot(me) = child.hThread;
}

/* May run in another process, where no pointer of this one means anything. */
static void NTAPI chaos_apc(ULONG_PTR handle) {
    SetEvent((HANDLE)handle);
}

static void new_object(struct chaos_thread *me) {
    static const char *const names[] = {NULL, "a", "b"};
    const char *name = names[draw(me, 3)];
    SECURITY_ATTRIBUTES attributes = {.nLength = sizeof attributes,
                                      .bInheritHandle = (BOOL)draw(me, 2)};
    LARGE_INTEGER due = {.QuadPart = -(LONGLONG)draw(me, 60000)};
    HANDLE *to = slot(me);
    switch (draw(me, 6)) {
    case 0:
        *to = CreateEventA(&attributes, (BOOL)draw(me, 2), (BOOL)draw(me, 2), name);
        break;
    case 1:
        *to = CreateMutexA(&attributes, (BOOL)draw(me, 2), name);
        break;
    case 2:
        *to = CreateSemaphoreA(&attributes, (LONG)draw(me, 3), 3, name);
        break;
    case 3:
        *to = CreateWaitableTimerA(&attributes, (BOOL)draw(me, 2), name);
        SetWaitableTimer(*to, &due, (LONG)draw(me, 3), NULL, NULL, FALSE);
        break;
    case 4:
        *to = CreateJobObjectA(&attributes, NULL);
        AssignProcessToJobObject(*to, any(me));
        break;
    default:
        *to = OpenProcess(PROCESS_ALL_ACCESS, FALSE, draw(me, 20) * 4);
    }
}

static void change_object(struct chaos_thread *me) {
    DWORD code;
    switch (draw(me, 9)) {
    case 0:
        SetEvent(any(me));
        break;
    case 1:
        ResetEvent(any(me));
        break;
    case 2:
        PulseEvent(any(me));
        break;
    case 3:
        ReleaseMutex(any(me));
        break;
    case 4:
        ReleaseSemaphore(any(me), (LONG)draw(me, 3), NULL);
        break;
    case 5:
        CancelWaitableTimer(any(me));
        break;
    case 6:
        GetExitCodeThread(any(me), &code);
        break;
    case 7:
        GetExitCodeProcess(any(me), &code);
        break;
    default:
        SetHandleInformation(any(me), 3, draw(me, 4));
    }
}

static void close_or_duplicate(struct chaos_thread *me) {
    if (draw(me, 2))
        CloseHandle(any(me));
    else
        DuplicateHandle(draw(me, 2) ? GetCurrentProcess() : any(me), any(me),
                        draw(me, 2) ? GetCurrentProcess() : any(me), slot(me), 0, (BOOL)draw(me, 2),
                        DUPLICATE_SAME_ACCESS | (draw(me, 6) ? 0 : DUPLICATE_CLOSE_SOURCE));
}

static void wait_somehow(struct chaos_thread *me) {
    HANDLE handles[3] = {any(me), any(me), any(me)};
    switch (draw(me, 5)) {
    case 0:
        WaitForSingleObject(handles[0], patience(me));
        break;
    case 1:
        WaitForMultipleObjects(1 + draw(me, 3), handles, (BOOL)draw(me, 2), patience(me));
        break;
    case 2:
        WaitForSingleObjectEx(handles[0], patience(me), TRUE);
        break;
    case 3:
        SleepEx(patience(me), TRUE);
        break;
    default:
        SignalObjectAndWait(handles[0], handles[1], patience(me), (BOOL)draw(me, 2));
    }
}

static void use_locks(struct chaos_thread *me) {
    struct chaos *shared = me->shared;
    if (draw(me, 2)) {
        EnterCriticalSection(&shared->section);
        Sleep(draw(me, 2));
        LeaveCriticalSection(&shared->section);
    } else {
        AcquireSRWLockExclusive(&shared->lock);
        SwitchToThread();
        ReleaseSRWLockExclusive(&shared->lock);
    }
}

static void use_library(struct chaos_thread *me) {
    HMODULE plugin = LoadLibraryA(draw(me, 3) ? "plugin.dll" : "refusing.dll");
    TlsSetValue(me->shared->tls, me);
    FlsSetValue(me->shared->fls, me);
    Sleep(draw(me, 2));
    if (plugin && draw(me, 2))
        FreeLibrary(plugin);
}

static void trouble(struct chaos_thread *me) {
    switch (draw(me, 14)) {
    case 0:
        TerminateProcess(any(me), draw(me, 300));
        break;
    case 1:
        ExitProcess(draw(me, 300));
    case 2:
        ExitThread(draw(me, 300));
    case 3:
        crash_thread((LPVOID)(ULONG_PTR)draw(me, 6));
        break;
    case 4:
        TerminateJobObject(any(me), 9);
        break;
    case 5:
        SuspendThread(any(me));
        break;
    case 6:
    case 7:
    case 8:
    case 9:
        ResumeThread(any(me));
        break;
    case 10:
        QueueUserAPC(chaos_apc, any(me), (ULONG_PTR)draw(me, 100));
        break;
    case 11:
        crt_exit((int)draw(me, 300));
        break;
    default:
        TerminateThread(any(me), draw(me, 300));
    }
}

static DWORD WINAPI chaos_main(LPVOID argument) {
    static void (*const actions[])(struct chaos_thread *) = {
        new_thread,         new_process,  new_object,   new_object, change_object, change_object,
        close_or_duplicate, wait_somehow, wait_somehow, use_locks,  use_library,   trouble};
    struct chaos_thread *me = argument;
    for (int i = 0; i < ACTIONS; i++)
        actions[draw(me, sizeof actions / sizeof actions[0])](me);
    return me->random;
}

static int chaos_program(int argc, char **argv) {
    struct chaos *shared = crt_calloc(1, sizeof *shared);
    struct chaos_thread me = {shared, 1};
    if (argc < 3)
        return 1;
    shared->seed = me.random = (uint32_t)strtoul(argv[1], NULL, 10);
    shared->depth = (uint32_t)strtoul(argv[2], NULL, 10);
    InitializeCriticalSection(&shared->section);
    InitializeSRWLock(&shared->lock);
    shared->tls = TlsAlloc();
    shared->fls = FlsAlloc(fls_callback);
    struct chaos_thread *kept = crt_malloc(sizeof *kept);
    *kept = me;
    return (int)(chaos_main(kept) & 0xFF);
}

static const struct scenario chaos_scenario = {"chaos", chaos_program, false};

/* ---- one world, many programs ---------------------------------------------------------------- */

struct outcome {
    rd_verdict verdict;
    uint32_t pid;
    uint64_t log, output;
};

static struct outcome run_program(rd_world *world, unsigned program,
                                  struct scenario_output *output) {
    struct outcome outcome = {.verdict = RD_VERDICT_NONE};
    char line[40];
    snprintf(line, sizeof line, "app.exe %u 0", program);
    rd_process_options options = {.size = sizeof options, .command_line = line};
    rd_world_set_seed(world, program);
    output->hash = 0;
    if (rd_process_start(world, "app.exe", &options, &outcome.pid) != RD_OK)
        fail_msg("%s", rd_last_error(world));
    rd_run(world, &outcome.verdict);
    outcome.log = rd_event_digest(world);
    outcome.output = output->hash;
    return outcome;
}

/* System, and the first process, to which the host refers; it belongs to its jobs for life. */
static uint32_t objects_expected(const rd_world *world, uint32_t pid) {
    uint32_t objects = 2;
    for (const struct ps_job *job = ps_process_by_id(world, pid)->job; job; job = job->outer)
        objects++;
    return objects;
}

static const char *check_end(const rd_world *world, const struct outcome *outcome) {
    rd_process_info info;
    rd_world_stats stats;
    rd_world_get_stats(world, &stats);
    if (outcome->verdict == RD_VERDICT_DEADLOCK || outcome->verdict == RD_VERDICT_LIMIT)
        return NULL; /* as such programs do */
    if (outcome->verdict != RD_VERDICT_FINISHED)
        return "the machine itself failed";
    if (rd_process_get(world, outcome->pid, &info) != RD_OK || !info.signaled)
        return "the first process has not ended";
    if (world->ob->objects_alive != objects_expected(world, outcome->pid) || world->ob->names)
        return "objects or names are left";
    if (world->ke->threads_alive || stats.stacks_in_use || world->ke->heap_count)
        return "threads or deadlines are left";
    return NULL;
}

/* One world on the carrier under test, one on the pthread carrier: their logs must be the same. */
static void run_chaos(rd_world_options options) {
    const char *text = getenv("RUNDOWN_SOAK");
    unsigned long programs = text ? strtoul(text, NULL, 10) : 0;
    struct scenario_output outputs[2];
    rd_world *worlds[2];
    unsigned finished = 0;
    options.size = sizeof options;
    options.steps_max = 200000;
    for (int i = 0; i < 2; i++) {
        options.carrier = i ? RD_CARRIER_PTHREAD : RD_CARRIER_DEFAULT;
        options.output = scenario_collect;
        options.context = &outputs[i];
        worlds[i] = test_world(&options);
        assert_true(scenario_prepare(worlds[i], &chaos_scenario));
    }
    for (unsigned program = 0; program < (programs ? programs : EVERYDAY_PROGRAMS); program++) {
        struct outcome outcomes[2];
        for (int i = 0; i < 2; i++) {
            outcomes[i] = run_program(worlds[i], program, &outputs[i]);
            const char *wrong = check_end(worlds[i], &outcomes[i]);
            if (wrong && getenv("RUNDOWN_SOAK_TRACE"))
                test_trace(worlds[i]);
            if (wrong)
                fail_msg("program %u: %s: %s %s", program, wrong,
                         rd_verdict_name(outcomes[i].verdict), rd_world_explanation(worlds[i]));
        }
        if (outcomes[0].log != outcomes[1].log || outcomes[0].output != outcomes[1].output)
            fail_msg("program %u gives two different logs", program);
        finished += outcomes[0].verdict == RD_VERDICT_FINISHED;
        for (int i = 0; i < 2; i++)
            rd_world_reset(worlds[i]);
    }
    assert_true(finished > 0);
    for (int i = 0; i < 2; i++)
        rd_world_destroy(worlds[i]);
}

static void anything_at_any_time(void **state) {
    (void)state;
    run_chaos((rd_world_options){.dialect = RD_DIALECT_OBSERVED});
}

static void likewise_in_the_documented_dialect(void **state) {
    (void)state;
    run_chaos((rd_world_options){.dialect = RD_DIALECT_DOCUMENTED});
}

static void likewise_on_an_old_windows(void **state) {
    (void)state;
    run_chaos((rd_world_options){.profile = "xp", .quantum = 7});
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(anything_at_any_time),
        cmocka_unit_test(likewise_in_the_documented_dialect),
        cmocka_unit_test(likewise_on_an_old_windows),
    };
    return cmocka_run_group_tests_name("chaos", tests, NULL, NULL);
}
