/* Tells of its detach when it has been armed. */
#include <stdio.h>
#include <windows.h>

static BOOL armed;

__declspec(dllexport) void arm(void) {
    armed = TRUE;
}

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, void *reserved) {
    (void)module;
    if (reason == DLL_PROCESS_DETACH && armed) {
        printf("cleaner is detached, reserved %d\n", reserved != NULL);
        fflush(stdout);
    }
    return TRUE;
}
