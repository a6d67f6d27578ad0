/*
 * Needs helper.dll.
 *
 * links: helper.dll
 */
#include <stdio.h>
#include <windows.h>

__declspec(dllimport) int helper_value(void);
__declspec(dllexport) int user_value(void);

int user_value(void) {
    return helper_value();
}

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved) {
    (void)module;
    (void)reserved;
    printf("  user: %s\n", reason == DLL_PROCESS_ATTACH ? "attach" : "detach");
    fflush(stdout);
    return TRUE;
}
