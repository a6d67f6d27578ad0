/*
 * win32_memory.c - VirtualAlloc and its kin, and the memory of other processes.
 *
 * All simulated processes share the host's address space, so protection is remembered but not
 * enforced, except for views of sections. A program's private data is only in place while one of
 * its threads runs.
 */
#include "api/memory.h"
#include "api/section.h"
#include "api/win32_state.h"

enum { PAGE = 0x1000, GRANULARITY = 0x10000 };

static const size_t region_max = (size_t)1 << 29, address_space = (size_t)1 << 47;

static NTSTATUS target_of(struct api_caller *me, HANDLE handle, uint32_t access,
                          struct ps_process **process) {
    NTSTATUS status = api_process_of(me, handle, access, KE_WRITE, process);
    if (NT_SUCCESS(status) && (*process)->rundown)
        return STATUS_PROCESS_IS_TERMINATING; /* PROC-05 */
    return status;
}

/* ---- regions --------------------------------------------------------------------------------- */

static struct api_region *region_of(const struct ps_process *process, const void *address) {
    struct api_process_data *data = process->api;
    if (!data)
        return NULL;
    base_list_each(link, &data->regions) {
        struct api_region *region = base_container(link, struct api_region, link);
        if ((uintptr_t)address - (uintptr_t)region->base < region->size)
            return region;
    }
    return NULL;
}

static bool is_protection(DWORD protect) {
    DWORD kind = protect & 0xFF;
    return kind && !(kind & (kind - 1)) && !(protect & ~(DWORD)0x7FF);
}

static NTSTATUS new_region(struct api_caller *me, struct ps_process *process, size_t size,
                           struct api_region **out) {
    bool foreign = process != me->process || !process->ldr;
    size = (size + PAGE - 1) & ~(size_t)(PAGE - 1);
    void *block = foreign ? core_alloc(me->w, size + GRANULARITY)
                          : ldr_heap_alloc(me->w, size + GRANULARITY, true);
    if (!block)
        return STATUS_NO_MEMORY;
    struct api_region *region = core_alloc(me->w, sizeof *region);
    uintptr_t base = ((uintptr_t)block + GRANULARITY - 1) & ~(uintptr_t)(GRANULARITY - 1);
    region->block = block;
    region->base = (char *)base;
    region->size = size;
    region->foreign = foreign;
    base_list_push_back(&api_process_data(me->w, process)->regions, &region->link);
    *out = region;
    return STATUS_SUCCESS;
}

NTSTATUS api_memory_allocate(struct api_caller *caller, struct api_memory *memory) {
    enum { KNOWN = MEM_COMMIT | MEM_RESERVE | MEM_TOP_DOWN | MEM_RESET };
    struct api_region *region = NULL;
    if (!ps_pass_address_space(caller->w, memory->process))
        return STATUS_PROCESS_IS_TERMINATING;
    if (!memory->size || (memory->type & ~(uint32_t)KNOWN) ||
        !(memory->type & (MEM_COMMIT | MEM_RESERVE)) || !is_protection(memory->protect) ||
        memory->size > address_space)
        return STATUS_INVALID_PARAMETER;
    if (memory->size > region_max)
        return STATUS_NO_MEMORY;
    if (memory->base) {
        region = region_of(memory->process, memory->base);
        if (!region || (memory->type & MEM_RESERVE))
            return STATUS_CONFLICTING_ADDRESSES;
        memory->base = (void *)((uintptr_t)memory->base & ~(uintptr_t)(PAGE - 1));
    } else {
        NTSTATUS status = new_region(caller, memory->process, memory->size, &region);
        if (!NT_SUCCESS(status))
            return status;
        memory->base = region->base;
        memory->size = region->size;
    }
    region->protect = memory->protect;
    region->state = memory->type & MEM_COMMIT ? MEM_COMMIT : MEM_RESERVE;
    return STATUS_SUCCESS;
}

LPVOID VirtualAllocEx(HANDLE hProcess, LPVOID lpAddress, SIZE_T dwSize, DWORD flAllocationType,
                      DWORD flProtect) {
    struct api_caller me;
    struct api_memory memory = {
        .base = lpAddress, .size = dwSize, .type = flAllocationType, .protect = flProtect};
    NTSTATUS status = target_of(&me, hProcess, PROCESS_VM_OPERATION, &memory.process);
    if (NT_SUCCESS(status))
        status = api_memory_allocate(&me, &memory);
    return api_result(&me, status) ? memory.base : NULL;
}

LPVOID VirtualAlloc(LPVOID lpAddress, SIZE_T dwSize, DWORD flAllocationType, DWORD flProtect) {
    return VirtualAllocEx(GetCurrentProcess(), lpAddress, dwSize, flAllocationType, flProtect);
}

static void free_region(struct api_caller *me, struct api_region *region) {
    base_list_remove(&region->link);
    if (region->foreign)
        core_free(me->w, region->block, region->size + GRANULARITY);
    else
        ldr_heap_free(me->w, region->block);
    core_free(me->w, region, sizeof *region);
}

NTSTATUS api_memory_free(struct api_caller *caller, struct api_memory *memory) {
    if (!ps_pass_address_space(caller->w, memory->process))
        return STATUS_PROCESS_IS_TERMINATING;
    if (memory->type != MEM_RELEASE && memory->type != MEM_DECOMMIT)
        return STATUS_INVALID_PARAMETER;
    if (memory->type == MEM_RELEASE && memory->size)
        return STATUS_INVALID_PARAMETER;
    struct api_region *region = region_of(memory->process, memory->base);
    if (region && region->section)
        return STATUS_UNABLE_TO_DELETE_SECTION;
    if (!region)
        return STATUS_MEMORY_NOT_ALLOCATED;
    if (memory->type == MEM_RELEASE && region->base != memory->base)
        return STATUS_FREE_VM_NOT_AT_BASE;
    size_t offset = (size_t)((char *)memory->base - region->base);
    if (!memory->size || memory->size > region->size - offset)
        memory->size = region->size - offset;
    if (memory->type == MEM_RELEASE) {
        free_region(caller, region);
        return STATUS_SUCCESS;
    }
    memset(region->base + offset, 0, memory->size);
    region->state = MEM_RESERVE;
    return STATUS_SUCCESS;
}

BOOL VirtualFreeEx(HANDLE hProcess, LPVOID lpAddress, SIZE_T dwSize, DWORD dwFreeType) {
    struct api_caller me;
    struct api_memory memory = {.base = lpAddress, .size = dwSize, .type = dwFreeType};
    NTSTATUS status = target_of(&me, hProcess, PROCESS_VM_OPERATION, &memory.process);
    if (NT_SUCCESS(status))
        status = api_memory_free(&me, &memory);
    return api_result(&me, status);
}

BOOL VirtualFree(LPVOID lpAddress, SIZE_T dwSize, DWORD dwFreeType) {
    return VirtualFreeEx(GetCurrentProcess(), lpAddress, dwSize, dwFreeType);
}

/* Of views the host knows whether they may be written to. */
static bool protect_view(const struct api_region *view, const struct api_memory *memory) {
    enum {
        WRITES = PAGE_READWRITE | PAGE_WRITECOPY | PAGE_EXECUTE_READWRITE | PAGE_EXECUTE_WRITECOPY
    };
    uintptr_t from = (uintptr_t)memory->base & ~(uintptr_t)(PAGE - 1);
    uintptr_t to = ((uintptr_t)memory->base + memory->size + PAGE - 1) & ~(uintptr_t)(PAGE - 1);
    return to - (uintptr_t)view->base <= view->size &&
           port_view_protect((void *)from, to - from, (memory->protect & WRITES) != 0);
}

NTSTATUS api_memory_protect(struct api_caller *caller, struct api_memory *memory) {
    if (!ps_pass_address_space(caller->w, memory->process))
        return STATUS_PROCESS_IS_TERMINATING;
    if (!is_protection(memory->protect))
        return STATUS_INVALID_PAGE_PROTECTION;
    struct api_region *region = region_of(memory->process, memory->base);
    if (!region)
        return STATUS_CONFLICTING_ADDRESSES;
    if (region->section && !protect_view(region, memory))
        return STATUS_INVALID_PARAMETER;
    DWORD before = region->protect;
    region->protect = memory->protect;
    memory->protect = before;
    return STATUS_SUCCESS;
}

BOOL VirtualProtectEx(HANDLE hProcess, LPVOID lpAddress, SIZE_T dwSize, DWORD flNewProtect,
                      PDWORD lpflOldProtect) {
    struct api_caller me;
    struct api_memory memory = {.base = lpAddress, .size = dwSize, .protect = flNewProtect};
    NTSTATUS status = target_of(&me, hProcess, PROCESS_VM_OPERATION, &memory.process);
    if (NT_SUCCESS(status) && !lpflOldProtect)
        return api_fail(&me, ERROR_NOACCESS);
    if (NT_SUCCESS(status))
        status = api_memory_protect(&me, &memory);
    if (NT_SUCCESS(status))
        *lpflOldProtect = memory.protect;
    return api_result(&me, status);
}

BOOL VirtualProtect(LPVOID lpAddress, SIZE_T dwSize, DWORD flNewProtect, PDWORD lpflOldProtect) {
    return VirtualProtectEx(GetCurrentProcess(), lpAddress, dwSize, flNewProtect, lpflOldProtect);
}

static DWORD type_of(const struct api_region *region) {
    if (!region->section)
        return MEM_PRIVATE;
    return region->section->image ? MEM_IMAGE : MEM_MAPPED;
}

void api_memory_query(struct api_caller *caller, const struct api_memory *memory,
                      MEMORY_BASIC_INFORMATION *information) {
    uintptr_t page = (uintptr_t)memory->base & ~(uintptr_t)(PAGE - 1);
    bool lives = ps_pass_address_space(caller->w, memory->process);
    const struct api_region *region = lives ? region_of(memory->process, memory->base) : NULL;
    *information = (MEMORY_BASIC_INFORMATION){.BaseAddress = (PVOID)page,
                                              .RegionSize = PAGE,
                                              .State = MEM_FREE,
                                              .Protect = PAGE_NOACCESS};
    if (!region)
        return;
    information->AllocationBase = region->base;
    information->AllocationProtect = region->protect;
    information->RegionSize = region->size - (page - (uintptr_t)region->base);
    information->State = region->state;
    information->Protect = region->state == MEM_COMMIT ? region->protect : 0;
    information->Type = type_of(region);
}

SIZE_T VirtualQueryEx(HANDLE hProcess, LPCVOID lpAddress, PMEMORY_BASIC_INFORMATION lpBuffer,
                      SIZE_T dwLength) {
    struct api_caller me;
    struct api_memory memory = {.base = (void *)(uintptr_t)lpAddress};
    NTSTATUS status = target_of(&me, hProcess, PROCESS_QUERY_INFORMATION, &memory.process);
    if (NT_SUCCESS(status) && dwLength < sizeof *lpBuffer)
        status = STATUS_INFO_LENGTH_MISMATCH;
    if (!api_result(&me, status))
        return 0;
    api_memory_query(&me, &memory, lpBuffer);
    return sizeof *lpBuffer;
}

SIZE_T VirtualQuery(LPCVOID lpAddress, PMEMORY_BASIC_INFORMATION lpBuffer, SIZE_T dwLength) {
    return VirtualQueryEx(GetCurrentProcess(), lpAddress, lpBuffer, dwLength);
}

/* ---- memory of other processes --------------------------------------------------------------- */

/* Copies; a fault on the way is caught and makes it false. Handlers of the program do not see it.
 */
static bool try_copy(struct api_caller *me, void *to, const void *from, size_t size) {
    enum { FIRST_ADDRESS = 0x10000 };
    struct ldr_thread *thread = ldr_thread_get(me->w, me->thread);
    struct ldr_process *process = me->process->ldr;
    struct ldr_guard guard = {.outer = thread->guard};
    LIST_ENTRY vectored = process->vectored;
    volatile bool copied = false;
    if ((uintptr_t)to < FIRST_ADDRESS || (uintptr_t)from < FIRST_ADDRESS)
        return size == 0;
    base_list_init(&process->vectored);
    thread->guard = &guard;
    if (setjmp(guard.resume) == 0) {
        memmove(to, from, size);
        copied = true;
    }
    thread->guard = guard.outer;
    process->vectored = vectored;
    return copied;
}

/* Through a buffer, because caller and target may have different contents at the same address. */
static bool copy_between(struct api_caller *me, struct ps_process *other, void *to,
                         const void *from, size_t size, bool reading) {
    struct ldr_process *own = me->process->ldr;
    char *buffer = core_alloc(me->w, size ? size : 1);
    bool done;
    if (reading)
        ldr_put_in_place(me->w, other->ldr);
    done = try_copy(me, buffer, from, size);
    ldr_put_in_place(me->w, reading ? own : other->ldr);
    done = done && try_copy(me, to, buffer, size);
    ldr_put_in_place(me->w, own);
    core_free(me->w, buffer, size ? size : 1);
    return done;
}

BOOL ReadProcessMemory(HANDLE hProcess, LPCVOID lpBaseAddress, LPVOID lpBuffer, SIZE_T nSize,
                       SIZE_T *lpNumberOfBytesRead) {
    struct api_caller me;
    struct ps_process *process;
    NTSTATUS status = target_of(&me, hProcess, PROCESS_VM_READ, &process);
    if (status == STATUS_PROCESS_IS_TERMINATING || (NT_SUCCESS(status) && !process->ldr))
        status = STATUS_PARTIAL_COPY;
    else if (NT_SUCCESS(status) &&
             !copy_between(&me, process, lpBuffer, lpBaseAddress, nSize, true))
        status = STATUS_PARTIAL_COPY;
    if (lpNumberOfBytesRead)
        *lpNumberOfBytesRead = status == STATUS_SUCCESS ? nSize : 0;
    if (status == STATUS_PARTIAL_COPY)
        return api_fail(&me, ERROR_PARTIAL_COPY);
    return api_result(&me, status);
}

BOOL WriteProcessMemory(HANDLE hProcess, LPVOID lpBaseAddress, LPCVOID lpBuffer, SIZE_T nSize,
                        SIZE_T *lpNumberOfBytesWritten) {
    struct api_caller me;
    struct ps_process *process;
    NTSTATUS status = target_of(&me, hProcess, PROCESS_VM_WRITE | PROCESS_VM_OPERATION, &process);
    if (NT_SUCCESS(status) &&
        (!process->ldr || !copy_between(&me, process, lpBaseAddress, lpBuffer, nSize, false)))
        status = STATUS_ACCESS_VIOLATION;
    if (lpNumberOfBytesWritten)
        *lpNumberOfBytesWritten = status == STATUS_SUCCESS ? nSize : 0;
    return api_result(&me, status);
}
