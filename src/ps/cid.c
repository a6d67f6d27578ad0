/* cid.c - process and thread ids: one number space, multiples of 4, the lowest free one is used
 * first. */
#include <string.h>

#include "ps/ps.h"

enum { FIRST_CAPACITY = 32 };

static void grow(struct rd_world *w, struct ps_state *ps) {
    uint32_t capacity = ps->cid_capacity ? ps->cid_capacity * 2 : FIRST_CAPACITY;
    void **cids = core_alloc(w, capacity * sizeof *cids);
    if (ps->cid_capacity) {
        memcpy(cids, ps->cids, ps->cid_capacity * sizeof *cids);
        core_free(w, ps->cids, ps->cid_capacity * sizeof *cids);
    }
    ps->cids = cids;
    ps->cid_capacity = capacity;
}

static uint64_t all_ids(void) {
    return core_place(CORE_MACHINE, CORE_IDS);
}

uint32_t ps_cid_allocate(struct rd_world *w, void *body) {
    struct ps_state *ps = w->ps;
    uint32_t index = ps->cid_first_free ? ps->cid_first_free : 1; /* id 0 is the idle process */
    uint32_t fresh = ps->cid_used ? ps->cid_used : index;
    while (index < ps->cid_capacity && ps->cids[index])
        index++;
    ps->cid_first_free = index;
    if (!core_reuses(w, all_ids(), index < fresh))
        index = fresh;
    while (index >= ps->cid_capacity)
        grow(w, ps);
    if (index == ps->cid_first_free)
        ps->cid_first_free++;
    if (index >= ps->cid_used)
        ps->cid_used = index + 1;
    ps->cids[index] = body;
    core_touch(w, core_place(CORE_ID, index * 4), CORE_UPDATE);
    return index * 4;
}

void ps_cid_free(struct rd_world *w, uint32_t id) {
    uint32_t index = id / 4;
    RD_ASSERT(index < w->ps->cid_capacity && w->ps->cids[index]);
    core_touch(w, core_place(CORE_ID, id), CORE_UPDATE);
    core_given_back(w, all_ids());
    w->ps->cids[index] = NULL;
    if (index < w->ps->cid_first_free)
        w->ps->cid_first_free = index;
}

static void *find(const struct rd_world *w, uint64_t id, const struct ob_type *type) {
    uint64_t index = id / 4;
    void *body = index < w->ps->cid_capacity ? w->ps->cids[index] : NULL;
    return body && ob_header_of(body)->type == type ? body : NULL;
}

void ps_touch_id(struct rd_world *w, uint64_t id) {
    uint64_t index = id / 4;
    void *body = index < w->ps->cid_capacity ? w->ps->cids[index] : NULL;
    core_touch(w, core_place(CORE_ID, id), CORE_READ);
    if (body) /* whoever lets go of it next may not be the last one */
        core_touch(w, core_place(CORE_OBJECT, ob_id(body)), CORE_READ);
}

struct ps_process *ps_process_by_id(const struct rd_world *w, uint64_t pid) {
    return find(w, pid, &ps_process_type);
}

struct ps_thread *ps_thread_by_id(const struct rd_world *w, uint64_t tid) {
    return find(w, tid, &ps_thread_type);
}
