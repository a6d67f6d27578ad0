/* Rules OB: object callbacks, what they are asked and what they can do. */
#include <string.h>

#include "io/io.h"
#include "notify_record.h"

/* ---- the driver ------------------------------------------------------------------------------ */

/* One call of a routine. */
struct asked {
    char who; /* 'A', 'a' for its post-operation routine, ... */
    ULONG operation;
    PVOID object;
    uint32_t pid; /* of the object, or of its process */
    bool thread, kernel, apcs_disabled;
    uint32_t irql;
    ACCESS_MASK desired, original; /* of a post-operation routine: granted, 0 */
    NTSTATUS status;
    PVOID call_context, source, target;
};

enum { ASKED_MAX = 64 };
static struct asked asked[ASKED_MAX];
static uint32_t asked_count;
static char order[ASKED_MAX + 1];

/* What the routines do; A and B are two drivers' worth of them. */
static ACCESS_MASK strip_process, strip_thread, add;
static bool leave_kernel_alone;
static OB_PREOP_CALLBACK_STATUS answer;
static PVOID registration, other_registration;
static NTSTATUS status_of[24];

static struct asked *next(char who) {
    static struct asked overflow;
    order[asked_count < ASKED_MAX ? asked_count : 0] = who;
    struct asked *a = asked_count < ASKED_MAX ? &asked[asked_count++] : &overflow;
    *a = (struct asked){
        .who = who, .irql = KeGetCurrentIrql(), .apcs_disabled = KeAreApcsDisabled() != FALSE};
    return a;
}

static void describe(struct asked *a, PVOID object, POBJECT_TYPE type) {
    a->object = object;
    a->thread = type == *PsThreadType;
    a->pid = id_of(a->thread ? PsGetThreadProcessId(object) : PsGetProcessId(object));
}

static ACCESS_MASK stripped(ACCESS_MASK access, const struct asked *a) {
    if (a->kernel && leave_kernel_alone)
        return access;
    return (access & ~(a->thread ? strip_thread : strip_process)) | add;
}

static OB_PREOP_CALLBACK_STATUS pre(char who, POB_PRE_OPERATION_INFORMATION info) {
    struct asked *a = next(who);
    a->operation = info->Operation;
    a->kernel = info->KernelHandle != 0;
    describe(a, info->Object, info->ObjectType);
    a->call_context = info->CallContext;
    info->CallContext = a;
    if (info->Operation == OB_OPERATION_HANDLE_DUPLICATE) {
        OB_PRE_DUPLICATE_HANDLE_INFORMATION *d = &info->Parameters->DuplicateHandleInformation;
        a->desired = d->DesiredAccess;
        a->original = d->OriginalDesiredAccess;
        a->source = d->SourceProcess;
        a->target = d->TargetProcess;
        d->DesiredAccess = stripped(d->DesiredAccess, a);
    } else {
        OB_PRE_CREATE_HANDLE_INFORMATION *c = &info->Parameters->CreateHandleInformation;
        a->desired = c->DesiredAccess;
        a->original = c->OriginalDesiredAccess;
        if (who == 'A')
            c->DesiredAccess = stripped(c->DesiredAccess, a);
    }
    return answer;
}

static void post(char who, POB_POST_OPERATION_INFORMATION info) {
    struct asked *a = next(who);
    a->operation = info->Operation;
    describe(a, info->Object, info->ObjectType);
    a->desired = info->Parameters->CreateHandleInformation.GrantedAccess;
    a->status = info->ReturnStatus;
    a->call_context = info->CallContext;
}

static OB_PREOP_CALLBACK_STATUS pre_a(PVOID context, POB_PRE_OPERATION_INFORMATION info) {
    (void)context;
    return pre('A', info);
}

static VOID post_a(PVOID context, POB_POST_OPERATION_INFORMATION info) {
    (void)context;
    post('a', info);
}

static OB_PREOP_CALLBACK_STATUS pre_b(PVOID context, POB_PRE_OPERATION_INFORMATION info) {
    (void)context;
    return pre('B', info);
}

static VOID post_b(PVOID context, POB_POST_OPERATION_INFORMATION info) {
    (void)context;
    post('b', info);
}

enum { BOTH = OB_OPERATION_HANDLE_CREATE | OB_OPERATION_HANDLE_DUPLICATE };

static OB_OPERATION_REGISTRATION entries[2];

static OB_CALLBACK_REGISTRATION registration_of(PCWSTR altitude, USHORT count) {
    OB_CALLBACK_REGISTRATION r = {.Version = OB_FLT_REGISTRATION_VERSION,
                                  .OperationRegistrationCount = count,
                                  .OperationRegistration = entries};
    RtlInitUnicodeString(&r.Altitude, altitude);
    entries[0] = (OB_OPERATION_REGISTRATION){PsProcessType, BOTH, pre_a, post_a};
    entries[1] = (OB_OPERATION_REGISTRATION){PsThreadType, BOTH, pre_a, post_a};
    return r;
}

static VOID unload(PDRIVER_OBJECT DriverObject) {
    (void)DriverObject;
    if (registration)
        ObUnRegisterCallbacks(registration);
}

static int32_t guard(void *driver, void *path) {
    OB_CALLBACK_REGISTRATION r = registration_of(u"320000", 2);
    (void)path;
    ((PDRIVER_OBJECT)driver)->DriverUnload = unload;
    return ObRegisterCallbacks(&r, &registration);
}

static int32_t guard_of_creation(void *driver, void *path) {
    OB_CALLBACK_REGISTRATION r = registration_of(u"320000", 1);
    (void)driver, (void)path;
    entries[0].Operations = OB_OPERATION_HANDLE_CREATE;
    return ObRegisterCallbacks(&r, &registration);
}

/* A is above B. */
static int32_t two_guards(void *driver, void *path) {
    OB_CALLBACK_REGISTRATION r = registration_of(u"42000.5", 1);
    (void)driver, (void)path;
    entries[0] = (OB_OPERATION_REGISTRATION){PsProcessType, BOTH, pre_b, post_b};
    NTSTATUS status = ObRegisterCallbacks(&r, &other_registration);
    r = registration_of(u"320000", 1);
    return NT_SUCCESS(status) ? ObRegisterCallbacks(&r, &registration) : status;
}

/* ---- programs -------------------------------------------------------------------------------- */

static DWORD child_id, error, other_error;
static BOOL opened, terminated, other_terminated;
static HANDLE child_handle;

static PROCESS_INFORMATION start_child(void) {
    STARTUPINFOA startup = {.cb = sizeof startup};
    PROCESS_INFORMATION child = {0};
    char command[] = "child.exe";
    CreateProcessA(NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &child);
    child_id = child.dwProcessId;
    return child;
}

static int sleeper(int argc, char **argv) {
    (void)argc, (void)argv;
    Sleep(INFINITE);
    return 0;
}

static int seven(int argc, char **argv) {
    (void)argc, (void)argv;
    return 7;
}

/* Opens the victim, which was started by the host, for that access and tries to end it. */
static uint32_t victim_id;
static DWORD wanted_access;

static int opener(int argc, char **argv) {
    (void)argc, (void)argv;
    HANDLE process = OpenProcess(wanted_access, FALSE, victim_id);
    opened = process != NULL;
    terminated = TerminateProcess(process, 9);
    error = GetLastError();
    HANDLE other = NULL;
    if (DuplicateHandle(GetCurrentProcess(), process, GetCurrentProcess(), &other,
                        PROCESS_TERMINATE, FALSE, 0)) {
        other_terminated = TerminateProcess(other, 8);
        other_error = GetLastError();
    }
    return 0;
}

/* Two programs: a victim that the test starts, then the opener. */
static uint32_t run_opener(rd_world *w, DWORD access) {
    wanted_access = access;
    program_register(w, "victim.exe", sleeper);
    victim_id = program_start(w, "victim.exe");
    program_register(w, "app.exe", opener);
    uint32_t pid = program_start(w, "app.exe");
    rd_verdict verdict;
    rd_run_until(w, 1000000, &verdict);
    return pid;
}

/* The n-th call by that routine about that process (or one of its threads). */
static const struct asked *ask_of(char who, uint32_t pid, bool thread, uint32_t n) {
    static const struct asked none;
    for (uint32_t i = 0; i < asked_count; i++)
        if (asked[i].who == who && asked[i].pid == pid && asked[i].thread == thread && n-- == 0)
            return &asked[i];
    return &none;
}

/* ---- registration ---------------------------------------------------------------------------- */

static NTSTATUS try_registration(OB_CALLBACK_REGISTRATION *r) {
    PVOID handle = NULL;
    NTSTATUS status = ObRegisterCallbacks(r, &handle);
    if (NT_SUCCESS(status))
        ObUnRegisterCallbacks(handle);
    return status;
}

static void register_all_ways(void *context) {
    (void)context;
    OB_CALLBACK_REGISTRATION r = registration_of(u"1000", 1);
    status_of[0] = try_registration(&r);
    r.Version = 0x0200;
    status_of[1] = try_registration(&r);
    r = registration_of(u"1000", 1);
    entries[0].PreOperation = NULL;
    status_of[2] = try_registration(&r);
    entries[0].PostOperation = NULL;
    status_of[3] = try_registration(&r);
    r = registration_of(u"1000", 1);
    entries[0].ObjectType = IoFileObjectType;
    status_of[4] = try_registration(&r);
    entries[0].ObjectType = ExDesktopObjectType;
    status_of[5] = try_registration(&r);
    r = registration_of(u"1000", 0);
    status_of[6] = try_registration(&r);
    r = registration_of(u"1000", 1);
    entries[0].Operations = 0;
    status_of[7] = try_registration(&r);
    entries[0].Operations = 4 | BOTH;
    status_of[8] = try_registration(&r);
    r = registration_of(u"1000", 2);
    KIRQL irql;
    KeRaiseIrql(APC_LEVEL, &irql);
    status_of[9] = try_registration(&r);
    KeLowerIrql(irql);
    status_of[10] = ObGetFilterVersion();
}

static void OB_01__registration_gives_a_handle_for_removal(void **state) {
    kernel_call(*state, register_all_ways);
    assert_int_equal(status_of[0], STATUS_SUCCESS);
    assert_int_equal(status_of[10], OB_FLT_REGISTRATION_VERSION);
    assert_int_equal(test_count(*state, RD_EVENT_OB_REGISTER, "1000"),
                     test_count(*state, RD_EVENT_OB_UNREGISTER, "1000"));
}

static void OB_02__unknown_versions_are_refused(void **state) {
    kernel_call(*state, register_all_ways);
    assert_int_equal(status_of[1], STATUS_INVALID_PARAMETER);
}

static void register_altitudes(void *context) {
    PVOID first, second, third, fourth;
    (void)context;
    OB_CALLBACK_REGISTRATION r = registration_of(u"1000", 1);
    status_of[0] = ObRegisterCallbacks(&r, &first);
    status_of[1] = ObRegisterCallbacks(&r, &second);
    r = registration_of(u"01000", 1);
    status_of[2] = ObRegisterCallbacks(&r, &second);
    r = registration_of(u"1000.5", 1);
    status_of[3] = ObRegisterCallbacks(&r, &third);
    ObUnRegisterCallbacks(first);
    r = registration_of(u"1000", 1);
    status_of[4] = ObRegisterCallbacks(&r, &fourth);
    ObUnRegisterCallbacks(third);
    ObUnRegisterCallbacks(fourth);
}

static void OB_03__an_altitude_is_used_once(void **state) {
    kernel_call(*state, register_altitudes);
    assert_int_equal(status_of[0], STATUS_SUCCESS);
    assert_int_equal((uint32_t)status_of[1], 0xC01C0011);
    assert_int_equal(status_of[2], STATUS_FLT_INSTANCE_ALTITUDE_COLLISION);
    assert_int_equal(status_of[3], STATUS_SUCCESS);
    assert_int_equal(status_of[4], STATUS_SUCCESS);
}

static void OB_04__an_entry_needs_a_routine(void **state) {
    kernel_call(*state, register_all_ways);
    assert_int_equal(status_of[2], STATUS_SUCCESS);
    assert_int_equal(status_of[3], STATUS_INVALID_PARAMETER);
}

static void OB_05__only_processes_threads_and_desktops_can_be_watched(void **state) {
    kernel_call(*state, register_all_ways);
    assert_int_equal(status_of[4], STATUS_INVALID_PARAMETER);
    assert_int_equal(status_of[5], STATUS_SUCCESS);
    rd_world_destroy(*state);
    rd_world_options options = {.size = sizeof options, .profile = "win7"};
    *state = test_world(&options);
    kernel_call(*state, register_all_ways);
    assert_int_equal(status_of[5], STATUS_INVALID_PARAMETER);
}

static int32_t unsigned_guard(void *driver, void *path) {
    struct rd_world *w = port_current_world();
    (void)path;
    OB_CALLBACK_REGISTRATION r = registration_of(u"1000", 1);
    io_driver_find(w, "test.sys")->force_integrity = false;
    status_of[0] = ObRegisterCallbacks(&r, &registration);
    io_driver_find(w, "test.sys")->force_integrity = true;
    status_of[1] = ObRegisterCallbacks(&r, &registration);
    ((PDRIVER_OBJECT)driver)->DriverUnload = unload;
    return STATUS_SUCCESS;
}

static void OB_06__routines_of_an_unsigned_image_are_refused(void **state) {
    driver_load(*state, unsigned_guard);
    assert_int_equal(status_of[0], STATUS_ACCESS_DENIED);
    assert_int_equal(status_of[1], STATUS_SUCCESS);
}

static void register_at_dispatch(void *context) {
    KIRQL irql;
    (void)context;
    OB_CALLBACK_REGISTRATION r = registration_of(u"1000", 1);
    KeRaiseIrql(DISPATCH_LEVEL, &irql);
    ObRegisterCallbacks(&r, &registration);
}

static void OB_08__registration_is_legal_up_to_apc_level(void **state) {
    kernel_call(*state, register_all_ways);
    assert_int_equal(status_of[9], STATUS_SUCCESS);
    kernel_stop(*state, register_at_dispatch, 0xC4, "OB-08");
}

static void OB_09__no_entries_or_bad_operations_are_refused(void **state) {
    kernel_call(*state, register_all_ways);
    assert_int_equal(status_of[6], STATUS_INVALID_PARAMETER);
    assert_int_equal(status_of[7], STATUS_INVALID_PARAMETER);
    assert_int_equal(status_of[8], STATUS_INVALID_PARAMETER);
}

/* ---- what routines can do -------------------------------------------------------------------- */

static void OB_10__a_routine_cannot_refuse_an_open(void **state) {
    answer = (OB_PREOP_CALLBACK_STATUS)STATUS_ACCESS_DENIED;
    driver_load(*state, guard);
    run_opener(*state, PROCESS_QUERY_LIMITED_INFORMATION);
    assert_true(opened);
    test_event(*state, 0, RD_EVENT_OB_BAD_ANSWER, "320000");
}

static void OB_11__a_routine_cannot_grant_more(void **state) {
    add = PROCESS_ALL_ACCESS;
    driver_load(*state, guard);
    run_opener(*state, PROCESS_QUERY_LIMITED_INFORMATION);
    assert_true(opened);
    assert_false(terminated);
    assert_int_equal(error, ERROR_ACCESS_DENIED);
    assert_int_equal(ask_of('a', victim_id, false, 0)->desired, PROCESS_QUERY_LIMITED_INFORMATION);
}

static void OB_12__only_listed_rights_can_be_taken_away(void **state) {
    strip_process = strip_thread = 0xFFFFFFFF;
    driver_load(*state, guard);
    program_register(*state, "child.exe", seven);
    run_opener(*state, PROCESS_ALL_ACCESS);
    enum { PROCESS_LEFT = 0x1FFFFF & ~0xBEB, THREAD_LEFT = 0x1FFFFF & ~0x7B3 };
    assert_int_equal(ask_of('a', victim_id, false, 0)->desired, PROCESS_LEFT);
    assert_int_equal(PROCESS_LEFT & SYNCHRONIZE, SYNCHRONIZE);
    assert_true(THREAD_LEFT & SYNCHRONIZE);
}

static void OB_13__OB_14__a_stripped_open_succeeds_with_less(void **state) {
    strip_process = PROCESS_TERMINATE;
    driver_load(*state, guard);
    run_opener(*state, PROCESS_TERMINATE);
    assert_true(opened);
    assert_false(terminated);
    assert_int_equal(error, ERROR_ACCESS_DENIED);
    const struct asked *granted = ask_of('a', victim_id, false, 0);
    assert_int_equal(granted->desired, 0);
    assert_int_equal(granted->status, STATUS_SUCCESS);
    test_event(*state, 0, RD_EVENT_OB_STRIP, "320000");
}

static void OB_15__later_drivers_see_what_earlier_ones_left(void **state) {
    strip_process = PROCESS_TERMINATE;
    driver_load(*state, two_guards);
    run_opener(*state, PROCESS_TERMINATE | PROCESS_VM_READ);
    assert_int_equal(ask_of('A', victim_id, false, 0)->desired,
                     PROCESS_TERMINATE | PROCESS_VM_READ);
    assert_int_equal(ask_of('B', victim_id, false, 0)->original,
                     PROCESS_TERMINATE | PROCESS_VM_READ);
    assert_int_equal(ask_of('B', victim_id, false, 0)->desired, PROCESS_VM_READ);
}

static NTSTATUS open_status, end_status;

static void open_from_kernel(void *context) {
    CLIENT_ID id = {.UniqueProcess = (HANDLE)(uintptr_t)victim_id};
    OBJECT_ATTRIBUTES attributes;
    HANDLE handle;
    (void)context;
    InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    open_status = ZwOpenProcess(&handle, PROCESS_TERMINATE, &attributes, &id);
    ZwClose(handle);
    PEPROCESS process;
    PsLookupProcessByProcessId((HANDLE)(uintptr_t)victim_id, &process);
    ObOpenObjectByPointer(process, OBJ_KERNEL_HANDLE, NULL, PROCESS_TERMINATE, *PsProcessType,
                          KernelMode, &handle);
    ObDereferenceObject(process);
    end_status = ZwTerminateProcess(handle, STATUS_SUCCESS);
    ZwClose(handle);
}

static void OB_16__kernel_handles_are_flagged(void **state) {
    strip_process = PROCESS_TERMINATE;
    leave_kernel_alone = true;
    driver_load(*state, guard);
    program_register(*state, "victim.exe", sleeper);
    victim_id = program_start(*state, "victim.exe");
    kernel_call(*state, open_from_kernel);
    assert_int_equal(open_status, STATUS_SUCCESS);
    assert_int_equal(end_status, STATUS_SUCCESS);
    assert_true(ask_of('A', victim_id, false, 0)->kernel);
    assert_true(ask_of('A', victim_id, false, 1)->kernel);
    assert_int_equal(ask_of('a', victim_id, false, 1)->desired, PROCESS_TERMINATE);
}

/* The full handle of a former time gives a copy with rights that the guard has taken. */
static int duplicator(int argc, char **argv) {
    HANDLE copy = NULL;
    (void)argc, (void)argv;
    HANDLE process = OpenProcess(PROCESS_DUP_HANDLE, FALSE, victim_id);
    opened = DuplicateHandle(process, (HANDLE)(LONG_PTR)-1, GetCurrentProcess(), &copy, 0, FALSE,
                             DUPLICATE_SAME_ACCESS);
    terminated = TerminateProcess(copy, 9);
    error = GetLastError();
    return 0;
}

static uint32_t run_duplicator(rd_world *w) {
    program_register(w, "victim.exe", sleeper);
    victim_id = program_start(w, "victim.exe");
    program_register(w, "app.exe", duplicator);
    uint32_t pid = program_start(w, "app.exe");
    rd_verdict verdict;
    rd_run_until(w, 1000000, &verdict);
    return pid;
}

static void OB_17__without_the_duplicate_bit_rights_can_be_regained(void **state) {
    strip_process = PROCESS_TERMINATE;
    driver_load(*state, guard_of_creation);
    run_duplicator(*state);
    assert_true(opened);
    assert_true(terminated);
}

static void OB_17__OB_27__duplicates_are_covered_by_their_own_bit(void **state) {
    strip_process = PROCESS_TERMINATE;
    driver_load(*state, guard);
    uint32_t pid = run_duplicator(*state);
    assert_true(opened);
    assert_false(terminated);
    assert_int_equal(error, ERROR_ACCESS_DENIED);
    const struct asked *a = ask_of('A', victim_id, false, 1);
    assert_int_equal(a->operation, OB_OPERATION_HANDLE_DUPLICATE);
    assert_int_equal(a->original, PROCESS_ALL_ACCESS);
    assert_ptr_equal(a->source, ps_process_by_id(*state, victim_id));
    assert_ptr_equal(a->target, ps_process_by_id(*state, pid));
}

static int opens_then_waits(int argc, char **argv) {
    (void)argc, (void)argv;
    child_handle = OpenProcess(PROCESS_TERMINATE, FALSE, victim_id);
    Sleep(100);
    terminated = TerminateProcess(child_handle, 9);
    return 0;
}

static void OB_18__existing_handles_keep_their_rights(void **state) {
    rd_verdict verdict;
    strip_process = PROCESS_TERMINATE;
    program_register(*state, "victim.exe", sleeper);
    victim_id = program_start(*state, "victim.exe");
    program_register(*state, "app.exe", opens_then_waits);
    program_start(*state, "app.exe");
    rd_run_until(*state, 500000, &verdict);
    driver_load(*state, guard);
    rd_run(*state, &verdict);
    assert_int_equal(verdict, RD_VERDICT_FINISHED);
    assert_true(terminated);
}

static int exits_itself(int argc, char **argv) {
    (void)argc, (void)argv;
    TerminateProcess(GetCurrentProcess(), 5);
    return 0;
}

static void OB_19__pseudo_handles_pass_unasked(void **state) {
    rd_process_info info;
    strip_process = strip_thread = 0xFFFFFFFF;
    driver_load(*state, guard);
    uint32_t pid = program(*state, exits_itself);
    rd_process_get(*state, pid, &info);
    assert_int_equal(info.exit_code, 5);
    assert_int_equal(asked_count, 0);
}

static int thread_killer(int argc, char **argv) {
    (void)argc, (void)argv;
    PROCESS_INFORMATION child = start_child();
    HANDLE thread = OpenThread(THREAD_TERMINATE, FALSE, child.dwThreadId);
    terminated = TerminateProcess(child.hProcess, 9);
    error = GetLastError();
    other_terminated = TerminateThread(thread, 9);
    other_error = GetLastError();
    TerminateThread(child.hThread, 8);
    return 0;
}

static void OB_20__OB_21__threads_can_be_killed_if_only_processes_are_protected(void **state) {
    strip_process = PROCESS_TERMINATE;
    driver_load(*state, guard);
    program_register(*state, "child.exe", sleeper);
    program(*state, thread_killer);
    assert_false(terminated); /* although it has created the process */
    assert_int_equal(error, ERROR_ACCESS_DENIED);
    assert_true(other_terminated);
}

static void OB_20__OB_21__thread_rights_can_be_stripped_too(void **state) {
    rd_verdict verdict;
    strip_process = PROCESS_TERMINATE;
    strip_thread = 0x1; /* THREAD_TERMINATE */
    driver_load(*state, guard);
    program_register(*state, "child.exe", sleeper);
    program_register(*state, "app.exe", thread_killer);
    program_start(*state, "app.exe");
    rd_run_until(*state, 1000000, &verdict);
    assert_false(other_terminated);
    assert_int_equal(other_error, ERROR_ACCESS_DENIED);
    assert_true(ask_of('A', child_id, true, 0)->object != NULL);
    assert_int_equal(ask_of('a', child_id, true, 0)->desired, THREAD_ALL_ACCESS & ~0x1);
}

static DWORD WINAPI nothing(LPVOID argument) {
    (void)argument;
    return 0;
}

static int thread_maker(int argc, char **argv) {
    (void)argc, (void)argv;
    HANDLE thread = CreateThread(NULL, 0, nothing, NULL, 0, NULL);
    WaitForSingleObject(thread, INFINITE);
    return 0;
}

static void OB_21__OB_27__handles_to_new_threads_pass_the_routines(void **state) {
    strip_thread = 0xFFFFFFFF;
    driver_load(*state, guard);
    uint32_t pid = program(*state, thread_maker);
    assert_int_equal(ask_of('A', pid, true, 0)->desired, THREAD_ALL_ACCESS);
    assert_int_equal(ask_of('a', pid, true, 0)->desired, THREAD_ALL_ACCESS & ~0x7B3);
    assert_int_equal(ask_of('a', pid, true, 0)->status, STATUS_SUCCESS);
}

static void OB_22__routines_run_at_passive_level_without_apcs(void **state) {
    driver_load(*state, guard);
    run_opener(*state, PROCESS_TERMINATE);
    assert_true(asked_count >= 2);
    for (uint32_t i = 0; i < asked_count; i++) {
        assert_int_equal(asked[i].irql, PASSIVE_LEVEL);
        assert_true(asked[i].apcs_disabled);
    }
}

static void OB_23__higher_altitudes_are_asked_first_and_told_last(void **state) {
    driver_load(*state, two_guards);
    run_opener(*state, PROCESS_QUERY_LIMITED_INFORMATION);
    order[4] = '\0';
    assert_string_equal(order, "ABba");
}

static void OB_24__call_context_stays_with_its_driver(void **state) {
    driver_load(*state, two_guards);
    run_opener(*state, PROCESS_QUERY_LIMITED_INFORMATION);
    assert_ptr_equal(ask_of('a', victim_id, false, 0)->call_context,
                     ask_of('A', victim_id, false, 0));
    assert_ptr_equal(ask_of('b', victim_id, false, 0)->call_context,
                     ask_of('B', victim_id, false, 0));
    assert_null(ask_of('B', victim_id, false, 0)->call_context);
}

/* ---- removal --------------------------------------------------------------------------------- */

static void unregister_twice(void *context) {
    (void)context;
    OB_CALLBACK_REGISTRATION r = registration_of(u"1000", 1);
    ObRegisterCallbacks(&r, &registration);
    ObUnRegisterCallbacks(registration);
    ObUnRegisterCallbacks(registration);
}

static void OB_25__unregistering_twice_stops_the_machine(void **state) {
    kernel_stop(*state, unregister_twice, 0x7E, "OB-25");
}

static VOID forget(PDRIVER_OBJECT DriverObject) {
    (void)DriverObject;
}

static int32_t forgetful_guard(void *driver, void *path) {
    int32_t status = guard(driver, path);
    ((PDRIVER_OBJECT)driver)->DriverUnload = forget;
    return status;
}

static void OB_25__unload_with_callbacks_registered(void **state) {
    rd_verdict verdict;
    driver_load(*state, forgetful_guard);
    driver_unload(*state);
    test_event(*state, 0, RD_EVENT_DRIVER_LEFT, "object callbacks: 2");
    program_register(*state, "app.exe", thread_maker);
    program_start(*state, "app.exe");
    rd_run(*state, &verdict);
    expect_stop(*state, 0xCE, "object callback (altitude 320000)");
}

static KEVENT entered, go_on;
static bool removed, removed_too_early;

static OB_PREOP_CALLBACK_STATUS blocks(PVOID context, POB_PRE_OPERATION_INFORMATION info) {
    (void)context, (void)info;
    KeSetEvent(&entered, 0, FALSE);
    KeWaitForSingleObject(&go_on, Executive, KernelMode, FALSE, NULL);
    return OB_PREOP_SUCCESS;
}

static OB_PREOP_CALLBACK_STATUS removes_itself(PVOID context, POB_PRE_OPERATION_INFORMATION info) {
    (void)context, (void)info;
    ObUnRegisterCallbacks(registration);
    return OB_PREOP_SUCCESS;
}

static VOID remover(PVOID context) {
    (void)context;
    KeWaitForSingleObject(&entered, Executive, KernelMode, FALSE, NULL);
    ObUnRegisterCallbacks(registration);
    removed = true;
}

static VOID releaser(PVOID context) {
    LARGE_INTEGER delay = {.QuadPart = -100000};
    (void)context;
    KeWaitForSingleObject(&entered, Executive, KernelMode, FALSE, NULL);
    KeDelayExecutionThread(KernelMode, FALSE, &delay);
    removed_too_early = removed;
    KeSetEvent(&go_on, 0, FALSE);
}

static int32_t blocking_guard(void *driver, void *path) {
    PKSTART_ROUTINE const routines[] = {remover, releaser};
    OB_CALLBACK_REGISTRATION r = registration_of(u"320000", 1);
    (void)driver, (void)path;
    entries[0] = (OB_OPERATION_REGISTRATION){PsThreadType, BOTH, blocks, NULL};
    KeInitializeEvent(&entered, NotificationEvent, FALSE);
    KeInitializeEvent(&go_on, NotificationEvent, FALSE);
    for (int i = 0; i < 2; i++) {
        HANDLE thread;
        PsCreateSystemThread(&thread, THREAD_ALL_ACCESS, NULL, NULL, NULL, routines[i], NULL);
        ZwClose(thread);
    }
    return ObRegisterCallbacks(&r, &registration);
}

static void OB_26__removal_waits_for_routines_in_progress(void **state) {
    driver_load(*state, blocking_guard);
    program(*state, thread_maker);
    assert_true(removed);
    assert_false(removed_too_early);
    test_event(*state, 0, RD_EVENT_NOTIFY_REMOVE_WAIT, "object callback");
}

static int32_t self_removing_guard(void *driver, void *path) {
    OB_CALLBACK_REGISTRATION r = registration_of(u"320000", 1);
    (void)driver, (void)path;
    entries[0] = (OB_OPERATION_REGISTRATION){PsThreadType, BOTH, removes_itself, NULL};
    return ObRegisterCallbacks(&r, &registration);
}

static void OB_26__removing_oneself_is_a_deadlock(void **state) {
    driver_load(*state, self_removing_guard);
    program_register(*state, "app.exe", thread_maker);
    program_start(*state, "app.exe");
    program_run(*state, RD_VERDICT_DEADLOCK);
}

/* ---- availability ---------------------------------------------------------------------------- */

static PVOID address_of_routine;

static void find_routine(void *context) {
    UNICODE_STRING name;
    (void)context;
    RtlInitUnicodeString(&name, u"ObRegisterCallbacks");
    address_of_routine = MmGetSystemRoutineAddress(&name);
}

static void OB_28__available_since_vista_sp1(void **state) {
    kernel_call(*state, find_routine);
    assert_ptr_equal(address_of_routine, ADDRESS(ObRegisterCallbacks));
    rd_world_destroy(*state);
    rd_world_options options = {.size = sizeof options, .profile = "xp"};
    *state = test_world(&options);
    kernel_call(*state, find_routine);
    assert_null(address_of_routine);
}

static int forget_everything(void **state) {
    memset(asked, 0, sizeof asked);
    memset(order, 0, sizeof order);
    memset(status_of, 0xAA, sizeof status_of);
    asked_count = 0;
    strip_process = strip_thread = add = 0;
    leave_kernel_alone = removed = removed_too_early = false;
    answer = OB_PREOP_SUCCESS;
    registration = other_registration = NULL;
    opened = terminated = other_terminated = FALSE;
    error = other_error = 0;
    return test_setup(state);
}

#define ob_case(function)                                                                          \
    cmocka_unit_test_setup_teardown(function, forget_everything, test_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        ob_case(OB_01__registration_gives_a_handle_for_removal),
        ob_case(OB_02__unknown_versions_are_refused),
        ob_case(OB_03__an_altitude_is_used_once),
        ob_case(OB_04__an_entry_needs_a_routine),
        ob_case(OB_05__only_processes_threads_and_desktops_can_be_watched),
        ob_case(OB_06__routines_of_an_unsigned_image_are_refused),
        ob_case(OB_08__registration_is_legal_up_to_apc_level),
        ob_case(OB_09__no_entries_or_bad_operations_are_refused),
        ob_case(OB_10__a_routine_cannot_refuse_an_open),
        ob_case(OB_11__a_routine_cannot_grant_more),
        ob_case(OB_12__only_listed_rights_can_be_taken_away),
        ob_case(OB_13__OB_14__a_stripped_open_succeeds_with_less),
        ob_case(OB_15__later_drivers_see_what_earlier_ones_left),
        ob_case(OB_16__kernel_handles_are_flagged),
        ob_case(OB_17__without_the_duplicate_bit_rights_can_be_regained),
        ob_case(OB_17__OB_27__duplicates_are_covered_by_their_own_bit),
        ob_case(OB_18__existing_handles_keep_their_rights),
        ob_case(OB_19__pseudo_handles_pass_unasked),
        ob_case(OB_20__OB_21__threads_can_be_killed_if_only_processes_are_protected),
        ob_case(OB_20__OB_21__thread_rights_can_be_stripped_too),
        ob_case(OB_21__OB_27__handles_to_new_threads_pass_the_routines),
        ob_case(OB_22__routines_run_at_passive_level_without_apcs),
        ob_case(OB_23__higher_altitudes_are_asked_first_and_told_last),
        ob_case(OB_24__call_context_stays_with_its_driver),
        ob_case(OB_25__unregistering_twice_stops_the_machine),
        ob_case(OB_25__unload_with_callbacks_registered),
        ob_case(OB_26__removal_waits_for_routines_in_progress),
        ob_case(OB_26__removing_oneself_is_a_deadlock),
        ob_case(OB_28__available_since_vista_sp1),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
