#include "explore.h"
#include "run.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { MESSAGE_MAX = 512, EXIT_STATUS_MASK = 0xFF };

struct session {
    struct run_options options;
    rd_world *world;
    struct run_watchdog watchdog;
    int output_error;
    size_t drivers_loaded; /* names of these stand first in `drivers` */
    const char **drivers;
    char *title; /* for the report of a replayed run */
    uint32_t pid;
    rd_watch *watch; /* of a replayed run */
    rd_explore_result told;
    bool does_not_fit; /* the replay string */
};

/* ---- leaving in the middle of a run ---------------------------------------------------------- */

static int report(struct session *s);

/*
 * For a world that cannot be left: while a simulated thread stands still, or has not called
 * anything for long, its log can be read from another host thread. The host process ends here.
 */
static _Noreturn void abandon(struct session *s, int result) {
    run_report_unflushed(s->world);
    report(s);
    fflush(NULL);
    _exit(result);
}

static void *abandon_silent_run(void *context) {
    struct session *s = context;

    cli_error("cannot write what the program writes: %s; the run was stopped",
              strerror(s->output_error));
    abandon(s, CLI_INTERNAL);
}

/* On a simulated thread, whose stack may be too small for reports. */
static _Noreturn void stop_without_output(struct session *s, int error) {
    pthread_t helper;

    s->output_error = error;
    atomic_store(&s->watchdog.host_busy, true);
    if (pthread_create(&helper, NULL, abandon_silent_run, s) != 0)
        _exit(CLI_INTERNAL);
    for (;;)
        pause();
}

/* ---- simulated input and output -------------------------------------------------------------- */

/* 0 or an errno. */
static int write_all(int descriptor, const char *bytes, size_t size) {
    while (size > 0) {
        ssize_t count = write(descriptor, bytes, size);
        if (count >= 0) {
            bytes += count;
            size -= (size_t)count;
        } else if (errno == EAGAIN) { /* whoever gave us the descriptor does not like to wait */
            poll(&(struct pollfd){.fd = descriptor, .events = POLLOUT}, 1, -1);
        } else if (errno != EINTR) {
            return errno;
        }
    }
    return 0;
}

/*
 * Simulated programs buffer for themselves: what arrives here shall be seen, in this order. Stdio
 * is not used, because a simulated thread that dies in it would keep the lock of its stream.
 */
static void write_output(void *context, rd_stream stream, const char *bytes, size_t size) {
    struct session *s = context;
    int error;

    atomic_store(&s->watchdog.host_busy, true);
    error = write_all(stream == RD_STREAM_OUTPUT ? STDOUT_FILENO : STDERR_FILENO, bytes, size);
    atomic_store(&s->watchdog.host_busy, false);
    if (error)
        stop_without_output(s, error);
}

static size_t read_input(void *context, char *bytes, size_t size) {
    struct session *s = context;
    ssize_t count;

    atomic_store(&s->watchdog.host_busy, true);
    do
        count = read(STDIN_FILENO, bytes, size);
    while (count < 0 && errno == EINTR);
    atomic_store(&s->watchdog.host_busy, false);
    return count > 0 ? (size_t)count : 0;
}

/* ---- a program that spins -------------------------------------------------------------------- */

/* Who had the processor last, as far as the log says. */
static void describe_runner(const rd_world *world, char *text, size_t size) {
    size_t count = rd_event_count(world);
    const rd_event *last = NULL;
    rd_process_info process;

    for (size_t i = count; i > 0 && !last; i--) {
        const rd_event *event = rd_event_at(world, i - 1);
        if (event && event->tid)
            last = event;
    }
    if (!last)
        snprintf(text, size, "the program");
    else if (rd_process_get(world, last->pid, &process) == RD_OK)
        snprintf(text, size, "thread %" PRIu32 " of process %" PRIu32 " '%s'", last->tid, last->pid,
                 process.image);
    else
        snprintf(text, size, "thread %" PRIu32 " of process %" PRIu32, last->tid, last->pid);
}

/* Called on the watchdog's thread. */
static void stop_spinning(void *context) {
    struct session *s = context;
    char runner[MESSAGE_MAX];

    describe_runner(s->world, runner, sizeof runner);
    cli_error("%s has computed for %u s without calling Windows, so nothing else can run; "
              "stopped. --timeout SECONDS changes this limit, --timeout 0 lifts it",
              runner, s->options.timeout);
    abandon(s, CLI_LIMIT);
}

/* ---- preparation ----------------------------------------------------------------------------- */

static int status_of(rd_status status) {
    return status == RD_NO_MEMORY ? CLI_INTERNAL : CLI_USAGE;
}

static int check_input(const char *what, const char *path) {
    int error = cli_file_readable(path);

    if (!error)
        return CLI_OK;
    cli_error("cannot read the %s '%s': %s; expected a file that rundown-cc made", what, path,
              strerror(error));
    return CLI_USAGE;
}

static int check_driver(const struct run_options *options, size_t index) {
    const char *path = options->drivers[index];

    for (size_t i = 0; i < index; i++)
        if (strcasecmp(cli_base_name(options->drivers[i]), cli_base_name(path)) == 0) {
            cli_error("the driver '%s' is given twice; expected each driver once",
                      cli_base_name(path));
            return CLI_USAGE;
        }
    return check_input("driver", path);
}

/* What can be found wrong before anything runs. */
static int check_files(const struct run_options *options) {
    int error;
    int result = check_input("program", options->words[0]);

    for (size_t i = 0; i < options->driver_count && result == CLI_OK; i++)
        result = check_driver(options, i);
    if (result != CLI_OK || !options->trace_path || strcmp(options->trace_path, "-") == 0)
        return result;
    error = cli_file_check(options->trace_path);
    if (!error)
        return CLI_OK;
    cli_error("cannot write the trace to '%s': %s", options->trace_path, strerror(error));
    return CLI_USAGE;
}

static int create_world(struct session *s) {
    char error[MESSAGE_MAX] = "";
    rd_status status;

    s->options.world.output = write_output;
    s->options.world.input = read_input;
    s->options.world.context = s;
    status = rd_world_create(&s->options.world, &s->world, error, sizeof error);
    if (status == RD_OK)
        return CLI_OK;
    cli_error("%s", *error ? error : rd_status_name(status));
    return status_of(status);
}

static int failed(struct session *s, rd_status status, const char *what) {
    const char *error = rd_last_error(s->world);

    if (*error)
        cli_error("%s", error);
    else
        cli_error("%s: %s", what, rd_status_name(status));
    return status_of(status);
}

static int load_program(struct session *s) {
    const struct run_options *o = &s->options;
    rd_status status = rd_image_add_path(s->world, ".");

    for (size_t i = 0; i < o->path_count && status == RD_OK; i++)
        status = rd_image_add_path(s->world, o->paths[i]);
    if (status == RD_OK)
        status = rd_image_load(s->world, o->words[0]);
    return status == RD_OK ? CLI_OK : failed(s, status, o->words[0]);
}

/* ---- drivers --------------------------------------------------------------------------------- */

/* CLI_OK also if DriverEntry refuses: Windows would go on without the driver, too. */
static int load_driver(struct session *s, const char *path) {
    rd_bugcheck bugcheck;
    rd_status status = rd_driver_load_file(s->world, path, NULL);

    if (rd_world_bugcheck(s->world, &bugcheck) == RD_OK)
        return run_report_verdict(s->world, RD_VERDICT_BUGCHECK);
    if (status == RD_OK) {
        s->drivers[s->drivers_loaded++] = cli_base_name(path);
        return CLI_OK;
    }
    if (status != RD_FAILED)
        return failed(s, status, path);
    cli_error("%s; the program runs without it", rd_last_error(s->world));
    return CLI_OK;
}

static int load_drivers(struct session *s) {
    int result = CLI_OK;

    for (size_t i = 0; i < s->options.driver_count && result == CLI_OK; i++)
        result = load_driver(s, s->options.drivers[i]);
    return result;
}

/* The report of a replayed run tells of a deadlock better. */
static int report_end(struct session *s, rd_verdict verdict) {
    return s->watch && verdict == RD_VERDICT_DEADLOCK ? CLI_FAILED
                                                      : run_report_verdict(s->world, verdict);
}

static int unload_drivers(struct session *s) {
    rd_bugcheck bugcheck;

    while (s->drivers_loaded > 0) {
        const char *name = s->drivers[--s->drivers_loaded];
        rd_status status = rd_driver_unload(s->world, name, NULL);
        if (rd_world_bugcheck(s->world, &bugcheck) == RD_OK)
            return run_report_verdict(s->world, RD_VERDICT_BUGCHECK);
        if (status != RD_OK && status != RD_NOT_FOUND) /* the program may have stopped it */
            cli_error("driver '%s' is not unloaded: %s", name, rd_last_error(s->world));
        if (rd_world_verdict(s->world) == RD_VERDICT_DEADLOCK)
            return report_end(s, RD_VERDICT_DEADLOCK);
    }
    return CLI_OK;
}

/* ---- the run --------------------------------------------------------------------------------- */

static int start_program(struct session *s) {
    rd_process_options options = {.size = sizeof options};
    size_t count = s->options.word_count;
    const char **words = malloc(count * sizeof words[0]);
    char *line;
    rd_status status;

    if (words) {
        memcpy(words, s->options.words, count * sizeof words[0]);
        words[0] = cli_base_name(words[0]); /* where the file lies must not change the run */
    }
    line = words ? cli_quote(words, count) : NULL;
    if (!line) {
        free(words);
        cli_error("out of memory");
        return CLI_INTERNAL;
    }
    s->title = cli_title(line, s->options.drivers, s->options.driver_count);
    options.command_line = line;
    status = rd_process_start(s->world, words[0], &options, &s->pid);
    free(line);
    free(words);
    if (rd_world_bugcheck(s->world, &(rd_bugcheck){0}) == RD_OK)
        return run_report_verdict(s->world, RD_VERDICT_BUGCHECK); /* in a notify routine */
    return status == RD_OK ? CLI_OK : failed(s, status, s->options.words[0]);
}

/* The process object stays: the host's start of the process keeps a reference. */
static int exit_status(const struct session *s) {
    rd_process_info process;

    if (rd_process_get(s->world, s->pid, &process) != RD_OK) {
        cli_error("the exit code of process %" PRIu32 " is lost", s->pid);
        return CLI_INTERNAL;
    }
    int status = (int)(process.exit_code & EXIT_STATUS_MASK);
    if (process.exit_code > EXIT_STATUS_MASK && process.exit_code <= INT32_MAX) /* no NTSTATUS */
        cli_error("exit code %" PRIu32 " (0x%08" PRIX32 "): its lowest 8 bits, %d, are the exit "
                  "status",
                  process.exit_code, process.exit_code, status);
    return status;
}

/*
 * The world notices a decision of another kind. A run that takes more or fewer decisions than the
 * recorded one shows here: it would print another string.
 */
static bool replay_fits(struct session *s) {
    const char *given = s->options.world.replay;

    return !given || strcmp(given, rd_world_replay_string(s->world)) == 0;
}

static int refuse_replay(struct session *s) {
    s->does_not_fit = true;
    cli_error("the replay string does not fit: this run took other decisions than the recorded "
              "one, its own string is '%s'. Expected the same program, arguments, drivers and "
              "options",
              rd_world_replay_string(s->world));
    return CLI_USAGE;
}

static bool program_has_ended(const struct session *s) {
    rd_process_info process;

    return rd_process_get(s->world, s->pid, &process) == RD_OK && process.terminated;
}

/* ---- what an exploration would say ----------------------------------------------------------- */

static bool begin_watch(struct session *s) {
    return s->options.world.strategy != RD_STRATEGY_REPLAY ||
           rd_watch_begin(s->world, &s->watch) == RD_OK;
}

static bool is_violation(rd_explore_verdict verdict) {
    return verdict != RD_EXPLORE_OK && verdict != RD_EXPLORE_DIVERGED &&
           verdict != RD_EXPLORE_ERROR;
}

/* After the run, and if that went well once more after the drivers are gone. */
static void look_at_run(struct session *s) {
    if (!s->watch || s->told.report)
        return;
    if (rd_watch_tell(s->watch, s->title, &s->told) != RD_OK)
        cli_error("no memory for the report of the run");
    else if (!is_violation(s->told.verdict))
        rd_explore_free(&s->told);
}

/* ---- the run --------------------------------------------------------------------------------- */

/* Until nothing can run any more, and the drivers are gone. */
static int run_program(struct session *s) {
    rd_verdict verdict = RD_VERDICT_NONE;
    int result;

    if (!begin_watch(s))
        return failed(s, RD_NO_MEMORY, "the run cannot be watched");
    if (rd_run(s->world, &verdict) != RD_OK)
        return failed(s, RD_NO_MEMORY, "the run failed");
    look_at_run(s);
    result = report_end(s, verdict);
    bool fits = replay_fits(s); /* or with what is decided while drivers are unloaded */
    if (verdict == RD_VERDICT_DEADLOCK && program_has_ended(s)) {
        cli_error("process %" PRIu32 " '%s' itself has ended; its exit code is passed on", s->pid,
                  cli_base_name(s->options.words[0]));
        result = CLI_OK;
    } else if (result == CLI_OK) {
        result = unload_drivers(s);
        look_at_run(s);
    }
    run_report_events(s->world, s->options.world.verifier == RD_VERIFIER_OFF);
    run_report_unflushed(s->world);
    if (verdict != RD_VERDICT_DIVERGED && !fits && !replay_fits(s))
        return refuse_replay(s);
    return result == CLI_OK ? exit_status(s) : result;
}

/* From DriverEntry to DriverUnload. *ran if there is something to trace. */
static int run_machine(struct session *s, bool *ran) {
    int result = load_drivers(s);

    if (result == CLI_OK)
        result = start_program(s);
    *ran = result == CLI_OK || result == CLI_BUGCHECK;
    return result == CLI_OK ? run_program(s) : result;
}

static int report(struct session *s) {
    int result = run_write_trace(s->world, &s->options);

    if (rd_event_count(s->world) >= s->options.world.events_max)
        cli_error("the log is full: of what happened after its %zu events nothing is traced. "
                  "--max-events NUMBER changes this limit",
                  s->options.world.events_max);
    if (s->options.print_replay)
        run_print_replay(s->world);
    if (s->options.print_digest)
        fprintf(stderr, "digest: %016" PRIx64 "\n", rd_event_digest(s->world));
    return result;
}

/* What the verifier has found; with --verify it decides about the exit status. */
static int report_findings(struct session *s, int result) {
    bool full = s->options.world.verifier == RD_VERIFIER_FULL;
    size_t found = run_report_findings(s->world);

    if (full && found && rd_world_verdict(s->world) == RD_VERDICT_FINISHED)
        return CLI_FAILED;
    return result;
}

static int run_world(struct session *s) {
    bool ran = false;
    int result = load_program(s);
    int reported = CLI_OK;

    if (result != CLI_OK)
        return result;
    s->watchdog.world = s->world;
    s->watchdog.seconds = s->options.timeout;
    s->watchdog.stuck = stop_spinning;
    s->watchdog.context = s;
    if (!run_watchdog_start(&s->watchdog)) {
        cli_error("the host has no thread for --timeout; --timeout 0 runs without one");
        return CLI_INTERNAL;
    }
    result = run_machine(s, &ran);
    run_watchdog_stop(&s->watchdog);
    if (ran) {
        result = report_findings(s, result);
        reported = report(s);
    }
    if (s->told.report && !s->does_not_fit)
        exploration_write_text(stderr, &s->told);
    return reported == CLI_OK ? result : reported;
}

int cmd_run(int argc, char **argv) {
    struct session s = {0};
    int result = CLI_USAGE;

    if (run_options_parse(&s.options, argc, argv)) {
        s.drivers = calloc(s.options.driver_count + 1, sizeof s.drivers[0]);
        result = s.drivers ? check_files(&s.options) : CLI_INTERNAL;
        if (result == CLI_OK)
            result = create_world(&s);
        if (result == CLI_OK)
            result = run_world(&s);
        rd_watch_end(s.watch);
        rd_world_destroy(s.world);
    }
    rd_explore_free(&s.told);
    free(s.drivers);
    free(s.title);
    run_options_free(&s.options);
    return result;
}
