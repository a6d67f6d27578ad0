/*
 * key_watch.h - programs that want to hear of the next change of a key: RegNotifyChangeKeyValue.
 * Without the types of the SDK, so that the functions for programs can use it, too.
 */
#ifndef RD_IO_KEY_WATCH_H
#define RD_IO_KEY_WATCH_H

#include "ps/ps.h"

struct io_key;
struct io_key_node;

/* REG_NOTIFY_CHANGE_... */
enum { IO_KEY_NAME = 0x1, IO_KEY_LAST_SET = 0x4 };

struct io_key_watch {
    struct io_key *key;
    bool subtree;
    uint32_t filter;
    KEVENT *event;            /* signaled once */
    struct ps_thread *thread; /* also when it ends; NULL: whoever has asked */
};
void io_key_watch(struct rd_world *w, const struct io_key_watch *watch);

/* Keys below have come or gone (IO_KEY_NAME: `node` is the one), or values have changed. */
void io_key_changed(struct rd_world *w, const struct io_key_node *node, uint32_t what);

/* The handle has been closed, or the thread ends: whoever waits is told. */
void io_key_watch_end(struct rd_world *w, const struct io_key *key, const struct ps_thread *thread);

#endif
