/*
 * cc.h - rundown-cc, the compiler driver: how its parts fit together.
 *
 * cc_args.c reads the command line into a struct cc_command, cc_inputs.c finds out what the named
 * files and libraries are, cc_flags.c says how simulated code is compiled, cc_link.c links, seals
 * and checks, cc_host.c talks to the host. Memory comes from one pool and is freed at the end.
 */
#ifndef RD_CLI_CC_H
#define RD_CLI_CC_H

#include <stdbool.h>
#include <stddef.h>

#include "port/image.h"

enum { CC_EXIT_USAGE = 2 };

/* ---- strings (cc_host.c) --------------------------------------------------------------------- */

struct cc_block;

struct cc_pool {
    struct cc_block *first;
};

/* Never NULL: without memory the program ends. */
void *cc_alloc(struct cc_pool *pool, size_t size);
char *cc_copy(struct cc_pool *pool, const char *text, size_t length);
char *cc_format(struct cc_pool *pool, const char *format, ...)
    __attribute__((format(printf, 2, 3), nonnull));
void cc_pool_free(struct cc_pool *pool);

/* A growing array of strings that is always NULL-terminated, as argv is. */
struct cc_list {
    struct cc_pool *pool;
    const char **items;
    size_t count, capacity;
};

void cc_add(struct cc_list *list, const char *text);
void cc_add_all(struct cc_list *list, const char *const *texts);

/* ---- the command line ------------------------------------------------------------------------ */

enum cc_kind {
    CC_ARG_OPTION,  /* for the compiler, as it is */
    CC_ARG_LINK,    /* for the compiler, only when linking */
    CC_ARG_INPUT,   /* a file */
    CC_ARG_LIBRARY, /* the NAME of -lNAME */
};

struct cc_arg {
    enum cc_kind kind;
    const char *text;
};

struct cc_command {
    struct cc_pool *pool;
    const char *program; /* "rundown-cc" or "rundown-c++" */

    struct cc_arg *args; /* in the order of the command line */
    size_t arg_count, arg_capacity;
    struct cc_list directories; /* of -L */
    const char *output;         /* NULL: not given */

    const char *compiler; /* --cc= */
    const char *sdk;      /* --sdk-dir= */
    const char *exports;  /* --exports= */
    const char *language; /* of the last -x, NULL: by extension */

    enum port_image_kind kind;
    bool cxx;           /* rundown-c++, or a C++ source */
    bool windows, wide; /* -mwindows, -municode */
    bool compile_only;  /* -c, -S, -E, ... */
    bool verbose, dry_run, version, help;
    bool query; /* -dumpversion, -print-...: the compiler answers, no input is needed */
    bool accesses_are_points; /* -fsanitize=thread */
    bool format_asked;        /* the user chose -Wformat or -Wno-format */
};

/* False: a usage error has been reported. */
bool cc_read_arguments(struct cc_command *command, int count, char **arguments);
/* Replaces @FILE arguments. False: reported. */
bool cc_expand(struct cc_pool *pool, const char *program, int count, char **arguments,
               struct cc_list *expanded);

/* ---- inputs ---------------------------------------------------------------------------------- */

struct cc_inputs {
    struct cc_list arguments; /* what the compiler is given: options, files, resolved libraries */
    struct cc_list dlls;      /* paths of the DLLs that are linked against */
    size_t count;             /* files named on the command line */
};

/* False: a usage error has been reported. */
bool cc_resolve_inputs(struct cc_command *command, struct cc_inputs *inputs);
bool cc_is_cxx_source(const char *path);

/* ---- compiling and linking ------------------------------------------------------------------- */

struct cc_tools {
    const char *compiler;
    bool is_clang;
    const char *sdk;
    const char *spellings;      /* other spellings of the SDK's headers, or NULL */
    const char *headers;        /* of the compiler itself */
    struct cc_list cxx_headers; /* of the C++ library */
};

bool cc_find_tools(struct cc_command *command, struct cc_tools *tools);
void cc_add_compiler(const struct cc_tools *tools, struct cc_list *list);
/* Compiler options for simulated code, to follow the user's own. */
void cc_add_compile_flags(const struct cc_command *command, const struct cc_tools *tools,
                          struct cc_list *list);
/* True: a C source contains the word __try and is compiled without optimization (cc_frames.c). */
bool cc_uses_frames(const struct cc_command *command);
int cc_compile(struct cc_command *command, struct cc_tools *tools, struct cc_inputs *inputs);
int cc_link(struct cc_command *command, struct cc_tools *tools, struct cc_inputs *inputs);

/* Assembler text that goes into every image. */
extern const char cc_startup_text[];
extern const char cc_script_text[];

/*
 * Reports every import of the sealed image in `bytes` that nothing provides. Without a list of
 * Rundown's functions nothing can be said, and everything passes.
 */
bool cc_check_imports(struct cc_command *command, const struct cc_inputs *inputs, const char *name,
                      unsigned char *bytes, size_t size);

/* ---- the host (cc_host.c) -------------------------------------------------------------------- */

void cc_error(const struct cc_command *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

enum cc_file { CC_FILE_NONE, CC_FILE_REGULAR, CC_FILE_DIRECTORY, CC_FILE_OTHER };
enum cc_file cc_file_kind(const char *path);
/* NULL: not readable. */
unsigned char *cc_read_file(struct cc_pool *pool, const char *path, size_t *size);
bool cc_write_file(const char *path, const void *bytes, size_t size);
/* Writes into an existing file of the same size; its mode stays. */
bool cc_overwrite_file(const char *path, const void *bytes, size_t size);
/* The directory of the running program, or NULL. */
const char *cc_program_directory(struct cc_pool *pool);
const char *cc_base_name(const char *path);
/* True if the program is found on the search path (or at its path). */
bool cc_program_exists(struct cc_pool *pool, const char *name);
/* A name beside `path` that no other run of this program uses. */
char *cc_temporary_name(struct cc_pool *pool, const char *path, const char *suffix);
const char *cc_temporary_directory(void);

/* Runs and waits; the exit code, 127 if the program cannot be started, 128 + signal if killed. */
int cc_run(const struct cc_command *command, const struct cc_list *arguments);
/* The program's output (streams: 1 standard output, 2 standard error), or NULL if it failed. */
char *cc_capture(struct cc_command *command, const struct cc_list *arguments, int stream);
/* While held, a keyboard interrupt ends the compiler first; releasing then delivers it here. */
void cc_hold_interrupts(bool hold);

#endif
