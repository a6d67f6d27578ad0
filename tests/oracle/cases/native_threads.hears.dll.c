/*
 * Tells of the threads that it hears of.
 */
#include <stdio.h>
#include <windows.h>

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved) {
    (void)module;
    (void)reserved;
    if (reason == DLL_THREAD_ATTACH || reason == DLL_THREAD_DETACH)
        printf("  hears: reason %lu\n", reason);
    fflush(stdout);
    return TRUE;
}
