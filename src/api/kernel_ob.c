/* kernel_ob.c - objects and handles as drivers see them. */
#include "api/kernel.h"
#include "ke/verify.h"
#include "rundown/sdk/rd_ntkernel.h"

static const struct ob_type *type_of(POBJECT_TYPE type) {
    return (const struct ob_type *)(const void *)type;
}

POBJECT_TYPE ObGetObjectType(PVOID Object) {
    return (POBJECT_TYPE)(uintptr_t)(const void *)ob_header_of(Object)->type;
}

/* ---- references ------------------------------------------------------------------------------ */

LONG_PTR ObfReferenceObject(PVOID Object) {
    struct rd_world *w = kernel_world();
    if (!w)
        return 0;
    ke_irql_check(w, KE_DISPATCH_LEVEL, "ObReferenceObject", "IRQL-03");
    kernel_touch(Object);
    io_reference(w, Object);
    return ob_header_of(Object)->pointer_count;
}

LONG_PTR ObfReferenceObjectWithTag(PVOID Object, ULONG Tag) {
    (void)Tag;
    return ObfReferenceObject(Object);
}

BOOLEAN ObReferenceObjectSafe(PVOID Object) {
    return ObfReferenceObject(Object) > 0;
}

LONG_PTR ObfDereferenceObject(PVOID Object) {
    struct rd_world *w = kernel_world();
    if (!w)
        return 0;
    ke_irql_check(w, KE_DISPATCH_LEVEL, "ObDereferenceObject", "IRQL-03");
    kernel_touch(Object);
    ke_point(w, ob_id(Object), KE_WRITE);
    LONG_PTR left = ob_header_of(Object)->pointer_count - 1;
    io_dereference(w, Object);
    return left;
}

LONG_PTR ObfDereferenceObjectWithTag(PVOID Object, ULONG Tag) {
    (void)Tag;
    return ObfDereferenceObject(Object);
}

VOID ObDereferenceObjectDeferDelete(PVOID Object) {
    ObfDereferenceObject(Object);
}

NTSTATUS ObReferenceObjectByPointer(PVOID Object, ACCESS_MASK DesiredAccess,
                                    POBJECT_TYPE ObjectType, KPROCESSOR_MODE AccessMode) {
    (void)DesiredAccess, (void)AccessMode;
    if (ObjectType && ob_header_of(Object)->type != type_of(ObjectType))
        return STATUS_OBJECT_TYPE_MISMATCH;
    return ObfReferenceObject(Object) ? STATUS_SUCCESS : STATUS_INVALID_HANDLE;
}

NTSTATUS ObReferenceObjectByPointerWithTag(PVOID Object, ACCESS_MASK DesiredAccess,
                                           POBJECT_TYPE ObjectType, KPROCESSOR_MODE AccessMode,
                                           ULONG Tag) {
    (void)Tag;
    return ObReferenceObjectByPointer(Object, DesiredAccess, ObjectType, AccessMode);
}

/* LOCK-11: what must not be looked up. Handles that a program has passed are looked up in UserMode:
 * they may be bad. */
static void check_handle(struct rd_world *w, HANDLE handle, KPROCESSOR_MODE mode) {
    bool pseudo = (LONG_PTR)handle < 0 && (LONG_PTR)handle > -7;
    bool system = ps_current_process(w)->system;
    if (mode == KernelMode && !handle)
        ke_violation(w, 0xF5, "ObReferenceObjectByHandle with a NULL handle (LOCK-11)");
    else if (mode == KernelMode && !pseudo && !system && !ObIsKernelHandle(handle))
        ke_violation(w, 0xF6,
                     core_textf(w,
                                "ObReferenceObjectByHandle in KernelMode with handle 0x%llX of a "
                                "program; pass UserMode (LOCK-11)",
                                (unsigned long long)kernel_value(handle)));
    else if (mode != KernelMode && system && ObIsKernelHandle(handle))
        ke_violation(w, 0xF7,
                     "ObReferenceObjectByHandle in UserMode with a kernel handle, in the System "
                     "process (LOCK-11)");
}

static void check_found(struct rd_world *w, HANDLE handle, NTSTATUS status) {
    if (status == STATUS_INVALID_HANDLE)
        ke_violation(w, 0x3C,
                     core_textf(w,
                                "ObReferenceObjectByHandle in KernelMode with handle 0x%llX, which "
                                "is not open (LOCK-11)",
                                (unsigned long long)kernel_value(handle)));
}

/* What the handle allows; the pseudo handles of the caller allow everything. */
static ACCESS_MASK granted(const struct api_caller *me, HANDLE handle) {
    struct api_caller caller = *me;
    uint64_t value = kernel_value(handle);
    const struct ob_handle_table *table = api_handle_table(&caller, &value);
    const struct ob_handle_entry *entry = ob_entry(table, value);
    return entry ? entry->access : PROCESS_ALL_RIGHTS;
}

NTSTATUS ObReferenceObjectByHandle(HANDLE Handle, ACCESS_MASK DesiredAccess,
                                   POBJECT_TYPE ObjectType, KPROCESSOR_MODE AccessMode,
                                   PVOID *Object, POBJECT_HANDLE_INFORMATION HandleInformation) {
    struct api_caller me;
    void *body = NULL;
    *Object = NULL;
    if (!kernel_world() || !api_caller_get(&me))
        return STATUS_INVALID_HANDLE;
    ke_irql_check(me.w, KE_PASSIVE_LEVEL, "ObReferenceObjectByHandle", "IRQL-01");
    check_handle(me.w, Handle, AccessMode);
    /* In KernelMode access is not checked. */
    uint32_t access = AccessMode == KernelMode ? 0 : DesiredAccess;
    NTSTATUS status = api_object(&me, Handle, access, type_of(ObjectType), KE_WRITE, &body);
    if (AccessMode == KernelMode)
        check_found(me.w, Handle, status);
    if (!NT_SUCCESS(status))
        return status;
    if (HandleInformation)
        *HandleInformation = (OBJECT_HANDLE_INFORMATION){.GrantedAccess = granted(&me, Handle)};
    io_reference(me.w, body);
    *Object = body;
    return STATUS_SUCCESS;
}

NTSTATUS ObReferenceObjectByHandleWithTag(HANDLE Handle, ACCESS_MASK DesiredAccess,
                                          POBJECT_TYPE ObjectType, KPROCESSOR_MODE AccessMode,
                                          ULONG Tag, PVOID *Object,
                                          POBJECT_HANDLE_INFORMATION HandleInformation) {
    (void)Tag;
    return ObReferenceObjectByHandle(Handle, DesiredAccess, ObjectType, AccessMode, Object,
                                     HandleInformation);
}

/* ---- handles --------------------------------------------------------------------------------- */

NTSTATUS kernel_open_handle(struct rd_world *w, const struct kernel_open *open, HANDLE *handle) {
    bool kernel = (open->attributes & OBJ_KERNEL_HANDLE) != 0;
    struct ps_process *owner = kernel ? w->ps->system : ps_current_process(w);
    uint64_t value = 0;
    struct ob_open request = {
        .table = &owner->handles,
        .body = open->body,
        .access = ob_map_access(ob_header_of(open->body)->type, open->access),
        .flags = open->attributes & OBJ_INHERIT ? OB_INHERIT : 0,
        .kernel = kernel,
    };
    NTSTATUS status = ob_open(w, &request, &value);
    *handle = NULL;
    if (NT_SUCCESS(status) && owner->system)
        io_handle_opened(w, value);
    if (NT_SUCCESS(status))
        *handle = (HANDLE)(uintptr_t)(kernel ? API_KERNEL_HANDLE + value : value);
    return status;
}

NTSTATUS ObOpenObjectByPointer(PVOID Object, ULONG HandleAttributes,
                               struct _ACCESS_STATE *PassedAccessState, ACCESS_MASK DesiredAccess,
                               POBJECT_TYPE ObjectType, KPROCESSOR_MODE AccessMode,
                               PHANDLE Handle) {
    struct rd_world *w = kernel_world();
    (void)PassedAccessState, (void)AccessMode;
    if (!w)
        return STATUS_INVALID_HANDLE;
    ke_irql_check(w, KE_PASSIVE_LEVEL, "ObOpenObjectByPointer", "IRQL-01");
    if (ObjectType && ob_header_of(Object)->type != type_of(ObjectType))
        return STATUS_OBJECT_TYPE_MISMATCH;
    ke_point(w, ob_id(Object), KE_WRITE);
    struct kernel_open open = {
        .body = Object, .access = DesiredAccess, .attributes = HandleAttributes};
    return kernel_open_handle(w, &open, Handle);
}

BOOLEAN ObIsKernelHandle(HANDLE Handle) {
    uint64_t value = kernel_value(Handle);
    return value >= API_KERNEL_HANDLE && value < API_KERNEL_HANDLE_END;
}

static void closed_kernel_handle(struct rd_world *w, uint64_t value, NTSTATUS status) {
    uint64_t parameters[4] = {value, 1, 0, 0};
    if (NT_SUCCESS(status))
        io_handle_closed(w, value);
    else if (status == STATUS_INVALID_HANDLE && value)
        ke_verifier_stop(w, 0x93, parameters,
                         core_textf(w,
                                    "INVALID_KERNEL_HANDLE: a driver closes handle 0x%llX, which "
                                    "is not open: closed twice, or never opened (HNDL-02)",
                                    (unsigned long long)value));
}

static NTSTATUS close_handle(HANDLE handle) {
    struct api_caller me;
    uint64_t value = kernel_value(handle);
    if (!api_caller_get(&me))
        return STATUS_INVALID_HANDLE;
    struct ob_handle_table *table = api_handle_table(&me, &value);
    const struct ob_handle_entry *entry = ob_entry(table, value);
    ke_point(me.w, entry ? ob_id(entry->body) : ob_id(me.process), KE_WRITE);
    NTSTATUS status = ob_close_handle(me.w, table, value);
    if (table == &me.w->ps->system->handles)
        closed_kernel_handle(me.w, value, status);
    return status;
}

NTSTATUS ObCloseHandle(HANDLE Handle, KPROCESSOR_MODE PreviousMode) {
    (void)PreviousMode;
    return close_handle(Handle);
}

NTSTATUS ZwClose(HANDLE Handle) {
    struct rd_world *w = kernel_world();
    if (!w)
        return STATUS_INVALID_HANDLE;
    ke_service_check(w, "ZwClose");
    return close_handle(Handle);
}
