/*
 * cc_check.c - imports that nothing provides are errors of linking, not of running.
 */
#include "cc.h"

#include <stdlib.h>
#include <string.h>

#include "port/image_elf.h"

enum { REPORTED_MAX = 20 };

struct name_set {
    struct cc_list names; /* sorted once all are in */
};

static int compare_names(const void *left, const void *right) {
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static bool contains(const struct name_set *set, const char *name) {
    return bsearch(&name, set->names.items, set->names.count, sizeof *set->names.items,
                   compare_names) != NULL;
}

/* One name a line; '#' begins a comment. */
static void add_lines(struct name_set *set, char *text) {
    while (*text) {
        char *end = text + strcspn(text, "\r\n");
        bool more = *end != '\0';
        *end = '\0';
        text[strcspn(text, " \t#")] = '\0';
        if (*text)
            cc_add(&set->names, text);
        text = end + more;
    }
}

static bool add_exports_file(struct cc_command *command, struct name_set *set) {
    static const char *const places[] = {"exports.txt", "../lib/rundown/exports.txt",
                                         "../share/rundown/exports.txt", NULL};
    const char *directory = cc_program_directory(command->pool);
    size_t size;
    char *text = NULL;
    if (command->exports)
        text = (char *)cc_read_file(command->pool, command->exports, &size);
    for (size_t i = 0; !command->exports && directory && !text && places[i]; i++)
        text = (char *)cc_read_file(command->pool,
                                    cc_format(command->pool, "%s%s", directory, places[i]), &size);
    if (text)
        add_lines(set, text);
    return text != NULL;
}

static void add_host_names(struct name_set *set) {
    static const char *const names[] = {
#define HOST(name) #name,
#define HOST_AS(name, function) #name,
#include "port/image_host_names.def"
#undef HOST
#undef HOST_AS
        "__tls_get_addr", NULL};
    cc_add_all(&set->names, names);
}

static void add_dll_exports(struct cc_command *command, struct name_set *set, const char *path) {
    size_t size;
    struct elf_file file;
    unsigned char *bytes = cc_read_file(command->pool, path, &size);
    if (!bytes || elf_parse(&file, bytes, size) != NULL)
        return;
    for (size_t i = 1; i < file.symbol_count; i++)
        if (elf_is_export(&file.symbols[i]))
            cc_add(&set->names, elf_string(&file, file.symbols[i].st_name));
}

/* The linker gives a version to what it found in the C++ run-time, and to nothing else here. */
static bool has_version(const struct elf_file *file, size_t symbol) {
    return file->versions && (file->versions[symbol] & 0x7fff) > VER_NDX_GLOBAL;
}

static void report(struct cc_command *command, const struct cc_inputs *inputs, const char *output,
                   const char *name) {
    const char *dlls = "";
    for (size_t i = 0; i < inputs->dlls.count; i++)
        dlls = cc_format(command->pool, "%s %s,", dlls, cc_base_name(inputs->dlls.items[i]));
    bool cxx = !command->cxx && (strncmp(name, "_Z", 2) == 0 || strncmp(name, "__cxa_", 6) == 0 ||
                                 strncmp(name, "__gxx_", 6) == 0);
    cc_error(command,
             "%s: undefined reference to '%s': not defined by its sources,%s or Rundown's Windows "
             "functions; %s",
             output, name, dlls,
             cxx ? "link C++ with rundown-c++"
                 : "name the source, library or DLL that defines it, or correct the name");
}

bool cc_check_imports(struct cc_command *command, const struct cc_inputs *inputs, const char *name,
                      unsigned char *bytes, size_t size) {
    struct name_set set = {.names.pool = command->pool};
    struct elf_file file;
    if (!add_exports_file(command, &set)) {
        if (command->exports)
            cc_error(command, "%s: cannot be read", command->exports);
        return !command->exports;
    }
    add_host_names(&set);
    for (size_t i = 0; i < inputs->dlls.count; i++)
        add_dll_exports(command, &set, inputs->dlls.items[i]);
    qsort(set.names.items, set.names.count, sizeof *set.names.items, compare_names);
    if (elf_parse(&file, bytes, size) != NULL)
        return false;
    size_t missing = 0;
    for (size_t i = 1; i < file.symbol_count; i++) {
        const Elf64_Sym *symbol = &file.symbols[i];
        const char *import = elf_string(&file, symbol->st_name);
        if (symbol->st_shndx != SHN_UNDEF || !*import || symbol->st_size == IMAGE_IMPORT_WEAK ||
            has_version(&file, i) || contains(&set, import))
            continue;
        if (++missing <= REPORTED_MAX)
            report(command, inputs, name, import);
    }
    if (missing > REPORTED_MAX)
        cc_error(command, "%s: %zu more undefined references", name, missing - REPORTED_MAX);
    return missing == 0;
}
