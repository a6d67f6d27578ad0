/*
 * Heaps, memory and texts: NULL, blocks that are none, flags and sizes.
 *
 * rules: -
 * windows: HNDL-46 memory that is not there is ERROR_INVALID_ADDRESS on Windows
 */
#include "bad_input.h"

static void heaps(void) {
    HANDLE heap, list[1];
    ULONG information = 2;
    char *block;

    TRY(HeapCreate(0, 100, 10));
    TRY(heap = HeapCreate(0, 0, 0));
    TRY(HeapAlloc(heap, 0, (SIZE_T)1 << 60));
    TRY(block = HeapAlloc(heap, 0, 10));
    TRY(HeapReAlloc(heap, 0, block, (SIZE_T)1 << 60));
    TRY(HeapReAlloc(heap, 0, NULL, 10));
    TRY(HeapSize(heap, 0, block));
    TRY(HeapFree(heap, 0, NULL));
    TRY(HeapValidate(heap, 0, NULL));
    TRY(HeapValidate(heap, 0, block));
    TRY(HeapLock(heap));
    TRY(HeapUnlock(heap));
    TRY(HeapCompact(heap, 0) >= 0);
    TRY(HeapSetInformation(heap, 0, &information, sizeof information));
    TRY(HeapSetInformation(heap, 0, &information, 1));
    TRY(GetProcessHeaps(1, list) > 1);
    TRY(HeapDestroy(heap));
}

static void handles(void) {
    HGLOBAL global = GlobalAlloc(GMEM_MOVEABLE, 10);

    TRY(GlobalAlloc(GMEM_FIXED, (SIZE_T)1 << 60));
    TRY(LocalAlloc(LMEM_FIXED, (SIZE_T)1 << 60));
    TRY(GlobalReAlloc(NULL, 10, 0));
    TRY(LocalReAlloc(NULL, 10, 0));
    TRY(GlobalLock(NULL));
    TRY(GlobalLock(global));
    GlobalUnlock(global);
    TRY(GlobalSize(NULL));
    TRY(LocalSize(NULL));
    TRY(GlobalFree(global) == NULL);
}

static void pages(void) {
    MEMORY_BASIC_INFORMATION region;
    DWORD old;
    char *page = VirtualAlloc(NULL, 4096, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);

    TRY(VirtualAlloc(NULL, (SIZE_T)1 << 60, MEM_RESERVE, PAGE_READWRITE));
    TRY(VirtualAlloc(NULL, 4096, 0x80, PAGE_READWRITE));
    TRY(VirtualAlloc(page, 4096, MEM_RESERVE, PAGE_READWRITE));
    TRY(VirtualProtect(page, 4096, 0, &old));
    TRY(VirtualProtect(page, 4096, 0x300, &old));
    TRY(VirtualProtect(page, 4096, PAGE_READONLY, NULL));
    TRY(VirtualProtect(NULL, 4096, PAGE_READONLY, &old));
    TRY(VirtualProtect(page, 4096, PAGE_READWRITE, &old));
    TRY(VirtualQuery(page, &region, 8));
    TRY(VirtualFree(page, 4096, MEM_RELEASE));
    TRY(VirtualFree(page, 0, MEM_RELEASE | MEM_DECOMMIT));
    TRY(VirtualFree(NULL, 0, MEM_RELEASE));
    TRY(VirtualFree(page, 0, MEM_RELEASE));
    TRY(VirtualFree(page, 0, MEM_RELEASE));
    TRY(VirtualProtect(page, 4096, PAGE_READWRITE, &old));
}

static void texts(void) {
    char text[8];
    WCHAR wide[8];

    TRY(lstrcpynA(text, "text", 0));
    NUMBER(lstrcmpW(NULL, L"text"));
    NUMBER(lstrcmpiA(NULL, "text"));
    NUMBER(lstrcmpiA("text", NULL));
    NUMBER(lstrcmpiW(NULL, NULL));
    TRY(MultiByteToWideChar(99999, 0, "x", 1, wide, 8));
    TRY(MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, "\xFF", 1, wide, 8));
    TRY(MultiByteToWideChar(CP_ACP, 0, NULL, 1, wide, 8));
    TRY(MultiByteToWideChar(CP_ACP, 0, "x", 1, wide, -1));
    TRY(WideCharToMultiByte(CP_ACP, 0, NULL, 1, text, 8, NULL, NULL));
    NUMBER(wsprintfA(text, "%d", 5));
    NUMBER(wsprintfW(wide, L"%d", 5));
    NUMBER(MulDiv(1, 1, 0));
    NUMBER(MulDiv(0x7FFFFFFF, 4, 2));
}

int main(void) {
    prepare();
    heaps();
    handles();
    pages();
    texts();
    return 0;
}
