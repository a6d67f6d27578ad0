/*
 * ob.h - the object manager: typed, counted, named objects and the handle tables that refer to
 * them.
 *
 * An object is a header followed by its body; everybody but this layer sees only the body. A
 * waitable object's body begins with its DISPATCHER_HEADER, so a body can be waited for directly.
 *
 * pointer_count counts every reference, handles included; handle_count only handles. The name goes
 * with the last handle, the object with the last reference.
 */
#ifndef RD_OB_OB_H
#define RD_OB_OB_H

#include "base/list.h"
#include "core/core.h"
#include "rundown/sdk/ntdef.h"
#include "rundown/sdk/ntstatus.h"

struct ob_header;
struct ob_handle_table;

/* One per kind of object; every slot is filled, absence is a named default. */
struct ob_type {
    const char *name;
    size_t body_size;
    bool waitable;    /* the body begins with a DISPATCHER_HEADER */
    bool logs_itself; /* its owner logs birth and death in its own words */
    uint32_t valid_access;
    uint32_t generic_read, generic_write, generic_execute, generic_all;
    uint32_t implied_from, implied; /* whoever holds implied_from also gets implied (HNDL-18) */
    void (*on_close)(struct rd_world *w, void *body,
                     struct ob_handle_table *table);        /* a handle goes */
    void (*on_last_handle)(struct rd_world *w, void *body); /* the last handle has gone */
    /* The last reference has gone. One that is taken here puts the deletion off. */
    void (*on_delete)(struct rd_world *w, void *body);
};

void ob_no_close(struct rd_world *w, void *body, struct ob_handle_table *table);
void ob_no_action(struct rd_world *w, void *body);

struct ob_name; /* an entry of the namespace */

/* A reference that remembers who took it and why (besides handles and waits, which show
 * themselves). */
struct ob_reference_record {
    LIST_ENTRY link;
    const char *reason; /* static text */
    uint32_t pid, tid;
    size_t event; /* length of the log when it was taken */
};

/* What few objects have; made on first need. */
struct ob_details {
    struct ob_name *name;
    LIST_ENTRY references; /* of ob_reference_record */
};

struct ob_header {
    const struct ob_type *type;
    int32_t pointer_count, handle_count;
    uint32_t id; /* number in the log, from 1 in order of creation */
    struct ob_details *details;
};

static inline struct ob_header *ob_header_of(const void *body) {
    return (struct ob_header *)(uintptr_t)((const char *)body - sizeof(struct ob_header));
}

static inline uint32_t ob_id(const void *body) {
    return ob_header_of(body)->id;
}

/* ---- objects --------------------------------------------------------------------------------- */

/* A zeroed body with one reference and no handle. */
void *ob_create(struct rd_world *w, const struct ob_type *type);

/*
 * As ob_create, but in the namespace: if the name exists, *existing is set and the existing object
 * is returned with a reference, or NULL with *status STATUS_OBJECT_TYPE_MISMATCH. An empty or NULL
 * name means none.
 */
void *ob_create_named(struct rd_world *w, const struct ob_type *type, const char *name,
                      bool *existing, NTSTATUS *status);

/* The object of that name with a reference, or NULL and *status. Names are UTF-8. */
void *ob_open_named(struct rd_world *w, const struct ob_type *type, const char *name,
                    NTSTATUS *status);

/* The name goes now and not with the last handle (objects of drivers that are deleted). */
void ob_make_temporary(struct rd_world *w, void *body);
/* "" if it has none. */
const char *ob_name_of(const void *body);
/* "Event#12 'name'", for messages; in run memory. */
const char *ob_describe(struct rd_world *w, const void *body);

static inline void ob_reference(void *body) {
    ob_header_of(body)->pointer_count++;
}
/* The last reference has gone. */
void ob_delete(struct rd_world *w, struct ob_header *header);

static inline void ob_dereference(struct rd_world *w, void *body) {
    struct ob_header *header = ob_header_of(body);
    RD_ASSERT(header->pointer_count > 0);
    if (RD_UNLIKELY(--header->pointer_count == 0))
        ob_delete(w, header);
}

/* One handle more, and its reference: in a table, or on its way from one table to another. */
static inline void ob_handle_comes(void *body) {
    ob_header_of(body)->handle_count++;
    ob_header_of(body)->pointer_count++;
}
/* The last handle has gone, and takes the name with it. */
void ob_last_handle_gone(struct rd_world *w, struct ob_header *header);
/* One handle and its reference go. */
static inline void ob_handle_gone(struct rd_world *w, void *body) {
    struct ob_header *header = ob_header_of(body);
    RD_ASSERT(header->handle_count > 0);
    if (--header->handle_count == 0)
        ob_last_handle_gone(w, header);
    ob_dereference(w, body);
}

/* The ob_reference_records of an object, oldest first. */
const LIST_ENTRY *ob_references(const void *body);
/* References with provenance: who and why is remembered until the matching ob_dereference_for. */
void ob_reference_for(struct rd_world *w, void *body, const char *reason);
void ob_dereference_for(struct rd_world *w, void *body, const char *reason);

/* ---- handle tables --------------------------------------------------------------------------- */

enum ob_handle_flags {
    OB_INHERIT = 1,            /* HANDLE_FLAG_INHERIT */
    OB_PROTECT_FROM_CLOSE = 2, /* HANDLE_FLAG_PROTECT_FROM_CLOSE */
};

struct ob_handle_entry {
    void *body; /* NULL: free */
    uint32_t access;
    uint32_t flags;
    size_t event; /* length of the log when it was opened */
};

/* Instead of a handle, as a place (core_handle_place): which values of the table are in use. */
enum { OB_VALUES_PLACE = 1 };

/* Handle value = (index + 1) * 4; the lowest free index is used first. */
struct ob_handle_table {
    struct ob_handle_entry *entries;
    uint32_t capacity, count, first_free;
    uint32_t used;       /* entries from here on were never given to anybody */
    uint32_t pid, owner; /* of the process: its ID, and the number of its object */
    bool closed;         /* the process has lost its table: nothing can be inserted any more */
};

void ob_table_init(struct ob_handle_table *table, uint32_t pid, uint32_t owner);

/* NULL if the value names no open handle. The two low bits are ignored. */
static inline struct ob_handle_entry *ob_entry(const struct ob_handle_table *table,
                                               uint64_t handle) {
    uint64_t index = (handle >> 2) - 1;
    if (RD_UNLIKELY(index >= table->capacity || !table->entries[index].body))
        return NULL;
    return &table->entries[index];
}

/* Generic rights become specific ones, MAXIMUM_ALLOWED everything; implied rights are added. */
uint32_t ob_map_access(const struct ob_type *type, uint32_t access);

/* A handle that somebody asks for. */
struct ob_open {
    struct ob_handle_table *table;
    void *body;
    uint32_t access; /* mapped rights */
    uint32_t flags;
    bool kernel;                          /* OBJ_KERNEL_HANDLE */
    const struct ob_handle_table *source; /* of a duplicate, else NULL */
};

/*
 * Adds a handle (and its reference). STATUS_PROCESS_IS_TERMINATING if the table is closed. Every
 * handle but the inherited ones is made by ob_open, which asks the object callbacks of drivers
 * first: they may block, and take rights away.
 */
NTSTATUS ob_open(struct rd_world *w, const struct ob_open *open, uint64_t *handle);
/* What remains of it when nobody is asked. */
NTSTATUS ob_open_unasked(struct rd_world *w, const struct ob_open *open, uint64_t *handle);
NTSTATUS ob_open_handle(struct rd_world *w, struct ob_handle_table *table, void *body,
                        uint32_t access, uint32_t flags, uint64_t *handle);

/*
 * The object behind a handle, without a reference: type NULL accepts any. STATUS_INVALID_HANDLE,
 * STATUS_OBJECT_TYPE_MISMATCH or STATUS_ACCESS_DENIED otherwise.
 */
static inline NTSTATUS ob_lookup(const struct ob_handle_table *table, uint64_t handle,
                                 uint32_t access, const struct ob_type *type, void **body) {
    const struct ob_handle_entry *entry = ob_entry(table, handle);
    *body = NULL;
    if (RD_UNLIKELY(!entry))
        return STATUS_INVALID_HANDLE;
    if (type && RD_UNLIKELY(ob_header_of(entry->body)->type != type))
        return STATUS_OBJECT_TYPE_MISMATCH;
    if (RD_UNLIKELY((entry->access & access) != access))
        return STATUS_ACCESS_DENIED;
    *body = entry->body;
    return STATUS_SUCCESS;
}

/* STATUS_INVALID_HANDLE, or STATUS_HANDLE_NOT_CLOSABLE if it is protected. */
NTSTATUS ob_close_handle(struct rd_world *w, struct ob_handle_table *table, uint64_t handle);

/* Closes everything, protected handles too; returns how many there were. */
uint32_t ob_close_table(struct rd_world *w, struct ob_handle_table *table);

/* Which handles a child would inherit changes, or whether there can be any; or somebody looks. */
void ob_touch_inherited(struct rd_world *w, const struct ob_handle_table *table, unsigned kind);
/* Somebody tries a value that no handle has, but the next one may be given. */
void ob_touch_missing(struct rd_world *w, const struct ob_handle_table *table);
/* Copies the inheritable handles to the same values of an empty table. */
void ob_inherit(struct rd_world *w, const struct ob_handle_table *from, struct ob_handle_table *to);
/* Copies one inheritable handle likewise (PROC_THREAD_ATTRIBUTE_HANDLE_LIST). */
NTSTATUS ob_inherit_one(struct rd_world *w, const struct ob_handle_table *from, uint64_t handle,
                        struct ob_handle_table *to);

/* ---- state ----------------------------------------------------------------------------------- */

/* Filled in by src/world. */
struct ob_hooks {
    /* Asks whoever has registered for handles of that type, makes the handle, tells them. */
    NTSTATUS (*open_asked)(struct rd_world *w, const struct ob_open *open, uint64_t *handle);
    /* The handle at that place is closed, and its process lives on. */
    void (*handle_closed)(struct rd_world *w, uint64_t place);
};

struct ob_state {
    struct ob_hooks hooks;   /* outlives a reset */
    uint32_t open_callbacks; /* how many routines are registered that must be asked */
    uint32_t next_id;
    uint32_t objects_alive;
    struct ob_name *names; /* uthash, in order of creation */
};

bool ob_state_create(struct rd_world *w);
void ob_state_reset(struct rd_world *w);

#endif
