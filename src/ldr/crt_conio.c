/* crt_conio.c - the console functions: they use the standard handles and no buffer. */
#include <string.h>

#include "ldr/crt_format.h"
#include "ldr/crt_state.h"

static void write_now(struct crt_process *crt, const char *bytes, size_t count) {
    ke_point(crt->world, 0, KE_WRITE);
    crt_write_standard(crt->world, RD_STREAM_OUTPUT, bytes, count);
}

CRT_API(int, _putch, (int c)) {
    struct crt_process *crt = crt_here();
    char byte = (char)c;
    if (!crt)
        return CRT_EOF;
    write_now(crt, &byte, 1);
    return c;
}

CRT_API(int, _cputs, (const char *text)) {
    struct crt_process *crt = crt_here();
    if (!crt)
        return CRT_EOF;
    write_now(crt, text, strlen(text));
    return 0;
}

CRT_API(int, _cprintf, (const char *format, ...)) {
    enum { TEXT_MAX = 1024 };
    struct crt_process *crt = crt_here();
    char text[TEXT_MAX];
    va_list arguments;
    va_start(arguments, format);
    int count = crt_format_narrow(text, sizeof text, 0, format, arguments);
    va_end(arguments);
    if (!crt || count < 0)
        return -1;
    write_now(crt, text, strlen(text));
    return count;
}

CRT_API(int, _getch, (void)) {
    struct crt_process *crt = crt_here();
    char byte;
    if (!crt)
        return CRT_EOF;
    ke_point(crt->world, 0, KE_WRITE);
    return crt_read_standard(crt->world, &byte, 1) ? (unsigned char)byte : CRT_EOF;
}

CRT_API(int, _getche, (void)) {
    int c = crt__getch();
    if (c >= 0)
        crt__putch(c);
    return c;
}

CRT_API(int, _ungetch, (int c)) {
    (void)c;
    return CRT_EOF;
}

/* Nobody sits at the keyboard. */
CRT_API(int, _kbhit, (void)) {
    return 0;
}
