/* win32_handle.c - handles: close, duplicate, inherit and protect flags. */
#include "api/win32.h"

BOOL CloseHandle(HANDLE hObject) {
    struct api_caller me;
    void *body;
    if (!api_caller_get(&me))
        return FALSE;
    if (api_is_pseudo(hObject))
        return TRUE; /* HNDL-28 */
    NTSTATUS status = api_object(&me, hObject, 0, NULL, KE_WRITE, &body);
    if (NT_SUCCESS(status))
        status = api_close(&me, &me.process->handles, api_value(hObject));
    return api_result(&me, status);
}

/* ---- duplication ----------------------------------------------------------------------------- */

struct duplicate {
    struct ps_process *source, *target;
    HANDLE handle;
    void *body;
    uint32_t access;
    DWORD desired, options;
    bool inherit;
};

/*
 * The object and the rights of the source handle. A pseudo handle means the source process or, for
 * the thread, the caller's own (HNDL-30).
 */
static NTSTATUS find_source(struct api_caller *me, struct duplicate *d) {
    uint64_t value = api_value(d->handle);
    if (d->source->rundown)
        return STATUS_PROCESS_IS_TERMINATING;
    if (value == API_CURRENT_PROCESS || value == API_CURRENT_THREAD) {
        d->body = value == API_CURRENT_PROCESS ? (void *)d->source : (void *)me->thread;
        d->access = ob_header_of(d->body)->type->generic_all;
        return STATUS_SUCCESS;
    }
    const struct ob_handle_entry *entry = ob_entry(&d->source->handles, value);
    core_touch(me->w, core_handle_place(ob_id(d->source), value), CORE_READ);
    if (!entry)
        return STATUS_INVALID_HANDLE;
    d->body = entry->body;
    d->access = entry->access;
    return STATUS_SUCCESS;
}

static uint32_t source_flags(const struct duplicate *d) {
    const struct ob_handle_entry *entry = ob_entry(&d->source->handles, api_value(d->handle));
    return entry ? entry->flags : 0;
}

/* Closes the source handle whatever became of the duplication (HNDL-33). */
static void close_source(struct api_caller *me, const struct duplicate *d) {
    if (!api_is_pseudo(d->handle))
        api_close(me, &d->source->handles, api_value(d->handle));
}

static NTSTATUS duplicate(struct api_caller *me, struct duplicate *d, HANDLE *out) {
    uint64_t value;
    NTSTATUS status = find_source(me, d);
    if (!NT_SUCCESS(status))
        return status;
    const struct ob_type *type = ob_header_of(d->body)->type;
    uint32_t access = d->access, flags = d->inherit ? OB_INHERIT : 0;
    if (!(d->options & DUPLICATE_SAME_ACCESS))
        access = ob_map_access(type, d->desired);
    if (d->options & DUPLICATE_SAME_ATTRIBUTES)
        flags = source_flags(d);
    void *body = d->body;
    struct ps_process *target = d->target;
    ke_enter_kernel(&me->thread->tcb);
    if (target)
        ob_reference(target);
    ob_handle_comes(body); /* the last handle to an object may change its table */
    if (d->options & DUPLICATE_CLOSE_SOURCE)
        close_source(me, d);
    if (target) {
        struct ob_open open = {.table = &target->handles,
                               .body = body,
                               .access = access,
                               .flags = flags,
                               .source = &d->source->handles};
        status = ob_open(me->w, &open, &value);
    }
    if (NT_SUCCESS(status) && target) {
        core_event(me->w, RD_EVENT_HANDLE_DUPLICATE, RULE_HNDL_31, .object = ob_id(body),
                   .a = api_value(d->handle), .b = value, .c = target->pid);
        if (out)
            *out = api_handle(value);
    }
    ob_handle_gone(me->w, body);
    if (target)
        ob_dereference(me->w, target);
    ke_leave_kernel(me->w, &me->thread->tcb);
    return status;
}

NTSTATUS api_duplicate(struct api_caller *me, const struct api_duplicate *request) {
    void *body;
    if (request->out)
        *request->out = NULL;
    NTSTATUS status = api_object(me, request->source_process, PROCESS_DUP_HANDLE, &ps_process_type,
                                 KE_WRITE, &body);
    if (!NT_SUCCESS(status))
        return status;
    struct duplicate d = {.source = body,
                          .handle = request->source,
                          .desired = request->access,
                          .options = request->options,
                          .inherit = request->inherit};
    bool closes = (d.options & DUPLICATE_CLOSE_SOURCE) != 0;
    bool no_target = !request->target_process && closes; /* HNDL-35 */
    if (!no_target)
        status = api_peek(me, request->target_process, PROCESS_DUP_HANDLE, &ps_process_type, &body);
    if (!NT_SUCCESS(status)) {
        if (closes)
            close_source(me, &d);
        return status;
    }
    d.target = no_target ? NULL : body;
    return duplicate(me, &d, request->out);
}

BOOL DuplicateHandle(HANDLE hSourceProcessHandle, HANDLE hSourceHandle, HANDLE hTargetProcessHandle,
                     LPHANDLE lpTargetHandle, DWORD dwDesiredAccess, BOOL bInheritHandle,
                     DWORD dwOptions) {
    struct api_caller me;
    const struct api_duplicate request = {hSourceProcessHandle,
                                          hSourceHandle,
                                          hTargetProcessHandle,
                                          lpTargetHandle,
                                          dwDesiredAccess,
                                          bInheritHandle != FALSE,
                                          dwOptions};
    return api_caller_get(&me) && api_result(&me, api_duplicate(&me, &request));
}

/* ---- flags ----------------------------------------------------------------------------------- */

/* Pseudo handles have no entry in the table: their flags read as 0 and cannot be set. */
BOOL GetHandleInformation(HANDLE hObject, LPDWORD lpdwFlags) {
    struct api_caller me;
    void *body;
    if (!api_caller_get(&me))
        return FALSE;
    NTSTATUS status = api_object(&me, hObject, 0, NULL, KE_READ, &body);
    if (!api_result(&me, status))
        return FALSE;
    if (!lpdwFlags)
        return api_fail(&me, ERROR_NOACCESS);
    *lpdwFlags =
        api_is_pseudo(hObject) ? 0 : ob_entry(&me.process->handles, api_value(hObject))->flags;
    return TRUE;
}

BOOL SetHandleInformation(HANDLE hObject, DWORD dwMask, DWORD dwFlags) {
    struct api_caller me;
    enum { KNOWN = HANDLE_FLAG_INHERIT | HANDLE_FLAG_PROTECT_FROM_CLOSE };
    void *body;
    if (!api_caller_get(&me))
        return FALSE;
    if (dwMask & ~(DWORD)KNOWN)
        return api_fail(&me, ERROR_INVALID_PARAMETER);
    NTSTATUS status = api_object(&me, hObject, 0, NULL, KE_WRITE, &body);
    if (NT_SUCCESS(status) && api_is_pseudo(hObject))
        status = STATUS_ACCESS_DENIED;
    if (!api_result(&me, status))
        return FALSE;
    struct ob_handle_entry *entry = ob_entry(&me.process->handles, api_value(hObject));
    entry->flags = (entry->flags & ~dwMask) | (dwFlags & dwMask);
    ob_touch_inherited(me.w, &me.process->handles, CORE_UPDATE);
    return TRUE;
}

BOOL CompareObjectHandles(HANDLE hFirstObjectHandle, HANDLE hSecondObjectHandle) {
    struct api_caller me;
    void *first, *second;
    if (!api_caller_get(&me))
        return FALSE;
    NTSTATUS status = api_object(&me, hFirstObjectHandle, 0, NULL, KE_READ, &first);
    if (NT_SUCCESS(status))
        status = api_peek(&me, hSecondObjectHandle, 0, NULL, &second);
    return api_result(&me, status) && first == second;
}
