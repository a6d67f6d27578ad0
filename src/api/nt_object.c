/* nt_object.c - native calls for handles of any kind, for user mode. */
#include "api/nt.h"

NTSTATUS NtClose(HANDLE Handle) {
    struct api_caller me;
    void *body;
    if (!api_caller_get(&me))
        return STATUS_INVALID_HANDLE;
    if (api_is_pseudo(Handle))
        return STATUS_SUCCESS;
    NTSTATUS status = api_object(&me, Handle, 0, NULL, KE_WRITE, &body);
    if (!NT_SUCCESS(status))
        return status;
    uint64_t value = api_value(Handle);
    struct ob_handle_table *table = api_handle_table(&me, &value);
    return api_close(&me, table, value);
}

NTSTATUS NtDuplicateObject(HANDLE SourceProcessHandle, HANDLE SourceHandle,
                           HANDLE TargetProcessHandle, PHANDLE TargetHandle,
                           ACCESS_MASK DesiredAccess, ULONG HandleAttributes, ULONG Options) {
    struct api_caller me;
    HANDLE handle = NULL;
    const struct api_duplicate request = {SourceProcessHandle,
                                          SourceHandle,
                                          TargetProcessHandle,
                                          &handle,
                                          DesiredAccess,
                                          (HandleAttributes & OBJ_INHERIT) != 0,
                                          Options};
    if (!api_caller_get(&me))
        return STATUS_INVALID_HANDLE;
    NTSTATUS status = TargetHandle ? nt_probe(&me, TargetHandle, sizeof handle) : STATUS_SUCCESS;
    if (!NT_SUCCESS(status))
        return status;
    status = api_duplicate(&me, &request);
    if (!TargetHandle)
        return status;
    NTSTATUS written = nt_write(&me, TargetHandle, &handle, sizeof handle);
    return NT_SUCCESS(status) ? written : status;
}

/* ---- queries --------------------------------------------------------------------------------- */

struct query {
    struct api_caller *me;
    HANDLE handle;
    void *body;
    char *out;
    ULONG size; /* of the caller's buffer */
    ULONG needed;
};

static NTSTATUS basic(struct query *query) {
    PUBLIC_OBJECT_BASIC_INFORMATION information = {0};
    struct ob_header *header = ob_header_of(query->body);
    uint64_t value = api_value(query->handle);
    const struct ob_handle_entry *entry = ob_entry(api_handle_table(query->me, &value), value);
    query->needed = sizeof information;
    if (query->size != sizeof information)
        return STATUS_INFO_LENGTH_MISMATCH;
    if (entry && entry->flags & OB_INHERIT)
        information.Attributes = OBJ_INHERIT;
    if (entry && entry->flags & OB_PROTECT_FROM_CLOSE)
        information.Attributes |= 1;
    information.GrantedAccess = entry ? entry->access : header->type->generic_all;
    information.HandleCount = (ULONG)header->handle_count;
    information.PointerCount = (ULONG)header->pointer_count;
    return nt_write(query->me, query->out, &information, sizeof information);
}

/* A UNICODE_STRING at the start of `fixed` bytes, and what it points to behind them. */
static NTSTATUS string(struct query *query, const char *text, size_t fixed, NTSTATUS too_small) {
    WCHAR units[API_NAME_MAX];
    char start[128] = "";
    UNICODE_STRING name = {0};
    size_t length = base_utf8_to_16(text, strlen(text), units, API_NAME_MAX - 1);
    units[length] = 0;
    query->needed = (ULONG)(fixed + (length ? (length + 1) * sizeof(WCHAR) : 0));
    if (query->size < fixed)
        return STATUS_INFO_LENGTH_MISMATCH;
    if (query->size < query->needed)
        return too_small;
    if (length) {
        name.Length = (USHORT)(length * sizeof(WCHAR));
        name.MaximumLength = (USHORT)(name.Length + sizeof(WCHAR));
        name.Buffer = (PWSTR)(void *)(query->out + fixed);
    }
    memcpy(start, &name, sizeof name);
    NTSTATUS status = nt_write(query->me, query->out, start, fixed);
    if (!NT_SUCCESS(status) || !length)
        return status;
    return nt_write(query->me, query->out + fixed, units, (length + 1) * sizeof(WCHAR));
}

static NTSTATUS name_of(struct query *query) {
    const char *name = ob_name_of(query->body);
    if (*name && *name != '\\')
        name = core_textf(query->me->w, "\\Sessions\\1\\BaseNamedObjects\\%s", name);
    return string(query, name, sizeof(OBJECT_NAME_INFORMATION), STATUS_BUFFER_OVERFLOW);
}

static NTSTATUS type_of(struct query *query) {
    enum { RESERVED = 22 }; /* PUBLIC_OBJECT_TYPE_INFORMATION */
    return string(query, ob_header_of(query->body)->type->name,
                  sizeof(UNICODE_STRING) + RESERVED * sizeof(ULONG), STATUS_INFO_LENGTH_MISMATCH);
}

NTSTATUS NtQueryObject(HANDLE Handle, OBJECT_INFORMATION_CLASS ObjectInformationClass,
                       PVOID ObjectInformation, ULONG ObjectInformationLength,
                       PULONG ReturnLength) {
    struct api_caller me;
    struct query query = {
        .me = &me, .handle = Handle, .out = ObjectInformation, .size = ObjectInformationLength};
    if (!api_caller_get(&me))
        return STATUS_INVALID_HANDLE;
    NTSTATUS status = api_object(&me, Handle, 0, NULL, KE_READ, &query.body);
    if (!NT_SUCCESS(status))
        return status;
    if (ObjectInformationClass == ObjectBasicInformation)
        status = basic(&query);
    else if (ObjectInformationClass == ObjectNameInformation)
        status = name_of(&query);
    else if (ObjectInformationClass == ObjectTypeInformation)
        status = type_of(&query);
    else
        return STATUS_INVALID_INFO_CLASS;
    if (ReturnLength) {
        NTSTATUS written = nt_write(&me, ReturnLength, &query.needed, sizeof query.needed);
        status = NT_SUCCESS(written) ? status : written;
    }
    return status;
}
