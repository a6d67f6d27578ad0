/*
 * memory.h - memory that a process allocates, without the types of <windows.h>, so that system
 * services for drivers can use it, too. The caller has checked that the process lives.
 */
#ifndef RD_API_MEMORY_H
#define RD_API_MEMORY_H

#include "api/api.h"
#include "rundown/sdk/rd_access.h"

struct api_memory {
    struct ps_process *process;
    void *base; /* NULL: anywhere; out: where it begins */
    size_t size;
    uint32_t type;    /* MEM_COMMIT, MEM_RELEASE ... */
    uint32_t protect; /* PAGE_...; out of api_memory_protect: what it was */
};

NTSTATUS api_memory_allocate(struct api_caller *caller, struct api_memory *memory);
NTSTATUS api_memory_free(struct api_caller *caller, struct api_memory *memory);
NTSTATUS api_memory_protect(struct api_caller *caller, struct api_memory *memory);
/* What there is at memory->base. */
void api_memory_query(struct api_caller *caller, const struct api_memory *memory,
                      MEMORY_BASIC_INFORMATION *information);

#endif
