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

/* A reference to the new process, or NULL and errno. */
static struct ps_process *create(struct crt_process *crt, const struct spawn *spawn) {
    struct rd_world *w = crt->world;
    struct ldr_image *image = ldr_image_find(w, spawn->program, ".exe", true);
    if (!image || image->is_dll || image->is_driver) {
        crt_set_errno(image ? 8 : CRT_ENOENT); /* ENOEXEC */
        return NULL;
    }
    struct ps_create_process create = {
        .image = image,
        .name = image->name,
        .command_line = join(w, spawn->arguments),
        .environment = spawn->environment ? make_block(w, spawn->environment) : NULL,
        .parent = crt->process,
        .inherit_handles = true,
    };
    struct ps_process *process;
    struct ps_thread *thread;
    if (!NT_SUCCESS(ps_create_process(w, &create, &process, &thread))) {
        crt_set_errno(CRT_EACCES);
        return NULL;
    }
    ob_dereference(w, thread);
    return process;
}

static intptr_t wait_for(struct rd_world *w, struct ps_process *process) {
    DISPATCHER_HEADER *object = &process->header;
    struct ke_wait wait = {.count = 1, .objects = &object, .mode = UserMode};
    ke_wait(w, &wait);
    return process->exit_status;
}

static intptr_t run(const struct spawn *spawn) {
    struct crt_process *crt = crt_here();
    bool known = spawn->mode == SPAWN_WAIT || spawn->mode == SPAWN_NOWAIT ||
                 spawn->mode == SPAWN_OVERLAY || spawn->mode == SPAWN_DETACH;
    if (!crt || !known || !spawn->program || !spawn->arguments) {
        crt_set_errno(CRT_EINVAL);
        return -1;
    }
    struct rd_world *w = crt->world;
    ke_point(w, 0, KE_WRITE);
    struct ps_process *process = create(crt, spawn);
    if (!process)
        return -1;
    if (spawn->mode == SPAWN_OVERLAY)
        crt_leave(crt, 0);
    uint64_t handle = 0;
    NTSTATUS status =
        ob_open_handle(w, &crt->process->handles, process, PROCESS_ALL_RIGHTS, 0, &handle);
    ob_dereference(w, process);
    if (!NT_SUCCESS(status))
        return -1;
    if (spawn->mode == SPAWN_NOWAIT)
        return (intptr_t)handle;
    intptr_t result = spawn->mode == SPAWN_WAIT ? wait_for(w, process) : 0;
    ob_close_handle(w, &crt->process->handles, handle);
    return result;
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
    void *process;
    (void)action;
    if (!crt || ob_lookup(&crt->process->handles, (uint64_t)handle, 0, &ps_process_type,
                          &process) != STATUS_SUCCESS) {
        crt_set_errno(CRT_ECHILD);
        return -1;
    }
    intptr_t result = wait_for(crt->world, process);
    if (status)
        *status = (int)result;
    ob_close_handle(crt->world, &crt->process->handles, (uint64_t)handle);
    return handle;
}
