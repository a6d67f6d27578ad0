/*
 * Memory from the run-time library and from the process heap: contents survive growing, zeroed
 * memory is zero, and the heap functions report the sizes that were asked for.
 *
 * rules: PROC-03
 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

static int all_zero(const char *block, size_t size) {
    size_t i;

    for (i = 0; i < size; i++)
        if (block[i] != 0)
            return 0;
    return 1;
}

int main(void) {
    HANDLE heap = GetProcessHeap(), private_heap;
    char *block;

    block = malloc(16);
    strcpy(block, "fifteen letters");
    block = realloc(block, 100000);
    printf("realloc keeps: %s, _msize %lu\n", block, (DWORD)_msize(block));
    free(block);
    free(NULL);
    block = calloc(100, 10);
    printf("calloc is zero: %d\n", all_zero(block, 1000));
    free(block);

    block = HeapAlloc(heap, HEAP_ZERO_MEMORY, 100);
    printf("HeapAlloc zero: %d, HeapSize %lu\n", all_zero(block, 100),
           (DWORD)HeapSize(heap, 0, block));
    memset(block, 'x', 100);
    block = HeapReAlloc(heap, HEAP_ZERO_MEMORY, block, 300);
    printf("HeapReAlloc keeps: %c%c, zeroes the rest: %d, HeapSize %lu\n", block[0], block[99],
           all_zero(block + 100, 200), (DWORD)HeapSize(heap, 0, block));
    printf("HeapFree: %d\n", HeapFree(heap, 0, block));

    private_heap = HeapCreate(0, 0, 0);
    block = HeapAlloc(private_heap, 0, 5000);
    memset(block, 1, 5000);
    printf("private heap: %d, size %lu\n", private_heap != NULL && private_heap != heap,
           (DWORD)HeapSize(private_heap, 0, block));
    printf("HeapDestroy: %d\n", HeapDestroy(private_heap));
    printf("GetProcessHeap is always the same: %d\n", heap == GetProcessHeap());

    block = VirtualAlloc(NULL, 65536, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    printf("VirtualAlloc: %d, zero: %d\n", block != NULL, all_zero(block, 65536));
    printf("VirtualFree: %d\n", VirtualFree(block, 0, MEM_RELEASE));
    return 0;
}
