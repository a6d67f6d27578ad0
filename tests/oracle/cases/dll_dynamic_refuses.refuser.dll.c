/* Refuses to be attached. */
#include <stdio.h>
#include <windows.h>

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved) {
    (void)module;
    printf("  refuser: reason %lu, reserved %s\n", reason, reserved ? "set" : "NULL");
    fflush(stdout);
    return FALSE;
}
