/*
 * cc_link.c - compiling; linking into a temporary file that becomes the output only when it is
 * good.
 */
#include "cc.h"

#include <stdio.h>
#include <string.h>

#include "elf_seal.h"

static struct cc_list begin_command(struct cc_command *command, const struct cc_tools *tools,
                                    const struct cc_inputs *inputs) {
    struct cc_list list = {.pool = command->pool};
    cc_add_compiler(tools, &list);
    for (size_t i = 0; i < inputs->arguments.count; i++)
        cc_add(&list, inputs->arguments.items[i]);
    cc_add_compile_flags(command, tools, &list);
    return list;
}

int cc_compile(struct cc_command *command, struct cc_tools *tools, struct cc_inputs *inputs) {
    struct cc_list list = begin_command(command, tools, inputs);
    if (command->output) {
        cc_add(&list, "-o");
        cc_add(&list, command->output);
    }
    return cc_run(command, &list);
}

/* A link in work: names of files that must not survive it. */
struct link {
    struct cc_command *command;
    const struct cc_inputs *inputs;
    const char *output;
    const char *temporary, *startup_source, *startup_object, *script;
};

static bool write_temporary(struct cc_command *command, const char *path, const char *text) {
    if (command->dry_run || cc_write_file(path, text, strlen(text)))
        return true;
    cc_error(command, "%s: cannot be written; set TMPDIR to a directory for temporary files", path);
    return false;
}

static int make_startup(struct link *link, const struct cc_tools *tools) {
    struct cc_command *command = link->command;
    struct cc_list list = {.pool = command->pool};
    cc_add_compiler(tools, &list);
    const char *words[] = {"-c", link->startup_source, "-o", link->startup_object, NULL};
    cc_add_all(&list, words);
    if (!write_temporary(command, link->startup_source, cc_startup_text) ||
        !write_temporary(command, link->script, cc_script_text))
        return 1;
    return cc_run(command, &list);
}

/*
 * Everything undefined is left to Rundown's loader. -z relro keeps what changes only while loading
 * apart from the variables, so that a process's private data is small.
 */
static int run_linker(struct link *link, const struct cc_tools *tools) {
    static const char *const flags[] = {"-shared",
                                        "-nostdlib",
                                        "-nostartfiles",
                                        "-Wl,-Bsymbolic",
                                        "-Wl,-z,now",
                                        "-Wl,-z,relro",
                                        "-Wl,-z,undefs",
                                        "-Wl,-z,noexecstack",
                                        "-Wl,--hash-style=both",
                                        "-Wl,--eh-frame-hdr",
                                        "-Wl,-e,rd_run_directly",
                                        NULL};
    struct cc_command *command = link->command;
    struct cc_list list = {.pool = command->pool};
    cc_add_compiler(tools, &list);
    cc_add(&list,
           "-Wl,--as-needed"); /* as on Windows: a DLL of which nothing is used is not loaded */
    for (size_t i = 0; i < link->inputs->arguments.count; i++)
        cc_add(&list, link->inputs->arguments.items[i]);
    cc_add_compile_flags(command, tools, &list);
    cc_add_all(&list, flags);
    if (command->accesses_are_points)
        cc_add(&list, "-Wl,--wrap=memcpy,--wrap=memmove,--wrap=memset");
    cc_add(&list, "-Xlinker");
    cc_add(&list, "-soname");
    cc_add(&list, "-Xlinker");
    cc_add(&list, cc_base_name(link->output));
    cc_add(&list, "-Xlinker");
    cc_add(&list, "-T");
    cc_add(&list, "-Xlinker");
    cc_add(&list, link->script);
    cc_add(&list, "-xnone");
    cc_add(&list, link->startup_object);
    if (command->cxx) {
        cc_add(&list, "-lstdc++");
        cc_add(&list, "-lgcc_s");
    }
    cc_add(&list, "-lgcc");
    cc_add(&list, "-o");
    cc_add(&list, link->temporary);
    return cc_run(command, &list);
}

/* Seals the linked file and puts it into the output's place. */
static int finish(struct link *link) {
    struct cc_command *command = link->command;
    const struct elf_seal seal = {command->kind, command->windows, command->wide};
    char error[256];
    size_t size;
    unsigned char *bytes = cc_read_file(command->pool, link->temporary, &size);
    if (!bytes) {
        cc_error(command, "%s: the linker's output cannot be read", link->temporary);
        return 1;
    }
    if (!elf_seal(bytes, size, &seal, error, sizeof error)) {
        cc_error(command, "%s: %s", link->output, error);
        return CC_EXIT_USAGE;
    }
    if (!cc_check_imports(command, link->inputs, link->output, bytes, size))
        return CC_EXIT_USAGE;
    if (!cc_overwrite_file(link->temporary, bytes, size) ||
        rename(link->temporary, link->output) != 0) {
        cc_error(command, "%s: cannot be written", link->output);
        return 1;
    }
    return 0;
}

static bool has_directory(struct cc_command *command, const char *path) {
    size_t length = (size_t)(cc_base_name(path) - path);
    return length == 0 || cc_file_kind(cc_copy(command->pool, path, length)) == CC_FILE_DIRECTORY;
}

int cc_link(struct cc_command *command, struct cc_tools *tools, struct cc_inputs *inputs) {
    struct link link = {.command = command,
                        .inputs = inputs,
                        .output = command->output ? command->output : "a.exe"};
    const char *startup = cc_format(command->pool, "%s/rundown-start", cc_temporary_directory());
    link.temporary = cc_temporary_name(command->pool, link.output, ".tmp");
    link.startup_source = cc_temporary_name(command->pool, startup, ".s");
    link.startup_object = cc_temporary_name(command->pool, startup, ".o");
    link.script = cc_temporary_name(command->pool, startup, ".ld");
    if (cc_file_kind(link.output) == CC_FILE_DIRECTORY) {
        cc_error(command, "%s: is a directory; name the output file after -o", link.output);
        return CC_EXIT_USAGE;
    }
    if (!has_directory(command, link.output)) {
        cc_error(command, "%s: its directory does not exist; create it first", link.output);
        return CC_EXIT_USAGE;
    }
    cc_hold_interrupts(true);
    int code = make_startup(&link, tools);
    if (code == 0)
        code = run_linker(&link, tools);
    if (code == 0 && !command->dry_run)
        code = finish(&link);
    if (!command->dry_run) {
        remove(link.startup_source);
        remove(link.startup_object);
        remove(link.script);
        if (code != 0)
            remove(link.temporary);
    }
    cc_hold_interrupts(false);
    return code;
}
