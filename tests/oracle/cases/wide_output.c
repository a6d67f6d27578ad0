/*
 * In the wide printf functions %s means a wide string and %S a narrow one, the opposite of printf;
 * %ls and %hs mean the same in both.
 *
 * rules: -
 */
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>
#include <windows.h>

int main(void) {
    const WCHAR *volatile format = L"%s|%S|%ls|%hs|%c|%d\n";
    WCHAR copy[16];

    wprintf(format, L"wide", "narrow", L"wide", "narrow", L'w', 7);
    wcscpy(copy, L"abc");
    wcscat(copy, L"DEF");
    printf("%ls %d %d\n", copy, wcscmp(copy, L"abcDEF"), _wcsicmp(copy, L"ABCdef"));
    printf("%d %d\n", (int)(wcschr(copy, L'D') - copy), (int)(wcsstr(copy, L"EF") - copy));
    printf("%d %lu\n", _wtoi(L"123"), (DWORD)wcstoul(L"ff", NULL, 16));
    printf("lstrlenW %d, lstrcmpiW %d\n", lstrlenW(copy), lstrcmpiW(copy, L"ABCDEF"));
    return 0;
}
