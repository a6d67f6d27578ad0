#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

#include "base/assert.h"

struct base_chunk {
    struct base_chunk *next;
    size_t size; /* usable bytes behind this header */
};

enum {
    CHUNK_HEADER = 64, /* keeps blocks on cache lines */
    CHUNK_FIRST = 256 * 1024,
    CHUNK_MAX = 64 * 1024 * 1024,
};

static const size_t chunk_limit = SIZE_MAX / 4; /* beyond what any host has */

void base_arena_init(struct base_arena *arena) {
    memset(arena, 0, sizeof *arena);
}

void base_arena_destroy(struct base_arena *arena) {
    struct base_chunk *chunk = arena->first;
    while (chunk) {
        struct base_chunk *next = chunk->next;
        free(chunk);
        chunk = next;
    }
    base_arena_init(arena);
}

static void use_chunk(struct base_arena *arena, struct base_chunk *chunk) {
    arena->current = chunk;
    arena->cursor = (char *)chunk + CHUNK_HEADER;
    arena->limit = arena->cursor + chunk->size;
}

void base_arena_rewind(struct base_arena *arena) {
    if (!arena->first)
        return;
    for (struct base_chunk *chunk = arena->first; chunk; chunk = chunk->next)
        BASE_MEMORY_DEAD((char *)chunk + CHUNK_HEADER, chunk->size);
    use_chunk(arena, arena->first);
}

bool base_arena_offset(const struct base_arena *arena, uint64_t address, uint64_t *offset) {
    *offset = 0;
    for (const struct base_chunk *chunk = arena->first; chunk; chunk = chunk->next) {
        uint64_t inside = address - (uint64_t)(uintptr_t)chunk - CHUNK_HEADER;
        if (inside < chunk->size) {
            *offset += inside;
            return true;
        }
        *offset += chunk->size;
    }
    return false;
}

/* Moves on to the next kept chunk that is large enough, or takes a new one from the host. */
void *base_arena_grow(struct base_arena *arena, size_t size) {
    struct base_chunk *last = arena->current;
    while (last && last->next) {
        last = last->next;
        use_chunk(arena, last);
        if (last->size >= size)
            return base_arena_alloc(arena, size);
    }
    size_t want = last ? last->size * 2 : CHUNK_FIRST;
    if (want > CHUNK_MAX)
        want = CHUNK_MAX;
    if (want < size)
        want = size;
    if (want > chunk_limit)
        return NULL;
    struct base_chunk *chunk = aligned_alloc(64, (CHUNK_HEADER + want + 63) & ~(size_t)63);
    if (!chunk)
        return NULL;
    chunk->next = NULL;
    chunk->size = want;
    if (last)
        last->next = chunk;
    else
        arena->first = chunk;
    arena->host_allocations++;
    arena->bytes_reserved += want;
    BASE_MEMORY_DEAD((char *)chunk + CHUNK_HEADER, want);
    use_chunk(arena, chunk);
    return base_arena_alloc(arena, size);
}

void base_pool_init(struct base_pool *pool, struct base_arena *arena) {
    memset(pool, 0, sizeof *pool);
    pool->arena = arena;
}

/* Powers of two. For a size beyond the last class, *rounded stays below it. */
static unsigned large_class(size_t size, size_t *rounded) {
    unsigned index = BASE_POOL_FINE_MAX / BASE_POOL_STEP;
    size_t power = (size_t)BASE_POOL_FINE_MAX * 2;
    while (power < size && index < BASE_POOL_CLASSES - 1) {
        power *= 2;
        index++;
    }
    *rounded = power;
    return index;
}

void *base_pool_alloc_large(struct base_pool *pool, size_t size) {
    size_t rounded;
    unsigned index = large_class(size, &rounded);
    return rounded < size ? NULL : base_pool_take(pool, index, rounded);
}

void base_pool_free_large(struct base_pool *pool, void *memory, size_t size) {
    size_t rounded;
    unsigned index = large_class(size, &rounded);
    base_pool_give(pool, index, memory, rounded);
}
