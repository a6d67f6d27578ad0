/* kernel_cm.c - registry callbacks, and the registry as drivers use it. */
#include "api/kernel.h"
#include "api/key.h"
#include "io/registry.h"

/* ---- callbacks ------------------------------------------------------------------------------- */

static NTSTATUS register_callback(const struct io_registry_register *request,
                                  PLARGE_INTEGER cookie) {
    struct rd_world *w = kernel_world();
    int64_t number;
    ke_irql_check(w, KE_APC_LEVEL, "CmRegisterCallback", "IRQL-02");
    ke_point(w, ob_id(w->ps->system), KE_WRITE);
    NTSTATUS status = io_registry_register(w, request, &number);
    if (NT_SUCCESS(status))
        cookie->QuadPart = number;
    return status;
}

NTSTATUS CmRegisterCallback(PEX_CALLBACK_FUNCTION Function, PVOID Context, PLARGE_INTEGER Cookie) {
    struct io_registry_register request = {.function = Function, .context = Context};
    return kernel_world() ? register_callback(&request, Cookie) : STATUS_INVALID_DEVICE_REQUEST;
}

NTSTATUS CmRegisterCallbackEx(PEX_CALLBACK_FUNCTION Function, PCUNICODE_STRING Altitude,
                              PVOID Driver, PVOID Context, PLARGE_INTEGER Cookie, PVOID Reserved) {
    struct rd_world *w = kernel_world();
    if (!w)
        return STATUS_INVALID_DEVICE_REQUEST;
    if (!Altitude || !Altitude->Length || !Driver || Reserved)
        return STATUS_INVALID_PARAMETER;
    struct io_registry_register request = {
        .function = Function, .context = Context, .altitude = kernel_utf8(w, Altitude)};
    return register_callback(&request, Cookie);
}

NTSTATUS CmUnRegisterCallback(LARGE_INTEGER Cookie) {
    struct rd_world *w = kernel_world();
    if (!w)
        return STATUS_INVALID_DEVICE_REQUEST;
    ke_irql_check(w, KE_APC_LEVEL, "CmUnRegisterCallback", "IRQL-02");
    ke_point(w, ob_id(w->ps->system), KE_WRITE);
    return io_registry_unregister(w, Cookie.QuadPart);
}

VOID CmGetCallbackVersion(PULONG Major, PULONG Minor) {
    if (Major)
        *Major = 1;
    if (Minor)
        *Minor = 2;
}

NTSTATUS CmSetCallbackObjectContext(PVOID Object, PLARGE_INTEGER Cookie, PVOID NewContext,
                                    PVOID *OldContext) {
    struct rd_world *w = kernel_world();
    if (!w || !Object)
        return STATUS_INVALID_PARAMETER;
    return io_registry_set_context(w, Object, Cookie->QuadPart, NewContext, OldContext);
}

/* The name lies in pool behind the string that describes it. */
static NTSTATUS name_of(struct rd_world *w, const struct io_key *key, PCUNICODE_STRING *name) {
    enum { TAG = KERNEL_TAG('C', 'M', 'o', 'n') };
    size_t bytes = strlen(key->node->path);
    size_t units = base_utf8_to_16(key->node->path, bytes, NULL, 0);
    struct io_pool_request request = {
        .size = sizeof(UNICODE_STRING) + units * sizeof(WCHAR), .tag = TAG, .paged = true};
    UNICODE_STRING *string = io_pool_allocate(w, &request);
    if (!string)
        return STATUS_INSUFFICIENT_RESOURCES;
    string->Buffer = (PWCH)(void *)(string + 1);
    string->Length = string->MaximumLength = (USHORT)(units * sizeof(WCHAR));
    base_utf8_to_16(key->node->path, bytes, (uint16_t *)(void *)string->Buffer, units);
    *name = string;
    return STATUS_SUCCESS;
}

NTSTATUS CmCallbackGetKeyObjectIDEx(PLARGE_INTEGER Cookie, PVOID Object, PULONG_PTR ObjectID,
                                    PCUNICODE_STRING *ObjectName, ULONG Flags) {
    struct rd_world *w = kernel_world();
    const struct io_key *key = Object;
    (void)Cookie;
    if (!w || !Object || Flags)
        return STATUS_INVALID_PARAMETER;
    if (ObjectID)
        *ObjectID = (ULONG_PTR)key->node;
    return ObjectName ? name_of(w, key, ObjectName) : STATUS_SUCCESS;
}

VOID CmCallbackReleaseKeyObjectIDEx(PCUNICODE_STRING ObjectName) {
    struct rd_world *w = kernel_world();
    if (w)
        io_pool_free(w, (void *)(uintptr_t)ObjectName, 0);
}

/* Its name lives as long as the key object: the driver does not release it. */
NTSTATUS CmCallbackGetKeyObjectID(PLARGE_INTEGER Cookie, PVOID Object, PULONG_PTR ObjectID,
                                  PCUNICODE_STRING *ObjectName) {
    struct rd_world *w = kernel_world();
    NTSTATUS status = CmCallbackGetKeyObjectIDEx(Cookie, Object, ObjectID, NULL, 0);
    if (!NT_SUCCESS(status) || !ObjectName)
        return status;
    UNICODE_STRING *name = core_alloc(w, sizeof *name);
    io_set_string(w, name, ((const struct io_key *)Object)->node->path);
    *ObjectName = name;
    return STATUS_SUCCESS;
}

/* ---- keys ------------------------------------------------------------------------------------ */

/* Every service: a simulated caller, PASSIVE_LEVEL, special kernel APCs enabled. */
static bool begin(struct api_caller *me, const char *routine) {
    if (!kernel_world() || !api_caller_get(me))
        return false;
    ke_service_check(me->w, routine);
    return true;
}

static NTSTATUS open_key(struct api_caller *me, struct api_key_open *open,
                         const OBJECT_ATTRIBUTES *attributes, PHANDLE handle) {
    struct io_key *key = NULL;
    *handle = NULL;
    if (!attributes || !attributes->ObjectName)
        return STATUS_INVALID_PARAMETER;
    NTSTATUS status = STATUS_SUCCESS;
    if (attributes->RootDirectory)
        status = api_key(me, attributes->RootDirectory, 0, &open->root);
    if (!NT_SUCCESS(status))
        return status;
    open->path = kernel_utf8(me->w, attributes->ObjectName);
    status = api_key_open(me, open, &key);
    if (!NT_SUCCESS(status))
        return status;
    struct kernel_open request = {
        .body = key, .access = open->access, .attributes = attributes->Attributes};
    status = kernel_open_handle(me->w, &request, handle);
    ob_dereference(me->w, key);
    return status;
}

NTSTATUS ZwCreateKey(PHANDLE KeyHandle, ACCESS_MASK DesiredAccess,
                     POBJECT_ATTRIBUTES ObjectAttributes, ULONG TitleIndex, PUNICODE_STRING Class,
                     ULONG CreateOptions, PULONG Disposition) {
    struct api_caller me;
    struct api_key_open open = {.access = DesiredAccess, .options = CreateOptions, .create = true};
    (void)TitleIndex, (void)Class;
    if (!begin(&me, "ZwCreateKey"))
        return STATUS_INVALID_HANDLE;
    NTSTATUS status = open_key(&me, &open, ObjectAttributes, KeyHandle);
    if (NT_SUCCESS(status) && Disposition)
        *Disposition = open.created;
    return status;
}

NTSTATUS ZwOpenKey(PHANDLE KeyHandle, ACCESS_MASK DesiredAccess,
                   POBJECT_ATTRIBUTES ObjectAttributes) {
    struct api_caller me;
    struct api_key_open open = {.access = DesiredAccess};
    if (!begin(&me, "ZwOpenKey"))
        return STATUS_INVALID_HANDLE;
    return open_key(&me, &open, ObjectAttributes, KeyHandle);
}

NTSTATUS ZwDeleteKey(HANDLE KeyHandle) {
    struct api_caller me;
    struct io_key *key;
    if (!begin(&me, "ZwDeleteKey"))
        return STATUS_INVALID_HANDLE;
    NTSTATUS status = api_key(&me, KeyHandle, DELETE, &key);
    return NT_SUCCESS(status) ? api_key_delete(&me, key) : status;
}

NTSTATUS ZwFlushKey(HANDLE KeyHandle) {
    struct api_caller me;
    struct io_key *key;
    return begin(&me, "ZwFlushKey") ? api_key(&me, KeyHandle, 0, &key) : STATUS_INVALID_HANDLE;
}

/* ---- values ---------------------------------------------------------------------------------- */

NTSTATUS ZwSetValueKey(HANDLE KeyHandle, PUNICODE_STRING ValueName, ULONG TitleIndex, ULONG Type,
                       PVOID Data, ULONG DataSize) {
    struct api_caller me;
    struct io_key *key;
    (void)TitleIndex;
    if (!begin(&me, "ZwSetValueKey"))
        return STATUS_INVALID_HANDLE;
    NTSTATUS status = api_key(&me, KeyHandle, KEY_SET_VALUE, &key);
    if (!NT_SUCCESS(status))
        return status;
    struct io_value value = {
        .name = kernel_utf8(me.w, ValueName), .type = Type, .size = DataSize, .data = Data};
    return api_value_set(&me, key, &value);
}

NTSTATUS ZwDeleteValueKey(HANDLE KeyHandle, PUNICODE_STRING ValueName) {
    struct api_caller me;
    struct io_key *key;
    if (!begin(&me, "ZwDeleteValueKey"))
        return STATUS_INVALID_HANDLE;
    NTSTATUS status = api_key(&me, KeyHandle, KEY_SET_VALUE, &key);
    return NT_SUCCESS(status) ? api_value_delete(&me, key, kernel_utf8(me.w, ValueName)) : status;
}

/* What a query gives: a fixed part, a name, and data behind it. */
struct answer {
    ULONG class;
    PVOID out;
    ULONG length;
    PULONG result;
};

static ULONG name_size(const char *name) {
    return (ULONG)(base_utf8_to_16(name, strlen(name), NULL, 0) * sizeof(WCHAR));
}

static void put_name(WCHAR *out, const char *name) {
    base_utf8_to_16(name, strlen(name), (uint16_t *)(void *)out, name_size(name) / sizeof(WCHAR));
}

/* STATUS_BUFFER_TOO_SMALL if not even the fixed part fits, STATUS_BUFFER_OVERFLOW if not all. */
static NTSTATUS check_room(const struct answer *answer, size_t fixed, size_t needed) {
    *answer->result = (ULONG)needed;
    if (answer->length < fixed)
        return STATUS_BUFFER_TOO_SMALL;
    return answer->length < needed ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS;
}

static NTSTATUS partial_value(const struct io_value *value, const struct answer *answer) {
    KEY_VALUE_PARTIAL_INFORMATION *out = answer->out;
    size_t fixed = offsetof(KEY_VALUE_PARTIAL_INFORMATION, Data);
    NTSTATUS status = check_room(answer, fixed, fixed + value->size);
    if (status == STATUS_BUFFER_TOO_SMALL)
        return status;
    out->TitleIndex = 0;
    out->Type = value->type;
    out->DataLength = value->size;
    memcpy(out->Data, value->data, NT_SUCCESS(status) ? value->size : answer->length - fixed);
    return status;
}

static NTSTATUS full_value(const struct io_value *value, const struct answer *answer) {
    KEY_VALUE_FULL_INFORMATION *out = answer->out;
    size_t fixed = offsetof(KEY_VALUE_FULL_INFORMATION, Name);
    ULONG data = ((ULONG)fixed + name_size(value->name) + 7) & ~7u;
    NTSTATUS status = check_room(answer, fixed, data + value->size);
    if (status == STATUS_BUFFER_TOO_SMALL)
        return status;
    out->TitleIndex = 0;
    out->Type = value->type;
    out->DataOffset = data;
    out->DataLength = value->size;
    out->NameLength = name_size(value->name);
    if (!NT_SUCCESS(status))
        return status;
    put_name(out->Name, value->name);
    memcpy((char *)out + data, value->data, value->size);
    return status;
}

static NTSTATUS basic_value(const struct io_value *value, const struct answer *answer) {
    KEY_VALUE_BASIC_INFORMATION *out = answer->out;
    size_t fixed = offsetof(KEY_VALUE_BASIC_INFORMATION, Name);
    NTSTATUS status = check_room(answer, fixed, fixed + name_size(value->name));
    if (status == STATUS_BUFFER_TOO_SMALL)
        return status;
    out->TitleIndex = 0;
    out->Type = value->type;
    out->NameLength = name_size(value->name);
    if (NT_SUCCESS(status))
        put_name(out->Name, value->name);
    return status;
}

static NTSTATUS give_value(const struct io_value *value, const struct answer *answer) {
    switch (answer->class) {
    case KeyValueBasicInformation:
        return basic_value(value, answer);
    case KeyValueFullInformation:
        return full_value(value, answer);
    case KeyValuePartialInformation:
        return partial_value(value, answer);
    default:
        return STATUS_INVALID_PARAMETER;
    }
}

NTSTATUS ZwQueryValueKey(HANDLE KeyHandle, PUNICODE_STRING ValueName,
                         KEY_VALUE_INFORMATION_CLASS KeyValueInformationClass,
                         PVOID KeyValueInformation, ULONG Length, PULONG ResultLength) {
    struct api_caller me;
    struct io_key *key;
    const struct io_value *value;
    struct answer answer = {KeyValueInformationClass, KeyValueInformation, Length, ResultLength};
    if (!begin(&me, "ZwQueryValueKey"))
        return STATUS_INVALID_HANDLE;
    NTSTATUS status = api_key(&me, KeyHandle, KEY_QUERY_VALUE, &key);
    if (NT_SUCCESS(status))
        status = api_value_query(&me, key, kernel_utf8(me.w, ValueName), &value);
    return NT_SUCCESS(status) ? give_value(value, &answer) : status;
}

NTSTATUS ZwEnumerateValueKey(HANDLE KeyHandle, ULONG Index,
                             KEY_VALUE_INFORMATION_CLASS KeyValueInformationClass,
                             PVOID KeyValueInformation, ULONG Length, PULONG ResultLength) {
    struct api_caller me;
    struct io_key *key;
    struct answer answer = {KeyValueInformationClass, KeyValueInformation, Length, ResultLength};
    if (!begin(&me, "ZwEnumerateValueKey"))
        return STATUS_INVALID_HANDLE;
    NTSTATUS status = api_key(&me, KeyHandle, KEY_QUERY_VALUE, &key);
    if (!NT_SUCCESS(status))
        return status;
    const struct io_value *value = io_value_at(key, Index);
    return value ? give_value(value, &answer) : STATUS_NO_MORE_ENTRIES;
}

static NTSTATUS give_basic(const struct io_key_node *node, const char *name,
                           const struct answer *answer) {
    KEY_BASIC_INFORMATION *out = answer->out;
    size_t fixed = offsetof(KEY_BASIC_INFORMATION, Name);
    if (answer->class != KeyBasicInformation)
        return STATUS_INVALID_PARAMETER;
    NTSTATUS status = check_room(answer, fixed, fixed + name_size(name));
    if (status == STATUS_BUFFER_TOO_SMALL)
        return status;
    out->LastWriteTime.QuadPart = (LONGLONG)api_file_time(node->written);
    out->TitleIndex = 0;
    out->NameLength = name_size(name);
    if (NT_SUCCESS(status))
        put_name(out->Name, name);
    return status;
}

NTSTATUS ZwEnumerateKey(HANDLE KeyHandle, ULONG Index, KEY_INFORMATION_CLASS KeyInformationClass,
                        PVOID KeyInformation, ULONG Length, PULONG ResultLength) {
    struct api_caller me;
    struct io_key *key;
    struct answer answer = {KeyInformationClass, KeyInformation, Length, ResultLength};
    if (!begin(&me, "ZwEnumerateKey"))
        return STATUS_INVALID_HANDLE;
    NTSTATUS status = api_key(&me, KeyHandle, KEY_ENUMERATE_SUB_KEYS, &key);
    if (!NT_SUCCESS(status))
        return status;
    const struct io_key_node *child = io_key_child(me.w, key, Index);
    return child ? give_basic(child, strrchr(child->path, '\\') + 1, &answer)
                 : STATUS_NO_MORE_ENTRIES;
}

static NTSTATUS give_counts(struct rd_world *w, const struct io_key *key,
                            const struct answer *answer) {
    KEY_FULL_INFORMATION *out = answer->out;
    size_t fixed = offsetof(KEY_FULL_INFORMATION, Class);
    const struct io_key_node *child;
    const struct io_value *value;
    NTSTATUS status = check_room(answer, fixed, fixed);
    if (!NT_SUCCESS(status))
        return status;
    memset(out, 0, fixed);
    out->LastWriteTime.QuadPart = (LONGLONG)api_file_time(key->node->written);
    out->ClassOffset = (ULONG)-1;
    for (; (child = io_key_child(w, key, out->SubKeys)) != NULL; out->SubKeys++) {
        ULONG size = name_size(strrchr(child->path, '\\') + 1);
        out->MaxNameLen = size > out->MaxNameLen ? size : out->MaxNameLen;
    }
    for (; (value = io_value_at(key, out->Values)) != NULL; out->Values++) {
        ULONG size = name_size(value->name);
        out->MaxValueNameLen = size > out->MaxValueNameLen ? size : out->MaxValueNameLen;
        if (value->size > out->MaxValueDataLen)
            out->MaxValueDataLen = value->size;
    }
    return status;
}

NTSTATUS ZwQueryKey(HANDLE KeyHandle, KEY_INFORMATION_CLASS KeyInformationClass,
                    PVOID KeyInformation, ULONG Length, PULONG ResultLength) {
    struct api_caller me;
    struct io_key *key;
    struct answer answer = {KeyInformationClass, KeyInformation, Length, ResultLength};
    if (!begin(&me, "ZwQueryKey"))
        return STATUS_INVALID_HANDLE;
    NTSTATUS status = api_key(&me, KeyHandle, KEY_QUERY_VALUE, &key);
    if (!NT_SUCCESS(status))
        return status;
    if (KeyInformationClass == KeyFullInformation)
        return give_counts(me.w, key, &answer);
    if (KeyInformationClass != KeyNameInformation)
        return give_basic(key->node, strrchr(key->node->path, '\\') + 1, &answer);
    KEY_NAME_INFORMATION *out = KeyInformation;
    size_t fixed = offsetof(KEY_NAME_INFORMATION, Name);
    status = check_room(&answer, fixed, fixed + name_size(key->node->path));
    if (status != STATUS_BUFFER_TOO_SMALL)
        out->NameLength = name_size(key->node->path);
    if (NT_SUCCESS(status))
        put_name(out->Name, key->node->path);
    return status;
}
