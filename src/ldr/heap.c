/*
 * heap.c - memory of simulated processes.
 *
 * Simulated programs write beyond their blocks and into blocks they have freed. What this file
 * knows of a block is therefore kept apart from it: blocks are cut from slabs that hold nothing
 * else, their descriptors are found through a table by address. A freed block keeps its descriptor,
 * waits in the list of its size class, and is never given back before its process is gone.
 */
#include <string.h>

#include "ldr/crt.h"

enum {
    HEAP_GRAIN = 16,
    HEAP_SMALL_MAX = 512, /* classes of 16 bytes up to here, then powers of two */
    HEAP_SMALL_CLASSES = HEAP_SMALL_MAX / HEAP_GRAIN,
    HEAP_CLASSES = HEAP_SMALL_CLASSES + 22, /* up to 1 GiB */
    HEAP_SLAB_MIN = 8 * 1024,
    HEAP_SLAB_MAX = 256 * 1024,
    HEAP_TABLE_MIN = 64,
};

static const size_t heap_block_max = (size_t)1 << 30;

struct heap_block {
    struct heap_block *next_free; /* of the same class */
    char *data;
    size_t size; /* as asked for */
    uint64_t heap;
    uint32_t maker, number; /* the how manyth of which thread */
    uint8_t size_class;
    bool live;
};

struct heap_slab {
    struct heap_slab *next;
    void *memory;
    size_t size;
};

/* Of one process; ldr_process.heap_blocks points to it. */
struct heap {
    struct heap_block **table; /* open addressing by data address; descriptors are never removed */
    size_t table_size, table_used;
    struct heap_block *free[HEAP_CLASSES];
    struct heap_slab *slabs;
    char *fresh; /* rest of the newest slab */
    size_t fresh_size, next_slab_size;
};

static unsigned class_of(size_t size, size_t *rounded) {
    if (size <= HEAP_SMALL_MAX) {
        unsigned index = size ? (unsigned)((size - 1) / HEAP_GRAIN) : 0;
        *rounded = (size_t)(index + 1) * HEAP_GRAIN;
        return index;
    }
    unsigned index = HEAP_SMALL_CLASSES;
    for (*rounded = HEAP_SMALL_MAX * 2; *rounded < size; *rounded *= 2)
        index++;
    return index;
}

/* Memory that may be missing, unlike that of core_alloc: malloc can fail. */
static void *take(struct rd_world *w, size_t size) {
    w->dirty = true;
    return base_pool_alloc(&w->pool, size);
}

static struct ldr_process *current(struct rd_world *w) {
    struct ps_process *process = w ? ps_current_process(w) : NULL;
    return process ? process->ldr : NULL;
}

/* ---- table of descriptors -------------------------------------------------------------------- */

static size_t slot_of(const struct heap *heap, const void *data) {
    uint64_t key = (uint64_t)(uintptr_t)data / HEAP_GRAIN * UINT64_C(0x9E3779B97F4A7C15);
    size_t slot = (size_t)(key >> 32) & (heap->table_size - 1);
    while (heap->table[slot] && heap->table[slot]->data != data)
        slot = (slot + 1) & (heap->table_size - 1);
    return slot;
}

static bool table_grow(struct rd_world *w, struct heap *heap) {
    struct heap_block **old = heap->table;
    size_t old_size = heap->table_size;
    size_t size = old_size ? old_size * 2 : HEAP_TABLE_MIN;
    struct heap_block **table = take(w, size * sizeof(struct heap_block *));
    if (!table)
        return false;
    heap->table = table;
    heap->table_size = size;
    for (size_t i = 0; i < old_size; i++)
        if (old[i])
            table[slot_of(heap, old[i]->data)] = old[i];
    core_free(w, old, old_size * sizeof(struct heap_block *));
    return true;
}

static struct heap_block *find_block(const struct ldr_process *process, const void *data) {
    struct heap *heap = process ? process->heap_blocks : NULL;
    if (!heap || !heap->table_size || !data)
        return NULL;
    struct heap_block *block = heap->table[slot_of(heap, data)];
    return block && block->live ? block : NULL;
}

/* ---- slabs ----------------------------------------------------------------------------------- */

static char *slab_take(struct rd_world *w, struct heap *heap, size_t size) {
    if (size > heap->fresh_size) {
        size_t slab_size = heap->next_slab_size ? heap->next_slab_size : HEAP_SLAB_MIN;
        if (slab_size < size)
            slab_size = size;
        else if (slab_size < HEAP_SLAB_MAX)
            heap->next_slab_size = slab_size * 2;
        struct heap_slab *slab = take(w, sizeof *slab);
        void *memory = slab ? take(w, slab_size) : NULL;
        if (!memory) {
            core_free(w, slab, sizeof *slab);
            return NULL;
        }
        *slab = (struct heap_slab){heap->slabs, memory, slab_size};
        heap->slabs = slab;
        /* A slab for one big block does not take the place of one that still has room. */
        if (slab_size == size)
            return memory;
        heap->fresh = memory;
        heap->fresh_size = slab_size;
    }
    char *data = heap->fresh;
    heap->fresh += size;
    heap->fresh_size -= size;
    return data;
}

static struct heap_block *new_block(struct rd_world *w, struct heap *heap, unsigned index,
                                    size_t rounded) {
    if (heap->table_used * 2 >= heap->table_size && !table_grow(w, heap))
        return NULL;
    struct heap_block *block = take(w, sizeof *block);
    if (!block)
        return NULL;
    block->data = slab_take(w, heap, rounded);
    if (!block->data) {
        core_free(w, block, sizeof *block);
        return NULL;
    }
    block->size_class = (uint8_t)index;
    heap->table[slot_of(heap, block->data)] = block;
    heap->table_used++;
    return block;
}

/* False: the address is not of this heap. */
static bool find_place(const struct heap *heap, uint64_t address, struct ldr_heap_place *place) {
    for (const struct heap_slab *slab = heap->slabs; slab; slab = slab->next) {
        uint64_t offset = address - (uint64_t)(uintptr_t)slab->memory;
        if (offset >= slab->size)
            continue;
        /* The next beginning of a block that comes before it. */
        for (const char *at = (const char *)slab->memory + offset / HEAP_GRAIN * HEAP_GRAIN;
             at >= (const char *)slab->memory; at -= HEAP_GRAIN) {
            const struct heap_block *block = heap->table[slot_of(heap, at)];
            if (!block)
                continue;
            *place = (struct ldr_heap_place){block->maker, block->number,
                                             (size_t)(address - (uint64_t)(uintptr_t)block->data)};
            return true;
        }
    }
    return false;
}

bool ldr_heap_place(const struct rd_world *w, uint64_t address, struct ldr_heap_place *place) {
    base_list_each(link, &w->ps->processes) {
        const struct ldr_process *process =
            base_container(link, const struct ps_process, link)->ldr;
        if (process && process->heap_blocks && find_place(process->heap_blocks, address, place))
            return true;
    }
    return false;
}

/* ---- operations ------------------------------------------------------------------------------ */

static void count_block(struct ldr_process *process, size_t size, bool added) {
    if (added) {
        process->process->heap_bytes += size;
        process->process->heap_blocks++;
    } else {
        process->process->heap_bytes -= size;
        process->process->heap_blocks--;
    }
}

/* Fresh memory is always zero, so that programs which read what they never wrote behave the same
 * every time. */
static void *allocate(struct rd_world *w, uint64_t heap_number, size_t size) {
    struct ldr_process *process = current(w);
    if (!process || size > heap_block_max)
        return NULL;
    struct heap *heap = process->heap_blocks;
    if (!heap) {
        heap = take(w, sizeof *heap);
        if (!heap)
            return NULL;
        process->heap_blocks = heap;
    }
    size_t rounded;
    unsigned index = class_of(size, &rounded);
    struct heap_block *block = heap->free[index];
    if (block) {
        heap->free[index] = block->next_free;
        memset(block->data, 0, rounded);
    } else {
        block = new_block(w, heap, index, rounded);
        if (!block)
            return NULL;
    }
    struct ldr_thread *thread = ldr_thread_of(w, ps_current(w));
    block->size = size;
    block->heap = heap_number;
    block->maker = thread ? ob_id(ps_current(w)) : 0;
    block->number = thread ? ++thread->blocks_made : (uint32_t)heap->table_used;
    block->live = true;
    count_block(process, size, true);
    return block->data;
}

void *ldr_heap_alloc_from(struct rd_world *w, uint64_t heap_number, size_t size, bool zero) {
    (void)zero;
    return core_allocation_fails(w) ? NULL : allocate(w, heap_number, size);
}

void *ldr_heap_alloc(struct rd_world *w, size_t size, bool zero) {
    return ldr_heap_alloc_from(w, 0, size, zero);
}

void *ldr_heap_alloc_system(struct rd_world *w, size_t size) {
    return allocate(w, 0, size);
}

static void free_block(struct ldr_process *process, struct heap_block *block) {
    struct heap *heap = process->heap_blocks;
    block->live = false;
    block->next_free = heap->free[block->size_class];
    heap->free[block->size_class] = block;
    count_block(process, block->size, false);
}

bool ldr_heap_free(struct rd_world *w, void *data) {
    struct ldr_process *process = current(w);
    struct heap_block *block = find_block(process, data);
    if (!block)
        return false;
    free_block(process, block);
    return true;
}

/* A block stays where it is as long as its size class allows. NULL: no memory, or not a block. */
void *ldr_heap_realloc(struct rd_world *w, void *data, size_t size) {
    struct ldr_process *process = current(w);
    struct heap_block *block = find_block(process, data);
    if (!block || size > heap_block_max || (size > block->size && core_allocation_fails(w)))
        return NULL;
    size_t rounded;
    if (class_of(size, &rounded) == block->size_class) {
        if (size > block->size)
            memset(block->data + block->size, 0, size - block->size);
        process->process->heap_bytes += size - block->size;
        block->size = size;
        return data;
    }
    void *copy = allocate(w, block->heap, size);
    if (!copy)
        return NULL;
    memcpy(copy, data, size < block->size ? size : block->size);
    free_block(process, block);
    return copy;
}

size_t ldr_heap_size(struct rd_world *w, const void *data) {
    const struct heap_block *block = find_block(current(w), data);
    return block ? block->size : (size_t)-1;
}

uint64_t ldr_heap_of(struct rd_world *w, const void *data) {
    const struct heap_block *block = find_block(current(w), data);
    return block ? block->heap : UINT64_MAX;
}

/* The memory stays with the process: nobody destroys heaps often enough to have it reused. */
void ldr_heap_free_all(struct rd_world *w, uint64_t heap_number) {
    struct ldr_process *process = current(w);
    struct heap *heap = process ? process->heap_blocks : NULL;
    for (size_t i = 0; heap && i < heap->table_size; i++) {
        struct heap_block *block = heap->table[i];
        if (block && block->live && block->heap == heap_number) {
            block->live = false;
            count_block(process, block->size, false);
        }
    }
}

void ldr_heap_gone(struct rd_world *w, struct ps_process *process) {
    struct heap *heap = process->ldr ? process->ldr->heap_blocks : NULL;
    process->heap_bytes = process->heap_blocks = 0;
    if (!heap)
        return;
    process->ldr->heap_blocks = NULL;
    for (size_t i = 0; i < heap->table_size; i++)
        core_free(w, heap->table[i], sizeof(struct heap_block));
    core_free(w, heap->table, heap->table_size * sizeof(struct heap_block *));
    for (struct heap_slab *slab = heap->slabs, *next; slab; slab = next) {
        next = slab->next;
        core_free(w, slab->memory, slab->size);
        core_free(w, slab, sizeof *slab);
    }
    core_free(w, heap, sizeof *heap);
}
