/*
 * kernel.h - what the entry points for drivers share.
 *
 * Called by nobody (the host program itself, outside of any simulated thread) they fail or do
 * nothing.
 */
#ifndef RD_API_KERNEL_H
#define RD_API_KERNEL_H

#include <string.h>

#include "api/api.h"
#include "base/utf16.h"
#include "ex/ex_kernel.h"
#include "io/io.h"
#include "ke/irql.h"
#include "rundown/sdk/ntifs.h"

/* A pool tag as debuggers show it. */
#define KERNEL_TAG(a, b, c, d) ((a) | (b) << 8 | (c) << 16 | (d) << 24)

/* The world whose simulated thread calls, or NULL. */
static inline struct rd_world *kernel_world(void) {
    struct rd_world *w = port_current_world();
    return w && w->ke->current ? w : NULL;
}

static inline struct ps_process *kernel_process(PEPROCESS process) {
    return (struct ps_process *)(void *)process;
}

static inline struct ps_thread *kernel_thread(PETHREAD thread) {
    return (struct ps_thread *)(void *)thread;
}

static inline HANDLE kernel_id(uint32_t id) {
    return (HANDLE)(uintptr_t)id;
}

static inline uint64_t kernel_value(const void *pointer) {
    return (uint64_t)(uintptr_t)pointer;
}

/* Takes the access violation that a pointer to nowhere is here, before others follow it. */
static inline void kernel_touch(const volatile void *memory) {
    (void)*(const volatile char *)memory;
}

/* An NT timeout (negative: relative, else system time) as ke_wait wants it; NULL stays NULL. */
const LONGLONG *kernel_timeout(const LARGE_INTEGER *timeout, LONGLONG *storage);

/* UTF-8 of counted UTF-16, in memory of this run. */
const char *kernel_utf8(struct rd_world *w, const UNICODE_STRING *text);

/* The name of an object that programs share: as they write it after "Global\". */
const char *kernel_object_name(struct rd_world *w, const UNICODE_STRING *name);

/* A new handle of the caller, or of the System process if `attributes` has OBJ_KERNEL_HANDLE. */
struct kernel_open {
    void *body;
    uint32_t access;
    uint32_t attributes;
};
NTSTATUS kernel_open_handle(struct rd_world *w, const struct kernel_open *open, HANDLE *handle);

/* Memory of whoever calls: pool for drivers, heap for programs. NULL when there is none. */
void *kernel_allocate(struct rd_world *w, size_t size, uint32_t tag);
void kernel_free(struct rd_world *w, void *memory);

#endif
