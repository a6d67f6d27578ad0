/* Rules TERM: the order in which threads and processes end in the kernel, and what delays it. */
#include <string.h>

#include "ke/ke.h"
#include "notify_record.h"
#include "ps/ps.h"

/* ---- programs that call into a driver -------------------------------------------------------- */

/* Runs driver code on the current user thread, as an IRP's dispatch routine does. */
static void in_kernel(void (*service)(void)) {
    struct rd_world *w = port_current_world();
    struct ke_thread *thread = ke_current(w);
    ke_enter_kernel(thread);
    service();
    ke_leave_kernel(w, thread);
}

static KEVENT never, gate;
static NTSTATUS wait_status;
static bool went_on, after_service;

static DWORD WINAPI run_service(LPVOID service) {
    went_on = after_service = false;
    wait_status = -1;
    in_kernel((void (*)(void))(ULONG_PTR)service);
    after_service = true;
    return 0;
}

static void (*service_of_victim)(void);

/* Starts a thread in the service, kills it after 1 ms and opens the gate after 10 ms. */
static int kills_service(int argc, char **argv) {
    (void)argc, (void)argv;
    HANDLE thread =
        CreateThread(NULL, 0, run_service, (LPVOID)(ULONG_PTR)service_of_victim, 0, NULL);
    Sleep(1);
    TerminateThread(thread, 5);
    DWORD early = WaitForSingleObject(thread, 5);
    KeSetEvent(&gate, 0, FALSE);
    WaitForSingleObject(thread, INFINITE);
    return early == WAIT_OBJECT_0 ? 1 : 2;
}

static int32_t events_entry(void *driver, void *path) {
    (void)driver, (void)path;
    KeInitializeEvent(&never, NotificationEvent, FALSE);
    KeInitializeEvent(&gate, NotificationEvent, FALSE);
    return STATUS_SUCCESS;
}

enum { DIED_AT_ONCE = 1, DIED_LATER = 2 };

static uint32_t kill_in(rd_world *w, void (*service)(void)) {
    rd_process_info info;
    service_of_victim = service;
    driver_load(w, events_entry);
    uint32_t pid = program(w, kills_service);
    rd_process_get(w, pid, &info);
    return info.exit_code;
}

static void wait_user(void) {
    wait_status = KeWaitForSingleObject(&gate, Executive, UserMode, FALSE, NULL);
    went_on = true;
}

static void wait_user_alertable(void) {
    wait_status = KeWaitForSingleObject(&gate, Executive, UserMode, TRUE, NULL);
    went_on = true;
}

static void wait_kernel(void) {
    wait_status = KeWaitForSingleObject(&gate, Executive, KernelMode, FALSE, NULL);
    went_on = true;
}

static void wait_kernel_alertable(void) {
    wait_status = KeWaitForSingleObject(&gate, Executive, KernelMode, TRUE, NULL);
    went_on = true;
}

static void wait_until_signaled(void) {
    for (int i = 0; i < 3 && wait_status != STATUS_SUCCESS; i++)
        wait_user();
}

static bool is_found(const rd_world *w, const char *check) {
    rd_finding finding;
    for (size_t i = 0; rd_finding_get(w, i, &finding) == RD_OK; i++)
        if (finding.check == rd_check_find(check))
            return true;
    return false;
}

static void TERM_36__a_driver_that_waits_on_although_its_thread_is_to_end_is_found(void **state) {
    assert_int_equal(kill_in(*state, wait_user), DIED_AT_ONCE);
    assert_false(is_found(*state, "K-WAIT-ENDING"));
    rd_world_destroy(*state);
    *state = test_world(NULL);
    assert_int_equal(kill_in(*state, wait_until_signaled), DIED_AT_ONCE);
    assert_int_equal(wait_status, STATUS_USER_APC);
    assert_true(is_found(*state, "K-WAIT-ENDING"));
}

static void TERM_33__TERM_34__user_mode_waits_are_interrupted(void **state) {
    void (*const services[])(void) = {wait_user, wait_user_alertable};
    for (int i = 0; i < 2; i++) {
        assert_int_equal(kill_in(*state, services[i]), DIED_AT_ONCE);
        assert_int_equal(wait_status, STATUS_USER_APC);
        assert_true(went_on);
        assert_false(after_service);
        rd_world_destroy(*state);
        *state = test_world(NULL);
    }
}

static void TERM_33__TERM_34__kernel_mode_waits_are_not(void **state) {
    void (*const services[])(void) = {wait_kernel, wait_kernel_alertable};
    for (int i = 0; i < 2; i++) {
        assert_int_equal(kill_in(*state, services[i]), DIED_LATER);
        assert_int_equal(wait_status, STATUS_SUCCESS);
        assert_true(went_on);
        assert_false(after_service);
        rd_world_destroy(*state);
        *state = test_world(NULL);
    }
}

static void TERM_32__a_thread_in_driver_code_finishes_it_first(void **state) {
    assert_int_equal(kill_in(*state, wait_kernel), DIED_LATER);
    assert_true(went_on);
    assert_false(after_service);
}

static void wait_in_critical_region(void) {
    KeEnterCriticalRegion();
    wait_status = KeWaitForSingleObject(&gate, Executive, UserMode, FALSE, NULL);
    KeLeaveCriticalRegion();
    went_on = true;
}

static void TERM_37__a_critical_region_defers_termination(void **state) {
    assert_int_equal(kill_in(*state, wait_in_critical_region), DIED_LATER);
    assert_int_equal(wait_status, STATUS_SUCCESS);
    assert_false(after_service);
}

static void wait_in_guarded_region(void) {
    KeEnterGuardedRegion();
    wait_status = KeWaitForSingleObject(&gate, Executive, UserMode, FALSE, NULL);
    KeLeaveGuardedRegion();
    went_on = true;
}

static void TERM_39__a_guarded_region_defers_termination(void **state) {
    assert_int_equal(kill_in(*state, wait_in_guarded_region), DIED_LATER);
    assert_int_equal(wait_status, STATUS_SUCCESS);
}

static void wait_for_never(void) {
    KeWaitForSingleObject(&never, Executive, KernelMode, FALSE, NULL);
}

static int kills_itself_hanging(int argc, char **argv) {
    (void)argc, (void)argv;
    CreateThread(NULL, 0, run_service, (LPVOID)(ULONG_PTR)wait_for_never, 0, NULL);
    Sleep(1);
    TerminateProcess(GetCurrentProcess(), 1);
    return 0;
}

static void TERM_35__an_endless_kernel_mode_wait_makes_the_process_unkillable(void **state) {
    rd_world *w = *state;
    rd_process_info info;
    driver_load(w, events_entry);
    program_register(w, "app.exe", kills_itself_hanging);
    uint32_t pid = program_start(w, "app.exe");
    program_run(w, RD_VERDICT_DEADLOCK);
    assert_int_equal(rd_process_get(w, pid, &info), RD_OK);
    assert_false(info.signaled);
    assert_non_null(strstr(rd_world_explanation(w), "kernel mode"));
    assert_non_null(strstr(rd_world_explanation(w), "marked to die"));
}

/* ---- regions and locks ----------------------------------------------------------------------- */

static bool disabled[8];
static uint32_t levels[8];

static void nest_regions(void *context) {
    (void)context;
    disabled[0] = KeAreApcsDisabled() != FALSE;
    KeEnterCriticalRegion();
    KeEnterCriticalRegion();
    disabled[1] = KeAreApcsDisabled() != FALSE;
    KeLeaveCriticalRegion();
    disabled[2] = KeAreApcsDisabled() != FALSE;
    KeLeaveCriticalRegion();
    disabled[3] = KeAreApcsDisabled() != FALSE;
}

static void TERM_38__critical_regions_nest(void **state) {
    kernel_call(*state, nest_regions);
    assert_false(disabled[0]);
    assert_true(disabled[1]);
    assert_true(disabled[2]);
    assert_false(disabled[3]);
}

static void take_locks(void *context) {
    KMUTEX mutex;
    FAST_MUTEX fast;
    KGUARDED_MUTEX guarded;
    (void)context;
    KeInitializeMutex(&mutex, 0);
    ExInitializeFastMutex(&fast);
    KeInitializeGuardedMutex(&guarded);
    KeWaitForSingleObject(&mutex, Executive, KernelMode, FALSE, NULL);
    disabled[0] = KeAreApcsDisabled() != FALSE;
    disabled[1] = KeAreAllApcsDisabled() != FALSE;
    KeReleaseMutex(&mutex, FALSE);
    KeAcquireGuardedMutex(&guarded);
    disabled[2] = KeAreAllApcsDisabled() != FALSE;
    levels[0] = KeGetCurrentIrql();
    KeReleaseGuardedMutex(&guarded);
    ExAcquireFastMutex(&fast);
    levels[1] = KeGetCurrentIrql();
    ExReleaseFastMutex(&fast);
    levels[2] = KeGetCurrentIrql();
    disabled[3] = KeAreApcsDisabled() != FALSE;
}

static void TERM_40__locks_imply_regions(void **state) {
    kernel_call(*state, take_locks);
    assert_true(disabled[0]);
    assert_false(disabled[1]);
    assert_true(disabled[2]);
    assert_int_equal(levels[0], PASSIVE_LEVEL);
    assert_int_equal(levels[1], APC_LEVEL);
    assert_int_equal(levels[2], PASSIVE_LEVEL);
    assert_false(disabled[3]);
}

/* ---- system threads -------------------------------------------------------------------------- */

static VOID forgets_region(PVOID context) {
    (void)context;
    KeEnterCriticalRegion();
}

static KMUTEX kernel_mutex;

static VOID forgets_mutex(PVOID context) {
    (void)context;
    KeWaitForSingleObject(&kernel_mutex, Executive, KernelMode, FALSE, NULL);
}

static bool code_after;

static VOID terminates(PVOID context) {
    (void)context;
    PsTerminateSystemThread(42);
    code_after = true;
}

static VOID returns(PVOID context) {
    (void)context;
    levels[0] = KeGetCurrentIrql();
}

static NTSTATUS thread_status, create_status;
static uint32_t thread_pid;

/* Runs a system thread to its end. */
static void join(PKSTART_ROUTINE routine) {
    HANDLE handle;
    PVOID thread;
    create_status =
        PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, routine, NULL);
    ObReferenceObjectByHandle(handle, THREAD_ALL_ACCESS, *PsThreadType, KernelMode, &thread, NULL);
    ZwClose(handle);
    KeWaitForSingleObject(thread, Executive, KernelMode, FALSE, NULL);
    thread_status = PsGetThreadExitStatus(thread);
    thread_pid = id_of(PsGetThreadProcessId(thread));
    ObDereferenceObject(thread);
}

static void join_forgets_region(void *context) {
    (void)context;
    join(forgets_region);
}

static void TERM_41__a_thread_may_not_end_in_a_critical_region(void **state) {
    rd_bugcheck bugcheck;
    kernel_stop(*state, join_forgets_region, 0x20, "TERM-41");
    rd_world_bugcheck(*state, &bugcheck);
    assert_int_equal((int64_t)bugcheck.parameters[1], -1);
}

static void join_forgets_mutex(void *context) {
    (void)context;
    KeInitializeMutex(&kernel_mutex, 0);
    join(forgets_mutex);
}

static void TERM_55__a_thread_may_not_end_with_a_kernel_mutex(void **state) {
    kernel_stop(*state, join_forgets_mutex, 0x4000008A, "TERM-55");
}

static void join_terminates(void *context) {
    (void)context;
    code_after = false;
    join(terminates);
}

static void TERM_46__terminate_system_thread_does_not_return(void **state) {
    kernel_call(*state, join_terminates);
    assert_false(code_after);
    assert_int_equal(thread_status, 42);
}

static void join_returns(void *context) {
    (void)context;
    join(returns);
}

static void TERM_47__returning_ends_a_system_thread_with_0(void **state) {
    kernel_call(*state, join_returns);
    assert_int_equal(thread_status, STATUS_SUCCESS);
}

static void TERM_49__system_threads_belong_to_the_system_process(void **state) {
    kernel_call(*state, join_returns);
    assert_int_equal(thread_pid, 4);
}

static void TERM_51__system_threads_start_at_passive_level(void **state) {
    kernel_call(*state, join_returns);
    assert_int_equal(levels[0], PASSIVE_LEVEL);
}

static NTSTATUS status_of[8];

static void terminate_own(void) {
    status_of[0] = PsTerminateSystemThread(1);
    went_on = true;
}

static int not_a_system_thread(int argc, char **argv) {
    (void)argc, (void)argv;
    in_kernel(terminate_own);
    return 3;
}

static void TERM_45__only_system_threads_end_themselves_that_way(void **state) {
    rd_process_info info;
    driver_load(*state, events_entry);
    went_on = false;
    uint32_t pid = program(*state, not_a_system_thread);
    rd_process_get(*state, pid, &info);
    assert_int_equal(status_of[0], STATUS_INVALID_PARAMETER);
    assert_true(went_on);
    assert_int_equal(info.exit_code, 3);
}

static VOID waits_for_gate(PVOID context) {
    (void)context;
    KeWaitForSingleObject(&gate, Executive, KernelMode, FALSE, NULL);
}

static void terminate_other_system_thread(void *context) {
    HANDLE handle;
    (void)context;
    KeInitializeEvent(&gate, NotificationEvent, FALSE);
    PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, waits_for_gate, NULL);
    status_of[0] = ZwTerminateThread(handle, 1);
    KeSetEvent(&gate, 0, FALSE);
    ZwClose(handle);
}

static void TERM_48__system_threads_cannot_be_terminated_from_outside(void **state) {
    kernel_call(*state, terminate_other_system_thread);
    assert_int_equal(status_of[0], STATUS_ACCESS_DENIED);
}

/* ---- ids and objects ------------------------------------------------------------------------- */

static int quiet(int argc, char **argv) {
    (void)argc, (void)argv;
    return 7;
}

static uint32_t wanted_pid;

static void look_up(void *context) {
    PEPROCESS process;
    (void)context;
    status_of[0] = PsLookupProcessByProcessId((HANDLE)(ULONG_PTR)wanted_pid, &process);
    if (NT_SUCCESS(status_of[0])) {
        status_of[1] = PsGetProcessExitStatus(process);
        ObDereferenceObject(process);
    }
    status_of[2] = PsLookupProcessByProcessId(NULL, &process);
    status_of[3] = PsLookupProcessByProcessId((HANDLE)(ULONG_PTR)0x7000, &process);
    status_of[4] = PsLookupProcessByProcessId(PsGetCurrentThreadId(), &process);
}

static void TERM_18__lookup_finds_zombies(void **state) {
    rd_world *w = *state;
    wanted_pid = program(w, quiet); /* the host keeps a reference */
    kernel_call(w, look_up);
    assert_int_equal(status_of[0], STATUS_SUCCESS);
    assert_int_equal(status_of[1], 7);
}

static void TERM_19__lookup_fails_once_the_object_is_gone(void **state) {
    static const struct {
        const char *profile;
        NTSTATUS status;
    } rows[] = {{"win11", STATUS_INVALID_CID},
                {"vista", STATUS_INVALID_CID},
                {"xp", STATUS_INVALID_PARAMETER}};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        rd_world *w = test_world(
            &(rd_world_options){.size = sizeof(rd_world_options), .profile = rows[i].profile});
        wanted_pid = 0x400;
        kernel_call(w, look_up);
        assert_int_equal(status_of[0], rows[i].status);
        rd_world_destroy(w);
    }
}

static void TERM_21__nothing_and_threads_are_no_processes(void **state) {
    kernel_call(*state, look_up);
    for (int i = 2; i < 5; i++)
        assert_int_equal(status_of[i], STATUS_INVALID_CID);
}

static void leak_reference(void *context) {
    PEPROCESS process;
    (void)context;
    PsLookupProcessByProcessId((HANDLE)(ULONG_PTR)wanted_pid, &process);
}

static void drop_too_many(void *context) {
    PEPROCESS process;
    (void)context;
    PsLookupProcessByProcessId((HANDLE)(ULONG_PTR)wanted_pid, &process);
    ObDereferenceObject(process);
    ObDereferenceObject(process);
}

static void TERM_22__a_leaked_reference_is_shown_by_who_holds(void **state) {
    rd_world *w = *state;
    wanted_pid = program(w, quiet);
    kernel_call(w, leak_reference);
    assert_non_null(strstr(rd_who_holds(w, wanted_pid), "driver code"));
}

static void TERM_22__one_dereference_too_many_stops_the_machine(void **state) {
    rd_world *w = *state;
    wanted_pid = program(w, quiet);
    kernel_stop(w, drop_too_many, 0x18, "TERM-22");
}

static void LOCK_10__objects_are_not_dereferenced_below_what_was_taken(void **state) {
    wanted_pid = program(*state, quiet);
    kernel_stop(*state, drop_too_many, 0x18, "LOCK-10");
}

/* ---- termination by a driver ----------------------------------------------------------------- */

static int sleeper(int argc, char **argv) {
    (void)argc, (void)argv;
    Sleep(INFINITE);
    return 0;
}

static void terminate_by_id(void *context) {
    HANDLE handle, thread;
    CLIENT_ID id = {(HANDLE)(ULONG_PTR)wanted_pid, NULL};
    OBJECT_ATTRIBUTES attributes;
    (void)context;
    InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    status_of[0] = ZwOpenProcess(&handle, PROCESS_QUERY_INFORMATION, &attributes, &id);
    status_of[1] = ZwTerminateProcess(handle, 9);
    ZwClose(handle);
    ZwOpenProcess(&handle, PROCESS_ALL_ACCESS, &attributes, &id);
    PsCreateSystemThread(&thread, THREAD_ALL_ACCESS, NULL, NULL, NULL, returns, NULL);
    status_of[2] = ZwTerminateProcess(thread, 9);
    ZwClose(thread);
    status_of[3] = ZwTerminateProcess((HANDLE)(ULONG_PTR)0x7FF0, 9);
    status_of[4] = ZwTerminateProcess(handle, 9);
    status_of[5] = ZwTerminateProcess(handle, 10);
    status_of[6] = ObIsKernelHandle(handle);
    status_of[7] = ZwClose(handle);
}

static void TERM_25__terminate_process_status(void **state) {
    rd_world *w = *state;
    rd_process_info info;
    program_register(w, "app.exe", sleeper);
    wanted_pid = program_start(w, "app.exe");
    kernel_call(w, terminate_by_id);
    program_run(w, RD_VERDICT_FINISHED);
    assert_int_equal(status_of[0], STATUS_SUCCESS);
    assert_int_equal(status_of[1], STATUS_ACCESS_DENIED);
    assert_int_equal(status_of[2], STATUS_OBJECT_TYPE_MISMATCH);
    assert_int_equal(status_of[3], STATUS_INVALID_HANDLE);
    assert_int_equal(status_of[4], STATUS_SUCCESS);
    assert_int_equal(status_of[5], STATUS_PROCESS_IS_TERMINATING);
    assert_int_equal(status_of[7], STATUS_SUCCESS);
    rd_process_get(w, wanted_pid, &info);
    assert_int_equal(info.exit_code, 9);
}

static void TERM_29__kernel_handles_belong_to_the_system(void **state) {
    rd_world *w = *state;
    program_register(w, "app.exe", sleeper);
    wanted_pid = program_start(w, "app.exe");
    kernel_call(w, terminate_by_id);
    assert_true(status_of[6]);
    program_run(w, RD_VERDICT_FINISHED);
}

static void TERM_28__terminating_another_process_is_asynchronous(void **state) {
    rd_world *w = *state;
    rd_process_info info;
    program_register(w, "app.exe", sleeper);
    wanted_pid = program_start(w, "app.exe");
    kernel_call(w, terminate_by_id);
    rd_process_get(w, wanted_pid, &info);
    assert_false(info.signaled);
    program_run(w, RD_VERDICT_FINISHED);
    rd_process_get(w, wanted_pid, &info);
    assert_true(info.signaled);
}

static void end_own_process(void) {
    status_of[0] = ZwTerminateProcess(ZwCurrentProcess(), 11);
    went_on = true;
}

static int ends_in_kernel(int argc, char **argv) {
    (void)argc, (void)argv;
    in_kernel(end_own_process);
    return 3;
}

static void TERM_26__terminating_the_current_process_does_not_return(void **state) {
    rd_process_info info;
    went_on = false;
    driver_load(*state, events_entry);
    uint32_t pid = program(*state, ends_in_kernel);
    rd_process_get(*state, pid, &info);
    assert_false(went_on);
    assert_int_equal(info.exit_code, 11);
}

/* ---- order ----------------------------------------------------------------------------------- */

static DWORD WINAPI forever(LPVOID parameter) {
    (void)parameter;
    Sleep(INFINITE);
    return 0;
}

static int two_threads(int argc, char **argv) {
    (void)argc, (void)argv;
    CreateThread(NULL, 0, forever, NULL, 0, NULL);
    Sleep(1);
    return 7;
}

static uint32_t others_signaled, threads_seen;

static VOID on_process(PEPROCESS Process, HANDLE ProcessId, PPS_CREATE_NOTIFY_INFO CreateInfo) {
    (void)ProcessId;
    if (CreateInfo)
        return;
    const struct ps_process *process = (const struct ps_process *)(void *)Process;
    others_signaled = base_list_empty(&process->threads) ||
                      (process->threads.Flink->Flink == &process->threads &&
                       process->threads.Flink == &ps_current(process->world)->link);
}

static VOID on_thread(HANDLE ProcessId, HANDLE ThreadId, BOOLEAN Create) {
    PEPROCESS process;
    (void)ThreadId;
    if (Create || !NT_SUCCESS(PsLookupProcessByProcessId(ProcessId, &process)))
        return;
    threads_seen = ((const struct ps_process *)(void *)process)->active_threads;
    ObDereferenceObject(process);
}

static int32_t order_entry(void *driver, void *path) {
    (void)driver, (void)path;
    others_signaled = threads_seen = 0;
    PsSetCreateThreadNotifyRoutine(on_thread);
    return PsSetCreateProcessNotifyRoutineEx(on_process, FALSE);
}

static void TERM_02__phases_of_the_last_thread_in_order(void **state) {
    rd_world *w = *state;
    driver_load(w, order_entry);
    program(w, two_threads);
    static const struct {
        rd_event_kind kind;
        const char *text;
    } phases[] = {
        {RD_EVENT_NOTIFY_CALL, "thread notify"},  {RD_EVENT_PROCESS_LAST_THREAD, NULL},
        {RD_EVENT_PROCESS_EXIT_STATUS, NULL},     {RD_EVENT_THREAD_EXIT_STATUS, NULL},
        {RD_EVENT_NOTIFY_CALL, "process notify"}, {RD_EVENT_PROCESS_HANDLES_CLOSED, NULL},
        {RD_EVENT_PROCESS_ADDRESS_SPACE, NULL},   {RD_EVENT_PROCESS_SIGNALED, NULL},
        {RD_EVENT_THREAD_SIGNALED, NULL},
    };
    size_t last = test_event(w, 0, RD_EVENT_PROCESS_LAST_THREAD, NULL);
    uint32_t tid = rd_event_at(w, last)->tid;
    size_t from = test_event(w, 0, RD_EVENT_CRT_MAIN_RETURN, NULL);
    for (size_t i = 0; i < sizeof phases / sizeof phases[0]; i++) {
        rd_event_query query = {.kind = phases[i].kind, .text = phases[i].text, .tid = tid};
        size_t next = rd_event_find(w, from, &query);
        if (next == RD_NO_EVENT) {
            test_trace(w);
            fail_msg("phase %zu is missing or out of order", i);
        }
        from = next + 1;
    }
}

static void TERM_03__thread_exit_notify_still_counts_the_thread(void **state) {
    driver_load(*state, order_entry);
    program(*state, quiet);
    assert_int_equal(threads_seen, 1);
}

static void TERM_04__in_the_process_exit_call_no_other_thread_is_left(void **state) {
    driver_load(*state, order_entry);
    program(*state, two_threads);
    assert_true(others_signaled);
}

static void TERM_08__process_exit_notify_precedes_the_closing_of_handles(void **state) {
    rd_world *w = *state;
    driver_load(w, order_entry);
    program(w, two_threads);
    size_t call = event_of_rule(w, 0, RD_EVENT_NOTIFY_CALL, "NTFY-P-37");
    call = rd_event_find(w, call + 1,
                         &(rd_event_query){.kind = RD_EVENT_NOTIFY_CALL, .text = "process notify"});
    assert_true(call < test_event(w, 0, RD_EVENT_PROCESS_HANDLES_CLOSED, NULL));
}

static void TERM_11__process_object_is_signaled_after_the_exit_notify(void **state) {
    rd_world *w = *state;
    driver_load(w, order_entry);
    program(w, quiet);
    size_t status = test_event(w, 0, RD_EVENT_PROCESS_EXIT_STATUS, NULL);
    size_t call = test_event(w, status, RD_EVENT_NOTIFY_CALL, "process notify");
    assert_true(call < test_event(w, 0, RD_EVENT_PROCESS_SIGNALED, NULL));
}

static void TERM_14__last_thread_object_is_signaled_after_the_process_object(void **state) {
    rd_world *w = *state;
    uint32_t pid = program(w, two_threads);
    size_t process = test_event(w, 0, RD_EVENT_PROCESS_SIGNALED, NULL);
    assert_true(rd_event_find(w, process,
                              &(rd_event_query){.kind = RD_EVENT_THREAD_SIGNALED, .pid = pid}) !=
                RD_NO_EVENT);
}

static void wait_for_running(void *context) {
    LARGE_INTEGER zero = {.QuadPart = 0};
    (void)context;
    status_of[0] =
        KeWaitForSingleObject(PsGetCurrentProcess(), Executive, KernelMode, FALSE, &zero);
    status_of[1] = KeWaitForSingleObject(PsGetCurrentThread(), Executive, KernelMode, FALSE, &zero);
}

static void TERM_16__running_processes_and_threads_are_not_signaled(void **state) {
    kernel_call(*state, wait_for_running);
    assert_int_equal(status_of[0], STATUS_TIMEOUT);
    assert_int_equal(status_of[1], STATUS_TIMEOUT);
}

static VOID waits_for_itself(PEPROCESS Process, HANDLE ProcessId,
                             PPS_CREATE_NOTIFY_INFO CreateInfo) {
    (void)ProcessId;
    if (!CreateInfo)
        KeWaitForSingleObject(Process, Executive, KernelMode, FALSE, NULL);
}

static int32_t self_wait_entry(void *driver, void *path) {
    (void)driver, (void)path;
    return PsSetCreateProcessNotifyRoutineEx(waits_for_itself, FALSE);
}

static void TERM_13__waiting_for_the_exiting_process_in_its_exit_call_hangs(void **state) {
    rd_world *w = *state;
    driver_load(w, self_wait_entry);
    program_register(w, "app.exe", quiet);
    program_start(w, "app.exe");
    program_run(w, RD_VERDICT_DEADLOCK);
    assert_non_null(strstr(rd_world_explanation(w), "Process#"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        notify_case(TERM_02__phases_of_the_last_thread_in_order),
        notify_case(TERM_03__thread_exit_notify_still_counts_the_thread),
        notify_case(TERM_04__in_the_process_exit_call_no_other_thread_is_left),
        notify_case(TERM_08__process_exit_notify_precedes_the_closing_of_handles),
        notify_case(TERM_11__process_object_is_signaled_after_the_exit_notify),
        notify_case(TERM_13__waiting_for_the_exiting_process_in_its_exit_call_hangs),
        notify_case(TERM_14__last_thread_object_is_signaled_after_the_process_object),
        notify_case(TERM_16__running_processes_and_threads_are_not_signaled),
        notify_case(TERM_18__lookup_finds_zombies),
        notify_case(TERM_19__lookup_fails_once_the_object_is_gone),
        notify_case(TERM_21__nothing_and_threads_are_no_processes),
        notify_case(TERM_22__a_leaked_reference_is_shown_by_who_holds),
        notify_case(TERM_22__one_dereference_too_many_stops_the_machine),
        notify_case(TERM_25__terminate_process_status),
        notify_case(TERM_26__terminating_the_current_process_does_not_return),
        notify_case(TERM_28__terminating_another_process_is_asynchronous),
        notify_case(TERM_29__kernel_handles_belong_to_the_system),
        notify_case(TERM_32__a_thread_in_driver_code_finishes_it_first),
        notify_case(TERM_33__TERM_34__user_mode_waits_are_interrupted),
        notify_case(TERM_33__TERM_34__kernel_mode_waits_are_not),
        notify_case(TERM_35__an_endless_kernel_mode_wait_makes_the_process_unkillable),
        notify_case(TERM_36__a_driver_that_waits_on_although_its_thread_is_to_end_is_found),
        notify_case(TERM_37__a_critical_region_defers_termination),
        notify_case(TERM_38__critical_regions_nest),
        notify_case(TERM_39__a_guarded_region_defers_termination),
        notify_case(TERM_40__locks_imply_regions),
        notify_case(TERM_41__a_thread_may_not_end_in_a_critical_region),
        notify_case(TERM_45__only_system_threads_end_themselves_that_way),
        notify_case(TERM_46__terminate_system_thread_does_not_return),
        notify_case(TERM_47__returning_ends_a_system_thread_with_0),
        notify_case(TERM_48__system_threads_cannot_be_terminated_from_outside),
        notify_case(TERM_49__system_threads_belong_to_the_system_process),
        notify_case(TERM_51__system_threads_start_at_passive_level),
        notify_case(TERM_55__a_thread_may_not_end_with_a_kernel_mutex),
        notify_case(LOCK_10__objects_are_not_dereferenced_below_what_was_taken),
    };
    return cmocka_run_group_tests_name("TERM", tests, NULL, NULL);
}
