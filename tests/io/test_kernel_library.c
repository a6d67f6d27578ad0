/* Strings, tables, time, output, requests: services of the kernel that have no rule of their own.
 */
#include <string.h>

#include "support/rd_driver_test.h"

#include "rundown/sdk/ntifs.h"
#include "rundown/sdk/ip2string.h"
#include "rundown/sdk/ntimage.h"
#include "rundown/sdk/rd_ntkernel.h"

enum { TAG = 'T' | 'e' << 8 | 's' << 16 | 't' << 24 };

/* Results of the function that ran in the kernel, in order. */
static long long results[64];
static unsigned result_count;

static void say(long long value) {
    if (result_count < 64)
        results[result_count++] = value;
}

static void expect(void **state, void (*function)(void *), const long long *expected,
                   unsigned count) {
    result_count = 0;
    kernel_call(*state, function);
    assert_int_equal(result_count, count);
    for (unsigned i = 0; i < count; i++)
        if (results[i] != expected[i])
            fail_msg("result %u is %lld, expected %lld", i, results[i], expected[i]);
}
#define EXPECT(function, ...)                                                                      \
    do {                                                                                           \
        const long long expected[] = {__VA_ARGS__};                                                \
        expect(state, function, expected, sizeof expected / sizeof expected[0]);                   \
    } while (0)

/* ---- strings --------------------------------------------------------------------------------- */

static UNICODE_STRING wide(const char *text, WCHAR *buffer) {
    USHORT length = 0;
    for (; text[length]; length++)
        buffer[length] = (WCHAR)text[length];
    buffer[length] = 0;
    return (UNICODE_STRING){(USHORT)(length * 2), (USHORT)(length * 2 + 2), buffer};
}

static void compare_strings(void *context) {
    WCHAR a[32], b[32], c[32];
    UNICODE_STRING upper = wide("C:\\APP.EXE", a), lower = wide("c:\\app.exe", b);
    UNICODE_STRING tail = wide("APP.exe", c);
    (void)context;
    say(RtlEqualUnicodeString(&upper, &lower, TRUE));
    say(RtlEqualUnicodeString(&upper, &lower, FALSE));
    say(RtlSuffixUnicodeString(&tail, &upper, TRUE));
    say(RtlSuffixUnicodeString(&tail, &upper, FALSE));
    say(RtlPrefixUnicodeString(&tail, &upper, TRUE));
    say(RtlCompareUnicodeString(&upper, &lower, FALSE) < 0);
    say(RtlCompareUnicodeString(&upper, &tail, TRUE) > 0);
}

static void strings_compare(void **state) {
    EXPECT(compare_strings, 1, 0, 1, 0, 0, 1, 1);
}

static void build_strings(void *context) {
    WCHAR buffer[8], from[16];
    UNICODE_STRING text = {0, sizeof buffer, buffer}, tail = wide("abcd", from), copy;
    (void)context;
    say(RtlAppendUnicodeStringToString(&text, &tail));
    say(RtlAppendUnicodeStringToString(&text, &tail));
    say(RtlAppendUnicodeStringToString(&text, &tail));
    say(text.Length);
    say(RtlUpcaseUnicodeString(&copy, &text, TRUE));
    say(copy.Buffer[0]);
    RtlFreeUnicodeString(&copy);
    say(copy.Buffer == NULL);
    say(RtlDuplicateUnicodeString(RTL_DUPLICATE_UNICODE_STRING_NULL_TERMINATE, &tail, &copy));
    say(copy.Buffer[4]);
    say(copy.MaximumLength);
    RtlFreeUnicodeString(&copy);
    text.Length = 0;
    say(RtlIntegerToUnicodeString(255, 16, &text));
    say(text.Buffer[1]);
    say(text.Length);
}

static void strings_append_and_convert(void **state) {
    EXPECT(build_strings, 0, 0, STATUS_BUFFER_TOO_SMALL, 16, 0, 'A', 1, 0, 0, 10, 0, 'F', 4);
    assert_int_equal(test_count(*state, RD_EVENT_POOL_ALLOCATE, NULL),
                     test_count(*state, RD_EVENT_POOL_FREE, NULL));
}

static void convert_narrow(void *context) {
    ANSI_STRING narrow, back;
    UNICODE_STRING text;
    ULONG value = 0;
    (void)context;
    RtlInitAnsiString(&narrow, "gr\xC3\xBC\xC3\x9F"
                               "e");
    say(RtlAnsiStringToUnicodeString(&text, &narrow, TRUE));
    say(text.Length);
    say(text.Buffer[2]);
    say(RtlUnicodeStringToAnsiString(&back, &text, TRUE));
    say(strcmp(back.Buffer, narrow.Buffer));
    RtlFreeUnicodeString(&text);
    RtlFreeAnsiString(&back);
    WCHAR number[16];
    text = wide("0x1F", number);
    say(RtlUnicodeStringToInteger(&text, 0, &value));
    say(value);
}

static void strings_convert_between_narrow_and_wide(void **state) {
    EXPECT(convert_narrow, 0, 10, 0xFC, 0, 0, 0, 31);
}

/* ---- tables ---------------------------------------------------------------------------------- */

struct entry {
    int key, value;
};

static RTL_GENERIC_COMPARE_RESULTS by_key(int a, int b) {
    return a < b ? GenericLessThan : a > b ? GenericGreaterThan : GenericEqual;
}

static RTL_GENERIC_COMPARE_RESULTS compare(PRTL_GENERIC_TABLE table, PVOID a, PVOID b) {
    (void)table;
    return by_key(((struct entry *)a)->key, ((struct entry *)b)->key);
}

static RTL_GENERIC_COMPARE_RESULTS compare_avl(PRTL_AVL_TABLE table, PVOID a, PVOID b) {
    (void)table;
    return by_key(((struct entry *)a)->key, ((struct entry *)b)->key);
}

static PVOID allocate(PRTL_GENERIC_TABLE table, CLONG size) {
    (void)table;
    return ExAllocatePool2(POOL_FLAG_PAGED, size, TAG);
}

static PVOID allocate_avl(PRTL_AVL_TABLE table, CLONG size) {
    (void)table;
    return ExAllocatePool2(POOL_FLAG_PAGED, size, TAG);
}

static VOID release(PRTL_GENERIC_TABLE table, PVOID buffer) {
    (void)table;
    ExFreePoolWithTag(buffer, TAG);
}

static VOID release_avl(PRTL_AVL_TABLE table, PVOID buffer) {
    (void)table;
    ExFreePoolWithTag(buffer, TAG);
}

static void use_table(void *context) {
    static const int keys[] = {30, 10, 20, 10};
    RTL_GENERIC_TABLE table;
    BOOLEAN added = FALSE;
    PVOID key = NULL;
    struct entry *entry;
    (void)context;
    RtlInitializeGenericTable(&table, compare, allocate, release, NULL);
    for (int i = 0; i < 4; i++)
        RtlInsertElementGenericTable(&table, &(struct entry){keys[i], i}, sizeof(struct entry),
                                     &added);
    say(added);
    say(RtlNumberGenericTableElements(&table));
    while ((entry = RtlEnumerateGenericTableWithoutSplaying(&table, &key)) != NULL)
        say(entry->key);
    entry = RtlLookupElementGenericTable(&table, &(struct entry){10, 0});
    say(entry->value);
    say(RtlLookupElementGenericTable(&table, &(struct entry){11, 0}) == NULL);
    say(((struct entry *)RtlGetElementGenericTable(&table, 2))->key);
    while ((entry = RtlGetElementGenericTable(&table, 0)) != NULL)
        RtlDeleteElementGenericTable(&table, entry);
    say(RtlIsGenericTableEmpty(&table));
}

static void tables_are_ordered_sets(void **state) {
    EXPECT(use_table, 0, 3, 10, 20, 30, 1, 1, 30, 1);
}

static void use_avl_table(void *context) {
    static const int keys[] = {5, 1, 4, 2, 3};
    RTL_AVL_TABLE table;
    struct entry *entry;
    (void)context;
    RtlInitializeGenericTableAvl(&table, compare_avl, allocate_avl, release_avl, NULL);
    for (int i = 0; i < 5; i++)
        RtlInsertElementGenericTableAvl(&table, &(struct entry){keys[i], i}, sizeof(struct entry),
                                        NULL);
    for (entry = RtlEnumerateGenericTableAvl(&table, TRUE); entry;
         entry = RtlEnumerateGenericTableAvl(&table, FALSE))
        say(entry->key);
    while ((entry = RtlGetElementGenericTableAvl(&table, 0)) != NULL)
        say(RtlDeleteElementGenericTableAvl(&table, entry));
}

static void avl_tables_are_ordered_sets(void **state) {
    EXPECT(use_avl_table, 1, 2, 3, 4, 5, 1, 1, 1, 1, 1);
}

/* ---- time and versions ----------------------------------------------------------------------- */

static void tell_time(void *context) {
    LARGE_INTEGER now, back, delay = {.QuadPart = -50000};
    TIME_FIELDS fields;
    RTL_OSVERSIONINFOW version = {.dwOSVersionInfoSize = sizeof version};
    (void)context;
    KeQuerySystemTime(&now);
    RtlTimeToTimeFields(&now, &fields);
    say(fields.Year);
    say(fields.Month);
    say(fields.Day);
    say(fields.Weekday);
    say(RtlTimeFieldsToTime(&fields, &back));
    say(now.QuadPart - back.QuadPart < 10000);
    ULONGLONG before = KeQueryInterruptTime();
    KeDelayExecutionThread(KernelMode, FALSE, &delay);
    say(KeQueryInterruptTime() - before >= 50000);
    say(RtlGetVersion(&version));
    say(version.dwBuildNumber);
}

static void the_machine_starts_in_2026(void **state) {
    EXPECT(tell_time, 2026, 1, 1, 4, 1, 1, 1, 0, 22631);
}

/* ---- output ---------------------------------------------------------------------------------- */

static char debug_text[512];

static void collect(void *context, rd_stream stream, const char *bytes, size_t size) {
    (void)context;
    if (stream == RD_STREAM_DEBUG)
        strncat(debug_text, bytes, size);
}

static void print(void *context) {
    WCHAR buffer[16];
    UNICODE_STRING text = wide("wide", buffer);
    ANSI_STRING narrow;
    (void)context;
    RtlInitAnsiString(&narrow, "narrow");
    DbgPrint("%wZ %Z %ws %lu %I64x 0x%08X\n", &text, &narrow, buffer, 7ul, 0x123456789Aull,
             (unsigned)STATUS_ACCESS_DENIED);
}

static void dbg_print_goes_to_the_debug_stream_and_the_log(void **state) {
    (void)state;
    rd_world *w =
        test_world(&(rd_world_options){.size = sizeof(rd_world_options), .output = collect});
    debug_text[0] = '\0';
    kernel_call(w, print);
    assert_string_equal(debug_text, "wide narrow wide 7 123456789a 0xC0000022\n");
    test_event(w, 0, RD_EVENT_DBG_PRINT, "wide narrow wide 7 123456789a 0xC0000022");
    rd_world_destroy(w);
}

/* ---- requests -------------------------------------------------------------------------------- */

static NTSTATUS answered(PDEVICE_OBJECT device, PIRP irp) {
    (void)device;
    irp->IoStatus.Status = STATUS_SUCCESS;
    irp->IoStatus.Information = 12;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}

static NTSTATUS completed(PDEVICE_OBJECT device, PIRP irp, PVOID context) {
    (void)device, (void)irp;
    say((long long)(ULONG_PTR)context);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

static void send(PDEVICE_OBJECT device, UCHAR major) {
    PIRP irp = IoAllocateIrp(1, FALSE);
    IoGetNextIrpStackLocation(irp)->MajorFunction = major;
    IoSetCompletionRoutine(irp, completed, (PVOID)77, TRUE, TRUE, TRUE);
    say(IoCallDriver(device, irp));
    say(irp->IoStatus.Status);
    say((long long)irp->IoStatus.Information);
    IoFreeIrp(irp);
}

static int32_t request_entry(void *driver, void *path) {
    PDRIVER_OBJECT object = driver;
    PDEVICE_OBJECT device;
    (void)path;
    result_count = 0;
    object->MajorFunction[IRP_MJ_DEVICE_CONTROL] = answered;
    IoCreateDevice(object, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &device);
    send(device, IRP_MJ_DEVICE_CONTROL);
    send(device, IRP_MJ_READ);
    IoDeleteDevice(device);
    return STATUS_SUCCESS;
}

static void DRV_10__requests_without_a_routine_are_refused(void **state) {
    static const long long expected[] = {
        77, 0, 0, 12, 77, STATUS_INVALID_DEVICE_REQUEST, STATUS_INVALID_DEVICE_REQUEST, 0};
    driver_load(*state, request_entry);
    assert_int_equal(result_count, 8);
    for (unsigned i = 0; i < 8; i++)
        assert_int_equal(results[i], expected[i]);
}

/* ---- the rest -------------------------------------------------------------------------------- */

static void look_around(void *context) {
    LOOKASIDE_LIST_EX list;
    KAPC_STATE state;
    PUNICODE_STRING name;
    (void)context;
    say(PsGetCurrentProcess() == PsInitialSystemProcess);
    say(strcmp((const char *)PsGetProcessImageFileName(PsInitialSystemProcess), "System"));
    say(PsIsSystemThread(PsGetCurrentThread()));
    say(*PsProcessType != *PsThreadType);
    say(ObGetObjectType(PsInitialSystemProcess) == *PsProcessType);
    say(ExInitializeLookasideListEx(&list, NULL, NULL, NonPagedPoolNx, 0, 40, TAG, 0));
    PVOID entry = ExAllocateFromLookasideListEx(&list);
    say(entry != NULL);
    ExFreeToLookasideListEx(&list, entry);
    ExDeleteLookasideListEx(&list);
    say(SeLocateProcessImageName(PsInitialSystemProcess, &name));
    ExFreePool(name);
    KeStackAttachProcess((PRKPROCESS)PsInitialSystemProcess, &state);
    KeUnstackDetachProcess(&state);
}

static void objects_and_lists(void **state) {
    EXPECT(look_around, 1, 0, 1, 1, 1, 0, 1, 0);
    assert_int_equal(test_count(*state, RD_EVENT_POOL_ALLOCATE, NULL),
                     test_count(*state, RD_EVENT_POOL_FREE, NULL));
}

/* ---- callback objects ------------------------------------------------------------------------ */

static PCALLBACK_OBJECT open_callback(const char *name, BOOLEAN create, BOOLEAN multiple) {
    WCHAR buffer[40];
    UNICODE_STRING text = wide(name, buffer);
    OBJECT_ATTRIBUTES attributes;
    PCALLBACK_OBJECT object;
    InitializeObjectAttributes(&attributes, &text, OBJ_CASE_INSENSITIVE, NULL, NULL);
    NTSTATUS status = ExCreateCallback(&object, &attributes, create, multiple);
    if (!NT_SUCCESS(status))
        say(status);
    return object;
}

static VOID heard(PVOID context, PVOID first, PVOID second) {
    say((LONG_PTR)context);
    say((LONG_PTR)first + (LONG_PTR)second);
}

static PVOID own_registration;

static VOID heard_once(PVOID context, PVOID first, PVOID second) {
    heard(context, first, second);
    say(KeGetCurrentIrql());
}

static void use_callbacks(void *context) {
    KIRQL before;
    (void)context;
    say(open_callback("\\Callback\\Test", FALSE, TRUE) == NULL);
    PCALLBACK_OBJECT object = open_callback("\\Callback\\Test", TRUE, TRUE);
    PCALLBACK_OBJECT same = open_callback("\\Callback\\Test", FALSE, FALSE);
    PCALLBACK_OBJECT power = open_callback("\\Callback\\PowerState", FALSE, FALSE);
    say(object == same && power);
    PVOID first = ExRegisterCallback(object, heard, (PVOID)1);
    own_registration = ExRegisterCallback(object, heard_once, (PVOID)2);
    ExNotifyCallback(object, (PVOID)10, (PVOID)20);
    ExUnregisterCallback(first);
    KeRaiseIrql(DISPATCH_LEVEL, &before);
    ExNotifyCallback(same, (PVOID)30, NULL);
    KeLowerIrql(before);
    ExUnregisterCallback(own_registration);
    ExNotifyCallback(object, NULL, NULL);
    ObDereferenceObject(same);
    ObDereferenceObject(object);
    ObDereferenceObject(power);
}

static void callback_objects_call_in_order(void **state) {
    EXPECT(use_callbacks, STATUS_OBJECT_NAME_NOT_FOUND, 1, 1, 1, 30, 2, 30, 0, 2, 30, 2);
}

static void use_single_callback(void *context) {
    PCALLBACK_OBJECT object;
    (void)context;
    say(ExCreateCallback(&object, NULL, FALSE, FALSE));
    say(ExCreateCallback(&object, NULL, TRUE, FALSE));
    PVOID first = ExRegisterCallback(object, heard, NULL);
    say(ExRegisterCallback(object, heard, NULL) == NULL);
    ExUnregisterCallback(first);
    first = ExRegisterCallback(object, heard, NULL);
    say(first != NULL);
    ExUnregisterCallback(first);
    ObDereferenceObject(object);
}

static void a_callback_object_may_take_one_routine_only(void **state) {
    EXPECT(use_single_callback, STATUS_UNSUCCESSFUL, 0, 1, 1);
}

static void unregister_twice(void *context) {
    PCALLBACK_OBJECT object;
    (void)context;
    ExCreateCallback(&object, NULL, TRUE, FALSE);
    PVOID registration = ExRegisterCallback(object, heard, NULL);
    ExUnregisterCallback(registration);
    ExUnregisterCallback(registration);
}

static void a_callback_is_removed_once(void **state) {
    kernel_stop(*state, unregister_twice, 0x50, "ExUnregisterCallback");
}

static VOID keep(PDRIVER_OBJECT driver) {
    (void)driver;
}

static int32_t forgets_callback(void *driver, void *path) {
    PCALLBACK_OBJECT object = open_callback("\\Callback\\Test", TRUE, TRUE);
    (void)path;
    ExRegisterCallback(object, heard, NULL);
    ObDereferenceObject(object);
    ((PDRIVER_OBJECT)driver)->DriverUnload = keep;
    return STATUS_SUCCESS;
}

static void notify_unloaded(void *context) {
    (void)context;
    ExNotifyCallback(open_callback("\\Callback\\Test", FALSE, TRUE), NULL, NULL);
}

static void RUN_20__a_callback_of_an_unloaded_driver_stops_the_machine(void **state) {
    driver_load(*state, forgets_callback);
    driver_unload(*state);
    test_event(*state, 0, RD_EVENT_DRIVER_LEFT, "routines of callback objects: 1");
    kernel_stop(*state, notify_unloaded, 0xCE, "RUN-23");
}

/* ---- addresses and images -------------------------------------------------------------------- */

static void addresses_as_text(void **state) {
    static const struct {
        const char *text;
        USHORT words[8];
    } rows[] = {{"::", {0}},
                {"::1", {0, 0, 0, 0, 0, 0, 0, 1}},
                {"2001:db8::1:0:0:1", {0x2001, 0xDB8, 0, 0, 1, 0, 0, 1}},
                {"1:0:2:0:3:0:4:0", {1, 0, 2, 0, 3, 0, 4, 0}},
                {"fe80::", {0xFE80}},
                {"::ffff:1.2.3.4", {0, 0, 0, 0, 0, 0xFFFF, 0x102, 0x304}},
                {"::1.2.3.4", {0, 0, 0, 0, 0, 0, 0x102, 0x304}},
                {"fe80::5efe:10.0.0.1", {0xFE80, 0, 0, 0, 0, 0x5EFE, 0xA00, 1}}};
    struct in_addr v4 = {{{192, 168, 0, 255}}};
    char text[64];
    WCHAR wide_text[64];
    (void)state;
    assert_ptr_equal(RtlIpv4AddressToStringA(&v4, text), text + 13);
    assert_string_equal(text, "192.168.0.255");
    assert_ptr_equal(RtlIpv4AddressToStringW(&v4, wide_text), wide_text + 13);
    assert_int_equal(wide_text[12], '5');
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct in6_addr v6;
        for (int word = 0; word < 8; word++) {
            v6.u.Byte[2 * word] = (UCHAR)(rows[i].words[word] >> 8);
            v6.u.Byte[2 * word + 1] = (UCHAR)rows[i].words[word];
        }
        assert_ptr_equal(RtlIpv6AddressToStringA(&v6, text), text + strlen(rows[i].text));
        assert_string_equal(text, rows[i].text);
        assert_ptr_equal(RtlIpv6AddressToStringW(&v6, wide_text), wide_text + strlen(text));
    }
}

static void directories_of_images(void **state) {
    struct {
        IMAGE_DOS_HEADER dos;
        IMAGE_NT_HEADERS64 headers;
        IMAGE_SECTION_HEADER section;
        char data[64];
    } image = {0};
    ULONG size;
    char *base = (char *)&image;
    (void)state;
    assert_null(RtlImageNtHeader(NULL));
    assert_null(RtlImageNtHeader(base));
    image.dos.e_magic = IMAGE_DOS_SIGNATURE;
    image.dos.e_lfanew = (LONG)((char *)&image.headers - base);
    assert_null(RtlImageNtHeader(base));
    image.headers.Signature = IMAGE_NT_SIGNATURE;
    assert_ptr_equal(RtlImageNtHeader(base), &image.headers);
    image.headers.OptionalHeader.Magic = IMAGE_NT_OPTIONAL_HDR64_MAGIC;
    image.headers.OptionalHeader.NumberOfRvaAndSizes = 1;
    image.headers.OptionalHeader.SizeOfHeaders = 64;
    image.headers.FileHeader.SizeOfOptionalHeader = sizeof image.headers.OptionalHeader;
    image.headers.FileHeader.NumberOfSections = 1;
    image.headers.OptionalHeader.DataDirectory[0] = (IMAGE_DATA_DIRECTORY){0x1010, 8};
    image.section.VirtualAddress = 0x1000;
    image.section.SizeOfRawData = sizeof image.data;
    image.section.PointerToRawData = (ULONG)(image.data - base);
    uintptr_t start = (uintptr_t)base;
    assert_int_equal((uintptr_t)RtlImageDirectoryEntryToData(base, TRUE, 0, &size), start + 0x1010);
    assert_int_equal(size, 8);
    assert_ptr_equal(RtlImageDirectoryEntryToData(base, FALSE, 0, &size), image.data + 0x10);
    assert_null(RtlImageDirectoryEntryToData(base, TRUE, 1, &size));
}

/* ---- suspension and registers ---------------------------------------------------------------- */

VOID Sleep(ULONG dwMilliseconds); /* of <windows.h>, which is not for drivers */

static int counts(int argc, char **argv) {
    (void)argc, (void)argv;
    for (int i = 0; i < 100; i++)
        Sleep(1);
    return 3;
}

static PEPROCESS found_process(ULONG_PTR pid) {
    PEPROCESS process = NULL;
    PsLookupProcessByProcessId((HANDLE)pid, &process);
    return process;
}

static ULONG_PTR counting;

static void suspend_program(void *context) {
    (void)context;
    PEPROCESS process = found_process(counting);
    say(PsSuspendProcess(process));
    ObDereferenceObject(process);
}

static void resume_program(void *context) {
    (void)context;
    PEPROCESS process = found_process(counting);
    say(PsGetProcessExitStatus(process));
    say(PsResumeProcess(process));
    ObDereferenceObject(process);
}

static void drivers_suspend_processes(void **state) {
    rd_world *w = *state;
    result_count = 0;
    program_register(w, "counts.exe", counts);
    counting = program_start(w, "counts.exe");
    kernel_call(w, suspend_program);
    assert_int_equal(rd_run_until(w, rd_time(w) + 10000000, NULL), RD_OK);
    kernel_call(w, resume_program);
    program_run(w, RD_VERDICT_FINISHED);
    assert_int_equal(results[0], STATUS_SUCCESS);
    assert_int_equal(results[1], STATUS_PENDING);
    assert_int_equal(results[2], STATUS_SUCCESS);
}

static void ask_for_registers(void *context) {
    CONTEXT registers = {.ContextFlags = CONTEXT_DEBUG_REGISTERS};
    PVOID frames[4] = {NULL};
    (void)context;
    registers.Dr7 = 5;
    say(PsGetContextThread(PsGetCurrentThread(), &registers, KernelMode));
    say((LONGLONG)registers.Dr7);
    registers.ContextFlags = CONTEXT_FULL;
    say(PsGetContextThread(PsGetCurrentThread(), &registers, KernelMode));
    say(RtlWalkFrameChain(frames, 4, 0));
    say(frames[0] != NULL);
    say(RtlWalkFrameChain(frames, 4, 1));
    say(PsWrapApcWow64Thread(&frames[0], &frames[1]));
}

static void registers_of_threads(void **state) {
    EXPECT(ask_for_registers, 0, 0, STATUS_NOT_SUPPORTED, 1, 1, 0, STATUS_NOT_SUPPORTED);
}

static void end_attached(void *context) {
    KAPC_STATE state;
    (void)context;
    KeStackAttachProcess((PRKPROCESS)PsInitialSystemProcess, &state);
    PsTerminateSystemThread(STATUS_SUCCESS);
}

static void TERM_43__a_thread_may_not_end_attached(void **state) {
    kernel_stop(*state, end_attached, 0x5, "TERM-43");
}

/* Outside of any simulated thread, entry points fail and do not crash. */
static void calls_of_the_host_fail(void **state) {
    PEPROCESS process = NULL;
    (void)state;
    assert_null(PsGetCurrentProcess());
    assert_null(ExAllocatePool2(POOL_FLAG_PAGED, 8, TAG));
    assert_int_equal(PsLookupProcessByProcessId((HANDLE)4, &process), STATUS_INVALID_CID);
    assert_int_not_equal(PsSetCreateProcessNotifyRoutineEx(NULL, FALSE), STATUS_SUCCESS);
    assert_int_equal(KeGetCurrentIrql(), PASSIVE_LEVEL);
    KeEnterCriticalRegion();
    KeLeaveCriticalRegion();
    DbgPrint("nobody hears this\n");
}

static uint64_t digest_of_run(rd_world *w) {
    driver_load(w, request_entry);
    kernel_call(w, use_table);
    kernel_call(w, print);
    return rd_event_digest(w);
}

static void a_reset_world_runs_the_same_again(void **state) {
    uint64_t first = digest_of_run(*state);
    assert_int_equal(rd_world_reset(*state), RD_OK);
    assert_int_equal(digest_of_run(*state), first);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_case(strings_compare),
        test_case(strings_append_and_convert),
        test_case(strings_convert_between_narrow_and_wide),
        test_case(tables_are_ordered_sets),
        test_case(avl_tables_are_ordered_sets),
        test_case(the_machine_starts_in_2026),
        test_case(dbg_print_goes_to_the_debug_stream_and_the_log),
        test_case(DRV_10__requests_without_a_routine_are_refused),
        test_case(objects_and_lists),
        test_case(TERM_43__a_thread_may_not_end_attached),
        test_case(callback_objects_call_in_order),
        test_case(a_callback_object_may_take_one_routine_only),
        test_case(a_callback_is_removed_once),
        test_case(RUN_20__a_callback_of_an_unloaded_driver_stops_the_machine),
        test_case(addresses_as_text),
        test_case(directories_of_images),
        test_case(drivers_suspend_processes),
        test_case(registers_of_threads),
        test_case(calls_of_the_host_fail),
        test_case(a_reset_world_runs_the_same_again),
    };
    return cmocka_run_group_tests_name("kernel library", tests, NULL, NULL);
}
