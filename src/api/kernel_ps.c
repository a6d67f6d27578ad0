/* kernel_ps.c - processes and threads as drivers see them: who runs, lookups, questions, system
 * threads. */
#include "api/kernel.h"
#include "rundown/sdk/rd_ntkernel.h"

/* ---- who runs -------------------------------------------------------------------------------- */

PEPROCESS IoGetCurrentProcess(VOID) {
    struct rd_world *w = kernel_world();
    if (!w)
        return NULL;
    struct ps_thread *thread = ps_current(w);
    struct ps_process *attached = ps_more(thread)->attached;
    return (PEPROCESS)(void *)(attached ? attached : thread->process);
}

PKTHREAD KeGetCurrentThread(VOID) {
    struct rd_world *w = kernel_world();
    return w ? (PKTHREAD)(void *)ps_current(w) : NULL;
}

HANDLE PsGetCurrentProcessId(VOID) {
    struct rd_world *w = kernel_world();
    return w ? kernel_id(ps_current_process(w)->pid) : NULL;
}

HANDLE PsGetCurrentThreadId(VOID) {
    struct rd_world *w = kernel_world();
    return w ? kernel_id(ps_current(w)->tcb.tid) : NULL;
}

/* Behind the macro PsInitialSystemProcess: the variable of the current machine. */
PEPROCESS *rd_sdk_system_process(VOID) {
    struct rd_world *w = port_current_world();
    return w ? &w->io->system_process : NULL;
}

/* ---- lookups by id --------------------------------------------------------------------------- */

static NTSTATUS not_found(const struct rd_world *w) {
    return w->profile->lookup_gives_invalid_cid ? STATUS_INVALID_CID /* TERM-19 */
                                                : STATUS_INVALID_PARAMETER;
}

NTSTATUS PsLookupProcessByProcessId(HANDLE ProcessId, PEPROCESS *Process) {
    struct rd_world *w = kernel_world();
    if (!w)
        return STATUS_INVALID_CID;
    ke_irql_check(w, KE_APC_LEVEL, "PsLookupProcessByProcessId", "IRQL-02");
    struct ps_process *process = ps_process_by_id(w, kernel_value(ProcessId));
    ke_point(w, process ? ob_id(process) : 0, KE_WRITE);
    ps_touch_id(w, kernel_value(ProcessId));
    process = ps_process_by_id(w, kernel_value(ProcessId));
    *Process = NULL;
    if (!process)
        return not_found(w);
    io_reference(w, process);
    *Process = (PEPROCESS)(void *)process;
    return STATUS_SUCCESS;
}

NTSTATUS PsLookupThreadByThreadId(HANDLE ThreadId, PETHREAD *Thread) {
    struct rd_world *w = kernel_world();
    if (!w)
        return STATUS_INVALID_CID;
    ke_irql_check(w, KE_APC_LEVEL, "PsLookupThreadByThreadId", "IRQL-02");
    struct ps_thread *thread = ps_thread_by_id(w, kernel_value(ThreadId));
    ke_point(w, thread ? ob_id(thread) : 0, KE_WRITE);
    ps_touch_id(w, kernel_value(ThreadId));
    thread = ps_thread_by_id(w, kernel_value(ThreadId));
    *Thread = NULL;
    if (!thread)
        return not_found(w);
    io_reference(w, thread);
    *Thread = (PETHREAD)(void *)thread;
    return STATUS_SUCCESS;
}

NTSTATUS PsLookupProcessThreadByCid(PCLIENT_ID Cid, PEPROCESS *Process, PETHREAD *Thread) {
    struct rd_world *w = kernel_world();
    PETHREAD thread;
    NTSTATUS status = PsLookupThreadByThreadId(Cid->UniqueThread, &thread);
    if (!NT_SUCCESS(status))
        return status;
    struct ps_process *process = kernel_thread(thread)->process;
    if (process->pid != kernel_value(Cid->UniqueProcess)) {
        io_dereference(w, thread);
        return STATUS_INVALID_CID;
    }
    *Thread = thread;
    if (Process) {
        io_reference(w, process);
        *Process = (PEPROCESS)(void *)process;
    }
    return STATUS_SUCCESS;
}

/* ---- questions about processes --------------------------------------------------------------- */

HANDLE PsGetProcessId(PEPROCESS Process) {
    return kernel_id(kernel_process(Process)->pid);
}

HANDLE PsGetProcessInheritedFromUniqueProcessId(PEPROCESS Process) {
    return kernel_id(kernel_process(Process)->parent_pid);
}

NTSTATUS PsGetProcessExitStatus(PEPROCESS Process) {
    const struct ps_process *process = kernel_process(Process);
    struct rd_world *w = kernel_world();
    if (w)
        ke_irql_check(w, KE_APC_LEVEL, "PsGetProcessExitStatus", "IRQL-02");
    return process->status_visible ? process->exit_status : STATUS_PENDING;
}

BOOLEAN PsGetProcessExitProcessCalled(PEPROCESS Process) {
    return kernel_process(Process)->exiting;
}

LONGLONG PsGetProcessCreateTimeQuadPart(PEPROCESS Process) {
    return (LONGLONG)api_file_time(kernel_process(Process)->create_time);
}

LARGE_INTEGER PsGetProcessExitTime(VOID) {
    struct rd_world *w = kernel_world();
    LARGE_INTEGER time = {.QuadPart = 0};
    if (w && ps_current_process(w)->status_visible)
        time.QuadPart = (LONGLONG)api_file_time(ps_current_process(w)->exit_time);
    return time;
}

ULONGLONG PsGetProcessStartKey(PEPROCESS Process) {
    return (1ull << 48) | ob_id(kernel_process(Process));
}

/* At most 15 characters, as EPROCESS has room for. */
PUCHAR PsGetProcessImageFileName(PEPROCESS Process) {
    enum { ROOM = 15 };
    const struct ps_process *process = kernel_process(Process);
    struct rd_world *w = process->world;
    const char *name = process->name;
    if (strlen(name) > ROOM)
        name = core_textf(w, "%.*s", ROOM, name);
    return (PUCHAR)(uintptr_t)name;
}

struct _PEB *PsGetProcessPeb(PEPROCESS Process) {
    (void)Process;
    return NULL; /* there is no such structure in the simulated process */
}

PVOID PsGetProcessWow64Process(PEPROCESS Process) {
    (void)Process;
    return NULL;
}

PVOID PsGetProcessSectionBaseAddress(PEPROCESS Process) {
    return kernel_process(Process)->image;
}

ULONG PsGetProcessSessionId(PEPROCESS Process) {
    return kernel_process(Process)->session;
}

/* PS_PROTECTION: System is protected by the signer WinSystem. */
UCHAR PsGetProcessProtection(PEPROCESS Process) {
    enum { PROTECTED = 2, WIN_SYSTEM = 7 };
    return kernel_process(Process)->system ? WIN_SYSTEM << 4 | PROTECTED : 0;
}

BOOLEAN PsIsProtectedProcess(PEPROCESS Process) {
    return kernel_process(Process)->system;
}

BOOLEAN PsIsProtectedProcessLight(PEPROCESS Process) {
    (void)Process;
    return FALSE;
}

BOOLEAN PsIsProcessBeingDebugged(PEPROCESS Process) {
    return ((const struct ps_process *)(const void *)Process)->debug != NULL;
}

USHORT PsWow64GetProcessMachine(PEPROCESS Process) {
    enum { MACHINE_AMD64 = 0x8664 };
    (void)Process;
    return MACHINE_AMD64;
}

LONG KeReadStateProcess(PKPROCESS Process) {
    return kernel_process(Process)->header.SignalState;
}

NTSTATUS SeLocateProcessImageName(PEPROCESS Process, PUNICODE_STRING *pImageFileName) {
    const struct ps_process *process = kernel_process(Process);
    struct rd_world *w = kernel_world();
    if (!w)
        return STATUS_INVALID_PARAMETER;
    const char *path = core_textf(w, "\\Device\\HarddiskVolume1\\%s", process->name);
    size_t bytes = strlen(path), units = base_utf8_to_16(path, bytes, NULL, 0);
    UNICODE_STRING *string =
        io_pool_allocate(w, &(struct io_pool_request){.size = sizeof *string + (units + 1) * 2,
                                                      .tag = KERNEL_TAG('S', 'e', 'I', 'n')});
    if (!string)
        return STATUS_INSUFFICIENT_RESOURCES;
    string->Buffer = (PWCH)(void *)(string + 1);
    string->Length = (USHORT)(units * 2);
    string->MaximumLength = (USHORT)(units * 2 + 2);
    base_utf8_to_16(path, bytes, (uint16_t *)(void *)string->Buffer, units);
    string->Buffer[units] = 0;
    *pImageFileName = string;
    return STATUS_SUCCESS;
}

/* ---- questions about threads ----------------------------------------------------------------- */

HANDLE PsGetThreadId(PETHREAD Thread) {
    return kernel_id(kernel_thread(Thread)->tcb.tid);
}

HANDLE PsGetThreadProcessId(PETHREAD Thread) {
    return kernel_id(kernel_thread(Thread)->process->pid);
}

PEPROCESS PsGetThreadProcess(PETHREAD Thread) {
    return (PEPROCESS)(void *)kernel_thread(Thread)->process;
}

PEPROCESS IoThreadToProcess(PETHREAD Thread) {
    return PsGetThreadProcess(Thread);
}

/* Final already in the thread's exit notification (NTFY-T-32). */
NTSTATUS PsGetThreadExitStatus(PETHREAD Thread) {
    struct rd_world *w = kernel_world();
    if (w)
        ke_irql_check(w, KE_APC_LEVEL, "PsGetThreadExitStatus", "IRQL-02");
    return kernel_thread(Thread)->exit_status;
}

LONGLONG PsGetThreadCreateTime(PETHREAD Thread) {
    return (LONGLONG)api_file_time(kernel_thread(Thread)->create_time);
}

BOOLEAN PsIsSystemThread(PETHREAD Thread) {
    return kernel_thread(Thread)->tcb.system;
}

BOOLEAN PsIsThreadTerminating(PETHREAD Thread) {
    const struct ps_thread *thread = kernel_thread(Thread);
    return thread->tcb.exiting || thread->marked || thread->terminated;
}

BOOLEAN PsIsCurrentThreadPrefetching(VOID) {
    return FALSE;
}

/* ---- priorities: remembered, but the simulated scheduler knows none -------------------------- */

enum { NORMAL_PRIORITY = 8 };

static struct ps_thread_more *more_of(PKTHREAD object) {
    struct ps_thread *thread = kernel_thread(object);
    return ps_more_make(thread->process->world, thread);
}

KPRIORITY KeQueryPriorityThread(PKTHREAD Thread) {
    int32_t priority = ps_more(kernel_thread(Thread))->priority;
    return priority ? priority : NORMAL_PRIORITY;
}

KPRIORITY KeSetPriorityThread(PKTHREAD Thread, KPRIORITY Priority) {
    KPRIORITY before = KeQueryPriorityThread(Thread);
    more_of(Thread)->priority = Priority;
    return before;
}

LONG KeSetBasePriorityThread(PKTHREAD Thread, LONG Increment) {
    struct ps_thread_more *more = more_of(Thread);
    LONG before = more->base_increment;
    more->base_increment = Increment;
    more->priority = NORMAL_PRIORITY + Increment;
    return before;
}

/* ---- system threads -------------------------------------------------------------------------- */

/* The parameters that PsCreateSystemThread and IoCreateSystemThread share. */
struct thread_request {
    PHANDLE handle;
    ULONG access;
    POBJECT_ATTRIBUTES attributes;
    HANDLE process;
    PCLIENT_ID id;
};

static NTSTATUS create_thread(struct io_create_thread *create,
                              const struct thread_request *request) {
    struct api_caller me;
    struct ps_thread *thread;
    void *process;
    if (!kernel_world() || !api_caller_get(&me))
        return STATUS_INVALID_HANDLE;
    ke_irql_check(me.w, KE_PASSIVE_LEVEL, "PsCreateSystemThread", "IRQL-01");
    process = me.w->ps->system;
    if (request->process) {
        NTSTATUS found =
            api_object(&me, request->process, 0x2, &ps_process_type, KE_WRITE, &process);
        if (!NT_SUCCESS(found))
            return found;
    }
    ke_point(me.w, ob_id(process), KE_WRITE);
    create->process = process;
    NTSTATUS status = io_system_thread_create(me.w, create, &thread);
    if (!NT_SUCCESS(status))
        return status;
    if (request->id)
        *request->id = (CLIENT_ID){kernel_id(thread->process->pid), kernel_id(thread->tcb.tid)};
    struct kernel_open open = {.body = thread,
                               .access = request->access ? request->access : THREAD_ALL_RIGHTS,
                               .attributes =
                                   request->attributes ? request->attributes->Attributes : 0};
    status = kernel_open_handle(me.w, &open, request->handle);
    ob_dereference(me.w, thread);
    return status;
}

NTSTATUS PsCreateSystemThread(PHANDLE ThreadHandle, ULONG DesiredAccess,
                              POBJECT_ATTRIBUTES ObjectAttributes, HANDLE ProcessHandle,
                              PCLIENT_ID ClientId, PKSTART_ROUTINE StartRoutine,
                              PVOID StartContext) {
    return create_thread(
        &(struct io_create_thread){.routine = StartRoutine, .context = StartContext},
        &(struct thread_request){ThreadHandle, DesiredAccess, ObjectAttributes, ProcessHandle,
                                 ClientId});
}

NTSTATUS IoCreateSystemThread(PVOID IoObject, PHANDLE ThreadHandle, ULONG DesiredAccess,
                              POBJECT_ATTRIBUTES ObjectAttributes, HANDLE ProcessHandle,
                              PCLIENT_ID ClientId, PKSTART_ROUTINE StartRoutine,
                              PVOID StartContext) {
    const DRIVER_OBJECT *driver = IoObject;
    if (driver->Type == IO_TYPE_DEVICE)
        driver = ((const DEVICE_OBJECT *)IoObject)->DriverObject;
    return create_thread(&(struct io_create_thread){.routine = StartRoutine,
                                                    .context = StartContext,
                                                    .holds = driver->DriverSection},
                         &(struct thread_request){ThreadHandle, DesiredAccess, ObjectAttributes,
                                                  ProcessHandle, ClientId});
}

NTSTATUS PsTerminateSystemThread(NTSTATUS ExitStatus) {
    struct rd_world *w = kernel_world();
    if (!w || !ps_current(w)->tcb.system)
        return STATUS_INVALID_PARAMETER; /* TERM-45 */
    ke_irql_check(w, KE_PASSIVE_LEVEL, "PsTerminateSystemThread", "IRQL-01");
    ke_point(w, 0, KE_NOTHING);
    io_system_thread_exit(w, ExitStatus);
}

BOOLEAN PsGetVersion(PULONG MajorVersion, PULONG MinorVersion, PULONG BuildNumber,
                     PUNICODE_STRING CSDVersion) {
    const struct rd_world *w = port_current_world();
    const struct core_profile *profile = w ? w->profile : core_profile_find(NULL);
    if (MajorVersion)
        *MajorVersion = profile->major;
    if (MinorVersion)
        *MinorVersion = profile->minor;
    if (BuildNumber)
        *BuildNumber = profile->build;
    if (CSDVersion)
        CSDVersion->Length = 0;
    return FALSE;
}

/* ---- suspension and registers ---------------------------------------------------------------- */

NTSTATUS PsSuspendProcess(PEPROCESS Process) {
    struct rd_world *w = kernel_world();
    if (!w)
        return STATUS_PROCESS_IS_TERMINATING;
    ke_irql_check(w, KE_PASSIVE_LEVEL, "PsSuspendProcess", "IRQL-01");
    ke_point(w, ob_id(Process), KE_WRITE);
    return ps_suspend_process(w, kernel_process(Process));
}

NTSTATUS PsResumeProcess(PEPROCESS Process) {
    struct rd_world *w = kernel_world();
    if (!w)
        return STATUS_PROCESS_IS_TERMINATING;
    ke_irql_check(w, KE_PASSIVE_LEVEL, "PsResumeProcess", "IRQL-01");
    ke_point(w, ob_id(Process), KE_WRITE);
    return ps_resume_process(w, kernel_process(Process));
}

/* Nobody sets debug registers, so they are 0; other registers of a thread are not simulated. */
NTSTATUS PsGetContextThread(PETHREAD Thread, PCONTEXT ThreadContext, KPROCESSOR_MODE Mode) {
    struct rd_world *w = kernel_world();
    (void)Mode;
    if (!w)
        return STATUS_UNSUCCESSFUL;
    ke_irql_check(w, KE_PASSIVE_LEVEL, "PsGetContextThread", "IRQL-01");
    if (kernel_thread(Thread)->terminated)
        return STATUS_UNSUCCESSFUL;
    if (ThreadContext->ContextFlags & ~(ULONG)CONTEXT_DEBUG_REGISTERS)
        return STATUS_NOT_SUPPORTED;
    ThreadContext->Dr0 = ThreadContext->Dr1 = ThreadContext->Dr2 = ThreadContext->Dr3 = 0;
    ThreadContext->Dr6 = ThreadContext->Dr7 = 0;
    return STATUS_SUCCESS;
}

/* For threads of 32-bit programs, and there are none. */
NTSTATUS PsWrapApcWow64Thread(PVOID *ApcContext, PVOID *ApcRoutine) {
    (void)ApcContext, (void)ApcRoutine;
    return STATUS_NOT_SUPPORTED;
}
