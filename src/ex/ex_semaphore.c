/* ex_semaphore.c - semaphore objects. */
#include "ex/ex_sync.h"

const struct ob_type ex_semaphore_type = {
    .name = "Semaphore",
    .body_size = sizeof(KSEMAPHORE),
    .waitable = true,
    .valid_access = 0x1F0003,
    .generic_read = 0x20001,
    .generic_write = 0x20002,
    .generic_execute = 0x120000,
    .generic_all = 0x1F0003,
    .on_close = ob_no_close,
    .on_last_handle = ob_no_action,
    .on_delete = ob_no_action,
};

KSEMAPHORE *ex_semaphore_create(struct rd_world *w, struct ex_named *named, LONG count,
                                LONG limit) {
    if (limit <= 0 || count < 0 || count > limit) {
        named->status = STATUS_INVALID_PARAMETER;
        return NULL;
    }
    KSEMAPHORE *semaphore =
        ob_create_named(w, &ex_semaphore_type, named->name, &named->existing, &named->status);
    if (semaphore && !named->existing) {
        ke_header_init(w, &semaphore->Header, SemaphoreObject, count, true);
        semaphore->Limit = limit;
    }
    return semaphore;
}
