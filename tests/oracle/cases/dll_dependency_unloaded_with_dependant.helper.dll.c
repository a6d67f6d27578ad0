/* Is needed by user.dll. */
#include <stdio.h>
#include <windows.h>

__declspec(dllexport) int helper_value(void);

int helper_value(void) {
    return 1;
}

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved) {
    (void)module;
    (void)reserved;
    printf("  helper: %s\n", reason == DLL_PROCESS_ATTACH ? "attach" : "detach");
    fflush(stdout);
    return TRUE;
}
