/* nt_set.c - native calls that change what is known of a process or thread, for user mode. */
#include "api/nt.h"
#include "ps/token.h"

struct setting {
    ULONG class;
    bool privileged; /* needs SeDebugPrivilege */
    void (*apply)(void *body, ULONG value);
};

struct settings {
    const struct setting *rows;
    size_t count;
    const struct ob_type *type;
    uint32_t access;
};

struct request {
    HANDLE handle;
    ULONG class;
    const void *value;
    ULONG length;
};

static NTSTATUS set(const struct settings *settings, const struct request *request) {
    struct api_caller me;
    void *body;
    ULONG value;
    size_t i = 0;
    if (!api_caller_get(&me))
        return STATUS_INVALID_HANDLE;
    while (i < settings->count && settings->rows[i].class != request->class)
        i++;
    if (i == settings->count)
        return STATUS_INVALID_INFO_CLASS;
    if (request->length != sizeof value)
        return STATUS_INFO_LENGTH_MISMATCH;
    NTSTATUS status = nt_read(&me, &value, request->value, sizeof value);
    if (!NT_SUCCESS(status))
        return status;
    bool trusted = ps_more(me.thread)->driver || !settings->rows[i].privileged;
    if (!trusted && !ps_privilege_enabled(me.w, me.process, PS_DEBUG_PRIVILEGE))
        return STATUS_PRIVILEGE_NOT_HELD;
    status = api_object(&me, request->handle, settings->access, settings->type, KE_WRITE, &body);
    if (NT_SUCCESS(status))
        settings->rows[i].apply(body, value);
    return status;
}

/* ---- processes ------------------------------------------------------------------------------- */

static void process_critical(void *body, ULONG value) {
    ((struct ps_process *)body)->critical = value != 0;
}

static void process_error_mode(void *body, ULONG value) {
    struct ps_process *process = body;
    if (process->ldr)
        process->ldr->error_mode = value;
}

NTSTATUS NtSetInformationProcess(HANDLE ProcessHandle, PROCESSINFOCLASS ProcessInformationClass,
                                 PVOID ProcessInformation, ULONG ProcessInformationLength) {
    static const struct setting rows[] = {
        {ProcessBreakOnTermination, true, process_critical},
        {ProcessDefaultHardErrorMode, false, process_error_mode},
    };
    static const struct settings settings = {rows, sizeof rows / sizeof rows[0], &ps_process_type,
                                             PROCESS_SET_INFORMATION};
    const struct request request = {ProcessHandle, ProcessInformationClass, ProcessInformation,
                                    ProcessInformationLength};
    return set(&settings, &request);
}

/* ---- threads --------------------------------------------------------------------------------- */

static void thread_critical(void *body, ULONG value) {
    ((struct ps_thread *)body)->critical = value != 0;
}

NTSTATUS NtSetInformationThread(HANDLE ThreadHandle, THREADINFOCLASS ThreadInformationClass,
                                PVOID ThreadInformation, ULONG ThreadInformationLength) {
    static const struct setting rows[] = {{ThreadBreakOnTermination, true, thread_critical}};
    static const struct settings settings = {rows, sizeof rows / sizeof rows[0], &ps_thread_type,
                                             THREAD_SET_INFORMATION};
    const struct request request = {ThreadHandle, ThreadInformationClass, ThreadInformation,
                                    ThreadInformationLength};
    return set(&settings, &request);
}

/* ---- the short forms ------------------------------------------------------------------------- */

NTSTATUS RtlSetProcessIsCritical(BOOLEAN NewValue, PBOOLEAN OldValue, BOOLEAN NeedBreaks) {
    struct api_caller me;
    ULONG value = NewValue != FALSE;
    (void)NeedBreaks;
    if (!api_caller_get(&me))
        return STATUS_INVALID_HANDLE;
    if (OldValue)
        *OldValue = me.process->critical;
    return NtSetInformationProcess(GetCurrentProcess(), ProcessBreakOnTermination, &value,
                                   sizeof value);
}

NTSTATUS RtlSetThreadIsCritical(BOOLEAN NewValue, PBOOLEAN OldValue, BOOLEAN NeedBreaks) {
    struct api_caller me;
    ULONG value = NewValue != FALSE;
    (void)NeedBreaks;
    if (!api_caller_get(&me))
        return STATUS_INVALID_HANDLE;
    if (OldValue)
        *OldValue = me.thread->critical;
    return NtSetInformationThread(GetCurrentThread(), ThreadBreakOnTermination, &value,
                                  sizeof value);
}
