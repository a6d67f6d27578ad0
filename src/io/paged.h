/*
 * paged.h - where the memory of paged pool lies: pages that cannot be touched while the processor
 * is at DISPATCH_LEVEL or above, because what is paged out could not be brought in then (IRQL-06).
 *
 * Only with a verifier, and where the host's faults can be caught; elsewhere paged pool is ordinary
 * memory. So is what does not fit into the region.
 */
#ifndef RD_IO_PAGED_H
#define RD_IO_PAGED_H

#include "base/arena.h"
#include "core/core.h"
#include "port/port.h"

struct io_paged {
    struct base_arena arena; /* begins with the region; what it takes later is the host's */
    struct base_pool pool;
    char *region; /* NULL: none yet */
};

bool io_paged_create(struct rd_world *w);
/* All memory is handed out anew. */
void io_paged_reset(struct rd_world *w);
void io_paged_destroy(struct rd_world *w);

/* Zeroed. */
void *io_paged_alloc(struct rd_world *w, size_t size);
void io_paged_free(struct rd_world *w, void *memory, size_t size);

/* Stops the machine if that access failed because the memory was out. */
void io_paged_fault(struct rd_world *w, const struct port_fault *fault);

#endif
