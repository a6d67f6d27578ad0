/* key.c - operations on registry keys, as registry callbacks see them. */
#include "api/key.h"

#include "api/kernel.h"
#include "io/registry.h"

/* Of whoever has asked for a notification in the meantime: a routine that makes others wait. */
static void begin(struct api_caller *me, const void *body, const char *what) {
    ps_routine_may_block(me->w, core_textf(me->w, "the registry is asked (%s)", what));
    ke_point(me->w, body ? ob_id(body) : ob_id(me->w->ps->system), KE_WRITE);
}

static void set_string(struct api_caller *me, UNICODE_STRING *string, const char *text) {
    io_set_string(me->w, string, text);
}

static void free_string(struct api_caller *me, const UNICODE_STRING *string) {
    core_free(me->w, string->Buffer, string->MaximumLength);
}

NTSTATUS api_key(struct api_caller *me, const void *handle, uint32_t access, struct io_key **key) {
    void *body = NULL;
    NTSTATUS status = api_object(me, handle, access, &io_key_type, KE_WRITE, &body);
    *key = body;
    if (NT_SUCCESS(status) && (*key)->node->deleted)
        return STATUS_KEY_DELETED;
    return status;
}

/* ---- creation and opening -------------------------------------------------------------------- */

struct opening {
    struct api_key_open *request;
    struct io_key *key;
};

static NTSTATUS open_now(struct rd_world *w, void *context) {
    struct opening *opening = context;
    struct io_key_open open = {.path =
                                   io_key_path(w, opening->request->root, opening->request->path),
                               .create = opening->request->create};
    NTSTATUS status;
    opening->key = io_key_open(w, &open, &status);
    opening->request->created = open.created ? REG_CREATED_NEW_KEY : REG_OPENED_EXISTING_KEY;
    return status;
}

NTSTATUS api_key_open(struct api_caller *me, struct api_key_open *request, struct io_key **key) {
    struct opening opening = {.request = request};
    UNICODE_STRING name;
    ULONG disposition = 0;
    set_string(me, &name, request->path);
    REG_CREATE_KEY_INFORMATION information = {
        .CompleteName = &name,
        .RootObject = request->root,
        .ObjectType = *CmKeyObjectType,
        .CreateOptions = request->options,
        .DesiredAccess = request->access,
        .GrantedAccess = request->access,
        .Disposition = &disposition,
        .ResultObject = (PVOID *)(void *)&opening.key,
    };
    struct io_registry_operation operation = {
        .name = request->create ? "RegNtPreCreateKeyEx" : "RegNtPreOpenKeyEx",
        .pre = request->create ? RegNtPreCreateKeyEx : RegNtPreOpenKeyEx,
        .post = request->create ? RegNtPostCreateKeyEx : RegNtPostOpenKeyEx,
        .information = &information,
        .call_context = &information.CallContext,
        .object_context = &information.RootObjectContext,
        .object = &opening.key,
        .perform = open_now,
        .context = &opening,
    };
    begin(me, request->root, request->create ? "creates a key" : "opens a key");
    NTSTATUS status = io_registry_perform(me->w, &operation);
    free_string(me, &name);
    *key = opening.key;
    if (NT_SUCCESS(status))
        return opening.key ? status : STATUS_UNSUCCESSFUL; /* bypassed, without a key to give */
    if (opening.key)
        ob_dereference(me->w, opening.key);
    return status;
}

/* ---- keys that are open ---------------------------------------------------------------------- */

/* One operation on a key: the fields that all their structures have. */
struct key_operation {
    struct io_key *key;
    const char *name;
    uint32_t pre, post;
    void *information, **call_context, **object_context;
    NTSTATUS (*perform)(struct rd_world *w, void *context);
    void *context;
};

static NTSTATUS perform(struct api_caller *me, const struct key_operation *o) {
    begin(me, o->key, o->name);
    ob_reference(o->key);
    NTSTATUS status = io_registry_perform(
        me->w, &(struct io_registry_operation){.name = o->name,
                                               .pre = o->pre,
                                               .post = o->post,
                                               .information = o->information,
                                               .call_context = o->call_context,
                                               .object_context = o->object_context,
                                               .object = &o->key,
                                               .perform = o->perform,
                                               .context = o->context});
    ob_dereference(me->w, o->key);
    return status;
}

static NTSTATUS delete_now(struct rd_world *w, void *context) {
    return io_key_delete(w, context);
}

NTSTATUS api_key_delete(struct api_caller *me, struct io_key *key) {
    REG_DELETE_KEY_INFORMATION information = {.Object = key};
    return perform(me, &(struct key_operation){.key = key,
                                               .name = "RegNtPreDeleteKey",
                                               .pre = RegNtPreDeleteKey,
                                               .post = RegNtPostDeleteKey,
                                               .information = &information,
                                               .call_context = &information.CallContext,
                                               .object_context = &information.ObjectContext,
                                               .perform = delete_now,
                                               .context = key});
}

/* ---- values ---------------------------------------------------------------------------------- */

struct value_request {
    struct io_key *key;
    const struct io_value *value; /* to set, or found */
    const char *name;
};

static NTSTATUS set_now(struct rd_world *w, void *context) {
    const struct value_request *request = context;
    io_value_set(w, request->key, request->value);
    return STATUS_SUCCESS;
}

NTSTATUS api_value_set(struct api_caller *me, struct io_key *key, const struct io_value *value) {
    struct value_request request = {.key = key, .value = value};
    UNICODE_STRING name;
    set_string(me, &name, value->name);
    REG_SET_VALUE_KEY_INFORMATION information = {.Object = key,
                                                 .ValueName = &name,
                                                 .Type = value->type,
                                                 .Data = value->data,
                                                 .DataSize = value->size};
    NTSTATUS status =
        perform(me, &(struct key_operation){.key = key,
                                            .name = "RegNtPreSetValueKey",
                                            .pre = RegNtPreSetValueKey,
                                            .post = RegNtPostSetValueKey,
                                            .information = &information,
                                            .call_context = &information.CallContext,
                                            .object_context = &information.ObjectContext,
                                            .perform = set_now,
                                            .context = &request});
    free_string(me, &name);
    return status;
}

static NTSTATUS delete_value_now(struct rd_world *w, void *context) {
    const struct value_request *request = context;
    return io_value_delete(w, request->key, request->name);
}

NTSTATUS api_value_delete(struct api_caller *me, struct io_key *key, const char *name) {
    struct value_request request = {.key = key, .name = name};
    UNICODE_STRING string;
    set_string(me, &string, name);
    REG_DELETE_VALUE_KEY_INFORMATION information = {.Object = key, .ValueName = &string};
    NTSTATUS status =
        perform(me, &(struct key_operation){.key = key,
                                            .name = "RegNtPreDeleteValueKey",
                                            .pre = RegNtPreDeleteValueKey,
                                            .post = RegNtPostDeleteValueKey,
                                            .information = &information,
                                            .call_context = &information.CallContext,
                                            .object_context = &information.ObjectContext,
                                            .perform = delete_value_now,
                                            .context = &request});
    free_string(me, &string);
    return status;
}

static NTSTATUS query_now(struct rd_world *w, void *context) {
    struct value_request *request = context;
    (void)w;
    request->value = io_value_find(request->key, request->name);
    return request->value ? STATUS_SUCCESS : STATUS_OBJECT_NAME_NOT_FOUND;
}

NTSTATUS api_value_query(struct api_caller *me, struct io_key *key, const char *name,
                         const struct io_value **value) {
    struct value_request request = {.key = key, .name = name};
    UNICODE_STRING string;
    set_string(me, &string, name);
    REG_QUERY_VALUE_KEY_INFORMATION information = {.Object = key,
                                                   .ValueName = &string,
                                                   .KeyValueInformationClass =
                                                       KeyValuePartialInformation};
    NTSTATUS status =
        perform(me, &(struct key_operation){.key = key,
                                            .name = "RegNtPreQueryValueKey",
                                            .pre = RegNtPreQueryValueKey,
                                            .post = RegNtPostQueryValueKey,
                                            .information = &information,
                                            .call_context = &information.CallContext,
                                            .object_context = &information.ObjectContext,
                                            .perform = query_now,
                                            .context = &request});
    free_string(me, &string);
    *value = request.value;
    return NT_SUCCESS(status) && !request.value ? STATUS_OBJECT_NAME_NOT_FOUND : status;
}

/* ---- for programs ---------------------------------------------------------------------------- */

struct io_key *api_key_root(struct api_caller *me, const char *path) {
    struct io_key_open open = {.path = path};
    NTSTATUS status;
    return io_key_open(me->w, &open, &status);
}

NTSTATUS api_value_store(struct api_caller *me, struct io_key *key, const struct api_value *value) {
    struct io_value stored = {.name = value->name,
                              .type = value->type,
                              .size = value->size,
                              .data = (void *)(uintptr_t)value->data};
    return api_value_set(me, key, &stored);
}

static struct api_value outside(const struct io_value *value) {
    return (struct api_value){value->name, value->type, value->size, value->data};
}

NTSTATUS api_value_load(struct api_caller *me, struct io_key *key, const char *name,
                        struct api_value *value) {
    const struct io_value *found;
    NTSTATUS status = api_value_query(me, key, name, &found);
    if (NT_SUCCESS(status))
        *value = outside(found);
    return status;
}

bool api_value_at(const struct io_key *key, uint32_t index, struct api_value *value) {
    const struct io_value *found = io_value_at(key, index);
    if (found)
        *value = outside(found);
    return found != NULL;
}

const char *api_key_child(struct api_caller *me, const struct io_key *key, uint32_t index) {
    const struct io_key_node *child = io_key_child(me->w, key, index);
    return child ? strrchr(child->path, '\\') + 1 : NULL;
}
