/* track.c - locks and dispatcher objects in the memory of drivers, as the verifier sees them. */
#include "ke/track.h"

#include <stdio.h>
#include <string.h>

#define HASH_NONFATAL_OOM 0
#define uthash_malloc(size) core_alloc(w, size)
#define uthash_free(memory, size) core_free(w, memory, size)
#include <uthash.h>

enum { PAGE_SHIFT = 12, WAY_MAX = 64 };

struct ke_tracked {
    LIST_ENTRY link; /* in its page */
    const char *address;
    enum ke_lock kind;
    uint32_t number; /* for messages */
    uint32_t serial; /* when it was initialised; 0: never, it was just used */
    const char *driver;
    bool in_entry;      /* initialised by DriverEntry */
    bool used_by_calls; /* a registered routine has used it */
    LIST_ENTRY holders; /* of held.lock_link */
    LIST_ENTRY before;  /* of edge.from_link: what was acquired while this was held */
    LIST_ENTRY after;   /* of edge.to_link */
    uint32_t visit;
};

/* All tracked objects that begin in one page of memory. */
struct ke_tracked_page {
    UT_hash_handle hh;
    uintptr_t page;
    LIST_ENTRY objects;
};

/* `to` was acquired, or waited for, while `from` was held. */
struct edge {
    LIST_ENTRY from_link, to_link;
    struct ke_tracked *from, *to;
    uint32_t tid;
};

/* A thread holds a lock, or one reference of rundown protection. */
struct held {
    LIST_ENTRY link; /* in ke_thread.held */
    LIST_ENTRY lock_link;
    struct ke_tracked *lock;
};

/* ---- finding them ---------------------------------------------------------------------------- */

static uintptr_t page_of(const void *address) {
    return (uintptr_t)address >> PAGE_SHIFT;
}

static struct ke_tracked_page *find_page(const struct rd_world *w, uintptr_t page) {
    struct ke_tracked_page *found;
    HASH_FIND(hh, w->ke->tracked, &page, sizeof page, found);
    return found;
}

static struct ke_tracked *find(const struct rd_world *w, const void *address) {
    struct ke_tracked_page *page = find_page(w, page_of(address));
    if (!page)
        return NULL;
    base_list_each(link, &page->objects) {
        struct ke_tracked *tracked = base_container(link, struct ke_tracked, link);
        if (tracked->address == (const char *)address)
            return tracked;
    }
    return NULL;
}

static struct ke_tracked *add(struct rd_world *w, const void *address, enum ke_lock kind) {
    uintptr_t number = page_of(address);
    struct ke_tracked_page *page = find_page(w, number);
    if (!page) {
        page = core_alloc(w, sizeof *page);
        page->page = number;
        base_list_init(&page->objects);
        HASH_ADD(hh, w->ke->tracked, page, sizeof page->page, page);
    }
    struct ke_tracked *tracked = core_alloc(w, sizeof *tracked);
    tracked->address = address;
    tracked->kind = kind;
    tracked->number = ++w->ke->tracked_count;
    tracked->driver = "";
    base_list_init(&tracked->holders);
    base_list_init(&tracked->before);
    base_list_init(&tracked->after);
    base_list_push_back(&page->objects, &tracked->link);
    return tracked;
}

static struct ke_tracked *find_or_add(struct rd_world *w, const void *address, enum ke_lock kind) {
    struct ke_tracked *tracked = find(w, address);
    return tracked ? tracked : add(w, address, kind);
}

static const char *name_of(struct rd_world *w, const struct ke_tracked *tracked) {
    const char *what =
        tracked->kind == KE_NOTIFY_CALLS ? "notify routine" : ke_lock_name(tracked->kind);
    return core_textf(w, "%s #%u", what, tracked->number);
}

static void drop_edge(struct rd_world *w, struct edge *edge) {
    base_list_remove(&edge->from_link);
    base_list_remove(&edge->to_link);
    core_free(w, edge, sizeof *edge);
}

static void drop_held(struct rd_world *w, struct held *held) {
    base_list_remove(&held->link);
    base_list_remove(&held->lock_link);
    core_free(w, held, sizeof *held);
}

static void forget(struct rd_world *w, struct ke_tracked *tracked) {
    base_list_each(link, &tracked->before)
        drop_edge(w, base_container(link, struct edge, from_link));
    base_list_each(link, &tracked->after) drop_edge(w, base_container(link, struct edge, to_link));
    base_list_each(link, &tracked->holders)
        drop_held(w, base_container(link, struct held, lock_link));
    base_list_remove(&tracked->link);
    core_free(w, tracked, sizeof *tracked);
}

/* ---- initialisation and use ------------------------------------------------------------------ */

static bool runs(struct rd_world *w, const char *routine) {
    const char *driver, *current;
    w->ke->hooks.culprit(w, &driver, &current);
    return strcmp(current, routine) == 0;
}

static void report_late(struct rd_world *w, const struct ke_tracked *tracked) {
    ke_finding(w, RD_CHECK_N_LATEINIT,
               core_textf(w,
                          "DriverEntry initialises %s after it has registered a routine that uses "
                          "it; calls may arrive at once (DRV-08)",
                          name_of(w, tracked)));
}

void ke_track(struct rd_world *w, const void *object, enum ke_lock kind) {
    const char *routine;
    if (!ke_verifies_drivers(w) || !w->ke->current)
        return;
    struct ke_tracked *known = find(w, object);
    if (known && known->kind == KE_RESOURCE && kind == KE_RESOURCE && known->serial)
        ke_violation(w, 0xD0,
                     "an ERESOURCE is initialised that is in use: delete it first (LOCK-02)");
    bool used_by_calls = known && known->used_by_calls && !known->serial;
    if (known)
        forget(w, known);
    struct ke_tracked *tracked = add(w, object, kind);
    tracked->serial = ++w->ke->serial;
    w->ke->hooks.culprit(w, &tracked->driver, &routine);
    tracked->in_entry = strcmp(routine, "DriverEntry") == 0;
    if (used_by_calls && tracked->in_entry)
        report_late(w, tracked);
}

void ke_track_use(struct rd_world *w, const void *object) {
    const struct ke_thread *thread = w->ke->current;
    if (!ke_verifies_drivers(w) || !thread || !thread->callback)
        return;
    struct ke_tracked *tracked = find(w, object);
    if (!tracked || tracked->kind == KE_NOTIFY_CALLS)
        return;
    tracked->used_by_calls = true;
    if (tracked->in_entry && tracked->serial > thread->callback)
        report_late(w, tracked);
}

/* ---- the end --------------------------------------------------------------------------------- */

static void report_late_removal(struct rd_world *w, const struct ke_tracked *tracked) {
    if (tracked->used_by_calls && runs(w, "DriverUnload") &&
        w->ke->hooks.has_routines(w, tracked->driver))
        ke_finding(w, RD_CHECK_N_LATE_UNREG,
                   core_textf(w,
                              "DriverUnload takes %s away, which registered routines use, before "
                              "it has removed them (RUN-25, DRV-17)",
                              name_of(w, tracked)));
}

void ke_untrack(struct rd_world *w, const void *object) {
    struct ke_tracked *tracked = ke_verifies_drivers(w) ? find(w, object) : NULL;
    if (!tracked)
        return;
    report_late_removal(w, tracked);
    forget(w, tracked);
}

/* What stops the machine when the memory around the object is freed. */
static void check_freed(struct rd_world *w, const struct ke_tracked *tracked) {
    const struct held *held = base_list_empty(&tracked->holders)
                                  ? NULL
                                  : base_container(tracked->holders.Flink, struct held, lock_link);
    if (held && tracked->kind == KE_RUNDOWN)
        ke_violation(w, KE_STOP_RUNDOWN_FREED,
                     core_textf(w,
                                "memory is freed while %s in it is held; wait for its release "
                                "first (RUN-04)",
                                name_of(w, tracked)));
    else if (held)
        ke_violation(w, 0x100B,
                     core_textf(w, "memory is freed with %s in it, which a thread holds (POOL-07)",
                                name_of(w, tracked)));
    else if (tracked->kind == KE_RESOURCE)
        ke_violation(w, 0xD2,
                     core_textf(w,
                                "memory is freed with %s in it: call ExDeleteResourceLite first "
                                "(POOL-07)",
                                name_of(w, tracked)));
    else if (tracked->kind == KE_LOOKASIDE)
        ke_violation(w, 0xCC,
                     core_textf(w, "memory is freed with %s in it: delete the list first (POOL-07)",
                                name_of(w, tracked)));
}

void ke_untrack_memory(struct rd_world *w, const void *memory, size_t size) {
    const char *begin = memory, *end = begin + size;
    if (!ke_verifies_drivers(w) || !w->ke->tracked)
        return;
    for (uintptr_t number = page_of(begin); number <= page_of(end - 1); number++) {
        struct ke_tracked_page *page = find_page(w, number);
        if (!page)
            continue;
        base_list_each(link, &page->objects) {
            struct ke_tracked *tracked = base_container(link, struct ke_tracked, link);
            if (tracked->address < begin || tracked->address >= end)
                continue;
            check_freed(w, tracked);
            report_late_removal(w, tracked);
            forget(w, tracked);
        }
    }
}

void ke_untrack_driver(struct rd_world *w, const char *driver) {
    for (struct ke_tracked_page *page = w->ke->tracked; page; page = page->hh.next)
        base_list_each(link, &page->objects) {
            struct ke_tracked *tracked = base_container(link, struct ke_tracked, link);
            if (tracked->driver == driver)
                forget(w, tracked);
        }
}

/* ---- in which order they are acquired -------------------------------------------------------- */

/* The last edge of a way from one lock to another, or NULL. */
static const struct edge *way(struct rd_world *w, struct ke_tracked *from,
                              const struct ke_tracked *to) {
    struct ke_tracked *waiting[WAY_MAX];
    size_t count = 1;
    uint32_t visit = ++w->ke->tracked_visit;
    waiting[0] = from;
    from->visit = visit;
    while (count) {
        struct ke_tracked *next = waiting[--count];
        base_list_each(link, &next->before) {
            struct edge *edge = base_container(link, struct edge, from_link);
            if (edge->to == to)
                return edge;
            if (edge->to->visit == visit || count == WAY_MAX)
                continue;
            edge->to->visit = visit;
            waiting[count++] = edge->to;
        }
    }
    return NULL;
}

static void add_edge(struct rd_world *w, struct ke_tracked *from, struct ke_tracked *to) {
    base_list_each(link, &from->before) {
        if (base_container(link, struct edge, from_link)->to == to)
            return;
    }
    struct edge *edge = core_alloc(w, sizeof *edge);
    *edge = (struct edge){.from = from, .to = to, .tid = w->current_tid};
    base_list_push_back(&from->before, &edge->from_link);
    base_list_push_back(&to->after, &edge->to_link);
}

/* How a thread comes to wait for it, now and then, and how it keeps others waiting. */
static const struct {
    const char *waits, *waited, *keeps;
} words[] = {{"acquires", "has acquired", "while holding"},
             {"waits for the release of", "has waited for the release of", "while holding"},
             {"removes", "has removed", "inside a call of"}};

static unsigned words_of(const struct ke_tracked *tracked) {
    return tracked->kind == KE_RUNDOWN ? 1 : tracked->kind == KE_NOTIFY_CALLS ? 2 : 0;
}

static void report_order(struct rd_world *w, const struct ke_tracked *wanted,
                         const struct ke_tracked *held, const struct edge *edge) {
    const char *held_name = name_of(w, held);
    ke_violation(w, 0x1001,
                 core_textf(w,
                            "thread %u %s %s %s %s, but thread %u %s %s %s %s: the two can wait "
                            "for each other for ever (RUN-19)",
                            w->current_tid, words[words_of(wanted)].waits, name_of(w, wanted),
                            words[words_of(held)].keeps, held_name, edge->tid,
                            words[words_of(held)].waited, held_name,
                            words[words_of(edge->from)].keeps, name_of(w, edge->from)));
}

static void check_order(struct rd_world *w, struct ke_tracked *wanted) {
    base_list_each(link, &ke_belongings_of(w->ke->current)->held) {
        struct ke_tracked *held = base_container(link, struct held, link)->lock;
        if (held == wanted)
            continue;
        const struct edge *edge = way(w, wanted, held);
        if (edge)
            report_order(w, wanted, held, edge);
        add_edge(w, held, wanted);
    }
}

/* ---- who holds what -------------------------------------------------------------------------- */

static struct held *find_held(const struct ke_thread *thread, const struct ke_tracked *lock) {
    base_list_each(link, &ke_belongings_of(thread)->held) {
        struct held *held = base_container(link, struct held, link);
        if (held->lock == lock)
            return held;
    }
    return NULL;
}

void ke_lock_wanted(struct rd_world *w, const void *lock, enum ke_lock kind, bool recursive) {
    const struct ke_thread *thread = w->ke->current;
    if (!ke_verifies_drivers(w) || !thread)
        return;
    struct ke_tracked *tracked = find_or_add(w, lock, kind);
    ke_track_use(w, lock);
    if (!find_held(thread, tracked))
        check_order(w, tracked);
    else if (!recursive)
        ke_violation(w, 0x1000,
                     core_textf(w,
                                "thread %u acquires %s, which it holds already: it would wait for "
                                "itself for ever (LOCK-01, LOCK-08)",
                                w->current_tid, name_of(w, tracked)));
}

void ke_lock_taken(struct rd_world *w, const void *lock, enum ke_lock kind) {
    struct ke_thread *thread = w->ke->current;
    if (!ke_verifies_drivers(w) || !thread)
        return;
    struct held *held = core_alloc(w, sizeof *held);
    held->lock = find_or_add(w, lock, kind);
    held->lock->kind = kind;
    base_list_push_back(&ke_belongings_make(w, thread)->held, &held->link);
    base_list_push_back(&held->lock->holders, &held->lock_link);
    ke_track_use(w, lock);
}

void ke_lock_given(struct rd_world *w, const void *lock) {
    struct ke_thread *thread = w->ke->current;
    struct ke_tracked *tracked = ke_verifies_drivers(w) && thread ? find(w, lock) : NULL;
    if (!tracked || base_list_empty(&tracked->holders))
        return;
    struct held *held = find_held(thread, tracked);
    drop_held(w, held ? held : base_container(tracked->holders.Flink, struct held, lock_link));
}

bool ke_lock_held(struct rd_world *w, const void *lock) {
    const struct ke_tracked *tracked = w->ke->current ? find(w, lock) : NULL;
    return tracked && find_held(w->ke->current, tracked);
}

static bool is_lock(const LIST_ENTRY *link) {
    enum ke_lock kind = base_container(link, const struct held, link)->lock->kind;
    return kind != KE_RUNDOWN && kind != KE_NOTIFY_CALLS;
}

uint32_t ke_locks_count(const struct rd_world *w) {
    uint32_t count = 0;
    base_list_each(link, &ke_belongings_of(w->ke->current)->held) count += is_lock(link);
    return count;
}

const char *ke_locks_held(struct rd_world *w) {
    char text[CORE_TEXT_MAX];
    size_t used = 0;
    base_list_each(link, &ke_belongings_of(w->ke->current)->held) {
        if (is_lock(link) && used < sizeof text)
            used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", used ? ", " : "",
                                     name_of(w, base_container(link, struct held, link)->lock));
    }
    return used ? core_text(w, text) : NULL;
}

void ke_locks_forget(struct rd_world *w, struct ke_thread *thread) {
    if (!thread->belongings)
        return;
    base_list_each(link, &thread->belongings->held)
        drop_held(w, base_container(link, struct held, link));
}
