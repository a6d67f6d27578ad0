/*
 * host_memory.h - memory that can be mapped several times: parts of host files, and memory without
 * a file. A mapping has an address of its own; all shared mappings of the same thing show the same
 * bytes, and those of a file the bytes that are read and written there.
 *
 * Needs mmap. Memory without a file is a memfd where there is one, else a temporary file.
 */
#ifndef RD_PORT_HOST_MEMORY_H
#define RD_PORT_HOST_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum port_view_kind {
    PORT_VIEW_READ,
    PORT_VIEW_WRITE,
    PORT_VIEW_COPY, /* what is written stays with this mapping */
};

struct port_view {
    char *base; /* a multiple of PORT_VIEW_GRANULARITY */
    size_t size;
};

#define PORT_VIEW_GRANULARITY ((size_t)0x10000)

/* Zeroed memory without a name; -1 if there is none. host_file_close ends it, mappings stay. */
intptr_t port_memory_create(size_t size);
/*
 * `size` bytes of a file or of such memory from `offset`, which is a multiple of the granularity;
 * at `view->base` unless that is NULL. False: no memory, or the place is taken.
 */
bool port_view_map(intptr_t file, uint64_t offset, enum port_view_kind kind,
                   struct port_view *view);
bool port_view_protect(void *address, size_t size, bool writable);
void port_view_unmap(const struct port_view *view);

#endif
