/*
 * NULL for the texts of functions that look after themselves: no exception comes out of them.
 *
 * rules: -
 */
#include <stdio.h>
#include <windows.h>

#define TRY(call) printf("%s: %d\n", #call, (int)(call))

int main(void) {
    char text[8] = "";
    WCHAR wide[8] = L"";

    TRY(lstrcpyA(NULL, "text") == NULL);
    TRY(lstrcpyW(NULL, L"text") == NULL);
    TRY(lstrcpyW(wide, NULL) == NULL);
    TRY(lstrcpynA(NULL, "text", 4) == NULL);
    TRY(lstrcpynA(text, NULL, 4) == NULL);
    TRY(lstrcpynW(NULL, L"text", 4) == NULL);
    TRY(lstrcatA(NULL, "text") == NULL);
    TRY(lstrcatW(NULL, L"text") == NULL);
    TRY(lstrcatW(wide, NULL) == NULL);
    TRY(lstrlenA(NULL));
    TRY(lstrlenW(NULL));
    TRY((OutputDebugStringA(NULL), 1));
    TRY((OutputDebugStringW(NULL), 1));
    return 0;
}
