#include "cli.h"

#include <stdlib.h>
#include <string.h>

#include "rundown/rundown.h"

const char cmd_explain_help[] =
    "usage: rundown explain TOPIC...\n"
    "       rundown explain --list\n"
    "\n"
    "Prints the page about each topic:\n"
    "  K-IRQL-WAIT            a check of the verifier ('rundown checks' lists them)\n"
    "  IrqlPsPassive          its name in Driver Verifier or Static Driver Verifier\n"
    "  0xCE, 0xC4/0x100A      a bug check, also with its first parameter, or by name\n"
    "  0xC0000005             an NTSTATUS value, or its name\n"
    "  PROC-09                a rule\n"
    "\n"
    "  --list  list all checks, as 'rundown checks' does\n";

const char cmd_checks_help[] =
    "usage: rundown checks\n"
    "\n"
    "Lists what the verifier looks for: in drivers K- in their use of kernel services, N- in\n"
    "their callbacks, always; with 'rundown run --verify' U- in programs and DLLs, too.\n"
    "'rundown explain ID' tells more about each.\n"
    "  stop     the machine stops with a bug check\n"
    "  finding  the run goes on; 'rundown run' tells about it at the end\n"
    "  note     advice; 'rundown run --verify' tells about it at the end\n";

enum { TOPICS_MAX = 4096 };

static int explain(const char *topic) {
    size_t size = 0;
    char *page;

    if (rd_explain(topic, NULL, 0, &size) != RD_OK) {
        const char *names[TOPICS_MAX + 1] = {NULL};
        for (unsigned i = 0; i < TOPICS_MAX && rd_explain_topic(i); i++)
            names[i] = rd_explain_topic(i);
        cli_error_unknown("topic", topic, names,
                          "'rundown checks' and 'rundown rules' list what there is");
        return CLI_USAGE;
    }
    page = malloc(size);
    if (!page) {
        cli_error("out of memory");
        return CLI_INTERNAL;
    }
    rd_explain(topic, page, size, NULL);
    fputs(page, stdout);
    free(page);
    return CLI_OK;
}

int cmd_checks(int argc, char **argv) {
    static const char *const severities[] = {"", "note", "finding", "stop"};

    if (argc > 1) {
        cli_error("'rundown checks' takes no argument '%s'; 'rundown explain ID' tells about one "
                  "check",
                  argv[1]);
        return CLI_USAGE;
    }
    for (unsigned i = 1; i <= rd_check_count(); i++) {
        rd_check_info info;
        if (rd_check_get(i, &info) == RD_OK)
            printf("%-18s %-7s  %s\n", info.id, severities[info.severity], info.message);
    }
    return cli_finish_output();
}

int cmd_explain(int argc, char **argv) {
    enum { LIST = 1 };
    static const struct cli_option options[] = {{"--list", CLI_NO_VALUE, LIST},
                                                {NULL, CLI_NO_VALUE, 0}};
    struct cli_parser parser = {.options = options,
                                .help = "'rundown help explain' tells what there is",
                                .argc = argc,
                                .argv = argv,
                                .next = 1};
    int option = cli_next_option(&parser);

    if (option == CLI_BAD)
        return CLI_USAGE;
    if (option == LIST)
        return cmd_checks(argc - parser.next + 1, argv + parser.next - 1);
    if (parser.next == argc) {
        cli_error("no topic; %s", parser.help);
        return CLI_USAGE;
    }
    for (int i = parser.next; i < argc; i++) {
        int result = explain(argv[i]);
        if (result != CLI_OK)
            return result;
        if (i + 1 < argc)
            putchar('\n');
    }
    return cli_finish_output();
}
