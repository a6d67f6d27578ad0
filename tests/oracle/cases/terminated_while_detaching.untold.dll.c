/* Tells when it is detached. */
#include <stdio.h>
#include <windows.h>

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved) {
    (void)module;
    (void)reserved;
    if (reason == DLL_PROCESS_DETACH) {
        printf("untold: detach\n");
        fflush(stdout);
    }
    return TRUE;
}
