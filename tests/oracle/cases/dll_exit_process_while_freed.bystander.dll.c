/* Tells when it is attached and detached. */
#include <stdio.h>
#include <windows.h>

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved) {
    (void)module;
    printf("  bystander: reason %lu, reserved %s\n", reason, reserved ? "set" : "NULL");
    fflush(stdout);
    return TRUE;
}
