/*
 * Bitmaps, comparison of memory, dates, SIDs: arithmetic of the run-time library.
 *
 * rules: -
 */
#include <stdio.h>
#include <string.h>
#include <windows.h>
#include <winternl.h>

typedef LONG(WINAPI *status_fn)();
typedef BOOLEAN(WINAPI *boolean_fn)();
typedef ULONG(WINAPI *number_fn)();
typedef SIZE_T(WINAPI *memory_fn)(const void *a, const void *b, SIZE_T size);
typedef void *(WINAPI *pointer_fn)();

struct bitmap {
    ULONG size;
    ULONG *buffer;
};

struct fields {
    short year, month, day, hour, minute, second, milliseconds, weekday;
};

#define TRY(call) printf("%s: 0x%lX\n", #call, (ULONG)(call))

static void *native(const char *name) {
    void *function = (void *)GetProcAddress(GetModuleHandleA("ntdll.dll"), name);
    if (!function)
        printf("%s is missing\n", name);
    return function;
}

static void bitmaps(void) {
    status_fn init = (status_fn)native("RtlInitializeBitMap");
    status_fn clear_all = (status_fn)native("RtlClearAllBits");
    status_fn set_all = (status_fn)native("RtlSetAllBits");
    number_fn count = (number_fn)native("RtlNumberOfSetBits");
    number_fn find = (number_fn)native("RtlFindClearBitsAndSet");
    ULONG words[2] = {0x0000FFF3, 0xFFFFFFFF};
    struct bitmap map;

    init(&map, words, (ULONG)40);
    printf("size %lu, set %lu\n", map.size, count(&map));
    TRY(find(&map, 2ul, 0ul));
    TRY(find(&map, 4ul, 20ul));
    TRY(find(&map, 4ul, 30ul));
    TRY(find(&map, 13ul, 0ul));
    TRY(find(&map, 41ul, 0ul));
    TRY(find(&map, 3ul, 500ul));
    printf("%08lX\n", words[0]);
    clear_all(&map);
    TRY(find(&map, 40ul, 5ul));
    printf("set %lu\n", count(&map));
    set_all(&map);
    printf("set %lu\n", count(&map));
}

static void memory(void) {
    memory_fn compare = (memory_fn)native("RtlCompareMemory");

    printf("equal bytes: %d %d %d %d\n", (int)compare("abcdef", "abcxef", 6),
           (int)compare("abc", "abc", 3), (int)compare("x", "y", 1), (int)compare("x", "y", 0));
}

static void dates(void) {
    status_fn split = (status_fn)native("RtlTimeToTimeFields");
    boolean_fn join = (boolean_fn)native("RtlTimeFieldsToTime");
    static const LONGLONG times[] = {0, 10000, 116444736000000000ll, 132223103999990000ll,
                                     125911584000000000ll, 864000000000ll * 146097};
    static const struct fields wrong[] = {
        {1600, 1, 1, 0, 0, 0, 0, 0},  {2023, 2, 30, 0, 0, 0, 0, 0}, {2024, 13, 1, 0, 0, 0, 0, 0},
        {2024, 0, 1, 0, 0, 0, 0, 0},  {2024, 1, 0, 0, 0, 0, 0, 0},  {2024, 1, 1, 24, 0, 0, 0, 0},
        {2024, 1, 1, 0, 60, 0, 0, 0}, {2024, 1, 1, 0, 0, 60, 0, 0}, {2024, 1, 1, 0, 0, 0, 1000, 0}};
    struct fields f;
    LARGE_INTEGER time, back;

    for (unsigned i = 0; i < sizeof times / sizeof times[0]; i++) {
        time.QuadPart = times[i];
        split(&time, &f);
        printf("%04d-%02d-%02d %02d:%02d:%02d.%03d day %d, back %d", f.year, f.month, f.day, f.hour,
               f.minute, f.second, f.milliseconds, f.weekday, join(&f, &back));
        printf(" %d\n", back.QuadPart == times[i]);
    }
    for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        printf("wrong %u: %d\n", i, join(&wrong[i], &back));
}

static void sids(void) {
    status_fn init = (status_fn)native("RtlInitializeSid");
    number_fn required = (number_fn)native("RtlLengthRequiredSid");
    number_fn length = (number_fn)native("RtlLengthSid");
    pointer_fn part = (pointer_fn)native("RtlSubAuthoritySid");
    pointer_fn parts = (pointer_fn)native("RtlSubAuthorityCountSid");
    boolean_fn valid = (boolean_fn)native("RtlValidSid");
    boolean_fn equal = (boolean_fn)native("RtlEqualSid");
    status_fn copy = (status_fn)native("RtlCopySid");
    status_fn text = (status_fn)native("RtlConvertSidToUnicodeString");
    SID_IDENTIFIER_AUTHORITY nt = {{0, 0, 0, 0, 0, 5}};
    unsigned char one[68] = {0}, two[68] = {0};
    WCHAR letters[30];
    UNICODE_STRING string = {0, sizeof letters, letters}, small = {0, 10, letters};

    printf("required: %lu %lu\n", required(0ul), required(3ul));
    init(one, &nt, 2);
    *(ULONG *)part(one, 0ul) = 32;
    *(ULONG *)part(one, 1ul) = 544;
    printf("parts %d, length %lu, valid %d\n", *(UCHAR *)parts(one), length(one), valid(one));
    copy((ULONG)16, two, one);
    printf("equal %d\n", equal(one, two));
    *(ULONG *)part(two, 1ul) = 545;
    printf("equal %d\n", equal(one, two));
    TRY(text(&string, one, FALSE));
    printf("%u: %.12ls\n", string.Length, letters);
    TRY(text(&small, one, FALSE));
    two[0] = 2;
    printf("valid %d\n", valid(two));
}

int main(void) {
    setvbuf(stdout, NULL, _IONBF, 0);
    bitmaps();
    memory();
    dates();
    sids();
    return 0;
}
