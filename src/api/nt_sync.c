/* nt_sync.c - native calls for events, mutants and semaphores, for user mode. */
#include "api/nt.h"
#include "ex/ex_sync.h"

/* ---- memory and names of the caller ---------------------------------------------------------- */

static NTSTATUS copy(struct api_caller *me, const struct ldr_copy *copied) {
    return ldr_copy_user(me->w, me->process, copied) ? STATUS_SUCCESS : STATUS_ACCESS_VIOLATION;
}

NTSTATUS nt_read(struct api_caller *me, void *to, const void *from, size_t size) {
    return copy(me, &(struct ldr_copy){.to = to, .from = from, .size = size});
}

NTSTATUS nt_write(struct api_caller *me, void *to, const void *from, size_t size) {
    return copy(me, &(struct ldr_copy){.to = to, .from = from, .size = size});
}

NTSTATUS nt_probe(struct api_caller *me, void *place, size_t size) {
    char bytes[sizeof(HANDLE)] = "";
    if (size > sizeof bytes)
        size = sizeof bytes;
    NTSTATUS status = nt_read(me, bytes, place, size);
    return NT_SUCCESS(status) ? nt_write(me, place, bytes, size) : status;
}

/* Named objects lie in one directory, which has two names. */
static const char *without_directory(const char *path) {
    static const char *const directories[] = {"\\BaseNamedObjects\\",
                                              "\\Sessions\\1\\BaseNamedObjects\\"};
    for (size_t i = 0; i < sizeof directories / sizeof directories[0]; i++)
        if (ldr_same_prefix(path, directories[i], strlen(directories[i])))
            return path + strlen(directories[i]);
    return NULL;
}

static NTSTATUS decode_name(struct api_caller *me, const UNICODE_STRING *string,
                            struct nt_attributes *decoded) {
    UNICODE_STRING name;
    WCHAR units[MAX_PATH + 1];
    char path[API_NAME_MAX];
    NTSTATUS status = nt_read(me, &name, string, sizeof name);
    if (!NT_SUCCESS(status) || !name.Length)
        return status;
    if (name.Length % sizeof(WCHAR) || name.Length > MAX_PATH * sizeof(WCHAR))
        return STATUS_OBJECT_NAME_INVALID;
    status = nt_read(me, units, name.Buffer, name.Length);
    if (!NT_SUCCESS(status))
        return status;
    path[base_utf16_to_8(units, name.Length / sizeof(WCHAR), path, sizeof path)] = '\0';
    if (path[0] != '\\')
        return STATUS_OBJECT_PATH_SYNTAX_BAD;
    const char *rest = without_directory(path);
    if (!rest || strchr(rest, '\\'))
        return STATUS_OBJECT_PATH_NOT_FOUND;
    strcpy(decoded->name, rest);
    decoded->named = *rest != '\0';
    return STATUS_SUCCESS;
}

NTSTATUS nt_attributes(struct api_caller *me, const OBJECT_ATTRIBUTES *attributes,
                       struct nt_attributes *decoded) {
    enum { KNOWN = 0x1FF2 };
    OBJECT_ATTRIBUTES given;
    decoded->name[0] = '\0';
    decoded->named = decoded->inherit = decoded->open_if = false;
    if (!attributes)
        return STATUS_SUCCESS;
    NTSTATUS status = nt_read(me, &given, attributes, sizeof given);
    if (!NT_SUCCESS(status))
        return status;
    if (given.Length != sizeof given || given.Attributes & ~(ULONG)KNOWN)
        return STATUS_INVALID_PARAMETER;
    decoded->inherit = (given.Attributes & OBJ_INHERIT) != 0;
    decoded->open_if = (given.Attributes & OBJ_OPENIF) != 0;
    return given.ObjectName ? decode_name(me, given.ObjectName, decoded) : STATUS_SUCCESS;
}

/* ---- creation -------------------------------------------------------------------------------- */

struct create {
    PHANDLE handle;
    ACCESS_MASK access;
    const OBJECT_ATTRIBUTES *attributes;
};

/* Up to the scheduling point: what the object is to be called. */
static NTSTATUS begin(struct api_caller *me, const struct create *create,
                      struct nt_attributes *decoded) {
    if (!api_caller_get(me))
        return STATUS_INVALID_HANDLE;
    NTSTATUS status = nt_probe(me, create->handle, sizeof *create->handle);
    if (NT_SUCCESS(status))
        status = nt_attributes(me, create->attributes, decoded);
    if (NT_SUCCESS(status))
        ke_point(me->w, 0, KE_NOTHING);
    return status;
}

/* An existing object is opened only if the caller allows that. */
static NTSTATUS end(struct api_caller *me, const struct create *create,
                    const struct nt_attributes *decoded, const struct ex_named *named, void *body) {
    HANDLE handle;
    if (!body)
        return named->status;
    NTSTATUS status = STATUS_OBJECT_NAME_COLLISION;
    if (!named->existing || decoded->open_if)
        status = api_new_handle(me, body, create->access, decoded->inherit, &handle);
    ob_dereference(me->w, body);
    if (!NT_SUCCESS(status))
        return status;
    status = nt_write(me, create->handle, &handle, sizeof handle);
    return NT_SUCCESS(status) && named->existing ? STATUS_OBJECT_NAME_EXISTS : status;
}

static NTSTATUS open_named(const struct create *create, const struct ob_type *type) {
    struct api_caller me;
    struct nt_attributes decoded;
    HANDLE handle;
    NTSTATUS status = begin(&me, create, &decoded);
    if (NT_SUCCESS(status) && !create->attributes)
        return STATUS_INVALID_PARAMETER;
    if (NT_SUCCESS(status) && !decoded.named)
        status = STATUS_OBJECT_PATH_SYNTAX_BAD;
    if (!NT_SUCCESS(status))
        return status;
    void *body = ob_open_named(me.w, type, decoded.name, &status);
    if (!body)
        return status;
    status = api_new_handle(&me, body, create->access, decoded.inherit, &handle);
    ob_dereference(me.w, body);
    return NT_SUCCESS(status) ? nt_write(&me, create->handle, &handle, sizeof handle) : status;
}

/* ---- events ---------------------------------------------------------------------------------- */

NTSTATUS NtCreateEvent(PHANDLE EventHandle, ACCESS_MASK DesiredAccess,
                       POBJECT_ATTRIBUTES ObjectAttributes, EVENT_TYPE EventType,
                       BOOLEAN InitialState) {
    struct api_caller me;
    struct nt_attributes decoded;
    const struct create create = {EventHandle, DesiredAccess, ObjectAttributes};
    NTSTATUS status = begin(&me, &create, &decoded);
    if (!NT_SUCCESS(status))
        return status;
    if (EventType != NotificationEvent && EventType != SynchronizationEvent)
        return STATUS_INVALID_PARAMETER;
    struct ex_named named = {.name = decoded.name};
    KEVENT *event =
        ex_event_create(me.w, &named, EventType == NotificationEvent, InitialState != FALSE);
    return end(&me, &create, &decoded, &named, event);
}

NTSTATUS NtOpenEvent(PHANDLE EventHandle, ACCESS_MASK DesiredAccess,
                     POBJECT_ATTRIBUTES ObjectAttributes) {
    const struct create create = {EventHandle, DesiredAccess, ObjectAttributes};
    return open_named(&create, &ex_event_type);
}

static NTSTATUS event_of(struct api_caller *me, HANDLE handle, KEVENT **event) {
    void *body = NULL;
    if (!api_caller_get(me))
        return STATUS_INVALID_HANDLE;
    NTSTATUS status = api_object(me, handle, EVENT_MODIFY_STATE, &ex_event_type, KE_WRITE, &body);
    *event = body;
    return status;
}

/* The state before, for those who ask. */
static NTSTATUS tell(struct api_caller *me, PLONG place, LONG previous) {
    return place ? nt_write(me, place, &previous, sizeof previous) : STATUS_SUCCESS;
}

NTSTATUS NtSetEvent(HANDLE EventHandle, PLONG PreviousState) {
    struct api_caller me;
    KEVENT *event;
    NTSTATUS status = event_of(&me, EventHandle, &event);
    return NT_SUCCESS(status) ? tell(&me, PreviousState, ke_event_set(me.w, event)) : status;
}

NTSTATUS NtResetEvent(HANDLE EventHandle, PLONG PreviousState) {
    struct api_caller me;
    KEVENT *event;
    NTSTATUS status = event_of(&me, EventHandle, &event);
    return NT_SUCCESS(status) ? tell(&me, PreviousState, ke_event_reset(me.w, event)) : status;
}

NTSTATUS NtClearEvent(HANDLE EventHandle) {
    return NtResetEvent(EventHandle, NULL);
}

NTSTATUS NtPulseEvent(HANDLE EventHandle, PLONG PreviousState) {
    struct api_caller me;
    KEVENT *event;
    NTSTATUS status = event_of(&me, EventHandle, &event);
    if (!NT_SUCCESS(status))
        return status;
    LONG previous = event->Header.SignalState;
    ke_event_pulse(me.w, event);
    return tell(&me, PreviousState, previous);
}

/* ---- mutants --------------------------------------------------------------------------------- */

NTSTATUS NtCreateMutant(PHANDLE MutantHandle, ACCESS_MASK DesiredAccess,
                        POBJECT_ATTRIBUTES ObjectAttributes, BOOLEAN InitialOwner) {
    struct api_caller me;
    struct nt_attributes decoded;
    const struct create create = {MutantHandle, DesiredAccess, ObjectAttributes};
    NTSTATUS status = begin(&me, &create, &decoded);
    if (!NT_SUCCESS(status))
        return status;
    struct ex_named named = {.name = decoded.name};
    KMUTANT *mutant = ex_mutant_create(me.w, &named, InitialOwner != FALSE);
    return end(&me, &create, &decoded, &named, mutant);
}

NTSTATUS NtOpenMutant(PHANDLE MutantHandle, ACCESS_MASK DesiredAccess,
                      POBJECT_ATTRIBUTES ObjectAttributes) {
    const struct create create = {MutantHandle, DesiredAccess, ObjectAttributes};
    return open_named(&create, &ex_mutant_type);
}

NTSTATUS NtReleaseMutant(HANDLE MutantHandle, PLONG PreviousCount) {
    struct api_caller me;
    void *body;
    LONG previous;
    if (!api_caller_get(&me))
        return STATUS_INVALID_HANDLE;
    NTSTATUS status = api_object(&me, MutantHandle, 0, &ex_mutant_type, KE_WRITE, &body);
    if (NT_SUCCESS(status))
        status = ke_mutant_release(me.w, body, &previous);
    return NT_SUCCESS(status) ? tell(&me, PreviousCount, previous) : status;
}

/* ---- semaphores ------------------------------------------------------------------------------ */

NTSTATUS NtCreateSemaphore(PHANDLE SemaphoreHandle, ACCESS_MASK DesiredAccess,
                           POBJECT_ATTRIBUTES ObjectAttributes, LONG InitialCount,
                           LONG MaximumCount) {
    struct api_caller me;
    struct nt_attributes decoded;
    const struct create create = {SemaphoreHandle, DesiredAccess, ObjectAttributes};
    NTSTATUS status = begin(&me, &create, &decoded);
    if (!NT_SUCCESS(status))
        return status;
    if (MaximumCount <= 0 || InitialCount < 0 || InitialCount > MaximumCount)
        return STATUS_INVALID_PARAMETER;
    struct ex_named named = {.name = decoded.name};
    KSEMAPHORE *semaphore = ex_semaphore_create(me.w, &named, InitialCount, MaximumCount);
    return end(&me, &create, &decoded, &named, semaphore);
}

NTSTATUS NtOpenSemaphore(PHANDLE SemaphoreHandle, ACCESS_MASK DesiredAccess,
                         POBJECT_ATTRIBUTES ObjectAttributes) {
    const struct create create = {SemaphoreHandle, DesiredAccess, ObjectAttributes};
    return open_named(&create, &ex_semaphore_type);
}

NTSTATUS NtReleaseSemaphore(HANDLE SemaphoreHandle, LONG ReleaseCount, PLONG PreviousCount) {
    struct api_caller me;
    void *body;
    LONG previous;
    if (!api_caller_get(&me))
        return STATUS_INVALID_HANDLE;
    if (ReleaseCount <= 0)
        return STATUS_INVALID_PARAMETER;
    NTSTATUS status = api_object(&me, SemaphoreHandle, SEMAPHORE_MODIFY_STATE, &ex_semaphore_type,
                                 KE_WRITE, &body);
    if (NT_SUCCESS(status))
        status = ke_semaphore_release(me.w, body, ReleaseCount, &previous);
    return NT_SUCCESS(status) ? tell(&me, PreviousCount, previous) : status;
}
