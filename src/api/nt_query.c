/* nt_query.c - NtQueryInformationProcess and NtQueryInformationThread. */
#include "api/nt.h"

/* One class of information: how large it is, and who fills it in. */
struct query_class {
    ULONG class;
    ULONG size;
    NTSTATUS (*fill)(struct api_caller *me, void *body, void *out);
};

struct query {
    const struct query_class *classes;
    size_t count;
    const struct ob_type *type;
    uint32_t access;
};

static NTSTATUS answer(const struct query *query, HANDLE handle, ULONG class, PVOID out,
                       ULONG length, PULONG returned) {
    struct api_caller me;
    void *body;
    size_t i = 0;
    if (!api_caller_get(&me))
        return STATUS_INVALID_HANDLE;
    while (i < query->count && query->classes[i].class != class)
        i++;
    if (i == query->count)
        return STATUS_INVALID_INFO_CLASS;
    if (length != query->classes[i].size)
        return STATUS_INFO_LENGTH_MISMATCH;
    NTSTATUS status = api_object(&me, handle, query->access, query->type, KE_READ, &body);
    union {
        PROCESS_BASIC_INFORMATION process;
        KERNEL_USER_TIMES times;
        SECTION_IMAGE_INFORMATION image;
        THREAD_BASIC_INFORMATION thread;
    } information;
    RD_ASSERT(length <= sizeof information);
    if (NT_SUCCESS(status))
        status = query->classes[i].fill(&me, body, &information);
    if (NT_SUCCESS(status))
        status = nt_write(&me, out, &information, length);
    if (NT_SUCCESS(status) && returned)
        status = nt_write(&me, returned, &length, sizeof length);
    return status;
}

/* ---- processes ------------------------------------------------------------------------------- */

static NTSTATUS basic(struct api_caller *me, void *body, void *out) {
    const struct ps_process *process = body;
    PROCESS_BASIC_INFORMATION *information = out;
    (void)me;
    *information = (PROCESS_BASIC_INFORMATION){
        .ExitStatus = process->status_visible ? process->exit_status : STATUS_PENDING,
        .AffinityMask = 1,
        .BasePriority = 8,
        .UniqueProcessId = process->pid,
        .InheritedFromUniqueProcessId = process->parent_pid,
    };
    return STATUS_SUCCESS;
}

static void set_used(KERNEL_USER_TIMES *information, struct ps_times times) {
    information->KernelTime.QuadPart = (LONGLONG)times.kernel;
    information->UserTime.QuadPart = (LONGLONG)times.user;
}

static NTSTATUS times(struct api_caller *me, void *body, void *out) {
    const struct ps_process *process = body;
    KERNEL_USER_TIMES *information = out;
    (void)me;
    memset(information, 0, sizeof *information);
    information->CreateTime.QuadPart = (LONGLONG)api_file_time(process->create_time);
    if (process->status_visible)
        information->ExitTime.QuadPart = (LONGLONG)api_file_time(process->exit_time);
    set_used(information, ps_process_times(process));
    return STATUS_SUCCESS;
}

static NTSTATUS handle_count(struct api_caller *me, void *body, void *out) {
    (void)me;
    *(ULONG *)out = ((const struct ps_process *)body)->handles.count;
    return STATUS_SUCCESS;
}

/* -1 if there is one (REST-10). */
static NTSTATUS debug_port(struct api_caller *me, void *body, void *out) {
    (void)me;
    *(ULONG_PTR *)out = ((const struct ps_process *)body)->debug ? (ULONG_PTR)-1 : 0;
    return STATUS_SUCCESS;
}

static NTSTATUS no_wow64(struct api_caller *me, void *body, void *out) {
    (void)me, (void)body;
    *(ULONG_PTR *)out = 0;
    return STATUS_SUCCESS;
}

static NTSTATUS session(struct api_caller *me, void *body, void *out) {
    (void)me;
    *(ULONG *)out = ((const struct ps_process *)body)->session;
    return STATUS_SUCCESS;
}

static NTSTATUS error_mode(struct api_caller *me, void *body, void *out) {
    const struct ps_process *process = body;
    (void)me;
    if (process->rundown || !process->ldr)
        return STATUS_PROCESS_IS_TERMINATING;
    *(ULONG *)out = process->ldr->error_mode;
    return STATUS_SUCCESS;
}

static NTSTATUS is_critical(struct api_caller *me, void *body, void *out) {
    (void)me;
    *(ULONG *)out = ((const struct ps_process *)body)->critical;
    return STATUS_SUCCESS;
}

/* TERM-61: what the image was like is unknown once the process has ended. */
static NTSTATUS image_information(struct api_caller *me, void *body, void *out) {
    enum { WINDOWS_CUI = 3, AMD64 = 0x8664, EXECUTABLE = 0x22 };
    const struct ps_process *process = body;
    if (process->rundown)
        return STATUS_PROCESS_IS_TERMINATING;
    *(SECTION_IMAGE_INFORMATION *)out = (SECTION_IMAGE_INFORMATION){
        .MaximumStackSize = process->stack_size ? process->stack_size : me->w->options.stack_size,
        .SubSystemType = WINDOWS_CUI,
        .ImageCharacteristics = EXECUTABLE,
        .Machine = AMD64,
        .ImageContainsCode = TRUE,
    };
    return STATUS_SUCCESS;
}

static const struct query_class process_classes[] = {
    {ProcessBasicInformation, sizeof(PROCESS_BASIC_INFORMATION), basic},
    {ProcessTimes, sizeof(KERNEL_USER_TIMES), times},
    {ProcessDebugPort, sizeof(ULONG_PTR), debug_port},
    {ProcessWow64Information, sizeof(ULONG_PTR), no_wow64},
    {ProcessHandleCount, sizeof(ULONG), handle_count},
    {ProcessSessionInformation, sizeof(ULONG), session},
    {ProcessImageInformation, sizeof(SECTION_IMAGE_INFORMATION), image_information},
    {ProcessDefaultHardErrorMode, sizeof(ULONG), error_mode},
    {ProcessBreakOnTermination, sizeof(ULONG), is_critical},
};

/* A path as UNICODE_STRING with its characters behind it: works on dead processes (PROC-44). */
static NTSTATUS image_name(HANDLE handle, bool native, void *out, ULONG length, PULONG returned) {
    struct api_caller me;
    void *body;
    if (!api_caller_get(&me))
        return STATUS_INVALID_HANDLE;
    NTSTATUS status = api_object(&me, handle, PROCESS_QUERY_LIMITED_INFORMATION, &ps_process_type,
                                 KE_READ, &body);
    if (!NT_SUCCESS(status))
        return status;
    const struct ps_process *process = body;
    const char *path =
        core_textf(me.w, "%s\\%s", native ? "\\Device\\HarddiskVolume1" : "C:", process->name);
    ULONG units = api_copy_w(path, NULL, 0); /* with terminator */
    ULONG needed = (ULONG)sizeof(UNICODE_STRING) + units * (ULONG)sizeof(WCHAR);
    if (returned)
        *returned = needed;
    if (length < needed)
        return STATUS_INFO_LENGTH_MISMATCH;
    UNICODE_STRING *string = out;
    string->Buffer = (PWCH)(void *)(string + 1);
    string->MaximumLength = (USHORT)(units * sizeof(WCHAR));
    string->Length = (USHORT)(string->MaximumLength - sizeof(WCHAR));
    api_copy_w(path, string->Buffer, units);
    return STATUS_SUCCESS;
}

NTSTATUS NtQueryInformationProcess(HANDLE ProcessHandle, PROCESSINFOCLASS ProcessInformationClass,
                                   PVOID ProcessInformation, ULONG ProcessInformationLength,
                                   PULONG ReturnLength) {
    static const struct query query = {process_classes,
                                       sizeof process_classes / sizeof process_classes[0],
                                       &ps_process_type, PROCESS_QUERY_LIMITED_INFORMATION};
    if (ProcessInformationClass == ProcessImageFileName ||
        ProcessInformationClass == ProcessImageFileNameWin32)
        return image_name(ProcessHandle, ProcessInformationClass == ProcessImageFileName,
                          ProcessInformation, ProcessInformationLength, ReturnLength);
    return answer(&query, ProcessHandle, ProcessInformationClass, ProcessInformation,
                  ProcessInformationLength, ReturnLength);
}

/* ---- threads --------------------------------------------------------------------------------- */

static NTSTATUS thread_basic(struct api_caller *me, void *body, void *out) {
    const struct ps_thread *thread = body;
    THREAD_BASIC_INFORMATION *information = out;
    (void)me;
    *information = (THREAD_BASIC_INFORMATION){
        .ExitStatus = thread->status_visible ? thread->exit_status : STATUS_PENDING,
        .ClientId = {api_handle(thread->process->pid), api_handle(thread->tcb.tid)},
        .AffinityMask = 1,
        .Priority = 8,
        .BasePriority = 8,
    };
    return STATUS_SUCCESS;
}

static NTSTATUS thread_times(struct api_caller *me, void *body, void *out) {
    const struct ps_thread *thread = body;
    KERNEL_USER_TIMES *information = out;
    (void)me;
    memset(information, 0, sizeof *information);
    information->CreateTime.QuadPart = (LONGLONG)api_file_time(thread->create_time);
    if (thread->status_visible)
        information->ExitTime.QuadPart = (LONGLONG)api_file_time(thread->exit_time);
    set_used(information, ps_thread_times(thread));
    return STATUS_SUCCESS;
}

static NTSTATUS start_address(struct api_caller *me, void *body, void *out) {
    (void)me;
    *(PVOID *)out = api_handle(((const struct ps_thread *)body)->start_address);
    return STATUS_SUCCESS;
}

static NTSTATUS am_i_last(struct api_caller *me, void *body, void *out) {
    (void)body;
    *(ULONG *)out = ps_is_last_thread(me->w);
    return STATUS_SUCCESS;
}

static NTSTATUS is_terminated(struct api_caller *me, void *body, void *out) {
    (void)me;
    *(ULONG *)out = ((const struct ps_thread *)body)->terminated;
    return STATUS_SUCCESS;
}

static NTSTATUS is_critical_thread(struct api_caller *me, void *body, void *out) {
    (void)me;
    *(ULONG *)out = ((const struct ps_thread *)body)->critical;
    return STATUS_SUCCESS;
}

static NTSTATUS no_io_pending(struct api_caller *me, void *body, void *out) {
    (void)me, (void)body;
    *(ULONG *)out = 0;
    return STATUS_SUCCESS;
}

static const struct query_class thread_classes[] = {
    {ThreadBasicInformation, sizeof(THREAD_BASIC_INFORMATION), thread_basic},
    {ThreadTimes, sizeof(KERNEL_USER_TIMES), thread_times},
    {ThreadQuerySetWin32StartAddress, sizeof(PVOID), start_address},
    {ThreadAmILastThread, sizeof(ULONG), am_i_last},
    {ThreadIsTerminated, sizeof(ULONG), is_terminated},
    {ThreadBreakOnTermination, sizeof(ULONG), is_critical_thread},
    {ThreadIsIoPending, sizeof(ULONG), no_io_pending},
};

NTSTATUS NtQueryInformationThread(HANDLE ThreadHandle, THREADINFOCLASS ThreadInformationClass,
                                  PVOID ThreadInformation, ULONG ThreadInformationLength,
                                  PULONG ReturnLength) {
    static const struct query query = {thread_classes,
                                       sizeof thread_classes / sizeof thread_classes[0],
                                       &ps_thread_type, THREAD_QUERY_LIMITED_INFORMATION};
    return answer(&query, ThreadHandle, ThreadInformationClass, ThreadInformation,
                  ThreadInformationLength, ReturnLength);
}
