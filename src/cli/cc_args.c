/*
 * cc_args.c - the command line: which options are ours, which the compiler's, and which only mean
 * something for PE files and are accepted without effect.
 */
#include "cc.h"

#include <string.h>

static void add_arg(struct cc_command *command, enum cc_kind kind, const char *text) {
    if (command->arg_count == command->arg_capacity) {
        size_t capacity = command->arg_capacity ? command->arg_capacity * 2 : 64;
        struct cc_arg *args = cc_alloc(command->pool, capacity * sizeof *args);
        if (command->arg_count)
            memcpy(args, command->args, command->arg_count * sizeof *args);
        command->args = args;
        command->arg_capacity = capacity;
    }
    command->args[command->arg_count++] = (struct cc_arg){kind, text};
}

static bool is_one_of(const char *text, const char *const *names) {
    for (; *names; names++)
        if (strcmp(text, *names) == 0)
            return true;
    return false;
}

static bool starts_with(const char *text, const char *prefix) {
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

static bool starts_with_one_of(const char *text, const char *const *prefixes) {
    for (; *prefixes; prefixes++)
        if (starts_with(text, *prefixes))
            return true;
    return false;
}

/* The linker's PE options, and those of its ELF options that rundown-cc decides itself. */
struct linker_option {
    const char *name; /* without dashes */
    bool has_value;
};

static const struct linker_option dropped_linker_options[] = {
    {"out-implib", true},
    {"output-def", true},
    {"subsystem", true},
    {"stack", true},
    {"heap", true},
    {"image-base", true},
    {"entry", true},
    {"e", true},
    {"major-image-version", true},
    {"minor-image-version", true},
    {"major-os-version", true},
    {"minor-os-version", true},
    {"major-subsystem-version", true},
    {"minor-subsystem-version", true},
    {"section-alignment", true},
    {"file-alignment", true},
    {"exclude-symbols", true},
    {"soname", true},
    {"h", true},
    {"enable-stdcall-fixup", false},
    {"disable-stdcall-fixup", false},
    {"kill-at", false},
    {"add-stdcall-alias", false},
    {"enable-auto-import", false},
    {"disable-auto-import", false},
    {"enable-runtime-pseudo-reloc", false},
    {"disable-runtime-pseudo-reloc", false},
    {"enable-auto-image-base", false},
    {"disable-auto-image-base", false},
    {"export-all-symbols", false},
    {"exclude-all-symbols", false},
    {"dynamicbase", false},
    {"disable-dynamicbase", false},
    {"nxcompat", false},
    {"disable-nxcompat", false},
    {"high-entropy-va", false},
    {"disable-high-entropy-va", false},
    {"large-address-aware", false},
    {"disable-large-address-aware", false},
    {"no-seh", false},
    {"disable-no-seh", false},
    {"no-bind", false},
    {"no-isolation", false},
    {"forceinteg", false},
    {"wdmdriver", false},
    {"tsaware", false},
    {"disable-tsaware", false},
    {"insert-timestamp", false},
    {"no-insert-timestamp", false},
    {"enable-reloc-section", false},
    {"disable-reloc-section", false},
    {"no-undefined", false},
    {"strip-all", false},
    {"s", false},
    {"static", false},
    {"Bstatic", false},
    {"Bdynamic", false},
    {"pie", false},
};

static void note_subsystem(struct cc_command *command, const char *value) {
    if (starts_with(value, "windows"))
        command->windows = true;
    else if (starts_with(value, "native"))
        command->kind = PORT_IMAGE_DRIVER;
}

/* Takes the words of one -Wl option or -Xlinker option; `pending` is an option without its value.
 */
static void add_linker_word(struct cc_command *command, const char **pending, const char *word) {
    if (*pending) {
        if (strcmp(*pending, "subsystem") == 0)
            note_subsystem(command, word);
        *pending = NULL;
        return;
    }
    const char *name = word + strspn(word, "-");
    size_t length = strcspn(name, "=");
    size_t count = sizeof dropped_linker_options / sizeof *dropped_linker_options;
    for (size_t i = 0; i < count && name != word; i++) {
        const struct linker_option *option = &dropped_linker_options[i];
        if (strlen(option->name) != length || memcmp(option->name, name, length) != 0)
            continue;
        if (option->has_value && !name[length])
            *pending = option->name;
        else if (name[length] && strcmp(option->name, "subsystem") == 0)
            note_subsystem(command, name + length + 1);
        return;
    }
    add_arg(command, CC_ARG_LINK, "-Xlinker");
    add_arg(command, CC_ARG_LINK, word);
}

static void add_linker_words(struct cc_command *command, const char **pending, const char *words) {
    while (*words) {
        size_t length = strcspn(words, ",");
        add_linker_word(command, pending, cc_copy(command->pool, words, length));
        words += length + (words[length] == ',');
    }
}

/* Options without effect here: what they ask for is decided by the kind of image. */
static const char *const dropped_options[] = {"-mconsole",
                                              "-mthreads",
                                              "-mwin32",
                                              "-mno-cygwin",
                                              "-static",
                                              "-static-libgcc",
                                              "-shared-libgcc",
                                              "-static-libstdc++",
                                              "-pie",
                                              "-no-pie",
                                              "-static-pie",
                                              "-rdynamic",
                                              "-pthread",
                                              "-s",
                                              "-nostdlib",
                                              "-nostartfiles",
                                              "-nodefaultlibs",
                                              "-nolibc",
                                              "-nostdlib++",
                                              "-mnop-fun-dllimport",
                                              "-Bstatic",
                                              "-Bdynamic",
                                              NULL};

static const char *const compile_only_options[] = {"-c", "-S", "-E", "-M", "-MM", "-fsyntax-only",
                                                   NULL};

static const char *const separate_options[] = {"-I",
                                               "-D",
                                               "-U",
                                               "-include",
                                               "-imacros",
                                               "-isystem",
                                               "-iquote",
                                               "-idirafter",
                                               "-iprefix",
                                               "-iwithprefix",
                                               "-isysroot",
                                               "-MF",
                                               "-MT",
                                               "-MQ",
                                               "-Xpreprocessor",
                                               "-A",
                                               "-B",
                                               "-G",
                                               "-Xassembler",
                                               "-dumpbase",
                                               "-dumpdir",
                                               "-aux-info",
                                               "--param",
                                               "-Xclang",
                                               "-mllvm",
                                               "-wrapper",
                                               "-target",
                                               "-iwithprefixbefore",
                                               "--sysroot",
                                               NULL};

static const char *const separate_link_options[] = {"-T", "-u", "-z", NULL};

static const char *const query_options[] = {
    "-dumpversion", "-dumpmachine", "-dumpfullversion", "-dumpspecs",
    "-print-",      "--print-",     "--target-help",    NULL};

/* Long options are ours unless they are known to be the compiler's. */
static const char *const compiler_long_options[] = {
    "--param=",         "--sysroot=", "--std=",           "--coverage",     "--target=",
    "--gcc-toolchain=", "--rtlib=",   "--stdlib=",        "--specs=",       "--unwindlib=",
    "--pedantic",       "--include=", "--define-",        "--undefine-",    "--optimize",
    "--debug",          "--warn-",    "--extra-warnings", "--all-warnings", "--no-standard-",
    "--ansi",           NULL};

struct reader {
    struct cc_command *command;
    const struct cc_list *words;
    size_t at;           /* of the word in work */
    const char *pending; /* linker option that lacks its value */
};

/* The word after the one in work. NULL: there is none, reported. */
static const char *next_word(struct reader *reader) {
    const char *option = reader->words->items[reader->at];
    if (reader->at + 1 < reader->words->count)
        return reader->words->items[++reader->at];
    cc_error(reader->command, "option '%s' needs an argument", option);
    return NULL;
}

/* --name=VALUE or --name VALUE. False: another option. A missing value leaves *value NULL. */
static bool take_value(struct reader *reader, const char *name, const char **value) {
    const char *word = reader->words->items[reader->at];
    size_t length = strlen(name);
    if (strncmp(word, name, length) != 0 || (word[length] && word[length] != '='))
        return false;
    *value = word[length] ? word + length + 1 : next_word(reader);
    return true;
}

/* The rest of the word after a short option, or the next word. */
static const char *joined_value(struct reader *reader) {
    const char *word = reader->words->items[reader->at];
    return word[2] ? word + 2 : next_word(reader);
}

enum taken { NOT_TAKEN, TAKEN, FAILED };

static enum taken take_long_option(struct reader *reader, const char *word) {
    struct cc_command *command = reader->command;
    if (take_value(reader, "--cc", &command->compiler))
        return command->compiler ? TAKEN : FAILED;
    if (take_value(reader, "--sdk-dir", &command->sdk))
        return command->sdk ? TAKEN : FAILED;
    if (take_value(reader, "--exports", &command->exports))
        return command->exports ? TAKEN : FAILED;
    if (strcmp(word, "--driver") == 0)
        command->kind = PORT_IMAGE_DRIVER;
    else if (strcmp(word, "--verbose") == 0 || strcmp(word, "-v") == 0)
        command->verbose = true;
    else if (strcmp(word, "-###") == 0)
        command->dry_run = true;
    else if (strcmp(word, "--version") == 0)
        command->version = true;
    else if (strcmp(word, "--help") == 0)
        command->help = true;
    else if (starts_with(word, "--") && !is_one_of(word, separate_options) &&
             !starts_with_one_of(word, compiler_long_options)) {
        cc_error(command, "unknown option '%s'; 'rundown-cc --help' lists the options", word);
        return FAILED;
    } else
        return NOT_TAKEN;
    return TAKEN;
}

/* Options that say what is built. */
static enum taken take_kind_option(struct reader *reader, const char *word) {
    struct cc_command *command = reader->command;
    if (strcmp(word, "-shared") == 0 || strcmp(word, "-mdll") == 0) {
        if (command->kind == PORT_IMAGE_PROGRAM)
            command->kind = PORT_IMAGE_DLL;
    } else if (strcmp(word, "-mwindows") == 0) {
        command->windows = true;
    } else if (strcmp(word, "-municode") == 0) {
        command->wide = true;
        add_arg(command, CC_ARG_OPTION, "-DUNICODE");
    } else if (is_one_of(word, compile_only_options)) {
        command->compile_only = true;
        add_arg(command, CC_ARG_OPTION, word);
    } else if (strcmp(word, "-m32") == 0 || strcmp(word, "-mx32") == 0) {
        cc_error(command, "%s: simulated code is 64-bit only; leave the option out", word);
        return FAILED;
    } else if (strcmp(word, "-e") == 0) {
        return next_word(reader) ? TAKEN : FAILED;
    } else if (!is_one_of(word, dropped_options)) {
        return NOT_TAKEN;
    }
    return TAKEN;
}

static enum taken take_link_option(struct reader *reader, const char *word) {
    struct cc_command *command = reader->command;
    const char *value;
    if (starts_with(word, "-Wl,")) {
        add_linker_words(command, &reader->pending, word + 4);
    } else if (strcmp(word, "-Xlinker") == 0) {
        if (!(value = next_word(reader)))
            return FAILED;
        add_linker_word(command, &reader->pending, value);
    } else if (starts_with(word, "-L")) {
        if (!(value = joined_value(reader)))
            return FAILED;
        cc_add(&command->directories, value);
        add_arg(command, CC_ARG_LINK, cc_format(command->pool, "-L%s", value));
    } else if (starts_with(word, "-l")) {
        if (!(value = joined_value(reader)))
            return FAILED;
        add_arg(command, CC_ARG_LIBRARY, value);
    } else if (is_one_of(word, separate_link_options)) {
        if (!(value = next_word(reader)))
            return FAILED;
        add_arg(command, CC_ARG_LINK, word);
        add_arg(command, CC_ARG_LINK, value);
    } else {
        return NOT_TAKEN;
    }
    return TAKEN;
}

static enum taken take_compiler_option(struct reader *reader, const char *word) {
    struct cc_command *command = reader->command;
    const char *value;
    if (starts_with(word, "-o")) {
        if (!(command->output = joined_value(reader)))
            return FAILED;
        return TAKEN;
    }
    if (starts_with(word, "-x")) {
        if (!(value = joined_value(reader)))
            return FAILED;
        command->language = strcmp(value, "none") == 0 ? NULL : value;
        command->cxx |= starts_with(value, "c++");
        add_arg(command, CC_ARG_OPTION, cc_format(command->pool, "-x%s", value));
        return TAKEN;
    }
    if (starts_with_one_of(word, query_options))
        command->query = true;
    if (strcmp(word, "-fsanitize=thread") == 0)
        command->accesses_are_points = true;
    if (starts_with(word, "-Wformat") || starts_with(word, "-Wno-format") ||
        starts_with(word, "-Werror=format"))
        command->format_asked = true;
    add_arg(command, CC_ARG_OPTION, word);
    if (is_one_of(word, separate_options)) {
        if (!(value = next_word(reader)))
            return FAILED;
        add_arg(command, CC_ARG_OPTION, value);
    }
    return TAKEN;
}

bool cc_read_arguments(struct cc_command *command, int count, char **arguments) {
    static enum taken (*const takers[])(struct reader *, const char *) = {
        take_long_option, take_kind_option, take_link_option, take_compiler_option};
    struct cc_list words;
    if (!cc_expand(command->pool, command->program, count, arguments, &words))
        return false;
    command->directories.pool = command->pool;
    struct reader reader = {.command = command, .words = &words};
    for (; reader.at < words.count; reader.at++) {
        const char *word = words.items[reader.at];
        if (word[0] != '-' || !word[1]) {
            if (!command->language && cc_is_cxx_source(word))
                command->cxx = true;
            add_arg(command, CC_ARG_INPUT, word);
            continue;
        }
        enum taken taken = NOT_TAKEN;
        for (size_t i = 0; taken == NOT_TAKEN; i++) /* the last one takes everything */
            taken = takers[i](&reader, word);
        if (taken == FAILED)
            return false;
    }
    return true;
}
