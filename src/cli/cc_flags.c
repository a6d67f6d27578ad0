/*
 * cc_flags.c - which compiler, which headers, and how simulated code is compiled.
 */
#include "cc.h"

#include <stdlib.h>
#include <string.h>

/* A compiler may be several words: "ccache gcc". */
static void add_words(struct cc_list *list, const char *words) {
    while (*words) {
        size_t length = strcspn(words, " ");
        if (length)
            cc_add(list, cc_copy(list->pool, words, length));
        words += length + (words[length] == ' ');
    }
}

static const char *last_word(const char *words) {
    const char *space = strrchr(words, ' ');
    return cc_base_name(space && space[1] ? space + 1 : words);
}

static const char *choose_compiler(struct cc_command *command) {
    static const char *const c_names[] = {"gcc", "clang", "cc", NULL};
    static const char *const cxx_names[] = {"g++", "clang++", "c++", NULL};
    bool cxx = strcmp(command->program, "rundown-c++") == 0;
    if (command->compiler && *command->compiler)
        return command->compiler;
    /* A build system may keep the name of this very program there. */
    const char *chosen = getenv(cxx ? "RUNDOWN_CXX" : "RUNDOWN_CC");
    if (chosen && *chosen && strncmp(last_word(chosen), "rundown-c", 9) != 0)
        return chosen;
    const char *const *name = cxx ? cxx_names : c_names;
    while (*name && !cc_program_exists(command->pool, *name))
        name++;
    return *name;
}

/* The names tell; only a neutral one ("cc") needs a question. */
static bool detect_clang(struct cc_command *command, const char *compiler) {
    const char *name = last_word(compiler);
    if (strstr(name, "clang"))
        return true;
    if (strstr(name, "gcc") || strstr(name, "g++"))
        return false;
    struct cc_list question = {.pool = command->pool};
    add_words(&question, compiler);
    cc_add(&question, "--version");
    const char *answer = cc_capture(command, &question, 1);
    return answer && strstr(answer, "clang");
}

static bool find_sdk(struct cc_command *command, struct cc_tools *tools) {
    const char *directory = cc_program_directory(command->pool);
    const char *installed =
        directory ? cc_format(command->pool, "%s../include/rundown/sdk", directory) : "";
#ifdef RD_SDK_DIR_BUILD
    const char *built = RD_SDK_DIR_BUILD;
#else
    const char *built = installed;
#endif
    const char *places[] = {command->sdk ? command->sdk : installed, command->sdk ? NULL : built,
                            NULL};
    for (const char **place = places; *place; place++) {
        const char *header = cc_format(command->pool, "%s/rd_predef.h", *place);
        if (cc_file_kind(header) == CC_FILE_REGULAR) {
            tools->sdk = *place;
            return true;
        }
    }
    cc_error(command,
             "Rundown's headers are not at %s; name their directory with --sdk-dir=", places[0]);
    return false;
}

/* There are none where the file system does not care for the case of letters. */
static void find_spellings(struct cc_command *command, struct cc_tools *tools) {
    const char *directory = cc_program_directory(command->pool);
    if (!directory)
        return;
    const char *path = cc_format(command->pool, "%s../include/rundown/letter-case", directory);
    if (cc_file_kind(path) == CC_FILE_DIRECTORY)
        tools->spellings = path;
}

/* The compiler's own headers (stddef.h, immintrin.h): all that is taken of the host for C. */
static bool find_own_headers(struct cc_command *command, struct cc_tools *tools) {
    struct cc_list question = {.pool = command->pool};
    add_words(&question, tools->compiler);
    cc_add(&question, "-print-file-name=include");
    char *answer = cc_capture(command, &question, 1);
    if (answer)
        answer[strcspn(answer, "\r\n")] = '\0';
    if (!answer || cc_file_kind(answer) != CC_FILE_DIRECTORY) {
        cc_error(command,
                 "cannot run the compiler '%s'; install gcc or clang, or name one with --cc=",
                 tools->compiler);
        return false;
    }
    tools->headers = answer;
    return true;
}

/* The compiler prints its search directories, one a line; those of the C++ library hold "/c++". */
static void find_cxx_headers(struct cc_command *command, struct cc_tools *tools) {
    static const char *const words[] = {"-E", "-x", "c++", "-v", "/dev/null", NULL};
    struct cc_list question = {.pool = command->pool};
    add_words(&question, tools->compiler);
    cc_add_all(&question, words);
    const char *line = cc_capture(command, &question, 2);
    tools->cxx_headers.pool = command->pool;
    line = line ? strstr(line, "#include <...>") : NULL;
    while (line && (line = strchr(line, '\n')) != NULL) {
        line++;
        if (*line != ' ')
            break;
        line += strspn(line, " ");
        const char *path = cc_copy(command->pool, line, strcspn(line, "\r\n"));
        if (strstr(path, "/c++"))
            cc_add(&tools->cxx_headers, path);
    }
}

bool cc_find_tools(struct cc_command *command, struct cc_tools *tools) {
    *tools = (struct cc_tools){.compiler = choose_compiler(command)};
    if (!tools->compiler) {
        cc_error(command, "no compiler found; install gcc or clang, or name one with --cc=");
        return false;
    }
    tools->is_clang = detect_clang(command, tools->compiler);
    if (!find_sdk(command, tools) || !find_own_headers(command, tools))
        return false;
    find_spellings(command, tools);
    if (command->cxx)
        find_cxx_headers(command, tools);
    return true;
}

void cc_add_compiler(const struct cc_tools *tools, struct cc_list *list) {
    add_words(list, tools->compiler);
}

static const char *const common_flags[] = {
    "-fPIC", "-ftls-model=global-dynamic",
    /* Windows' types, and what its compilers make of doubtful code. */
    "-fshort-wchar", "-fms-extensions", "-fno-strict-aliasing", "-fwrapv",
    "-fno-delete-null-pointer-checks", "-fno-stack-protector",
    /* A large frame touches the guard of its stack, as __chkstk does, and does not step over it. */
    "-fstack-clash-protection",
    /* Exceptions pass through C code, too. */
    "-fasynchronous-unwind-tables",
    /* This is no Linux for the code. */
    "-Ulinux", "-U__linux", "-U__linux__", "-U__gnu_linux__", "-Uunix", "-U__unix", "-U__unix__",
    /* Windows sources have pragmas of their own and name pool tags by 'abcd'. */
    "-Wno-unknown-pragmas", "-Wno-multichar", NULL};

static const char *const gcc_flags[] = {"-fno-gnu-unique",
                                        "-fno-isolate-erroneous-paths-dereference", NULL};
static const char *const clang_flags[] = {"-Wno-four-char-constants", "-Wno-microsoft-anon-tag",
                                          "-Wno-ignored-pragma-intrinsic",
                                          "-Wno-unused-command-line-argument", NULL};

#if defined(__x86_64__)
static const char *const processor_flags[] = {"-mcx16", NULL}; /* InterlockedCompareExchange128 */
static const char *const tls_flag = "-mtls-dialect=gnu";
#else
static const char *const processor_flags[] = {NULL};
static const char *const tls_flag = "-mtls-dialect=trad";
#endif

/*
 * Functions of the run-time model that a compiler must not replace or leave out, because Windows'
 * formats differ or because the call is an event. memcpy, strlen, sqrt and the like stay built in.
 */
static const char *const no_builtin_flags[] = {"-fno-builtin-printf",   "-fno-builtin-fprintf",
                                               "-fno-builtin-sprintf",  "-fno-builtin-snprintf",
                                               "-fno-builtin-vprintf",  "-fno-builtin-vfprintf",
                                               "-fno-builtin-vsprintf", "-fno-builtin-vsnprintf",
                                               "-fno-builtin-scanf",    "-fno-builtin-fscanf",
                                               "-fno-builtin-sscanf",   "-fno-builtin-vscanf",
                                               "-fno-builtin-vfscanf",  "-fno-builtin-vsscanf",
                                               "-fno-builtin-puts",     "-fno-builtin-putchar",
                                               "-fno-builtin-putc",     "-fno-builtin-fputs",
                                               "-fno-builtin-fputc",    "-fno-builtin-fwrite",
                                               "-fno-builtin-malloc",   "-fno-builtin-calloc",
                                               "-fno-builtin-realloc",  "-fno-builtin-free",
                                               "-fno-builtin-strdup",   "-fno-builtin-strndup",
                                               "-fno-builtin-wcslen",   "-fno-builtin-wmemchr",
                                               "-fno-builtin-wmemcmp",  "-fno-builtin-wmemcpy",
                                               "-fno-builtin-wcscmp",   "-fno-builtin-wcsncmp",
                                               "-fno-builtin-wcschr",   NULL};

/*
 * Every access is to be seen: those of memcpy, and of a read that a write follows. A volatile
 * access is told from others: it is no data race.
 */
static const char *const points_flags[] = {"-fno-builtin-memcpy", "-fno-builtin-memmove",
                                           "-fno-builtin-memset", NULL};
static const char *const gcc_points_flags[] = {"-Wno-tsan", /* about fences: nothing to do */
                                               "--param=tsan-distinguish-volatile=1", NULL};
static const char *const clang_points_flags[] = {
    "-mllvm", "-tsan-instrument-read-before-write", "-mllvm", "-tsan-handle-cxx-exceptions=0",
    "-mllvm", "-tsan-distinguish-volatile",         NULL};

void cc_add_compile_flags(const struct cc_command *command, const struct cc_tools *tools,
                          struct cc_list *list) {
    cc_add_all(list, common_flags);
    cc_add_all(list, processor_flags);
    cc_add_all(list, no_builtin_flags);
    cc_add_all(list, tools->is_clang ? clang_flags : gcc_flags);
    if (!tools->is_clang)
        cc_add(list, tls_flag);
    if (command->accesses_are_points) {
        cc_add_all(list, points_flags);
        cc_add_all(list, tools->is_clang ? clang_points_flags : gcc_points_flags);
    }
    if (!command->format_asked) /* %lu is right for DWORD, %I64d and %ls have Windows' meaning */
        cc_add(list, "-Wno-format");
    if (cc_uses_frames(command)) { /* a function may end with a handler that returns */
        cc_add(list, "-O0");
        cc_add(list, "-Wno-return-type");
    }
    cc_add(list, "-nostdinc");
    if (tools->cxx_headers.count) { /* adaptations of the C++ library stand before it */
        cc_add(list, "-isystem");
        cc_add(list, cc_format(command->pool, "%s/cxx", tools->sdk));
    }
    for (size_t i = 0; i < tools->cxx_headers.count; i++) {
        cc_add(list, "-isystem");
        cc_add(list, tools->cxx_headers.items[i]);
    }
    cc_add(list, "-isystem");
    cc_add(list, tools->sdk);
    cc_add(list, "-isystem");
    cc_add(list, tools->headers);
    if (tools->spellings) {
        cc_add(list, "-isystem");
        cc_add(list, tools->spellings);
    }
    cc_add(list, "-include");
    cc_add(list, cc_format(command->pool, "%s/rd_predef.h", tools->sdk));
}
