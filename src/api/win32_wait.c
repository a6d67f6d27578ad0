/* win32_wait.c - waits of user mode: one object, several, none (Sleep). */
#include "api/win32.h"
#include "ex/ex_sync.h"
#include "io/request.h"
#include "ldr/verify.h"

const LONGLONG *api_timeout(DWORD milliseconds, LONGLONG *storage) {
    if (milliseconds == INFINITE)
        return NULL;
    *storage = -(LONGLONG)milliseconds * CORE_TICKS_PER_MS;
    return storage;
}

/* Handles to dispatcher headers, in order; the first bad one decides about the error. */
static NTSTATUS decode(struct api_caller *me, const struct api_wait *request,
                       DISPATCHER_HEADER **objects) {
    for (DWORD i = 0; i < request->count; i++) {
        void *body;
        if (api_is_pseudo(request->handles[i]) && !request->pseudo_allowed)
            return STATUS_INVALID_HANDLE; /* WAIT-24 */
        NTSTATUS status = api_peek(me, request->handles[i], SYNCHRONIZE, NULL, &body);
        if (!NT_SUCCESS(status))
            return status;
        const struct ob_type *type = ob_header_of(body)->type;
        if (!type->waitable)
            return STATUS_OBJECT_TYPE_MISMATCH;
        if (type == &ex_timer_type)
            ex_timer_refresh(me->w, body);
        objects[i] = type == &io_file_type ? io_file_event(body) : body;
    }
    return STATUS_SUCCESS;
}

NTSTATUS api_wait_objects(struct api_caller *caller, const HANDLE *handles, DWORD count,
                          DISPATCHER_HEADER **objects) {
    return decode(caller, &(struct api_wait){.count = count, .handles = handles}, objects);
}

/* A wait for all needs each object once (WAIT-23). */
static bool has_duplicates(const struct api_wait *request, DISPATCHER_HEADER *const *objects) {
    for (DWORD i = 1; i < request->count; i++)
        for (DWORD k = 0; k < i; k++)
            if (objects[i] == objects[k])
                return true;
    return false;
}

static DWORD wait_failed(struct api_caller *me, NTSTATUS status) {
    api_result(me, status);
    return WAIT_FAILED;
}

/* See ke_wait.handles. */
static const uint64_t *places_of(const struct api_caller *me, const struct api_wait *request,
                                 uint64_t *places) {
    if (RD_LIKELY(!me->w->ke->every_order))
        return NULL;
    for (DWORD i = 0; i < request->count; i++)
        places[i] = core_handle_place(ob_id(me->process), api_value(request->handles[i]));
    return places;
}

static NTSTATUS look_up_and_wait(struct api_caller *me, const struct api_wait *request) {
    DISPATCHER_HEADER *objects[KE_MAXIMUM_WAIT_OBJECTS];
    uint64_t places[KE_MAXIMUM_WAIT_OBJECTS];
    bool pointed = ke_point_before_wait(me->w, request->timeout);
    NTSTATUS status = decode(me, request, objects);
    if (NT_SUCCESS(status) && request->all && has_duplicates(request, objects))
        status = STATUS_INVALID_PARAMETER_MIX;
    if (!NT_SUCCESS(status))
        return status;
    if (!request->timeout || *request->timeout)
        ldr_verify_waits(me->w, objects, request->count);
    return ke_wait(me->w, &(struct ke_wait){.count = request->count,
                                            .objects = objects,
                                            .all = request->all,
                                            .alertable = request->alertable,
                                            .pointed = pointed,
                                            .mode = UserMode,
                                            .timeout = request->timeout,
                                            .handles = places_of(me, request, places)});
}

NTSTATUS api_wait(struct api_caller *me, const struct api_wait *request) {
    NTSTATUS status;
    do
        status = look_up_and_wait(me, request);
    while (RD_UNLIKELY(status == KE_LOOK_UP_AGAIN));
    return status;
}

/* An alert, which only native calls give, does not end a wait of Win32. */
static DWORD wait_for(struct api_wait *request, DWORD milliseconds) {
    struct api_caller me;
    LONGLONG timeout;
    NTSTATUS status;
    if (!api_caller_get(&me))
        return WAIT_FAILED;
    if (request->count == 0 || request->count > KE_MAXIMUM_WAIT_OBJECTS)
        return wait_failed(&me, STATUS_INVALID_PARAMETER);
    (void)*(const volatile HANDLE *)request->handles; /* NULL is the caller's access violation */
    request->timeout = api_timeout(milliseconds, &timeout);
    do
        status = api_wait(&me, request);
    while (status == STATUS_ALERTED);
    return NT_SUCCESS(status) ? (DWORD)status : wait_failed(&me, status);
}

DWORD WaitForSingleObject(HANDLE hHandle, DWORD dwMilliseconds) {
    return WaitForSingleObjectEx(hHandle, dwMilliseconds, FALSE);
}

DWORD WaitForSingleObjectEx(HANDLE hHandle, DWORD dwMilliseconds, BOOL bAlertable) {
    return wait_for(&(struct api_wait){.count = 1,
                                       .handles = &hHandle,
                                       .alertable = bAlertable != FALSE,
                                       .pseudo_allowed = true},
                    dwMilliseconds);
}

DWORD WaitForMultipleObjects(DWORD nCount, const HANDLE *lpHandles, BOOL bWaitAll,
                             DWORD dwMilliseconds) {
    return WaitForMultipleObjectsEx(nCount, lpHandles, bWaitAll, dwMilliseconds, FALSE);
}

DWORD WaitForMultipleObjectsEx(DWORD nCount, const HANDLE *lpHandles, BOOL bWaitAll,
                               DWORD dwMilliseconds, BOOL bAlertable) {
    return wait_for(&(struct api_wait){.count = nCount,
                                       .handles = lpHandles,
                                       .all = bWaitAll != FALSE,
                                       .alertable = bAlertable != FALSE},
                    dwMilliseconds);
}

/* ---- signal and wait ------------------------------------------------------------------------- */

static NTSTATUS signal_object(struct api_caller *me, HANDLE handle) {
    void *body;
    LONG previous;
    NTSTATUS status = api_peek(me, handle, 0, NULL, &body);
    if (!NT_SUCCESS(status))
        return status;
    const struct ob_type *type = ob_header_of(body)->type;
    if (type == &ex_mutant_type)
        return ke_mutant_release(me->w, body, &previous);
    if (type != &ex_event_type && type != &ex_semaphore_type)
        return STATUS_OBJECT_TYPE_MISMATCH;
    status = api_peek(me, handle, EVENT_MODIFY_STATE, type, &body);
    if (!NT_SUCCESS(status))
        return status;
    if (type == &ex_semaphore_type)
        return ke_semaphore_release(me->w, body, 1, &previous);
    ke_event_set(me->w, body);
    return STATUS_SUCCESS;
}

/* The signal and the start of the wait are one step: nobody comes in between. */
NTSTATUS api_signal_and_wait(struct api_caller *me, HANDLE signal, const struct api_wait *request) {
    DISPATCHER_HEADER *object;
    ke_point(me->w, 0, KE_NOTHING);
    NTSTATUS status = decode(me, request, &object);
    if (NT_SUCCESS(status))
        status = signal_object(me, signal);
    if (!NT_SUCCESS(status))
        return status;
    return ke_wait(me->w, &(struct ke_wait){.count = 1,
                                            .objects = &object,
                                            .alertable = request->alertable,
                                            .pointed = true,
                                            .mode = UserMode,
                                            .timeout = request->timeout});
}

DWORD SignalObjectAndWait(HANDLE hObjectToSignal, HANDLE hObjectToWaitOn, DWORD dwMilliseconds,
                          BOOL bAlertable) {
    struct api_caller me;
    LONGLONG timeout;
    if (!api_caller_get(&me))
        return WAIT_FAILED;
    struct api_wait request = {.count = 1,
                               .handles = &hObjectToWaitOn,
                               .alertable = bAlertable != FALSE,
                               .pseudo_allowed = true,
                               .timeout = api_timeout(dwMilliseconds, &timeout)};
    NTSTATUS status = api_signal_and_wait(&me, hObjectToSignal, &request);
    while (status == STATUS_ALERTED)
        status = api_wait(&me, &request);
    return NT_SUCCESS(status) ? (DWORD)status : wait_failed(&me, status);
}

/* ---- sleeping -------------------------------------------------------------------------------- */

VOID Sleep(DWORD dwMilliseconds) {
    SleepEx(dwMilliseconds, FALSE);
}

DWORD SleepEx(DWORD dwMilliseconds, BOOL bAlertable) {
    struct api_caller me;
    LONGLONG timeout;
    if (!api_caller_get(&me))
        return 0;
    bool has_apcs = bAlertable && ke_has_user_apcs(&me.thread->tcb);
    if (dwMilliseconds == 0 && !has_apcs) {
        ke_yield(me.w);
        return 0;
    }
    ke_point(me.w, 0, KE_NOTHING);
    const struct ke_wait wait = {.alertable = bAlertable != FALSE,
                                 .mode = UserMode,
                                 .timeout = api_timeout(dwMilliseconds, &timeout),
                                 .reason = "Sleep"};
    NTSTATUS status;
    do
        status = ke_wait(me.w, &wait);
    while (status == STATUS_ALERTED);
    return status == STATUS_USER_APC ? WAIT_IO_COMPLETION : 0;
}

/* Nobody hears it, but it lasts as long, and APCs are delivered meanwhile. */
BOOL Beep(DWORD dwFreq, DWORD dwDuration) {
    enum { LOWEST = 0x25, HIGHEST = 0x7FFF };
    struct api_caller me;
    if (!api_caller_get(&me))
        return FALSE;
    if (dwFreq < LOWEST || dwFreq > HIGHEST)
        return api_fail(&me, ERROR_INVALID_PARAMETER);
    SleepEx(dwDuration, TRUE);
    return TRUE;
}

BOOL SwitchToThread(VOID) {
    struct api_caller me;
    return api_caller_get(&me) && ke_yield(me.w);
}
