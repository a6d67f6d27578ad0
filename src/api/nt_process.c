/* nt_process.c - native calls that end, suspend, open and query processes and threads, for user
 * mode. */
#include "api/nt.h"

/* ---- ends ------------------------------------------------------------------------------------ */

NTSTATUS NtTerminateProcess(HANDLE ProcessHandle, NTSTATUS ExitStatus) {
    struct api_caller me;
    struct ps_process *process;
    if (ProcessHandle) {
        NTSTATUS status = api_process_of(&me, ProcessHandle, PROCESS_TERMINATE, KE_WRITE, &process);
        return NT_SUCCESS(status) ? ps_terminate_process(me.w, process, ExitStatus) : status;
    }
    if (!api_caller_get(&me))
        return STATUS_INVALID_HANDLE;
    ke_point(me.w, ob_id(me.process), KE_WRITE);
    return ps_terminate_others(me.w, ExitStatus); /* PROC-32 */
}

/* NULL means the caller, but the last thread is refused that way (THRD-15). */
NTSTATUS NtTerminateThread(HANDLE ThreadHandle, NTSTATUS ExitStatus) {
    struct api_caller me;
    struct ps_thread *thread;
    HANDLE handle = ThreadHandle ? ThreadHandle : GetCurrentThread();
    NTSTATUS status = api_thread_of(&me, handle, THREAD_TERMINATE, KE_LIFE, &thread);
    if (!NT_SUCCESS(status))
        return status;
    if (!ThreadHandle && ps_is_last_thread(me.w))
        return STATUS_CANT_TERMINATE_SELF;
    return ps_terminate_thread(me.w, thread, ExitStatus);
}

VOID RtlExitUserProcess(NTSTATUS ExitStatus) {
    ExitProcess((UINT)ExitStatus);
}

VOID RtlExitUserThread(NTSTATUS ExitStatus) {
    ExitThread((DWORD)ExitStatus);
}

BOOLEAN RtlDllShutdownInProgress(VOID) {
    struct api_caller me;
    return api_caller_get(&me) && me.process->ldr && me.process->ldr->shutting_down;
}

/* ---- suspension ------------------------------------------------------------------------------ */

NTSTATUS NtSuspendThread(HANDLE ThreadHandle, PULONG PreviousSuspendCount) {
    struct api_caller me;
    struct ps_thread *thread;
    uint32_t previous;
    NTSTATUS status = api_thread_of(&me, ThreadHandle, THREAD_SUSPEND_RESUME, KE_LIFE, &thread);
    if (NT_SUCCESS(status))
        status = ke_suspend(me.w, &thread->tcb, &previous);
    if (NT_SUCCESS(status) && PreviousSuspendCount)
        status = nt_write(&me, PreviousSuspendCount, &previous, sizeof previous);
    return status;
}

NTSTATUS NtResumeThread(HANDLE ThreadHandle, PULONG PreviousSuspendCount) {
    struct api_caller me;
    struct ps_thread *thread;
    NTSTATUS status = api_thread_of(&me, ThreadHandle, THREAD_SUSPEND_RESUME, KE_LIFE, &thread);
    if (!NT_SUCCESS(status))
        return status;
    uint32_t previous = ke_resume(me.w, &thread->tcb);
    return PreviousSuspendCount ? nt_write(&me, PreviousSuspendCount, &previous, sizeof previous)
                                : STATUS_SUCCESS;
}

NTSTATUS NtSuspendProcess(HANDLE ProcessHandle) {
    struct api_caller me;
    struct ps_process *process;
    NTSTATUS status =
        api_process_of(&me, ProcessHandle, PROCESS_SUSPEND_RESUME, KE_WRITE, &process);
    return NT_SUCCESS(status) ? ps_suspend_process(me.w, process) : status;
}

NTSTATUS NtResumeProcess(HANDLE ProcessHandle) {
    struct api_caller me;
    struct ps_process *process;
    NTSTATUS status =
        api_process_of(&me, ProcessHandle, PROCESS_SUSPEND_RESUME, KE_WRITE, &process);
    return NT_SUCCESS(status) ? ps_resume_process(me.w, process) : status;
}

/* ---- by id ----------------------------------------------------------------------------------- */

struct open {
    PHANDLE handle;
    ACCESS_MASK access;
    const OBJECT_ATTRIBUTES *attributes;
    const CLIENT_ID *id;
};

/* Objects are opened by id or by name, and none here has a name. */
static NTSTATUS begin_open(struct api_caller *me, const struct open *open, CLIENT_ID *id,
                           bool *inherit) {
    OBJECT_ATTRIBUTES attributes;
    if (!api_caller_get(me))
        return STATUS_INVALID_PARAMETER;
    NTSTATUS status = nt_probe(me, open->handle, sizeof *open->handle);
    if (NT_SUCCESS(status))
        status = nt_read(me, &attributes, open->attributes, sizeof attributes);
    if (NT_SUCCESS(status) && open->id)
        status = nt_read(me, id, open->id, sizeof *id);
    if (!NT_SUCCESS(status))
        return status;
    if ((attributes.ObjectName != NULL) == (open->id != NULL))
        return STATUS_INVALID_PARAMETER_MIX;
    if (attributes.ObjectName)
        return STATUS_OBJECT_NAME_NOT_FOUND;
    *inherit = (attributes.Attributes & OBJ_INHERIT) != 0;
    ke_point(me->w, core_place(CORE_MACHINE, CORE_PROCESSES), KE_READ);
    return STATUS_SUCCESS;
}

static NTSTATUS end_open(struct api_caller *me, const struct open *open, void *body, bool inherit) {
    HANDLE handle;
    if (!body)
        return STATUS_INVALID_CID;
    NTSTATUS status = api_new_handle(me, body, open->access, inherit, &handle);
    return NT_SUCCESS(status) ? nt_write(me, open->handle, &handle, sizeof handle) : status;
}

NTSTATUS NtOpenProcess(PHANDLE ProcessHandle, ACCESS_MASK DesiredAccess,
                       POBJECT_ATTRIBUTES ObjectAttributes, PCLIENT_ID ClientId) {
    const struct open open = {ProcessHandle, DesiredAccess, ObjectAttributes, ClientId};
    struct api_caller me;
    CLIENT_ID id;
    bool inherit;
    NTSTATUS status = begin_open(&me, &open, &id, &inherit);
    if (!NT_SUCCESS(status))
        return status;
    ps_touch_id(me.w, api_value(id.UniqueProcess));
    struct ps_process *process = ps_process_by_id(me.w, api_value(id.UniqueProcess));
    if (id.UniqueThread) {
        const struct ps_thread *thread = ps_thread_by_id(me.w, api_value(id.UniqueThread));
        if (!thread || thread->process != process)
            process = NULL;
    }
    return end_open(&me, &open, process, inherit);
}

NTSTATUS NtOpenThread(PHANDLE ThreadHandle, ACCESS_MASK DesiredAccess,
                      POBJECT_ATTRIBUTES ObjectAttributes, PCLIENT_ID ClientId) {
    const struct open open = {ThreadHandle, DesiredAccess, ObjectAttributes, ClientId};
    struct api_caller me;
    CLIENT_ID id;
    bool inherit;
    NTSTATUS status = begin_open(&me, &open, &id, &inherit);
    if (!NT_SUCCESS(status))
        return status;
    ps_touch_id(me.w, api_value(id.UniqueThread));
    struct ps_thread *thread = ps_thread_by_id(me.w, api_value(id.UniqueThread));
    if (thread && id.UniqueProcess && api_value(id.UniqueProcess) != thread->process->pid)
        thread = NULL;
    return end_open(&me, &open, thread, inherit);
}

/* The objects that exist, dead ones with a reference included, in the order of their ids (HNDL-48).
 */
NTSTATUS NtGetNextThread(HANDLE ProcessHandle, HANDLE ThreadHandle, ACCESS_MASK DesiredAccess,
                         ULONG HandleAttributes, ULONG Flags, PHANDLE NewThreadHandle) {
    struct api_caller me;
    struct ps_process *process;
    struct ps_thread *after = NULL;
    if (Flags)
        return STATUS_INVALID_PARAMETER;
    NTSTATUS status =
        api_process_of(&me, ProcessHandle, PROCESS_QUERY_INFORMATION, KE_READ, &process);
    if (NT_SUCCESS(status) && ThreadHandle)
        status = api_thread_of(&me, ThreadHandle, 0, KE_READ, &after);
    if (!NT_SUCCESS(status))
        return status;
    for (uint32_t id = after ? after->tcb.tid + 4 : 4; id / 4 < me.w->ps->cid_capacity; id += 4) {
        struct ps_thread *thread = ps_thread_by_id(me.w, id);
        if (thread && thread->process == process)
            return api_new_handle(&me, thread, DesiredAccess, HandleAttributes & OBJ_INHERIT,
                                  NewThreadHandle);
    }
    return STATUS_NO_MORE_ENTRIES;
}

NTSTATUS NtGetNextProcess(HANDLE ProcessHandle, ACCESS_MASK DesiredAccess, ULONG HandleAttributes,
                          ULONG Flags, PHANDLE NewProcessHandle) {
    struct api_caller me;
    struct ps_process *after = NULL;
    if (Flags)
        return STATUS_INVALID_PARAMETER;
    if (!api_caller_get(&me))
        return STATUS_INVALID_HANDLE;
    if (ProcessHandle) {
        NTSTATUS status = api_process_of(&me, ProcessHandle, 0, KE_READ, &after);
        if (!NT_SUCCESS(status))
            return status;
    }
    for (uint32_t id = after ? after->pid + 4 : 4; id / 4 < me.w->ps->cid_capacity; id += 4) {
        struct ps_process *process = ps_process_by_id(me.w, id);
        if (process && !process->system)
            return api_new_handle(&me, process, DesiredAccess, HandleAttributes & OBJ_INHERIT,
                                  NewProcessHandle);
    }
    return STATUS_NO_MORE_ENTRIES;
}
