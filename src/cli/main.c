/*
 * rundown - runs programs and drivers in a simulated Windows, and shows how they end.
 */
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "rundown/rundown.h"

static const struct {
    const char *name;
    cli_command_fn *run;
    const char *help;
    const char *summary;
} commands[] = {
    {"run", cmd_run, cmd_run_help, "runs a program that rundown-cc made"},
    {"explore", cmd_explore, cmd_explore_help, "runs it in every order of events"},
    {"replay", cmd_replay, cmd_replay_help, "runs it once more as an exploration found it"},
    {"shrink", cmd_shrink, cmd_shrink_help, "leaves out what a replay string does not need"},
    {"merge", cmd_merge, cmd_merge_help, "puts the parts of an exploration together"},
    {"rules", cmd_rules, cmd_rules_help, "lists the rules of termination that traces cite"},
    {"explain", cmd_explain, cmd_explain_help,
     "tells about a finding, a bug check, a status, a rule"},
    {"checks", cmd_checks, cmd_checks_help, "lists what the verifier looks for"},
    {"exports", cmd_exports, cmd_exports_help, "lists the functions that programs can import"},
};

enum { COMMAND_COUNT = sizeof commands / sizeof commands[0] };

static void print_usage(FILE *file) {
    fputs(
        "usage: rundown COMMAND [options] ...\n"
        "\n"
        "Runs Windows programs and drivers in a simulated machine, the same every time, and shows\n"
        "how their processes and threads end.\n"
        "\n",
        file);
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        fprintf(file, "  rundown %-8s %s\n", commands[i].name, commands[i].summary);
    fputs("  rundown help COMMAND\n"
          "  rundown --version\n",
          file);
}

static int find_command(const char *name) {
    const char *names[COMMAND_COUNT + 4] = {NULL};

    for (int i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(commands[i].name, name) == 0)
            return i;
        names[i] = commands[i].name;
    }
    names[COMMAND_COUNT] = "help";
    names[COMMAND_COUNT + 1] = "--help";
    names[COMMAND_COUNT + 2] = "--version";
    cli_error_unknown(name[0] == '-' ? "option" : "command", name, names,
                      "'rundown --help' lists the commands");
    return -1;
}

static int help(const char *name) {
    int command;

    if (!name) {
        print_usage(stdout);
        return cli_finish_output();
    }
    command = find_command(name);
    if (command < 0)
        return CLI_USAGE;
    fputs(commands[command].help, stdout);
    return cli_finish_output();
}

/*
 * Closed standard descriptors would be given to the next file that is opened. And a reader that
 * goes away, or a full disk, is an error of writing like any other.
 */
static void prepare_host(void) {
    for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; descriptor++)
        if (fcntl(descriptor, F_GETFD) < 0 && errno == EBADF && open("/dev/null", O_RDWR) < 0)
            _exit(CLI_INTERNAL);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
}

int main(int argc, char **argv) {
    const char *name = argc > 1 ? argv[1] : NULL;
    int command;

    prepare_host();
    if (!name) {
        print_usage(stderr);
        return CLI_USAGE;
    }
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0)
        return help(argc > 2 ? argv[2] : NULL);
    if (strcmp(name, "--version") == 0) {
        printf("rundown %s\n", rd_version());
        return cli_finish_output();
    }
    command = find_command(name);
    if (command < 0 || !cli_check_color())
        return CLI_USAGE;
    if (argc > 2 && (strcmp(argv[2], "--help") == 0 || strcmp(argv[2], "-h") == 0))
        return help(name);
    return commands[command].run(argc - 1, argv + 1);
}
