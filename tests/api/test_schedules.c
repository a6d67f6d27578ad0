/* test_schedules.c - entry points under many schedules: threads are killed at arbitrary points of
 * them. */
#include "sim.h"

enum { SEEDS = 150, ROUNDS = 6 };

static CRITICAL_SECTION section;
static SRWLOCK slim;
static CONDITION_VARIABLE condition;
static HANDLE event, mutex, semaphore, reader, writer;
static volatile LONG counter;

static DWORD uses_locks(LPVOID parameter) {
    (void)parameter;
    for (int i = 0; i < ROUNDS; i++) {
        EnterCriticalSection(&section);
        counter++;
        SleepConditionVariableCS(&condition, &section, 2);
        LeaveCriticalSection(&section);
        AcquireSRWLockShared(&slim);
        ReleaseSRWLockShared(&slim);
        AcquireSRWLockExclusive(&slim);
        ReleaseSRWLockExclusive(&slim);
        WakeAllConditionVariable(&condition);
    }
    return 1;
}

static DWORD uses_objects(LPVOID parameter) {
    HANDLE both[2], copy;
    (void)parameter;
    for (int i = 0; i < ROUNDS; i++) {
        both[0] = mutex;
        both[1] = semaphore;
        WaitForMultipleObjects(2, both, TRUE, 5);
        DuplicateHandle(GetCurrentProcess(), event, GetCurrentProcess(), &copy, 0, FALSE,
                        DUPLICATE_SAME_ACCESS);
        SetEvent(copy);
        CloseHandle(copy);
        ReleaseMutex(mutex);
        ReleaseSemaphore(semaphore, 1, NULL);
        WaitForSingleObjectEx(event, 1, TRUE);
        CloseHandle(CreateMutexA(NULL, TRUE, "named"));
    }
    return 2;
}

static DWORD uses_pipe(LPVOID parameter) {
    char bytes[8] = "1234567";
    DWORD done;
    for (int i = 0; i < ROUNDS; i++)
        if (parameter)
            WriteFile(writer, bytes, sizeof bytes, &done, NULL);
        else
            ReadFile(reader, bytes, 5, &done, NULL);
    return 3;
}

static DWORD uses_loader(LPVOID parameter) {
    (void)parameter;
    for (int i = 0; i < ROUNDS; i++) {
        HMODULE module = LoadLibraryA("plugin.dll");
        DWORD slot = TlsAlloc();
        void *block = HeapAlloc(GetProcessHeap(), 0, 100);
        TlsSetValue(slot, block);
        GetProcAddress(module, "nothing");
        HeapFree(GetProcessHeap(), 0, block);
        TlsFree(slot);
        FreeLibrary(module);
    }
    return 4;
}

static VOID apc(ULONG_PTR value) {
    counter += (LONG)value;
}

static int scenario(int argc, char **argv) {
    static const LPTHREAD_START_ROUTINE starts[] = {
        uses_locks, uses_locks, uses_objects, uses_objects, uses_pipe, uses_pipe, uses_loader};
    enum { THREADS = sizeof starts / sizeof starts[0] };
    HANDLE threads[THREADS];
    (void)argc, (void)argv;
    counter = 0;
    InitializeCriticalSection(&section);
    InitializeSRWLock(&slim);
    InitializeConditionVariable(&condition);
    event = CreateEventA(NULL, FALSE, FALSE, NULL);
    mutex = CreateMutexA(NULL, FALSE, NULL);
    semaphore = CreateSemaphoreA(NULL, 2, 2, NULL);
    CreatePipe(&reader, &writer, NULL, 16);
    for (int i = 0; i < THREADS; i++)
        threads[i] = CreateThread(NULL, 0, starts[i], (LPVOID)(intptr_t)(i % 2), 0, NULL);
    for (int i = 0; i < 3 * THREADS; i++) {
        QueueUserAPC(apc, threads[i % THREADS], 1);
        if (i % 3 == 0)
            SuspendThread(threads[i % THREADS]);
        else
            ResumeThread(threads[(i * 5) % THREADS]);
        SwitchToThread();
    }
    TerminateThread(threads[counter % THREADS], 99);
    TerminateThread(threads[(counter + 3) % THREADS], 98);
    for (int i = 0; i < THREADS; i++)
        while ((int)ResumeThread(threads[i]) > 0)
            continue;
    if (WaitForMultipleObjects(THREADS, threads, TRUE, 1000) == WAIT_TIMEOUT)
        TerminateProcess(GetCurrentProcess(), 50);
    return 51;
}

static int accepts(void *module, uint32_t reason, void *reserved) {
    (void)module, (void)reason, (void)reserved;
    return TRUE;
}

struct outcome {
    uint32_t code;
    rd_verdict verdict;
    uint64_t digest;
};

static void run_seed(rd_world *world, uint64_t seed, struct outcome *out) {
    rd_process_info info;
    uint32_t pid;
    assert_int_equal(rd_world_reset(world), RD_OK);
    assert_int_equal(rd_world_set_seed(world, seed), RD_OK);
    assert_int_equal(rd_process_start(world, "app.exe", NULL, &pid), RD_OK);
    assert_int_equal(rd_run(world, &out->verdict), RD_OK);
    assert_int_equal(rd_process_get(world, pid, &info), RD_OK);
    out->code = info.exit_code;
    out->digest = rd_event_digest(world);
}

static void THRD_08__killed_anywhere_nothing_breaks(void **state) {
    struct outcome first, second;
    int clean = 0, hung = 0;
    sim_image(state, "app.exe", scenario);
    sim_dll(state, "plugin.dll", NULL, accepts);
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        run_seed(*state, seed, &first);
        run_seed(*state, seed, &second);
        assert_true(first.digest == second.digest);
        assert_int_equal(first.code, second.code);
        /* A loader lock left behind hangs the way out; everything else ends. */
        assert_true(first.verdict == RD_VERDICT_FINISHED || first.verdict == RD_VERDICT_DEADLOCK);
        clean += first.code == 51;
        hung += first.code == 50;
    }
    assert_true(clean > 0);
    assert_true(hung > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_case(THRD_08__killed_anywhere_nothing_breaks),
    };
    return cmocka_run_group_tests_name("api.schedules", tests, NULL, NULL);
}
