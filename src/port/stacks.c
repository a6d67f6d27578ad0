/*
 * stacks.c - the pool of guarded stacks.
 *
 * Stacks come in power-of-two sizes. Many of them are cut from one slab, each with its guard below:
 *
 *     | guard | stack 0 | guard | stack 1 | guard | stack 2 | ... | fence |
 *
 * The fence at the end keeps code that writes beyond its stack's top away from the host's memory.
 *
 * A slab is only reserved: a stack costs memory for the pages that were touched, usually the
 * topmost. A returned stack keeps its pages and is the next to be handed out, so that it is still
 * in the processor's cache.
 */
#define _GNU_SOURCE
#include "port_internal.h"

#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#ifdef RD_PORT_ASAN
#include <sanitizer/asan_interface.h>
#endif

#if defined(__linux__) && !defined(MADV_GUARD_INSTALL)
#define MADV_GUARD_INSTALL 102 /* Linux 6.13; older C libraries do not name it */
#endif
#ifndef MAP_NORESERVE
#define MAP_NORESERVE 0
#endif
#ifndef MAP_STACK
#define MAP_STACK 0
#endif

enum {
    SLAB_SLOTS_FIRST = 8,
    SLAB_SIZE_MAX = 64 * 1024 * 1024,
    GUARD_SIZE_MAX = 64 * 1024,
    GUARD_FRACTION = 16, /* the guard is this part of the stack, at least a page */
    /* Each costs two of the process's mappings (65 530 by default); the host needs some, too. */
    MPROTECT_GUARDS_MAX = 16 * 1024,
};

void port_stack_pool_init(struct port_stack_pool *pool) {
    *pool = (struct port_stack_pool){.page_size = (size_t)sysconf(_SC_PAGESIZE)};
#ifdef MADV_GUARD_INSTALL
    pool->guard_method = PORT_GUARD_MARKERS;
#else
    pool->guard_method = PORT_GUARD_MPROTECT;
#endif
}

void port_stack_pool_close(struct port_stack_pool *pool) {
    for (size_t i = 0; i < pool->slab_count; i++)
        munmap(pool->slabs[i].memory, pool->slabs[i].size);
    free(pool->slabs);
    for (unsigned i = 0; i < PORT_STACK_CLASSES; i++)
        free(pool->classes[i].free);
}

unsigned port_stack_class_of(size_t size) {
    enum { WORD_BITS = sizeof(unsigned long long) * CHAR_BIT };
    if (size <= (size_t)1 << PORT_STACK_SIZE_MIN_LOG2)
        return 0;
    unsigned log2 = WORD_BITS - (unsigned)__builtin_clzll(size - 1); /* rounded up */
    return log2 <= PORT_STACK_SIZE_MAX_LOG2 ? log2 - PORT_STACK_SIZE_MIN_LOG2 : PORT_STACK_CLASSES;
}

static size_t class_size(unsigned index) {
    return (size_t)1 << (index + PORT_STACK_SIZE_MIN_LOG2);
}

/* Larger stacks belong to code with larger frames, which could step over a guard of one page. */
size_t port_stack_guard_size(const struct port_stack_pool *pool, size_t size) {
    size_t guard = size / GUARD_FRACTION;
    if (guard > GUARD_SIZE_MAX)
        guard = GUARD_SIZE_MAX;
    return guard < pool->page_size ? pool->page_size : guard;
}

/* Room in the free list for `slots` more stacks, so that giving a stack back cannot fail. */
static bool reserve_free_list(struct port_stack_class *class, size_t slots) {
    size_t needed = class->mapped + slots;
    if (needed <= class->capacity)
        return true;
    size_t capacity = class->capacity * 2 > needed ? class->capacity * 2 : needed;
    char **list = realloc(class->free, capacity * sizeof *list);
    if (list == NULL)
        return false;
    class->free = list;
    class->capacity = capacity;
    return true;
}

static bool reserve_slab_record(struct port_stack_pool *pool) {
    if (pool->slab_count < pool->slab_capacity)
        return true;
    size_t capacity = pool->slab_capacity == 0 ? 8 : pool->slab_capacity * 2;
    struct port_slab *slabs = realloc(pool->slabs, capacity * sizeof *slabs);
    if (slabs == NULL)
        return false;
    pool->slabs = slabs;
    pool->slab_capacity = capacity;
    return true;
}

static void *map_slab(size_t size) {
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (memory == MAP_FAILED)
        return NULL;
#ifdef MADV_NOHUGEPAGE
    /* A huge page would make the first touch of one stack cost as much as a hundred stacks. */
    madvise(memory, size, MADV_NOHUGEPAGE);
#endif
    return memory;
}

/* False: the host refuses, here and from now on. */
static bool protect(struct port_stack_pool *pool, char *pages, size_t size) {
#ifdef MADV_GUARD_INSTALL
    if (pool->guard_method == PORT_GUARD_MARKERS) {
        if (madvise(pages, size, MADV_GUARD_INSTALL) == 0)
            return true;
        pool->guard_method = PORT_GUARD_MPROTECT;
    }
#endif
    if (pool->guard_method == PORT_GUARD_NONE)
        return false;
    if (pool->guarded + pool->fences < MPROTECT_GUARDS_MAX && mprotect(pages, size, PROT_NONE) == 0)
        return true;
    pool->guard_method = PORT_GUARD_NONE;
    return false;
}

void port_stack_fence(struct port_stack_pool *pool, char *pages, size_t size) {
    if (protect(pool, pages, size))
        pool->fences++;
}

/* Maps the next slab of the class: twice as large as the one before, or what the host can give. */
static bool add_slab(struct port_stack_pool *pool, struct port_stack_class *class, size_t size) {
    size_t guard = port_stack_guard_size(pool, size);
    size_t slot = guard + size;
    size_t slots = class->slab_slots == 0 ? SLAB_SLOTS_FIRST : class->slab_slots;
    if (slots > SLAB_SIZE_MAX / slot)
        slots = SLAB_SIZE_MAX / slot > 0 ? SLAB_SIZE_MAX / slot : 1;
    if (!reserve_slab_record(pool) || !reserve_free_list(class, slots))
        return false;
    void *memory = map_slab(slots * slot + guard);
    while (memory == NULL && slots > 1) {
        slots /= 2;
        memory = map_slab(slots * slot + guard);
    }
    if (memory == NULL)
        return false;
    pool->slabs[pool->slab_count++] = (struct port_slab){memory, slots * slot + guard};
    port_stack_fence(pool, (char *)memory + slots * slot, guard);
    class->fresh = memory;
    class->fresh_count = slots;
    class->slab_slots = slots * 2;
    return true;
}

static char *cut_fresh(struct port_stack_pool *pool, unsigned index) {
    struct port_stack_class *class = &pool->classes[index];
    size_t size = class_size(index);
    size_t guard_size = port_stack_guard_size(pool, size);
    if (class->fresh_count == 0 && !add_slab(pool, class, size))
        return NULL;
    char *guard = class->fresh;
    class->fresh += guard_size + size;
    class->fresh_count--;
    class->mapped++;
    pool->mapped++;
    if (protect(pool, guard, guard_size))
        pool->guarded++;
    return guard + guard_size;
}

bool port_stack_take(struct port_stack_pool *pool, size_t size, struct port_stack *stack) {
    unsigned index = port_stack_class_of(size);
    if (index == PORT_STACK_CLASSES)
        return false;
    struct port_stack_class *class = &pool->classes[index];
    char *base = class->free_count > 0 ? class->free[--class->free_count] : cut_fresh(pool, index);
    if (base == NULL)
        return false;
    *stack = (struct port_stack){base, class_size(index)};
    port_stack_unpoison((uintptr_t)base, (uintptr_t)base + stack->size);
    pool->in_use++;
    return true;
}

void port_stack_give(struct port_stack_pool *pool, const struct port_stack *stack) {
    struct port_stack_class *class = &pool->classes[port_stack_class_of(stack->size)];
    assert(class->free_count < class->mapped);
    class->free[class->free_count++] = stack->base;
    pool->in_use--;
}

void port_stack_unpoison(uintptr_t low, uintptr_t high) {
#ifdef RD_PORT_ASAN
    __asan_unpoison_memory_region((void *)low, high - low);
#else
    (void)low;
    (void)high;
#endif
}
