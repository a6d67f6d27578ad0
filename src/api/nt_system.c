/*
 * nt_system.c - NtQuerySystemInformation: the machine, its clock, and the processes with their
 * threads.
 */
#include "api/nt.h"

enum { PAGE = 0x1000, ALLOCATION = 0x10000 };

/* ---- the machine and its clock --------------------------------------------------------------- */

struct basic {
    ULONG reserved, timer_resolution, page_size, pages, lowest_page, highest_page, allocation;
    ULONG_PTR lowest_address, highest_address, processors;
    CCHAR processor_count;
};
_Static_assert(sizeof(struct basic) == sizeof(SYSTEM_BASIC_INFORMATION), "as Windows has it");

static NTSTATUS basic(struct api_caller *me, void *out, ULONG length) {
    enum { PAGES = 0x100000 };
    const struct basic information = {.timer_resolution = 156250,
                                      .page_size = PAGE,
                                      .pages = PAGES,
                                      .lowest_page = 1,
                                      .highest_page = PAGES,
                                      .allocation = ALLOCATION,
                                      .lowest_address = ALLOCATION,
                                      .highest_address = 0x7FFFFFFEFFFF,
                                      .processors = 1,
                                      .processor_count = 1};
    if (length != sizeof information)
        return STATUS_INFO_LENGTH_MISMATCH;
    return nt_write(me, out, &information, length);
}

/* Whoever has less room gets the beginning. */
static NTSTATUS time_of_day(struct api_caller *me, void *out, ULONG length) {
    struct {
        LARGE_INTEGER boot, now, bias;
        ULONG zone, reserved;
        ULONGLONG boot_bias, sleep_bias;
    } information = {.boot.QuadPart = (LONGLONG)api_file_time(0),
                     .now.QuadPart = (LONGLONG)api_file_time(me->w->now)};
    _Static_assert(sizeof information == sizeof(SYSTEM_TIMEOFDAY_INFORMATION), "as Windows has it");
    if (length > sizeof information)
        return STATUS_INFO_LENGTH_MISMATCH;
    return nt_write(me, out, &information, length);
}

/* ---- processes and threads ------------------------------------------------------------------- */

/* The documented structures with names for what is reserved there. */
struct process_times {
    LONGLONG private_pages;
    ULONG hard_faults, most_threads;
    LONGLONG cycles, created, user, kernel;
};
_Static_assert(sizeof(struct process_times) ==
                   sizeof(((SYSTEM_PROCESS_INFORMATION *)NULL)->Reserved1),
               "as Windows has it");

static ULONG wait_reason(const struct ke_thread *thread) {
    enum { DELAY = 4, SUSPENDED = 5, USER_REQUEST = 6 };
    if (thread->state == KE_SUSPENDED)
        return SUSPENDED;
    return thread->wait_count || thread->wait_reason ? USER_REQUEST : DELAY;
}

static ULONG state_of(const struct ke_thread *thread) {
    enum { INITIALIZED, READY, RUNNING, TERMINATED = 4, WAITING };
    static const uint8_t states[] = {
        [KE_INITIALIZED] = INITIALIZED, [KE_READY] = READY,       [KE_RUNNING] = RUNNING,
        [KE_WAITING] = WAITING,         [KE_SUSPENDED] = WAITING, [KE_TERMINATED] = TERMINATED};
    return states[thread->state];
}

static SYSTEM_THREAD_INFORMATION about_thread(const struct ps_thread *thread) {
    enum { NORMAL = 8 };
    struct ps_times used = ps_thread_times(thread);
    LONGLONG created = (LONGLONG)api_file_time(thread->create_time);
    return (SYSTEM_THREAD_INFORMATION){
        .Reserved1 = {{.QuadPart = (LONGLONG)used.kernel},
                      {.QuadPart = (LONGLONG)used.user},
                      {.QuadPart = created}},
        .StartAddress = api_handle(thread->start_address),
        .ClientId = {api_handle(thread->tcb.pid), api_handle(thread->tcb.tid)},
        .Priority = NORMAL,
        .BasePriority = NORMAL,
        .ThreadState = state_of(&thread->tcb),
        .WaitReason = wait_reason(&thread->tcb)};
}

/* What is written, and how much all of it would take. */
struct listing {
    struct api_caller *me;
    char *out;
    size_t room, needed;
    NTSTATUS status;
};

static void put(struct listing *listing, size_t offset, const void *bytes, size_t size) {
    if (NT_SUCCESS(listing->status) && offset + size <= listing->room)
        listing->status = nt_write(listing->me, listing->out + offset, bytes, size);
}

static SYSTEM_PROCESS_INFORMATION about_process(const struct ps_process *process) {
    enum { NORMAL = 8 };
    struct ps_times used = ps_process_times(process);
    struct process_times times = {.most_threads = process->active_threads,
                                  .created = (LONGLONG)api_file_time(process->create_time),
                                  .user = (LONGLONG)used.user,
                                  .kernel = (LONGLONG)used.kernel};
    SYSTEM_PROCESS_INFORMATION information = {.BasePriority = NORMAL,
                                              .UniqueProcessId = api_handle(process->pid),
                                              .Reserved2 = api_handle(process->parent_pid),
                                              .HandleCount = process->handles.count,
                                              .SessionId = process->session};
    memcpy(information.Reserved1, &times, sizeof times);
    return information;
}

/* The process, its threads, its name. The next one begins at a multiple of 8. */
static void list_process(struct listing *listing, const struct ps_process *process, bool last) {
    SYSTEM_PROCESS_INFORMATION information = about_process(process);
    WCHAR name[API_NAME_MAX];
    size_t start = listing->needed, end = start + sizeof information;
    base_list_each(link, &process->threads) {
        const struct ps_thread *thread = base_container(link, struct ps_thread, link);
        SYSTEM_THREAD_INFORMATION about = about_thread(thread);
        if (thread->tcb.state == KE_TERMINATED)
            continue;
        put(listing, end, &about, sizeof about);
        end += sizeof about;
        information.NumberOfThreads++;
    }
    size_t length = base_utf8_to_16(process->name, strlen(process->name), name, API_NAME_MAX - 1);
    name[length] = 0;
    information.ImageName.Length = (USHORT)(length * sizeof *name);
    information.ImageName.MaximumLength = (USHORT)((length + 1) * sizeof *name);
    information.ImageName.Buffer = (PWSTR)((uintptr_t)listing->out + end);
    put(listing, end, name, (length + 1) * sizeof *name);
    end = (end + (length + 1) * sizeof *name + 7) & ~(size_t)7;
    information.NextEntryOffset = last ? 0 : (ULONG)(end - start);
    put(listing, start, &information, sizeof information);
    listing->needed = end;
}

/* Dead processes are not listed even if their objects exist (PROC-12). */
static NTSTATUS processes(struct api_caller *me, void *out, ULONG length, ULONG *needed) {
    struct listing listing = {me, out, length, 0, STATUS_SUCCESS};
    const struct ps_process *last = NULL;
    ke_point(me->w, core_place(CORE_MACHINE, CORE_PROCESSES), KE_READ);
    base_list_each(link, &me->w->ps->processes) {
        const struct ps_process *process = base_container(link, struct ps_process, link);
        if (!process->rundown)
            last = process;
    }
    base_list_each(link, &me->w->ps->processes) {
        const struct ps_process *process = base_container(link, struct ps_process, link);
        if (!process->rundown)
            list_process(&listing, process, process == last);
    }
    *needed = (ULONG)listing.needed;
    return length < listing.needed ? STATUS_INFO_LENGTH_MISMATCH : listing.status;
}

NTSTATUS NtQuerySystemInformation(SYSTEM_INFORMATION_CLASS SystemInformationClass,
                                  PVOID SystemInformation, ULONG SystemInformationLength,
                                  PULONG ReturnLength) {
    struct api_caller me;
    ULONG needed = SystemInformationLength;
    NTSTATUS status;
    if (!api_caller_get(&me))
        return STATUS_INVALID_HANDLE;
    switch (SystemInformationClass) {
    case SystemBasicInformation:
        needed = sizeof(SYSTEM_BASIC_INFORMATION);
        status = basic(&me, SystemInformation, SystemInformationLength);
        break;
    case SystemTimeOfDayInformation:
        status = time_of_day(&me, SystemInformation, SystemInformationLength);
        break;
    case SystemProcessInformation:
        status = processes(&me, SystemInformation, SystemInformationLength, &needed);
        break;
    default:
        return STATUS_INVALID_INFO_CLASS;
    }
    if (!ReturnLength || (!NT_SUCCESS(status) && status != STATUS_INFO_LENGTH_MISMATCH))
        return status;
    NTSTATUS written = nt_write(&me, ReturnLength, &needed, sizeof needed);
    return NT_SUCCESS(written) ? status : written;
}
