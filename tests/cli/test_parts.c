/*
 * Parts of the command that can be tested without running it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* The command is no library: its parts are compiled into the test. */
#include "cli/cli_file.c"
#include "cli/cli_message.c"
#include "cli/cli_options.c"
#include "cli/cli_quote.c"

/* ---- command lines --------------------------------------------------------------------------- */

/* What Windows' C run-time makes of a command line behind the program's name, one argument a line.
 */
static void split(const char *line, char *words) {
    bool quoted = false;

    while (*line && *line != ' ')
        line++;
    while (*line) {
        size_t backslashes = 0;
        if (!quoted && *line == ' ') {
            line++;
            *words++ = '\n';
            continue;
        }
        while (*line == '\\') {
            backslashes++;
            line++;
        }
        bool before_quote = *line == '"';
        for (size_t i = 0; i < (before_quote ? backslashes / 2 : backslashes); i++)
            *words++ = '\\';
        if (before_quote && backslashes % 2 == 0) {
            quoted = !quoted;
            line++;
        } else if (*line && (before_quote || quoted || *line != ' ')) {
            *words++ = *line++;
        }
    }
    *words = '\0';
}

static void assert_quoted(const char *argument, const char *expected) {
    const char *words[] = {"app.exe", argument};
    char line[256];
    char back[256];
    char *quoted = cli_quote(words, 2);

    snprintf(line, sizeof line, "app.exe %s", expected);
    assert_string_equal(quoted, line);
    split(quoted, back);
    assert_int_equal(back[0], '\n');
    assert_string_equal(back + 1, argument);
    free(quoted);
}

static void quoting_is_undone_by_the_c_run_time(void **state) {
    (void)state;
    assert_quoted("plain", "plain");
    assert_quoted("", "\"\"");
    assert_quoted("two words", "\"two words\"");
    assert_quoted("a\"b", "a\\\"b");
    assert_quoted("C:\\dir\\file", "C:\\dir\\file");
    assert_quoted("C:\\my dir\\", "\"C:\\my dir\\\\\"");
    assert_quoted("back\\\\", "back\\\\");
    assert_quoted("\\\"", "\\\\\\\"");
    assert_quoted("a\\\\\"b c\\\\", "\"a\\\\\\\\\\\"b c\\\\\\\\\"");
    assert_quoted("\"", "\\\"");
}

static void quoting_of_the_programs_name_knows_no_backslash(void **state) {
    const char *words[] = {"my app.exe", "x"};
    char *quoted = cli_quote(words, 2);

    (void)state;
    assert_string_equal(quoted, "\"my app.exe\" x");
    free(quoted);
}

/* ---- suggestions ----------------------------------------------------------------------------- */

static void nearest_name_is_near(void **state) {
    static const char *const names[] = {"run",    "rules",          "exports",
                                        "--seed", "--print-replay", NULL};

    (void)state;
    assert_string_equal(cli_nearest("rnu", names), "run");
    assert_string_equal(cli_nearest("ruels", names), "rules");
    assert_string_equal(cli_nearest("export", names), "exports");
    assert_string_equal(cli_nearest("--sed", names), "--seed");
    assert_string_equal(cli_nearest("--print", names), "--print-replay");
    assert_null(cli_nearest("frobnicate", names));
    assert_null(cli_nearest("", names));
    assert_null(cli_nearest(
        "a-name-that-is-much-longer-than-any-name-of-a-command-could-ever-be-ever", names));
}

/* ---- options --------------------------------------------------------------------------------- */

enum { ALPHA = 1, BETA, GAMMA };

static const struct cli_option options[] = {{"--alpha", CLI_NO_VALUE, ALPHA},
                                            {"--beta", CLI_VALUE, BETA},
                                            {"--gamma", CLI_OPTIONAL_VALUE, GAMMA},
                                            {NULL, CLI_NO_VALUE, 0}};

static struct cli_parser parse(char **argv) {
    int argc = 0;
    while (argv[argc])
        argc++;
    return (struct cli_parser){
        .options = options, .help = "see help", .argc = argc, .argv = argv, .next = 1};
}

static void options_end_at_the_first_other_word(void **state) {
    char *argv[] = {"x",       "--alpha",   "--beta", "--gamma", "--beta=",
                    "--gamma", "--gamma=7", "word",   "--alpha", NULL};
    struct cli_parser p = parse(argv);

    (void)state;
    assert_int_equal(cli_next_option(&p), ALPHA);
    assert_int_equal(cli_next_option(&p), BETA);
    assert_string_equal(p.value, "--gamma");
    assert_int_equal(cli_next_option(&p), BETA);
    assert_string_equal(p.value, "");
    assert_int_equal(cli_next_option(&p), GAMMA);
    assert_null(p.value);
    assert_int_equal(cli_next_option(&p), GAMMA);
    assert_string_equal(p.value, "7");
    assert_int_equal(cli_next_option(&p), CLI_END);
    assert_string_equal(argv[p.next], "word");
}

static void options_end_after_two_hyphens(void **state) {
    char *argv[] = {"x", "--alpha", "--", "--beta", NULL};
    struct cli_parser p = parse(argv);

    (void)state;
    assert_int_equal(cli_next_option(&p), ALPHA);
    assert_int_equal(cli_next_option(&p), CLI_END);
    assert_string_equal(argv[p.next], "--beta");
}

static void wrong_options_are_refused(void **state) {
    char *unknown[] = {"x", "--alph", NULL};
    char *with_value[] = {"x", "--alpha=1", NULL};
    char *without_value[] = {"x", "--beta", NULL};
    char **cases[] = {unknown, with_value, without_value};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct cli_parser p = parse(cases[i]);
        assert_int_equal(cli_next_option(&p), CLI_BAD);
    }
}

static void assert_number(const char *text, bool valid, uint64_t expected) {
    struct cli_parser p = {.name = "--number", .value = text};
    uint64_t number;

    assert_int_equal(cli_value_number(&p, 0, UINT64_MAX, &number), valid);
    if (valid)
        assert_true(number == expected);
}

static void numbers_are_whole_and_fit(void **state) {
    struct cli_parser p = {.name = "--number", .value = "5"};
    uint64_t number;

    (void)state;
    assert_number("0", true, 0);
    assert_number("42", true, 42);
    assert_number("0x1F", true, 31);
    assert_number("0xff", true, 255);
    assert_number("18446744073709551615", true, UINT64_MAX);
    assert_number("18446744073709551616", false, 0);
    assert_number("", false, 0);
    assert_number("0x", false, 0);
    assert_number("-1", false, 0);
    assert_number(" 1", false, 0);
    assert_number("1 ", false, 0);
    assert_number("1a", false, 0);
    assert_false(cli_value_number(&p, 6, 9, &number));
    assert_false(cli_value_number(&p, 1, 4, &number));
}

/* ---- files ----------------------------------------------------------------------------------- */

struct directory {
    char path[64];
    char file[96];
};

static int make_directory(void **state) {
    struct directory *directory = calloc(1, sizeof *directory);

    strcpy(directory->path, "/tmp/rundown-cli-XXXXXX");
    if (!mkdtemp(directory->path))
        return 1;
    snprintf(directory->file, sizeof directory->file, "%s/trace", directory->path);
    *state = directory;
    return 0;
}

/* Also fails the test if anything else is left in the directory. */
static int remove_directory(void **state) {
    struct directory *directory = *state;
    int result;

    unlink(directory->file);
    result = rmdir(directory->path);
    free(directory);
    return result;
}

static void assert_content(const char *path, const char *expected) {
    char text[64] = "";
    FILE *file = fopen(path, "r");

    assert_non_null(file);
    assert_true(fread(text, 1, sizeof text - 1, file) > 0);
    fclose(file);
    assert_string_equal(text, expected);
}

static void file_appears_when_it_is_complete(void **state) {
    struct directory *directory = *state;
    struct cli_file file;

    assert_int_equal(cli_file_check(directory->file), 0);
    assert_int_equal(cli_file_open(&file, directory->file), 0);
    fputs("new", file.stream);
    assert_int_not_equal(access(directory->file, F_OK), 0);
    assert_int_equal(cli_file_close(&file, true), 0);
    assert_content(directory->file, "new");
}

static void file_that_is_not_complete_changes_nothing(void **state) {
    struct directory *directory = *state;
    struct cli_file file;

    assert_int_equal(cli_file_open(&file, directory->file), 0);
    fputs("old", file.stream);
    assert_int_equal(cli_file_close(&file, true), 0);
    assert_int_equal(chmod(directory->file, 0640), 0);

    assert_int_equal(cli_file_open(&file, directory->file), 0);
    fputs("new", file.stream);
    assert_int_equal(cli_file_close(&file, false), 0);
    assert_content(directory->file, "old");

    struct stat status;
    assert_int_equal(cli_file_open(&file, directory->file), 0);
    fputs("newer", file.stream);
    assert_int_equal(cli_file_close(&file, true), 0);
    assert_content(directory->file, "newer");
    assert_int_equal(stat(directory->file, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0640);
}

static void file_may_be_a_device(void **state) {
    struct cli_file file;

    (void)state;
    assert_int_equal(cli_file_check("/dev/null"), 0);
    assert_int_equal(cli_file_open(&file, "/dev/null"), 0);
    fputs("x", file.stream);
    assert_int_equal(cli_file_close(&file, true), 0);
    assert_int_equal(access("/dev/null", W_OK), 0);
}

static void file_that_cannot_be_written_is_known_before(void **state) {
    (void)state;
    assert_int_equal(cli_file_check("/tmp"), EISDIR);
    assert_int_equal(cli_file_check("/no/such/directory/file"), ENOENT);
    assert_int_equal(cli_file_check("/dev/null/file"), ENOTDIR);
    assert_int_equal(cli_file_readable("/no/such/file"), ENOENT);
    assert_int_equal(cli_file_readable("/tmp"), EISDIR);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quoting_is_undone_by_the_c_run_time),
        cmocka_unit_test(quoting_of_the_programs_name_knows_no_backslash),
        cmocka_unit_test(nearest_name_is_near),
        cmocka_unit_test(options_end_at_the_first_other_word),
        cmocka_unit_test(options_end_after_two_hyphens),
        cmocka_unit_test(wrong_options_are_refused),
        cmocka_unit_test(numbers_are_whole_and_fit),
        cmocka_unit_test_setup_teardown(file_appears_when_it_is_complete, make_directory,
                                        remove_directory),
        cmocka_unit_test_setup_teardown(file_that_is_not_complete_changes_nothing, make_directory,
                                        remove_directory),
        cmocka_unit_test(file_may_be_a_device),
        cmocka_unit_test(file_that_cannot_be_written_is_known_before),
    };
    return cmocka_run_group_tests_name("cli", tests, NULL, NULL);
}
