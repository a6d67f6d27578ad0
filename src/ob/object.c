/* object.c - objects, their counts, their names, and who holds them. */
#include <stdio.h>
#include <string.h>

#include "ob/ob.h"

#define HASH_NONFATAL_OOM 0
#define uthash_malloc(size) core_alloc(w, size)
#define uthash_free(memory, size) core_free(w, memory, size)
#include <uthash.h>

struct ob_name {
    UT_hash_handle hh;
    void *body;
    size_t size; /* of this allocation */
    char text[];
};

void ob_no_close(struct rd_world *w, void *body, struct ob_handle_table *table) {
    (void)w, (void)body, (void)table;
}

void ob_no_action(struct rd_world *w, void *body) {
    (void)w, (void)body;
}

bool ob_state_create(struct rd_world *w) {
    w->ob = base_arena_alloc(&w->permanent, sizeof *w->ob);
    return w->ob != NULL;
}

void ob_state_reset(struct rd_world *w) {
    *w->ob = (struct ob_state){.hooks = w->ob->hooks, .next_id = 1};
}

static void *create(struct rd_world *w, const struct ob_type *type) {
    struct ob_header *header = core_alloc(w, sizeof *header + type->body_size);
    header->type = type;
    header->pointer_count = 1;
    header->id = w->ob->next_id++;
    w->ob->objects_alive++;
    return header + 1;
}

void *ob_create(struct rd_world *w, const struct ob_type *type) {
    void *body = create(w, type);
    if (!type->logs_itself)
        core_event(w, RD_EVENT_OBJECT_CREATE, RULE_NONE, .object = ob_id(body), .text = type->name);
    return body;
}

static const struct ob_details no_details = {.references = BASE_LIST_EMPTY(no_details.references)};

static inline const struct ob_details *details_of(const struct ob_header *header) {
    return header->details ? header->details : &no_details;
}

static struct ob_details *make_details(struct rd_world *w, struct ob_header *header) {
    if (!header->details) {
        header->details = core_alloc(w, sizeof *header->details);
        base_list_init(&header->details->references);
    }
    return header->details;
}

/* ---- names ----------------------------------------------------------------------------------- */

static void touch_name(struct rd_world *w, const char *name, unsigned kind) {
    uint64_t hash = 14695981039346656037u;
    if (RD_LIKELY(!core_is_watched(w)))
        return;
    for (; *name; name++)
        hash = (hash ^ (unsigned char)*name) * 1099511628211u;
    core_touch(w, core_place(CORE_NAME, hash), kind);
}

static struct ob_name *find_name(struct rd_world *w, const char *name) {
    struct ob_name *found;
    touch_name(w, name, CORE_READ);
    HASH_FIND(hh, w->ob->names, name, strlen(name), found);
    if (found) /* whoever lets go of it next may not be the last one */
        core_touch(w, core_place(CORE_OBJECT, ob_id(found->body)), CORE_READ);
    return found;
}

static void add_name(struct rd_world *w, void *body, const char *text) {
    size_t length = strlen(text), size = sizeof(struct ob_name) + length + 1;
    touch_name(w, text, CORE_WRITE);
    struct ob_name *name = core_alloc(w, size);
    name->body = body;
    name->size = size;
    memcpy(name->text, text, length + 1);
    HASH_ADD_KEYPTR(hh, w->ob->names, name->text, length, name);
    make_details(w, ob_header_of(body))->name = name;
}

static void remove_name(struct rd_world *w, struct ob_header *header) {
    struct ob_name *name = details_of(header)->name;
    if (!name)
        return;
    touch_name(w, name->text, CORE_WRITE);
    HASH_DEL(w->ob->names, name);
    header->details->name = NULL;
    core_free(w, name, name->size);
}

void ob_make_temporary(struct rd_world *w, void *body) {
    remove_name(w, ob_header_of(body));
}

void *ob_open_named(struct rd_world *w, const struct ob_type *type, const char *name,
                    NTSTATUS *status) {
    struct ob_name *found = find_name(w, name);
    if (!found) {
        *status = STATUS_OBJECT_NAME_NOT_FOUND;
        return NULL;
    }
    if (ob_header_of(found->body)->type != type) {
        *status = STATUS_OBJECT_TYPE_MISMATCH;
        return NULL;
    }
    *status = STATUS_SUCCESS;
    ob_reference(found->body);
    return found->body;
}

void *ob_create_named(struct rd_world *w, const struct ob_type *type, const char *name,
                      bool *existing, NTSTATUS *status) {
    *existing = false;
    *status = STATUS_SUCCESS;
    if (!name || !*name)
        return ob_create(w, type);
    if (find_name(w, name)) {
        *existing = true;
        return ob_open_named(w, type, name, status);
    }
    void *body = create(w, type);
    add_name(w, body, name);
    core_event(w, RD_EVENT_OBJECT_CREATE, RULE_NONE, .object = ob_id(body),
               .text = core_textf(w, "%s '%s'", type->name, name));
    return body;
}

const char *ob_name_of(const void *body) {
    const struct ob_name *name = details_of(ob_header_of(body))->name;
    return name ? name->text : "";
}

const char *ob_describe(struct rd_world *w, const void *body) {
    const struct ob_header *header = ob_header_of(body);
    const struct ob_name *name = details_of(header)->name;
    if (name)
        return core_textf(w, "%s#%u '%s'", header->type->name, header->id, name->text);
    return core_textf(w, "%s#%u", header->type->name, header->id);
}

/* ---- counts ---------------------------------------------------------------------------------- */

void ob_delete(struct rd_world *w, struct ob_header *header) {
    RD_ASSERT(header->handle_count == 0);
    remove_name(w, header);
    header->type->on_delete(w, header + 1);
    if (header->pointer_count > 0)
        return; /* somebody has to finish with it first, and drops it then */
    if (!header->type->logs_itself)
        core_event(w, RD_EVENT_OBJECT_DELETE, RULE_HNDL_02, .object = header->id);
    w->ob->objects_alive--;
    core_free(w, header->details, sizeof *header->details);
    core_free(w, header, sizeof *header + header->type->body_size);
}

const LIST_ENTRY *ob_references(const void *body) {
    return &details_of(ob_header_of(body))->references;
}

void ob_reference_for(struct rd_world *w, void *body, const char *reason) {
    struct ob_reference_record *record = core_alloc(w, sizeof *record);
    record->reason = reason;
    record->pid = w->current_pid;
    record->tid = w->current_tid;
    record->event = w->log.count;
    base_list_push_back(&make_details(w, ob_header_of(body))->references, &record->link);
    ob_reference(body);
}

void ob_dereference_for(struct rd_world *w, void *body, const char *reason) {
    base_list_each(link, ob_references(body)) {
        struct ob_reference_record *record = base_container(link, struct ob_reference_record, link);
        if (strcmp(record->reason, reason) != 0)
            continue;
        base_list_remove(link);
        core_free(w, record, sizeof *record);
        break;
    }
    ob_dereference(w, body);
}

void ob_last_handle_gone(struct rd_world *w, struct ob_header *header) {
    remove_name(w, header);
    header->type->on_last_handle(w, header + 1);
}
