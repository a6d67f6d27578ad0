/* crt_memory.c - malloc and its kin, over the heap of the simulated process. */
#include <string.h>

#include "ldr/crt_state.h"

enum { DEFAULT_ALIGNMENT = 16, HEAP_OK = -2 };

/* STATUS_HEAP_CORRUPTION: a pointer was freed that is no live block. */
static void report_corruption(struct rd_world *w, const void *block) {
    struct ldr_exception exception = {.code = 0xC0000374,
                                      .flags = 1,
                                      .parameter_count = 1,
                                      .parameters = {(uint64_t)(uintptr_t)block}};
    ldr_raise(w, &exception);
}

static void *allocate(size_t size) {
    struct rd_world *w = port_current_world();
    void *block = w ? ldr_heap_alloc(w, size, false) : NULL;
    if (!block)
        crt_set_errno(CRT_ENOMEM);
    return block;
}

static void release(void *block) {
    struct rd_world *w = port_current_world();
    if (w && block && ps_current_process(w) && !ldr_heap_free(w, block))
        report_corruption(w, block);
}

static void *resize(void *block, size_t size) {
    struct rd_world *w = port_current_world();
    if (!w)
        return NULL;
    if (ldr_heap_size(w, block) == (size_t)-1) {
        report_corruption(w, block);
        return NULL;
    }
    void *moved = ldr_heap_realloc(w, block, size);
    if (!moved)
        crt_set_errno(CRT_ENOMEM);
    return moved;
}

static bool product(size_t count, size_t size, size_t *result) {
    *result = count * size;
    if (!size || count <= SIZE_MAX / size)
        return true;
    crt_set_errno(CRT_ENOMEM);
    return false;
}

CRT_API(void *, malloc, (size_t size)) {
    return allocate(size);
}

CRT_API(void *, calloc, (size_t count, size_t size)) {
    size_t total;
    return product(count, size, &total) ? allocate(total) : NULL;
}

CRT_API(void, free, (void *block)) {
    release(block);
}

CRT_API(void *, realloc, (void *block, size_t size)) {
    if (!block)
        return allocate(size);
    if (size)
        return resize(block, size);
    release(block);
    return NULL;
}

CRT_API(void *, _recalloc, (void *block, size_t count, size_t size)) {
    size_t total;
    return product(count, size, &total) ? crt_realloc(block, total) : NULL;
}

CRT_API(size_t, _msize, (void *block)) {
    struct rd_world *w = port_current_world();
    size_t size = w && block ? ldr_heap_size(w, block) : (size_t)-1;
    if (size == (size_t)-1)
        crt_invalid(CRT_EINVAL);
    return size;
}

/* Never moves the block. */
CRT_API(void *, _expand, (void *block, size_t size)) {
    return size <= crt__msize(block) ? block : NULL;
}

CRT_API(int, _heapchk, (void)) {
    return HEAP_OK;
}

CRT_API(int, _heapmin, (void)) {
    return 0;
}

/* ---- aligned blocks -------------------------------------------------------------------------- */

/* In front of an aligned block lies where its heap block begins, and its size. */
struct aligned_header {
    void *block;
    size_t size;
};

static struct aligned_header *header_of(void *aligned) {
    return (struct aligned_header *)aligned - 1;
}

CRT_API(void *, _aligned_malloc, (size_t size, size_t alignment)) {
    if (!alignment || alignment & (alignment - 1)) {
        crt_invalid(CRT_EINVAL);
        return NULL;
    }
    if (alignment < DEFAULT_ALIGNMENT)
        alignment = DEFAULT_ALIGNMENT;
    size_t extra = alignment + sizeof(struct aligned_header);
    char *block = size <= SIZE_MAX - extra ? allocate(size + extra) : NULL;
    if (!block)
        return NULL;
    uintptr_t address = (uintptr_t)block + extra - 1;
    void *aligned = block + ((address & ~(uintptr_t)(alignment - 1)) - (uintptr_t)block);
    *header_of(aligned) = (struct aligned_header){block, size};
    return aligned;
}

CRT_API(void, _aligned_free, (void *aligned)) {
    if (aligned)
        release(header_of(aligned)->block);
}

CRT_API(void *, _aligned_realloc, (void *aligned, size_t size, size_t alignment)) {
    if (!aligned)
        return crt__aligned_malloc(size, alignment);
    if (!size) {
        crt__aligned_free(aligned);
        return NULL;
    }
    void *moved = crt__aligned_malloc(size, alignment);
    if (!moved)
        return NULL;
    size_t old = header_of(aligned)->size;
    memcpy(moved, aligned, old < size ? old : size);
    crt__aligned_free(aligned);
    return moved;
}

CRT_API(size_t, _aligned_msize, (void *aligned, size_t alignment, size_t offset)) {
    (void)alignment, (void)offset;
    return aligned ? header_of(aligned)->size : (size_t)-1;
}
