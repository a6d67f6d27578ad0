/* ex_mutant.c - mutant objects, the mutexes of user mode. */
#include "ex/ex_sync.h"

/* Nobody can own what does not exist: the owner's list must not keep the body. */
static void mutant_deleted(struct rd_world *w, void *body) {
    KMUTANT *mutant = body;
    (void)w;
    base_list_remove(&mutant->MutantListEntry);
}

const struct ob_type ex_mutant_type = {
    .name = "Mutant",
    .body_size = sizeof(KMUTANT),
    .waitable = true,
    .valid_access = 0x1F0001,
    .generic_read = 0x20001,
    .generic_write = 0x20000,
    .generic_execute = 0x120000,
    .generic_all = 0x1F0001,
    .on_close = ob_no_close,
    .on_last_handle = ob_no_action,
    .on_delete = mutant_deleted,
};

KMUTANT *ex_mutant_create(struct rd_world *w, struct ex_named *named, bool owned) {
    KMUTANT *mutant =
        ob_create_named(w, &ex_mutant_type, named->name, &named->existing, &named->status);
    if (!mutant || named->existing)
        return mutant;
    ke_mutant_init(w, mutant, true);
    if (owned)
        ke_mutant_own(w, mutant);
    return mutant;
}
