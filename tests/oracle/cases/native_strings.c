/*
 * Counted strings of the run-time library: initialised, copied, appended, compared, converted to
 * numbers and back, and what happens when there is no room.
 *
 * rules: -
 */
#include <stdio.h>
#include <string.h>
#include <windows.h>
#include <winternl.h>

typedef LONG(WINAPI *status_fn)();
typedef BOOLEAN(WINAPI *boolean_fn)();
typedef WCHAR(WINAPI *char_fn)(WCHAR);

#define TRY(call) printf("%s: 0x%lX\n", #call, (ULONG)(call))

static void *native(const char *name) {
    void *function = (void *)GetProcAddress(GetModuleHandleA("ntdll.dll"), name);
    if (!function)
        printf("%s is missing\n", name);
    return function;
}

static UNICODE_STRING wide(const WCHAR *text) {
    UNICODE_STRING string = {0, 0, (WCHAR *)text};

    while (text[string.Length / 2])
        string.Length += 2;
    string.MaximumLength = string.Length + 2;
    return string;
}

static STRING narrow(const char *text) {
    STRING string = {(USHORT)strlen(text), (USHORT)(strlen(text) + 1), (char *)text};

    return string;
}

static void show(const char *what, const UNICODE_STRING *string) {
    printf("%s: length %u, maximum %u, \"", what, string->Length, string->MaximumLength);
    for (int i = 0; i < string->Length / 2; i++)
        putchar(string->Buffer[i] < 0x7F ? string->Buffer[i] : '?');
    printf("\"\n");
}

static void initialise(void) {
    status_fn init = (status_fn)native("RtlInitUnicodeStringEx");
    static WCHAR longest[40000];
    UNICODE_STRING string;

    for (int i = 0; i < 39999; i++)
        longest[i] = 'x';
    TRY(init(&string, L"name"));
    show("initialised", &string);
    TRY(init(&string, NULL));
    printf("NULL: %u %u %d\n", string.Length, string.MaximumLength, string.Buffer == NULL);
    TRY(init(&string, longest));
    longest[32766] = 0;
    TRY(init(&string, longest));
    printf("longest: %u %u\n", string.Length, string.MaximumLength);
}

static void copy_and_append(void) {
    status_fn copy = (status_fn)native("RtlCopyUnicodeString");
    status_fn append = (status_fn)native("RtlAppendUnicodeToString");
    status_fn append_string = (status_fn)native("RtlAppendUnicodeStringToString");
    status_fn copy_narrow = (status_fn)native("RtlCopyString");
    WCHAR memory[8];
    UNICODE_STRING string = {0, sizeof memory, memory}, source = wide(L"abcd"), none = {0};
    UNICODE_STRING longer = wide(L"0123456789");
    char bytes[4];
    STRING text = {0, sizeof bytes, bytes}, from = narrow("narrow");

    copy(&string, &source);
    show("copied", &string);
    printf("terminated: %d\n", memory[4] == 0);
    TRY(append(&string, L"efg"));
    show("appended", &string);
    printf("terminated: %d\n", memory[7] == 0);
    TRY(append(&string, L"hi"));
    TRY(append(&string, L"h"));
    TRY(append(&string, NULL));
    TRY(append_string(&string, &none));
    show("full", &string);
    copy(&string, &longer);
    show("truncated", &string);
    copy(&string, NULL);
    show("emptied", &string);
    copy_narrow(&text, &from);
    printf("narrow: %u %.4s\n", text.Length, text.Buffer);
    copy_narrow(&text, NULL);
    printf("narrow: %u\n", text.Length);
}

static int sign(LONG value) {
    return value < 0 ? -1 : value > 0;
}

static void compare(void) {
    status_fn compare_wide = (status_fn)native("RtlCompareUnicodeStrings");
    status_fn compare_narrow = (status_fn)native("RtlCompareString");
    boolean_fn equal = (boolean_fn)native("RtlEqualString");
    boolean_fn prefix = (boolean_fn)native("RtlPrefixUnicodeString");
    STRING upper = narrow("TEXT"), lower = narrow("text"), longer = narrow("text2");
    UNICODE_STRING whole = wide(L"\\Device\\Disk"), head = wide(L"\\DEVICE"), empty = wide(L"");

    printf("wide: %d %d %d %d\n", sign(compare_wide(L"abc", (SIZE_T)3, L"ABC", (SIZE_T)3, TRUE)),
           sign(compare_wide(L"abc", (SIZE_T)3, L"ABC", (SIZE_T)3, FALSE)),
           sign(compare_wide(L"abc", (SIZE_T)2, L"abd", (SIZE_T)3, TRUE)),
           sign(compare_wide(L"b", (SIZE_T)1, L"abc", (SIZE_T)3, TRUE)));
    printf("narrow: %d %d %d\n", sign(compare_narrow(&upper, &lower, TRUE)),
           sign(compare_narrow(&upper, &lower, FALSE)),
           sign(compare_narrow(&longer, &lower, TRUE)));
    printf("equal: %d %d %d\n", equal(&upper, &lower, TRUE), equal(&upper, &lower, FALSE),
           equal(&longer, &lower, TRUE));
    printf("prefix: %d %d %d %d\n", prefix(&head, &whole, TRUE), prefix(&head, &whole, FALSE),
           prefix(&empty, &whole, FALSE), prefix(&whole, &head, TRUE));
}

static void change_case(void) {
    status_fn upcase = (status_fn)native("RtlUpcaseUnicodeString");
    status_fn downcase = (status_fn)native("RtlDowncaseUnicodeString");
    char_fn up = (char_fn)native("RtlUpcaseUnicodeChar");
    char_fn down = (char_fn)native("RtlDowncaseUnicodeChar");
    WCHAR memory[4];
    UNICODE_STRING string = {0, sizeof memory, memory}, source = wide(L"aB1z");
    UNICODE_STRING longer = wide(L"abcde");
    unsigned sum = 0;

    TRY(upcase(&string, &source, FALSE));
    show("upper", &string);
    TRY(downcase(&string, &source, FALSE));
    show("lower", &string);
    TRY(upcase(&string, &longer, FALSE));
    TRY(downcase(&string, &longer, FALSE));
    for (unsigned c = 0; c < 0x100; c++)
        sum = sum * 31 + up((WCHAR)c);
    printf("upper case of Latin-1: %08X\n", sum);
    for (unsigned c = 0; c < 0x100; c++)
        sum = sum * 31 + down((WCHAR)c);
    printf("lower case of Latin-1: %08X\n", sum);
    printf("Greek and Cyrillic: %X %X %X %X\n", up(0x3B1), up(0x44F), down(0x3A9), down(0x401));
}

static void numbers(void) {
    status_fn format = (status_fn)native("RtlIntegerToUnicodeString");
    status_fn format_64 = (status_fn)native("RtlInt64ToUnicodeString");
    status_fn parse = (status_fn)native("RtlUnicodeStringToInteger");
    static const WCHAR *const texts[] = {L"42",  L" -7x",  L"0x1f",       L"0b101", L"0o17", L"017",
                                         L"+ 1", L"", L"4294967295", L"0X1F", L"-"};
    WCHAR memory[20];
    UNICODE_STRING string = {0, sizeof memory, memory}, small = {0, 4, memory}, text;
    ULONG value;

    TRY(format_64(0x1234567890ABCDEFull, 16, &string));
    show("64 bits", &string);
    TRY(format_64(1ull << 40, 0, &string));
    show("64 bits", &string);
    TRY(format_64(1ull << 40, 7, &string));
    TRY(format_64(1ull << 40, 2, &string));
    TRY(format(123, 10, &small));
    TRY(format(12, 10, &small));
    TRY(format(0, 8, &string));
    show("0", &string);
    for (unsigned i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        text = wide(texts[i]);
        value = 99;
        LONG status = parse(&text, 0, &value);
        printf("number %u: 0x%lX %lu\n", i, (ULONG)status, value);
    }
    text = wide(L"12");
    TRY(parse(&text, 3, &value));
    TRY(parse(&text, 16, &value));
    printf("base 16: %lu\n", value);
    TRY(parse(&text, 2, &value));
    printf("base 2: %lu\n", value);
}

static void hash(void) {
    status_fn hash_string = (status_fn)native("RtlHashUnicodeString");
    UNICODE_STRING lower = wide(L"name"), upper = wide(L"NAME");
    ULONG value = 0;

    TRY(hash_string(&lower, FALSE, 1, &value));
    printf("hash: %08lX\n", value);
    TRY(hash_string(&lower, TRUE, 0, &value));
    printf("hash: %08lX\n", value);
    TRY(hash_string(&upper, TRUE, 0, &value));
    printf("hash: %08lX\n", value);
    TRY(hash_string(&lower, FALSE, 2, &value));
    TRY(hash_string(NULL, FALSE, 0, &value));
    TRY(hash_string(&lower, FALSE, 0, NULL));
}

int main(void) {
    initialise();
    copy_and_append();
    compare();
    change_case();
    numbers();
    hash();
    return 0;
}
