#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "port/host_memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include "port/host_file.h"

intptr_t port_memory_create(size_t size) {
    intptr_t file = -1;
#ifdef MFD_CLOEXEC
    file = memfd_create("rundown-section", MFD_CLOEXEC);
#endif
    if (file < 0 && host_file_open_temporary(&file) != 0)
        return -1;
    if (host_file_resize(file, (int64_t)size) == 0)
        return file;
    host_file_close(file);
    return -1;
}

/* Address space that is aligned, and nothing in it yet. NULL: none. */
static char *reserve(size_t size) {
    size_t all = size + PORT_VIEW_GRANULARITY;
    char *memory = mmap(NULL, all, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return NULL;
    size_t skip = -(uintptr_t)memory & (PORT_VIEW_GRANULARITY - 1);
    if (skip)
        munmap(memory, skip);
    if (all - skip - size)
        munmap(memory + skip + size, all - skip - size);
    return memory + skip;
}

/* The place that somebody wants, if nothing is there: a host that puts it elsewhere says no. */
static char *reserve_at(char *base, size_t size) {
    char *memory = mmap(base, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == base)
        return memory;
    if (memory != MAP_FAILED)
        munmap(memory, size);
    return NULL;
}

bool port_view_map(intptr_t file, uint64_t offset, enum port_view_kind kind,
                   struct port_view *view) {
    int protection = kind == PORT_VIEW_READ ? PROT_READ : PROT_READ | PROT_WRITE;
    int sharing = kind == PORT_VIEW_COPY ? MAP_PRIVATE : MAP_SHARED;
    char *base = view->base ? reserve_at(view->base, view->size) : reserve(view->size);
    if (!base)
        return false;
    if (mmap(base, view->size, protection, sharing | MAP_FIXED, (int)file, (off_t)offset) != base) {
        munmap(base, view->size);
        return false;
    }
    view->base = base;
    return true;
}

bool port_view_protect(void *address, size_t size, bool writable) {
    return mprotect(address, size, writable ? PROT_READ | PROT_WRITE : PROT_READ) == 0;
}

void port_view_unmap(const struct port_view *view) {
    munmap(view->base, view->size);
}
