/* Tells every notification, but asks not to be told about threads. */
#include <stdio.h>
#include <windows.h>

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved) {
    (void)reserved;
    printf("  quiet: reason %lu\n", reason);
    if (reason == DLL_PROCESS_ATTACH)
        printf("  quiet: disabled %d\n", DisableThreadLibraryCalls(module));
    fflush(stdout);
    return TRUE;
}
