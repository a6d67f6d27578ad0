/*
 * The string and number functions that Windows' run-time library adds to C, and those of C whose
 * results do not depend on the platform.
 *
 * rules: -
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

static int sign(int value) {
    return (value > 0) - (value < 0);
}

int main(void) {
    char text[] = "Mixed Case", list[] = "one,two,,three", number[40];
    char *copy, *end, *word;

    printf("_stricmp %d %d %d\n", _stricmp("Hello", "hELLO"), sign(_stricmp("a", "B")),
           sign(_stricmp("C", "b")));
    printf("_strnicmp %d %d\n", _strnicmp("HelloX", "helloY", 5),
           sign(_strnicmp("helloX", "HELLOY", 6)));
    copy = _strdup(text);
    printf("_strdup %s\n", copy);
    printf("_strlwr %s\n", _strlwr(copy));
    printf("_strupr %s\n", _strupr(copy));
    printf("_strrev %s\n", _strrev(copy));
    free(copy);

    for (word = strtok(list, ","); word; word = strtok(NULL, ","))
        printf("strtok %s\n", word);
    printf("strstr %s, strrchr %s\n", strstr(text, "Ca"), strrchr("a/b/c", '/'));
    printf("strspn %d, strcspn %d, memcmp %d\n", (int)strspn("112a", "12"),
           (int)strcspn("ab;c", ";"), sign(memcmp("abc", "abd", 3)));

    printf("atoi %d, strtol %d, strtoul %lu\n", atoi(" -17x"), (int)strtol("0x1F", &end, 0),
           (DWORD)strtoul("4294967295", NULL, 10));
    printf("rest [%s]\n", end);
    printf("_itoa %s\n", _itoa(-255, number, 10));
    printf("_itoa base 16 %s\n", _itoa(255, number, 16));
    printf("_i64toa %s\n", _i64toa(-1234567890123LL, number, 10));
    printf("_atoi64 %I64d\n", _atoi64("9876543210"));
    printf("lstrlenA %d, lstrcmpiA %d\n", lstrlenA("four"), lstrcmpiA("Same", "sAME"));
    return 0;
}
