/* Tells when it is attached and detached. */
#include <stdio.h>
#include <windows.h>

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved) {
    (void)module;
    printf("later: %s, reserved %s\n", reason == DLL_PROCESS_ATTACH ? "attach" : "detach",
           reserved ? "set" : "NULL");
    fflush(stdout);
    return TRUE;
}
