/* Names of the C runtime, standard and Microsoft's own. */
#include <assert.h>
#include <conio.h>
#include <ctype.h>
#include <direct.h>
#include <errno.h>
#include <fcntl.h>
#include <fenv.h>
#include <float.h>
#include <inttypes.h>
#include <io.h>
#include <limits.h>
#include <locale.h>
#include <math.h>
#include <memory.h>
#include <process.h>
#include <search.h>
#include <setjmp.h>
#include <share.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/timeb.h>
#include <sys/types.h>
#include <time.h>
#include <wchar.h>
#include <wctype.h>

static jmp_buf back;

static void on_signal(int number) {
    signal(number, SIG_IGN);
    longjmp(back, number);
}

static int at_exit(void) {
    return fflush(NULL);
}

static void quietly(void) {
    _flushall();
}

int collect(const char *format, ...) {
    char text[64], *copy, *context = NULL;
    wchar_t wide[64];
    va_list arguments;
    struct _stat64 info;
    struct tm parts;
    time_t now = time(NULL);

    va_start(arguments, format);
    _vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    _snprintf_s(text, sizeof(text), _TRUNCATE, "%I64d", (long long)now);
    sprintf_s(text, sizeof(text), "%" PRId64 " %zu", (int64_t)now, sizeof(text));
    strcpy_s(text, sizeof(text), "a,b");
    swprintf(wide, 64, L"%s %hs", L"wide", text);
    wcscat_s(wide, 64, L"!");
    copy = _strdup(strtok_s(text, ",", &context));
    localtime_s(&parts, &now);
    _putenv("RUNDOWN=1");
    _set_abort_behavior(0, _WRITE_ABORT_MSG | _CALL_REPORTFAULT);
    _onexit(at_exit);
    atexit(quietly);
    at_quick_exit(quietly);
    signal(SIGABRT, on_signal);
    if (setjmp(back) == 0 && _stricmp(copy, "A") != 0)
        raise(SIGTERM);
    assert(errno == 0 || errno == ERANGE);
    errno = 0;
    fprintf(stderr, "%d %lu %f %d\n", _getpid(), (unsigned long)clock(), sqrt(2.0), isnan(1.0));
    if (_access("x", 0) == 0 && _stat("x", &info) == 0 && _isatty(_fileno(stdout)))
        quick_exit(EXIT_FAILURE);
    free(copy);
    if (_beginthread(NULL, 0, NULL) == (uintptr_t)-1)
        _exit(INT_MAX);
    return towlower(wide[0]) + toupper(text[0]);
}
