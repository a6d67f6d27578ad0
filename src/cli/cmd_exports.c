#include "cli.h"

#include "rundown/rundown.h"

const char cmd_exports_help[] =
    "usage: rundown exports\n"
    "\n"
    "Prints the names of the Windows, kernel and C run-time functions that simulated programs can\n"
    "import, one a line.\n";

int cmd_exports(int argc, char **argv) {
    static const struct cli_option options[] = {{NULL, CLI_NO_VALUE, 0}};
    struct cli_parser parser = {.options = options,
                                .help = "'rundown help exports' explains the command",
                                .argc = argc,
                                .argv = argv,
                                .next = 1};

    if (cli_next_option(&parser) == CLI_BAD)
        return CLI_USAGE;
    if (parser.next < argc) {
        cli_error("unexpected argument '%s'; %s", argv[parser.next], parser.help);
        return CLI_USAGE;
    }
    for (unsigned i = 0;; i++) {
        const char *name = rd_export_name(i);
        if (!name)
            break;
        puts(name);
    }
    return cli_finish_output();
}
