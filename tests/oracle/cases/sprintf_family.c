/*
 * _snprintf is not C99's snprintf: it returns -1 when the text does not fit, and writes no final
 * zero when the text fills the buffer exactly. The wide and the va_list forms do the same.
 *
 * rules: -
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>
#include <windows.h>

static int format(char *buffer, size_t size, const char *text, ...) {
    va_list arguments;
    int result;

    va_start(arguments, text);
    result = _vsnprintf(buffer, size, text, arguments);
    va_end(arguments);
    return result;
}

int main(void) {
    char buffer[32];
    WCHAR wide[32];
    int result;

    result = sprintf(buffer, "%d-%s", 12, "ab");
    printf("sprintf: %d [%s]\n", result, buffer);

    memset(buffer, '#', sizeof buffer);
    result = _snprintf(buffer, 8, "%s", "short");
    printf("fits: %d [%s]\n", result, buffer);
    memset(buffer, '#', sizeof buffer);
    result = _snprintf(buffer, 5, "%s", "exact");
    printf("fills exactly: %d [%.8s]\n", result, buffer);
    memset(buffer, '#', sizeof buffer);
    result = _snprintf(buffer, 5, "%s", "too long");
    printf("too long: %d [%.8s]\n", result, buffer);

    memset(buffer, '#', sizeof buffer);
    result = format(buffer, 6, "%d,%d", 10, 200);
    printf("_vsnprintf: %d [%.8s]\n", result, buffer);

    result = _snwprintf(wide, 32, L"%d %ls", 5, L"wide");
    printf("_snwprintf: %d [%ls] length %u\n", result, wide, (unsigned)wcslen(wide));
    result = _snwprintf(wide, 3, L"%ls", L"too long");
    printf("_snwprintf: %d\n", result);
    return 0;
}
