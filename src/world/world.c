/*
 * world.c - creates a world, wires the layers together and resets it. The only place that knows all
 * layers.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "csr/csr.h"
#include "csr/session.h"
#include "csr/scm.h"
#include "csr/user.h"
#include "io/paged.h"
#include "io/request.h"
#include "ldr/crt.h"
#include "port/port.h"
#include "ps/job.h"
#include "rundown/rundown.h"
#include "world/world_internal.h"

enum { DEFAULT_STACK = 256 * 1024, LEAST_STACK = 16 * 1024 };

static const uint64_t default_steps_max = 100u * 1000 * 1000;

/* ---- names ----------------------------------------------------------------------------------- */

const char *rd_version(void) {
    return RD_VERSION_STRING;
}

const char *rd_status_name(rd_status status) {
    static const char *const names[] = {"RD_OK",        "RD_INVALID_ARGUMENT",
                                        "RD_NOT_FOUND", "RD_ALREADY_EXISTS",
                                        "RD_NO_MEMORY", "RD_UNAVAILABLE",
                                        "RD_BAD_IMAGE", "RD_UNRESOLVED",
                                        "RD_BUSY",      "RD_FAILED"};
    return (unsigned)status < sizeof names / sizeof names[0] ? names[status] : "?";
}

const char *rd_verdict_name(rd_verdict verdict) {
    static const char *const names[] = {
        "RD_VERDICT_NONE",  "RD_VERDICT_FINISHED", "RD_VERDICT_RUNNABLE",  "RD_VERDICT_DEADLOCK",
        "RD_VERDICT_LIMIT", "RD_VERDICT_BUGCHECK", "RD_VERDICT_NO_MEMORY", "RD_VERDICT_DIVERGED"};
    return (unsigned)verdict < sizeof names / sizeof names[0] ? names[verdict] : "?";
}

const char *rd_profile_name(unsigned index) {
    const struct core_profile *profile = core_profile_at(index);
    return profile ? profile->name : NULL;
}

/* ---- wiring ---------------------------------------------------------------------------------- */

static NTSTATUS process_created(struct rd_world *w, struct ps_process *process,
                                const struct ps_create_process *create) {
    if (!create->image)
        return STATUS_SUCCESS; /* a minimal process has no user mode */
    csr_process_created(w, process, create);
    return ldr_process_created(w, process, create);
}

static void process_address_space(struct rd_world *w, struct ps_process *process) {
    csr_process_gone(w, process);
    csr_sc_process_gone(w, process);
    api_process_address_space(w, process);
    ldr_process_address_space(w, process);
}

static void cancel_requests(struct rd_world *w, struct ps_thread *thread) {
    api_thread_cancel(w, thread);
    io_thread_cancel(w, thread);
}

static void process_deleted(struct rd_world *w, struct ps_process *process) {
    api_process_deleted(w, process);
    csr_process_deleted(w, process);
    csr_user_process_deleted(w, process);
    ldr_process_deleted(w, process);
}

static void thread_deleted(struct rd_world *w, struct ps_thread *thread) {
    api_thread_deleted(w, thread);
    ldr_thread_deleted(w, thread);
}

static void fault(struct rd_world *w, const struct port_fault *of) {
    io_paged_fault(w, of);
    ldr_fault(w, of);
}

static void wire(struct rd_world *w) {
    w->ke->hooks = (struct ke_hooks){.die = ps_die,
                                     .thread_gone = ps_thread_gone,
                                     .process_alive = ps_process_alive,
                                     .timer_awaited = io_timer_awaited,
                                     .time_used = ps_job_time_used,
                                     .process_text = ps_process_text,
                                     .culprit = io_culprit,
                                     .request_text = io_request_text,
                                     .has_routines = io_has_routines,
                                     .kernel_routine = io_apc_kernel,
                                     .normal_routine = io_apc_normal,
                                     .rundown_routine = io_apc_rundown};
    w->ps->hooks = (struct ps_hooks){
        .user_start = ldr_user_start,
        .process_created = process_created,
        .may_start = csr_session_admits,
        .process_mapped = ldr_process_mapped,
        .process_address_space = process_address_space,
        .thread_windows = csr_thread_gone,
        .process_deleted = process_deleted,
        .thread_deleted = thread_deleted,
        .debug_describe = ldr_debug_describe,
        .debug_modules = ldr_debug_modules,
        .cancel_requests = cancel_requests,
        .owner_of_code = io_owner_of_code,
        .code_present = io_driver_code_present,
        .code_forgotten = io_driver_forgotten,
        .enter_owner = io_enter_owner,
        .image_file = io_image_file,
    };
    w->ob->hooks.open_asked = ps_open_asked;
    w->ob->hooks.handle_closed = ke_handle_closed;
    w->ldr->export_find = api_export_find;
    w->ldr->system_dll = api_system_dll;
    w->ldr->stream_of = api_stream_of;
    port_set_fault_handler(w->port, fault);
}

/* Everything of a run is made anew; registered images and host resources stay. */
static void start_run(struct rd_world *w) {
    api_views_release(w);
    base_arena_rewind(&w->run);
    base_pool_init(&w->pool, &w->run);
    w->now = w->steps = 0;
    w->announced = (struct core_announced){{NULL, 0}, .steps = 0};
    w->current_pid = w->current_tid = 0;
    w->verdict = RD_VERDICT_NONE;
    w->explanation = "";
    memset(&w->bugcheck, 0, sizeof w->bugcheck);
    memset(w->failures, 0, sizeof w->failures);
    w->assertion = NULL;
    w->parkings = NULL;
    w->records = NULL;
    w->user = NULL;
    w->session = NULL;
    core_log_reset(w);
    core_choices_reset(w);
    ob_state_reset(w);
    ke_state_reset(w);
    core_event(w, RD_EVENT_WORLD_START, RULE_NONE, .text = w->profile->title);
    ps_state_reset(w);
    ldr_state_reset(w);
    io_state_reset(w);
    w->dirty = false;
}

/* Threads that still have a context give it back to the pool. */
static void release_contexts(struct rd_world *w) {
    for (LIST_ENTRY *p = w->ps->processes.Flink; p != &w->ps->processes; p = p->Flink) {
        struct ps_process *process = base_container(p, struct ps_process, link);
        base_list_each(t, &process->threads)
            ke_thread_abandon(w, &base_container(t, struct ps_thread, link)->tcb);
        if (process->ldr)
            ldr_fibers_gone(w, process->ldr);
    }
}

/* ---- options --------------------------------------------------------------------------------- */

static rd_status refuse(char *error, size_t error_size, rd_status status, const char *text) {
    if (error && error_size)
        snprintf(error, error_size, "%s", text);
    return status;
}

static rd_status check_options(const rd_world_options *options, char *error, size_t error_size) {
    if (options->size != sizeof *options)
        return refuse(error, error_size, RD_INVALID_ARGUMENT,
                      "rd_world_options.size must be sizeof(rd_world_options); "
                      "zero-initialise the options and set it");
    if (!core_profile_find(options->profile)) {
        char text[256];
        snprintf(text, sizeof text,
                 "no profile is named '%.40s'; rd_profile_name lists them, "
                 "for example win11, win10, win7, xp",
                 options->profile);
        return refuse(error, error_size, RD_INVALID_ARGUMENT, text);
    }
    if ((unsigned)options->carrier > RD_CARRIER_PTHREAD ||
        (unsigned)options->dialect > RD_DIALECT_DOCUMENTED ||
        (unsigned)options->strategy > RD_STRATEGY_REPLAY ||
        (unsigned)options->user > RD_USER_INSISTS)
        return refuse(error, error_size, RD_INVALID_ARGUMENT,
                      "carrier, dialect, strategy or user is none of the values of its "
                      "enumeration");
    if (options->strategy == RD_STRATEGY_REPLAY && !options->replay)
        return refuse(error, error_size, RD_INVALID_ARGUMENT,
                      "strategy RD_STRATEGY_REPLAY needs a replay string");
    if (options->stack_size && options->stack_size < LEAST_STACK)
        return refuse(error, error_size, RD_INVALID_ARGUMENT,
                      "stack_size must be 0 or at least 16384 bytes");
    for (unsigned i = 0; i < RD_CONFLICTS; i++)
        if (!rd_conflict_answer(i, options->conflicts[i]))
            return refuse(error, error_size, RD_INVALID_ARGUMENT,
                          "conflicts holds a number that is no answer; rd_conflict_answer lists "
                          "them");
    if (options->notify_max > PS_NOTIFY_MAX)
        return refuse(error, error_size, RD_INVALID_ARGUMENT, "notify_max must be at most 64");
    return RD_OK;
}

static rd_status choose_carrier(const rd_world_options *options, enum port_carrier_kind *carrier,
                                char *error, size_t error_size) {
    *carrier = options->carrier == RD_CARRIER_PTHREAD ? PORT_CARRIER_PTHREAD : PORT_CARRIER_FIBER;
    if (options->carrier == RD_CARRIER_DEFAULT && !port_carrier_available(*carrier))
        *carrier = PORT_CARRIER_PTHREAD;
    if (!port_carrier_available(*carrier))
        return refuse(error, error_size, RD_UNAVAILABLE,
                      "this build has no fiber carrier: install Boost.Context "
                      "(libboost-context-dev) and rebuild, or use the pthread carrier");
    return RD_OK;
}

/* ---- life ------------------------------------------------------------------------------------ */

static bool create_layers(struct rd_world *w, enum port_carrier_kind carrier) {
    w->port = port_create(&(struct port_options){.carrier = carrier, .world = w});
    return w->port && ob_state_create(w) && ke_state_create(w) && ps_state_create(w) &&
           ldr_state_create(w) && io_state_create(w);
}

static void destroy(struct rd_world *w) {
    api_views_release(w);
    if (w->ldr)
        ldr_state_destroy(w);
    if (w->io)
        io_state_destroy(w);
    if (w->port)
        port_destroy(w->port);
    base_arena_destroy(&w->run);
    base_arena_destroy(&w->permanent);
    free(w);
}

static void set_options(struct rd_world *w, const rd_world_options *options) {
    w->options = *options;
    w->profile = core_profile_find(options->profile);
    w->options.profile = w->profile->name;
    if (!w->options.stack_size)
        w->options.stack_size = DEFAULT_STACK;
    if (!w->options.steps_max)
        w->options.steps_max = default_steps_max;
}

rd_status rd_world_create(const rd_world_options *options, rd_world **world, char *error,
                          size_t error_size) {
    static const rd_world_options defaults = {.size = sizeof defaults};
    enum port_carrier_kind carrier;
    if (!world)
        return refuse(error, error_size, RD_INVALID_ARGUMENT,
                      "the argument `world` is NULL; expected where to put the new world");
    *world = NULL;
    if (!options)
        options = &defaults;
    rd_status status = check_options(options, error, error_size);
    if (status == RD_OK)
        status = choose_carrier(options, &carrier, error, error_size);
    if (status != RD_OK)
        return status;
    struct rd_world *w = calloc(1, sizeof *w);
    if (!w)
        return refuse(error, error_size, RD_NO_MEMORY, "the host has no memory for a world");
    set_options(w, options);
    char text[CORE_TEXT_MAX];
    if (options->replay && !core_replay_parse(w, options->replay, text, sizeof text)) {
        destroy(w);
        return refuse(error, error_size, RD_INVALID_ARGUMENT, text);
    }
    if (!create_layers(w, carrier)) {
        destroy(w);
        return refuse(error, error_size, RD_NO_MEMORY, "the host has no memory for a world");
    }
    w->options.carrier = carrier == PORT_CARRIER_FIBER ? RD_CARRIER_FIBER : RD_CARRIER_PTHREAD;
    wire(w);
    start_run(w);
    *world = w;
    return RD_OK;
}

void rd_world_destroy(rd_world *world) {
    if (!world)
        return;
    crt_world_reset(world);
    release_contexts(world);
    while (rd_world_leave(world) == RD_OK)
        continue;
    destroy(world);
}

rd_status rd_world_reset(rd_world *world) {
    if (!world)
        return RD_INVALID_ARGUMENT;
    if (world->running)
        return core_error(world, RD_BUSY, "rd_world_reset was called from inside a run");
    crt_world_reset(world);
    release_contexts(world);
    start_run(world);
    return RD_OK;
}

rd_status rd_world_set_seed(rd_world *world, uint64_t seed) {
    if (!world)
        return RD_INVALID_ARGUMENT;
    if (world->running)
        return core_error(world, RD_BUSY, "rd_world_set_seed was called from inside a run");
    world->options.strategy = RD_STRATEGY_RANDOM;
    world->options.seed = seed;
    core_choices_reset(world);
    ke_choices_changed(world);
    return RD_OK;
}

rd_status rd_world_set_replay(rd_world *world, const char *replay) {
    char text[CORE_TEXT_MAX];
    if (!world || !replay)
        return RD_INVALID_ARGUMENT;
    if (world->running)
        return core_error(world, RD_BUSY, "rd_world_set_replay was called from inside a run");
    if (!core_replay_parse(world, replay, text, sizeof text))
        return core_error(world, RD_INVALID_ARGUMENT, "%s", text);
    world->options.strategy = RD_STRATEGY_REPLAY;
    core_choices_reset(world);
    ke_choices_changed(world);
    return RD_OK;
}

const char *rd_last_error(const rd_world *world) {
    return world ? world->error : "the world is NULL";
}

const char *rd_world_replay_string(rd_world *world) {
    return world ? core_replay_print(world) : "";
}

void rd_world_get_stats(const rd_world *world, rd_world_stats *out) {
    struct port_stats port = {0};
    if (!out)
        return;
    memset(out, 0, sizeof *out);
    if (!world)
        return;
    port_stats_get(world->port, &port);
    out->host_allocations = world->run.host_allocations + world->permanent.host_allocations;
    out->bytes_reserved = world->run.bytes_reserved + world->permanent.bytes_reserved;
    out->stacks_mapped = port.stacks_mapped;
    out->stacks_in_use = port.stacks_in_use;
    out->guarded_stacks = port.guarded_stacks;
    out->context_switches = world->ke->switches;
    out->choices = world->choices.taken;
}
