/*
 * core.h - what every layer above shares: the world, its log, its clock and its decisions.
 *
 * A world is all the state there is. Each layer keeps its part in a struct of its own that the
 * world points to; src/world creates them. `run` memory is rewound by a reset, `permanent` memory
 * is not.
 */
#ifndef RD_CORE_CORE_H
#define RD_CORE_CORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/assert.h"
#include "core/profile.h"
#include "core/rule.h"
#include "rundown/world.h"
#include "rules.gen.h"

struct port;
struct ob_state;
struct ke_state;
struct ps_state;
struct ldr_state;
struct io_state;
struct csr_user;
struct csr_session_state;
struct api_parking;

enum { CORE_TICKS_PER_MS = 10000, CORE_EVENTS_PER_CHUNK = 4096, CORE_TEXT_MAX = 512 };

/* One microsecond of virtual time passes with every scheduling point. */
enum { CORE_TICKS_PER_STEP = 10 };

/* What can go either way. Letters are used in replay strings. */
enum core_choice_kind {
    CORE_CHOOSE_THREAD = 's',      /* which runnable thread goes on; 0: the policy's own pick */
    CORE_CHOOSE_WAITER = 'w',      /* which waiter is served; 0: who came first */
    CORE_CHOOSE_APC = 'a',         /* which user APC runs; 0: who was queued first */
    CORE_CHOOSE_ALLOCATION = 'm',  /* 1: an allocation fails */
    CORE_CHOOSE_TERMINATION = 'd', /* 1: a terminated thread takes one more step */
    CORE_CHOOSE_ID = 'i',          /* 1: a new ID or handle value, though a used one is free */
    CORE_CHOOSE_HANDLE = 'h',      /* 1: a wait looks up its handles after one was closed */
};

/* ---- what a step does, for strategies that know which steps commute -------------------------- */

enum core_access_kind {
    CORE_NOTHING,
    CORE_READ,
    CORE_UPDATE, /* commutes with other updates, but not with a look at the result */
    CORE_WRITE,
    CORE_BARRIER, /* commutes with nothing */
    CORE_KIND_MASK = 0x0F,
    CORE_CLOSED = 0x10, /* whoever needed what was touched had to wait for it until now */
    /*
     * Of what is counted down. Of an update: one is left, and that will be the last. Of a write: it
     * is the last, else it would be an update, and the step would touch nothing more.
     */
    CORE_LAST = 0x20,
    CORE_BLOCKED = 0x40, /* of a step: it begins to wait, as nobody could go on any more */
    CORE_ENDING = 0x80,  /* of a step: its thread is ending, and nobody can stop that */
    CORE_OPEN = 0x100,   /* of a write: whoever needs what is touched need not wait after it */
    CORE_TAKES = 0x200,  /* of a wait that looks at it: would have changed it, had it ended by it */
    CORE_SAID = 0x400,   /* only announced: what comes of it is touched again */
    CORE_IN_PASSING = 0x800, /* of what is counted down: the last one touches what others would */
    CORE_GIVEN_BACK = 0x1000 /* of a write: a lock that several may have is given back by one */
};

/* What can be touched: the upper byte of a place; the rest is a number within the space. */
enum core_space {
    CORE_OBJECT,   /* a dispatcher object or another kernel object, by its number */
    CORE_LIFE,     /* whether a thread or process may go on, by its object's number */
    CORE_HANDLE,   /* an entry of a handle table: core_handle_place */
    CORE_NAME,     /* a name in the object namespace, by its hash */
    CORE_ID,       /* a process or thread ID: whose it is */
    CORE_MODULES,  /* the modules of a process: core_modules_place */
    CORE_MEMORY,   /* memory that threads share, by its address */
    CORE_MACHINE,  /* enum core_machine_place */
    CORE_RECURSION /* how often its owner has acquired a mutant: core_recursion_place */
};

enum core_machine_place {
    CORE_CLOCK,
    CORE_PROCESSES,
    CORE_CALLBACKS,
    CORE_FILES,
    CORE_IDS,
    CORE_DRIVER_MEMORY, /* what has no number of its own */
    CORE_DRIVERS,       /* which are loaded, and their devices: updated by whoever uses one */
    CORE_DPCS,          /* the queue of DPCs, and the thread that serves it */
    CORE_WORK,          /* the same for work items */
    CORE_STOP           /* written by the step that stops the machine: nobody takes another one */
};

enum { CORE_SPACE_SHIFT = 56, CORE_HANDLE_SHIFT = 24 };

/* The number of the place among those of its space: an address, of memory. */
static inline uint64_t core_number(uint64_t place) {
    return place & (((uint64_t)1 << CORE_SPACE_SHIFT) - 1);
}

static inline uint64_t core_place(enum core_space space, uint64_t number) {
    return (uint64_t)space << CORE_SPACE_SHIFT | core_number(number);
}

/* What belongs to a process, by the number of its object. */
static inline uint64_t core_handle_place(uint32_t process, uint64_t value) {
    return core_place(CORE_HANDLE, (uint64_t)process << CORE_HANDLE_SHIFT |
                                       (value & ((1u << CORE_HANDLE_SHIFT) - 1)));
}

static inline uint64_t core_modules_place(uint32_t process) {
    return core_place(CORE_MODULES, (uint64_t)process << CORE_HANDLE_SHIFT);
}

static inline uint64_t core_memory_place(const volatile void *address) {
    return core_place(CORE_MEMORY, (uint64_t)(uintptr_t)address);
}

static inline uint64_t core_recursion_place(uint32_t mutant) {
    return core_place(CORE_RECURSION, (uint64_t)mutant << CORE_HANDLE_SHIFT);
}

/* From one scheduling point of a thread to the next. Numbers are those of objects. */
struct core_step {
    uint32_t thread; /* 0: time passes */
    uint32_t process;
    uint64_t place; /* what the thread has said it will touch */
    uint8_t kind;
    uint8_t gates;  /* so many places, touched first, kept it waiting until all were free, */
    bool any;       /* or any of them, */
    bool alertable; /* or an APC was pending: that is the place touched next */
    bool takes;     /* begins to wait for a place that it would have changed */
    bool asks;      /* it takes nothing yet, but others have to wait behind it from now on */
    bool alone;     /* no other thread lives */
    bool same;      /* no step of its own, but more of the one that runs (ke/order.c) */
    bool left;      /* the run ends while the thread stands still before it */
};

/* Sees what happens in a run; must not change it. */
struct core_observer {
    void (*step)(struct rd_world *w, const struct core_step *step);
    void (*touch)(struct rd_world *w, uint64_t place, unsigned kind);
    void (*readied)(struct rd_world *w, uint32_t thread); /* the current step lets it go on */
    /*
     * The current step stops a thread before that can take this one; CORE_CLOSED: it could not.
     * After core_step.left no step is current. One call for each place that the thread waits for.
     */
    void (*gave_up)(struct rd_world *w, const struct core_step *step);
};

/* As core_observer.touch, before that; may change the run, but under every strategy alike. */
typedef void core_watch_fn(struct rd_world *w, uint64_t place, unsigned kind);

/* The threads among which a CORE_CHOOSE_THREAD decision chooses, in the order of the answers. */
struct core_candidates {
    uint32_t *threads; /* object numbers; 0: time passes */
    unsigned count, capacity;
    bool preempts; /* the first one is the current thread: any other answer is a preemption */
};

/* A decision that was not answered with the default, 0. */
struct core_decision {
    uint64_t index; /* how many decisions were taken before */
    uint32_t count;
    uint32_t answer;
    uint8_t kind;
};

/* Of one run. They are many where every answer is chance: nothing is moved to make room for more.
 */
enum { CORE_DECISIONS_PER_CHUNK = 64 };
struct core_decisions {
    struct core_decision items[CORE_DECISIONS_PER_CHUNK];
    struct core_decisions *more;
};

/* A step of another execution that began in the same way. */
struct core_known_step {
    uint32_t thread;        /* which took it; 0: time passed */
    uint32_t answer, count; /* the decision about that; count 1: there was none */
    bool blocked;           /* nobody could go on */
};

typedef unsigned core_answer_fn(struct rd_world *w, unsigned kind, unsigned count);

struct core_choices {
    core_answer_fn *answer; /* NULL: always the default */
    const struct core_observer *observer;
    core_watch_fn *watch;   /* of the kernel; NULL: it does not care */
    core_watch_fn *touched; /* tells both; NULL: nobody wants to know */
    void *strategy;         /* of whoever gave `answer` and `observer` */
    unsigned choose;        /* RD_CHOOSE_ flags of this run */
    struct core_candidates candidates;
    const struct core_known_step *known; /* the first steps: nobody is asked who takes them */
    size_t known_count, repeated;
    const struct core_observer *observer_of_rest; /* becomes `observer` after them */
    uint64_t taken;
    uint32_t quantum;                                  /* scheduling points per turn, in this run */
    struct core_decisions *decisions, *last_decisions; /* in run memory */
    size_t decision_count;
    uint64_t random[4];           /* state of the random strategy */
    struct core_decision *replay; /* in permanent memory */
    size_t replay_count, replay_capacity, replay_next;
    uint64_t replay_taken;   /* decisions of the run that was recorded */
    uint32_t replay_quantum; /* of that run */
    unsigned replay_choose;
    bool diverged;
    bool abandoned; /* the strategy has no use for the rest of this run */
};

struct core_log {
    bool enabled;
    rd_event *next, *end; /* where events can be put without any further ado */
    size_t count;         /* events kept */
    size_t dropped;       /* events beyond events_max */
    size_t limit;
    rd_event **chunks;
    size_t chunk_capacity;
};

/* What a run that went well has none of. Counted, so that it shows also where nothing is logged. */
enum core_failure { CORE_CRASH, CORE_ABORT, CORE_LEAK, CORE_FAILURES };

/* Memory of simulated code. */
struct core_span {
    const volatile void *address;
    size_t size;
};

/* An access that may take place later than it was told of, at that scheduling point. */
struct core_announced {
    struct core_span memory;
    bool writes;
    uint64_t steps;
};

struct rd_world {
    /* hot */
    uint64_t now;   /* virtual time, 100 ns */
    uint64_t steps; /* scheduling points passed */
    struct core_choices choices;
    struct core_log log;
    uint32_t current_pid, current_tid; /* who acts, for the log */
    struct ob_state *ob;
    struct ke_state *ke;
    struct ps_state *ps;
    struct ldr_state *ldr;
    struct io_state *io;
    struct csr_user *user;             /* windows and messages; made on first use */
    struct csr_session_state *session; /* logoff and shutdown; made on first use */
    struct api_parking *parkings;      /* threads that wait for an address (WaitOnAddress) */
    struct api_views *views;           /* of sections; NULL: there never was one */
    struct api_records *records;       /* what is remembered of files; made on first use */
    struct core_announced announced;   /* by code compiled with -fsanitize=thread: src/api/tsan.c */
    struct port *port;
    struct base_pool pool; /* objects of this run */
    struct base_arena run;

    /* cold */
    struct base_arena permanent;
    const struct core_profile *profile;
    rd_world_options options;
    rd_verdict verdict;
    const char *explanation;
    rd_bugcheck bugcheck;
    uint32_t failures[CORE_FAILURES]; /* of this run */
    const char *assertion;            /* the first one that has failed in this run, or NULL */
    bool running;
    unsigned entered; /* calls of rd_world_enter without their rd_world_leave */
    bool dirty;       /* something has happened since the last reset */
    char error[CORE_TEXT_MAX];
};

/* ---- memory ---------------------------------------------------------------------------------- */

/* Zeroed memory of this run. Running out ends the run; the call then does not return. */
void *core_alloc(struct rd_world *w, size_t size);
void core_free(struct rd_world *w, void *memory, size_t size);

/* Copies of texts that live until the reset. */
const char *core_text(struct rd_world *w, const char *text);
const char *core_textf(struct rd_world *w, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* ---- log ------------------------------------------------------------------------------------- */

/* For core_log_slot: there is no slot left. */
rd_event *core_log_more(struct rd_world *w);

/* NULL: the event is counted but not kept. */
static inline rd_event *core_log_slot(struct rd_world *w) {
    struct core_log *log = &w->log;
    if (RD_UNLIKELY(log->next == log->end))
        return core_log_more(w);
    log->count++;
    return log->next++;
}

struct core_fields {
    uint32_t object;
    uint64_t a, b, c;
    const char *text; /* static, or from core_text */
};

/* Appends an event of the current thread at the current virtual time; the log is enabled. */
static inline void core_log_fields(struct rd_world *w, rd_event_kind kind, unsigned rule,
                                   const struct core_fields *fields) {
    rd_event *event = core_log_slot(w);
    if (RD_UNLIKELY(!event))
        return;
    event->time = w->now;
    event->kind = (uint16_t)kind;
    event->rule = (uint16_t)rule;
    event->pid = w->current_pid;
    event->tid = w->current_tid;
    event->object = fields->object;
    event->a = fields->a;
    event->b = fields->b;
    event->c = fields->c;
    event->text = fields->text ? fields->text : "";
}

/*
 * core_event(w, RD_EVENT_X, RULE_Y, .object = ..., .a = ..., .text = ...)
 * Without a log nothing but `w` is evaluated.
 */
#define core_event(w, kind, rule, ...)                                                             \
    ((w)->log.enabled ? core_log_fields((w), (kind), (rule), &(struct core_fields){__VA_ARGS__})   \
                      : (void)0)

void core_log_reset(struct rd_world *w);

/* ---- decisions ------------------------------------------------------------------------------- */

void core_record(struct rd_world *w, unsigned kind, unsigned count, unsigned answer);
/* Those of this run so far, choices.decision_count of them. */
void core_decisions_copy(const struct rd_world *w, struct core_decision *copy);

/* The one door for nondeterminism: an answer below `count`; 0 is the default. */
static inline unsigned core_choose(struct rd_world *w, unsigned kind, unsigned count) {
    if (count < 2)
        return 0;
    unsigned answer = 0;
    if (RD_UNLIKELY(w->choices.answer != NULL)) {
        answer = w->choices.answer(w, kind, count);
        if (answer)
            core_record(w, kind, count, answer);
    }
    w->choices.taken++;
    return answer;
}

/* The next of the known steps; the decision about it is not asked for again. */
static inline const struct core_known_step *core_repeat(struct rd_world *w) {
    struct core_choices *choices = &w->choices;
    const struct core_known_step *step = &choices->known[choices->repeated++];
    if (step->answer)
        core_record(w, CORE_CHOOSE_THREAD, step->count, step->answer);
    choices->taken += step->count > 1;
    return step;
}

/* A decision that is only open if the run's options say so. */
static inline unsigned core_choose_if(struct rd_world *w, unsigned flag, unsigned kind,
                                      unsigned count) {
    return RD_UNLIKELY(w->choices.choose & flag) ? core_choose(w, kind, count) : 0;
}

/* Shall this allocation of simulated code fail? */
static inline bool core_allocation_fails(struct rd_world *w) {
    return core_choose_if(w, RD_CHOOSE_ALLOCATION, CORE_CHOOSE_ALLOCATION, 2) != 0;
}
/* The same, and the log says for what there is no memory. */
bool core_memory_fails(struct rd_world *w, const char *what);

/* From now on these are told: each may be NULL. */
void core_observe(struct rd_world *w, const struct core_observer *observer);
void core_watch(struct rd_world *w, core_watch_fn *watch);

/* Does anybody want to know what is touched? */
static inline bool core_is_watched(const struct rd_world *w) {
    return w->choices.touched != NULL;
}

/* Called by whoever changes or looks at something that other threads can see. */
static inline void core_touch(struct rd_world *w, uint64_t place, unsigned kind) {
    if (RD_UNLIKELY(core_is_watched(w)))
        w->choices.touched(w, place, kind);
}

/*
 * Of a touch that counts down, so that so many are left: only who comes last can be told from the
 * others. What the step touches then because it was the last one must be touched after this.
 */
static inline unsigned core_counted_down(uint64_t left) {
    return left == 0 ? CORE_WRITE | CORE_LAST : left == 1 ? CORE_UPDATE | CORE_LAST : CORE_UPDATE;
}

/*
 * Shall an ID or handle value be the lowest free one, and not one that nobody ever had? Where every
 * order is open, what was given back is only given out again if that is open too: then it matters
 * who comes first. `available`: some value was given back.
 */
static inline bool core_reuses(struct rd_world *w, uint64_t values, bool available) {
    if (RD_LIKELY(!(w->choices.choose & (RD_CHOOSE_ORDER | RD_CHOOSE_ID))))
        return true;
    if (!(w->choices.choose & RD_CHOOSE_ID))
        return false;
    core_touch(w, values, available ? CORE_WRITE : CORE_READ);
    return !available || core_choose(w, CORE_CHOOSE_ID, 2) == 0;
}

static inline void core_given_back(struct rd_world *w, uint64_t values) {
    if (RD_UNLIKELY(w->choices.choose & RD_CHOOSE_ID))
        core_touch(w, values, CORE_UPDATE);
}

void core_choices_reset(struct rd_world *w);
/* Fills choices.replay (permanent memory). False: the text is malformed; `error` gets one line. */
bool core_replay_parse(struct rd_world *w, const char *text, char *error, size_t error_size);
const char *core_replay_print(struct rd_world *w);

/* ---- errors of host API calls ---------------------------------------------------------------- */

rd_status core_error(struct rd_world *w, rd_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
