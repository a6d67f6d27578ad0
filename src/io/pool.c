/*
 * pool.c - kernel pool of drivers: every live block is listed with its owner and tag, and has a
 * guard behind it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "io/io.h"
#include "io/paged.h"
#include "ke/track.h"

#define HASH_NONFATAL_OOM 0
#define uthash_malloc(size) core_alloc(w, size)
#define uthash_free(memory, size) core_free(w, memory, size)
#include <uthash.h>

enum { UNINITIALIZED_PATTERN = 0xA5, FREED_PATTERN = 0xDD, GUARD_PATTERN = 0xFD, GUARD_SIZE = 16 };

/* In front of the memory that the driver sees; found by address, so that bad addresses are never
 * read. */
struct io_pool_block {
    UT_hash_handle hh;
    void *memory;
    LIST_ENTRY link;
    struct io_driver *driver;
    size_t size;
    uint32_t tag;
    uint32_t number;      /* in the log */
    uint32_t maker, made; /* which thread's how manyth: its object's number; 0: of nobody */
    bool paged;
};

/* Drivers may rely on 16 bytes of alignment. */
enum { HEADER_SIZE = (sizeof(struct io_pool_block) + 15) & ~15u };

/* The header of nonpaged memory lies in front of it, that of paged memory by itself. */
static struct io_pool_block *new_block(struct rd_world *w, size_t size, bool paged) {
    size += GUARD_SIZE;
    struct io_pool_block *block = core_alloc(w, HEADER_SIZE + (paged ? 0 : size));
    block->memory = paged ? io_paged_alloc(w, size) : (char *)block + HEADER_SIZE;
    block->paged = paged;
    return block;
}

static void delete_block(struct rd_world *w, struct io_pool_block *block) {
    size_t size = block->size + GUARD_SIZE;
    if (block->paged)
        io_paged_free(w, block->memory, size);
    core_free(w, block, HEADER_SIZE + (block->paged ? 0 : size));
}

static const char *tag_text(struct rd_world *w, uint32_t tag) {
    char text[5] = {0};
    for (int i = 0; i < 4; i++) {
        char c = (char)(tag >> (8 * i));
        text[i] = c >= ' ' && c < 0x7F ? c : '.';
    }
    return core_text(w, text);
}

static void bad_caller(struct rd_world *w, uint64_t what, const struct io_pool_block *block,
                       const char *explanation) {
    uint64_t parameters[4] = {what, block ? block->number : 0, block ? block->tag : 0, 0};
    ke_bugcheck(w, 0xC2, parameters, core_textf(w, "BAD_POOL_CALLER: %s", explanation));
}

static void check_level(struct rd_world *w, bool paged, bool free) {
    uint8_t irql = ke_irql(w);
    uint8_t highest = paged ? KE_APC_LEVEL : KE_DISPATCH_LEVEL;
    if (irql > highest)
        ke_violation(w, (paged ? 1u : 2u) + (free ? 0x10u : 0),
                     core_textf(w, "%s pool is %s at IRQL %d; at most %d is allowed (POOL-04)",
                                paged ? "paged" : "nonpaged", free ? "freed" : "allocated", irql,
                                highest));
}

static void check_unloading(struct rd_world *w) {
    const struct io_driver *driver = io_current_driver(w, NULL);
    if (driver && driver->image_goes)
        ke_violation(w, 0x61,
                     core_textf(w,
                                "a thread of driver '%s' allocates pool while the driver is being "
                                "unloaded; wait for its end in DriverUnload (DRV-19)",
                                driver->name));
}

/* For explorations: neither depends on what other threads allocate. */
static void name_block(struct rd_world *w, struct io_pool_block *block) {
    struct ps_thread *thread = ps_current(w);
    if (!w->ke->every_order || !thread)
        return;
    block->maker = ob_id(thread);
    block->made = ++ps_more_make(w, thread)->pool_made;
}

bool io_pool_place(const struct rd_world *w, uint64_t address, struct ldr_heap_place *place) {
    base_list_each(link, (LIST_ENTRY *)(uintptr_t)&w->io->pool) {
        const struct io_pool_block *block = base_container(link, const struct io_pool_block, link);
        uint64_t offset = address - (uint64_t)(uintptr_t)block->memory;
        if (offset >= block->size)
            continue;
        *place = (struct ldr_heap_place){block->maker, block->made, (size_t)offset};
        return true;
    }
    return false;
}

void *io_pool_allocate(struct rd_world *w, const struct io_pool_request *request) {
    size_t size = request->size;
    enum { LARGEST = 1 << 30 };
    check_level(w, request->paged, false);
    check_unloading(w);
    if (size == 0)
        bad_caller(w, 0, NULL, "a driver asks for a pool block of 0 bytes (POOL-03)");
    if (size > LARGEST || (!request->of_system && core_memory_fails(w, "a pool block")))
        return NULL;
    struct io_pool_block *block = new_block(w, size, request->paged);
    block->driver = io_current_driver(w, NULL);
    block->size = size;
    block->tag = request->tag;
    block->number = w->io->next_pool_number++;
    name_block(w, block);
    base_list_push_back(&w->io->pool, &block->link);
    HASH_ADD_PTR(w->io->pool_by_address, memory, block);
    w->io->pool_bytes += size;
    w->io->pool_blocks++;
    core_event(w, RD_EVENT_POOL_ALLOCATE, RULE_NONE, .a = size, .c = block->number,
               .text = tag_text(w, block->tag));
    if (request->uninitialized)
        memset(block->memory, UNINITIALIZED_PATTERN, size); /* POOL-01 */
    memset((char *)block->memory + size, GUARD_PATTERN, GUARD_SIZE);
    return block->memory;
}

static bool is_overrun(const struct io_pool_block *block) {
    const unsigned char *guard = (const unsigned char *)block->memory + block->size;
    for (int i = 0; i < GUARD_SIZE; i++)
        if (guard[i] != GUARD_PATTERN)
            return true;
    return false;
}

static void check_overrun(struct rd_world *w, const struct io_pool_block *block) {
    if (is_overrun(block))
        ke_violation(w, 0x51,
                     core_textf(w,
                                "pool block %" PRIu32 " (%zu bytes, tag '%s') was "
                                "written past its end (POOL-06)",
                                block->number, block->size, tag_text(w, block->tag)));
}

void io_pool_free(struct rd_world *w, void *memory, uint32_t tag) {
    struct io_pool_block *block;
    HASH_FIND_PTR(w->io->pool_by_address, &memory, block);
    if (!block) {
        bad_caller(w, 0x7, NULL,
                   "a driver frees memory that is no live pool block: freed twice, or "
                   "never allocated (POOL-05)");
        return;
    }
    check_level(w, block->paged, true);
    if (tag && tag != block->tag) {
        bad_caller(w, 0xA, block,
                   core_textf(w,
                              "pool block %" PRIu32 " has tag '%s' but is freed with tag '%s' "
                              "(POOL-05)",
                              block->number, tag_text(w, block->tag), tag_text(w, tag)));
        return;
    }
    check_overrun(w, block);
    if (io_timer_inside(w, memory, block->size))
        ke_violation(w, 0x15,
                     core_textf(w,
                                "pool block %" PRIu32 " is freed with an active timer in "
                                "it; cancel it first (POOL-07)",
                                block->number));
    ke_untrack_memory(w, memory, block->size);
    core_event(w, RD_EVENT_POOL_FREE, RULE_NONE, .a = block->size, .c = block->number,
               .text = tag_text(w, block->tag));
    base_list_remove(&block->link);
    HASH_DEL(w->io->pool_by_address, block);
    w->io->pool_bytes -= block->size;
    w->io->pool_blocks--;
    memset(memory, FREED_PATTERN, block->size);
    delete_block(w, block);
}

static const struct io_pool_block *block_at(struct rd_world *w, const void *address) {
    base_list_each(link, &w->io->pool) {
        const struct io_pool_block *block = base_container(link, struct io_pool_block, link);
        if ((uintptr_t)address - (uintptr_t)block->memory < block->size)
            return block;
    }
    return NULL;
}

bool io_pool_contains(struct rd_world *w, const void *address) {
    return block_at(w, address) != NULL;
}

const char *io_pool_describe(struct rd_world *w, const void *address) {
    const struct io_pool_block *block = block_at(w, address);
    if (!block)
        return "pool that nobody owns";
    return core_textf(w, "byte %zu of %s pool block %" PRIu32 " (%zu bytes, tag '%s')",
                      (size_t)((const char *)address - (const char *)block->memory),
                      block->paged ? "paged" : "nonpaged", block->number, block->size,
                      tag_text(w, block->tag));
}

/* "3 of tag 'RKey' (120 bytes), ..." for the first few tags. */
void io_pool_report_leaks(struct rd_world *w, const struct io_driver *driver) {
    uint64_t bytes = 0, blocks = 0;
    char text[CORE_TEXT_MAX];
    size_t used = (size_t)snprintf(text, sizeof text, "%s", driver->name);
    base_list_each(link, &w->io->pool) {
        const struct io_pool_block *block = base_container(link, struct io_pool_block, link);
        if (block->driver != driver)
            continue;
        bytes += block->size;
        if (blocks++ < 8 && used < sizeof text)
            used += (size_t)snprintf(
                text + used, sizeof text - used, "%s block %" PRIu32 " (%zu bytes, tag '%s')",
                blocks == 1 ? ":" : ",", block->number, block->size, tag_text(w, block->tag));
    }
    if (!blocks)
        return;
    w->failures[CORE_LEAK]++;
    core_event(w, RD_EVENT_POOL_LEAK, RULE_DRV_18, .a = bytes, .b = blocks,
               .text = core_text(w, text));
    if (ke_verifies_drivers(w))
        ke_finding(
            w, RD_CHECK_K_UNLOAD_LEAK,
            core_textf(w, "driver leaks %" PRIu64 " bytes in %" PRIu64 " pool blocks: %s (DRV-18)",
                       bytes, blocks, text));
}
