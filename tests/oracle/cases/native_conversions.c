/*
 * Conversions between narrow and wide text: sizes, buffers that are too small, sequences that
 * stand for nothing, duplicates.
 *
 * rules: -
 */
#include <stdio.h>
#include <string.h>
#include <windows.h>
#include <winternl.h>

typedef LONG(WINAPI *status_fn)();
typedef ULONG(WINAPI *size_fn)();

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

static void release(UNICODE_STRING *string) {
    ((status_fn)native("RtlFreeUnicodeString"))(string);
}

static void release_narrow(STRING *string) {
    ((status_fn)native("RtlFreeAnsiString"))(string);
}

static void to_wide(void) {
    status_fn convert = (status_fn)native("RtlAnsiStringToUnicodeString");
    size_fn size = (size_fn)native("RtlxAnsiStringToUnicodeSize");
    WCHAR memory[8];
    UNICODE_STRING string = {0, sizeof memory, memory};
    STRING seven = narrow("seven78"), eight = narrow("eight678"), empty = narrow("");

    printf("needs: %lu %lu %lu\n", size(&seven), size(&eight), size(&empty));
    TRY(convert(&string, &seven, FALSE));
    printf("%u %d\n", string.Length, string.Buffer[7]);
    TRY(convert(&string, &eight, FALSE));
    TRY(convert(&string, &empty, FALSE));
    printf("%u %d\n", string.Length, string.Buffer[0]);
    TRY(convert(&string, &eight, TRUE));
    printf("%u %u %d\n", string.Length, string.MaximumLength, string.Buffer[8]);
    release(&string);
    printf("freed: %u %u %d\n", string.Length, string.MaximumLength, string.Buffer == NULL);
}

static void to_narrow(void) {
    status_fn convert = (status_fn)native("RtlUnicodeStringToAnsiString");
    size_fn size = (size_fn)native("RtlxUnicodeStringToAnsiSize");
    char memory[8];
    STRING string = {0, sizeof memory, memory}, none = {0, 0, memory};
    UNICODE_STRING seven = wide(L"seven78"), eight = wide(L"eight678");

    printf("needs: %lu %lu\n", size(&seven), size(&eight));
    TRY(convert(&string, &seven, FALSE));
    printf("%u %s\n", string.Length, string.Buffer);
    TRY(convert(&string, &eight, FALSE));
    printf("%u %s\n", string.Length, string.Buffer);
    TRY(convert(&none, &eight, FALSE));
    TRY(convert(&string, &eight, TRUE));
    printf("%u %u %s\n", string.Length, string.MaximumLength, string.Buffer);
    release_narrow(&string);
}

static void from_utf8(void) {
    status_fn convert = (status_fn)native("RtlUTF8ToUnicodeN");
    static const char *const texts[] = {"abc", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80",
                                        "a\xFF" "b", "\xC3", "\xC0\x80"};
    WCHAR units[4];
    ULONG bytes;

    for (unsigned i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        LONG status = convert(units, sizeof units, &bytes, texts[i], (ULONG)strlen(texts[i]));
        printf("text %u: 0x%lX %lu", i, (ULONG)status, bytes);
        for (ULONG k = 0; k < bytes / 2; k++)
            printf(" %04X", units[k]);
        printf("\n");
    }
    TRY(convert(units, sizeof units, &bytes, "abcdef", (ULONG)6));
    printf("%lu\n", bytes);
    TRY(convert(units, (ULONG)5, &bytes, "\xF0\x9F\x98\x80\xF0\x9F\x98\x80", (ULONG)8));
    printf("%lu\n", bytes);
    TRY(convert(NULL, (ULONG)0, &bytes, "abcdef", (ULONG)6));
    printf("%lu\n", bytes);
    TRY(convert(units, sizeof units, &bytes, NULL, (ULONG)6));
    TRY(convert(NULL, (ULONG)0, NULL, "abc", (ULONG)3));
}

static void to_utf8(void) {
    status_fn convert = (status_fn)native("RtlUnicodeToUTF8N");
    static const WCHAR units[][3] = {{'a', 'b', 'c'}, {0xE9, 0x20AC, 'x'}, {0xD83D, 0xDE00, 'y'},
                                     {0xD83D, 'z', 'z'}, {'q', 0xDE00, 'q'}, {'e', 'e', 0xD83D}};
    unsigned char text[12];
    ULONG bytes;

    for (unsigned i = 0; i < sizeof units / sizeof units[0]; i++) {
        LONG status = convert(text, (ULONG)sizeof text, &bytes, units[i], (ULONG)6);
        printf("units %u: 0x%lX %lu", i, (ULONG)status, bytes);
        for (ULONG k = 0; k < bytes; k++)
            printf(" %02X", text[k]);
        printf("\n");
    }
    TRY(convert(text, (ULONG)4, &bytes, units[1], (ULONG)6));
    printf("%lu\n", bytes);
    TRY(convert(NULL, (ULONG)0, &bytes, units[1], (ULONG)6));
    printf("%lu\n", bytes);
    TRY(convert(text, (ULONG)sizeof text, &bytes, units[0], (ULONG)5));
    TRY(convert(text, (ULONG)sizeof text, &bytes, NULL, (ULONG)6));
    TRY(convert(NULL, (ULONG)0, NULL, units[0], (ULONG)6));
}

static void duplicate(void) {
    status_fn copy = (status_fn)native("RtlDuplicateUnicodeString");
    UNICODE_STRING name = wide(L"name"), empty = wide(L""), out = {1, 1, NULL};

    TRY(copy(0, &name, &out));
    printf("%u %u\n", out.Length, out.MaximumLength);
    release(&out);
    TRY(copy(1, &name, &out));
    printf("%u %u %d\n", out.Length, out.MaximumLength, out.Buffer[4]);
    release(&out);
    TRY(copy(1, &empty, &out));
    printf("%u %u %d\n", out.Length, out.MaximumLength, out.Buffer == NULL);
    TRY(copy(3, &empty, &out));
    printf("%u %u %d\n", out.Length, out.MaximumLength, out.Buffer == NULL);
    release(&out);
    TRY(copy(2, &name, &out));
    TRY(copy(4, &name, &out));
    TRY(copy(0, NULL, &out));
    TRY(copy(0, &name, NULL));
}

int main(void) {
    to_wide();
    to_narrow();
    from_utf8();
    to_utf8();
    duplicate();
    return 0;
}
