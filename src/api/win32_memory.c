/*
 * win32_memory.c - VirtualAlloc and its kin, and the memory of other processes.
 *
 * All simulated processes share the host's address space, so protection is remembered but not
 * enforced. A program's private data is only in place while one of its threads runs.
 */
#include "api/win32_state.h"

enum { PAGE = 0x1000, GRANULARITY = 0x10000 };

static const size_t region_max = (size_t)1 << 29, address_space = (size_t)1 << 47;

static NTSTATUS target_of(struct api_caller *me, HANDLE handle, uint32_t access,
                          struct ps_process **process) {
    void *body = NULL;
    *process = NULL;
    if (!api_caller_get(me))
        return STATUS_INVALID_HANDLE;
    NTSTATUS status = api_object(me, handle, access, &ps_process_type, KE_WRITE, &body);
    *process = body;
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
    bool foreign = process != me->process;
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

LPVOID VirtualAllocEx(HANDLE hProcess, LPVOID lpAddress, SIZE_T dwSize, DWORD flAllocationType,
                      DWORD flProtect) {
    enum { KNOWN = MEM_COMMIT | MEM_RESERVE | MEM_TOP_DOWN | MEM_RESET };
    struct api_caller me;
    struct ps_process *process;
    struct api_region *region;
    NTSTATUS status = target_of(&me, hProcess, PROCESS_VM_OPERATION, &process);
    if (NT_SUCCESS(status) &&
        (!dwSize || (flAllocationType & ~(DWORD)KNOWN) ||
         !(flAllocationType & (MEM_COMMIT | MEM_RESERVE)) || !is_protection(flProtect)))
        status = STATUS_INVALID_PARAMETER;
    if (NT_SUCCESS(status) && dwSize > address_space)
        status = STATUS_INVALID_PARAMETER;
    if (NT_SUCCESS(status) && dwSize > region_max)
        status = STATUS_NO_MEMORY;
    if (!api_result(&me, status))
        return NULL;
    region = lpAddress ? region_of(process, lpAddress) : NULL;
    if (lpAddress && (!region || (flAllocationType & MEM_RESERVE))) {
        api_set_error(&me, ERROR_INVALID_ADDRESS);
        return NULL;
    }
    if (!region && !api_result(&me, new_region(&me, process, dwSize, &region)))
        return NULL;
    region->protect = flProtect;
    region->state = flAllocationType & MEM_COMMIT ? MEM_COMMIT : MEM_RESERVE;
    return lpAddress ? (LPVOID)((uintptr_t)lpAddress & ~(uintptr_t)(PAGE - 1)) : region->base;
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

BOOL VirtualFreeEx(HANDLE hProcess, LPVOID lpAddress, SIZE_T dwSize, DWORD dwFreeType) {
    struct api_caller me;
    struct ps_process *process;
    NTSTATUS status = target_of(&me, hProcess, PROCESS_VM_OPERATION, &process);
    if (!api_result(&me, status))
        return FALSE;
    if (dwFreeType != MEM_RELEASE && dwFreeType != MEM_DECOMMIT)
        return api_fail(&me, ERROR_INVALID_PARAMETER);
    if (dwFreeType == MEM_RELEASE && dwSize)
        return api_fail(&me, ERROR_INVALID_PARAMETER);
    struct api_region *region = region_of(process, lpAddress);
    if (region && region->section)
        return api_fail(&me, ERROR_INVALID_PARAMETER);
    if (!region || (dwFreeType == MEM_RELEASE && region->base != lpAddress))
        return api_fail(&me, ERROR_INVALID_ADDRESS);
    if (dwFreeType == MEM_RELEASE) {
        free_region(&me, region);
        return TRUE;
    }
    size_t offset = (size_t)((char *)lpAddress - region->base);
    if (!dwSize || dwSize > region->size - offset)
        dwSize = region->size - offset;
    memset(region->base + offset, 0, dwSize);
    region->state = MEM_RESERVE;
    return TRUE;
}

BOOL VirtualFree(LPVOID lpAddress, SIZE_T dwSize, DWORD dwFreeType) {
    return VirtualFreeEx(GetCurrentProcess(), lpAddress, dwSize, dwFreeType);
}

BOOL VirtualProtectEx(HANDLE hProcess, LPVOID lpAddress, SIZE_T dwSize, DWORD flNewProtect,
                      PDWORD lpflOldProtect) {
    struct api_caller me;
    struct ps_process *process;
    (void)dwSize;
    NTSTATUS status = target_of(&me, hProcess, PROCESS_VM_OPERATION, &process);
    if (!api_result(&me, status))
        return FALSE;
    if (!lpflOldProtect)
        return api_fail(&me, ERROR_NOACCESS);
    if (!is_protection(flNewProtect))
        return api_fail(&me, ERROR_INVALID_PARAMETER);
    struct api_region *region = region_of(process, lpAddress);
    if (!region)
        return api_fail(&me, ERROR_INVALID_ADDRESS);
    *lpflOldProtect = region->protect;
    region->protect = flNewProtect;
    return TRUE;
}

BOOL VirtualProtect(LPVOID lpAddress, SIZE_T dwSize, DWORD flNewProtect, PDWORD lpflOldProtect) {
    return VirtualProtectEx(GetCurrentProcess(), lpAddress, dwSize, flNewProtect, lpflOldProtect);
}

SIZE_T VirtualQueryEx(HANDLE hProcess, LPCVOID lpAddress, PMEMORY_BASIC_INFORMATION lpBuffer,
                      SIZE_T dwLength) {
    struct api_caller me;
    struct ps_process *process;
    NTSTATUS status = target_of(&me, hProcess, PROCESS_QUERY_INFORMATION, &process);
    if (NT_SUCCESS(status) && dwLength < sizeof *lpBuffer)
        status = STATUS_INFO_LENGTH_MISMATCH;
    if (!api_result(&me, status))
        return 0;
    uintptr_t page = (uintptr_t)lpAddress & ~(uintptr_t)(PAGE - 1);
    const struct api_region *region = region_of(process, lpAddress);
    memset(lpBuffer, 0, sizeof *lpBuffer);
    lpBuffer->BaseAddress = (PVOID)page;
    lpBuffer->RegionSize = PAGE;
    lpBuffer->State = MEM_FREE;
    lpBuffer->Protect = PAGE_NOACCESS;
    if (region) {
        lpBuffer->AllocationBase = region->base;
        lpBuffer->AllocationProtect = region->protect;
        lpBuffer->RegionSize = region->size - (page - (uintptr_t)region->base);
        lpBuffer->State = region->state;
        lpBuffer->Protect = region->state == MEM_COMMIT ? region->protect : 0;
        lpBuffer->Type = region->section ? MEM_MAPPED : MEM_PRIVATE;
    }
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
