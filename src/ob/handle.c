/* handle.c - handle tables: a handle is an index, an object, the rights granted and two flags. */
#include <string.h>

#include "ob/ob.h"

enum { FIRST_CAPACITY = 16, LAST_CAPACITY = 1 << 24 };

#define MAXIMUM_ALLOWED_RIGHT 0x02000000u
#define GENERIC_ALL_RIGHT 0x10000000u
#define GENERIC_EXECUTE_RIGHT 0x20000000u
#define GENERIC_WRITE_RIGHT 0x40000000u
#define GENERIC_READ_RIGHT 0x80000000u

void ob_table_init(struct ob_handle_table *table, uint32_t pid, uint32_t owner) {
    memset(table, 0, sizeof *table);
    table->pid = pid;
    table->owner = owner;
}

static uint64_t handle_value(uint32_t index) {
    return ((uint64_t)index + 1) * 4;
}

/* Makes room for `capacity` entries. */
static bool grow(struct rd_world *w, struct ob_handle_table *table, uint32_t capacity) {
    if (capacity > LAST_CAPACITY)
        return false;
    struct ob_handle_entry *entries = core_alloc(w, capacity * sizeof *entries);
    if (table->capacity) {
        memcpy(entries, table->entries, table->capacity * sizeof *entries);
        core_free(w, table->entries, table->capacity * sizeof *entries);
    }
    table->entries = entries;
    table->capacity = capacity;
    return true;
}

static uint64_t all_values(const struct ob_handle_table *table) {
    return core_handle_place(table->owner, OB_VALUES_PLACE);
}

void ob_touch_inherited(struct rd_world *w, const struct ob_handle_table *table, unsigned kind) {
    core_touch(w, all_values(table), kind);
}

void ob_touch_missing(struct rd_world *w, const struct ob_handle_table *table) {
    if (RD_UNLIKELY(w->choices.choose & RD_CHOOSE_ID))
        core_touch(w, all_values(table), CORE_READ);
}

/* The lowest free index (or a new one: core_reuses), or -1 when the table cannot grow any more. */
static int64_t allocate(struct rd_world *w, struct ob_handle_table *table) {
    uint32_t index = table->first_free;
    while (index < table->capacity && table->entries[index].body)
        index++;
    table->first_free = index;
    if (!core_reuses(w, all_values(table), index < table->used))
        index = table->used;
    if (index == table->capacity &&
        !grow(w, table, table->capacity ? table->capacity * 2 : FIRST_CAPACITY))
        return -1;
    if (index == table->first_free)
        table->first_free++;
    return index;
}

uint32_t ob_map_access(const struct ob_type *type, uint32_t access) {
    if (access & GENERIC_READ_RIGHT)
        access |= type->generic_read;
    if (access & GENERIC_WRITE_RIGHT)
        access |= type->generic_write;
    if (access & GENERIC_EXECUTE_RIGHT)
        access |= type->generic_execute;
    if (access & (GENERIC_ALL_RIGHT | MAXIMUM_ALLOWED_RIGHT))
        access |= type->generic_all;
    access &= type->valid_access;
    if (access & type->implied_from)
        access |= type->implied;
    return access;
}

/* The caller fills in the rights and flags of the handle. */
static struct ob_handle_entry *add_entry(struct rd_world *w, struct ob_handle_table *table,
                                         uint32_t index, void *body) {
    struct ob_handle_entry *entry = &table->entries[index];
    entry->body = body;
    entry->event = w->log.count;
    table->count++;
    if (index >= table->used)
        table->used = index + 1;
    ob_handle_comes(body);
    return entry;
}

NTSTATUS ob_open_unasked(struct rd_world *w, const struct ob_open *open, uint64_t *handle) {
    /* A process of others may end meanwhile, and one's own may have a child. */
    if (open->table->pid != w->current_pid || (open->flags & OB_INHERIT))
        ob_touch_inherited(w, open->table, CORE_UPDATE);
    if (open->table->closed)
        return STATUS_PROCESS_IS_TERMINATING;
    int64_t index = allocate(w, open->table);
    if (index < 0)
        return STATUS_INSUFFICIENT_RESOURCES;
    struct ob_handle_entry *entry = add_entry(w, open->table, (uint32_t)index, open->body);
    entry->access = open->access;
    entry->flags = open->flags;
    *handle = handle_value((uint32_t)index);
    core_event(w, RD_EVENT_HANDLE_CREATE, RULE_HNDL_26, .object = ob_id(open->body), .a = *handle,
               .b = open->access);
    return STATUS_SUCCESS;
}

NTSTATUS ob_open(struct rd_world *w, const struct ob_open *open, uint64_t *handle) {
    return w->ob->open_callbacks ? w->ob->hooks.open_asked(w, open, handle)
                                 : ob_open_unasked(w, open, handle);
}

NTSTATUS ob_open_handle(struct rd_world *w, struct ob_handle_table *table, void *body,
                        uint32_t access, uint32_t flags, uint64_t *handle) {
    struct ob_open open = {.table = table, .body = body, .access = access, .flags = flags};
    return ob_open(w, &open, handle);
}

static void remove_entry(struct rd_world *w, struct ob_handle_table *table, uint32_t index,
                         unsigned rule) {
    struct ob_handle_entry *entry = &table->entries[index];
    void *body = entry->body;
    struct ob_header *header = ob_header_of(body);
    core_touch(w, core_handle_place(table->owner, handle_value(index)), CORE_WRITE);
    core_given_back(w, all_values(table));
    entry->body = NULL;
    table->count--;
    if (index < table->first_free)
        table->first_free = index;
    core_event(w, RD_EVENT_HANDLE_CLOSE, rule, .object = header->id, .a = handle_value(index),
               .b = (uint64_t)header->handle_count - 1);
    header->type->on_close(w, body, table);
    ob_handle_gone(w, body);
}

NTSTATUS ob_close_handle(struct rd_world *w, struct ob_handle_table *table, uint64_t handle) {
    const struct ob_handle_entry *entry = ob_entry(table, handle);
    core_touch(w, core_handle_place(table->owner, handle), CORE_READ);
    if (!entry) {
        ob_touch_missing(w, table);
        return STATUS_INVALID_HANDLE;
    }
    if (entry->flags & OB_PROTECT_FROM_CLOSE)
        return STATUS_HANDLE_NOT_CLOSABLE;
    remove_entry(w, table, (uint32_t)(entry - table->entries), RULE_HNDL_02);
    w->ob->hooks.handle_closed(w, core_handle_place(table->owner, handle));
    return STATUS_SUCCESS;
}

uint32_t ob_close_table(struct rd_world *w, struct ob_handle_table *table) {
    uint32_t closed = 0;
    ob_touch_inherited(w, table, CORE_WRITE);
    table->closed = true;
    for (uint32_t i = 0; table->count && i < table->capacity; i++) {
        if (!table->entries[i].body)
            continue;
        unsigned rule =
            table->entries[i].flags & OB_PROTECT_FROM_CLOSE ? RULE_HNDL_45 : RULE_HNDL_01;
        remove_entry(w, table, i, rule);
        closed++;
    }
    core_free(w, table->entries, table->capacity * sizeof *table->entries);
    table->entries = NULL;
    table->capacity = 0;
    return closed;
}

static void inherit_entry(struct rd_world *w, const struct ob_handle_entry *entry, uint32_t index,
                          struct ob_handle_table *to) {
    while (to->capacity <= index)
        grow(w, to, to->capacity ? to->capacity * 2 : FIRST_CAPACITY);
    struct ob_handle_entry *copy = add_entry(w, to, index, entry->body);
    copy->access = entry->access;
    copy->flags = entry->flags;
    core_event(w, RD_EVENT_HANDLE_INHERIT, RULE_HNDL_38, .object = ob_id(entry->body),
               .a = handle_value(index), .b = to->pid);
}

void ob_inherit(struct rd_world *w, const struct ob_handle_table *from,
                struct ob_handle_table *to) {
    ob_touch_inherited(w, from, CORE_READ);
    for (uint32_t i = 0; i < from->capacity; i++) {
        if (!from->entries[i].body || !(from->entries[i].flags & OB_INHERIT))
            continue;
        core_touch(w, core_handle_place(from->owner, handle_value(i)), CORE_READ);
        inherit_entry(w, &from->entries[i], i, to);
    }
}

NTSTATUS ob_inherit_one(struct rd_world *w, const struct ob_handle_table *from, uint64_t handle,
                        struct ob_handle_table *to) {
    const struct ob_handle_entry *entry = ob_entry(from, handle);
    if (!entry || !(entry->flags & OB_INHERIT))
        return STATUS_INVALID_PARAMETER;
    uint32_t index = (uint32_t)(entry - from->entries);
    if (index >= to->capacity || !to->entries[index].body)
        inherit_entry(w, entry, index, to);
    return STATUS_SUCCESS;
}
