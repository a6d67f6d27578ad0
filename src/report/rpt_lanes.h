/*
 * rpt_lanes.h - the log as a timeline: lanes (threads), slices on them, and arrows between them.
 *
 * Everything is collected first, in the order of time, because a slice's length is only known at
 * its end.
 */
#ifndef RD_REPORT_RPT_LANES_H
#define RD_REPORT_RPT_LANES_H

#include "report/rpt.h"

#define RPT_NONE ((size_t)-1)

enum rpt_mark_kind {
    RPT_DROPPED,  /* nothing to show after all */
    RPT_RUN,      /* slice: the thread runs */
    RPT_WAIT,     /* slice: the thread waits; the event says for what */
    RPT_CALL,     /* slice: DllMain or a notify routine */
    RPT_KILL,     /* slice: the moment at which the thread is marked to die */
    RPT_INSTANT,  /* the event itself */
    RPT_FLOW_OUT, /* an arrow begins */
    RPT_FLOW_IN   /* the same arrow ends */
};

/* Something to draw. `start` and `length` are in nanoseconds. */
struct rpt_mark {
    enum rpt_mark_kind kind;
    uint64_t start, length;
    size_t lane;
    size_t event;
    size_t flow; /* number of the arrow; the same for both its ends */
};

enum { RPT_FRAMES_MAX = 32 };

/* One simulated thread. Ids of the file are never used twice, even when the simulated ones are. */
struct rpt_lane {
    uint32_t tid;
    uint32_t use; /* 2: the second thread with that id */
    size_t process;
    uint32_t file_tid;

    size_t state;      /* the open RUN or WAIT slice, or RPT_NONE */
    size_t wait_event; /* the wait that has begun and not ended, or RPT_NONE */
    size_t arrow;      /* an arrow that ends when the lane runs next, or RPT_NONE */
    size_t frames[RPT_FRAMES_MAX];
    size_t frame_count; /* open CALL slices; may exceed what `frames` holds */
    bool dead;
    uint64_t last; /* when it last acted */
};

struct rpt_process {
    uint32_t pid;
    uint32_t use;
    uint32_t file_pid;
    const char *image; /* NULL: unknown */
};

struct rpt_timeline {
    const rd_world *world;
    struct rpt_mark *marks;
    size_t mark_count, mark_capacity;
    struct rpt_lane *lanes;
    size_t lane_count, lane_capacity;
    struct rpt_process *processes;
    size_t process_count, process_capacity;
    struct rpt_map lane_of_tid, process_of_pid;
    struct rpt_names names;
    uint32_t last_file_id;
    size_t flow_count;
    size_t current; /* the lane that runs, or RPT_NONE */
    uint64_t now;   /* nanoseconds; rises with every event */
    bool failed;
};

/* False: the host has no memory. Free the timeline in either case. */
bool rpt_timeline_build(struct rpt_timeline *t, const rd_world *world);
void rpt_timeline_free(struct rpt_timeline *t);

#endif
