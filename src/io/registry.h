/*
 * registry.h - the registry: keys with values, and the callbacks of drivers that see every
 * operation on them first and last.
 *
 * Keys live as long as a run, and no right is ever missing.
 */
#ifndef RD_IO_REGISTRY_H
#define RD_IO_REGISTRY_H

#include "io/io.h"
#include "rundown/sdk/wdm.h"

struct io_value {
    LIST_ENTRY link;
    const char *name; /* UTF-8; "" for the default value */
    uint32_t type, size;
    void *data;
};

/* A key of the tree. */
struct io_key_node {
    LIST_ENTRY link; /* by name */
    const char *path;
    LIST_ENTRY values;
    uint64_t written; /* virtual time */
    bool deleted;
};

/* What a handle refers to. */
struct io_key {
    struct io_key_node *node;
    LIST_ENTRY link;     /* among all that are open */
    LIST_ENTRY contexts; /* of drivers: CmSetCallbackObjectContext */
};

extern const struct ob_type io_key_type;

void io_registry_reset(struct rd_world *w);

/* The key of a service, unless it is there: Type, Start, ErrorControl and ImagePath. */
struct io_service;
void io_registry_add_service(struct rd_world *w, const struct io_service *service);
/* The same for a driver that the host has loaded. */
void io_registry_add_driver(struct rd_world *w, const struct io_driver *driver);
/* With all keys below. */
void io_registry_drop_service(struct rd_world *w, const char *name);

/* ---- the tree (registry.c) ------------------------------------------------------------------- */

/* `path` in full, below `root` unless that is NULL or the path begins with a backslash. */
const char *io_key_path(struct rd_world *w, const struct io_key *root, const char *path);

struct io_key_open {
    const char *path; /* in full */
    bool create;      /* unless it is there */
    bool created;     /* out */
};
/* A key object with a reference, or NULL and *status. */
struct io_key *io_key_open(struct rd_world *w, struct io_key_open *open, NTSTATUS *status);

/* STATUS_CANNOT_DELETE if there are keys below it. */
NTSTATUS io_key_delete(struct rd_world *w, struct io_key *key);
/* The subkey (by name) or value (in order of creation) number `index`, or NULL. */
const struct io_key_node *io_key_child(struct rd_world *w, const struct io_key *key,
                                       uint32_t index);
const struct io_value *io_value_at(const struct io_key *key, uint32_t index);
const struct io_value *io_value_find(const struct io_key *key, const char *name);
void io_value_set(struct rd_world *w, struct io_key *key, const struct io_value *value);
NTSTATUS io_value_delete(struct rd_world *w, struct io_key *key, const char *name);

/* ---- callbacks (registry_callback.c) --------------------------------------------------------- */

struct io_registry_register {
    EX_CALLBACK_FUNCTION *function;
    void *context;
    const char *altitude; /* NULL: CmRegisterCallback, which has none */
};
NTSTATUS io_registry_register(struct rd_world *w, const struct io_registry_register *request,
                              int64_t *cookie);
/* Waits for calls in progress. STATUS_INVALID_PARAMETER if there is no such registration. */
NTSTATUS io_registry_unregister(struct rd_world *w, int64_t cookie);
uint32_t io_registry_count_of(struct rd_world *w, const struct io_driver *driver);

/* An operation that drivers are asked about. */
struct io_registry_operation {
    const char *name;   /* "RegNtPreSetValueKey" */
    uint32_t pre, post; /* REG_NOTIFY_CLASS */
    void *information;  /* the structure of that class; its fields: */
    void **call_context, **object_context;
    struct io_key *const *object; /* the key, as soon as there is one */
    NTSTATUS (*perform)(struct rd_world *w, void *context);
    void *context;
};
/* Asks, performs and tells: the status that the caller gets. */
NTSTATUS io_registry_perform(struct rd_world *w, const struct io_registry_operation *operation);

NTSTATUS io_registry_set_context(struct rd_world *w, struct io_key *key, int64_t cookie,
                                 void *context, void **old);
/* ob_type.on_delete: tells drivers that have set a context. */
void io_registry_forget(struct rd_world *w, struct io_key *key);

#endif
