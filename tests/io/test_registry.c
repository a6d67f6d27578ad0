/* Registry callbacks: who is asked, in which order, with what; removal; what a driver leaves. */
#include <string.h>

#include "support/rd_driver_test.h"

#include "rundown/sdk/windows.h"
#include "rundown/sdk/ntifs.h"

static LARGE_INTEGER cookies[3];
static NTSTATUS status_of[8];
static PVOID driver_object;

/* ---- what routines see ----------------------------------------------------------------------- */

struct seen {
    char who;
    REG_NOTIFY_CLASS class;
    NTSTATUS status;
    PVOID call_context;
};

static struct seen seen[32];
static unsigned seen_count;
static NTSTATUS answers[2][64]; /* of routine A and B, by class */

static void note(char who, REG_NOTIFY_CLASS class, NTSTATUS status, PVOID call_context) {
    if (seen_count < 32)
        seen[seen_count++] = (struct seen){who, class, status, call_context};
}

static NTSTATUS look(char who, REG_NOTIFY_CLASS class, PVOID information) {
    if (class == RegNtPostCreateKeyEx || class == RegNtPostSetValueKey ||
        class == RegNtPostOpenKeyEx) {
        PREG_POST_OPERATION_INFORMATION post = information;
        note(who, class, post->Status, post->CallContext);
        if (answers[who - 'A'][class] == STATUS_CALLBACK_BYPASS)
            post->ReturnStatus = STATUS_ACCESS_DENIED;
        return answers[who - 'A'][class];
    }
    if (class == RegNtPreSetValueKey)
        ((PREG_SET_VALUE_KEY_INFORMATION)information)->CallContext = (PVOID)(ULONG_PTR)who;
    note(who, class, 0, NULL);
    return answers[who - 'A'][class];
}

static NTSTATUS routine_a(PVOID CallbackContext, PVOID Argument1, PVOID Argument2) {
    (void)CallbackContext;
    return look('A', (REG_NOTIFY_CLASS)(ULONG_PTR)Argument1, Argument2);
}

static NTSTATUS routine_b(PVOID CallbackContext, PVOID Argument1, PVOID Argument2) {
    (void)CallbackContext;
    return look('B', (REG_NOTIFY_CLASS)(ULONG_PTR)Argument1, Argument2);
}

static void altitude(UNICODE_STRING *string, const WCHAR *text) {
    RtlInitUnicodeString(string, text);
}

static int32_t entry(void *driver, void *path) {
    UNICODE_STRING high, low;
    (void)path;
    driver_object = driver;
    altitude(&high, u"380000");
    altitude(&low, u"370000.5");
    status_of[0] = CmRegisterCallbackEx(routine_b, &low, driver, NULL, &cookies[1], NULL);
    status_of[1] = CmRegisterCallbackEx(routine_a, &high, driver, NULL, &cookies[0], NULL);
    status_of[2] = CmRegisterCallbackEx(routine_a, &low, driver, NULL, &cookies[2], NULL);
    return STATUS_SUCCESS;
}

static VOID unload(PDRIVER_OBJECT DriverObject) {
    (void)DriverObject;
    status_of[0] = CmUnRegisterCallback(cookies[0]);
    status_of[1] = CmUnRegisterCallback(cookies[1]);
    status_of[2] = CmUnRegisterCallback(cookies[1]);
}

static int32_t clean_entry(void *driver, void *path) {
    ((PDRIVER_OBJECT)driver)->DriverUnload = unload;
    return entry(driver, path);
}

/* ---- what happens in the registry ------------------------------------------------------------ */

static HANDLE key;
static ULONG disposition;

static void key_name(OBJECT_ATTRIBUTES *attributes, UNICODE_STRING *name, const WCHAR *text) {
    RtlInitUnicodeString(name, text);
    InitializeObjectAttributes(attributes, name, OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE, NULL,
                               NULL);
}

static void create_key(void *context) {
    OBJECT_ATTRIBUTES attributes;
    UNICODE_STRING name;
    (void)context;
    key_name(&attributes, &name, u"\\Registry\\Machine\\Software\\Example");
    status_of[3] = ZwCreateKey(&key, KEY_ALL_ACCESS, &attributes, 0, NULL, 0, &disposition);
}

static void set_and_query(void *context) {
    UNICODE_STRING name;
    ULONG data = 7, length = 0;
    struct {
        KEY_VALUE_PARTIAL_INFORMATION information;
        ULONG more;
    } answer;
    (void)context;
    RtlInitUnicodeString(&name, u"Count");
    status_of[4] = ZwSetValueKey(key, &name, 0, REG_DWORD, &data, sizeof data);
    status_of[5] =
        ZwQueryValueKey(key, &name, KeyValuePartialInformation, &answer, sizeof answer, &length);
    if (NT_SUCCESS(status_of[5]) && *(ULONG *)(void *)answer.information.Data != 7)
        status_of[5] = STATUS_UNSUCCESSFUL;
    ZwClose(key);
}

static void forget_answers(void) {
    memset(answers, 0, sizeof answers);
    seen_count = 0;
}

static int setup(void **state) {
    forget_answers();
    memset(status_of, -1, sizeof status_of);
    return test_setup(state);
}

static void expect_seen(const char *order) {
    char text[33] = {0};
    for (unsigned i = 0; i < seen_count; i++)
        text[i] = seen[i].who;
    assert_string_equal(text, order);
}

/* ---- tests ----------------------------------------------------------------------------------- */

static void an_altitude_is_used_once(void **state) {
    driver_load(*state, clean_entry);
    assert_int_equal(status_of[0], STATUS_SUCCESS);
    assert_int_equal(status_of[1], STATUS_SUCCESS);
    assert_int_equal(status_of[2], STATUS_FLT_INSTANCE_ALTITUDE_COLLISION);
    assert_int_not_equal(cookies[0].QuadPart, cookies[1].QuadPart);
    driver_unload(*state);
    assert_int_equal(status_of[0], STATUS_SUCCESS);
    assert_int_equal(status_of[1], STATUS_SUCCESS);
    assert_int_equal(status_of[2], STATUS_INVALID_PARAMETER); /* the cookie is of nothing now */
    assert_int_equal(rd_finding_count(*state, RD_SEVERITY_NOTE), 0);
}

static void higher_altitudes_are_asked_first_and_told_last(void **state) {
    driver_load(*state, entry);
    kernel_call(*state, create_key);
    assert_int_equal(status_of[3], STATUS_SUCCESS);
    assert_int_equal(disposition, REG_CREATED_NEW_KEY);
    expect_seen("ABBA");
    assert_int_equal(seen[0].class, RegNtPreCreateKeyEx);
    assert_int_equal(seen[3].class, RegNtPostCreateKeyEx);
    seen_count = 0;
    kernel_call(*state, set_and_query);
    assert_int_equal(status_of[4], STATUS_SUCCESS);
    assert_int_equal(status_of[5], STATUS_SUCCESS);
    assert_ptr_equal(seen[2].call_context, (PVOID)(ULONG_PTR)'B');
    assert_ptr_equal(seen[3].call_context, (PVOID)(ULONG_PTR)'A');
}

static void a_routine_refuses_an_operation(void **state) {
    driver_load(*state, entry);
    answers[0][RegNtPreCreateKeyEx] = STATUS_ACCESS_DENIED;
    kernel_call(*state, create_key);
    assert_int_equal(status_of[3], STATUS_ACCESS_DENIED);
    expect_seen("A"); /* nobody below is asked, and it knows itself */
    forget_answers();
    answers[1][RegNtPreCreateKeyEx] = STATUS_ACCESS_DENIED;
    kernel_call(*state, create_key);
    expect_seen("ABA");
    assert_int_equal(seen[2].status, STATUS_ACCESS_DENIED);
    test_event(*state, 0, RD_EVENT_CM_REFUSE, "RegNtPreCreateKeyEx");
}

static void a_routine_changes_the_status_afterwards(void **state) {
    driver_load(*state, entry);
    answers[1][RegNtPostCreateKeyEx] = STATUS_CALLBACK_BYPASS;
    kernel_call(*state, create_key);
    assert_int_equal(status_of[3], STATUS_ACCESS_DENIED);
    assert_int_equal(seen[3].status, STATUS_ACCESS_DENIED);
}

static void a_bypassed_operation_succeeds_without_being_done(void **state) {
    driver_load(*state, entry);
    kernel_call(*state, create_key);
    answers[0][RegNtPreSetValueKey] = STATUS_CALLBACK_BYPASS;
    kernel_call(*state, set_and_query);
    assert_int_equal(status_of[4], STATUS_SUCCESS);
    assert_int_equal(status_of[5], STATUS_OBJECT_NAME_NOT_FOUND);
}

static void callbacks_left_at_unload_are_reported(void **state) {
    rd_finding finding;
    driver_load(*state, entry);
    ((PDRIVER_OBJECT)driver_object)->DriverUnload = unload;
    cookies[1].QuadPart = 99;
    driver_unload(*state);
    assert_int_equal(rd_finding_get(*state, 0, &finding), RD_OK);
    assert_int_equal(finding.check, RD_CHECK_N_NOTREMOVED);
    rd_system_call(*state, create_key, NULL);
    expect_stop(*state, 0xCE, "registry callback");
}

/* ---- removal --------------------------------------------------------------------------------- */

static KEVENT entered, go_on;
static bool in_call, was_in_call;

static NTSTATUS blocking_routine(PVOID CallbackContext, PVOID Argument1, PVOID Argument2) {
    (void)CallbackContext, (void)Argument2;
    if ((REG_NOTIFY_CLASS)(ULONG_PTR)Argument1 != RegNtPreOpenKeyEx)
        return STATUS_SUCCESS;
    in_call = true;
    KeSetEvent(&entered, 0, FALSE);
    KeWaitForSingleObject(&go_on, Executive, KernelMode, FALSE, NULL);
    in_call = false;
    return STATUS_SUCCESS;
}

static VOID open_it(PVOID context) {
    OBJECT_ATTRIBUTES attributes;
    UNICODE_STRING name;
    HANDLE opened;
    (void)context;
    key_name(&attributes, &name, u"\\Registry\\Machine\\Software");
    ZwOpenKey(&opened, KEY_READ, &attributes);
}

static VOID release_later(PVOID context) {
    LARGE_INTEGER delay = {.QuadPart = -100000};
    (void)context;
    KeDelayExecutionThread(KernelMode, FALSE, &delay);
    KeSetEvent(&go_on, 0, FALSE);
}

static void start(PKSTART_ROUTINE routine) {
    HANDLE thread;
    PsCreateSystemThread(&thread, THREAD_ALL_ACCESS, NULL, NULL, NULL, routine, NULL);
    ZwClose(thread);
}

static void remove_while_it_runs(void *context) {
    (void)context;
    KeInitializeEvent(&entered, NotificationEvent, FALSE);
    KeInitializeEvent(&go_on, NotificationEvent, FALSE);
    CmRegisterCallback(blocking_routine, NULL, &cookies[0]);
    start(open_it);
    KeWaitForSingleObject(&entered, Executive, KernelMode, FALSE, NULL);
    start(release_later);
    was_in_call = in_call;
    status_of[0] = CmUnRegisterCallback(cookies[0]);
}

static void removal_waits_for_routines_in_progress(void **state) {
    in_call = was_in_call = false;
    kernel_call(*state, remove_while_it_runs);
    assert_true(was_in_call);
    assert_false(in_call);
    assert_int_equal(status_of[0], STATUS_SUCCESS);
}

/* ---- contexts and names ---------------------------------------------------------------------- */

static PVOID cleaned;
static WCHAR id_name[64];

static NTSTATUS attaching_routine(PVOID CallbackContext, PVOID Argument1, PVOID Argument2) {
    PCUNICODE_STRING name;
    (void)CallbackContext;
    switch ((REG_NOTIFY_CLASS)(ULONG_PTR)Argument1) {
    case RegNtPostCreateKeyEx: {
        PREG_POST_OPERATION_INFORMATION post = Argument2;
        CmSetCallbackObjectContext(post->Object, &cookies[0], &cookies[0], NULL);
        if (NT_SUCCESS(CmCallbackGetKeyObjectIDEx(&cookies[0], post->Object, NULL, &name, 0))) {
            memcpy(id_name, name->Buffer, name->Length);
            CmCallbackReleaseKeyObjectIDEx(name);
        }
        break;
    }
    case RegNtPreSetValueKey:
        status_of[6] = ((PREG_SET_VALUE_KEY_INFORMATION)Argument2)->ObjectContext == &cookies[0];
        break;
    case RegNtCallbackObjectContextCleanup:
        cleaned = ((PREG_CALLBACK_CONTEXT_CLEANUP_INFORMATION)Argument2)->ObjectContext;
        break;
    default:
        break;
    }
    return STATUS_SUCCESS;
}

static void register_attaching(void *context) {
    (void)context;
    CmRegisterCallback(attaching_routine, NULL, &cookies[0]);
}

static void a_driver_attaches_a_context_to_a_key(void **state) {
    static const WCHAR expected[] = u"\\Registry\\Machine\\Software\\Example";
    cleaned = NULL;
    kernel_call(*state, register_attaching);
    kernel_call(*state, create_key);
    assert_memory_equal(id_name, expected, sizeof expected - sizeof(WCHAR));
    assert_null(cleaned);
    kernel_call(*state, set_and_query); /* closes the key at its end */
    assert_int_equal(status_of[6], 1);
    assert_ptr_equal(cleaned, &cookies[0]);
}

/* ---- keys and values without callbacks ------------------------------------------------------- */

static void use_keys(void *context) {
    OBJECT_ATTRIBUTES attributes;
    UNICODE_STRING name;
    union {
        KEY_BASIC_INFORMATION basic;
        KEY_FULL_INFORMATION full;
        char space[256];
    } answer;
    ULONG length;
    HANDLE child;
    (void)context;
    key_name(&attributes, &name, u"\\Registry\\Machine\\Software\\None\\Child");
    status_of[0] = ZwCreateKey(&key, KEY_ALL_ACCESS, &attributes, 0, NULL, 0, NULL);
    create_key(NULL);
    key_name(&attributes, &name, u"Child");
    attributes.RootDirectory = key;
    ZwCreateKey(&child, KEY_ALL_ACCESS, &attributes, 0, NULL, 0, NULL);
    status_of[1] = ZwDeleteKey(key);
    status_of[2] = ZwEnumerateKey(key, 0, KeyBasicInformation, &answer, sizeof answer, &length);
    if (answer.basic.NameLength != 10 || answer.basic.Name[0] != 'C')
        status_of[2] = STATUS_UNSUCCESSFUL;
    status_of[4] = ZwEnumerateKey(key, 1, KeyBasicInformation, &answer, sizeof answer, &length);
    status_of[5] = ZwDeleteKey(child);
    status_of[6] = ZwQueryKey(child, KeyFullInformation, &answer, sizeof answer, &length);
    status_of[7] = ZwQueryKey(key, KeyFullInformation, &answer, 4, &length);
}

static void keys_form_a_tree(void **state) {
    kernel_call(*state, use_keys);
    assert_int_equal(status_of[0], STATUS_OBJECT_NAME_NOT_FOUND);
    assert_int_equal(status_of[1], STATUS_CANNOT_DELETE);
    assert_int_equal(status_of[2], STATUS_SUCCESS);
    assert_int_equal(status_of[4], STATUS_NO_MORE_ENTRIES);
    assert_int_equal(status_of[5], STATUS_SUCCESS);
    assert_int_equal(status_of[6], STATUS_KEY_DELETED);
    assert_int_equal(status_of[7], STATUS_BUFFER_TOO_SMALL);
}

#define registry_case(function) cmocka_unit_test_setup_teardown(function, setup, test_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        registry_case(an_altitude_is_used_once),
        registry_case(higher_altitudes_are_asked_first_and_told_last),
        registry_case(a_routine_refuses_an_operation),
        registry_case(a_routine_changes_the_status_afterwards),
        registry_case(a_bypassed_operation_succeeds_without_being_done),
        registry_case(callbacks_left_at_unload_are_reported),
        registry_case(removal_waits_for_routines_in_progress),
        registry_case(a_driver_attaches_a_context_to_a_key),
        registry_case(keys_form_a_tree),
    };
    return cmocka_run_group_tests_name("registry callbacks", tests, NULL, NULL);
}
