/* Calls ExitProcess once more when it is detached. */
#include <stdio.h>
#include <windows.h>

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved) {
    (void)module;
    (void)reserved;
    printf("  insister: reason %lu\n", reason);
    fflush(stdout);
    if (reason == DLL_PROCESS_DETACH)
        ExitProcess(88);
    return TRUE;
}
