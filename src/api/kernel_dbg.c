/* kernel_dbg.c - DbgPrint and its kin, assertions and breakpoints of drivers. */
#include "api/kernel.h"
#include "ldr/crt_format.h"

enum { PRINT_MAX = 512 }; /* what one call transmits at most */

/* The text goes out as it is; the log gets it without its line end. */
static void emit(struct rd_world *w, const char *text) {
    char line[2 * PRINT_MAX];
    size_t length = strlen(text);
    if (w->options.output)
        w->options.output(w->options.context, RD_STREAM_DEBUG, text, length);
    if (length >= sizeof line)
        length = sizeof line - 1;
    memcpy(line, text, length);
    while (length && (line[length - 1] == '\n' || line[length - 1] == '\r'))
        length--;
    line[length] = '\0';
    for (char *c = line; *c; c++)
        if (*c == '\n' || *c == '\r')
            *c = ' '; /* one event is one line */
    core_event(w, RD_EVENT_DBG_PRINT, RULE_NONE, .text = core_text(w, line));
}

ULONG vDbgPrintExWithPrefix(PCCH Prefix, ULONG ComponentId, ULONG Level, PCCH Format,
                            va_list arglist) {
    struct rd_world *w = kernel_world();
    char text[PRINT_MAX];
    size_t used = strlen(Prefix);
    (void)ComponentId, (void)Level;
    if (!w)
        return (ULONG)STATUS_UNSUCCESSFUL;
    if (used > sizeof text - 1)
        used = sizeof text - 1;
    memcpy(text, Prefix, used);
    crt_format_narrow(text + used, sizeof text - used, CRT_FORMAT_KERNEL, Format, arglist);
    ke_point(w, 0, KE_NOTHING);
    emit(w, text);
    return (ULONG)STATUS_SUCCESS;
}

ULONG vDbgPrintEx(ULONG ComponentId, ULONG Level, PCCH Format, va_list arglist) {
    return vDbgPrintExWithPrefix("", ComponentId, Level, Format, arglist);
}

ULONG DbgPrint(PCSTR Format, ...) {
    va_list arguments;
    va_start(arguments, Format);
    ULONG status = vDbgPrintEx(DPFLTR_DEFAULT_ID, DPFLTR_INFO_LEVEL, Format, arguments);
    va_end(arguments);
    return status;
}

ULONG DbgPrintEx(ULONG ComponentId, ULONG Level, PCSTR Format, ...) {
    va_list arguments;
    va_start(arguments, Format);
    ULONG status = vDbgPrintEx(ComponentId, Level, Format, arguments);
    va_end(arguments);
    return status;
}

/* ---- stops: without a debugger, a breakpoint in a driver is an exception that nobody handles - */

static void stop(uint32_t code) {
    struct rd_world *w = kernel_world();
    if (w)
        ldr_raise(w, &(struct ldr_exception){.code = code});
}

VOID DbgBreakPoint(VOID) {
    stop((uint32_t)STATUS_BREAKPOINT);
}

VOID DbgBreakPointWithStatus(ULONG Status) {
    (void)Status;
    stop((uint32_t)STATUS_BREAKPOINT);
}

VOID DbgRaiseAssertionFailure(VOID) {
    stop((uint32_t)STATUS_ASSERTION_FAILURE);
}

VOID RtlAssert(PVOID VoidFailedAssertion, PVOID VoidFileName, ULONG LineNumber,
               PSTR MutableMessage) {
    struct rd_world *w = kernel_world();
    const char *file = VoidFileName;
    if (!w)
        return;
    emit(w, core_textf(w, "*** Assertion failed: %s%s%s\n***   Source File: %s, line %u\n",
                       MutableMessage ? MutableMessage : "", MutableMessage ? " " : "",
                       (const char *)VoidFailedAssertion, ldr_base_name(file), LineNumber));
    DbgRaiseAssertionFailure();
}
