/* The registry in one call: RtlQueryRegistryValues and its relatives, and the keys of services. */
#include "io/kernel_check.h"

#define KEY u"\\Registry\\Machine\\Software\\Vendor"

struct call {
    ULONG type, length;
    WCHAR first, name;
};

static struct call calls[8];
static unsigned call_count;
static NTSTATUS answer;

static NTSTATUS note(PWSTR ValueName, ULONG ValueType, PVOID ValueData, ULONG ValueLength,
                     PVOID Context, PVOID EntryContext) {
    struct call *call = &calls[call_count++ % 8];
    check(Context == &answer && EntryContext == &call_count);
    *call = (struct call){.type = ValueType,
                          .length = ValueLength,
                          .first = ValueData ? *(const WCHAR *)ValueData : 0,
                          .name = ValueName ? *ValueName : 0};
    return answer;
}

static NTSTATUS query(PCWSTR path, RTL_QUERY_REGISTRY_TABLE entry) {
    RTL_QUERY_REGISTRY_TABLE table[2] = {entry, {.QueryRoutine = NULL}};
    call_count = 0;
    return RtlQueryRegistryValues(RTL_REGISTRY_ABSOLUTE, path, table, &answer, NULL);
}

#define DIRECT(value, place, ...)                                                                  \
    query(KEY, (RTL_QUERY_REGISTRY_TABLE){.Flags = RTL_QUERY_REGISTRY_DIRECT,                      \
                                          .Name = (PWSTR)(uintptr_t)(value),                       \
                                          .EntryContext = (place),                                 \
                                          __VA_ARGS__})
#define CALL(value, ...)                                                                           \
    query(KEY, (RTL_QUERY_REGISTRY_TABLE){.QueryRoutine = note,                                    \
                                          .Name = (PWSTR)(uintptr_t)(value),                       \
                                          .EntryContext = &call_count,                             \
                                          __VA_ARGS__})

static NTSTATUS store(PCWSTR name, ULONG type, const void *data, ULONG size) {
    return RtlWriteRegistryValue(RTL_REGISTRY_ABSOLUTE, KEY, name, type, (PVOID)(uintptr_t)data,
                                 size);
}

static void fill(void) {
    static const ULONG number = 7;
    equal(store(u"number", REG_DWORD, &number, sizeof number), STATUS_SUCCESS);
    equal(store(u"text", REG_SZ, u"abc", 8), STATUS_SUCCESS);
    equal(store(u"many", REG_MULTI_SZ, u"ab\0cde\0", 16), STATUS_SUCCESS);
    equal(store(u"bytes", REG_BINARY, "0123456789", 10), STATUS_SUCCESS);
}

static void numbers_and_texts_are_stored_directly(void *context) {
    ULONG number = 0, sized[6] = {sizeof sized}, bare[4] = {(ULONG)-16};
    WCHAR buffer[3];
    UNICODE_STRING text = {0, 0, NULL}, small = {0, sizeof buffer, buffer};
    (void)context;
    fill();
    equal(DIRECT(u"number", &number), STATUS_SUCCESS);
    equal(number, 7);
    equal(DIRECT(u"text", &text), STATUS_SUCCESS);
    equal(text.Length, 6);
    check(memcmp(text.Buffer, u"abc", 8) == 0);
    RtlFreeUnicodeString(&text);
    equal(DIRECT(u"text", &small), STATUS_BUFFER_TOO_SMALL);
    equal(DIRECT(u"bytes", sized), STATUS_SUCCESS);
    check(sized[0] == 10 && sized[1] == REG_BINARY && memcmp(sized + 2, "0123456789", 10) == 0);
    equal(DIRECT(u"bytes", bare), STATUS_SUCCESS);
    check(memcmp(bare, "0123456789", 10) == 0);
    sized[0] = 17;
    equal(DIRECT(u"bytes", sized), STATUS_BUFFER_TOO_SMALL);
}

static void what_is_missing_has_a_default(void *context) {
    ULONG number = 1, given = 9;
    UNICODE_STRING text = {0, 0, NULL};
    (void)context;
    fill();
    equal(DIRECT(u"none", &number), STATUS_SUCCESS);
    equal(number, 1);
    equal(DIRECT(u"none", &number, .DefaultType = REG_DWORD, .DefaultData = &given,
                 .DefaultLength = 4),
          STATUS_SUCCESS);
    equal(number, 9);
    equal(DIRECT(u"none", &text, .DefaultType = REG_SZ, .DefaultData = (PVOID)(uintptr_t)u"ab"),
          STATUS_SUCCESS);
    equal(text.Length, 4);
    RtlFreeUnicodeString(&text);
    equal(query(KEY, (RTL_QUERY_REGISTRY_TABLE){.Flags = RTL_QUERY_REGISTRY_DIRECT |
                                                         RTL_QUERY_REGISTRY_REQUIRED,
                                                .Name = (PWSTR)(uintptr_t)u"none",
                                                .EntryContext = &number}),
          STATUS_OBJECT_NAME_NOT_FOUND);
    equal(query(u"\\Registry\\Machine\\Software\\Nobody", (RTL_QUERY_REGISTRY_TABLE){.Flags = 0}),
          STATUS_OBJECT_NAME_NOT_FOUND);
}

static void types_are_checked(void *context) {
    enum { CHECKED = RTL_QUERY_REGISTRY_DIRECT | RTL_QUERY_REGISTRY_TYPECHECK };
    ULONG number = 0;
    RTL_QUERY_REGISTRY_TABLE entry = {
        .Flags = CHECKED, .EntryContext = &number, .DefaultType = (ULONG)REG_DWORD << 24};
    (void)context;
    fill();
    entry.Name = (PWSTR)(uintptr_t)u"number";
    equal(query(KEY, entry), STATUS_SUCCESS);
    equal(number, 7);
    entry.Name = (PWSTR)(uintptr_t)u"text";
    equal(query(KEY, entry), STATUS_OBJECT_TYPE_MISMATCH);
    entry.QueryRoutine = note;
    equal(query(KEY, entry), STATUS_INVALID_PARAMETER);
}

static void routines_are_called(void *context) {
    (void)context;
    fill();
    answer = STATUS_SUCCESS;
    equal(CALL(u"text"), STATUS_SUCCESS);
    check(call_count == 1 && calls[0].type == REG_SZ && calls[0].length == 8);
    equal(CALL(u"many"), STATUS_SUCCESS); /* each of its strings */
    check(call_count == 2 && calls[0].first == 'a' && calls[1].first == 'c');
    equal(calls[1].length, 8);
    equal(CALL(u"many", .Flags = RTL_QUERY_REGISTRY_NOEXPAND), STATUS_SUCCESS);
    check(call_count == 1 && calls[0].type == REG_MULTI_SZ && calls[0].length == 16);
    equal(CALL(NULL), STATUS_SUCCESS); /* all values */
    check(call_count == 5 && calls[0].name == 'n' && calls[4].name == 'b');
    equal(CALL(NULL, .Flags = RTL_QUERY_REGISTRY_NOVALUE), STATUS_SUCCESS);
    check(call_count == 1 && calls[0].type == REG_NONE && !calls[0].name);
    answer = STATUS_UNSUCCESSFUL;
    equal(CALL(NULL), STATUS_UNSUCCESSFUL);
    equal(call_count, 1);
}

/* With the variables of a block, or without any: a system thread has none of its own. */
static void variables_are_expanded(void *context) {
    static const WCHAR block[] = u"OTHER=1\0root=\\Vendor\0";
    WCHAR buffer[32];
    UNICODE_STRING text = {0, sizeof buffer, buffer}, made = {0, 0, NULL};
    RTL_QUERY_REGISTRY_TABLE table[] = {
        {.Flags = RTL_QUERY_REGISTRY_DIRECT,
         .Name = (PWSTR)(uintptr_t)u"path",
         .EntryContext = &text},
        {.QueryRoutine = note, .Name = (PWSTR)(uintptr_t)u"path", .EntryContext = &call_count},
        {.QueryRoutine = NULL}};
    (void)context;
    equal(store(u"path", REG_EXPAND_SZ, u"%Root%\\%none%", 28), STATUS_SUCCESS);
    answer = STATUS_SUCCESS;
    call_count = 0;
    equal(
        RtlQueryRegistryValues(RTL_REGISTRY_ABSOLUTE, KEY, table, &answer, (PVOID)(uintptr_t)block),
        STATUS_SUCCESS);
    check(text.Length == 28 && memcmp(buffer, u"\\Vendor\\%none%", 30) == 0);
    check(call_count == 1 && calls[0].type == REG_SZ && calls[0].length == 30);
    equal(calls[0].first, '\\');
    equal(DIRECT(u"path", &made), STATUS_SUCCESS);
    check(made.Length == 26 && made.Buffer[0] == '%');
    ExFreePool(made.Buffer);
    equal(CALL(u"path", .Flags = RTL_QUERY_REGISTRY_NOEXPAND), STATUS_SUCCESS);
    check(call_count == 1 && calls[0].type == REG_EXPAND_SZ && calls[0].length == 28);
    text.MaximumLength = 28; /* too small for what comes out */
    equal(
        RtlQueryRegistryValues(RTL_REGISTRY_ABSOLUTE, KEY, table, &answer, (PVOID)(uintptr_t)block),
        STATUS_BUFFER_TOO_SMALL);
}

static void subkeys_and_deletion(void *context) {
    ULONG number = 0, top = 0;
    RTL_QUERY_REGISTRY_TABLE table[] = {
        {.Flags = RTL_QUERY_REGISTRY_SUBKEY, .Name = (PWSTR)(uintptr_t)u"Parameters"},
        {.Flags = RTL_QUERY_REGISTRY_DIRECT | RTL_QUERY_REGISTRY_DELETE,
         .Name = (PWSTR)(uintptr_t)u"number",
         .EntryContext = &number},
        {.Flags = RTL_QUERY_REGISTRY_DIRECT | RTL_QUERY_REGISTRY_TOPKEY,
         .Name = (PWSTR)(uintptr_t)u"number",
         .EntryContext = &top},
        {.QueryRoutine = NULL}};
    ULONG five = 5;
    (void)context;
    fill();
    PCWSTR below = KEY u"\\Parameters";
    equal(RtlCheckRegistryKey(RTL_REGISTRY_ABSOLUTE, (PWSTR)(uintptr_t)below),
          STATUS_OBJECT_NAME_NOT_FOUND);
    equal(RtlCreateRegistryKey(RTL_REGISTRY_ABSOLUTE, (PWSTR)(uintptr_t)below), STATUS_SUCCESS);
    equal(RtlCheckRegistryKey(RTL_REGISTRY_ABSOLUTE, (PWSTR)(uintptr_t)below), STATUS_SUCCESS);
    equal(RtlWriteRegistryValue(RTL_REGISTRY_ABSOLUTE, below, u"number", REG_DWORD, &five, 4),
          STATUS_SUCCESS);
    equal(RtlQueryRegistryValues(RTL_REGISTRY_ABSOLUTE, KEY, table, NULL, NULL), STATUS_SUCCESS);
    check(number == 5 && top == 7);
    equal(RtlDeleteRegistryValue(RTL_REGISTRY_ABSOLUTE, below, u"number"),
          STATUS_OBJECT_NAME_NOT_FOUND); /* the query has done it */
    equal(RtlDeleteRegistryValue(RTL_REGISTRY_ABSOLUTE, KEY, u"number"), STATUS_SUCCESS);
}

static void places_have_short_names(void *context) {
    static const ULONG here[] = {RTL_REGISTRY_SERVICES, RTL_REGISTRY_CONTROL,
                                 RTL_REGISTRY_WINDOWS_NT, RTL_REGISTRY_DEVICEMAP,
                                 RTL_REGISTRY_USER};
    (void)context;
    for (unsigned i = 0; i < sizeof here / sizeof here[0]; i++)
        equal(RtlCheckRegistryKey(here[i], NULL), STATUS_SUCCESS);
    equal(RtlCheckRegistryKey(RTL_REGISTRY_SERVICES, (PWSTR)(uintptr_t)u"none"),
          STATUS_OBJECT_NAME_NOT_FOUND);
    equal(RtlCheckRegistryKey(RTL_REGISTRY_MAXIMUM, NULL), STATUS_INVALID_PARAMETER);
    equal(RtlCheckRegistryKey(RTL_REGISTRY_ABSOLUTE, NULL), STATUS_INVALID_PARAMETER);
    equal(RtlCheckRegistryKey(RTL_REGISTRY_HANDLE, (PWSTR)(ULONG_PTR)0x5550),
          STATUS_INVALID_HANDLE);
}

/* ---- a driver's own key ---------------------------------------------------------------------- */

static int32_t reads_its_key(void *driver, void *path) {
    const UNICODE_STRING *registry_path = path;
    ULONG start = 0, type = 0;
    UNICODE_STRING image = {0, 0, NULL}, end = RTL_CONSTANT_STRING(u".sys");
    RTL_QUERY_REGISTRY_TABLE table[4] = {{.Flags = RTL_QUERY_REGISTRY_DIRECT}};
    (void)driver;
    table[1] = table[2] = table[0];
    table[0].Name = (PWSTR)(uintptr_t)u"Start";
    table[0].EntryContext = &start;
    table[1].Name = (PWSTR)(uintptr_t)u"Type";
    table[1].EntryContext = &type;
    table[2].Name = (PWSTR)(uintptr_t)u"ImagePath";
    table[2].EntryContext = &image;
    equal(RtlQueryRegistryValues(RTL_REGISTRY_ABSOLUTE, registry_path->Buffer, table, NULL, NULL),
          STATUS_SUCCESS);
    check(start == 3 && type == 1);
    check(image.Buffer && RtlSuffixUnicodeString(&end, &image, TRUE));
    RtlFreeUnicodeString(&image);
    return STATUS_SUCCESS;
}

static void a_driver_finds_its_service_key(void **state) {
    kernel_checks_begin();
    assert_int_equal(driver_try(*state, "own.sys", reads_its_key), STATUS_SUCCESS);
    kernel_checks_hold();
}

/* The second one comes after the registry was used. */
static void so_does_one_that_is_loaded_later(void **state) {
    a_driver_finds_its_service_key(state);
    assert_int_equal(driver_try(*state, "later.sys", reads_its_key), STATUS_SUCCESS);
    kernel_checks_hold();
}

/* ---- the cases ------------------------------------------------------------------------------- */

#define IN_KERNEL(function)                                                                        \
    static void test_##function(void **state) {                                                    \
        in_kernel(state, function);                                                                \
    }
IN_KERNEL(numbers_and_texts_are_stored_directly)
IN_KERNEL(what_is_missing_has_a_default)
IN_KERNEL(types_are_checked)
IN_KERNEL(routines_are_called)
IN_KERNEL(variables_are_expanded)
IN_KERNEL(subkeys_and_deletion)
IN_KERNEL(places_have_short_names)

int main(void) {
    const struct CMUnitTest tests[] = {
        test_case(test_numbers_and_texts_are_stored_directly),
        test_case(test_what_is_missing_has_a_default),
        test_case(test_types_are_checked),
        test_case(test_routines_are_called),
        test_case(test_variables_are_expanded),
        test_case(test_subkeys_and_deletion),
        test_case(test_places_have_short_names),
        test_case(a_driver_finds_its_service_key),
        test_case(so_does_one_that_is_loaded_later),
    };
    return cmocka_run_group_tests_name("registry of drivers", tests, NULL, NULL);
}
