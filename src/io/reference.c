/* reference.c - references that drivers take and kernel handles that they open: who holds what. */
#include <stdio.h>
#include <string.h>

#include "io/file.h"

static const char system_holder[] = "driver code";

static const char *holder_of(struct rd_world *w) {
    const struct io_driver *driver = io_current_driver(w, NULL);
    return driver ? driver->holder : system_holder;
}

/* ---- how many of whom ------------------------------------------------------------------------ */

struct io_reference_count {
    LIST_ENTRY link;
    const char *holder;
    void *body;
    uint32_t count;
};

static struct io_reference_count *find_count(const struct rd_world *w, const char *holder,
                                             const void *body) {
    base_list_each(link, &w->io->references) {
        struct io_reference_count *found = base_container(link, struct io_reference_count, link);
        if (found->body == body && strcmp(found->holder, holder) == 0)
            return found;
    }
    return NULL;
}

static void count_up(struct rd_world *w, const char *holder, void *body) {
    struct io_reference_count *known = find_count(w, holder, body);
    if (!known) {
        known = core_alloc(w, sizeof *known);
        *known = (struct io_reference_count){.holder = holder, .body = body};
        base_list_push_back(&w->io->references, &known->link);
    }
    known->count++;
}

static void count_down(struct rd_world *w, const char *holder, const void *body) {
    struct io_reference_count *known = find_count(w, holder, body);
    if (!known || --known->count)
        return;
    base_list_remove(&known->link);
    core_free(w, known, sizeof *known);
}

/* "process 12 'app.exe'" rather than a number that appears nowhere else. */
static const char *name_of(struct rd_world *w, const void *body) {
    const struct ob_type *type = ob_header_of(body)->type;
    const struct ps_thread *thread = body;
    if (type == &ps_process_type)
        return core_textf(w, "process %s", ps_process_text(w, body));
    if (type == &ps_thread_type)
        return core_textf(w, "thread %u of process %u", thread->tcb.tid, thread->process->pid);
    return ob_describe(w, body);
}

const char *io_references_of(struct rd_world *w, const struct io_driver *driver, uint32_t *count) {
    char text[CORE_TEXT_MAX] = "";
    size_t used = 0;
    *count = 0;
    base_list_each(link, &w->io->references) {
        const struct io_reference_count *one =
            base_container(link, struct io_reference_count, link);
        if (strcmp(one->holder, driver->holder) != 0)
            continue;
        *count += one->count;
        if (used < sizeof text)
            used += (size_t)snprintf(text + used, sizeof text - used, "%s%u to %s",
                                     used ? ", " : "", one->count, name_of(w, one->body));
    }
    return core_text(w, text);
}

/* ---- references ------------------------------------------------------------------------------ */

void io_reference(struct rd_world *w, void *body) {
    const char *holder = holder_of(w);
    count_up(w, holder, body);
    ob_reference_for(w, body, holder);
}

static bool is_driver(const char *reason) {
    return strncmp(reason, "driver ", 7) == 0;
}

/* Whose record to drop: the current driver's own if it has one, else that of any driver. */
static const char *record_to_drop(const void *body, const char *holder) {
    const char *found = NULL;
    base_list_each(link, ob_references(body)) {
        const struct ob_reference_record *record =
            base_container(link, struct ob_reference_record, link);
        if (strcmp(record->reason, holder) == 0)
            return holder;
        if (!found && is_driver(record->reason))
            found = record->reason;
    }
    return found;
}

void io_dereference(struct rd_world *w, void *body) {
    const char *reason = record_to_drop(body, holder_of(w));
    if (!reason) {
        uint64_t parameters[4] = {0, ob_id(body), (uint64_t)ob_header_of(body)->pointer_count, 0};
        ke_bugcheck(w, 0x18, parameters,
                    core_textf(w,
                               "REFERENCE_BY_POINTER: %s is dereferenced by a driver more often "
                               "than drivers have referenced it (TERM-22, LOCK-10)",
                               ob_describe(w, body)));
        return;
    }
    count_down(w, reason, body);
    if (ob_header_of(body)->type == &io_file_type)
        io_file_close_last(w, body);
    ob_dereference_for(w, body, reason);
}

/* ---- kernel handles -------------------------------------------------------------------------- */

struct io_handle {
    LIST_ENTRY link;
    const struct io_driver *driver;
    uint64_t value;
};

void io_handle_opened(struct rd_world *w, uint64_t value) {
    struct io_handle *handle = core_alloc(w, sizeof *handle);
    *handle = (struct io_handle){.driver = io_current_driver(w, NULL), .value = value};
    base_list_push_back(&w->io->handles, &handle->link);
}

void io_handle_closed(struct rd_world *w, uint64_t value) {
    base_list_each(link, &w->io->handles) {
        struct io_handle *handle = base_container(link, struct io_handle, link);
        if (handle->value != value)
            continue;
        base_list_remove(link);
        core_free(w, handle, sizeof *handle);
        return;
    }
}

const char *io_handles_of(struct rd_world *w, const struct io_driver *driver, uint32_t *count) {
    char text[CORE_TEXT_MAX] = "";
    size_t used = 0;
    *count = 0;
    base_list_each(link, &w->io->handles) {
        const struct io_handle *handle = base_container(link, struct io_handle, link);
        const struct ob_handle_entry *entry = ob_entry(&w->ps->system->handles, handle->value);
        if (handle->driver != driver || !entry)
            continue;
        ++*count;
        if (used < sizeof text)
            used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", used ? ", " : "",
                                     name_of(w, entry->body));
    }
    return core_text(w, text);
}
