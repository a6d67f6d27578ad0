/* Ends the process when it is detached. */
#include <stdio.h>
#include <windows.h>

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved) {
    (void)module;
    printf("  quitter: reason %lu, reserved %s\n", reason, reserved ? "set" : "NULL");
    fflush(stdout);
    if (reason == DLL_PROCESS_DETACH && !reserved)
        ExitProcess(197);
    return TRUE;
}
