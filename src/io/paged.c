/* paged.c - a region of the host's pages, handed out from its start and protected as a whole. */
#include "io/paged.h"

#include <string.h>

#include "core/fatal.h"
#include "io/io.h"
#include "ke/verify.h"
#include "port/image.h"

static const size_t region_size = (size_t)16 << 20;
static const uint64_t paged_pool_start = 0xFFFF900000000000; /* in messages */

bool io_paged_create(struct rd_world *w) {
    w->io->paged = base_arena_alloc(&w->permanent, sizeof *w->io->paged);
    if (!w->io->paged)
        return false;
    memset(w->io->paged, 0, sizeof *w->io->paged);
    base_pool_init(&w->io->paged->pool, &w->io->paged->arena);
    return true;
}

void io_paged_reset(struct rd_world *w) {
    struct io_paged *paged = w->io->paged;
    if (!paged->region && !paged->arena.cursor)
        return; /* nobody has asked for paged memory */
    base_arena_destroy(&paged->arena);
    base_pool_init(&paged->pool, &paged->arena);
    if (!paged->region)
        return;
    paged->arena.cursor = paged->region;
    paged->arena.limit = paged->region + region_size;
    BASE_MEMORY_DEAD(paged->region, region_size);
}

void io_paged_destroy(struct rd_world *w) {
    struct io_paged *paged = w->io->paged;
    base_arena_destroy(&paged->arena);
    if (paged->region)
        BASE_MEMORY_ALIVE(paged->region, region_size);
    port_unmap(paged->region, region_size);
}

static void page(struct rd_world *w, bool out) {
    port_protect(w->io->paged->region, region_size, !out);
}

void *io_paged_alloc(struct rd_world *w, size_t size) {
    struct io_paged *paged = w->io->paged;
    w->dirty = true;
    if (!paged->arena.cursor && ke_verifies_drivers(w) && port_catches_faults()) {
        paged->region = port_map(region_size);
        io_paged_reset(w);
        w->ke->hooks.page = paged->region ? page : NULL;
    }
    void *memory = base_pool_alloc(&paged->pool, size);
    if (RD_UNLIKELY(!memory))
        core_out_of_memory(w);
    return memory;
}

void io_paged_free(struct rd_world *w, void *memory, size_t size) {
    base_pool_free(&w->io->paged->pool, memory, size);
}

/*
 * The address lies in a block of the driver's, or where one was: either way the processor would
 * have had to wait for the disk.
 */
void io_paged_fault(struct rd_world *w, const struct port_fault *fault) {
    const struct io_paged *paged = w->io->paged;
    uintptr_t offset = fault->address - (uintptr_t)paged->region;
    if (!w->ke->paged_out || fault->kind != PORT_FAULT_ACCESS_VIOLATION || offset >= region_size)
        return;
    const char *what = io_pool_describe(w, (const void *)fault->address);
    const struct io_driver *driver = io_current_driver(w, NULL);
    const void *code = (const void *)fault->pc;
    bool own = !driver || !driver->image || port_image_contains(driver->image->file, code);
    const uint64_t parameters[4] = {paged_pool_start + offset, ke_irql(w), fault->access, 0};
    const char *text =
        core_textf(w,
                   "%s: %s %s %s at IRQL %d; use nonpaged pool for what is touched at "
                   "DISPATCH_LEVEL, or release the spin lock first (IRQL-06)",
                   own ? "DRIVER_IRQL_NOT_LESS_OR_EQUAL" : "IRQL_NOT_LESS_OR_EQUAL",
                   own ? "driver code" : "a routine of the kernel that a driver calls",
                   fault->access == PORT_WRITE ? "writes to" : "reads", what, ke_irql(w));
    ke_bugcheck_of(w, RD_CHECK_K_IRQL_PAGED, own ? 0xD1 : 0xA, parameters, text);
}
