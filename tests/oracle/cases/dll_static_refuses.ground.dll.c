/* Attaches without trouble before the DLL that refuses. */
#include <stdio.h>
#include <windows.h>

__declspec(dllexport) int ground_value(void);

int ground_value(void) {
    return 1;
}

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved) {
    (void)module;
    (void)reserved;
    printf("  ground: reason %lu\n", reason);
    fflush(stdout);
    return TRUE;
}
