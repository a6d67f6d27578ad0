/* nt_create.c - native calls that make a process without a thread. */
#include "api/win32.h"
#include "rundown/sdk/rd_ntdll.h"

/*
 * Without a section, the new process is a clone of its parent. There are no image sections here
 * that a handle could name.
 */
static NTSTATUS create(struct api_caller *me, struct ps_process *parent, ULONG flags,
                       struct ps_process **process) {
    struct ps_create_process create = {
        .image = parent->image,
        .name = parent->name,
        .parent = parent,
        .inherit_handles = (flags & PROCESS_CREATE_FLAGS_INHERIT_HANDLES) != 0,
        .breakaway = (flags & PROCESS_CREATE_FLAGS_BREAKAWAY) != 0,
        .stack_size = parent->stack_size,
        .kind = PS_CLONE,
    };
    return ps_create_bare_process(me->w, &create, process);
}

NTSTATUS NtCreateProcessEx(PHANDLE ProcessHandle, ACCESS_MASK DesiredAccess,
                           POBJECT_ATTRIBUTES ObjectAttributes, HANDLE ParentProcess, ULONG Flags,
                           HANDLE SectionHandle, HANDLE DebugPort, HANDLE TokenHandle,
                           ULONG Reserved) {
    enum { KNOWN = PROCESS_CREATE_FLAGS_INHERIT_HANDLES | PROCESS_CREATE_FLAGS_BREAKAWAY };
    struct api_caller me;
    struct ps_process *process;
    void *parent;
    (void)DebugPort, (void)TokenHandle, (void)Reserved;
    if (!api_caller_get(&me))
        return STATUS_INVALID_HANDLE;
    if (Flags & ~(ULONG)KNOWN)
        return STATUS_INVALID_PARAMETER;
    NTSTATUS status =
        api_object(&me, ParentProcess, PROCESS_CREATE_PROCESS, &ps_process_type, KE_WRITE, &parent);
    if (NT_SUCCESS(status) && SectionHandle)
        status = STATUS_OBJECT_TYPE_MISMATCH;
    if (!NT_SUCCESS(status))
        return status;
    ke_enter_kernel(&me.thread->tcb); /* if it is killed, it dies when it holds nothing more */
    status = create(&me, parent, Flags, &process);
    if (NT_SUCCESS(status)) {
        bool inherit = ObjectAttributes && (ObjectAttributes->Attributes & OBJ_INHERIT);
        status = api_new_handle(&me, process, DesiredAccess, inherit, ProcessHandle);
        ob_dereference(me.w, process);
    }
    ke_leave_kernel(me.w, &me.thread->tcb);
    return status;
}

NTSTATUS NtCreateProcess(PHANDLE ProcessHandle, ACCESS_MASK DesiredAccess,
                         POBJECT_ATTRIBUTES ObjectAttributes, HANDLE ParentProcess,
                         BOOLEAN InheritObjectTable, HANDLE SectionHandle, HANDLE DebugPort,
                         HANDLE TokenHandle) {
    return NtCreateProcessEx(ProcessHandle, DesiredAccess, ObjectAttributes, ParentProcess,
                             InheritObjectTable ? PROCESS_CREATE_FLAGS_INHERIT_HANDLES : 0,
                             SectionHandle, DebugPort, TokenHandle, 0);
}
