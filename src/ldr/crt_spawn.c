/*
 * crt_spawn.c - child programs by the names of the C run-time: _spawn, _exec, _cwait. As on
 * Windows, arguments are joined with blanks and not quoted, handles are inherited, and _exec is a
 * _spawn after which the caller leaves.
 */
#include <stdarg.h>
#include <string.h>

#include "ldr/crt_state.h"
#include "ldr/crt_text.h"

enum spawn_mode { SPAWN_WAIT = 0, SPAWN_NOWAIT = 1, SPAWN_OVERLAY = 2, SPAWN_DETACH = 4 };

enum { ARGUMENTS_MAX = 128 };

struct spawn {
    int mode;
    const char *program;
    const char *const *arguments;
    const char *const *environment; /* NULL: the parent's */
};

/* "NAME=value" strings behind each other, with an empty one at the end. */
static const char *make_block(struct rd_world *w, const char *const *strings) {
    size_t size = 1;
    for (size_t i = 0; strings[i]; i++)
        size += strlen(strings[i]) + 1;
    char *block = core_alloc(w, size), *end = block;
    for (size_t i = 0; strings[i]; i++) {
        size_t length = strlen(strings[i]) + 1;
        memcpy(end, strings[i], length);
        end += length;
    }
    return block;
}

static const char *join(struct rd_world *w, const char *const *arguments) {
    size_t size = 1;
    for (size_t i = 0; arguments[i]; i++)
        size += strlen(arguments[i]) + 1;
    char *line = core_alloc(w, size), *end = line;
    for (size_t i = 0; arguments[i]; i++) {
        size_t length = strlen(arguments[i]);
        if (i)
            *end++ = ' ';
        memcpy(end, arguments[i], length);
        end += length;
    }
    return line;
}

/* ---- starting and waiting -------------------------------------------------------------------- */

/* STARTUPINFOA and PROCESS_INFORMATION. */
struct startup {
    uint32_t size;
    void *unused[3];
    uint32_t place[7];
    uint32_t flags;
    uint16_t show, files_size;
    void *files;
    void *standard[CRT_STANDARD_STREAMS];
};

struct started {
    void *process, *thread;
    uint32_t pid, tid;
};

intptr_t crt_start_child(struct crt_process *crt, const struct crt_child *child) {
    enum { USE_STANDARD = 0x100, DETACHED = 8 };
    const struct crt_win32 *win32 = crt_win32(crt);
    struct startup startup = {.size = sizeof startup};
    struct started started;
    bool redirected = child->standard[0] || child->standard[1] || child->standard[2];
    startup.files = crt_descriptors_block(crt, &startup.files_size);
    for (int i = 0; redirected && i < CRT_STANDARD_STREAMS; i++)
        startup.standard[i] = child->standard[i]
                                  ? (void *)child->standard[i]
                                  : win32->get_std_handle((uint32_t)(CRT_STD_INPUT_HANDLE - i));
    startup.flags = redirected ? USE_STANDARD : 0;
    char *line = crt_copy(crt->world, child->command_line);
    bool done = win32->create_process(child->program, line, NULL, NULL, true,
                                      child->detached ? DETACHED : 0, child->environment, NULL,
                                      &startup, &started);
    if (!done)
        return crt_win32_failed(crt);
    win32->close_handle(started.thread);
    return (intptr_t)started.process;
}

static bool is_process(struct crt_process *crt, intptr_t handle, struct ps_process **process) {
    void *body;
    if (ob_lookup(&crt->process->handles, (uint64_t)handle, 0, &ps_process_type, &body))
        return false;
    *process = body;
    return true;
}

int crt_wait_for_child(struct crt_process *crt, intptr_t handle) {
    struct ps_process *process;
    if (!is_process(crt, handle, &process)) {
        crt_set_errno(CRT_ECHILD);
        return -1;
    }
    DISPATCHER_HEADER *object = &process->header;
    ob_reference(process);
    ke_wait(crt->world, &(struct ke_wait){.count = 1, .objects = &object, .mode = UserMode});
    int code = (int)process->exit_status;
    ob_dereference(crt->world, process);
    crt_win32(crt)->close_handle((void *)handle);
    return code;
}

static const char *with_extension(struct crt_process *crt, const char *program) {
    const char *base = ldr_base_name(program);
    return strchr(base, '.') ? program : core_textf(crt->world, "%s.exe", program);
}

static intptr_t run(const struct spawn *spawn) {
    struct crt_process *crt = crt_here();
    bool known = spawn->mode == SPAWN_WAIT || spawn->mode == SPAWN_NOWAIT ||
                 spawn->mode == SPAWN_OVERLAY || spawn->mode == SPAWN_DETACH;
    if (!crt || !known || !spawn->program || !spawn->arguments) {
        crt_invalid(CRT_EINVAL);
        return -1;
    }
    struct rd_world *w = crt->world;
    struct crt_child child = {
        .program = with_extension(crt, spawn->program),
        .command_line = join(w, spawn->arguments),
        .environment = spawn->environment ? make_block(w, spawn->environment) : NULL,
        .detached = spawn->mode == SPAWN_DETACH,
    };
    intptr_t process = crt_start_child(crt, &child);
    if (process == -1)
        return -1;
    if (spawn->mode == SPAWN_OVERLAY)
        crt_leave(crt, 0);
    if (spawn->mode == SPAWN_NOWAIT)
        return process;
    if (spawn->mode == SPAWN_WAIT)
        return crt_wait_for_child(crt, process);
    crt_win32(crt)->close_handle((void *)process);
    return 0;
}

CRT_API(intptr_t, _spawnve,
        (int mode, const char *program, const char *const *arguments,
         const char *const *environment)) {
    struct spawn spawn = {mode, program, arguments, environment};
    return run(&spawn);
}

CRT_API(intptr_t, _spawnv, (int mode, const char *program, const char *const *arguments)) {
    return crt__spawnve(mode, program, arguments, NULL);
}

CRT_API(intptr_t, _spawnvp, (int mode, const char *program, const char *const *arguments)) {
    return crt__spawnve(mode, program, arguments, NULL);
}

CRT_API(intptr_t, _execve,
        (const char *program, const char *const *arguments, const char *const *environment)) {
    return crt__spawnve(SPAWN_OVERLAY, program, arguments, environment);
}

CRT_API(intptr_t, _execv, (const char *program, const char *const *arguments)) {
    return crt__spawnve(SPAWN_OVERLAY, program, arguments, NULL);
}

CRT_API(intptr_t, _execvp, (const char *program, const char *const *arguments)) {
    return crt__spawnve(SPAWN_OVERLAY, program, arguments, NULL);
}

/* ---- arguments one by one -------------------------------------------------------------------- */

static intptr_t run_list(int mode, const char *program, const char *first, va_list rest) {
    const char *arguments[ARGUMENTS_MAX + 1];
    size_t count = 0;
    while (first && count < ARGUMENTS_MAX) {
        arguments[count++] = first;
        first = va_arg(rest, const char *);
    }
    arguments[count] = NULL;
    return crt__spawnve(mode, program, arguments, NULL);
}

CRT_API(intptr_t, _spawnl, (int mode, const char *program, const char *argument, ...)) {
    va_list rest;
    va_start(rest, argument);
    intptr_t result = run_list(mode, program, argument, rest);
    va_end(rest);
    return result;
}

CRT_API(intptr_t, _spawnlp, (int mode, const char *program, const char *argument, ...)) {
    va_list rest;
    va_start(rest, argument);
    intptr_t result = run_list(mode, program, argument, rest);
    va_end(rest);
    return result;
}

CRT_API(intptr_t, _execl, (const char *program, const char *argument, ...)) {
    va_list rest;
    va_start(rest, argument);
    intptr_t result = run_list(SPAWN_OVERLAY, program, argument, rest);
    va_end(rest);
    return result;
}

CRT_API(intptr_t, _execlp, (const char *program, const char *argument, ...)) {
    va_list rest;
    va_start(rest, argument);
    intptr_t result = run_list(SPAWN_OVERLAY, program, argument, rest);
    va_end(rest);
    return result;
}

CRT_API(intptr_t, _wspawnv, (int mode, const WCHAR *program, const WCHAR *const *arguments)) {
    struct rd_world *w = port_current_world();
    const char *narrow[ARGUMENTS_MAX + 1];
    size_t count = 0;
    if (!w || !program || !arguments)
        return -1;
    for (; arguments[count] && count < ARGUMENTS_MAX; count++)
        narrow[count] = crt_copy_narrow(w, arguments[count]);
    narrow[count] = NULL;
    return crt__spawnve(mode, crt_copy_narrow(w, program), narrow, NULL);
}

CRT_API(intptr_t, _wspawnl, (int mode, const WCHAR *program, const WCHAR *argument, ...)) {
    const WCHAR *arguments[ARGUMENTS_MAX + 1];
    size_t count = 0;
    va_list rest;
    va_start(rest, argument);
    while (argument && count < ARGUMENTS_MAX) {
        arguments[count++] = argument;
        argument = va_arg(rest, const WCHAR *);
    }
    va_end(rest);
    arguments[count] = NULL;
    return crt__wspawnv(mode, program, arguments);
}

/* ---- waiting --------------------------------------------------------------------------------- */

/* Closes the handle, as nobody can use it for a second _cwait. */
CRT_API(intptr_t, _cwait, (int *status, intptr_t handle, int action)) {
    struct crt_process *crt = crt_here();
    struct ps_process *process;
    (void)action;
    if (!crt || !is_process(crt, handle, &process)) {
        crt_set_errno(CRT_ECHILD);
        return -1;
    }
    int code = crt_wait_for_child(crt, handle);
    if (status)
        *status = code;
    return handle;
}
