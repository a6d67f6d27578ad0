/* key_watch.c - programs that want to hear of the next change of a key. */
#include "io/key_watch.h"

#include <string.h>

#include "io/registry.h"

struct watch {
    LIST_ENTRY link;
    struct io_key_watch wanted;
    const struct io_key_node *node; /* of the key, which may go before it */
};

void io_key_watch(struct rd_world *w, const struct io_key_watch *wanted) {
    struct watch *watch = core_alloc(w, sizeof *watch);
    watch->wanted = *wanted;
    watch->node = wanted->key->node;
    if (wanted->thread)
        wanted->thread->watches_keys = true;
    ob_reference(wanted->event);
    base_list_push_back(&w->io->key_watches, &watch->link);
}

static void fire(struct rd_world *w, struct watch *watch) {
    KEVENT *event = watch->wanted.event;
    base_list_remove(&watch->link);
    core_free(w, watch, sizeof *watch);
    ke_event_set(w, event);
    ob_dereference(w, event);
}

/* The place of the change is `path`, of that many characters. */
static bool concerns(const struct watch *watch, const char *path, size_t length) {
    size_t own = strlen(watch->node->path);
    if (own > length || !ldr_same_prefix(path, watch->node->path, own))
        return false;
    return own == length || (watch->wanted.subtree && path[own] == '\\');
}

void io_key_changed(struct rd_world *w, const struct io_key_node *node, uint32_t what) {
    const char *path = node->path;
    /* Whose list of keys has changed is the one above. */
    size_t length = what == IO_KEY_NAME ? (size_t)(strrchr(path, '\\') - path) : strlen(path);
    LIST_ENTRY *link = w->io->key_watches.Flink;
    while (link != &w->io->key_watches) {
        struct watch *watch = base_container(link, struct watch, link);
        bool gone = node->deleted && watch->node == node;
        link = link->Flink;
        if (gone || ((watch->wanted.filter & what) && concerns(watch, path, length)))
            fire(w, watch);
    }
}

void io_key_watch_end(struct rd_world *w, const struct io_key *key,
                      const struct ps_thread *thread) {
    LIST_ENTRY *link = w->io->key_watches.Flink;
    while (link != &w->io->key_watches) {
        struct watch *watch = base_container(link, struct watch, link);
        link = link->Flink;
        if ((key && watch->wanted.key == key) || (thread && watch->wanted.thread == thread))
            fire(w, watch);
    }
}
