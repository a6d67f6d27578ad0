/* Notify routines: memory that is missing, old versions of Windows, and what a routine must not
 * do. */
#include <string.h>

#include "core/core.h"
#include "notify_record.h"

static VOID legacy(HANDLE ParentId, HANDLE ProcessId, BOOLEAN Create) {
    (void)ParentId;
    record(ADDRESS(legacy), Create != FALSE)->pid = id_of(ProcessId);
}

static VOID ex(PEPROCESS Process, HANDLE ProcessId, PPS_CREATE_NOTIFY_INFO CreateInfo) {
    (void)Process;
    record(ADDRESS(ex), CreateInfo != NULL)->pid = id_of(ProcessId);
}

static VOID of_thread(HANDLE ProcessId, HANDLE ThreadId, BOOLEAN Create) {
    (void)ThreadId;
    record(ADDRESS(of_thread), Create != FALSE)->pid = id_of(ProcessId);
}

static IMAGE_INFO last_info;
static bool has_extended;
static WCHAR driver_image[128];

static VOID of_image(PUNICODE_STRING FullImageName, HANDLE ProcessId, PIMAGE_INFO ImageInfo) {
    last_info = *ImageInfo;
    has_extended |= ImageInfo->ExtendedInfoPresent;
    if (!ProcessId && FullImageName->Length < sizeof driver_image)
        memcpy(driver_image, FullImageName->Buffer, FullImageName->Length);
}

static int quiet(int argc, char **argv) {
    (void)argc, (void)argv;
    return 0;
}

static rd_world *world_of(const char *profile) {
    return test_world(&(rd_world_options){.size = sizeof(rd_world_options), .profile = profile});
}

/* ---- memory that is missing ------------------------------------------------------------------ */

static unsigned allocations_left;

/* The allocation fails for which nothing is left, and every later one. */
static unsigned fail_allocation(struct rd_world *w, unsigned kind, unsigned count) {
    (void)w, (void)count;
    if (kind != CORE_CHOOSE_ALLOCATION)
        return 0;
    if (!allocations_left)
        return 1;
    allocations_left--;
    return 0;
}

static void fail_after(rd_world *w, unsigned allocations) {
    allocations_left = allocations;
    w->choices.choose |= RD_CHOOSE_ALLOCATION;
    w->choices.answer = fail_allocation;
}

static NTSTATUS status_of[8];

static void register_all(void *context) {
    (void)context;
    status_of[0] = PsSetCreateProcessNotifyRoutine(legacy, FALSE);
    status_of[1] = PsSetCreateProcessNotifyRoutineEx(ex, FALSE);
    status_of[2] =
        PsSetCreateProcessNotifyRoutineEx2(PsCreateProcessNotifySubsystems, ADDRESS(ex), FALSE);
    status_of[3] = PsSetCreateThreadNotifyRoutine(of_thread);
    status_of[4] = PsSetLoadImageNotifyRoutine(of_image);
}

static void NTFY_P_15__registration_without_memory(void **state) {
    fail_after(*state, 2);
    kernel_call(*state, register_all);
    assert_int_equal(status_of[0], STATUS_SUCCESS);
    assert_int_equal(status_of[1], STATUS_SUCCESS);
    for (int i = 2; i < 5; i++)
        assert_int_equal(status_of[i], STATUS_INSUFFICIENT_RESOURCES);
    program(*state, quiet);
    assert_int_equal(count_of(ADDRESS(legacy), 0, false), 1);
    assert_int_equal(count_of(ADDRESS(ex), 0, false), 1);
    assert_int_equal(count_of(ADDRESS(of_thread), 0, false), 0);
}

static OB_PREOP_CALLBACK_STATUS before_open(PVOID RegistrationContext,
                                            POB_PRE_OPERATION_INFORMATION OperationInformation) {
    (void)RegistrationContext, (void)OperationInformation;
    return OB_PREOP_SUCCESS;
}

static void register_object_callbacks(void *context) {
    OB_OPERATION_REGISTRATION operation = {.ObjectType = PsProcessType,
                                           .Operations = OB_OPERATION_HANDLE_CREATE,
                                           .PreOperation = before_open};
    OB_CALLBACK_REGISTRATION registration = {.Version = OB_FLT_REGISTRATION_VERSION,
                                             .OperationRegistrationCount = 1,
                                             .OperationRegistration = &operation};
    PVOID handle = NULL;
    (void)context;
    RtlInitUnicodeString(&registration.Altitude, u"370000");
    status_of[0] = ObRegisterCallbacks(&registration, &handle);
}

static void OB_07__registration_without_memory(void **state) {
    fail_after(*state, 0);
    kernel_call(*state, register_object_callbacks);
    assert_int_equal(status_of[0], STATUS_INSUFFICIENT_RESOURCES);
    fail_after(*state, 1); /* the altitude is still free */
    kernel_call(*state, register_object_callbacks);
    assert_int_equal(status_of[0], STATUS_SUCCESS);
}

static PVOID block_of[3];

static void allocate_three(void *context) {
    (void)context;
    for (int i = 0; i < 3; i++)
        block_of[i] = ExAllocatePoolWithTag(NonPagedPoolNx, 16, 'tseT');
    for (int i = 0; i < 3; i++)
        if (block_of[i])
            ExFreePoolWithTag(block_of[i], 'tseT');
}

static void POOL_02__any_allocation_may_fail(void **state) {
    fail_after(*state, 1);
    kernel_call(*state, allocate_three);
    assert_non_null(block_of[0]);
    assert_null(block_of[1]);
    assert_null(block_of[2]);
    event_of_rule(*state, 0, RD_EVENT_NO_MEMORY, "POOL-02");
}

/* ---- versions of Windows --------------------------------------------------------------------- */

static bool has_removal[2];

static void look_up_removal(void *context) {
    static const WCHAR *const names[] = {u"PsRemoveCreateThreadNotifyRoutine",
                                         u"PsRemoveLoadImageNotifyRoutine"};
    (void)context;
    for (int i = 0; i < 2; i++) {
        UNICODE_STRING name;
        RtlInitUnicodeString(&name, names[i]);
        has_removal[i] = MmGetSystemRoutineAddress(&name) != NULL;
    }
}

static VOID unload(PDRIVER_OBJECT DriverObject) {
    (void)DriverObject;
}

static int32_t watching_entry(void *driver, void *path) {
    (void)path;
    ((PDRIVER_OBJECT)driver)->DriverUnload = unload;
    PsSetCreateThreadNotifyRoutine(of_thread);
    return PsSetLoadImageNotifyRoutine(of_image);
}

static void NTFY_T_23__NTFY_I_27__windows_2000_cannot_remove_them(void **state) {
    rd_world *w = world_of("w2k");
    (void)state;
    kernel_call(w, look_up_removal);
    assert_false(has_removal[0] || has_removal[1]);
    driver_load(w, watching_entry);
    driver_unload(w); /* it should have stayed */
    size_t left = event_of_rule(w, 0, RD_EVENT_DRIVER_LEFT, "NTFY-P-70");
    assert_int_equal(rd_event_at(w, left)->a, 2);
    program_register(w, "app.exe", quiet);
    rd_process_start(w, "app.exe", NULL, NULL);
    expect_stop(w, 0xCE, "RUN-20");
    rd_world_destroy(w);
    w = world_of("xp");
    kernel_call(w, look_up_removal);
    assert_true(has_removal[0] && has_removal[1]);
    rd_world_destroy(w);
}

static int32_t other_entry(void *driver, void *path) {
    (void)driver, (void)path;
    return STATUS_SUCCESS;
}

static void NTFY_I_06__name_of_a_driver_image(void **state) {
    static const struct {
        const char *profile;
        const WCHAR *name;
    } rows[] = {
        {"win10", u"\\Device\\HarddiskVolume1\\Windows\\System32\\drivers\\other.sys"},
        {"win7", u"\\??\\C:\\Windows\\System32\\drivers\\other.sys"},
    };
    (void)state;
    for (int i = 0; i < 2; i++) {
        UNICODE_STRING told, expected;
        rd_world *w = world_of(rows[i].profile);
        memset(driver_image, 0, sizeof driver_image);
        driver_load(w, watching_entry);
        driver_try(w, "other.sys", other_entry);
        RtlInitUnicodeString(&told, driver_image);
        RtlInitUnicodeString(&expected, rows[i].name);
        assert_int_equal(told.Length, expected.Length);
        assert_memory_equal(told.Buffer, expected.Buffer, told.Length);
        rd_world_destroy(w);
    }
}

static void NTFY_I_26__bits_that_a_version_does_not_know_are_zero(void **state) {
    static const struct {
        const char *profile;
        bool extended, level;
    } rows[] = {{"win11", true, true},
                {"win81", true, true},
                {"win8", true, false},
                {"win7", true, false},
                {"xp", false, false}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        rd_world *w = world_of(rows[i].profile);
        has_extended = false;
        driver_load(w, watching_entry);
        program(w, quiet); /* ntdll comes last */
        assert_int_equal(has_extended, rows[i].extended);
        assert_int_equal(last_info.ImageSignatureLevel != 0, rows[i].level);
        assert_int_equal(last_info.ImageSignatureType, 0);
        assert_int_equal(last_info.MachineTypeMismatch, 0);
        assert_int_equal(last_info.ImagePartialMap, 0);
        rd_world_destroy(w);
    }
}

/* ---- what a routine must not do -------------------------------------------------------------- */

static KEVENT verdict;

static void wait_a_millisecond(void) {
    LARGE_INTEGER timeout = {.QuadPart = -10000};
    KeWaitForSingleObject(&verdict, Executive, KernelMode, FALSE, &timeout);
}

static VOID slow_process(PEPROCESS Process, HANDLE ProcessId, PPS_CREATE_NOTIFY_INFO CreateInfo) {
    (void)Process, (void)ProcessId, (void)CreateInfo;
    wait_a_millisecond();
}

static VOID slow_thread(HANDLE ProcessId, HANDLE ThreadId, BOOLEAN Create) {
    LARGE_INTEGER interval = {.QuadPart = -10000};
    (void)ProcessId, (void)ThreadId, (void)Create;
    KeDelayExecutionThread(KernelMode, FALSE, &interval);
}

static VOID slow_image(PUNICODE_STRING FullImageName, HANDLE ProcessId, PIMAGE_INFO ImageInfo) {
    (void)FullImageName, (void)ProcessId, (void)ImageInfo;
    wait_a_millisecond();
}

static FAST_MUTEX lock;

/* Locks and objects that are there already are no blocking. */
static VOID quick_process(PEPROCESS Process, HANDLE ProcessId, PPS_CREATE_NOTIFY_INFO CreateInfo) {
    LARGE_INTEGER none = {.QuadPart = 0};
    (void)Process, (void)ProcessId, (void)CreateInfo;
    ExAcquireFastMutex(&lock);
    ExReleaseFastMutex(&lock);
    KeWaitForSingleObject(&verdict, Executive, KernelMode, FALSE, &none);
    KeSetEvent(&verdict, 0, FALSE);
    wait_a_millisecond();
}

enum routine_kind { SLOW_PROCESS, SLOW_THREAD, SLOW_IMAGE, QUICK };
static enum routine_kind kind;

static int32_t slow_entry(void *driver, void *path) {
    (void)driver, (void)path;
    KeInitializeEvent(&verdict, NotificationEvent, FALSE);
    ExInitializeFastMutex(&lock);
    switch (kind) {
    case SLOW_PROCESS:
        return PsSetCreateProcessNotifyRoutineEx(slow_process, FALSE);
    case SLOW_THREAD:
        return PsSetCreateThreadNotifyRoutine(slow_thread);
    case SLOW_IMAGE:
        return PsSetLoadImageNotifyRoutine(slow_image);
    default:
        return PsSetCreateProcessNotifyRoutineEx(quick_process, FALSE);
    }
}

static const char *finding_of(enum routine_kind which, unsigned check) {
    static char text[256];
    rd_finding finding;
    rd_world *w = test_world(
        &(rd_world_options){.size = sizeof(rd_world_options), .verifier = RD_VERIFIER_FULL});
    kind = which;
    text[0] = '\0';
    driver_load(w, slow_entry);
    program(w, quiet);
    for (size_t i = 0; rd_finding_get(w, i, &finding) == RD_OK; i++)
        if (finding.check == check)
            strncpy(text, finding.text, sizeof text - 1);
    rd_world_destroy(w);
    return text;
}

static void NTFY_P_71__a_process_routine_must_not_block(void **state) {
    (void)state;
    assert_non_null(strstr(finding_of(SLOW_PROCESS, RD_CHECK_N_BLOCK),
                           "KeWaitForSingleObject in a process notify (Ex) routine"));
    assert_string_equal(finding_of(QUICK, RD_CHECK_N_BLOCK), "");
}

static void NTFY_T_37__nor_thread_and_image_routines(void **state) {
    (void)state;
    assert_non_null(strstr(finding_of(SLOW_THREAD, RD_CHECK_N_BLOCK),
                           "KeDelayExecutionThread in a thread notify routine"));
    assert_non_null(strstr(finding_of(SLOW_IMAGE, RD_CHECK_N_BLOCK), "image notify"));
}

static VOID attaches(PUNICODE_STRING FullImageName, HANDLE ProcessId, PIMAGE_INFO ImageInfo) {
    KAPC_STATE apc;
    (void)FullImageName, (void)ProcessId, (void)ImageInfo;
    KeStackAttachProcess((PRKPROCESS)PsGetCurrentProcess(), &apc);
    KeUnstackDetachProcess(&apc);
}

static int32_t attaching_entry(void *driver, void *path) {
    (void)driver, (void)path;
    return PsSetLoadImageNotifyRoutine(attaches);
}

static void NTFY_I_25__attaching_in_an_image_routine_is_reported(void **state) {
    rd_finding finding;
    driver_load(*state, attaching_entry);
    program(*state, quiet);
    assert_int_equal(rd_finding_get(*state, 0, &finding), RD_OK);
    assert_int_equal(finding.check, RD_CHECK_N_ATTACH);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        notify_case(NTFY_P_15__registration_without_memory),
        notify_case(OB_07__registration_without_memory),
        notify_case(POOL_02__any_allocation_may_fail),
        notify_case(NTFY_T_23__NTFY_I_27__windows_2000_cannot_remove_them),
        notify_case(NTFY_I_06__name_of_a_driver_image),
        notify_case(NTFY_I_26__bits_that_a_version_does_not_know_are_zero),
        notify_case(NTFY_P_71__a_process_routine_must_not_block),
        notify_case(NTFY_T_37__nor_thread_and_image_routines),
        notify_case(NTFY_I_25__attaching_in_an_image_routine_is_reported),
    };
    return cmocka_run_group_tests_name("rules about routines", tests, NULL, NULL);
}
