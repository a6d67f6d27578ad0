/* privilege.c - the privileges in the tokens of processes. */
#include "ps/ps.h"

static const uint64_t one = 1;

/* What an elevated administrator holds, what the system holds besides, what is enabled at first. */
static const uint8_t of_administrators[] = {5,  8,  9,  10, 11, 12, 13, 14, 15, 17, 18, 19,
                                            20, 22, 23, 24, 25, 28, 29, 30, 33, 34, 35};
static const uint8_t of_system[] = {3, 4, 7, 16, 21};
static const uint8_t enabled_at_first[] = {23 /* SeChangeNotify */, 29 /* SeImpersonate */,
                                           30 /* SeCreateGlobal */};

static uint64_t mask(const uint8_t *luids, size_t count) {
    uint64_t bits = 0;
    for (size_t i = 0; i < count; i++)
        bits |= one << luids[i];
    return bits;
}

void ps_privileges_init(struct ps_process *process, const struct ps_process *parent) {
    if (parent) {
        process->privileges_held = parent->privileges_held;
        process->privileges_enabled = parent->privileges_enabled;
        return;
    }
    process->privileges_held = mask(of_administrators, sizeof of_administrators);
    if (process->service)
        process->privileges_held |= mask(of_system, sizeof of_system);
    process->privileges_enabled = mask(enabled_at_first, sizeof enabled_at_first);
}

bool ps_privilege_enabled(struct rd_world *w, const struct ps_process *process, uint32_t luid) {
    core_touch(w, core_place(CORE_OBJECT, ob_id(process)), CORE_READ);
    return (process->privileges_enabled >> luid) & 1;
}

bool ps_privilege_change(struct rd_world *w, struct ps_process *process, uint32_t luid,
                         enum ps_privilege_change change) {
    if (luid >= PS_PRIVILEGES_END || !((process->privileges_held >> luid) & 1))
        return false;
    core_touch(w, core_place(CORE_OBJECT, ob_id(process)), CORE_WRITE);
    if (change == PS_ENABLE)
        process->privileges_enabled |= one << luid;
    else
        process->privileges_enabled &= ~(one << luid);
    if (change == PS_REMOVE)
        process->privileges_held &= ~(one << luid);
    return true;
}
