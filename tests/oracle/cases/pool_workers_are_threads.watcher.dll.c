/*
 * Remembers for each thread whether its start was announced.
 */
#include <stdio.h>
#include <windows.h>

__declspec(dllexport) LONG watcher_attached(void);

static DWORD slot = TLS_OUT_OF_INDEXES;

LONG watcher_attached(void) {
    return (LONG)(INT_PTR)TlsGetValue(slot);
}

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved) {
    (void)module;
    if (reason == DLL_PROCESS_ATTACH)
        slot = TlsAlloc();
    else if (reason == DLL_THREAD_ATTACH)
        TlsSetValue(slot, (void *)1);
    else
        printf("  watcher: reason %lu, reserved %d\n", reason, reserved != NULL);
    fflush(stdout);
    return TRUE;
}
