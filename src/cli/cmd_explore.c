#include "explore.h"

#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char cmd_explore_help[] =
    "usage: rundown explore [options] PROGRAM [arguments]\n"
    "\n"
    "Runs a program that rundown-cc made in every order of events, or in many, and looks for one\n"
    "that ends in a deadlock, a crash, abort, a bug check, a finding of the verifier or a leak\n"
    "of a driver. What is found is shrunk to few decisions; 'rundown replay' repeats it.\n"
    "\n"
    "  --strategy NAME         dpor (the default): each partial order of steps once; dfs: every\n"
    "                          schedule; random; pct; round-robin; portfolio\n"
    "  --executions NUMBER     explore no more (default: all; 10000 for random and pct)\n"
    "  --time SECONDS          stop after so much host time\n"
    "  --timeout SECONDS       of host time between two calls of Windows (default 10; 0: none)\n"
    "  --depth NUMBER          scheduling points of one execution (default 100000)\n"
    "  --preemptions NUMBER    of one execution, for dfs (default: any number)\n"
    "  --pct-depth NUMBER      for pct: that many steps in the wrong order are sought (default 3)\n"
    "  --seed NUMBER           of random and pct; the hash of a commit will do\n"
    "  --workers NUMBER        processes that explore at once (default 1)\n"
    "  --shard K/N             explore part K (0 to N-1) of N; without it the variables of\n"
    "                          GoogleTest, Bazel, Slurm arrays and Kubernetes are obeyed\n"
    "  --choose LIST           what is open besides the order of threads, separated by commas:\n"
    "                          timeout, waiter, apc, allocation, termination, id; or all\n"
    "  --timeouts              the same as --choose timeout\n"
    "  --allow VERDICT         is no violation: deadlock, crash, assertion, bugcheck, finding,\n"
    "                          leak; may be given several times\n"
    "  --no-shrink             show the violation as it was found\n"
    "  --checkpoint FILE       write there what is done, and go on from there if it exists\n"
    "  --format FORMAT         text (the default), json, junit or tap\n"
    "  --output FILE           write there, not to standard output\n"
    "  --verify                findings about programs are violations, too\n"
    "  --no-verify             the verifier finds nothing: what it warns of happens\n"
    "  --driver FILE, --path DIRECTORY, --profile NAME\n"
    "                          as for 'rundown run'\n"
    "\n"
    "The output of the program is not shown. The variables RUNDOWN_STRATEGY, _SEED, _ITERATIONS,\n"
    "_MAX_STEPS, _PREEMPTIONS, _TIME, _TIMEOUT, _OUT and _PROFILE stand for --strategy, --seed,\n"
    "--executions, --depth, --preemptions, --time, --timeout, --output and --profile where these\n"
    "are not given. RUNDOWN_COLOR is always, never or auto (the default: on terminals, unless\n"
    "NO_COLOR is set).\n"
    "Ctrl+C ends an exploration with a report of what is known, and writes the checkpoint.\n"
    "Exit status:\n"
    "  0  no violation\n"
    "  1  a violation was found\n"
    "  2  wrong usage, or a file that cannot be used\n"
    "  4  no violation, but an execution reached --depth or --timeout\n"
    "  5  rundown itself has failed, or the program is not deterministic\n";

const char cmd_shrink_help[] =
    "usage: rundown shrink STRING [options] PROGRAM [arguments]\n"
    "\n"
    "Runs the program with the decisions of the replay string, leaves out those that its end does\n"
    "not need, and prints the report with the shorter string.\n"
    "\n"
    "  --depth NUMBER, --timeout SECONDS, --allow VERDICT, --format FORMAT, --output FILE,\n"
    "  --verify, --no-verify, --driver FILE, --path DIRECTORY, --profile NAME\n"
    "                          as for 'rundown explore'\n"
    "\n"
    "The exit status is that of 'rundown explore'; 2 also if the string does not fit.\n";

/* ---- the scenario ---------------------------------------------------------------------------- */

static rd_status prepare(rd_world *world, void *context) {
    struct exploration *e = context;
    rd_status status = rd_image_add_path(world, ".");

    for (size_t i = 0; i < e->path_count && status == RD_OK; i++)
        status = rd_image_add_path(world, e->paths[i]);
    return status == RD_OK ? rd_image_load(world, e->words[0]) : status;
}

static rd_status start(rd_world *world, void *context) {
    struct exploration *e = context;
    rd_process_options options = {.size = sizeof options, .command_line = e->command_line};
    rd_status status = RD_OK;

    for (size_t i = 0; i < e->driver_count && status == RD_OK; i++)
        status = rd_driver_load_file(world, e->drivers[i], NULL);
    return status == RD_OK ? rd_process_start(world, cli_base_name(e->words[0]), &options, NULL)
                           : status;
}

/* Drivers go when everything has ended; what they leave behind is judged after this. */
static const char *finish(rd_world *world, void *context) {
    struct exploration *e = context;

    if (rd_world_verdict(world) == RD_VERDICT_FINISHED)
        for (size_t i = e->driver_count; i-- > 0 && rd_world_verdict(world) == RD_VERDICT_FINISHED;)
            rd_driver_unload(world, cli_base_name(e->drivers[i]), NULL);
    return NULL;
}

/* ---- exploring ------------------------------------------------------------------------------- */

static void show_progress(const rd_explore_progress *p, void *context) {
    (void)context;
    fprintf(stderr, "\r%" PRIu64 " explored, %.0f/s, depth %" PRIu64, p->executions,
            p->executions_per_second, p->depth_max);
    if (p->part >= 0)
        fprintf(stderr, ", about %.0f %%", p->part * 100);
    if (p->found)
        fprintf(stderr, ", %" PRIu64 " found", p->found);
    fputs("   ", stderr);
}

/* ---- Ctrl+C ---------------------------------------------------------------------------------- */

/* The only thing that a signal handler can reach. */
static volatile sig_atomic_t interrupted;

static void interrupt(int signal_number) {
    interrupted = signal_number;
}

/* The first signal asks for what is known; a second one ends the process at once. */
static void listen_to_signals(void) {
    struct sigaction action = {.sa_handler = interrupt, .sa_flags = (int)SA_RESETHAND}, old;
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};

    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        if (sigaction(signals[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
            sigaction(signals[i], &action, NULL);
}

/* Whoever has sent the signal is to see that it ended the command. */
static void end_by_signal(void) {
    if (!interrupted)
        return;
    fflush(NULL);
    signal(interrupted, SIG_DFL);
    raise(interrupted);
}

/* ---- one exploration ------------------------------------------------------------------------- */

static rd_status perform(struct exploration *e, rd_explore_result *result) {
    const rd_scenario scenario = {.size = sizeof scenario,
                                  .name = e->title,
                                  .build = e->build,
                                  .world = &e->world,
                                  .prepare = prepare,
                                  .start = start,
                                  .check = finish,
                                  .context = e};

    return e->replay ? rd_explore_shrink(&scenario, &e->options, e->replay, result)
                     : rd_explore(&scenario, &e->options, result);
}

/*
 * Whoever watches is told what a proof leaves out. Where every schedule was explored, plain
 * variables that one thread sets and another one reads later were part of it.
 */
static void tell_unseen(const struct exploration *e, const rd_explore_result *result) {
    if (result->verdict != RD_EXPLORE_OK || !result->complete || e->shows_accesses ||
        e->output.format != EXPLORATION_TEXT)
        return;
    fprintf(stderr, "note: %s; %s if the program is built with 'rundown-cc -fsanitize=thread'\n",
            strcmp(result->strategy, "dpor") == 0
                ? "plain variables and atomics were not looked at"
                : "what a thread does to plain variables and atomics between two calls of Windows "
                  "was one step",
            strcmp(result->strategy, "dpor") == 0 ? "they are" : "each access is one");
}

static void print_each(const char *option, const char **values, size_t count) {
    for (size_t i = 0; i < count; i++)
        printf(" %s %s", option, values[i]);
}

/* The string holds decisions only: without these options they are those of another program. */
static void tell_options(const struct exploration *e, const rd_explore_result *result) {
    bool full = e->world.verifier == RD_VERIFIER_FULL, off = e->world.verifier == RD_VERIFIER_OFF;
    if (!result->replay || e->output.format != EXPLORATION_TEXT || e->output.path ||
        !(full || off || e->driver_count || e->path_count || e->world.profile))
        return;
    printf("replay it with%s", full ? " --verify" : off ? " --no-verify" : "");
    print_each("--driver", e->drivers, e->driver_count);
    print_each("--path", e->paths, e->path_count);
    if (e->world.profile)
        printf(" --profile %s", e->world.profile);
    puts(", too");
}

static int explore(struct exploration *e) {
    rd_explore_result result;
    bool terminal = isatty(STDERR_FILENO);
    int exit_status;

    if (terminal)
        e->options.progress = show_progress;
    e->options.interrupted = &interrupted;
    listen_to_signals();
    rd_status status = perform(e, &result);
    if (terminal)
        fputs("\r\033[K", stderr);
    if (status == RD_OK) {
        exit_status = exploration_report(&result, &e->output);
        tell_options(e, &result);
        if (terminal)
            tell_unseen(e, &result);
    } else {
        cli_error("%s", result.explanation ? result.explanation : rd_status_name(status));
        exit_status = status == RD_INVALID_ARGUMENT ? CLI_USAGE : CLI_INTERNAL;
    }
    rd_explore_free(&result);
    if (exit_status != CLI_FAILED)
        end_by_signal();
    return exit_status;
}

int cmd_explore(int argc, char **argv) {
    struct exploration e = {0};
    int result = exploration_parse(&e, argc, argv) ? explore(&e) : CLI_USAGE;

    exploration_free(&e);
    return result;
}

static bool has_replay_string(int argc, char **argv) {
    if (argc >= 2 && argv[1][0] != '-')
        return true;
    cli_error("no replay string, which comes first; 'rundown help %s' tells how it is used",
              argv[0]);
    return false;
}

int cmd_shrink(int argc, char **argv) {
    struct exploration e = {0};
    int result = has_replay_string(argc, argv) && exploration_parse_shrink(&e, argc, argv)
                     ? explore(&e)
                     : CLI_USAGE;

    exploration_free(&e);
    return result;
}

/* ---- replay ---------------------------------------------------------------------------------- */

const char cmd_replay_help[] =
    "usage: rundown replay STRING [options] PROGRAM [arguments]\n"
    "\n"
    "The same as 'rundown run --replay STRING': runs the program once, with the decisions that\n"
    "'rundown explore' or 'rundown run --print-replay' has printed. All options of 'rundown run'\n"
    "may follow; the exit status is that of 'rundown run'. Where something went wrong the report\n"
    "that 'rundown explore' has printed comes last on standard error.\n";

int cmd_replay(int argc, char **argv) {
    const char **words;
    int result = CLI_INTERNAL;

    if (!has_replay_string(argc, argv))
        return CLI_USAGE;
    words = calloc((size_t)argc + 2, sizeof words[0]);
    if (words) {
        words[0] = "run";
        words[1] = "--replay";
        memcpy(words + 2, argv + 1, (size_t)(argc - 1) * sizeof words[0]);
        result = cmd_run(argc + 1, (char **)(uintptr_t)words);
    }
    free(words);
    return result;
}
