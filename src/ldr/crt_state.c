/* crt_state.c - where the state of the C run-time model lives, and when it comes and goes. */
#include "ldr/crt_state.h"

#include <string.h>

#include "ldr/crt_text.h"

struct crt_process *crt_process_get(struct rd_world *w, struct ps_process *process) {
    if (!process || !process->ldr)
        return NULL;
    if (!process->ldr->crt) {
        struct crt_process *crt = core_alloc(w, sizeof *crt);
        process->ldr->crt = crt;
        crt->world = w;
        crt->process = process;
        crt->file_mode = 0x4000; /* _O_TEXT */
        crt->random_state = process->pid;
        crt->abort_behavior = CRT_ABORT_BEHAVIOR;
        base_list_init(&crt->files);
        crt_streams_start(crt);
    }
    return process->ldr->crt;
}

struct crt_process *crt_here(void) {
    struct rd_world *w = port_current_world();
    return w ? crt_process_get(w, ps_current_process(w)) : NULL;
}

struct crt_thread *crt_self(void) {
    struct rd_world *w = port_current_world();
    struct ldr_thread *thread = w ? ldr_thread_of(w, ps_current(w)) : NULL;
    if (!thread)
        return NULL;
    if (!thread->crt) {
        thread->crt = core_alloc(w, sizeof *thread->crt);
        thread->crt->random = 1;
    }
    return thread->crt;
}

void crt_set_errno(int error) {
    struct crt_thread *self = crt_self();
    if (self)
        self->error = error;
}

int crt_fail(int error) {
    crt_set_errno(error);
    return error;
}

int crt_invalid(int error) {
    const struct crt_process *crt = crt_here();
    if (crt && crt->invalid_parameter)
        crt->invalid_parameter(NULL, NULL, NULL, 0, 0);
    return crt_fail(error);
}

char *crt_text_buffer(void) {
    struct crt_thread *self = crt_self();
    if (self && !self->text)
        self->text = core_alloc(port_current_world(), CRT_TEXT_MAX);
    return self ? self->text : NULL;
}

char *crt_copy(struct rd_world *w, const char *text) {
    size_t size = strlen(text) + 1;
    return memcpy(core_alloc(w, size), text, size);
}

WCHAR *crt_copy_wide(struct rd_world *w, const char *text) {
    size_t length = strlen(text), units = crt_widen(NULL, 0, text, length);
    WCHAR *wide = core_alloc(w, (units + 1) * sizeof *wide);
    crt_widen(wide, units, text, length);
    return wide;
}

char *crt_copy_narrow(struct rd_world *w, const WCHAR *text) {
    size_t length = crt_wide_length(text), bytes = crt_narrow(NULL, 0, text, length);
    char *narrow = core_alloc(w, bytes + 1);
    crt_narrow(narrow, bytes, text, length);
    return narrow;
}

/* ---- life ------------------------------------------------------------------------------------ */

/* Most processes never ask for what a C run-time has: it is made when they do, and here only for
 * those that were given something. */
void crt_process_created(struct rd_world *w, struct ps_process *process, struct ps_process *parent,
                         const char *block) {
    const struct crt_process *from = parent && parent->ldr ? parent->ldr->crt : NULL;
    if (block)
        crt_environment_from_block(crt_process_get(w, process), block);
    else if (from && from->environment.strings)
        crt_environment_inherit(crt_process_get(w, process), from);
}

void crt_process_start(struct rd_world *w, struct ps_process *process) {
    const struct ldr_standard *standard = &process->ldr->standard;
    bool given = standard->files != NULL;
    for (int i = 0; i < LDR_STANDARD_HANDLES; i++)
        given |= standard->given[i];
    if (given)
        crt_descriptors_start(crt_process_get(w, process));
}

void crt_detach_flush(struct rd_world *w) {
    struct ps_process *process = ps_current_process(w);
    struct crt_process *crt = process && process->ldr ? process->ldr->crt : NULL;
    if (crt && !crt->keep_unflushed)
        crt_flush_all(crt, CRT_FLUSH_DETACH);
}

static void free_environment(struct rd_world *w, struct crt_environment *environment) {
    core_free(w, environment->strings, environment->capacity * sizeof(char *));
}

void crt_process_gone(struct rd_world *w, struct ps_process *process) {
    struct crt_process *crt = process->ldr ? process->ldr->crt : NULL;
    if (crt) {
        crt_streams_gone(crt);
        process->ldr->crt = NULL;
        core_free(w, crt->at_exit.entries, crt->at_exit.capacity * sizeof(struct crt_exit_entry));
        core_free(w, crt->at_quick_exit.entries,
                  crt->at_quick_exit.capacity * sizeof(struct crt_exit_entry));
        free_environment(w, &crt->environment);
        free_environment(w, &crt->copy);
        if (crt->win32)
            core_free(w, crt->win32, sizeof *crt->win32);
        core_free(w, crt, sizeof *crt);
    }
    ldr_heap_gone(w, process);
}

void crt_world_reset(struct rd_world *w) {
    base_list_each(link, &w->ps->processes) {
        struct ps_process *process = base_container(link, struct ps_process, link);
        struct crt_process *crt = process->ldr ? process->ldr->crt : NULL;
        for (int i = 0; crt && i < crt->descriptor_capacity; i++)
            if (crt->descriptors[i].kind == CRT_TEMPORARY)
                crt_descriptor_close(crt, i);
    }
}

void crt_thread_gone(struct rd_world *w, struct ps_thread *thread) {
    struct crt_thread *self = thread->ldr ? thread->ldr->crt : NULL;
    if (!self)
        return;
    thread->ldr->crt = NULL;
    if (self->text)
        core_free(w, self->text, CRT_TEXT_MAX);
    while (self->at_exit) {
        struct crt_thread_exit *next = self->at_exit->next;
        core_free(w, self->at_exit, sizeof *next);
        self->at_exit = next;
    }
    core_free(w, self, sizeof *self);
}

/* ---- errno ----------------------------------------------------------------------------------- */

/* Drivers and the host have no errno of their own: what they store is forgotten. */
static int *error_place(size_t offset) {
    struct crt_thread *self = crt_self();
    if (self)
        return (int *)(void *)((char *)self + offset);
    struct rd_world *w = port_current_world();
    return w ? core_alloc(w, sizeof(int)) : NULL;
}

CRT_API(int *, _errno, (void)) {
    return error_place(offsetof(struct crt_thread, error));
}

CRT_API(uint32_t *, __doserrno, (void)) {
    return (uint32_t *)error_place(offsetof(struct crt_thread, dos_error));
}

CRT_API(int, _set_errno, (int value)) {
    crt_set_errno(value);
    return 0;
}

CRT_API(int, _get_errno, (int *value)) {
    struct crt_thread *self = crt_self();
    if (!value)
        return CRT_EINVAL;
    *value = self ? self->error : 0;
    return 0;
}

CRT_API(int, _set_doserrno, (uint32_t value)) {
    struct crt_thread *self = crt_self();
    if (self)
        self->dos_error = value;
    return 0;
}

CRT_API(int, _get_doserrno, (uint32_t * value)) {
    struct crt_thread *self = crt_self();
    if (!value)
        return CRT_EINVAL;
    *value = self ? self->dos_error : 0;
    return 0;
}
