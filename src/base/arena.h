/*
 * arena.h - memory of a world: chunks from the host that are rewound, never freed, between runs.
 *
 * A base_arena only grows until it is rewound. A base_pool on top of it recycles blocks by size
 * class, so that objects that come and go within one run do not make the arena grow.
 */
#ifndef RD_BASE_ARENA_H
#define RD_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * With AddressSanitizer, memory that nobody has asked for or that was given back is marked, so that
 * a use of it is found although it never left the host's chunk.
 */
#ifndef __has_feature
#define __has_feature(feature) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
void __asan_poison_memory_region(const volatile void *memory, size_t size);
void __asan_unpoison_memory_region(const volatile void *memory, size_t size);
#define BASE_MEMORY_DEAD(memory, size) __asan_poison_memory_region((memory), (size))
#define BASE_MEMORY_ALIVE(memory, size) __asan_unpoison_memory_region((memory), (size))
#else
#define BASE_MEMORY_DEAD(memory, size) ((void)(memory), (void)(size))
#define BASE_MEMORY_ALIVE(memory, size) ((void)(memory), (void)(size))
#endif

struct base_chunk;

struct base_arena {
    char *cursor, *limit;
    struct base_chunk *first, *current;
    uint64_t host_allocations; /* chunks ever taken from the host */
    uint64_t bytes_reserved;
};

void base_arena_init(struct base_arena *arena);
void base_arena_destroy(struct base_arena *arena);

/* All memory is handed out anew; the chunks are kept. */
void base_arena_rewind(struct base_arena *arena);

/* How far from the beginning of all memory of the arena; false: it lies elsewhere. */
bool base_arena_offset(const struct base_arena *arena, uint64_t address, uint64_t *offset);

void *base_arena_grow(struct base_arena *arena, size_t size);

/* Uninitialised, 16-byte aligned; NULL when the host has no memory. */
static inline void *base_arena_alloc(struct base_arena *arena, size_t size) {
    size = (size + 15) & ~(size_t)15;
    if ((size_t)(arena->limit - arena->cursor) < size)
        return base_arena_grow(arena, size);
    void *memory = arena->cursor;
    arena->cursor += size;
    BASE_MEMORY_ALIVE(memory, size);
    return memory;
}

/* Classes of BASE_POOL_STEP bytes up to BASE_POOL_FINE_MAX, then powers of two. */
enum { BASE_POOL_STEP = 16, BASE_POOL_FINE_MAX = 1024, BASE_POOL_CLASSES = 96 };

struct base_pool {
    struct base_arena *arena;
    void *free[BASE_POOL_CLASSES];
};

void base_pool_init(struct base_pool *pool, struct base_arena *arena);

/* Of larger blocks than BASE_POOL_FINE_MAX. */
void *base_pool_alloc_large(struct base_pool *pool, size_t size);
void base_pool_free_large(struct base_pool *pool, void *memory, size_t size);

/* Zeroed memory of `size` bytes, which is what all blocks of that class have. */
static inline void *base_pool_take(struct base_pool *pool, unsigned class_index, size_t size) {
    void *memory = pool->free[class_index];
    if (memory) {
        BASE_MEMORY_ALIVE(memory, size);
        memcpy(&pool->free[class_index], memory, sizeof(void *));
    } else {
        memory = base_arena_alloc(pool->arena, size);
        if (!memory)
            return NULL;
    }
    return memset(memory, 0, size);
}

static inline void base_pool_give(struct base_pool *pool, unsigned class_index, void *memory,
                                  size_t size) {
    memcpy(memory, &pool->free[class_index], sizeof(void *));
    pool->free[class_index] = memory;
    BASE_MEMORY_DEAD(memory, size);
}

static inline unsigned base_pool_fine_class(size_t size) {
    return (unsigned)(size - (size != 0)) / BASE_POOL_STEP;
}

/* Zeroed memory of at least `size` bytes; NULL when the host has no memory or could never have it.
 */
static inline void *base_pool_alloc(struct base_pool *pool, size_t size) {
    unsigned index = base_pool_fine_class(size);
    if (size > BASE_POOL_FINE_MAX)
        return base_pool_alloc_large(pool, size);
    return base_pool_take(pool, index, (size_t)(index + 1) * BASE_POOL_STEP);
}

/* `size` is the size that was asked for. */
static inline void base_pool_free(struct base_pool *pool, void *memory, size_t size) {
    unsigned index = base_pool_fine_class(size);
    if (size > BASE_POOL_FINE_MAX)
        base_pool_free_large(pool, memory, size);
    else
        base_pool_give(pool, index, memory, (size_t)(index + 1) * BASE_POOL_STEP);
}

#endif
