/*
 * cc_inputs.c - what the files and libraries on the command line are.
 *
 * Import libraries do not exist here: linking names the DLL itself. Windows' own import libraries
 * (kernel32, user32, ...) are accepted and ignored, since their functions are Rundown's.
 */
#include "cc.h"

#include <string.h>
#include <strings.h>

#include "port/image_elf.h"

static bool has_extension(const char *path, const char *const *extensions) {
    const char *dot = strrchr(cc_base_name(path), '.');
    for (; dot && *extensions; extensions++)
        if (strcmp(dot + 1, *extensions) == 0)
            return true;
    return false;
}

bool cc_is_cxx_source(const char *path) {
    static const char *const extensions[] = {"cpp", "cc", "cxx", "C",   "c++",
                                             "CPP", "cp", "ii",  "hpp", NULL};
    return has_extension(path, extensions);
}

static bool is_source(const char *path) {
    static const char *const extensions[] = {"c", "i", "s", "S", "sx", "h", NULL};
    return has_extension(path, extensions) || cc_is_cxx_source(path);
}

/* Windows' import libraries and the host's libraries whose functions Rundown provides. */
static const char *const system_libraries[] = {"advapi32",
                                               "aux_klib",
                                               "bcrypt",
                                               "bufferoverflowfastfailk",
                                               "bufferoverflowk",
                                               "c",
                                               "cfgmgr32",
                                               "cng",
                                               "comctl32",
                                               "comdlg32",
                                               "credui",
                                               "crypt32",
                                               "cryptbase",
                                               "dbghelp",
                                               "dnsapi",
                                               "dwmapi",
                                               "fltmgr",
                                               "fwpkclnt",
                                               "fwpuclnt",
                                               "gcc",
                                               "gcc_eh",
                                               "gcc_s",
                                               "gdi32",
                                               "hal",
                                               "imagehlp",
                                               "imm32",
                                               "iphlpapi",
                                               "kernel32",
                                               "kernelbase",
                                               "ksecdd",
                                               "legacy_stdio_definitions",
                                               "libcmt",
                                               "libcmtd",
                                               "libcntpr",
                                               "libucrt",
                                               "libvcruntime",
                                               "m",
                                               "mincore",
                                               "mingw32",
                                               "mingwex",
                                               "mingwthrd",
                                               "moldname",
                                               "mpr",
                                               "msvcrt",
                                               "msvcrtd",
                                               "mswsock",
                                               "ndis",
                                               "netapi32",
                                               "netio",
                                               "normaliz",
                                               "ntdll",
                                               "ntoskrnl",
                                               "ntstrsafe",
                                               "oldnames",
                                               "ole32",
                                               "oleaut32",
                                               "onecore",
                                               "onecoreuap",
                                               "powrprof",
                                               "propsys",
                                               "psapi",
                                               "pthread",
                                               "rpcrt4",
                                               "secur32",
                                               "setupapi",
                                               "shell32",
                                               "shlwapi",
                                               "synchronization",
                                               "ucrt",
                                               "ucrtbase",
                                               "ucrtd",
                                               "user32",
                                               "userenv",
                                               "uuid",
                                               "uxtheme",
                                               "vcruntime",
                                               "version",
                                               "wdfdriverentry",
                                               "wdfldr",
                                               "wdm",
                                               "wdmsec",
                                               "wevtapi",
                                               "windowsapp",
                                               "winhttp",
                                               "wininet",
                                               "winmm",
                                               "winpthread",
                                               "winspool",
                                               "wintrust",
                                               "ws2_32",
                                               "wsock32",
                                               "wtsapi32",
                                               NULL};

static bool is_system_library(const char *name) {
    for (const char *const *known = system_libraries; *known; known++)
        if (strcasecmp(name, *known) == 0)
            return true;
    return strncasecmp(name, "api-ms-win-", 11) == 0 || strncasecmp(name, "msvcr", 5) == 0 ||
           strncasecmp(name, "msvcp", 5) == 0;
}

static bool is_cxx_library(const char *name) {
    return strcmp(name, "stdc++") == 0 || strcmp(name, "c++") == 0 || strcmp(name, "supc++") == 0;
}

static void add_dll(struct cc_inputs *inputs, const char *path) {
    cc_add(&inputs->dlls, path);
    cc_add(&inputs->arguments, path);
}

/* Looks for the DLL or archive behind a library name in a directory. NULL: not there. */
static const char *find_in(struct cc_command *command, const char *directory, const char *name) {
    static const char *const forms[] = {"lib%s.dll", "%s.dll", "lib%s.a", "%s.a", NULL};
    for (const char *const *form = forms; *form; form++) {
        const char *tail = strchr(*form, '%') + 2;
        const char *path = cc_format(command->pool, "%s/%s%s%s", directory,
                                     (*form)[0] == 'l' ? "lib" : "", name, tail);
        if (cc_file_kind(path) == CC_FILE_REGULAR)
            return path;
    }
    return NULL;
}

static bool is_dll_path(const char *path) {
    static const char *const extensions[] = {"dll", "DLL", "exe", "sys", "drv", "cpl", "ocx", NULL};
    return has_extension(path, extensions);
}

/* A DLL must be one that rundown-cc made; the linker would take any shared object. */
static bool check_dll(struct cc_command *command, const char *path) {
    size_t size;
    struct elf_file file;
    unsigned char *bytes = cc_read_file(command->pool, path, &size);
    const char *wrong = NULL;
    if (!bytes)
        wrong = "cannot be read";
    else if (elf_identify(bytes, size) == ELF_KIND_PE)
        wrong = "is a Windows PE image; compile its source with rundown-cc";
    else if (!elf_find_note(&file, bytes, size) || file.note->version != IMAGE_FORMAT_VERSION)
        wrong = "was not made by this rundown-cc; compile its source with rundown-cc -shared";
    else if (file.note->file_size != size || file.note->checksum != elf_checksum(&file))
        wrong = "is damaged; build it again with rundown-cc";
    if (wrong)
        cc_error(command, "%s: %s", path, wrong);
    return !wrong;
}

static bool add_found(struct cc_command *command, struct cc_inputs *inputs, const char *path) {
    if (!is_dll_path(path)) {
        cc_add(&inputs->arguments, path);
        return true;
    }
    if (!check_dll(command, path))
        return false;
    add_dll(inputs, path);
    return true;
}

static bool resolve_library(struct cc_command *command, struct cc_inputs *inputs,
                            const char *name) {
    bool exact = name[0] == ':';
    for (size_t i = 0; i < command->directories.count; i++) {
        const char *directory = command->directories.items[i];
        const char *path = exact ? cc_format(command->pool, "%s/%s", directory, name + 1)
                                 : find_in(command, directory, name);
        if (path && cc_file_kind(path) == CC_FILE_REGULAR)
            return add_found(command, inputs, path);
    }
    if (is_cxx_library(name)) {
        command->cxx = true;
        return true;
    }
    if (is_system_library(name))
        return true;
    cc_error(command, "cannot find -l%s: no lib%s.dll, %s.dll or lib%s.a in the directories of -L",
             name, name, name, name);
    return false;
}

/* The name that an import library's file name stands for: libfoo.dll.a, libfoo.a, foo.lib. */
static const char *library_name(struct cc_command *command, const char *path) {
    static const char *const suffixes[] = {".dll.a", ".lib", ".LIB", ".Lib", ".a", NULL};
    const char *base = cc_base_name(path);
    size_t length = strlen(base);
    for (const char *const *suffix = suffixes; *suffix; suffix++) {
        size_t tail = strlen(*suffix);
        if (length <= tail || strcmp(base + length - tail, *suffix) != 0)
            continue;
        bool prefixed = strncmp(base, "lib", 3) == 0 && (*suffix)[1] != 'l' && (*suffix)[1] != 'L';
        return cc_copy(command->pool, base + (prefixed ? 3 : 0),
                       length - tail - (prefixed ? 3 : 0));
    }
    return NULL;
}

/* A named library that does not exist: the DLL that it would import from, or one of Windows'. */
static bool resolve_missing(struct cc_command *command, struct cc_inputs *inputs,
                            const char *path) {
    const char *name = library_name(command, path);
    if (name) {
        const char *base = cc_base_name(path);
        const char *directory =
            base == path ? "." : cc_copy(command->pool, path, (size_t)(base - path - 1));
        const char *found = find_in(command, directory, name);
        for (size_t i = 0; !found && i < command->directories.count; i++)
            found = find_in(command, command->directories.items[i], name);
        if (found)
            return add_found(command, inputs, found);
        if (is_system_library(name))
            return true;
    }
    cc_error(command, "%s: no such file", path);
    return false;
}

/* A file that is no source: what it is decides, not what it is called. */
static bool resolve_binary(struct cc_command *command, struct cc_inputs *inputs, const char *path) {
    static const char *const resources[] = {"rc", "res", "RC", "RES", NULL};
    static const char *const ignored[] = {"def", "DEF", "manifest", NULL};
    if (has_extension(path, resources)) {
        cc_error(command, "%s: resources are not supported; leave the file out", path);
        return false;
    }
    if (has_extension(path, ignored))
        return true;
    size_t size;
    unsigned char *bytes = cc_read_file(command->pool, path, &size);
    if (!bytes) {
        cc_error(command, "%s: cannot be read", path);
        return false;
    }
    enum elf_kind kind = elf_identify(bytes, size);
    if (kind == ELF_KIND_SHARED || kind == ELF_KIND_PE || is_dll_path(path)) {
        if (!check_dll(command, path))
            return false;
        add_dll(inputs, path);
        return true;
    }
    cc_add(&inputs->arguments, path);
    return true;
}

static bool resolve_file(struct cc_command *command, struct cc_inputs *inputs, const char *path) {
    inputs->count++;
    enum cc_file kind = strcmp(path, "-") == 0 ? CC_FILE_OTHER : cc_file_kind(path);
    if (kind == CC_FILE_NONE)
        return resolve_missing(command, inputs, path);
    if (kind == CC_FILE_DIRECTORY) {
        cc_error(command, "%s: is a directory, not a source or object file", path);
        return false;
    }
    if (kind == CC_FILE_REGULAR && !command->language && !is_source(path))
        return resolve_binary(command, inputs, path);
    cc_add(&inputs->arguments, path);
    return true;
}

bool cc_resolve_inputs(struct cc_command *command, struct cc_inputs *inputs) {
    *inputs = (struct cc_inputs){.arguments.pool = command->pool, .dlls.pool = command->pool};
    for (size_t i = 0; i < command->arg_count; i++) {
        const struct cc_arg *arg = &command->args[i];
        bool good = true;
        if (arg->kind == CC_ARG_INPUT)
            good = resolve_file(command, inputs, arg->text);
        else if (arg->kind == CC_ARG_OPTION || (arg->kind == CC_ARG_LINK && !command->compile_only))
            cc_add(&inputs->arguments, arg->text);
        else if (arg->kind == CC_ARG_LIBRARY && !command->compile_only)
            good = resolve_library(command, inputs, arg->text);
        if (!good)
            return false;
    }
    if (inputs->count == 0) {
        cc_error(command, "no input files; 'rundown-cc --help' shows how it is used");
        return false;
    }
    return true;
}
