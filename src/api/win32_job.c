/* win32_job.c - job objects: groups of processes that are limited, watched and ended together. */
#include "api/win32.h"
#include "ps/job.h"
#include "rundown/sdk/rd_ntdll.h"

/* ---- create and open ------------------------------------------------------------------------- */

static HANDLE create_job(const SECURITY_ATTRIBUTES *attributes, struct api_name name) {
    struct api_caller me;
    char text[API_NAME_MAX];
    struct api_created created = {.access = JOB_OBJECT_ALL_ACCESS, .attributes = attributes};
    if (!api_caller_get(&me) || !api_object_name(&me, name, text))
        return NULL;
    if (*text)
        ke_point(me.w, 0, KE_NOTHING);
    else
        api_table_point(&me);
    created.body = ps_job_create(me.w, text, &created.existing, &created.status);
    return api_created_handle(&me, &created);
}

HANDLE CreateJobObjectA(LPSECURITY_ATTRIBUTES lpJobAttributes, LPCSTR lpName) {
    return create_job(lpJobAttributes, (struct api_name){.a = lpName});
}

HANDLE CreateJobObjectW(LPSECURITY_ATTRIBUTES lpJobAttributes, LPCWSTR lpName) {
    return create_job(lpJobAttributes, (struct api_name){.w = lpName});
}

HANDLE OpenJobObjectA(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCSTR lpName) {
    return api_open_handle(
        &(struct api_open){&ps_job_type, {.a = lpName}, dwDesiredAccess, bInheritHandle});
}

HANDLE OpenJobObjectW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpName) {
    return api_open_handle(
        &(struct api_open){&ps_job_type, {.w = lpName}, dwDesiredAccess, bInheritHandle});
}

/* ---- members --------------------------------------------------------------------------------- */

static NTSTATUS job_of(struct api_caller *me, HANDLE handle, uint32_t access,
                       enum ke_access_kind kind, struct ps_job **job) {
    void *body = NULL;
    *job = NULL;
    if (!api_caller_get(me))
        return STATUS_INVALID_HANDLE;
    NTSTATUS status = api_object(me, handle, access, &ps_job_type, kind, &body);
    *job = body;
    return status;
}

BOOL AssignProcessToJobObject(HANDLE hJob, HANDLE hProcess) {
    struct api_caller me;
    struct ps_job *job;
    void *process;
    NTSTATUS status = job_of(&me, hJob, JOB_OBJECT_ASSIGN_PROCESS, KE_WRITE, &job);
    if (NT_SUCCESS(status))
        status = api_peek(&me, hProcess, PROCESS_SET_QUOTA | PROCESS_TERMINATE, &ps_process_type,
                          &process);
    if (NT_SUCCESS(status))
        status = ps_job_assign(me.w, job, process);
    return api_result(&me, status);
}

/* A NULL job means any. */
BOOL IsProcessInJob(HANDLE ProcessHandle, HANDLE JobHandle, PBOOL Result) {
    struct api_caller me;
    void *process, *job = NULL;
    if (!api_caller_get(&me))
        return FALSE;
    NTSTATUS status = api_object(&me, ProcessHandle, PROCESS_QUERY_LIMITED_INFORMATION,
                                 &ps_process_type, KE_READ, &process);
    if (NT_SUCCESS(status) && JobHandle)
        status = api_peek(&me, JobHandle, JOB_OBJECT_QUERY, &ps_job_type, &job);
    if (NT_SUCCESS(status))
        *Result = ps_job_contains(job, process);
    return api_result(&me, status);
}

static NTSTATUS terminate(struct api_caller *me, HANDLE handle, NTSTATUS code) {
    struct ps_job *job;
    NTSTATUS status = job_of(me, handle, JOB_OBJECT_TERMINATE, KE_WRITE, &job);
    if (NT_SUCCESS(status))
        ps_job_terminate(me->w, job, code);
    return status;
}

BOOL TerminateJobObject(HANDLE hJob, UINT uExitCode) {
    struct api_caller me;
    NTSTATUS status = terminate(&me, hJob, (NTSTATUS)uExitCode);
    return api_result(&me, status);
}

NTSTATUS NtTerminateJobObject(HANDLE JobHandle, NTSTATUS ExitStatus) {
    struct api_caller me;
    return terminate(&me, JobHandle, ExitStatus);
}

/* ---- information ----------------------------------------------------------------------------- */

/* A query or a change of one class; `data` is the caller's memory. */
struct information {
    struct api_caller *me;
    struct ps_job *job;
    void *data;
    DWORD length;
    DWORD returned; /* how much of it a query has written */
};

enum { BASIC_FLAGS = 0xFF, EXTENDED_FLAGS = 0x7FFF };

static NTSTATUS decode_basic(struct ps_job_limits *to,
                             const JOBOBJECT_BASIC_LIMIT_INFORMATION *from, uint32_t valid_flags) {
    enum { EXCLUSIVE = PS_JOB_LIMIT_JOB_TIME | PS_JOB_PRESERVE_JOB_TIME };
    if ((from->LimitFlags & ~valid_flags) || (from->LimitFlags & EXCLUSIVE) == EXCLUSIVE)
        return STATUS_INVALID_PARAMETER;
    to->flags = from->LimitFlags;
    to->active_processes = from->ActiveProcessLimit;
    to->priority_class = from->PriorityClass;
    to->scheduling_class = from->SchedulingClass;
    to->process_time = from->PerProcessUserTimeLimit.QuadPart;
    to->job_time = from->PerJobUserTimeLimit.QuadPart;
    to->least_working_set = from->MinimumWorkingSetSize;
    to->largest_working_set = from->MaximumWorkingSetSize;
    to->affinity = from->Affinity;
    return STATUS_SUCCESS;
}

static NTSTATUS set_basic_limits(struct information *i) {
    struct ps_job_limits limits = i->job->limits;
    NTSTATUS status = decode_basic(&limits, i->data, BASIC_FLAGS);
    if (NT_SUCCESS(status))
        ps_job_set_limits(i->me->w, i->job, &limits);
    return status;
}

static NTSTATUS set_extended_limits(struct information *i) {
    const JOBOBJECT_EXTENDED_LIMIT_INFORMATION *from = i->data;
    struct ps_job_limits limits = i->job->limits;
    NTSTATUS status = decode_basic(&limits, &from->BasicLimitInformation, EXTENDED_FLAGS);
    limits.process_memory = from->ProcessMemoryLimit;
    limits.job_memory = from->JobMemoryLimit;
    if (NT_SUCCESS(status))
        ps_job_set_limits(i->me->w, i->job, &limits);
    return status;
}

static NTSTATUS set_end_of_time(struct information *i) {
    const JOBOBJECT_END_OF_JOB_TIME_INFORMATION *from = i->data;
    if (from->EndOfJobTimeAction > JOB_OBJECT_POST_AT_END_OF_JOB)
        return STATUS_INVALID_PARAMETER;
    i->job->end_of_time_action = from->EndOfJobTimeAction;
    return STATUS_SUCCESS;
}

/* Windows 8 and later let a job go from its port: no handle. */
static NTSTATUS set_port(struct information *i) {
    const JOBOBJECT_ASSOCIATE_COMPLETION_PORT *from = i->data;
    const struct core_profile *profile = i->me->w->profile;
    void *port = NULL;
    bool may_leave = profile->major > 6 || (profile->major == 6 && profile->minor >= 2);
    if (from->CompletionPort || !may_leave) {
        NTSTATUS status =
            api_peek(i->me, from->CompletionPort, IO_COMPLETION_MODIFY_STATE, &ex_port_type, &port);
        if (!NT_SUCCESS(status))
            return status;
    }
    return ps_job_set_port(i->me->w, i->job, port, (uint64_t)(uintptr_t)from->CompletionKey);
}

static NTSTATUS get_basic_limits(struct information *i) {
    const struct ps_job_limits *from = &i->job->limits;
    JOBOBJECT_BASIC_LIMIT_INFORMATION *to = i->data;
    to->LimitFlags = from->flags & BASIC_FLAGS;
    to->ActiveProcessLimit = from->active_processes;
    to->PriorityClass = from->priority_class;
    to->SchedulingClass = from->scheduling_class;
    to->PerProcessUserTimeLimit.QuadPart = from->process_time;
    to->PerJobUserTimeLimit.QuadPart = from->job_time;
    to->MinimumWorkingSetSize = from->least_working_set;
    to->MaximumWorkingSetSize = from->largest_working_set;
    to->Affinity = (ULONG_PTR)from->affinity;
    return STATUS_SUCCESS;
}

static NTSTATUS get_extended_limits(struct information *i) {
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION *to = i->data;
    struct information basic = {.job = i->job, .data = &to->BasicLimitInformation};
    get_basic_limits(&basic);
    to->BasicLimitInformation.LimitFlags = i->job->limits.flags;
    to->ProcessMemoryLimit = i->job->limits.process_memory;
    to->JobMemoryLimit = i->job->limits.job_memory;
    return STATUS_SUCCESS;
}

/* JOB-11. */
static NTSTATUS get_accounting(struct information *i) {
    JOBOBJECT_BASIC_ACCOUNTING_INFORMATION *to = i->data;
    struct ps_times times = ps_job_times(i->job);
    to->TotalUserTime.QuadPart = (LONGLONG)times.user;
    to->TotalKernelTime.QuadPart = (LONGLONG)times.kernel;
    to->ThisPeriodTotalUserTime.QuadPart = (LONGLONG)(times.user - i->job->period.user);
    to->ThisPeriodTotalKernelTime.QuadPart = (LONGLONG)(times.kernel - i->job->period.kernel);
    to->TotalProcesses = i->job->total;
    to->ActiveProcesses = i->job->active;
    to->TotalTerminatedProcesses = i->job->terminated;
    return STATUS_SUCCESS;
}

static NTSTATUS get_end_of_time(struct information *i) {
    JOBOBJECT_END_OF_JOB_TIME_INFORMATION *to = i->data;
    to->EndOfJobTimeAction = i->job->end_of_time_action;
    return STATUS_SUCCESS;
}

/* As many ids as there is room for; STATUS_BUFFER_OVERFLOW if that is not all (JOB-10). */
static NTSTATUS get_processes(struct information *i) {
    JOBOBJECT_BASIC_PROCESS_ID_LIST *to = i->data;
    size_t head = offsetof(JOBOBJECT_BASIC_PROCESS_ID_LIST, ProcessIdList);
    uint32_t room = (uint32_t)((i->length - head) / sizeof(ULONG_PTR));
    uint64_t *pids = core_alloc(i->me->w, (room + 1u) * sizeof *pids);
    uint32_t count = ps_job_list(i->job, pids, room);
    to->NumberOfAssignedProcesses = count;
    to->NumberOfProcessIdsInList = count < room ? count : room;
    for (uint32_t p = 0; p < to->NumberOfProcessIdsInList; p++)
        to->ProcessIdList[p] = (ULONG_PTR)pids[p];
    core_free(i->me->w, pids, (room + 1u) * sizeof *pids);
    i->returned = (DWORD)(head + to->NumberOfProcessIdsInList * sizeof(ULONG_PTR));
    return count > room ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS;
}

static const struct {
    JOBOBJECTINFOCLASS class;
    DWORD size;
    bool at_least; /* more memory than `size` is welcome */
    NTSTATUS (*get)(struct information *i);
    NTSTATUS (*set)(struct information *i);
} classes[] = {
    {JobObjectBasicAccountingInformation, sizeof(JOBOBJECT_BASIC_ACCOUNTING_INFORMATION), false,
     get_accounting, NULL},
    {JobObjectBasicLimitInformation, sizeof(JOBOBJECT_BASIC_LIMIT_INFORMATION), false,
     get_basic_limits, set_basic_limits},
    {JobObjectBasicProcessIdList, sizeof(JOBOBJECT_BASIC_PROCESS_ID_LIST), true, get_processes,
     NULL},
    {JobObjectEndOfJobTimeInformation, sizeof(JOBOBJECT_END_OF_JOB_TIME_INFORMATION), false,
     get_end_of_time, set_end_of_time},
    {JobObjectAssociateCompletionPortInformation, sizeof(JOBOBJECT_ASSOCIATE_COMPLETION_PORT),
     false, NULL, set_port},
    {JobObjectBasicAndIoAccountingInformation,
     sizeof(JOBOBJECT_BASIC_AND_IO_ACCOUNTING_INFORMATION), false, get_accounting, NULL},
    {JobObjectExtendedLimitInformation, sizeof(JOBOBJECT_EXTENDED_LIMIT_INFORMATION), false,
     get_extended_limits, set_extended_limits},
};

enum { CLASSES = sizeof classes / sizeof classes[0] };

static size_t find_class(JOBOBJECTINFOCLASS class) {
    size_t index = 0;
    while (index < CLASSES && classes[index].class != class)
        index++;
    return index;
}

BOOL SetInformationJobObject(HANDLE hJob, JOBOBJECTINFOCLASS JobObjectInformationClass,
                             LPVOID lpJobObjectInformation, DWORD cbJobObjectInformationLength) {
    struct api_caller me;
    struct ps_job *job;
    size_t index = find_class(JobObjectInformationClass);
    NTSTATUS status = job_of(&me, hJob, JOB_OBJECT_SET_ATTRIBUTES, KE_WRITE, &job);
    struct information i = {.me = &me, .job = job, .data = lpJobObjectInformation};
    if (index == CLASSES || !classes[index].set)
        status = STATUS_INVALID_INFO_CLASS;
    else if (cbJobObjectInformationLength != classes[index].size)
        status = STATUS_INFO_LENGTH_MISMATCH;
    else if (!lpJobObjectInformation)
        status = STATUS_ACCESS_VIOLATION;
    if (NT_SUCCESS(status))
        status = classes[index].set(&i);
    return api_result(&me, status);
}

/* The job behind a handle, or that of the caller if there is none. */
static NTSTATUS queried_job(struct api_caller *me, HANDLE handle, struct ps_job **job) {
    if (handle)
        return job_of(me, handle, JOB_OBJECT_QUERY, KE_READ, job);
    if (!api_caller_get(me))
        return STATUS_INVALID_HANDLE;
    ke_point(me->w, ps_job_place(me->process), KE_READ);
    *job = me->process->job;
    if (*job)
        core_touch(me->w, ob_id(*job), CORE_READ);
    return *job ? STATUS_SUCCESS : STATUS_ACCESS_DENIED;
}

static bool fits(size_t index, DWORD length) {
    return classes[index].at_least ? length >= classes[index].size : length == classes[index].size;
}

BOOL QueryInformationJobObject(HANDLE hJob, JOBOBJECTINFOCLASS JobObjectInformationClass,
                               LPVOID lpJobObjectInformation, DWORD cbJobObjectInformationLength,
                               LPDWORD lpReturnLength) {
    struct api_caller me;
    struct ps_job *job = NULL;
    size_t index = find_class(JobObjectInformationClass);
    NTSTATUS status = queried_job(&me, hJob, &job);
    struct information i = {.me = &me,
                            .job = job,
                            .data = lpJobObjectInformation,
                            .length = cbJobObjectInformationLength};
    if (index == CLASSES || !classes[index].get)
        status = STATUS_INVALID_INFO_CLASS;
    else if (!fits(index, cbJobObjectInformationLength))
        status = STATUS_INFO_LENGTH_MISMATCH;
    else if (!lpJobObjectInformation)
        status = STATUS_ACCESS_VIOLATION;
    if (!NT_SUCCESS(status))
        return api_result(&me, status);
    i.returned = classes[index].size;
    memset(lpJobObjectInformation, 0, classes[index].size);
    status = classes[index].get(&i);
    if (lpReturnLength)
        *lpReturnLength = i.returned;
    if (status == STATUS_BUFFER_OVERFLOW)
        return api_fail(&me, ERROR_MORE_DATA);
    return api_result(&me, status);
}
