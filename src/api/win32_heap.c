/*
 * win32_heap.c - heaps, local and global memory. A heap's handle is a made-up address; number 0 is
 * the heap of the process.
 */
#include <inttypes.h>
#include <stdio.h>

#include "api/win32_park.h"
#include "api/win32_state.h"
#include "ldr/crt.h"
#include "ldr/verify.h"

enum { HEAP_HANDLE_BASE = 0x550000, HEAP_HANDLE_STEP = 0x10000 };

static HANDLE heap_handle(uint32_t number) {
    return api_handle(HEAP_HANDLE_BASE + (uint64_t)number * HEAP_HANDLE_STEP);
}

/* What is remembered of a heap; NULL for the process's own as long as that is nothing. */
static struct api_heap *find_heap(const struct api_caller *me, uint32_t number) {
    struct api_process_data *data = me->process->api;
    if (!data)
        return NULL;
    return number ? &data->heaps[number - 1] : &data->process_heap;
}

/* Gives the heap's number; false with the error set if there is no such heap. */
static bool heap_number(struct api_caller *me, HANDLE handle, uint32_t *number) {
    if (!api_caller_get(me))
        return false;
    uint64_t offset = api_value(handle) - HEAP_HANDLE_BASE;
    *number = (uint32_t)(offset / HEAP_HANDLE_STEP);
    if (offset == 0)
        return true;
    const struct api_process_data *data = me->process->api;
    if (offset % HEAP_HANDLE_STEP == 0 && data && offset / HEAP_HANDLE_STEP <= data->heap_count &&
        data->heaps[*number - 1].live)
        return true;
    api_set_error(me, ERROR_INVALID_HANDLE);
    return false;
}

/*
 * Waits while another thread has locked the heap. Nobody breaks the lock of a dead thread, not even
 * in the shutdown of the process (PROC-38).
 */
static void wait_for_heap(struct api_caller *me, HANDLE handle, uint32_t number) {
    char text[80];
    const struct api_heap *heap = find_heap(me, number);
    while (heap && heap->owner && heap->owner != me->thread->tcb.tid) {
        snprintf(text, sizeof text, "for a heap locked by thread %" PRIu32, heap->owner);
        api_park(me, handle, INFINITE, text);
        heap = find_heap(me, number);
    }
}

/* As heap_number, for operations that need the heap's lock. */
static bool enter_heap(struct api_caller *me, HANDLE handle, uint32_t *number) {
    if (!heap_number(me, handle, number))
        return false;
    wait_for_heap(me, handle, *number);
    return true;
}

HANDLE GetProcessHeap(VOID) {
    return heap_handle(0);
}

DWORD GetProcessHeaps(DWORD NumberOfHeaps, PHANDLE ProcessHeaps) {
    struct api_caller me;
    DWORD count = 1;
    if (!api_caller_get(&me))
        return 0;
    const struct api_process_data *data = me.process->api;
    if (NumberOfHeaps)
        ProcessHeaps[0] = heap_handle(0);
    for (uint32_t i = 0; data && i < data->heap_count; i++) {
        if (!data->heaps[i].live)
            continue;
        if (count < NumberOfHeaps)
            ProcessHeaps[count] = heap_handle(i + 1);
        count++;
    }
    return count;
}

HANDLE HeapCreate(DWORD flOptions, SIZE_T dwInitialSize, SIZE_T dwMaximumSize) {
    struct api_caller me;
    (void)flOptions, (void)dwInitialSize, (void)dwMaximumSize;
    if (!api_caller_get(&me))
        return NULL;
    struct api_process_data *data = api_process_data(me.w, me.process);
    if (data->heap_count == data->heap_capacity) {
        uint32_t capacity = data->heap_capacity ? data->heap_capacity * 2 : 8;
        struct api_heap *heaps = core_alloc(me.w, capacity * sizeof *heaps);
        if (data->heap_count)
            memcpy(heaps, data->heaps, data->heap_count * sizeof *heaps);
        core_free(me.w, data->heaps, data->heap_capacity * sizeof *heaps);
        data->heaps = heaps;
        data->heap_capacity = capacity;
    }
    data->heaps[data->heap_count++] = (struct api_heap){.live = true};
    return heap_handle(data->heap_count);
}

BOOL HeapDestroy(HANDLE hHeap) {
    struct api_caller me;
    uint32_t number;
    if (!hHeap)
        return TRUE; /* no heap is destroyed */
    if (!heap_number(&me, hHeap, &number))
        return FALSE;
    if (number == 0)
        return api_fail(&me, ERROR_INVALID_HANDLE);
    ldr_heap_free_all(me.w, number);
    find_heap(&me, number)->live = false;
    return TRUE;
}

/* ---- blocks ---------------------------------------------------------------------------------- */

static LPVOID no_memory(struct api_caller *me, DWORD flags) {
    if (flags & HEAP_GENERATE_EXCEPTIONS)
        ldr_raise(me->w, &(struct ldr_exception){.code = (uint32_t)STATUS_NO_MEMORY});
    api_set_error(me, ERROR_NOT_ENOUGH_MEMORY);
    return NULL;
}

LPVOID HeapAlloc(HANDLE hHeap, DWORD dwFlags, SIZE_T dwBytes) {
    struct api_caller me;
    uint32_t number;
    if (!enter_heap(&me, hHeap, &number))
        return NULL;
    LPVOID block = ldr_heap_alloc_from(me.w, number, dwBytes, (dwFlags & HEAP_ZERO_MEMORY) != 0);
    return block ? block : no_memory(&me, dwFlags);
}

/* A live block of that heap; otherwise the error is set. */
static bool is_block(struct api_caller *me, uint32_t number, const void *block) {
    if (block && ldr_heap_of(me->w, block) == number)
        return true;
    api_set_error(me, ERROR_INVALID_PARAMETER);
    return false;
}

LPVOID HeapReAlloc(HANDLE hHeap, DWORD dwFlags, LPVOID lpMem, SIZE_T dwBytes) {
    struct api_caller me;
    uint32_t number;
    if (!enter_heap(&me, hHeap, &number) || !lpMem || !is_block(&me, number, lpMem))
        return NULL;
    if ((dwFlags & HEAP_REALLOC_IN_PLACE_ONLY) && dwBytes > ldr_heap_size(me.w, lpMem))
        return no_memory(&me, dwFlags);
    LPVOID block = ldr_heap_realloc(me.w, lpMem, dwBytes);
    return block ? block : no_memory(&me, dwFlags);
}

BOOL HeapFree(HANDLE hHeap, DWORD dwFlags, LPVOID lpMem) {
    struct api_caller me;
    uint32_t number;
    (void)dwFlags;
    if (!enter_heap(&me, hHeap, &number))
        return FALSE;
    if (!lpMem)
        return TRUE;
    return is_block(&me, number, lpMem) && ldr_heap_free(me.w, lpMem);
}

SIZE_T HeapSize(HANDLE hHeap, DWORD dwFlags, LPCVOID lpMem) {
    struct api_caller me;
    uint32_t number;
    (void)dwFlags;
    if (!enter_heap(&me, hHeap, &number) || !is_block(&me, number, lpMem))
        return (SIZE_T)-1;
    return ldr_heap_size(me.w, lpMem);
}

BOOL HeapValidate(HANDLE hHeap, DWORD dwFlags, LPCVOID lpMem) {
    struct api_caller me;
    uint32_t number;
    (void)dwFlags;
    if (!enter_heap(&me, hHeap, &number))
        return FALSE;
    return !lpMem || ldr_heap_of(me.w, lpMem) == number;
}

BOOL HeapLock(HANDLE hHeap) {
    struct api_caller me;
    uint32_t number;
    if (!heap_number(&me, hHeap, &number))
        return FALSE;
    api_memory_point(&me, hHeap, KE_WRITE);
    api_process_data(me.w, me.process);
    wait_for_heap(&me, hHeap, number);
    struct api_heap *heap = find_heap(&me, number);
    heap->owner = me.thread->tcb.tid;
    heap->depth++;
    ldr_verify_lock_taken(me.w, hHeap, LDR_HEAP, false);
    return TRUE;
}

BOOL HeapUnlock(HANDLE hHeap) {
    struct api_caller me;
    uint32_t number;
    if (!heap_number(&me, hHeap, &number))
        return FALSE;
    api_memory_point(&me, hHeap, KE_WRITE);
    struct api_heap *heap = find_heap(&me, number);
    if (!heap || heap->owner != me.thread->tcb.tid)
        return api_fail(&me, ERROR_NOT_LOCKED);
    ldr_verify_lock_given(me.w, hHeap, LDR_HEAP, false);
    if (--heap->depth)
        return TRUE;
    heap->owner = 0;
    api_unpark(&me, hHeap, 1);
    return TRUE;
}

/* There is nothing to compact; the answer is the largest block that could be had. */
SIZE_T HeapCompact(HANDLE hHeap, DWORD dwFlags) {
    enum { LARGEST = 1 << 30 };
    struct api_caller me;
    uint32_t number;
    (void)dwFlags;
    return heap_number(&me, hHeap, &number) ? LARGEST : 0;
}

/* Heaps here neither corrupt nor have modes. */
BOOL HeapSetInformation(HANDLE HeapHandle, HEAP_INFORMATION_CLASS HeapInformationClass,
                        PVOID HeapInformation, SIZE_T HeapInformationLength) {
    (void)HeapHandle, (void)HeapInformationClass;
    (void)HeapInformation, (void)HeapInformationLength;
    return TRUE;
}

/* ---- local and global memory ----------------------------------------------------------------- */

/* A handle to movable memory is its address: nothing ever moves. */
static HLOCAL allocate(SIZE_T size) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return NULL;
    HLOCAL block = ldr_heap_alloc(me.w, size, true);
    return block ? block : no_memory(&me, 0);
}

static HLOCAL reallocate(HLOCAL block, SIZE_T size) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return NULL;
    if (ldr_heap_size(me.w, block) == (size_t)-1) {
        api_set_error(&me, ERROR_INVALID_HANDLE);
        return NULL;
    }
    HLOCAL moved = ldr_heap_realloc(me.w, block, size);
    return moved ? moved : no_memory(&me, 0);
}

static HLOCAL release(HLOCAL block) {
    struct api_caller me;
    if (!block || !api_caller_get(&me) || ldr_heap_free(me.w, block))
        return NULL;
    api_set_error(&me, ERROR_INVALID_HANDLE);
    return block;
}

static SIZE_T size_of(HLOCAL block) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return 0;
    size_t size = ldr_heap_size(me.w, block);
    if (size != (size_t)-1)
        return size;
    api_set_error(&me, ERROR_INVALID_HANDLE);
    return 0;
}

HLOCAL LocalAlloc(UINT uFlags, SIZE_T uBytes) {
    (void)uFlags;
    return allocate(uBytes);
}

HLOCAL LocalReAlloc(HLOCAL hMem, SIZE_T uBytes, UINT uFlags) {
    (void)uFlags;
    return reallocate(hMem, uBytes);
}

SIZE_T LocalSize(HLOCAL hMem) {
    return size_of(hMem);
}

HLOCAL LocalFree(HLOCAL hMem) {
    return release(hMem);
}

HGLOBAL GlobalAlloc(UINT uFlags, SIZE_T dwBytes) {
    (void)uFlags;
    return allocate(dwBytes);
}

HGLOBAL GlobalReAlloc(HGLOBAL hMem, SIZE_T dwBytes, UINT uFlags) {
    (void)uFlags;
    return reallocate(hMem, dwBytes);
}

SIZE_T GlobalSize(HGLOBAL hMem) {
    return size_of(hMem);
}

LPVOID GlobalLock(HGLOBAL hMem) {
    return hMem && size_of(hMem) ? hMem : NULL;
}

/* Fixed memory was never locked: FALSE with NO_ERROR. */
BOOL GlobalUnlock(HGLOBAL hMem) {
    struct api_caller me;
    (void)hMem;
    if (api_caller_get(&me))
        api_set_error(&me, NO_ERROR);
    return FALSE;
}

HGLOBAL GlobalFree(HGLOBAL hMem) {
    return release(hMem);
}
