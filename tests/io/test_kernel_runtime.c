/* The run-time library of the kernel: strings, numbers, bitmaps, tables, lists, SIDs, and what it
 * does with bad input. tests/oracle/cases/native_*.c compare the same functions with ntdll's. */
#include "kernel_check.h"

#include "rundown/sdk/wdmsec.h"

enum { TAG = 'T' | 'e' << 8 | 's' << 16 | 't' << 24 };

/* ---- counted strings ------------------------------------------------------------------------- */

static void initialise_strings(void *context) {
    WCHAR text[8];
    UNICODE_STRING string, source = wide("name", text);
    STRING narrow;
    (void)context;
    equal(RtlInitUnicodeStringEx(&string, source.Buffer), STATUS_SUCCESS);
    equal(string.Length, 8);
    equal(string.MaximumLength, 10);
    equal(RtlInitUnicodeStringEx(&string, NULL), STATUS_SUCCESS);
    check(string.Length == 0 && string.MaximumLength == 0 && !string.Buffer);
    RtlInitString(&narrow, "narrow");
    equal(narrow.Length, 6);
    equal(narrow.MaximumLength, 7);
    RtlInitString(&narrow, NULL);
    check(narrow.Length == 0 && narrow.MaximumLength == 0 && !narrow.Buffer);
    WCHAR *longest = ExAllocatePool2(POOL_FLAG_PAGED, 0x8000 * sizeof(WCHAR), TAG);
    for (int i = 0; i < 0x7FFF; i++)
        longest[i] = 'x';
    equal(RtlInitUnicodeStringEx(&string, longest), STATUS_NAME_TOO_LONG);
    RtlInitUnicodeString(&string, longest);
    equal(string.Length, 0xFFFC); /* as much as can be described */
    ExFreePoolWithTag(longest, TAG);
}

static void strings_describe_what_is_there(void **state) {
    in_kernel(state, initialise_strings);
}

static void copy_strings(void *context) {
    WCHAR memory[6], text[16];
    char bytes[4];
    UNICODE_STRING string = {0, sizeof memory, memory}, four = wide("abcd", text);
    STRING narrow = {0, sizeof bytes, bytes}, from;
    (void)context;
    RtlCopyUnicodeString(&string, &four);
    equal(string.Length, 8);
    equal(memory[4], 0); /* terminated while there is room */
    equal(RtlAppendUnicodeToString(&string, four.Buffer + 2), STATUS_SUCCESS);
    equal(string.Length, 12);
    equal(memory[5], 'd');
    equal(RtlAppendUnicodeToString(&string, four.Buffer), STATUS_BUFFER_TOO_SMALL);
    equal(string.Length, 12);
    equal(RtlAppendUnicodeToString(&string, NULL), STATUS_SUCCESS);
    UNICODE_STRING longer = wide("0123456789", text);
    RtlCopyUnicodeString(&string, &longer);
    equal(string.Length, 12); /* truncated */
    equal(memory[5], '5');
    RtlCopyUnicodeString(&string, NULL);
    equal(string.Length, 0);
    RtlInitString(&from, "narrow");
    RtlCopyString(&narrow, &from);
    equal(narrow.Length, 4);
    check(memcmp(bytes, "narr", 4) == 0);
    RtlCopyString(&narrow, NULL);
    equal(narrow.Length, 0);
}

static void copies_are_truncated(void **state) {
    in_kernel(state, copy_strings);
}

static void compare_strings(void *context) {
    WCHAR text[2][8];
    UNICODE_STRING a = wide("abc", text[0]), upper = wide("ABD", text[1]);
    STRING lower, capital, longer;
    (void)context;
    check(RtlCompareUnicodeStrings(a.Buffer, 3, upper.Buffer, 3, TRUE) < 0);
    check(RtlCompareUnicodeStrings(a.Buffer, 3, upper.Buffer, 3, FALSE) > 0);
    equal(RtlCompareUnicodeStrings(a.Buffer, 2, upper.Buffer, 2, TRUE), 0);
    check(RtlCompareUnicodeStrings(a.Buffer, 3, upper.Buffer, 2, TRUE) > 0);
    RtlInitString(&lower, "text");
    RtlInitString(&capital, "TEXT");
    RtlInitString(&longer, "texts");
    equal(RtlCompareString(&lower, &capital, TRUE), 0);
    check(RtlCompareString(&lower, &capital, FALSE) > 0);
    check(RtlCompareString(&lower, &longer, TRUE) < 0);
    check(RtlEqualString(&lower, &capital, TRUE));
    check(!RtlEqualString(&lower, &capital, FALSE));
    check(!RtlEqualString(&lower, &longer, TRUE));
    equal(RtlCompareMemory("abcdef", "abcxef", 6), 3);
    equal(RtlCompareMemory("abc", "abc", 3), 3);
    equal(RtlCompareMemory("abc", "xyz", 0), 0);
}

static void strings_compare_with_and_without_case(void **state) {
    in_kernel(state, compare_strings);
}

static void change_case(void *context) {
    WCHAR text[8], memory[4];
    UNICODE_STRING string, small = {0, sizeof memory, memory};
    UNICODE_STRING source = wide("aB1zY", text);
    (void)context;
    equal(RtlUpcaseUnicodeChar('q'), 'Q');
    equal(RtlUpcaseUnicodeChar(0xE9), 0xC9);
    equal(RtlUpcaseUnicodeChar(0xF7), 0xF7); /* the division sign has no upper case */
    equal(RtlUpcaseUnicodeChar(0x44F), 0x42F);
    equal(RtlDowncaseUnicodeChar('Q'), 'q');
    equal(RtlDowncaseUnicodeChar(0x391), 0x3B1);
    equal(RtlDowncaseUnicodeChar('['), '[');
    equal(RtlDowncaseUnicodeString(&string, &source, TRUE), STATUS_SUCCESS);
    equal(string.Buffer[1], 'b');
    equal(string.Buffer[4], 'y');
    RtlFreeUnicodeString(&string);
    equal(RtlDowncaseUnicodeString(&small, &source, FALSE), STATUS_BUFFER_OVERFLOW);
    equal(RtlUpcaseUnicodeString(&small, &source, FALSE), STATUS_BUFFER_OVERFLOW);
}

static void case_changes(void **state) {
    in_kernel(state, change_case);
    assert_int_equal(test_count(*state, RD_EVENT_POOL_ALLOCATE, NULL),
                     test_count(*state, RD_EVENT_POOL_FREE, NULL));
}

static void duplicate_strings(void *context) {
    WCHAR text[8], none[1];
    UNICODE_STRING name = wide("name", text), empty = wide("", none), out;
    enum { TERMINATE = 1, EVEN_EMPTY = 2 };
    (void)context;
    equal(RtlDuplicateUnicodeString(TERMINATE, &empty, &out), STATUS_SUCCESS);
    check(!out.Buffer);
    equal(RtlDuplicateUnicodeString(TERMINATE | EVEN_EMPTY, &empty, &out), STATUS_SUCCESS);
    equal(out.MaximumLength, 2);
    RtlFreeUnicodeString(&out);
    equal(RtlDuplicateUnicodeString(EVEN_EMPTY, &name, &out), STATUS_INVALID_PARAMETER);
    equal(RtlDuplicateUnicodeString(4, &name, &out), STATUS_INVALID_PARAMETER);
    equal(RtlDuplicateUnicodeString(0, NULL, &out), STATUS_INVALID_PARAMETER);
    equal(RtlDuplicateUnicodeString(0, &name, NULL), STATUS_INVALID_PARAMETER);
}

static void duplicates_refuse_unknown_flags(void **state) {
    in_kernel(state, duplicate_strings);
}

/* ---- conversions ----------------------------------------------------------------------------- */

static void convert_sizes(void *context) {
    WCHAR text[16];
    char memory[8];
    UNICODE_STRING source = wide("eight678", text);
    ANSI_STRING out = {0, sizeof memory, memory}, narrow;
    (void)context;
    RtlInitAnsiString(&narrow, "gr\xC3\xBC"
                               "n");
    equal(RtlxAnsiStringToUnicodeSize(&narrow), 10);
    equal(RtlxUnicodeStringToAnsiSize(&source), 9);
    equal(RtlUnicodeStringToAnsiString(&out, &source, FALSE), STATUS_BUFFER_OVERFLOW);
    equal(out.Length, 7); /* what fits, terminated */
    equal(memory[7], 0);
    out.MaximumLength = 0;
    equal(RtlUnicodeStringToAnsiString(&out, &source, FALSE), STATUS_BUFFER_OVERFLOW);
    WCHAR few[4];
    UNICODE_STRING back = {0, sizeof few, few};
    equal(RtlAnsiStringToUnicodeString(&back, &narrow, FALSE), STATUS_BUFFER_OVERFLOW);
}

static void sizes_count_the_terminator(void **state) {
    in_kernel(state, convert_sizes);
}

static void convert_utf8(void *context) {
    static const WCHAR emoji[] = {'a', 0xD83D, 0xDE00, 0xDE00};
    WCHAR units[4];
    char bytes[16];
    ULONG size = 99;
    (void)context;
    equal(RtlUTF8ToUnicodeN(units, sizeof units, &size, "a\xF0\x9F\x98\x80", 5), STATUS_SUCCESS);
    equal(size, 6);
    equal(units[2], 0xDE00);
    equal(RtlUTF8ToUnicodeN(units, 4, &size, "a\xF0\x9F\x98\x80", 5), STATUS_BUFFER_TOO_SMALL);
    equal(size, 2); /* no half of a pair */
    equal(RtlUTF8ToUnicodeN(NULL, 0, &size, "abc", 3), STATUS_SUCCESS);
    equal(size, 6);
    equal(RtlUTF8ToUnicodeN(units, sizeof units, &size, "a\xFF", 2), STATUS_SOME_NOT_MAPPED);
    equal(units[1], 0xFFFD);
    equal(RtlUTF8ToUnicodeN(units, sizeof units, NULL, "abc", 3), STATUS_SUCCESS);
    equal(RtlUTF8ToUnicodeN(NULL, 0, NULL, "abc", 3), STATUS_INVALID_PARAMETER);
    equal(RtlUTF8ToUnicodeN(units, sizeof units, &size, NULL, 3), STATUS_INVALID_PARAMETER_4);
    equal(RtlUnicodeToUTF8N(bytes, sizeof bytes, &size, emoji, 6), STATUS_SUCCESS);
    equal(size, 5);
    equal(RtlUnicodeToUTF8N(bytes, 4, &size, emoji, 6), STATUS_BUFFER_TOO_SMALL);
    equal(size, 1); /* no part of a sequence */
    equal(RtlUnicodeToUTF8N(bytes, sizeof bytes, &size, emoji, 8), STATUS_SOME_NOT_MAPPED);
    equal(size, 8);
    equal(RtlUnicodeToUTF8N(NULL, 0, &size, emoji, 6), STATUS_SUCCESS);
    equal(size, 5);
    equal(RtlUnicodeToUTF8N(bytes, sizeof bytes, &size, emoji, 5), STATUS_INVALID_PARAMETER_5);
    equal(RtlUnicodeToUTF8N(bytes, sizeof bytes, &size, NULL, 6), STATUS_INVALID_PARAMETER_4);
    equal(RtlUnicodeToUTF8N(NULL, 0, NULL, emoji, 6), STATUS_INVALID_PARAMETER);
}

static void utf8_is_never_cut_in_a_character(void **state) {
    in_kernel(state, convert_utf8);
}

static void convert_numbers(void *context) {
    WCHAR memory[20], text[2];
    UNICODE_STRING string = {0, sizeof memory, memory}, small = {0, sizeof text, text};
    (void)context;
    equal(RtlInt64ToUnicodeString(0x1234567890ABCDEFull, 16, &string), STATUS_SUCCESS);
    equal(string.Length, 32);
    equal(memory[15], 'F');
    equal(RtlInt64ToUnicodeString(1ull << 40, 0, &string), STATUS_SUCCESS);
    equal(string.Length, 26);
    equal(RtlInt64ToUnicodeString(1, 3, &string), STATUS_INVALID_PARAMETER);
    equal(RtlInt64ToUnicodeString(7, 10, &small), STATUS_SUCCESS);
    equal(RtlInt64ToUnicodeString(77, 10, &small), STATUS_BUFFER_OVERFLOW);
}

static void numbers_become_strings(void **state) {
    in_kernel(state, convert_numbers);
}

static void hash_strings(void *context) {
    WCHAR text[2][8];
    UNICODE_STRING lower = wide("name", text[0]), upper = wide("NAME", text[1]);
    ULONG one = 0, other = 0;
    (void)context;
    equal(RtlHashUnicodeString(&lower, FALSE, HASH_STRING_ALGORITHM_X65599, &one), STATUS_SUCCESS);
    equal(one, 0x2E1EAD2B);
    equal(RtlHashUnicodeString(&lower, TRUE, HASH_STRING_ALGORITHM_DEFAULT, &one), STATUS_SUCCESS);
    equal(RtlHashUnicodeString(&upper, TRUE, HASH_STRING_ALGORITHM_DEFAULT, &other),
          STATUS_SUCCESS);
    equal(one, other);
    equal(RtlHashUnicodeString(&lower, TRUE, 2, &one), STATUS_INVALID_PARAMETER);
    equal(RtlHashUnicodeString(NULL, TRUE, 0, &one), STATUS_INVALID_PARAMETER);
    equal(RtlHashUnicodeString(&lower, TRUE, 0, NULL), STATUS_INVALID_PARAMETER);
}

static void names_are_hashed(void **state) {
    in_kernel(state, hash_strings);
}

/* ---- bitmaps, versions, random numbers ------------------------------------------------------- */

static void use_bitmap(void *context) {
    ULONG words[2] = {0xFFFFFFFF, 0xFFFFFFFF};
    RTL_BITMAP map;
    (void)context;
    RtlInitializeBitMap(&map, words, 40);
    equal(map.SizeOfBitMap, 40);
    equal(RtlNumberOfSetBits(&map), 40); /* initialising changes no bit */
    RtlClearAllBits(&map);
    equal(RtlNumberOfSetBits(&map), 0);
    RtlSetBit(&map, 0);
    RtlSetBit(&map, 33);
    check(RtlTestBit(&map, 33) && RtlTestBit(&map, 0) && !RtlTestBit(&map, 1));
    RtlClearBit(&map, 0);
    check(!RtlTestBit(&map, 0));
    equal(RtlFindClearBitsAndSet(&map, 4, 32), 34); /* behind the hint, past what is set */
    equal(RtlFindClearBitsAndSet(&map, 33, 0), 0);
    equal(RtlNumberOfSetBits(&map), 38);
    equal(RtlFindClearBitsAndSet(&map, 3, 0), 0xFFFFFFFF);
    equal(RtlFindClearBitsAndSet(&map, 41, 0), 0xFFFFFFFF);
    equal(RtlFindClearBitsAndSet(&map, 2, 1000), 38); /* a hint behind the end is none */
    RtlSetAllBits(&map);
    equal(RtlNumberOfSetBits(&map), 40);
}

static void bitmaps_find_room(void **state) {
    in_kernel(state, use_bitmap);
}

static void look_at_machine(void *context) {
    ULONG seed = 5, again = 5, hash = 1;
    PVOID frames[4];
    (void)context;
    check(RtlIsNtDdiVersionAvailable(NTDDI_WIN7));
    check(RtlIsNtDdiVersionAvailable(NTDDI_WIN10));
    check(!RtlIsNtDdiVersionAvailable(0x0B000000));
    ULONG first = RtlRandomEx(&seed);
    check(first <= 0x7FFFFFFF);
    equal(RtlRandomEx(&again), first); /* the seed decides */
    check(RtlRandomEx(&seed) != first);
    equal(RtlCaptureStackBackTrace(0, 4, frames, &hash), 0); /* frames cannot be walked here */
    equal(hash, 0);
    check(ExIsProcessorFeaturePresent(PF_XMMI64_INSTRUCTIONS_AVAILABLE));
    check(!ExIsProcessorFeaturePresent(1000));
}

static void the_machine_can_be_asked(void **state) {
    in_kernel(state, look_at_machine);
}

/* ---- tables ---------------------------------------------------------------------------------- */

static RTL_GENERIC_COMPARE_RESULTS by_number(PRTL_AVL_TABLE table, PVOID a, PVOID b) {
    int one = *(int *)a, other = *(int *)b;
    (void)table;
    return one < other ? GenericLessThan : one > other ? GenericGreaterThan : GenericEqual;
}

static PVOID take(PRTL_AVL_TABLE table, CLONG size) {
    return table->TableContext ? NULL : ExAllocatePool2(POOL_FLAG_PAGED, size, TAG);
}

static VOID give(PRTL_AVL_TABLE table, PVOID memory) {
    (void)table;
    ExFreePoolWithTag(memory, TAG);
}

static void use_avl_table(void *context) {
    RTL_AVL_TABLE table;
    BOOLEAN added;
    PVOID key = NULL;
    (void)context;
    RtlInitializeGenericTableAvl(&table, by_number, take, give, NULL);
    check(RtlIsGenericTableEmptyAvl(&table));
    check(!RtlEnumerateGenericTableWithoutSplayingAvl(&table, &key));
    for (int i = 3; i > 0; i--)
        RtlInsertElementGenericTableAvl(&table, &i, sizeof i, &added);
    equal(RtlNumberGenericTableElementsAvl(&table), 3);
    check(!RtlIsGenericTableEmptyAvl(&table));
    equal(*(int *)RtlLookupElementGenericTableAvl(&table, &(int){2}), 2);
    check(!RtlLookupElementGenericTableAvl(&table, &(int){9}));
    for (int i = 1; i <= 3; i++)
        equal(*(int *)RtlEnumerateGenericTableWithoutSplayingAvl(&table, &key), i);
    check(!RtlEnumerateGenericTableWithoutSplayingAvl(&table, &key));
    check(!RtlGetElementGenericTableAvl(&table, 3));
    table.TableContext = &table; /* no memory from now on */
    check(!RtlInsertElementGenericTableAvl(&table, &(int){7}, sizeof(int), &added) && !added);
    check(!RtlDeleteElementGenericTableAvl(&table, &(int){9}));
    for (int i = 1; i <= 3; i++)
        check(RtlDeleteElementGenericTableAvl(&table, &i));
    check(RtlIsGenericTableEmptyAvl(&table));
}

static void avl_tables_find_their_elements(void **state) {
    in_kernel(state, use_avl_table);
}

static RTL_GENERIC_COMPARE_RESULTS by_number_splay(PRTL_GENERIC_TABLE table, PVOID a, PVOID b) {
    (void)table;
    return by_number(NULL, a, b);
}

static PVOID take_splay(PRTL_GENERIC_TABLE table, CLONG size) {
    (void)table;
    return ExAllocatePool2(POOL_FLAG_PAGED, size, TAG);
}

static VOID give_splay(PRTL_GENERIC_TABLE table, PVOID memory) {
    (void)table;
    ExFreePoolWithTag(memory, TAG);
}

static void enumerate_table(void *context) {
    RTL_GENERIC_TABLE table;
    int *element, seen = 0;
    (void)context;
    RtlInitializeGenericTable(&table, by_number_splay, take_splay, give_splay, NULL);
    for (int i = 5; i > 0; i--)
        RtlInsertElementGenericTable(&table, &i, sizeof i, NULL);
    for (element = RtlEnumerateGenericTable(&table, TRUE); element;
         element = RtlEnumerateGenericTable(&table, FALSE))
        equal(*element, ++seen);
    equal(seen, 5);
    equal(*(int *)RtlEnumerateGenericTable(&table, TRUE), 1);
    while ((element = RtlGetElementGenericTable(&table, 0)) != NULL)
        RtlDeleteElementGenericTable(&table, element);
    check(!RtlEnumerateGenericTable(&table, TRUE));
}

static void tables_are_enumerated_in_order(void **state) {
    in_kernel(state, enumerate_table);
}

/* ---- lists under a spin lock ----------------------------------------------------------------- */

static void use_lists(void *context) {
    LIST_ENTRY head, one, two;
    SINGLE_LIST_ENTRY stack = {NULL}, low, high;
    KSPIN_LOCK lock;
    LARGE_INTEGER number = {.QuadPart = 40}, two_more = {.QuadPart = 2};
    (void)context;
    KeInitializeSpinLock(&lock);
    InitializeListHead(&head);
    check(!ExInterlockedRemoveHeadList(&head, &lock));
    check(!ExInterlockedInsertHeadList(&head, &one, &lock)); /* it was empty */
    check(ExInterlockedInsertHeadList(&head, &two, &lock) == &one);
    check(head.Flink == &two && head.Blink == &one);
    check(ExInterlockedRemoveHeadList(&head, &lock) == &two);
    check(!ExInterlockedPopEntryList(&stack, &lock));
    check(!ExInterlockedPushEntryList(&stack, &low, &lock));
    check(ExInterlockedPushEntryList(&stack, &high, &lock) == &low);
    check(ExInterlockedPopEntryList(&stack, &lock) == &high);
    check(ExInterlockedPopEntryList(&stack, &lock) == &low);
    equal(ExInterlockedAddLargeInteger(&number, two_more, &lock).QuadPart, 40);
    equal(number.QuadPart, 42);
    equal(KeGetCurrentIrql(), PASSIVE_LEVEL);
    equal(lock, 0);
}

static void lists_tell_what_was_there_before(void **state) {
    in_kernel(state, use_lists);
}

/* ---- SIDs and descriptors -------------------------------------------------------------------- */

static void build_sid(void *context) {
    SID_IDENTIFIER_AUTHORITY nt = {{0, 0, 0, 0, 0, 5}}, big = {{1, 2, 3, 4, 5, 6}};
    ULONG one[17], two[17];
    UNICODE_STRING text;
    (void)context;
    equal(RtlLengthRequiredSid(2), 16);
    equal(RtlInitializeSid(one, &nt, 2), STATUS_SUCCESS);
    *RtlSubAuthoritySid(one, 0) = 32;
    *RtlSubAuthoritySid(one, 1) = 544;
    equal(*RtlSubAuthorityCountSid(one), 2);
    equal(RtlLengthSid(one), 16);
    equal(RtlConvertSidToUnicodeString(&text, one, TRUE), STATUS_SUCCESS);
    equal(text.Length, 2 * strlen("S-1-5-32-544"));
    RtlFreeUnicodeString(&text);
    equal(RtlInitializeSid(two, &nt, 16), STATUS_INVALID_PARAMETER);
    equal(RtlCopySid(15, two, one), STATUS_BUFFER_TOO_SMALL);
    equal(RtlCopySid(16, two, one), STATUS_SUCCESS);
    check(RtlEqualSid(one, two));
    ++*RtlSubAuthoritySid(two, 1);
    check(!RtlEqualSid(one, two));
    equal(RtlInitializeSid(two, &big, 0), STATUS_SUCCESS);
    equal(RtlConvertSidToUnicodeString(&text, two, TRUE), STATUS_SUCCESS);
    equal(text.Length, 2 * strlen("S-1-0x010203040506"));
    RtlFreeUnicodeString(&text);
    ((SID *)(void *)two)->Revision = 2;
    check(!RtlValidSid(two) && !RtlValidSid(NULL));
    equal(RtlConvertSidToUnicodeString(&text, two, TRUE), STATUS_INVALID_SID);
}

static void sids_are_built_part_by_part(void **state) {
    in_kernel(state, build_sid);
}

static void create_with(void *driver, const char *name, PCUNICODE_STRING sddl) {
    WCHAR text[32];
    UNICODE_STRING device_name = wide(name, text);
    PDEVICE_OBJECT device;
    equal(IoCreateDeviceSecure(driver, 0, &device_name, FILE_DEVICE_UNKNOWN, 0, FALSE, sddl, NULL,
                               &device),
          STATUS_SUCCESS);
    if (device)
        IoDeleteDevice(device);
}

static int32_t secure_entry(void *driver, void *path) {
    WCHAR text[8];
    UNICODE_STRING nonsense = wide("D:P(X", text);
    PDEVICE_OBJECT device;
    (void)path;
    create_with(driver, "\\Device\\K", &SDDL_DEVOBJ_KERNEL_ONLY);
    create_with(driver, "\\Device\\S", &SDDL_DEVOBJ_SYS_ALL);
    create_with(driver, "\\Device\\A", &SDDL_DEVOBJ_SYS_ALL_ADM_ALL);
    create_with(driver, "\\Device\\X", &SDDL_DEVOBJ_SYS_ALL_ADM_RX);
    create_with(driver, "\\Device\\R", &SDDL_DEVOBJ_SYS_ALL_ADM_RWX_WORLD_R);
    create_with(driver, "\\Device\\W", &SDDL_DEVOBJ_SYS_ALL_ADM_RWX_WORLD_RW_RES_R);
    create_with(driver, "\\Device\\E", &SDDL_DEVOBJ_SYS_ALL_ADM_RWX_WORLD_RWX_RES_RWX);
    equal(IoCreateDeviceSecure(driver, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &SDDL_DEVOBJ_SYS_ALL,
                               NULL, &device),
          STATUS_INVALID_PARAMETER);
    equal(IoCreateDeviceSecure(driver, 0, &nonsense, FILE_DEVICE_UNKNOWN, 0, FALSE, &nonsense, NULL,
                               &device),
          STATUS_INVALID_PARAMETER);
    return STATUS_SUCCESS;
}

static void the_named_descriptors_are_accepted(void **state) {
    kernel_checks_begin();
    driver_load(*state, secure_entry);
    kernel_checks_hold();
}

/* ---- debugging ------------------------------------------------------------------------------- */

static ULONG print_list(const char *prefix, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    ULONG status = prefix ? vDbgPrintExWithPrefix(prefix, DPFLTR_IHVDRIVER_ID, DPFLTR_ERROR_LEVEL,
                                                  format, arguments)
                          : vDbgPrintEx(DPFLTR_IHVDRIVER_ID, 0, format, arguments);
    va_end(arguments);
    return status;
}

static void print_lists(void *context) {
    (void)context;
    equal(print_list(NULL, "number %d\n", 7), STATUS_SUCCESS);
    equal(print_list("mine: ", "text %s\n", "here"), STATUS_SUCCESS);
}

static void output_takes_argument_lists(void **state) {
    in_kernel(state, print_lists);
    test_event(*state, 0, RD_EVENT_DBG_PRINT, "number 7");
    test_event(*state, 0, RD_EVENT_DBG_PRINT, "mine: text here");
}

static void break_point(void *context) {
    (void)context;
    DbgBreakPoint();
}

static void break_with_status(void *context) {
    (void)context;
    DbgBreakPointWithStatus(7);
}

static void assertion_failure(void *context) {
    (void)context;
    DbgRaiseAssertionFailure();
}

static void failed_assertion(void *context) {
    (void)context;
    RtlAssert((PVOID)(ULONG_PTR) "1 == 2", (PVOID)(ULONG_PTR) "C:\\src\\file.c", 12, NULL);
}

static void raise_violation(void *context) {
    (void)context;
    ExRaiseAccessViolation();
}

static void raise_misalignment(void *context) {
    (void)context;
    ExRaiseDatatypeMisalignment();
}

/* On a system thread nobody handles them. */
static void what_nobody_handles_stops_the_machine(void **state) {
    static const struct kernel_stop_row rows[] = {
        {break_point, 0x7E, (uint64_t)STATUS_BREAKPOINT, "raised exception 0x80000003"},
        {break_with_status, 0x7E, (uint64_t)STATUS_BREAKPOINT, "raised exception 0x80000003"},
        {assertion_failure, 0x7E, (uint64_t)STATUS_ASSERTION_FAILURE,
         "raised exception 0xC0000420"},
        {failed_assertion, 0x7E, (uint64_t)STATUS_ASSERTION_FAILURE, "raised exception 0xC0000420"},
        {raise_violation, 0x7E, (uint64_t)STATUS_ACCESS_VIOLATION, "raised exception 0xC0000005"},
        {raise_misalignment, 0x7E, (uint64_t)STATUS_DATATYPE_MISALIGNMENT,
         "raised exception 0x80000002"},
    };
    (void)state;
    stops(rows, sizeof rows / sizeof rows[0]);
}

static BOOLEAN is_in(const char *expression, const char *name, BOOLEAN fold) {
    WCHAR pattern_text[64], name_text[64];
    UNICODE_STRING pattern = wide(expression, pattern_text), of = wide(name, name_text);
    return FsRtlIsNameInExpression(&pattern, &of, fold, NULL);
}

static void names_match_expressions(void **state) {
    static const struct {
        const char *expression, *name;
        bool fold, expected;
    } rows[] = {
        {"*", "anything", false, true},
        {"*.SYS", "Driver.sys", true, true},
        {"*.sys", "Driver.SYS", false, false},
        {"*\\KERNEL32.DLL", "\\Windows\\System32\\kernel32.dll", true, true},
        {"*KERNEL32*", "kernelbase.dll", true, false},
        {"A?C", "abc", true, true},
        {"A?C", "ac", true, false},
        {"*A*B*", "xxaxxb", true, true},
        {"", "", false, true},
        {"", "a", false, false},
        {"*", "", false, false},
        {"<.TXT", "a.b.txt", true, true},
        {"<\"<", "noext", true, true},
        {"A>>>.C", "ab.c", true, true},
        {"A>", "a", true, true},
        {"A\"", "a", true, true},
        {"A\"", "a.", true, true},
    };
    (void)state;
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (is_in(rows[i].expression, rows[i].name, rows[i].fold) != rows[i].expected)
            fail_msg("row %u: %s and %s", i, rows[i].expression, rows[i].name);
}

static void handles_are_duplicated_and_asked(void *context) {
    PUBLIC_OBJECT_BASIC_INFORMATION basic;
    HANDLE event = NULL, copy = NULL, none = NULL;
    ULONG length = 0;
    (void)context;
    equal(ZwCreateEvent(&event, EVENT_ALL_ACCESS, NULL, NotificationEvent, FALSE), STATUS_SUCCESS);
    equal(
        ZwDuplicateObject(ZwCurrentProcess(), event, ZwCurrentProcess(), &copy, SYNCHRONIZE, 0, 0),
        STATUS_SUCCESS);
    equal(ZwQueryObject(copy, ObjectBasicInformation, &basic, sizeof basic, &length),
          STATUS_SUCCESS);
    check(basic.GrantedAccess == SYNCHRONIZE && basic.HandleCount == 2);
    equal(ZwDuplicateObject(ZwCurrentProcess(), (HANDLE)(ULONG_PTR)0x5550, ZwCurrentProcess(),
                            &none, SYNCHRONIZE, 0, 0),
          STATUS_INVALID_HANDLE);
    equal(ZwQueryObject((HANDLE)(ULONG_PTR)0x5550, ObjectBasicInformation, &basic, sizeof basic,
                        &length),
          STATUS_INVALID_HANDLE);
    equal(ZwClose(copy), STATUS_SUCCESS);
    equal(ZwClose(event), STATUS_SUCCESS);
}

static void handles_of_drivers(void **state) {
    in_kernel(state, handles_are_duplicated_and_asked);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_case(names_match_expressions),
        test_case(handles_of_drivers),
        test_case(strings_describe_what_is_there),
        test_case(copies_are_truncated),
        test_case(strings_compare_with_and_without_case),
        test_case(case_changes),
        test_case(duplicates_refuse_unknown_flags),
        test_case(sizes_count_the_terminator),
        test_case(utf8_is_never_cut_in_a_character),
        test_case(numbers_become_strings),
        test_case(names_are_hashed),
        test_case(bitmaps_find_room),
        test_case(the_machine_can_be_asked),
        test_case(avl_tables_find_their_elements),
        test_case(tables_are_enumerated_in_order),
        test_case(lists_tell_what_was_there_before),
        test_case(sids_are_built_part_by_part),
        test_case(the_named_descriptors_are_accepted),
        test_case(output_takes_argument_lists),
        test_case(what_nobody_handles_stops_the_machine),
    };
    return cmocka_run_group_tests_name("kernel run-time library", tests, NULL, NULL);
}
