/*
 * Refuses to be attached.
 *
 * links: ground.dll
 */
#include <stdio.h>
#include <windows.h>

__declspec(dllimport) int ground_value(void);
__declspec(dllexport) int refuser_value(void);

int refuser_value(void) {
    return ground_value() + 1;
}

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved) {
    (void)module;
    (void)reserved;
    printf("  refuser: reason %lu\n", reason);
    fflush(stdout);
    return FALSE;
}
