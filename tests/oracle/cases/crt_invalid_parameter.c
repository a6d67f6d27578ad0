/*
 * What the run-time library checks goes to the invalid-parameter handler, if there is one, before
 * the function fails; the handler may end the process instead.
 *
 * rules: -
 * windows: MinGW's run-time remembers the handler, but under Wine nobody calls it
 */
#include <errno.h>
#include <io.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <windows.h>

static int calls;

static void handler(const wchar_t *expression, const wchar_t *function, const wchar_t *file,
                    unsigned line, uintptr_t reserved) {
    calls++;
    (void)expression, (void)function, (void)file, (void)line, (void)reserved;
}

static void leave(const wchar_t *expression, const wchar_t *function, const wchar_t *file,
                  unsigned line, uintptr_t reserved) {
    (void)expression, (void)function, (void)file, (void)line, (void)reserved;
    ExitProcess(23);
}

static void result(const char *name, int error) {
    printf("%s: %d, handler called %d times\n", name, error, calls);
    calls = 0;
}

int main(void) {
    char text[4];
    wchar_t wide[4];
    size_t size;
    FILE *file;
    _set_invalid_parameter_handler(handler);
    printf("get: %d\n", _get_invalid_parameter_handler() == handler);
    result("strcpy_s, no source", strcpy_s(text, sizeof text, NULL));
    result("strcpy_s, too long", strcpy_s(text, sizeof text, "too long"));
    result("strcat_s", strcat_s(text, sizeof text, "too long"));
    result("strncpy_s, cut", strncpy_s(text, sizeof text, "too long", _TRUNCATE));
    result("wcscpy_s", wcscpy_s(wide, 4, L"too long"));
    result("_itoa_s", _itoa_s(123456, text, sizeof text, 10));
    result("mbstowcs_s", mbstowcs_s(&size, wide, 4, "too long", 8));
    result("fopen_s, no name", fopen_s(&file, NULL, "r"));
    result("fopen_s, no file", fopen_s(&file, "there is none", "r"));
    result("strerror_s", strerror_s(NULL, 0, 2));
    result("_splitpath_s", _splitpath_s(NULL, NULL, 0, NULL, 0, NULL, 0, NULL, 0));
    result("_close", _close(-1));
    result("raise", raise(99));
    printf("error mode: %d", _set_error_mode(_OUT_TO_STDERR));
    printf(" %d %d\n", _set_error_mode(_REPORT_ERRMODE), _set_error_mode(_OUT_TO_DEFAULT));
    printf("set again: %d\n", _set_invalid_parameter_handler(leave) == handler);
    fflush(stdout);
    strcpy_s(text, sizeof text, NULL);
    printf("not reached\n");
    return 0;
}
