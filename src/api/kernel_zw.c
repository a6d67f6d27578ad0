/* kernel_zw.c - system services as drivers call them: as user mode's, but on kernel handles too. */
#include "api/kernel.h"
#include "ex/ex_sync.h"
#include "rundown/sdk/rd_ntkernel.h"

/* The user-mode twins; their header cannot be included beside the kernel's. */
NTSTATUS NtQueryInformationProcess(HANDLE, PROCESSINFOCLASS, PVOID, ULONG, PULONG);
NTSTATUS NtQueryInformationThread(HANDLE, THREADINFOCLASS, PVOID, ULONG, PULONG);
NTSTATUS NtSetInformationProcess(HANDLE, PROCESSINFOCLASS, PVOID, ULONG);
NTSTATUS NtSetInformationThread(HANDLE, THREADINFOCLASS, PVOID, ULONG);
NTSTATUS NtDuplicateObject(HANDLE, HANDLE, HANDLE, PHANDLE, ACCESS_MASK, ULONG, ULONG);
NTSTATUS NtQueryObject(HANDLE, OBJECT_INFORMATION_CLASS, PVOID, ULONG, PULONG);

/* Every service: a simulated caller, PASSIVE_LEVEL, special kernel APCs enabled. */
static bool begin(struct api_caller *me, const char *routine) {
    if (!kernel_world() || !api_caller_get(me))
        return false;
    ke_service_check(me->w, routine);
    return true;
}

/* ---- processes and threads ------------------------------------------------------------------- */

static NTSTATUS open_by_id(struct api_caller *me, void *body, ACCESS_MASK access,
                           const OBJECT_ATTRIBUTES *attributes, PHANDLE handle) {
    struct kernel_open open = {
        .body = body, .access = access, .attributes = attributes ? attributes->Attributes : 0};
    *handle = NULL;
    return body ? kernel_open_handle(me->w, &open, handle) : STATUS_INVALID_CID;
}

NTSTATUS ZwOpenProcess(PHANDLE ProcessHandle, ACCESS_MASK DesiredAccess,
                       POBJECT_ATTRIBUTES ObjectAttributes, PCLIENT_ID ClientId) {
    struct api_caller me;
    if (!begin(&me, "ZwOpenProcess") || !ClientId)
        return STATUS_INVALID_PARAMETER;
    if (ObjectAttributes && ObjectAttributes->ObjectName)
        return STATUS_INVALID_PARAMETER_MIX;
    ke_point(me.w, ob_id(me.w->ps->system), KE_READ);
    ps_touch_id(me.w, kernel_value(ClientId->UniqueProcess));
    return open_by_id(&me, ps_process_by_id(me.w, kernel_value(ClientId->UniqueProcess)),
                      DesiredAccess, ObjectAttributes, ProcessHandle);
}

NTSTATUS ZwOpenThread(PHANDLE ThreadHandle, ACCESS_MASK DesiredAccess,
                      POBJECT_ATTRIBUTES ObjectAttributes, PCLIENT_ID ClientId) {
    struct api_caller me;
    if (!begin(&me, "ZwOpenThread") || !ClientId)
        return STATUS_INVALID_PARAMETER;
    ke_point(me.w, ob_id(me.w->ps->system), KE_READ);
    ps_touch_id(me.w, kernel_value(ClientId->UniqueThread));
    return open_by_id(&me, ps_thread_by_id(me.w, kernel_value(ClientId->UniqueThread)),
                      DesiredAccess, ObjectAttributes, ThreadHandle);
}

NTSTATUS ZwTerminateProcess(HANDLE ProcessHandle, NTSTATUS ExitStatus) {
    struct api_caller me;
    void *process;
    if (!begin(&me, "ZwTerminateProcess"))
        return STATUS_INVALID_HANDLE;
    if (!ProcessHandle) {
        ke_point(me.w, ob_id(me.process), KE_WRITE);
        return ps_terminate_others(me.w, ExitStatus); /* TERM-27 */
    }
    NTSTATUS status = api_object(&me, ProcessHandle, PROCESS_TERMINATE_RIGHT, &ps_process_type,
                                 KE_WRITE, &process);
    if (NT_SUCCESS(status))
        status = ps_terminate_process(me.w, process, ExitStatus);
    if (NT_SUCCESS(status) && process == me.process)
        ps_exit_thread(me.w, ExitStatus); /* the kernel stack is not unwound (TERM-26) */
    return status;
}

NTSTATUS ZwTerminateThread(HANDLE ThreadHandle, NTSTATUS ExitStatus) {
    struct api_caller me;
    void *thread = NULL;
    if (!begin(&me, "ZwTerminateThread"))
        return STATUS_INVALID_HANDLE;
    NTSTATUS status = api_object(&me, ThreadHandle, 0x1, &ps_thread_type, KE_LIFE, &thread);
    if (NT_SUCCESS(status))
        status = ps_terminate_thread(me.w, thread, ExitStatus); /* TERM-48 */
    if (NT_SUCCESS(status) && thread == me.thread)
        ps_exit_thread(me.w, ExitStatus);
    return status;
}

NTSTATUS ZwQueryInformationProcess(HANDLE ProcessHandle, PROCESSINFOCLASS ProcessInformationClass,
                                   PVOID ProcessInformation, ULONG ProcessInformationLength,
                                   PULONG ReturnLength) {
    struct api_caller me;
    if (!begin(&me, "ZwQueryInformationProcess"))
        return STATUS_INVALID_HANDLE;
    return NtQueryInformationProcess(ProcessHandle, ProcessInformationClass, ProcessInformation,
                                     ProcessInformationLength, ReturnLength);
}

NTSTATUS ZwQueryInformationThread(HANDLE ThreadHandle, THREADINFOCLASS ThreadInformationClass,
                                  PVOID ThreadInformation, ULONG ThreadInformationLength,
                                  PULONG ReturnLength) {
    struct api_caller me;
    if (!begin(&me, "ZwQueryInformationThread"))
        return STATUS_INVALID_HANDLE;
    return NtQueryInformationThread(ThreadHandle, ThreadInformationClass, ThreadInformation,
                                    ThreadInformationLength, ReturnLength);
}

NTSTATUS ZwSetInformationProcess(HANDLE ProcessHandle, PROCESSINFOCLASS ProcessInformationClass,
                                 PVOID ProcessInformation, ULONG ProcessInformationLength) {
    struct api_caller me;
    if (!begin(&me, "ZwSetInformationProcess"))
        return STATUS_INVALID_HANDLE;
    return NtSetInformationProcess(ProcessHandle, ProcessInformationClass, ProcessInformation,
                                   ProcessInformationLength);
}

NTSTATUS ZwSetInformationThread(HANDLE ThreadHandle, THREADINFOCLASS ThreadInformationClass,
                                PVOID ThreadInformation, ULONG ThreadInformationLength) {
    struct api_caller me;
    if (!begin(&me, "ZwSetInformationThread"))
        return STATUS_INVALID_HANDLE;
    return NtSetInformationThread(ThreadHandle, ThreadInformationClass, ThreadInformation,
                                  ThreadInformationLength);
}

/* ---- handles --------------------------------------------------------------------------------- */

NTSTATUS ZwDuplicateObject(HANDLE SourceProcessHandle, HANDLE SourceHandle,
                           HANDLE TargetProcessHandle, PHANDLE TargetHandle,
                           ACCESS_MASK DesiredAccess, ULONG HandleAttributes, ULONG Options) {
    struct api_caller me;
    if (!begin(&me, "ZwDuplicateObject"))
        return STATUS_INVALID_HANDLE;
    return NtDuplicateObject(SourceProcessHandle, SourceHandle, TargetProcessHandle, TargetHandle,
                             DesiredAccess, HandleAttributes, Options);
}

NTSTATUS ZwQueryObject(HANDLE Handle, OBJECT_INFORMATION_CLASS ObjectInformationClass,
                       PVOID ObjectInformation, ULONG ObjectInformationLength,
                       PULONG ReturnLength) {
    struct api_caller me;
    if (!begin(&me, "ZwQueryObject"))
        return STATUS_INVALID_HANDLE;
    return NtQueryObject(Handle, ObjectInformationClass, ObjectInformation, ObjectInformationLength,
                         ReturnLength);
}

/* ---- waits and events ------------------------------------------------------------------------ */

NTSTATUS ZwWaitForSingleObject(HANDLE Handle, BOOLEAN Alertable, PLARGE_INTEGER Timeout) {
    struct api_caller me;
    void *body;
    enum { SYNCHRONIZE_RIGHT = 0x100000 };
    if (!begin(&me, "ZwWaitForSingleObject"))
        return STATUS_INVALID_HANDLE;
    NTSTATUS status = api_object(&me, Handle, SYNCHRONIZE_RIGHT, NULL, KE_WRITE, &body);
    if (!NT_SUCCESS(status))
        return status;
    if (!ob_header_of(body)->type->waitable)
        return STATUS_OBJECT_TYPE_MISMATCH;
    return KeWaitForSingleObject(body, UserRequest, KernelMode, Alertable, Timeout);
}

NTSTATUS ZwCreateEvent(PHANDLE EventHandle, ACCESS_MASK DesiredAccess,
                       POBJECT_ATTRIBUTES ObjectAttributes, EVENT_TYPE EventType,
                       BOOLEAN InitialState) {
    struct api_caller me;
    struct ex_named named = {.name = NULL};
    if (!begin(&me, "ZwCreateEvent"))
        return STATUS_INVALID_HANDLE;
    if (ObjectAttributes && ObjectAttributes->ObjectName)
        named.name = kernel_object_name(me.w, ObjectAttributes->ObjectName);
    KEVENT *event =
        ex_event_create(me.w, &named, EventType == NotificationEvent, InitialState != FALSE);
    if (!event)
        return named.status;
    bool may_open = ObjectAttributes && (ObjectAttributes->Attributes & OBJ_OPENIF);
    NTSTATUS status = STATUS_OBJECT_NAME_COLLISION;
    struct kernel_open open = {.body = event,
                               .access = DesiredAccess,
                               .attributes = ObjectAttributes ? ObjectAttributes->Attributes : 0};
    if (!named.existing || may_open)
        status = kernel_open_handle(me.w, &open, EventHandle);
    ob_dereference(me.w, event);
    if (NT_SUCCESS(status) && named.existing)
        status = STATUS_OBJECT_NAME_EXISTS;
    return status;
}

NTSTATUS ZwSetEvent(HANDLE EventHandle, PLONG PreviousState) {
    struct api_caller me;
    void *event;
    if (!begin(&me, "ZwSetEvent"))
        return STATUS_INVALID_HANDLE;
    NTSTATUS status = api_object(&me, EventHandle, 0x2, &ex_event_type, KE_WRITE, &event);
    if (!NT_SUCCESS(status))
        return status;
    LONG previous = ke_event_set(me.w, event);
    if (PreviousState)
        *PreviousState = previous;
    return STATUS_SUCCESS;
}
