#include "explore.h"

#include <stdlib.h>

const char cmd_merge_help[] =
    "usage: rundown merge [options] PART...\n"
    "\n"
    "Puts the results of all shards of an exploration together: files that 'rundown explore\n"
    "--shard K/N --format json' has written, in any order. What comes out is the result of the\n"
    "exploration in one piece, and so is the exit status.\n"
    "\n"
    "  --format FORMAT         text (the default), json, junit or tap\n"
    "  --output FILE           write there, not to standard output\n"
    "\n"
    "With a part that is missing, given twice or of another exploration the exit status is 2.\n";

static const struct cli_option table[] = {
    {"--format", CLI_VALUE, EXPLORATION_FORMAT},
    {"--output", CLI_VALUE, EXPLORATION_OUTPUT},
    {NULL, CLI_NO_VALUE, 0},
};

static int merge(const struct exploration_output *output, const rd_explore_result *parts,
                 size_t count) {
    rd_explore_result result;
    rd_status status = rd_explore_merge(parts, count, &result);
    int exit_status;

    if (status == RD_OK) {
        exit_status = exploration_report(&result, output);
    } else {
        cli_error("%s", result.explanation ? result.explanation : rd_status_name(status));
        exit_status = status == RD_INVALID_ARGUMENT ? CLI_USAGE : CLI_INTERNAL;
    }
    rd_explore_free(&result);
    return exit_status;
}

static int merge_files(const struct exploration_output *output, char **paths, size_t count) {
    rd_explore_result *parts = calloc(count, sizeof parts[0]);
    size_t read = 0;
    int result = CLI_USAGE;

    if (!parts)
        return CLI_INTERNAL;
    while (read < count && exploration_read_part(paths[read], &parts[read]))
        read++;
    if (read == count)
        result = merge(output, parts, count);
    else
        read++;
    for (size_t i = 0; i < read; i++)
        rd_explore_free(&parts[i]);
    free(parts);
    return result;
}

/* Options may stand behind parts, up to "--". The parts go to the front of the words: how many;
 * -1: the command line is wrong. */
static int gather_parts(struct cli_parser *parser, struct exploration_output *output) {
    bool options = true;
    int count = 0;

    while (parser->next < parser->argc) {
        int before = parser->next;
        int option = options ? cli_next_option(parser) : CLI_END;

        if (option == CLI_END && parser->next > before)
            options = false;
        else if (option == CLI_END)
            parser->argv[count++] = parser->argv[parser->next++];
        else if (option == CLI_BAD || !exploration_set_output(output, parser, option))
            return -1;
    }
    return count;
}

int cmd_merge(int argc, char **argv) {
    struct exploration_output output = {0};
    struct cli_parser parser = {.options = table,
                                .help = "'rundown help merge' lists the options",
                                .argc = argc,
                                .argv = argv,
                                .next = 1};
    int count = gather_parts(&parser, &output);

    if (count < 0)
        return CLI_USAGE;
    if (!count) {
        cli_error("no part to merge: give the files that 'rundown explore --format json' has "
                  "written; %s",
                  parser.help);
        return CLI_USAGE;
    }
    return merge_files(&output, argv, (size_t)count);
}
