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

/* ---- programs -------------------------------------------------------------------------------- */

static LSTATUS errors[16];
static HANDLE told;

static int uses_registry(int argc, char **argv) {
    HKEY software, mine = NULL;
    DWORD value = 7, size = sizeof value;
    (void)argc, (void)argv;
    errors[0] = RegOpenKeyExA(HKEY_LOCAL_MACHINE, "Software", 0, KEY_ALL_ACCESS, &software);
    errors[1] =
        RegCreateKeyExA(software, "Example", 0, NULL, 0, KEY_ALL_ACCESS, NULL, &mine, &disposition);
    errors[2] = RegSetValueExA(mine, "Number", 0, REG_DWORD, (const BYTE *)&value, sizeof value);
    errors[3] = RegQueryValueExA(mine, "Number", NULL, NULL, (BYTE *)&value, &size);
    errors[4] = RegDeleteValueW(mine, u"Number");
    errors[5] = RegFlushKey(mine);
    RegCloseKey(mine);
    errors[6] = RegDeleteKeyW(software, u"Example");
    RegCloseKey(software);
    return 0;
}

static void programs_pass_through_the_callbacks(void **state) {
    static const REG_NOTIFY_CLASS expected[] = {
        RegNtPreOpenKeyEx,       RegNtPreOpenKeyEx,      RegNtPostOpenKeyEx,
        RegNtPostOpenKeyEx,      RegNtPreCreateKeyEx,    RegNtPreCreateKeyEx,
        RegNtPostCreateKeyEx,    RegNtPostCreateKeyEx,   RegNtPreSetValueKey,
        RegNtPreSetValueKey,     RegNtPostSetValueKey,   RegNtPostSetValueKey,
        RegNtPreQueryValueKey,   RegNtPreQueryValueKey,  RegNtPostQueryValueKey,
        RegNtPostQueryValueKey,  RegNtPreDeleteValueKey, RegNtPreDeleteValueKey,
        RegNtPostDeleteValueKey, RegNtPostDeleteValueKey};
    driver_load(*state, clean_entry);
    program(*state, uses_registry);
    for (int i = 0; i < 7; i++)
        assert_int_equal(errors[i], ERROR_SUCCESS);
    for (unsigned i = 0; i < sizeof expected / sizeof expected[0]; i++)
        assert_int_equal(seen[i].class, expected[i]);
    driver_unload(*state);
}

static void a_driver_refuses_a_program(void **state) {
    answers[0][RegNtPreSetValueKey] = STATUS_ACCESS_DENIED;
    answers[1][RegNtPreDeleteValueKey] = STATUS_CALLBACK_BYPASS;
    driver_load(*state, clean_entry);
    program(*state, uses_registry);
    driver_unload(*state);
    assert_int_equal(errors[2], ERROR_ACCESS_DENIED);
    assert_int_equal(errors[3], ERROR_FILE_NOT_FOUND); /* it was not set */
    assert_int_equal(errors[4], ERROR_SUCCESS);        /* bypassed */
}

static DWORD WINAPI watches_and_ends(void *parameter) {
    errors[0] = RegNotifyChangeKeyValue(parameter, FALSE, REG_NOTIFY_CHANGE_NAME, told, TRUE);
    return 0;
}

static DWORD WINAPI waits_for_change(void *parameter) {
    errors[1] = RegNotifyChangeKeyValue(parameter, TRUE, REG_NOTIFY_CHANGE_LAST_SET, NULL, FALSE);
    return 0;
}

static int watches(int argc, char **argv) {
    HKEY key_a, key_b;
    (void)argc, (void)argv;
    told = CreateEventA(NULL, TRUE, FALSE, NULL);
    RegOpenKeyExW(HKEY_CURRENT_USER, u"Software", 0, KEY_ALL_ACCESS, &key_a);
    HANDLE thread = CreateThread(NULL, 0, watches_and_ends, key_a, 0, NULL);
    WaitForSingleObject(thread, INFINITE);
    errors[2] = WaitForSingleObject(told, 0); /* whoever has asked is gone */
    thread = CreateThread(NULL, 0, waits_for_change, key_a, 0, NULL);
    errors[3] = WaitForSingleObject(thread, 10);
    RegCreateKeyExW(key_a, u"Below", 0, NULL, 0, KEY_ALL_ACCESS, NULL, &key_b, NULL);
    errors[4] = WaitForSingleObject(thread, 10); /* no value has changed */
    RegSetValueExW(key_b, u"x", 0, REG_SZ, (const BYTE *)u"x", 2);
    errors[5] = WaitForSingleObject(thread, 10);
    errors[6] = RegNotifyChangeKeyValue(key_a, TRUE, 0x100, told, TRUE);
    errors[7] = RegNotifyChangeKeyValue(key_a, TRUE, REG_NOTIFY_CHANGE_NAME, NULL, TRUE);
    return 0;
}

static void programs_hear_of_changes(void **state) {
    program(*state, watches);
    assert_int_equal(errors[0], ERROR_SUCCESS);
    assert_int_equal(errors[1], ERROR_SUCCESS);
    assert_int_equal(errors[2], WAIT_OBJECT_0);
    assert_int_equal(errors[3], WAIT_TIMEOUT);
    assert_int_equal(errors[4], WAIT_TIMEOUT);
    assert_int_equal(errors[5], WAIT_OBJECT_0);
    assert_int_equal(errors[6], ERROR_INVALID_PARAMETER);
    assert_int_equal(errors[7], ERROR_INVALID_PARAMETER);
}

static int misuses_registry(int argc, char **argv) {
    HKEY key_a = NULL, key_b = (HKEY)1;
    WCHAR name[8];
    DWORD size = 8, number = 0;
    (void)argc, (void)argv;
    RegOpenKeyExA(HKEY_CURRENT_USER, "Software", 0, MAXIMUM_ALLOWED | KEY_WOW64_64KEY, &key_a);
    errors[0] = RegOpenKeyExA((HKEY)0x5550, "x", 0, KEY_READ, &key_b);
    errors[1] = RegOpenKeyExA(key_a, "x", 0, KEY_READ, NULL);
    errors[2] = RegCreateKeyExA(key_a, "x", 1, NULL, 0, KEY_READ, NULL, &key_b, NULL);
    errors[3] = RegCreateKeyExA(key_a, NULL, 0, NULL, 0, KEY_READ, NULL, &key_b, NULL);
    errors[4] = RegSetValueExW(key_a, u"x", 1, REG_DWORD, (const BYTE *)&number, 4);
    errors[5] = RegSetValueExW(key_a, u"x", 0, REG_DWORD, NULL, 4);
    errors[6] = RegEnumKeyExW(key_a, 0, name, NULL, NULL, NULL, NULL, NULL);
    errors[7] = RegEnumKeyExW(key_a, 0, name, &size, NULL, NULL, NULL, NULL);
    RegSetValueExW(key_a, u"long name", 0, REG_DWORD, (const BYTE *)&number, 4);
    errors[8] = RegEnumValueW(key_a, 0, name, &size, NULL, NULL, NULL, NULL);
    errors[9] = RegEnumValueW(key_a, 0, name, &size, &number, NULL, NULL, NULL);
    errors[10] = RegCloseKey((HKEY)0x5550);
    errors[11] = key_b == (HKEY)1;
    return 0;
}

static void misuse_is_refused(void **state) {
    static const LSTATUS expected[] = {ERROR_INVALID_HANDLE,    ERROR_INVALID_PARAMETER,
                                       ERROR_INVALID_PARAMETER, ERROR_BADKEY,
                                       ERROR_INVALID_PARAMETER, ERROR_NOACCESS,
                                       ERROR_INVALID_PARAMETER, ERROR_NO_MORE_ITEMS,
                                       ERROR_MORE_DATA,         ERROR_INVALID_PARAMETER,
                                       ERROR_INVALID_HANDLE,    FALSE /* it was set to NULL */};
    program(*state, misuses_registry);
    for (unsigned i = 0; i < sizeof expected / sizeof expected[0]; i++)
        if (errors[i] != expected[i])
            fail_msg("call %u gives %d, expected %d", i, (int)errors[i], (int)expected[i]);
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
        registry_case(programs_pass_through_the_callbacks),
        registry_case(a_driver_refuses_a_program),
        registry_case(programs_hear_of_changes),
        registry_case(misuse_is_refused),
    };
    return cmocka_run_group_tests_name("registry callbacks", tests, NULL, NULL);
}
