/* nt_create.c - native calls that make a process without a thread, and threads. */
#include "api/nt.h"

/* ---- processes ------------------------------------------------------------------------------- */

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

/* ---- threads --------------------------------------------------------------------------------- */

struct new_thread {
    HANDLE process;
    struct ps_create_thread create;
    SIZE_T stack_size;
    ACCESS_MASK access;
    bool inherit;
};

/* `handle` is 0 if the new thread cannot be given one. */
static NTSTATUS create_thread(struct api_caller *me, struct new_thread *new, HANDLE *handle,
                              CLIENT_ID *id) {
    enum { STACK_MAX_SHIFT = 30 };
    void *process;
    struct ps_thread *thread;
    NTSTATUS status =
        api_object(me, new->process, PROCESS_CREATE_THREAD, &ps_process_type, KE_WRITE, &process);
    if (NT_SUCCESS(status) && new->stack_size >> STACK_MAX_SHIFT)
        status = STATUS_NO_MEMORY;
    if (!NT_SUCCESS(status))
        return status;
    new->create.process = process;
    if (new->stack_size > me->w->options.stack_size)
        new->create.stack_size = new->stack_size;
    ke_enter_kernel(&me->thread->tcb); /* if it is killed, it dies when it holds nothing more */
    status = ps_create_thread(me->w, &new->create, &thread);
    if (NT_SUCCESS(status)) {
        id->UniqueProcess = api_handle(thread->process->pid);
        id->UniqueThread = api_handle(thread->tcb.tid);
        status = api_new_handle(me, thread, new->access, new->inherit, handle);
        ob_dereference(me->w, thread);
    }
    ke_leave_kernel(me->w, &me->thread->tcb);
    return status;
}

NTSTATUS RtlCreateUserThread(HANDLE ProcessHandle, PVOID SecurityDescriptor,
                             BOOLEAN CreateSuspended, ULONG ZeroBits, SIZE_T MaximumStackSize,
                             SIZE_T CommittedStackSize, PVOID StartAddress, PVOID Parameter,
                             PHANDLE ThreadHandle, PCLIENT_ID ClientId) {
    struct api_caller me;
    CLIENT_ID id;
    HANDLE handle = NULL;
    struct new_thread new = {.process = ProcessHandle,
                             .create = {.start_address = api_value(StartAddress),
                                        .parameter = api_value(Parameter),
                                        .suspended = CreateSuspended != FALSE},
                             .stack_size = MaximumStackSize,
                             .access = THREAD_ALL_ACCESS};
    (void)SecurityDescriptor, (void)ZeroBits, (void)CommittedStackSize;
    if (!api_caller_get(&me))
        return STATUS_INVALID_HANDLE;
    NTSTATUS status = create_thread(&me, &new, &handle, &id);
    if (!NT_SUCCESS(status))
        return status;
    if (ClientId)
        *ClientId = id;
    if (ThreadHandle)
        *ThreadHandle = handle;
    else
        NtClose(handle);
    return STATUS_SUCCESS;
}

/* Of the attributes, the one by which callers learn the ids. */
static NTSTATUS tell_ids(struct api_caller *me, const PS_ATTRIBUTE_LIST *list,
                         const CLIENT_ID *id) {
    PS_ATTRIBUTE_LIST head;
    NTSTATUS status = nt_read(me, &head, list, offsetof(PS_ATTRIBUTE_LIST, Attributes));
    size_t count = NT_SUCCESS(status) ? head.TotalLength / sizeof head.Attributes[0] : 0;
    for (size_t i = 0; i < count && NT_SUCCESS(status); i++) {
        PS_ATTRIBUTE attribute;
        status = nt_read(me, &attribute, list->Attributes + i, sizeof attribute);
        if (NT_SUCCESS(status) && attribute.Attribute == PS_ATTRIBUTE_CLIENT_ID)
            status = nt_write(me, attribute.ValuePtr, id, sizeof *id);
    }
    return status;
}

NTSTATUS NtCreateThreadEx(PHANDLE ThreadHandle, ACCESS_MASK DesiredAccess,
                          POBJECT_ATTRIBUTES ObjectAttributes, HANDLE ProcessHandle,
                          PVOID StartRoutine, PVOID Argument, ULONG CreateFlags, SIZE_T ZeroBits,
                          SIZE_T StackSize, SIZE_T MaximumStackSize,
                          PPS_ATTRIBUTE_LIST AttributeList) {
    enum { KNOWN = THREAD_CREATE_FLAGS_CREATE_SUSPENDED | THREAD_CREATE_FLAGS_SKIP_THREAD_ATTACH };
    struct api_caller me;
    struct nt_attributes attributes;
    CLIENT_ID id;
    HANDLE handle;
    (void)ZeroBits, (void)StackSize;
    if (!api_caller_get(&me))
        return STATUS_INVALID_HANDLE;
    if (CreateFlags & ~(ULONG)KNOWN)
        return STATUS_INVALID_PARAMETER;
    NTSTATUS status = nt_probe(&me, ThreadHandle, sizeof handle);
    if (NT_SUCCESS(status))
        status = nt_attributes(&me, ObjectAttributes, &attributes);
    if (!NT_SUCCESS(status))
        return status;
    struct new_thread new = {
        .process = ProcessHandle,
        .create = {.start_address = api_value(StartRoutine),
                   .parameter = api_value(Argument),
                   .suspended = (CreateFlags & THREAD_CREATE_FLAGS_CREATE_SUSPENDED) != 0,
                   .skip_attach = (CreateFlags & THREAD_CREATE_FLAGS_SKIP_THREAD_ATTACH) != 0},
        .stack_size = MaximumStackSize,
        .access = DesiredAccess,
        .inherit = attributes.inherit};
    status = create_thread(&me, &new, &handle, &id);
    if (NT_SUCCESS(status))
        status = nt_write(&me, ThreadHandle, &handle, sizeof handle);
    return NT_SUCCESS(status) && AttributeList ? tell_ids(&me, AttributeList, &id) : status;
}
