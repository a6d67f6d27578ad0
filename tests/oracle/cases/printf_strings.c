/*
 * The string conversions: %s is narrow in printf, %S and %ls and %ws are wide, %hs is narrow; a
 * wide character has 16 bits. Precision cuts, width fills.
 *
 * rules: -
 */
#include <stdio.h>
#include <string.h>
#include <wchar.h>
#include <windows.h>

int main(void) {
    const char *narrow = "narrow";
    const WCHAR *wide = L"wide";
    /* A variable format, since not every compiler knows all of Windows' conversions. */
    const char *volatile windows_only = "%ws|%hs|%S|%C|%hc|%lc\n";
    const char *volatile nothing = NULL;
    int length;

    printf("%s|%10s|%-10s|%.3s|%10.3s|%-10.3s|\n", narrow, narrow, narrow, narrow, narrow, narrow);
    printf("%ls|%10ls|%-10ls|%.2ls|\n", wide, wide, wide, wide);
    printf(windows_only, wide, narrow, wide, L'W', 'n', L'L');
    printf("[%c%c%c] [%3c] [%-3c]\n", 'a', 'b', 'c', 'd', 'e');
    printf("[%.*s] [%*s]\n", 2, narrow, 8, narrow);
    printf("[%s]\n", nothing);
    printf("bytes in a wide literal: %u\n", (unsigned)sizeof L"abc");
    printf("wcslen: %u\n", (unsigned)wcslen(wide));
    length = printf("counted\n");
    printf("printf returned %d\n", length);
    puts("puts adds the end of line");
    putchar('p');
    fputc('u', stdout);
    fputs("t\n", stdout);
    fprintf(stdout, "%s %d\n", "fprintf", 1);
    fwrite("fwrite\n", 1, strlen("fwrite\n"), stdout);
    return 0;
}
