/*
 * key.h - operations on registry keys: what the services for drivers and the functions for programs
 * share. All of them ask the registry callbacks of drivers.
 */
#ifndef RD_API_KEY_H
#define RD_API_KEY_H

#include "api/api.h"

struct io_key;
struct io_value;

/* A key of its own, such as "\\REGISTRY\\MACHINE", of which no callback hears. With a reference. */
struct io_key *api_key_root(struct api_caller *me, const char *path);

struct api_key_open {
    struct io_key *root; /* NULL: `path` is complete */
    const char *path;    /* UTF-8 */
    uint32_t access, options;
    bool create;      /* unless it is there */
    uint32_t created; /* out: REG_CREATED_NEW_KEY or REG_OPENED_EXISTING_KEY */
};
/* The key with a reference; the caller opens a handle to it. */
NTSTATUS api_key_open(struct api_caller *me, struct api_key_open *open, struct io_key **key);

/* The key behind a handle of the caller. */
NTSTATUS api_key(struct api_caller *me, const void *handle, uint32_t access, struct io_key **key);

NTSTATUS api_key_delete(struct api_caller *me, struct io_key *key);
NTSTATUS api_value_set(struct api_caller *me, struct io_key *key, const struct io_value *value);
NTSTATUS api_value_delete(struct api_caller *me, struct io_key *key, const char *name);
/* The value is valid until the next scheduling point. */
NTSTATUS api_value_query(struct api_caller *me, struct io_key *key, const char *name,
                         const struct io_value **value);

/* The same for those who do not know the inside of a value. */
struct api_value {
    const char *name; /* UTF-8; "" for the default value */
    uint32_t type, size;
    const void *data;
};
NTSTATUS api_value_store(struct api_caller *me, struct io_key *key, const struct api_value *value);
NTSTATUS api_value_load(struct api_caller *me, struct io_key *key, const char *name,
                        struct api_value *value);
/* Number `index`, of which no callback hears; false: there are not as many. */
bool api_value_at(const struct io_key *key, uint32_t index, struct api_value *value);
/* The name of the subkey number `index`, or NULL. */
const char *api_key_child(struct api_caller *me, const struct io_key *key, uint32_t index);

#endif
