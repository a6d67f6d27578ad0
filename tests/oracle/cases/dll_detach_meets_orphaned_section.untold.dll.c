/* Would be detached after user.dll. */
#include <stdio.h>
#include <windows.h>

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved) {
    (void)module;
    (void)reserved;
    if (reason == DLL_PROCESS_ATTACH || reason == DLL_PROCESS_DETACH) {
        printf("untold: %s\n", reason == DLL_PROCESS_ATTACH ? "attach" : "detach");
        fflush(stdout);
    }
    return TRUE;
}
