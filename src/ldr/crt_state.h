/*
 * crt_state.h - what the C run-time model keeps for a process and for a thread, and what its files
 * share.
 *
 * Simulated threads can be killed at any scheduling point, and nothing is unwound then. Therefore
 * all memory here belongs to the world's run or to the simulated process, and no host resource is
 * held across a scheduling point; descriptors of host files are closed when the process is gone.
 */
#ifndef RD_LDR_CRT_STATE_H
#define RD_LDR_CRT_STATE_H

#include <stdarg.h>

#include "base/list.h"
#include "ldr/crt.h"

/*
 * Defines the function that simulated code knows as `name`. The declaration in front of it is the
 * only one: api/exports.c takes its address, nobody calls it by this name outside of its file.
 */
#define CRT_API(type, name, parameters)                                                            \
    type crt_##name parameters;                                                                    \
    type crt_##name parameters

/* errno values as Windows numbers them. */
enum crt_errno {
    CRT_EPERM = 1,
    CRT_ENOENT = 2,
    CRT_ENOEXEC = 8,
    CRT_EBADF = 9,
    CRT_ECHILD = 10,
    CRT_EAGAIN = 11,
    CRT_ENOMEM = 12,
    CRT_EACCES = 13,
    CRT_EEXIST = 17,
    CRT_EISDIR = 21,
    CRT_EINVAL = 22,
    CRT_EMFILE = 24,
    CRT_ESPIPE = 29,
    CRT_EPIPE = 32,
    CRT_EDOM = 33,
    CRT_ERANGE = 34,
    CRT_ENOTEMPTY = 41,
    CRT_EILSEQ = 42,
    CRT_STRUNCATE = 80,
};

enum { CRT_EOF = -1, CRT_WEOF = 0xFFFF };

/* ---- exit functions -------------------------------------------------------------------------- */

struct crt_exit_entry {
    void (*plain)(void);           /* of atexit, or NULL */
    void (*with_argument)(void *); /* of __cxa_atexit */
    void *argument;
    struct ldr_module *module; /* the DLL that registered it; NULL: the program */
};

struct crt_exit_list {
    struct crt_exit_entry *entries; /* in order of registration */
    size_t count, capacity;
};

/* ---- streams --------------------------------------------------------------------------------- */

enum {
    CRT_DESCRIPTORS_INLINE = 4,
    CRT_DESCRIPTORS_MAX = 2048,
    CRT_STANDARD_STREAMS = 3,
    CRT_NO_CONSOLE = -2, /* descriptor of a standard stream that leads nowhere */
    CRT_BUFFER_SIZE = 4096,
};

/* CRT_STANDARD is a stream of the machine itself, CRT_HANDLE any other handle of the process. */
enum crt_descriptor_kind { CRT_CLOSED, CRT_STANDARD, CRT_HANDLE, CRT_TEMPORARY };

struct crt_descriptor {
    uint8_t kind;
    uint8_t standard; /* 0, 1, 2 */
    bool pipe;        /* lines are translated, see crt_handle.c */
    bool console;
    bool append;
    bool no_inherit;
    bool has_ahead; /* a byte behind a carriage return was read too early */
    char ahead;
    uint32_t mode;      /* _O_TEXT or _O_BINARY, for _setmode */
    intptr_t handle;    /* CRT_STANDARD: 0 until somebody asks for it */
    intptr_t host_file; /* CRT_TEMPORARY, see port/host_file.h */
};

/* The Win32 layer lies above; it is reached as programs reach it, by the names of its exports. */
struct crt_win32 {
    void *(*get_std_handle)(uint32_t which);
    int (*set_std_handle)(uint32_t which, void *handle);
    void *(*create_file)(const char *name, uint32_t access, uint32_t share, const void *security,
                         uint32_t disposition, uint32_t flags, void *template_file);
    int (*read_file)(void *handle, void *bytes, uint32_t size, uint32_t *done, void *overlapped);
    int (*write_file)(void *handle, const void *bytes, uint32_t size, uint32_t *done,
                      void *overlapped);
    int (*close_handle)(void *handle);
    int (*set_handle_information)(void *handle, uint32_t mask, uint32_t flags);
    int (*duplicate_handle)(void *from_process, void *from, void *to_process, void **to,
                            uint32_t access, int inherit, uint32_t options);
    uint32_t (*get_file_type)(void *handle);
    int (*get_file_size)(void *handle, int64_t *size);
    int (*set_file_pointer)(void *handle, int64_t distance, int64_t *position, uint32_t method);
    int (*set_end_of_file)(void *handle);
    int (*create_pipe)(void **reader, void **writer, const void *security, uint32_t size);
    int (*create_process)(const char *application, char *line, const void *process_security,
                          const void *thread_security, int inherit, uint32_t flags,
                          const void *environment, const char *directory, const void *startup,
                          void *information);
    int (*set_current_directory)(const char *path);
    uint32_t (*get_last_error)(void);
    void *(*get_process_heap)(void);
    void (*initialize_lock)(void *section);
    void (*lock)(void *section);
    void (*unlock)(void *section);
};

enum crt_file_flags {
    CRT_FILE_READ = 1,
    CRT_FILE_WRITE = 2,
    CRT_FILE_EOF = 4,
    CRT_FILE_ERROR = 8,
    CRT_FILE_UNBUFFERED = 16,
    CRT_FILE_READING = 32, /* the buffer holds input */
    CRT_FILE_WRITING = 64, /* the buffer holds output */
    CRT_FILE_WROTE = 128,  /* a full buffer was written during the call in progress */
};

/* A stream: what FILE is to simulated code. */
struct crt_file {
    LIST_ENTRY link; /* in crt_process.files; closed ones are used again, as programs may still hold
                        them */
    int descriptor;  /* -1: closed */
    unsigned flags;
    char *buffer;
    size_t capacity;
    size_t position, count; /* of the bytes in the buffer */
    size_t own_size;        /* size of the buffer if it is ours, else 0 */
    int pushed;             /* by ungetc, -1: nothing */
    const char *name;       /* for the log */
    void *lock;             /* a CRITICAL_SECTION of a stream whose transfers may block */
    uint32_t owner, depth;  /* of the lock */
    void *command;          /* _popen: the process, for _pclose */
};

/* ---- environment ----------------------------------------------------------------------------- */

/* The strings themselves never change and live as long as the run: environments share them. */
struct crt_environment {
    char **strings; /* "NAME=value" in UTF-8, NULL-terminated */
    size_t count, capacity;
};

/* ---- process and thread ---------------------------------------------------------------------- */

enum { CRT_SIGNALS = 23 };

typedef void crt_signal_fn(int signal);
typedef void crt_purecall_fn(void);
typedef void crt_invalid_parameter_fn(const WCHAR *expression, const WCHAR *function,
                                      const WCHAR *file, unsigned line, uintptr_t reserved);

enum { CRT_ABORT_BEHAVIOR = 3 /* at first: _WRITE_ABORT_MSG | _CALL_REPORTFAULT */ };

struct crt_process {
    struct rd_world *world;
    struct ps_process *process;
    struct crt_win32 *win32; /* made on first use */
    struct crt_exit_list at_exit, at_quick_exit;
    uint32_t exit_tid;   /* the thread that runs exit; 0: none */
    bool finished;       /* exit functions were run and streams flushed */
    bool keep_unflushed; /* _exit in the documented dialect: the detach flushes nothing */
    struct crt_file standard[CRT_STANDARD_STREAMS];
    LIST_ENTRY files; /* all streams in order of creation, standard ones included */
    struct crt_descriptor *descriptors; /* descriptors_inline, or run memory */
    int descriptor_capacity;
    struct crt_descriptor descriptors_inline[CRT_DESCRIPTORS_INLINE];
    struct crt_environment environment; /* what GetEnvironmentVariable sees; no strings: the usual
                                         * ones, and nobody has asked for them */
    struct crt_environment copy;        /* what getenv sees; no strings: the same */
    int argc;
    char **argv;
    WCHAR **wargv;
    char *program, *command_tail;
    WCHAR *wide_command_tail;
    WCHAR **wide_environment;
    crt_signal_fn *signals[CRT_SIGNALS];
    crt_purecall_fn *purecall;
    crt_invalid_parameter_fn *invalid_parameter;
    unsigned abort_behavior;
    int error_mode;
    uint32_t temporary_names;
    uint64_t random_state; /* of rand_s */
    int file_mode;         /* _fmode */
    int commit_mode;
};

struct crt_thread_exit {
    struct crt_thread_exit *next;
    void (*function)(void *);
    void *argument;
};

struct crt_tm {
    int sec, min, hour, mday, mon, year, wday, yday, isdst;
};

struct crt_thread_start;

struct crt_thread {
    int error;
    uint32_t dos_error;
    uint32_t random;
    char *strtok_next;
    WCHAR *wcstok_next;
    struct crt_tm tm;
    char *text; /* CRT_TEXT_MAX bytes on first use: asctime, strerror */
    struct crt_thread_exit *at_exit;
    struct crt_thread_start *start; /* of _beginthread: _endthread closes its handle */
};

enum { CRT_TEXT_MAX = 512 };

/* ---- crt_state.c ----------------------------------------------------------------------------- */

/* The state of the calling process or thread, made on first use; NULL on behalf of the host or of a
 * driver. */
struct crt_process *crt_here(void);
struct crt_thread *crt_self(void);
struct crt_process *crt_process_get(struct rd_world *w, struct ps_process *process);

void crt_set_errno(int error);
/* For functions that return what they set, as the *_s functions do. */
int crt_fail(int error);
/* The same where the function checks what it is given: the process's handler is called first. */
int crt_invalid(int error);
/* The thread's text buffer; NULL as above. */
char *crt_text_buffer(void);
/* Copies in run memory. */
char *crt_copy(struct rd_world *w, const char *text);
WCHAR *crt_copy_wide(struct rd_world *w, const char *text);
char *crt_copy_narrow(struct rd_world *w, const WCHAR *text);

/* ---- crt_exit.c ------------------------------------------------------------------------------ */

/* Ends the process without exit functions: _exit, abort, a signal without handler. */
_Noreturn void crt_leave(struct crt_process *crt, int code);

/* ---- crt_stdio.c ----------------------------------------------------------------------------- */

void crt_streams_start(struct crt_process *crt);
void crt_streams_gone(struct crt_process *crt);

struct crt_file *crt_file_new(struct crt_process *crt);
/* -1 if it was closed already or its bytes cannot be written. */
int crt_file_close(struct crt_process *crt, struct crt_file *file);

/*
 * Output calls are bracketed. There is no scheduling point between begin and end, so what one call
 * writes stays together; end brings unbuffered output on its way. False: the stream cannot be
 * written to.
 */
bool crt_file_begin(struct crt_process *crt, struct crt_file *file);
void crt_file_put(struct crt_process *crt, struct crt_file *file, const char *bytes, size_t count);
bool crt_file_end(struct crt_process *crt, struct crt_file *file);

/* The next byte, or -1. */
int crt_file_get(struct crt_process *crt, struct crt_file *file);
/* At least one byte unless the end is reached or reading fails. */
size_t crt_file_read(struct crt_process *crt, struct crt_file *file, char *bytes, size_t count);
/* Makes the descriptor's position that of the stream: input in the buffer is given back. */
void crt_file_drop_input(struct crt_process *crt, struct crt_file *file);

enum crt_flush_reason { CRT_FLUSH_ASKED, CRT_FLUSH_FULL, CRT_FLUSH_EXIT, CRT_FLUSH_DETACH };
bool crt_file_flush(struct crt_process *crt, struct crt_file *file, enum crt_flush_reason reason);
bool crt_flush_all(struct crt_process *crt, enum crt_flush_reason reason);

/* Gives the stream another buffer (NULL: one of its own) or none, as setvbuf does. */
void crt_file_set_buffer(struct crt_process *crt, struct crt_file *file, char *buffer, size_t size);

/* Formatted text: `flags` of crt_format. */
int crt_file_print(struct crt_file *file, unsigned flags, const void *format, va_list arguments);

/* ---- crt_lowio.c ----------------------------------------------------------------------------- */

struct crt_descriptor *crt_descriptor_get(struct crt_process *crt, int descriptor);
/* `mode` as _open has it. -1 and errno if it fails. */
int crt_descriptor_open(struct crt_process *crt, const char *path, int mode);
/* A file without a name. */
int crt_descriptor_open_temporary(struct crt_process *crt);
int crt_descriptor_close(struct crt_process *crt, int descriptor);
int64_t crt_descriptor_read(struct crt_process *crt, int descriptor, char *bytes, size_t count);
int64_t crt_descriptor_write(struct crt_process *crt, int descriptor, const char *bytes,
                             size_t count);
int64_t crt_descriptor_seek(struct crt_process *crt, int descriptor, int64_t offset, int origin);
/* A free one, -1 and errno if there is none. */
int crt_descriptor_new(struct crt_process *crt);
/* Makes the table hold that number. */
void crt_descriptor_reserve(struct crt_process *crt, int descriptor);
/* Is it a console? */
bool crt_descriptor_is_terminal(struct crt_process *crt, int descriptor);

enum crt_open_mode {
    CRT_O_WRONLY = 1,
    CRT_O_RDWR = 2,
    CRT_O_APPEND = 8,
    CRT_O_TEMPORARY = 0x40,
    CRT_O_NOINHERIT = 0x80,
    CRT_O_CREAT = 0x100,
    CRT_O_TRUNC = 0x200,
    CRT_O_EXCL = 0x400,
    CRT_O_TEXT = 0x4000,
    CRT_O_BINARY = 0x8000,
};

/* ---- crt_handle.c ---------------------------------------------------------------------------- */

const struct crt_win32 *crt_win32(struct crt_process *crt);
/* errno of the Win32 call that failed last; returns -1. */
int crt_win32_failed(struct crt_process *crt);
/* Descriptors 0 to 2 and what the creator of the process has passed on, before main. */
void crt_descriptors_start(struct crt_process *crt);
/* The descriptor is that handle from now on. */
void crt_descriptor_set(struct crt_process *crt, int descriptor, intptr_t handle, int mode);
/* The handle behind it, or -1. */
intptr_t crt_descriptor_handle(struct crt_process *crt, int descriptor);
bool crt_descriptor_make_inheritable(struct crt_process *crt, int descriptor);
int crt_descriptor_duplicate(struct crt_process *crt, int from, int to);
/* A block for lpReserved2 of STARTUPINFO: the descriptors that a child inherits. */
void *crt_descriptors_block(struct crt_process *crt, uint16_t *size);
int64_t crt_handle_read(struct crt_process *crt, int descriptor, char *bytes, size_t count);
int64_t crt_handle_write(struct crt_process *crt, int descriptor, const char *bytes, size_t count);

/* ---- crt_spawn.c ----------------------------------------------------------------------------- */

enum { CRT_STD_INPUT_HANDLE = -10 }; /* of output and error: one and two less */

/* How a child is started; the handles inherited, standard ones replaced unless they are 0. */
struct crt_child {
    const char *program; /* NULL: what the command line begins with */
    const char *command_line, *environment;
    intptr_t standard[CRT_STANDARD_STREAMS];
    bool detached;
};
/* A handle of the process, or -1 and errno. */
intptr_t crt_start_child(struct crt_process *crt, const struct crt_child *child);
/* What cmd.exe would do with a command that only names a program; -1 and errno. */
intptr_t crt_start_command(struct crt_process *crt, const char *command, intptr_t input,
                           intptr_t output);
/* Its exit code, when it has ended; closes the handle. */
int crt_wait_for_child(struct crt_process *crt, intptr_t process);

/* ---- crt_environment.c ----------------------------------------------------------------------- */

/* What the creator of a process gives it: strings one after the other with an empty one at the end,
 * or those that another process has. */
void crt_environment_from_block(struct crt_process *crt, const char *block);
void crt_environment_inherit(struct crt_process *crt, const struct crt_process *from);

/* ---- crt_time.c ------------------------------------------------------------------------------ */

void crt_tm_from_seconds(struct crt_tm *tm, int64_t seconds);
/* Normalises *tm. */
int64_t crt_seconds_from_tm(struct crt_tm *tm);

/* ---- crt_signal.c ---------------------------------------------------------------------------- */

/* Raises the signal in the calling thread; false: there is no handler and nothing was done. */
bool crt_signal_deliver(struct crt_process *crt, int signal);
_Noreturn void crt_abort_process(struct crt_process *crt);

/* ---- crt_error_text.c ------------------------------------------------------------------------ */

const char *crt_error_text(int error);

#endif
