/* reference.c - references that drivers take, so that "who holds it?" names the driver. */
#include <string.h>

#include "io/file.h"

static const char system_holder[] = "driver code";

static const char *holder_of(struct rd_world *w) {
    const struct io_driver *driver = io_current_driver(w, NULL);
    return driver ? driver->holder : system_holder;
}

void io_reference(struct rd_world *w, void *body) {
    ob_reference_for(w, body, holder_of(w));
}

static bool is_driver(const char *reason) {
    return strncmp(reason, "driver ", 7) == 0;
}

/* Whose record to drop: the current driver's own if it has one, else that of any driver. */
static const char *record_to_drop(const void *body, const char *holder) {
    const char *found = NULL;
    base_list_each(link, &ob_header_of(body)->references) {
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
    if (ob_header_of(body)->type == &io_file_type)
        io_file_close_last(w, body);
    ob_dereference_for(w, body, reason);
}
