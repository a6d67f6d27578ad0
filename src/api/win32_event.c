/* win32_event.c - events, mutexes and semaphores. */
#include "api/win32.h"
#include "ex/ex_sync.h"

struct create {
    const SECURITY_ATTRIBUTES *attributes;
    struct api_name name;
    uint32_t access;
};

/* Checks the name and passes the scheduling point: `text` is then the object's name. */
static bool begin_create(struct api_caller *me, const struct create *create,
                         char text[API_NAME_MAX]) {
    if (!api_caller_get(me) || !api_object_name(me, create->name, text))
        return false;
    if (*text)
        ke_point(me->w, 0, KE_NOTHING);
    else
        api_table_point(me);
    return true;
}

static HANDLE end_create(struct api_caller *me, const struct create *create,
                         const struct ex_named *named, void *body) {
    return api_created_handle(me, &(struct api_created){.body = body,
                                                        .status = named->status,
                                                        .existing = named->existing,
                                                        .access = create->access,
                                                        .attributes = create->attributes});
}

/* ---- events ---------------------------------------------------------------------------------- */

static HANDLE create_event(const struct create *create, DWORD flags) {
    struct api_caller me;
    char text[API_NAME_MAX];
    if (!begin_create(&me, create, text))
        return NULL;
    struct ex_named named = {.name = text};
    KEVENT *event = ex_event_create(me.w, &named, flags & CREATE_EVENT_MANUAL_RESET,
                                    (flags & CREATE_EVENT_INITIAL_SET) != 0);
    return end_create(&me, create, &named, event);
}

static DWORD event_flags(BOOL manual, BOOL set) {
    return (manual ? CREATE_EVENT_MANUAL_RESET : 0u) | (set ? CREATE_EVENT_INITIAL_SET : 0u);
}

HANDLE CreateEventA(LPSECURITY_ATTRIBUTES lpEventAttributes, BOOL bManualReset, BOOL bInitialState,
                    LPCSTR lpName) {
    struct create create = {lpEventAttributes, {.a = lpName}, EVENT_ALL_ACCESS};
    return create_event(&create, event_flags(bManualReset, bInitialState));
}

HANDLE CreateEventW(LPSECURITY_ATTRIBUTES lpEventAttributes, BOOL bManualReset, BOOL bInitialState,
                    LPCWSTR lpName) {
    struct create create = {lpEventAttributes, {.w = lpName}, EVENT_ALL_ACCESS};
    return create_event(&create, event_flags(bManualReset, bInitialState));
}

HANDLE CreateEventExA(LPSECURITY_ATTRIBUTES lpEventAttributes, LPCSTR lpName, DWORD dwFlags,
                      DWORD dwDesiredAccess) {
    struct create create = {lpEventAttributes, {.a = lpName}, dwDesiredAccess};
    return create_event(&create, dwFlags);
}

HANDLE CreateEventExW(LPSECURITY_ATTRIBUTES lpEventAttributes, LPCWSTR lpName, DWORD dwFlags,
                      DWORD dwDesiredAccess) {
    struct create create = {lpEventAttributes, {.w = lpName}, dwDesiredAccess};
    return create_event(&create, dwFlags);
}

HANDLE OpenEventA(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCSTR lpName) {
    return api_open_handle(
        &(struct api_open){&ex_event_type, {.a = lpName}, dwDesiredAccess, bInheritHandle});
}

HANDLE OpenEventW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpName) {
    return api_open_handle(
        &(struct api_open){&ex_event_type, {.w = lpName}, dwDesiredAccess, bInheritHandle});
}

/* The event behind a handle that may change it. */
static inline KEVENT *event_of(struct api_caller *me, HANDLE handle) {
    void *body;
    if (!api_caller_get(me))
        return NULL;
    NTSTATUS status = api_object(me, handle, EVENT_MODIFY_STATE, &ex_event_type, KE_WRITE, &body);
    return api_result(me, status) ? body : NULL;
}

BOOL SetEvent(HANDLE hEvent) {
    struct api_caller me;
    KEVENT *event = event_of(&me, hEvent);
    if (event)
        ke_event_set(me.w, event);
    return event != NULL;
}

BOOL ResetEvent(HANDLE hEvent) {
    struct api_caller me;
    KEVENT *event = event_of(&me, hEvent);
    if (event)
        ke_event_reset(me.w, event);
    return event != NULL;
}

BOOL PulseEvent(HANDLE hEvent) {
    struct api_caller me;
    KEVENT *event = event_of(&me, hEvent);
    if (event)
        ke_event_pulse(me.w, event);
    return event != NULL;
}

/* ---- mutexes --------------------------------------------------------------------------------- */

static HANDLE create_mutex(const struct create *create, bool owned) {
    struct api_caller me;
    char text[API_NAME_MAX];
    if (!begin_create(&me, create, text))
        return NULL;
    struct ex_named named = {.name = text};
    KMUTANT *mutant = ex_mutant_create(me.w, &named, owned);
    return end_create(&me, create, &named, mutant);
}

HANDLE CreateMutexA(LPSECURITY_ATTRIBUTES lpMutexAttributes, BOOL bInitialOwner, LPCSTR lpName) {
    struct create create = {lpMutexAttributes, {.a = lpName}, MUTEX_ALL_ACCESS};
    return create_mutex(&create, bInitialOwner != FALSE);
}

HANDLE CreateMutexW(LPSECURITY_ATTRIBUTES lpMutexAttributes, BOOL bInitialOwner, LPCWSTR lpName) {
    struct create create = {lpMutexAttributes, {.w = lpName}, MUTEX_ALL_ACCESS};
    return create_mutex(&create, bInitialOwner != FALSE);
}

HANDLE CreateMutexExA(LPSECURITY_ATTRIBUTES lpMutexAttributes, LPCSTR lpName, DWORD dwFlags,
                      DWORD dwDesiredAccess) {
    struct create create = {lpMutexAttributes, {.a = lpName}, dwDesiredAccess};
    return create_mutex(&create, (dwFlags & CREATE_MUTEX_INITIAL_OWNER) != 0);
}

HANDLE CreateMutexExW(LPSECURITY_ATTRIBUTES lpMutexAttributes, LPCWSTR lpName, DWORD dwFlags,
                      DWORD dwDesiredAccess) {
    struct create create = {lpMutexAttributes, {.w = lpName}, dwDesiredAccess};
    return create_mutex(&create, (dwFlags & CREATE_MUTEX_INITIAL_OWNER) != 0);
}

HANDLE OpenMutexA(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCSTR lpName) {
    return api_open_handle(
        &(struct api_open){&ex_mutant_type, {.a = lpName}, dwDesiredAccess, bInheritHandle});
}

HANDLE OpenMutexW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpName) {
    return api_open_handle(
        &(struct api_open){&ex_mutant_type, {.w = lpName}, dwDesiredAccess, bInheritHandle});
}

BOOL ReleaseMutex(HANDLE hMutex) {
    struct api_caller me;
    void *body;
    LONG previous;
    if (!api_caller_get(&me))
        return FALSE;
    NTSTATUS status = api_object(&me, hMutex, 0, &ex_mutant_type, KE_WRITE, &body);
    if (NT_SUCCESS(status))
        status = ke_mutant_release(me.w, body, &previous);
    return api_result(&me, status);
}

/* ---- semaphores ------------------------------------------------------------------------------ */

static HANDLE create_semaphore(const struct create *create, LONG count, LONG limit) {
    struct api_caller me;
    char text[API_NAME_MAX];
    if (!begin_create(&me, create, text))
        return NULL;
    struct ex_named named = {.name = text};
    KSEMAPHORE *semaphore = ex_semaphore_create(me.w, &named, count, limit);
    return end_create(&me, create, &named, semaphore);
}

HANDLE CreateSemaphoreA(LPSECURITY_ATTRIBUTES lpSemaphoreAttributes, LONG lInitialCount,
                        LONG lMaximumCount, LPCSTR lpName) {
    struct create create = {lpSemaphoreAttributes, {.a = lpName}, SEMAPHORE_ALL_ACCESS};
    return create_semaphore(&create, lInitialCount, lMaximumCount);
}

HANDLE CreateSemaphoreW(LPSECURITY_ATTRIBUTES lpSemaphoreAttributes, LONG lInitialCount,
                        LONG lMaximumCount, LPCWSTR lpName) {
    struct create create = {lpSemaphoreAttributes, {.w = lpName}, SEMAPHORE_ALL_ACCESS};
    return create_semaphore(&create, lInitialCount, lMaximumCount);
}

HANDLE CreateSemaphoreExA(LPSECURITY_ATTRIBUTES lpSemaphoreAttributes, LONG lInitialCount,
                          LONG lMaximumCount, LPCSTR lpName, DWORD dwFlags, DWORD dwDesiredAccess) {
    struct create create = {lpSemaphoreAttributes, {.a = lpName}, dwDesiredAccess};
    (void)dwFlags;
    return create_semaphore(&create, lInitialCount, lMaximumCount);
}

HANDLE CreateSemaphoreExW(LPSECURITY_ATTRIBUTES lpSemaphoreAttributes, LONG lInitialCount,
                          LONG lMaximumCount, LPCWSTR lpName, DWORD dwFlags,
                          DWORD dwDesiredAccess) {
    struct create create = {lpSemaphoreAttributes, {.w = lpName}, dwDesiredAccess};
    (void)dwFlags;
    return create_semaphore(&create, lInitialCount, lMaximumCount);
}

HANDLE OpenSemaphoreA(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCSTR lpName) {
    return api_open_handle(
        &(struct api_open){&ex_semaphore_type, {.a = lpName}, dwDesiredAccess, bInheritHandle});
}

HANDLE OpenSemaphoreW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpName) {
    return api_open_handle(
        &(struct api_open){&ex_semaphore_type, {.w = lpName}, dwDesiredAccess, bInheritHandle});
}

BOOL ReleaseSemaphore(HANDLE hSemaphore, LONG lReleaseCount, LPLONG lpPreviousCount) {
    struct api_caller me;
    void *body;
    LONG previous;
    if (!api_caller_get(&me))
        return FALSE;
    if (lReleaseCount <= 0)
        return api_fail(&me, ERROR_INVALID_PARAMETER);
    NTSTATUS status =
        api_object(&me, hSemaphore, SEMAPHORE_MODIFY_STATE, &ex_semaphore_type, KE_WRITE, &body);
    if (NT_SUCCESS(status))
        status = ke_semaphore_release(me.w, body, lReleaseCount, &previous);
    if (NT_SUCCESS(status) && lpPreviousCount)
        *lpPreviousCount = previous;
    return api_result(&me, status);
}
