/* Tells every notification. */
#include <stdio.h>
#include <windows.h>

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved) {
    (void)module;
    (void)reserved;
    printf("  talkative: reason %lu\n", reason);
    fflush(stdout);
    return TRUE;
}
