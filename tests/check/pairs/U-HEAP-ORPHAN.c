/* A worker that walks a heap returns on a path that does not unlock it. */
#include <windows.h>

#ifdef PROGRAM
static HANDLE heap;

static DWORD WINAPI walk(LPVOID parameter) {
    (void)parameter;
    HeapLock(heap);
#ifndef BROKEN
    HeapUnlock(heap);
#endif
    return 0;
}

int main(void) {
    heap = HeapCreate(0, 0, 0);
    HANDLE thread = CreateThread(NULL, 0, walk, NULL, 0, NULL);
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
    return 0;
}
#endif
