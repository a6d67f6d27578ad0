/* registry.c - the tree of keys and their values. */
#include "io/registry.h"

#include <string.h>

#include "io/key_watch.h"
#include "io/service.h"

static void key_deleted(struct rd_world *w, void *body) {
    struct io_key *key = body;
    base_list_remove(&key->link);
    io_key_watch_end(w, key, NULL);
    io_registry_forget(w, key);
}

const struct ob_type io_key_type = {
    .name = "Key",
    .body_size = sizeof(struct io_key),
    .valid_access = 0x1F003F,
    .generic_read = 0x20019,
    .generic_write = 0x20006,
    .generic_execute = 0x20019,
    .generic_all = 0xF003F,
    .on_close = ob_no_close,
    .on_last_handle = ob_no_action,
    .on_delete = key_deleted,
};

/* What is there before any program runs. */
static const char *const first_keys[] = {
    "\\REGISTRY",
    "\\REGISTRY\\MACHINE",
    "\\REGISTRY\\MACHINE\\HARDWARE",
    "\\REGISTRY\\MACHINE\\HARDWARE\\DEVICEMAP",
    "\\REGISTRY\\MACHINE\\SOFTWARE",
    "\\REGISTRY\\MACHINE\\SOFTWARE\\Classes",
    "\\REGISTRY\\MACHINE\\SOFTWARE\\Microsoft",
    "\\REGISTRY\\MACHINE\\SOFTWARE\\Microsoft\\Windows NT",
    "\\REGISTRY\\MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion",
    "\\REGISTRY\\MACHINE\\SYSTEM",
    "\\REGISTRY\\MACHINE\\SYSTEM\\CurrentControlSet",
    "\\REGISTRY\\MACHINE\\SYSTEM\\CurrentControlSet\\Control",
    "\\REGISTRY\\MACHINE\\SYSTEM\\CurrentControlSet\\Services",
    "\\REGISTRY\\USER",
    "\\REGISTRY\\USER\\.DEFAULT",
    "\\REGISTRY\\USER\\S-1-5-21-1-2-3-1001",
    "\\REGISTRY\\USER\\S-1-5-21-1-2-3-1001\\Software",
};

static unsigned folded(char c) {
    return c >= 'a' && c <= 'z' ? (unsigned)(c - 'a' + 'A') : (unsigned char)c;
}

/* Keys are enumerated by name, without regard to case. */
static bool is_before(const char *a, const char *b) {
    while (*a && folded(*a) == folded(*b))
        a++, b++;
    return folded(*a) < folded(*b);
}

static struct io_key_node *add_node(struct rd_world *w, const char *path) {
    struct io_key_node *node = core_alloc(w, sizeof *node);
    LIST_ENTRY *place = w->io->keys.Flink;
    while (place != &w->io->keys &&
           is_before(base_container(place, struct io_key_node, link)->path, path))
        place = place->Flink;
    node->path = core_text(w, path);
    node->written = w->now;
    base_list_init(&node->values);
    base_list_insert_before(place, &node->link);
    return node;
}

void io_registry_reset(struct rd_world *w) {
    base_list_init(&w->io->keys);
    base_list_init(&w->io->open_keys);
    base_list_init(&w->io->registry_callbacks);
    base_list_init(&w->io->key_watches);
}

static void add_services(struct rd_world *w);

/* Made with the first use: most runs have no registry. */
static void need_first_keys(struct rd_world *w) {
    if (!base_list_empty(&w->io->keys))
        return;
    for (size_t i = 0; i < sizeof first_keys / sizeof first_keys[0]; i++)
        add_node(w, first_keys[i]);
    add_services(w);
}

static struct io_key_node *find(struct rd_world *w, const char *path) {
    need_first_keys(w);
    base_list_each(link, &w->io->keys) {
        struct io_key_node *node = base_container(link, struct io_key_node, link);
        if (!node->deleted && ldr_same_name(node->path, path))
            return node;
    }
    return NULL;
}

const char *io_key_path(struct rd_world *w, const struct io_key *root, const char *path) {
    size_t length = strlen(path);
    const char *full = root && *path != '\\'
                           ? core_textf(w, *path ? "%s\\%s" : "%s", root->node->path, path)
                           : path;
    if (length && path[length - 1] == '\\')
        full = core_textf(w, "%.*s", (int)(strlen(full) - 1), full);
    return full;
}

static struct io_key *new_key(struct rd_world *w, struct io_key_node *node) {
    struct io_key *key = ob_create(w, &io_key_type);
    key->node = node;
    base_list_init(&key->contexts);
    base_list_push_back(&w->io->open_keys, &key->link);
    return key;
}

static bool has_parent(struct rd_world *w, const char *path) {
    const char *last = strrchr(path, '\\');
    return last && last != path && find(w, core_textf(w, "%.*s", (int)(last - path), path));
}

struct io_key *io_key_open(struct rd_world *w, struct io_key_open *open, NTSTATUS *status) {
    struct io_key_node *node = find(w, open->path);
    *status = STATUS_SUCCESS;
    if (!node && open->create && has_parent(w, open->path)) {
        node = add_node(w, open->path);
        open->created = true;
        io_key_changed(w, node, IO_KEY_NAME);
    }
    if (node)
        return new_key(w, node);
    *status = *open->path == '\\' ? STATUS_OBJECT_NAME_NOT_FOUND : STATUS_OBJECT_PATH_SYNTAX_BAD;
    return NULL;
}

/* Directly below it: one more name, no further backslash. */
static bool is_child(const struct io_key_node *node, const struct io_key_node *parent) {
    size_t length = strlen(parent->path);
    return !node->deleted && ldr_same_prefix(node->path, parent->path, length) &&
           node->path[length] == '\\' && !strchr(node->path + length + 1, '\\');
}

const struct io_key_node *io_key_child(struct rd_world *w, const struct io_key *key,
                                       uint32_t index) {
    need_first_keys(w);
    base_list_each(link, &w->io->keys) {
        const struct io_key_node *node = base_container(link, struct io_key_node, link);
        if (strlen(node->path) > strlen(key->node->path) && is_child(node, key->node) &&
            index-- == 0)
            return node;
    }
    return NULL;
}

NTSTATUS io_key_delete(struct rd_world *w, struct io_key *key) {
    if (key->node->deleted)
        return STATUS_KEY_DELETED;
    if (io_key_child(w, key, 0))
        return STATUS_CANNOT_DELETE;
    key->node->deleted = true;
    io_key_changed(w, key->node, IO_KEY_NAME);
    return STATUS_SUCCESS;
}

/* ---- values ---------------------------------------------------------------------------------- */

const struct io_value *io_value_at(const struct io_key *key, uint32_t index) {
    base_list_each(link, &key->node->values) if (index-- == 0) return base_container(
        link, struct io_value, link);
    return NULL;
}

const struct io_value *io_value_find(const struct io_key *key, const char *name) {
    const struct io_value *value;
    for (uint32_t i = 0; (value = io_value_at(key, i)) != NULL; i++)
        if (ldr_same_name(value->name, name))
            return value;
    return NULL;
}

static void drop_value(struct rd_world *w, struct io_value *value) {
    base_list_remove(&value->link);
    core_free(w, value->data, value->size);
    core_free(w, value, sizeof *value);
}

void io_value_set(struct rd_world *w, struct io_key *key, const struct io_value *wanted) {
    struct io_value *old = (struct io_value *)(uintptr_t)io_value_find(key, wanted->name);
    struct io_value *value = core_alloc(w, sizeof *value);
    *value = *wanted;
    value->name = core_text(w, wanted->name);
    value->data = core_alloc(w, wanted->size);
    if (wanted->size)
        memcpy(value->data, wanted->data, wanted->size);
    if (old) {
        base_list_insert_before(&old->link, &value->link);
        drop_value(w, old);
    } else {
        base_list_push_back(&key->node->values, &value->link);
    }
    key->node->written = w->now;
    io_key_changed(w, key->node, IO_KEY_LAST_SET);
}

NTSTATUS io_value_delete(struct rd_world *w, struct io_key *key, const char *name) {
    struct io_value *value = (struct io_value *)(uintptr_t)io_value_find(key, name);
    if (!value)
        return STATUS_OBJECT_NAME_NOT_FOUND;
    drop_value(w, value);
    key->node->written = w->now;
    io_key_changed(w, key->node, IO_KEY_LAST_SET);
    return STATUS_SUCCESS;
}

/* ---- services -------------------------------------------------------------------------------- */

static void set_number(struct rd_world *w, struct io_key *key, const char *name, uint32_t number) {
    io_value_set(w, key,
                 &(struct io_value){
                     .name = name, .type = REG_DWORD, .size = sizeof number, .data = &number});
}

static void set_text(struct rd_world *w, struct io_key *key, const char *name, const char *text) {
    UNICODE_STRING string;
    io_set_string(w, &string, text);
    io_value_set(w, key,
                 &(struct io_value){.name = name,
                                    .type = REG_EXPAND_SZ,
                                    .size = string.Length + sizeof(WCHAR),
                                    .data = string.Buffer});
}

static const char *service_path(struct rd_world *w, const char *name) {
    return core_textf(w, IO_SERVICES_KEY "%s", name);
}

void io_registry_add_service(struct rd_world *w, const struct io_service *service) {
    if (base_list_empty(&w->io->keys) || find(w, service_path(w, service->name)))
        return;
    struct io_key key = {.node = add_node(w, service_path(w, service->name))};
    set_number(w, &key, "Type", service->type);
    set_number(w, &key, "Start", service->start);
    set_number(w, &key, "ErrorControl", service->error_control);
    set_text(w, &key, "ImagePath", service->path);
}

void io_registry_add_driver(struct rd_world *w, const struct io_driver *driver) {
    const struct io_service loaded = {
        .name = driver->service,
        .path = core_textf(w, "\\SystemRoot\\System32\\drivers\\%s", driver->name),
        .type = IO_KERNEL_DRIVER,
        .start = IO_DEMAND_START,
        .error_control = IO_ERROR_NORMAL};
    io_registry_add_service(w, &loaded);
}

static void add_services(struct rd_world *w) {
    base_list_each(link, &w->io->services)
        io_registry_add_service(w, base_container(link, struct io_service, link));
    base_list_each(link, &w->io->drivers) {
        const struct io_driver *driver = base_container(link, struct io_driver, link);
        if (driver->loaded && driver->service)
            io_registry_add_driver(w, driver);
    }
}

void io_registry_drop_service(struct rd_world *w, const char *name) {
    const char *path = service_path(w, name);
    size_t length = strlen(path);
    base_list_each(link, &w->io->keys) {
        struct io_key_node *node = base_container(link, struct io_key_node, link);
        if (ldr_same_prefix(node->path, path, length) &&
            (!node->path[length] || node->path[length] == '\\'))
            node->deleted = true;
    }
}
