/*
 * crt_cxx.c - what compiled C++ asks of its run-time library: operators new and delete, guards of
 * local statics. Without a C++ run-time, running out of memory in new ends the process as an
 * uncaught exception does.
 */
#include <string.h>

#include "ldr/crt_state.h"
#include "port/image.h"

void *crt_operator_new(size_t size);
void *crt_operator_new_nothrow(size_t size, const void *tag);
void *crt_operator_new_aligned(size_t size, size_t alignment);
void *crt_operator_new_aligned_nothrow(size_t size, size_t alignment, const void *tag);
void crt_operator_delete(void *block);
void crt_operator_delete_sized(void *block, size_t size);
void crt_operator_delete_nothrow(void *block, const void *tag);
void crt_operator_delete_aligned(void *block, size_t alignment);
void crt_operator_delete_sized_aligned(void *block, size_t size, size_t alignment);
void crt_operator_delete_aligned_nothrow(void *block, size_t alignment, const void *tag);

/* crt_memory.c; CRT_API declares them there. */
void *crt_malloc(size_t size);
void crt_free(void *block);
void *crt__aligned_malloc(size_t size, size_t alignment);
void crt__aligned_free(void *aligned);

/* std::bad_alloc comes from the C++ run-time that the image has brought with it. */
static void *or_throw(void *block) {
    void (*throw_bad_alloc)(void);
    struct crt_process *crt = crt_here();
    if (block || !crt)
        return block;
    void *found = port_host_function("_ZSt17__throw_bad_allocv");
    memcpy(&throw_bad_alloc, &found, sizeof found);
    if (throw_bad_alloc)
        throw_bad_alloc();
    crt_abort_process(crt);
    return NULL;
}

void *crt_operator_new(size_t size) {
    return or_throw(crt_malloc(size ? size : 1));
}

void *crt_operator_new_nothrow(size_t size, const void *tag) {
    (void)tag;
    return crt_malloc(size ? size : 1);
}

void *crt_operator_new_aligned(size_t size, size_t alignment) {
    return or_throw(crt__aligned_malloc(size ? size : 1, alignment));
}

void *crt_operator_new_aligned_nothrow(size_t size, size_t alignment, const void *tag) {
    (void)tag;
    return crt__aligned_malloc(size ? size : 1, alignment);
}

void crt_operator_delete(void *block) {
    crt_free(block);
}

void crt_operator_delete_sized(void *block, size_t size) {
    (void)size;
    crt_free(block);
}

void crt_operator_delete_nothrow(void *block, const void *tag) {
    (void)tag;
    crt_free(block);
}

void crt_operator_delete_aligned(void *block, size_t alignment) {
    (void)alignment;
    crt__aligned_free(block);
}

void crt_operator_delete_sized_aligned(void *block, size_t size, size_t alignment) {
    (void)size, (void)alignment;
    crt__aligned_free(block);
}

void crt_operator_delete_aligned_nothrow(void *block, size_t alignment, const void *tag) {
    (void)alignment, (void)tag;
    crt__aligned_free(block);
}

/* std::terminate: the handler that the program has set, or Rundown's. None comes back. */
CRT_API(void, terminate, (void)) {
    typedef void handler_fn(void);
    typedef handler_fn *get_handler_fn(void);
    get_handler_fn *get = (get_handler_fn *)(uintptr_t)port_host_function("_ZSt13get_terminatev");
    handler_fn *handler = get ? get() : NULL;
    if (handler)
        handler();
    crt_abort();
}

CRT_API(void, __cxa_pure_virtual, (void)) {
    struct crt_process *crt = crt_here();
    if (crt && crt->purecall)
        crt->purecall();
    if (crt)
        crt_abort_process(crt);
}

CRT_API(void, __cxa_deleted_virtual, (void)) {
    crt___cxa_pure_virtual();
}

/* ---- guards ---------------------------------------------------------------------------------- */

/*
 * A guard variable has 64 bits; compiled code looks at the first byte only: is the variable
 * initialised? The thread that is at it is noted in the upper half. Others offer the processor to
 * it until it is done.
 */
struct guard {
    uint8_t done;
    uint8_t busy;
    uint16_t unused;
    uint32_t tid;
};

CRT_API(int, __cxa_guard_acquire, (struct guard * guard)) {
    struct rd_world *w = port_current_world();
    while (!guard->done) {
        if (!guard->busy) {
            guard->busy = 1;
            guard->tid = w ? w->current_tid : 0;
            return 1;
        }
        if (!w || guard->tid == w->current_tid) {
            crt___cxa_pure_virtual(); /* it initialises itself: no way out */
            return 0;
        }
        ke_point(w, core_memory_place(guard), KE_READ);
        ke_yield(w);
    }
    return 0;
}

static void give_back(struct guard *guard) {
    struct rd_world *w = port_current_world();
    if (w)
        core_touch(w, core_memory_place(guard), CORE_WRITE);
    guard->busy = 0;
}

CRT_API(void, __cxa_guard_release, (struct guard * guard)) {
    guard->done = 1;
    give_back(guard);
}

CRT_API(void, __cxa_guard_abort, (struct guard * guard)) {
    give_back(guard);
}
