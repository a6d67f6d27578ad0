/* Tells when it is attached and detached. */
#include <stdio.h>
#include <windows.h>

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved) {
    (void)module;
    (void)reserved;
    printf("  told: reason %lu\n", reason);
    fflush(stdout);
    return TRUE;
}
