/* kernel_registry.c - the registry in one call: RtlQueryRegistryValues and its relatives. */
#include "api/kernel.h"
#include "api/key.h"

enum { POOL_TAG = KERNEL_TAG('R', 'q', 'r', 'v'), RIGHTS = KEY_READ | KEY_WRITE };

/* ---- keys ------------------------------------------------------------------------------------ */

/* What RelativeTo stands for; RTL_REGISTRY_ABSOLUTE has the whole path. */
static const char *const places[RTL_REGISTRY_MAXIMUM] = {
    NULL,
    "\\REGISTRY\\MACHINE\\SYSTEM\\CurrentControlSet\\Services",
    "\\REGISTRY\\MACHINE\\SYSTEM\\CurrentControlSet\\Control",
    "\\REGISTRY\\MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion",
    "\\REGISTRY\\MACHINE\\HARDWARE\\DEVICEMAP",
    "\\REGISTRY\\USER\\.DEFAULT",
};

static const char *utf8(struct rd_world *w, const WCHAR *text) {
    UNICODE_STRING string;
    RtlInitUnicodeString(&string, text);
    return kernel_utf8(w, &string);
}

static NTSTATUS open_path(struct api_caller *me, const char *path, bool create,
                          struct io_key **key) {
    struct api_key_open open = {.path = path, .access = RIGHTS, .create = create};
    return api_key_open(me, &open, key);
}

/* The key with a reference. With RTL_REGISTRY_HANDLE `Path` is a handle. */
static NTSTATUS open_place(struct api_caller *me, ULONG RelativeTo, PCWSTR Path, bool create,
                           struct io_key **key) {
    ULONG place = RelativeTo & ~(ULONG)(RTL_REGISTRY_HANDLE | RTL_REGISTRY_OPTIONAL);
    if (RelativeTo & RTL_REGISTRY_HANDLE) {
        NTSTATUS status = api_key(me, Path, 0, key);
        if (NT_SUCCESS(status))
            ob_reference(*key);
        return status;
    }
    if (place >= RTL_REGISTRY_MAXIMUM || (place == RTL_REGISTRY_ABSOLUTE && !Path))
        return STATUS_INVALID_PARAMETER;
    const char *below = Path ? utf8(me->w, Path) : "";
    if (place == RTL_REGISTRY_ABSOLUTE)
        return open_path(me, below, create, key);
    return open_path(me, core_textf(me->w, *below ? "%s\\%s" : "%s", places[place], below), create,
                     key);
}

static bool begin(struct api_caller *me, const char *routine) {
    if (!kernel_world() || !api_caller_get(me))
        return false;
    ke_service_check(me->w, routine);
    return true;
}

static NTSTATUS look_for_key(ULONG RelativeTo, PCWSTR Path, bool create, const char *routine) {
    struct api_caller me;
    struct io_key *key;
    if (!begin(&me, routine))
        return STATUS_INVALID_DEVICE_REQUEST;
    NTSTATUS status = open_place(&me, RelativeTo, Path, create, &key);
    if (NT_SUCCESS(status))
        ob_dereference(me.w, key);
    return status;
}

NTSTATUS RtlCheckRegistryKey(ULONG RelativeTo, PWSTR Path) {
    return look_for_key(RelativeTo, Path, false, "RtlCheckRegistryKey");
}

NTSTATUS RtlCreateRegistryKey(ULONG RelativeTo, PWSTR Path) {
    return look_for_key(RelativeTo, Path, true, "RtlCreateRegistryKey");
}

NTSTATUS RtlWriteRegistryValue(ULONG RelativeTo, PCWSTR Path, PCWSTR ValueName, ULONG ValueType,
                               PVOID ValueData, ULONG ValueLength) {
    struct api_caller me;
    struct io_key *key;
    if (!begin(&me, "RtlWriteRegistryValue"))
        return STATUS_INVALID_DEVICE_REQUEST;
    NTSTATUS status = open_place(&me, RelativeTo, Path, true, &key);
    if (!NT_SUCCESS(status))
        return status;
    struct api_value value = {.name = ValueName ? utf8(me.w, ValueName) : "",
                              .type = ValueType,
                              .size = ValueLength,
                              .data = ValueData};
    status = api_value_store(&me, key, &value);
    ob_dereference(me.w, key);
    return status;
}

NTSTATUS RtlDeleteRegistryValue(ULONG RelativeTo, PCWSTR Path, PCWSTR ValueName) {
    struct api_caller me;
    struct io_key *key;
    if (!begin(&me, "RtlDeleteRegistryValue"))
        return STATUS_INVALID_DEVICE_REQUEST;
    NTSTATUS status = open_place(&me, RelativeTo, Path, false, &key);
    if (!NT_SUCCESS(status))
        return status;
    status = api_value_delete(&me, key, ValueName ? utf8(me.w, ValueName) : "");
    ob_dereference(me.w, key);
    return status;
}

/* ---- what a query gives ---------------------------------------------------------------------- */

struct query {
    struct api_caller me;
    struct io_key *top, *key; /* of the whole query, and of the last subkey; both referenced */
    PVOID context;
    const WCHAR *environment; /* NULL: that of the process in which the driver runs */
};

static bool is_text(ULONG type) {
    return type == REG_SZ || type == REG_EXPAND_SZ || type == REG_MULTI_SZ;
}

static NTSTATUS put_text(struct rd_world *w, UNICODE_STRING *out, const struct api_value *value) {
    if (value->size < sizeof(WCHAR) || value->size > MAXUSHORT)
        return STATUS_OBJECT_NAME_INVALID;
    if (!out->Buffer) {
        out->Buffer = kernel_allocate(w, value->size, POOL_TAG);
        out->MaximumLength = (USHORT)value->size;
    }
    if (!out->Buffer)
        return STATUS_INSUFFICIENT_RESOURCES;
    if (value->size > out->MaximumLength)
        return STATUS_BUFFER_TOO_SMALL;
    memcpy(out->Buffer, value->data, value->size);
    out->Length = (USHORT)(value->size - sizeof(WCHAR));
    return STATUS_SUCCESS;
}

/* A place of more than four bytes says itself how much it holds: a negative number is for the data
 * alone, a positive one for its size and type as well. */
static NTSTATUS put_bytes(ULONG *out, const struct api_value *value) {
    if (value->size <= sizeof *out) {
        memcpy(out, value->data, value->size);
        return STATUS_SUCCESS;
    }
    bool bare = (LONG)*out < 0;
    uint64_t room = bare ? 0 - (uint64_t)(LONG)*out : *out;
    size_t head = bare ? 0 : 2 * sizeof *out;
    if (room < head + value->size)
        return STATUS_BUFFER_TOO_SMALL;
    if (!bare) {
        out[0] = value->size;
        out[1] = value->type;
    }
    memcpy((char *)out + head, value->data, value->size);
    return STATUS_SUCCESS;
}

static NTSTATUS call_routine(struct query *q, const RTL_QUERY_REGISTRY_TABLE *entry,
                             const struct api_value *value) {
    UNICODE_STRING name = {.Buffer = entry->Name};
    if (!entry->Name)
        io_set_string(q->me.w, &name, value->name);
    return entry->QueryRoutine(name.Buffer, value->type, (PVOID)(uintptr_t)value->data, value->size,
                               q->context, entry->EntryContext);
}

/* Each string of several by itself. */
static NTSTATUS call_for_each(struct query *q, const RTL_QUERY_REGISTRY_TABLE *entry,
                              const struct api_value *value) {
    const WCHAR *text = value->data, *end = text + value->size / sizeof *text;
    NTSTATUS status = STATUS_SUCCESS;
    while (NT_SUCCESS(status) && text < end && *text) {
        const WCHAR *next = text;
        while (next < end && *next)
            next++;
        next += next < end;
        struct api_value one = {.name = value->name,
                                .type = REG_SZ,
                                .size = (uint32_t)((size_t)(next - text) * sizeof *text),
                                .data = text};
        status = call_routine(q, entry, &one);
        text = next;
    }
    return status;
}

/* A text in which variables have been replaced. */
static struct api_value expand(struct query *q, const struct api_value *value) {
    struct rd_world *w = q->me.w;
    const WCHAR *data = value->data;
    size_t length = value->size / sizeof *data;
    UNICODE_STRING text = {.Buffer = (PWSTR)(uintptr_t)data};
    while (length && !data[length - 1])
        length--;
    text.Length = text.MaximumLength = (USHORT)(length * sizeof *data);
    UNICODE_STRING expanded = {0};
    io_set_string(w, &expanded, api_expand(&q->me, q->environment, kernel_utf8(w, &text)));
    return (struct api_value){.name = value->name,
                              .type = REG_SZ,
                              .size = expanded.Length + (uint32_t)sizeof *data,
                              .data = expanded.Buffer};
}

/* `value` is the driver's or a copy: its routine may wait. */
static NTSTATUS give(struct query *q, const RTL_QUERY_REGISTRY_TABLE *entry,
                     struct api_value value) {
    enum { TYPE_SHIFT = RTL_QUERY_REGISTRY_TYPECHECK_SHIFT };
    if (entry->Flags & RTL_QUERY_REGISTRY_TYPECHECK && entry->DefaultType >> TYPE_SHIFT &&
        entry->DefaultType >> TYPE_SHIFT != value.type)
        return STATUS_OBJECT_TYPE_MISMATCH;
    if (value.type == REG_EXPAND_SZ && value.size <= MAXUSHORT &&
        !(entry->Flags & RTL_QUERY_REGISTRY_NOEXPAND))
        value = expand(q, &value);
    if (entry->Flags & RTL_QUERY_REGISTRY_DIRECT)
        return is_text(value.type) ? put_text(q->me.w, entry->EntryContext, &value)
                                   : put_bytes(entry->EntryContext, &value);
    if (entry->Flags & RTL_QUERY_REGISTRY_NOEXPAND)
        return call_routine(q, entry, &value);
    if (value.type == REG_MULTI_SZ)
        return call_for_each(q, entry, &value);
    return call_routine(q, entry, &value);
}

static NTSTATUS give_copy(struct query *q, const RTL_QUERY_REGISTRY_TABLE *entry,
                          const struct api_value *found) {
    struct rd_world *w = q->me.w;
    struct api_value value = *found;
    void *copy = core_alloc(w, (size_t)found->size + sizeof(WCHAR));
    if (found->size)
        memcpy(copy, found->data, found->size);
    value.name = core_text(w, found->name);
    value.data = copy;
    NTSTATUS status = give(q, entry, value);
    core_free(w, copy, (size_t)found->size + sizeof(WCHAR));
    return status;
}

static NTSTATUS give_default(struct query *q, const RTL_QUERY_REGISTRY_TABLE *entry) {
    ULONG type = entry->DefaultType & (((ULONG)1 << RTL_QUERY_REGISTRY_TYPECHECK_SHIFT) - 1);
    struct api_value value = {
        .name = "", .type = type, .size = entry->DefaultLength, .data = entry->DefaultData};
    RTL_QUERY_REGISTRY_TABLE unchecked = *entry;
    if (entry->Flags & RTL_QUERY_REGISTRY_REQUIRED)
        return STATUS_OBJECT_NAME_NOT_FOUND;
    if (type == REG_NONE || !value.data)
        return STATUS_SUCCESS;
    if (!value.size && (type == REG_SZ || type == REG_EXPAND_SZ))
        value.size = (uint32_t)((base_utf16_length(value.data) + 1) * sizeof(WCHAR));
    unchecked.Flags &= ~(ULONG)RTL_QUERY_REGISTRY_TYPECHECK;
    return give(q, &unchecked, value);
}

/* ---- the table ------------------------------------------------------------------------------- */

static NTSTATUS give_all(struct query *q, const RTL_QUERY_REGISTRY_TABLE *entry) {
    NTSTATUS status = STATUS_SUCCESS;
    struct api_value value;
    bool any = false;
    for (uint32_t i = 0; NT_SUCCESS(status) && api_value_at(q->key, i, &value); i++) {
        status = give_copy(q, entry, &value);
        any = true;
    }
    return !any && entry->Flags & RTL_QUERY_REGISTRY_REQUIRED ? STATUS_OBJECT_NAME_NOT_FOUND
                                                              : status;
}

static NTSTATUS give_named(struct query *q, const RTL_QUERY_REGISTRY_TABLE *entry) {
    struct api_value value;
    const char *name = utf8(q->me.w, entry->Name);
    NTSTATUS status = api_value_load(&q->me, q->key, name, &value);
    if (status == STATUS_OBJECT_NAME_NOT_FOUND)
        return give_default(q, entry);
    if (NT_SUCCESS(status))
        status = give_copy(q, entry, &value);
    if (NT_SUCCESS(status) && entry->Flags & RTL_QUERY_REGISTRY_DELETE)
        api_value_delete(&q->me, q->key, name);
    return status;
}

static void move_to(struct query *q, struct io_key *key) {
    ob_reference(key);
    ob_dereference(q->me.w, q->key);
    q->key = key;
}

static NTSTATUS enter_subkey(struct query *q, const RTL_QUERY_REGISTRY_TABLE *entry) {
    struct api_key_open open = {.root = q->top, .access = RIGHTS};
    struct io_key *key;
    if (!entry->Name)
        return STATUS_INVALID_PARAMETER;
    open.path = utf8(q->me.w, entry->Name);
    NTSTATUS status = api_key_open(&q->me, &open, &key);
    if (!NT_SUCCESS(status))
        return status;
    move_to(q, key);
    ob_dereference(q->me.w, key);
    RTL_QUERY_REGISTRY_TABLE all = *entry;
    all.Name = NULL;
    return entry->QueryRoutine ? give_all(q, &all) : STATUS_SUCCESS;
}

static NTSTATUS carry_out(struct query *q, const RTL_QUERY_REGISTRY_TABLE *entry) {
    bool direct = entry->Flags & RTL_QUERY_REGISTRY_DIRECT;
    if (direct && (!entry->Name || entry->QueryRoutine || !entry->EntryContext ||
                   entry->Flags & RTL_QUERY_REGISTRY_SUBKEY))
        return STATUS_INVALID_PARAMETER;
    if (entry->Flags & (RTL_QUERY_REGISTRY_TOPKEY | RTL_QUERY_REGISTRY_SUBKEY))
        move_to(q, q->top);
    if (entry->Flags & RTL_QUERY_REGISTRY_SUBKEY)
        return enter_subkey(q, entry);
    if (entry->Name)
        return give_named(q, entry);
    if (entry->Flags & RTL_QUERY_REGISTRY_NOVALUE)
        return entry->QueryRoutine(NULL, REG_NONE, NULL, 0, q->context, entry->EntryContext);
    return give_all(q, entry);
}

NTSTATUS RtlQueryRegistryValues(ULONG RelativeTo, PCWSTR Path, PRTL_QUERY_REGISTRY_TABLE QueryTable,
                                PVOID Context, PVOID Environment) {
    struct query q = {.context = Context, .environment = Environment};
    if (!begin(&q.me, "RtlQueryRegistryValues"))
        return STATUS_INVALID_DEVICE_REQUEST;
    NTSTATUS status = open_place(&q.me, RelativeTo, Path, false, &q.top);
    if (!NT_SUCCESS(status))
        return status;
    q.key = q.top;
    ob_reference(q.key);
    for (const RTL_QUERY_REGISTRY_TABLE *entry = QueryTable;
         NT_SUCCESS(status) && (entry->QueryRoutine || entry->Flags & (RTL_QUERY_REGISTRY_SUBKEY |
                                                                       RTL_QUERY_REGISTRY_DIRECT));
         entry++)
        status = carry_out(&q, entry);
    ob_dereference(q.me.w, q.key);
    ob_dereference(q.me.w, q.top);
    return status;
}
