#include "run.h"

#include <inttypes.h>
#include <string.h>

enum { SENTENCE_MAX = 1024, STOP_EVENTS = 8, FINDING_EVENTS = 4 };

static int write_to_stream(const rd_world *world, rd_format format, FILE *stream) {
    if (rd_report(world, format, stream) == RD_OK)
        return CLI_OK;
    cli_error("cannot write the trace");
    return CLI_INTERNAL;
}

int run_write_trace(const rd_world *world, const struct run_options *options) {
    struct cli_file file;
    int error;

    if (!options->trace)
        return CLI_OK;
    if (!options->trace_path)
        return write_to_stream(world, options->format, stderr);
    if (strcmp(options->trace_path, "-") == 0)
        return write_to_stream(world, options->format, stdout);
    error = cli_file_open(&file, options->trace_path);
    if (!error) {
        bool complete = rd_report(world, options->format, file.stream) == RD_OK;
        error = cli_file_close(&file, complete);
        if (complete && !error)
            return CLI_OK;
    }
    cli_error("cannot write the trace to '%s': %s", options->trace_path,
              error ? strerror(error) : "the report failed");
    return CLI_INTERNAL;
}

void run_print_replay(rd_world *world) {
    fprintf(stderr, "replay: %s\n", rd_world_replay_string(world));
}

/* The world's own explanation without its last line break; `otherwise` if it has none. */
static void print_explanation(const rd_world *world, const char *otherwise) {
    const char *text = rd_world_explanation(world);
    size_t length;

    if (!*text)
        text = otherwise;
    length = strlen(text);
    while (length && text[length - 1] == '\n')
        length--;
    fprintf(stderr, "rundown: %.*s\n", (int)length, text);
}

static bool tells_a_story(const rd_event *event) {
    return event && event->kind != RD_EVENT_SWITCH && event->kind != RD_EVENT_FINDING;
}

/* What led to it: events that tell a story, and not who ran when. */
static void print_last_events(const rd_world *world, size_t end, size_t most) {
    enum { TICKS_PER_MS = 10000 };
    char sentence[SENTENCE_MAX];
    size_t first = end, shown = 0;

    while (first > 0 && shown < most)
        shown += tells_a_story(rd_event_at(world, --first));
    if (shown)
        fputs("  the last events\n", stderr);
    for (size_t i = first; i < end; i++) {
        const rd_event *event = rd_event_at(world, i);
        if (!tells_a_story(event))
            continue;
        rd_event_describe(world, event, sentence, sizeof sentence);
        fprintf(stderr, "    %5" PRIu64 ".%04" PRIu64 "  %5" PRIu32 "  %s\n",
                event->time / TICKS_PER_MS, event->time % TICKS_PER_MS, event->tid, sentence);
    }
}

static void print_rule(unsigned number) {
    rd_rule rule;

    if (rd_rule_get(number, &rule) == RD_OK)
        fprintf(stderr, "  rule     %s %s\n", rule.id, rule.title);
}

static void print_advice(unsigned number) {
    rd_check_info check;

    if (rd_check_get(number, &check) == RD_OK)
        fprintf(stderr, "  often    %s\n  to do    %s\n  see      rundown explain %s\n",
                check.cause, check.fix, check.id);
}

/* "thread 16 of process 8 'app.exe'" */
static void print_thread(const rd_world *world, uint32_t pid, uint32_t tid) {
    rd_process_info process;

    fprintf(stderr, "thread %" PRIu32 " of process %" PRIu32, tid, pid);
    if (rd_process_get(world, pid, &process) == RD_OK)
        fprintf(stderr, " '%s'", process.image);
}

static void print_code(const char *driver, const char *routine) {
    if (*driver)
        fprintf(stderr, "  driver   %s%s%s\n", driver, *routine ? ", " : "", routine);
}

static void print_culprit(const rd_world *world, const rd_bugcheck *bugcheck) {
    print_code(bugcheck->driver, bugcheck->routine);
    if (bugcheck->tid) {
        fputs("  ran on   ", stderr);
        print_thread(world, bugcheck->pid, bugcheck->tid);
        fputc('\n', stderr);
    }
    print_rule(rd_rule_find(bugcheck->rule));
}

static void print_bugcheck(const rd_world *world) {
    rd_bugcheck bugcheck;

    if (rd_world_bugcheck(world, &bugcheck) != RD_OK)
        return;
    fprintf(stderr, "*** STOP: 0x%08" PRIX32 " (", bugcheck.code);
    for (size_t i = 0; i < sizeof bugcheck.parameters / sizeof bugcheck.parameters[0]; i++)
        fprintf(stderr, "%s0x%016" PRIX64, i ? ", " : "", bugcheck.parameters[i]);
    fputs(")\n", stderr);
    if (bugcheck.explanation && *bugcheck.explanation)
        fprintf(stderr, "%s\n", bugcheck.explanation);
    print_culprit(world, &bugcheck);
    print_last_events(world, bugcheck.event, STOP_EVENTS);
    print_advice(bugcheck.check);
}

int run_report_verdict(rd_world *world, rd_verdict verdict) {
    fflush(stdout);
    switch (verdict) {
    case RD_VERDICT_FINISHED:
        return CLI_OK;
    case RD_VERDICT_DEADLOCK:
        print_explanation(world, "deadlock: no thread can ever run again");
        return CLI_FAILED;
    case RD_VERDICT_BUGCHECK:
        print_bugcheck(world);
        return CLI_BUGCHECK;
    case RD_VERDICT_DIVERGED:
        print_explanation(world, "the replayed decisions do not fit this program: it, a driver or "
                                 "an option differs from the run that printed the string");
        return CLI_USAGE;
    case RD_VERDICT_LIMIT:
        if (strncmp(rd_world_explanation(world), "livelock", strlen("livelock")) == 0) {
            print_explanation(world, "livelock");
            return CLI_LIMIT;
        }
        cli_error("stopped after %" PRIu64 " scheduling points; a loop that never blocks is the "
                  "usual reason. --max-steps NUMBER changes this limit",
                  rd_steps(world));
        return CLI_LIMIT;
    case RD_VERDICT_NONE:
    case RD_VERDICT_RUNNABLE:
        print_explanation(world, "the run was stopped before the program ended");
        return CLI_LIMIT;
    case RD_VERDICT_NO_MEMORY:
        break;
    }
    cli_error("the host has no memory or no thread left for the simulated machine; run fewer "
              "threads at once, or use the fiber carrier, which needs less");
    return CLI_INTERNAL;
}

/* One block for each thing that the verifier has found; a stop has been reported already. */
static void print_finding(const rd_world *world, const rd_finding *finding) {
    enum { TICKS_PER_MS = 10000 };
    const rd_event *event;
    rd_check_info check;

    if (rd_check_get(finding->check, &check) != RD_OK)
        return;
    cli_error("%s%s: %s", check.severity == RD_SEVERITY_NOTE ? "note: " : "", check.id,
              finding->text);
    if (*finding->where)
        fprintf(stderr, "  where    %s\n", finding->where);
    print_code(finding->driver, finding->routine);
    fprintf(stderr, "  at       %" PRIu64 ".%04" PRIu64 " ms", finding->time / TICKS_PER_MS,
            finding->time % TICKS_PER_MS);
    if (finding->tid) {
        fputs(", ", stderr);
        print_thread(world, finding->pid, finding->tid);
    }
    if (finding->count > 1)
        fprintf(stderr, ", %" PRIu32 " times", finding->count);
    fputc('\n', stderr);
    event = rd_event_at(world, finding->event);
    if (event) {
        print_rule(event->rule);
        print_last_events(world, finding->event, FINDING_EVENTS);
    }
    print_advice(finding->check);
}

size_t run_report_findings(rd_world *world) {
    size_t defects = 0;
    rd_finding finding;

    for (size_t i = 0; rd_finding_get(world, i, &finding) == RD_OK; i++) {
        if (finding.severity == RD_SEVERITY_STOP)
            continue;
        print_finding(world, &finding);
        defects += finding.severity == RD_SEVERITY_FINDING;
    }
    return defects;
}

static bool nobody_should_miss(const rd_event *event, bool leftovers) {
    switch (event->kind) {
    case RD_EVENT_LOADER_FAIL:
    case RD_EVENT_EXCEPTION_UNHANDLED:
        return true;
    case RD_EVENT_POOL_LEAK:
    case RD_EVENT_DRIVER_LEFT:
        return leftovers;
    case RD_EVENT_CRT_EXIT:
        return strcmp(event->text, "abort") == 0;
    default:
        return false;
    }
}

/* On Windows a box on the screen would tell about these. */
void run_report_events(const rd_world *world, bool leftovers) {
    size_t count = rd_event_count(world);
    char sentence[SENTENCE_MAX];

    for (size_t i = 0; i < count; i++) {
        const rd_event *event = rd_event_at(world, i);
        if (!event)
            break;
        if (!nobody_should_miss(event, leftovers))
            continue;
        rd_event_describe(world, event, sentence, sizeof sentence);
        if (event->kind == RD_EVENT_POOL_LEAK || event->kind == RD_EVENT_DRIVER_LEFT)
            cli_error("%s", sentence);
        else
            cli_error("process %" PRIu32 ": %s", event->pid, sentence);
    }
}

/* Bytes of standard output that were lost with their process; it had ended before it wrote them. */
static uint64_t lost_output(const rd_world *world) {
    uint64_t bytes = 0;

    for (size_t i = rd_event_count(world); i-- > 0;) {
        const rd_event *event = rd_event_at(world, i);
        if (event && event->kind == RD_EVENT_CRT_LOST && strcmp(event->text, "stdout") == 0)
            bytes += event->a;
    }
    return bytes;
}

void run_report_unflushed(const rd_world *world) {
    uint64_t bytes = lost_output(world);
    rd_process_info process = {.pid = 0};

    while (rd_process_next(world, process.pid, &process) == RD_OK)
        bytes += process.unflushed;
    if (bytes)
        cli_error("%" PRIu64 " bytes that were printed are not shown: they were never flushed from "
                  "the buffer of standard output. --console does without that buffer",
                  bytes);
}
