/*
 * routine.h - a registered routine of a driver: whoever calls it counts its calls in progress, and
 * whoever removes it waits until that count has fallen to 0 (RUN-16). A routine that removes itself
 * therefore waits for ever.
 */
#ifndef RD_PS_ROUTINE_H
#define RD_PS_ROUTINE_H

#include "ke/irql.h"
#include "rundown/sdk/rd_kobjects.h"

struct ps_routine {
    const char *name; /* "process notify", for the log; static or in run memory */
    void *owner;      /* the driver that its code belongs to, or NULL */
    uint32_t running; /* calls in progress */
    bool removing;
    bool own_time;    /* a registry callback: it may take what an operation on the registry takes */
    bool open_region; /* not called in a critical region */
    uint32_t serial;  /* when it was registered, see ke_state.serial */
    KEVENT idle;      /* signaled when running falls to 0 during a removal */
};

/* What a call changes about the current thread, and how the thread was before. */
struct ps_routine_call {
    void *owner;
    struct ke_level level;
    uint32_t callback_before; /* of the thread */
    bool queued_work;         /* it has queued a work item */
    const struct ps_routine *called;
    const char *name_before;       /* of the thread's routine */
    struct ps_routine_call *outer; /* of the same thread */
};

void ps_routine_init(struct rd_world *w, struct ps_routine *routine, const void *code,
                     const char *name);

/* From hold to release a removal waits. The first is a scheduling point. */
void ps_routine_hold(struct rd_world *w, struct ps_routine *routine);
void ps_routine_release(struct rd_world *w, struct ps_routine *routine);

/*
 * Bracket the call of a routine that is held: it runs in a critical region (NTFY-P-42) unless
 * `open_region` is set. The first
 * stops the machine with 0xCE if the owner's code is gone (RUN-20), the second if the routine has
 * not left the thread as it was (ke_level_check).
 */
void ps_routine_begin(struct rd_world *w, const struct ps_routine *routine,
                      struct ps_routine_call *call);
void ps_routine_end(struct rd_world *w, const struct ps_routine *routine,
                    const struct ps_routine_call *call);

/* The current thread waits, or queues a work item: in a routine that is worth a finding. `how`
 * names the call. */
void ps_routine_may_block(struct rd_world *w, const char *how);
void ps_routine_queues_work(struct rd_world *w);

/* The caller has unlinked it, so that no new call begins: waits for those in progress. */
void ps_routine_drain(struct rd_world *w, struct ps_routine *routine);

#endif
