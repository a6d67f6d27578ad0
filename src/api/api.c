/* api.c - the caller, its handles, its errors. */
#include "api/win32.h"
#include "ex/ex_sync.h"
#include "io/request.h"
#include "ldr/verify.h"

_Noreturn void api_no_caller(const char *function) {
    base_assert_fail("only simulated code may call this function", function, 0);
}

/* ---- errors ---------------------------------------------------------------------------------- */

struct error_row {
    NTSTATUS status;
    uint32_t error;
};

/* What RtlNtStatusToDosError knows, as far as anything here returns it. */
static const struct error_row errors[] = {
    {STATUS_SUCCESS, ERROR_SUCCESS},
    {STATUS_TIMEOUT, WAIT_TIMEOUT},
    {STATUS_PENDING, ERROR_IO_PENDING},
    {STATUS_BUFFER_OVERFLOW, ERROR_MORE_DATA},
    {STATUS_NO_MORE_FILES, ERROR_NO_MORE_FILES},
    {STATUS_NO_MORE_ENTRIES, ERROR_NO_MORE_ITEMS},
    {STATUS_PARTIAL_COPY, ERROR_PARTIAL_COPY},
    {STATUS_MORE_ENTRIES, ERROR_MORE_DATA},
    {STATUS_DEVICE_BUSY, ERROR_BUSY},
    {STATUS_OBJECT_NAME_EXISTS, ERROR_OBJECT_NAME_EXISTS},
    {STATUS_UNSUCCESSFUL, ERROR_GEN_FAILURE},
    {STATUS_NOT_IMPLEMENTED, ERROR_INVALID_FUNCTION},
    {STATUS_INVALID_INFO_CLASS, ERROR_INVALID_PARAMETER},
    {STATUS_INFO_LENGTH_MISMATCH, ERROR_BAD_LENGTH},
    {STATUS_ACCESS_VIOLATION, ERROR_NOACCESS},
    {STATUS_INVALID_HANDLE, ERROR_INVALID_HANDLE},
    {STATUS_INVALID_CID, ERROR_INVALID_PARAMETER},
    {STATUS_INVALID_PARAMETER, ERROR_INVALID_PARAMETER},
    {STATUS_INVALID_PARAMETER_MIX, ERROR_INVALID_PARAMETER},
    {STATUS_INVALID_PARAMETER_1, ERROR_INVALID_PARAMETER},
    {STATUS_INVALID_PARAMETER_2, ERROR_INVALID_PARAMETER},
    {STATUS_INVALID_PARAMETER_3, ERROR_INVALID_PARAMETER},
    {STATUS_INVALID_PARAMETER_4, ERROR_INVALID_PARAMETER},
    {STATUS_NO_SUCH_FILE, ERROR_FILE_NOT_FOUND},
    {STATUS_NO_SUCH_DEVICE, ERROR_FILE_NOT_FOUND},
    {STATUS_INVALID_DEVICE_REQUEST, ERROR_INVALID_FUNCTION},
    {STATUS_END_OF_FILE, ERROR_HANDLE_EOF},
    {STATUS_NO_MEMORY, ERROR_NOT_ENOUGH_MEMORY},
    {STATUS_CONFLICTING_ADDRESSES, ERROR_INVALID_ADDRESS},
    {STATUS_NOT_MAPPED_VIEW, ERROR_INVALID_ADDRESS},
    {STATUS_MAPPED_ALIGNMENT, ERROR_MAPPED_ALIGNMENT},
    {STATUS_INVALID_VIEW_SIZE, ERROR_ACCESS_DENIED},
    {STATUS_SECTION_PROTECTION, ERROR_INVALID_PARAMETER},
    {STATUS_ACCESS_DENIED, ERROR_ACCESS_DENIED},
    {STATUS_BUFFER_TOO_SMALL, ERROR_INSUFFICIENT_BUFFER},
    {STATUS_OBJECT_TYPE_MISMATCH, ERROR_INVALID_HANDLE},
    {STATUS_OBJECT_NAME_INVALID, ERROR_INVALID_NAME},
    {STATUS_OBJECT_NAME_NOT_FOUND, ERROR_FILE_NOT_FOUND},
    {STATUS_OBJECT_NAME_COLLISION, ERROR_ALREADY_EXISTS},
    {STATUS_OBJECT_PATH_INVALID, ERROR_BAD_PATHNAME},
    {STATUS_OBJECT_PATH_NOT_FOUND, ERROR_PATH_NOT_FOUND},
    {STATUS_OBJECT_PATH_SYNTAX_BAD, ERROR_BAD_PATHNAME},
    {STATUS_SHARING_VIOLATION, ERROR_SHARING_VIOLATION},
    {STATUS_QUOTA_EXCEEDED, ERROR_NOT_ENOUGH_QUOTA},
    {STATUS_PORT_ALREADY_SET, ERROR_INVALID_PARAMETER},
    {STATUS_MUTANT_NOT_OWNED, ERROR_NOT_OWNER},
    {STATUS_SEMAPHORE_LIMIT_EXCEEDED, ERROR_TOO_MANY_POSTS},
    {STATUS_SUSPEND_COUNT_EXCEEDED, 156 /* ERROR_SIGNAL_REFUSED */},
    {STATUS_THREAD_IS_TERMINATING, ERROR_ACCESS_DENIED},
    {STATUS_DELETE_PENDING, ERROR_ACCESS_DENIED},
    {STATUS_PRIVILEGE_NOT_HELD, ERROR_PRIVILEGE_NOT_HELD},
    {STATUS_NO_SUCH_PRIVILEGE, ERROR_NO_SUCH_PRIVILEGE},
    {STATUS_NO_TOKEN, ERROR_NO_TOKEN},
    {STATUS_INVALID_SID, ERROR_INVALID_SID},
    {STATUS_PROCEDURE_NOT_FOUND, ERROR_PROC_NOT_FOUND},
    {STATUS_INVALID_IMAGE_FORMAT, ERROR_BAD_EXE_FORMAT},
    {STATUS_INVALID_IMAGE_NOT_MZ, ERROR_BAD_EXE_FORMAT},
    {STATUS_INSUFFICIENT_RESOURCES, ERROR_NO_SYSTEM_RESOURCES},
    {STATUS_PIPE_BUSY, ERROR_PIPE_BUSY},
    {STATUS_PIPE_EMPTY, ERROR_NO_DATA},
    {STATUS_PIPE_DISCONNECTED, ERROR_PIPE_NOT_CONNECTED},
    {STATUS_PIPE_CLOSING, ERROR_NO_DATA},
    {STATUS_PIPE_CONNECTED, ERROR_PIPE_CONNECTED},
    {STATUS_PIPE_LISTENING, ERROR_PIPE_LISTENING},
    {STATUS_NOT_SUPPORTED, ERROR_NOT_SUPPORTED},
    {STATUS_PROCESS_IS_TERMINATING, ERROR_ACCESS_DENIED},
    {STATUS_CANCELLED, ERROR_OPERATION_ABORTED},
    {STATUS_COMMITMENT_LIMIT, ERROR_COMMITMENT_LIMIT},
    {STATUS_DLL_NOT_FOUND, ERROR_MOD_NOT_FOUND},
    {STATUS_ENTRYPOINT_NOT_FOUND, ERROR_PROC_NOT_FOUND},
    {STATUS_DRIVER_ENTRYPOINT_NOT_FOUND, ERROR_PROC_NOT_FOUND},
    {STATUS_DLL_INIT_FAILED, ERROR_DLL_INIT_FAILED},
    {STATUS_PIPE_BROKEN, ERROR_BROKEN_PIPE},
    {STATUS_INVALID_PARAMETER_5, ERROR_INVALID_PARAMETER},
    {STATUS_DATA_ERROR, ERROR_CRC},
    {STATUS_DISK_FULL, ERROR_DISK_FULL},
    {STATUS_FILE_INVALID, ERROR_FILE_INVALID},
    {STATUS_DEVICE_NOT_CONNECTED, ERROR_DEVICE_NOT_CONNECTED},
    {STATUS_MEDIA_WRITE_PROTECTED, ERROR_WRITE_PROTECT},
    {STATUS_DEVICE_NOT_READY, ERROR_NOT_READY},
    {STATUS_IO_TIMEOUT, ERROR_SEM_TIMEOUT},
    {STATUS_DEVICE_DOES_NOT_EXIST, ERROR_DEV_NOT_EXIST},
    {STATUS_INTERNAL_ERROR, ERROR_INTERNAL_ERROR},
    {STATUS_INVALID_USER_BUFFER, ERROR_INVALID_USER_BUFFER},
    {STATUS_IMAGE_ALREADY_LOADED, ERROR_SERVICE_ALREADY_RUNNING},
    {STATUS_TOO_MANY_OPENED_FILES, ERROR_TOO_MANY_OPEN_FILES},
    {STATUS_FILE_CLOSED, ERROR_INVALID_HANDLE},
    {STATUS_INVALID_DEVICE_STATE, ERROR_BAD_COMMAND},
    {STATUS_IO_DEVICE_ERROR, ERROR_IO_DEVICE},
    {STATUS_INVALID_BUFFER_SIZE, ERROR_INVALID_USER_BUFFER},
    {STATUS_DRIVER_UNABLE_TO_LOAD, ERROR_BAD_DRIVER},
    {STATUS_REQUEST_ABORTED, ERROR_REQUEST_ABORTED},
    {STATUS_FILE_TOO_LARGE, ERROR_FILE_TOO_LARGE},
    {STATUS_CANNOT_DELETE, ERROR_ACCESS_DENIED},
    {STATUS_DIRECTORY_NOT_EMPTY, ERROR_DIR_NOT_EMPTY},
    {STATUS_USER_MAPPED_FILE, ERROR_USER_MAPPED_FILE},
    {STATUS_FILE_LOCK_CONFLICT, ERROR_LOCK_VIOLATION},
    {STATUS_LOCK_NOT_GRANTED, ERROR_LOCK_VIOLATION},
    {STATUS_RANGE_NOT_LOCKED, ERROR_NOT_LOCKED},
    {STATUS_INVALID_LOCK_RANGE, 307 /* ERROR_INVALID_LOCK_RANGE */},
    {STATUS_NOT_FOUND, ERROR_NOT_FOUND},
    {STATUS_HANDLE_NOT_CLOSABLE, ERROR_INVALID_HANDLE},
    {STATUS_KEY_DELETED, ERROR_KEY_DELETED},
    {STATUS_UNABLE_TO_DELETE_SECTION, ERROR_INVALID_PARAMETER},
    {STATUS_FREE_VM_NOT_AT_BASE, ERROR_INVALID_ADDRESS},
    {STATUS_MEMORY_NOT_ALLOCATED, ERROR_INVALID_ADDRESS},
    {STATUS_INVALID_PAGE_PROTECTION, ERROR_INVALID_PARAMETER},
};

uint32_t api_error_of(NTSTATUS status) {
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++)
        if (errors[i].status == status)
            return errors[i].error;
    if (((uint32_t)status & 0xFFFF0000u) == 0xC0070000u || ((uint32_t)status >> 16) == 0x8007)
        return (uint32_t)status & 0xFFFF;
    return ERROR_MR_MID_NOT_FOUND;
}

void api_set_error(struct api_caller *caller, uint32_t error) {
    if (caller->thread)
        caller->thread->last_error = error;
}

void api_set_status(struct api_caller *caller, NTSTATUS status) {
    if (caller->thread)
        caller->thread->last_status = status;
    api_set_error(caller, api_error_of(status));
}

BOOL api_fail(struct api_caller *caller, uint32_t error) {
    api_set_error(caller, error);
    return FALSE;
}

/* ---- handles --------------------------------------------------------------------------------- */

struct ob_handle_table *api_handle_table(struct api_caller *caller, uint64_t *value) {
    bool is_kernel_handle = *value >= API_KERNEL_HANDLE && *value < API_KERNEL_HANDLE_END;
    if (!is_kernel_handle || caller->thread->tcb.kernel_depth == 0)
        return &caller->process->handles;
    *value -= API_KERNEL_HANDLE;
    return &caller->w->ps->system->handles;
}

NTSTATUS api_peek_unseen(struct api_caller *caller, const void *handle, uint32_t access,
                         const struct ob_type *type, void **body) {
    const struct ob_type *pseudo_type;
    switch (api_value(handle)) {
    case API_CURRENT_PROCESS:
        *body = caller->process;
        pseudo_type = &ps_process_type;
        break;
    case API_CURRENT_THREAD:
        *body = caller->thread;
        pseudo_type = &ps_thread_type;
        break;
    default: {
        uint64_t value = api_value(handle);
        const struct ob_handle_table *table = api_handle_table(caller, &value);
        return ob_lookup(table, value, access, type, body);
    }
    }
    if (!type || type == pseudo_type)
        return STATUS_SUCCESS;
    *body = NULL;
    return STATUS_OBJECT_TYPE_MISMATCH;
}

void api_touch_entry(struct api_caller *caller, const void *handle) {
    uint64_t value = api_value(handle);
    const struct ob_handle_table *table = api_handle_table(caller, &value);
    if (value == API_CURRENT_PROCESS || value == API_CURRENT_THREAD)
        return;
    core_touch(caller->w, core_handle_place(table->owner, value), CORE_READ);
    if (!ob_entry(table, value))
        ob_touch_missing(caller->w, table);
}

/* What the caller is about to do to the object. */
static struct ke_access access_to(struct api_caller *caller, const void *handle, uint32_t access,
                                  const struct ob_type *type, enum ke_access_kind kind) {
    void *body;
    if (!NT_SUCCESS(api_peek_unseen(caller, handle, access, type, &body)))
        return (struct ke_access){0, KE_NOTHING};
    if (kind == KE_LIFE)
        return (struct ke_access){core_place(CORE_LIFE, ob_id(body)), KE_WRITE};
    if (type == &ex_mutant_type && kind == KE_WRITE)
        return ke_mutant_release_access(caller->w, body);
    return (struct ke_access){ob_id(body), (uint8_t)kind};
}

/* What is done to an object may be nothing to whoever waits for it: who had to, still has to. */
static void touch_state(struct rd_world *w, void *body) {
    const struct ob_type *type = ob_header_of(body)->type;
    const DISPATCHER_HEADER *header = type == &io_file_type ? io_file_event(body) : body;
    if (type->waitable && type != &ex_mutant_type)
        ke_touch_state(w, header, header->SignalState > 0);
}

/* Which object the point is for is asked only where every order is open. */
NTSTATUS api_object(struct api_caller *caller, const void *handle, uint32_t access,
                    const struct ob_type *type, enum ke_access_kind kind, void **body) {
    struct ke_access next = {0, KE_NOTHING};
    if (RD_UNLIKELY(caller->w->ke->every_order))
        next = access_to(caller, handle, access, type, kind);
    ke_point(caller->w, next.place, next.kind);
    NTSTATUS status = api_peek(caller, handle, access, type, body);
    if (RD_UNLIKELY(caller->w->ke->every_order) && kind == KE_WRITE && NT_SUCCESS(status))
        touch_state(caller->w, *body);
    if (RD_UNLIKELY(status == STATUS_INVALID_HANDLE || status == STATUS_OBJECT_TYPE_MISMATCH))
        ldr_verify_handle(caller->w, api_value(handle), status);
    return status;
}

NTSTATUS api_process_of(struct api_caller *caller, const void *handle, uint32_t access,
                        enum ke_access_kind kind, struct ps_process **process) {
    void *body = NULL;
    *process = NULL;
    if (!api_caller_get(caller))
        return STATUS_INVALID_HANDLE;
    NTSTATUS status = api_object(caller, handle, access, &ps_process_type, kind, &body);
    *process = body;
    return status;
}

NTSTATUS api_thread_of(struct api_caller *caller, const void *handle, uint32_t access,
                       enum ke_access_kind kind, struct ps_thread **thread) {
    void *body = NULL;
    *thread = NULL;
    if (!api_caller_get(caller))
        return STATUS_INVALID_HANDLE;
    NTSTATUS status = api_object(caller, handle, access, &ps_thread_type, kind, &body);
    *thread = body;
    return status;
}

void api_table_point(struct api_caller *caller) {
    ke_point(caller->w, 0, KE_NOTHING); /* entries are told apart: ob_close_handle */
}

NTSTATUS api_new_handle(struct api_caller *caller, void *body, uint32_t access, bool inherit,
                        HANDLE *handle) {
    uint64_t value;
    uint32_t mapped = ob_map_access(ob_header_of(body)->type, access);
    NTSTATUS status = ob_open_handle(caller->w, &caller->process->handles, body, mapped,
                                     inherit ? OB_INHERIT : 0, &value);
    *handle = NT_SUCCESS(status) ? api_handle(value) : NULL;
    if (NT_SUCCESS(status))
        ldr_verify_handle_opened(caller->w, value);
    return status;
}

NTSTATUS api_close(struct api_caller *caller, struct ob_handle_table *table, uint64_t value) {
    ke_enter_kernel(&caller->thread->tcb);
    NTSTATUS status = ob_close_handle(caller->w, table, value);
    if (NT_SUCCESS(status) && table == &caller->process->handles)
        ldr_verify_handle_closed(caller->w, value);
    ke_leave_kernel(caller->w, &caller->thread->tcb);
    return status;
}

/* ---- named objects --------------------------------------------------------------------------- */

static const char *skip_prefix(const char *text) {
    static const char *const prefixes[] = {"Local\\", "Global\\"};
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++)
        if (ldr_same_prefix(text, prefixes[i], strlen(prefixes[i])))
            return text + strlen(prefixes[i]);
    return text;
}

bool api_object_name(struct api_caller *caller, struct api_name name, char text[API_NAME_MAX]) {
    char raw[API_NAME_MAX];
    *text = '\0';
    if (!name.w && !name.a)
        return true;
    size_t units = name.w ? base_utf16_length(name.w) : strlen(name.a);
    size_t length = units;
    if (units >= MAX_PATH) {
        api_set_error(caller, ERROR_FILENAME_EXCED_RANGE);
        return false;
    }
    if (name.w)
        length = base_utf16_to_8(name.w, units, raw, sizeof raw);
    else
        memcpy(raw, name.a, length);
    raw[length] = '\0';
    const char *kernel_name = skip_prefix(raw);
    if (strchr(kernel_name, '\\')) {
        api_set_error(caller, ERROR_PATH_NOT_FOUND);
        return false;
    }
    memcpy(text, kernel_name, strlen(kernel_name) + 1);
    return true;
}

HANDLE api_created_handle(struct api_caller *caller, const struct api_created *created) {
    HANDLE handle = NULL;
    if (!created->body) {
        api_result(caller, created->status);
        return NULL;
    }
    bool inherit = created->attributes && created->attributes->bInheritHandle;
    NTSTATUS status = api_new_handle(caller, created->body, created->access, inherit, &handle);
    ob_dereference(caller->w, created->body);
    if (api_result(caller, status))
        api_set_error(caller, created->existing ? ERROR_ALREADY_EXISTS : ERROR_SUCCESS);
    return handle;
}

HANDLE api_open_handle(const struct api_open *open) {
    struct api_caller me;
    char name[API_NAME_MAX];
    HANDLE handle = NULL;
    if (!api_caller_get(&me))
        return NULL;
    if (!open->name.a && !open->name.w) {
        api_set_error(&me, ERROR_INVALID_PARAMETER);
        return NULL;
    }
    if (!api_object_name(&me, open->name, name))
        return NULL;
    if (!*name) {
        api_set_error(&me, ERROR_INVALID_HANDLE);
        return NULL;
    }
    ke_point(me.w, 0, KE_NOTHING);
    NTSTATUS status;
    void *body = ob_open_named(me.w, open->type, name, &status);
    if (body) {
        status = api_new_handle(&me, body, open->access, open->inherit != FALSE, &handle);
        ob_dereference(me.w, body);
    }
    api_result(&me, status);
    return handle;
}

/* ---- texts ----------------------------------------------------------------------------------- */

const char *api_utf8(struct api_caller *caller, const WCHAR *text) {
    if (!text)
        return NULL;
    size_t units = base_utf16_length(text);
    size_t size = base_utf16_to_8(text, units, NULL, 0);
    char *copy = base_arena_alloc(&caller->w->run, size + 1);
    if (!copy)
        return "";
    base_utf16_to_8(text, units, copy, size);
    copy[size] = '\0';
    return copy;
}

DWORD api_copy_a(const char *text, char *buffer, size_t size) {
    size_t length = strlen(text);
    if (!buffer || length >= size)
        return (DWORD)(length + 1);
    memcpy(buffer, text, length + 1);
    return (DWORD)length;
}

DWORD api_copy_w(const char *text, WCHAR *buffer, size_t size) {
    size_t bytes = strlen(text), length = base_utf8_to_16(text, bytes, NULL, 0);
    if (!buffer || length >= size)
        return (DWORD)(length + 1);
    base_utf8_to_16(text, bytes, buffer, size);
    buffer[length] = 0;
    return (DWORD)length;
}

/* ---- time ------------------------------------------------------------------------------------ */

/* 2026-01-01 00:00:00 UTC in units of 100 ns since 1601. */
static const uint64_t machine_start = 134116992000000000u;

uint64_t api_file_time(uint64_t time) {
    return machine_start + time;
}

void api_set_file_time(FILETIME *out, uint64_t file_time) {
    out->dwLowDateTime = (DWORD)file_time;
    out->dwHighDateTime = (DWORD)(file_time >> 32);
}

/* ---- the processor --------------------------------------------------------------------------- */

bool api_processor_has(uint32_t feature) {
    static const uint8_t features[] = {PF_COMPARE_EXCHANGE_DOUBLE,
                                       PF_MMX_INSTRUCTIONS_AVAILABLE,
                                       PF_XMMI_INSTRUCTIONS_AVAILABLE,
                                       PF_RDTSC_INSTRUCTION_AVAILABLE,
                                       PF_XMMI64_INSTRUCTIONS_AVAILABLE,
                                       PF_NX_ENABLED,
                                       PF_COMPARE_EXCHANGE128};
    for (size_t i = 0; i < sizeof features / sizeof features[0]; i++)
        if (features[i] == feature)
            return true;
    return false;
}
