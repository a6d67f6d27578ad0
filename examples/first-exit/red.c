/* red.dll: the first to attach and the last to detach. */
#include <windows.h>
#include <stdio.h>

__declspec(dllexport) int red_value(void) {
    return 41;
}

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved) {
    (void)module;
    if (reason == DLL_PROCESS_ATTACH)
        printf("red.dll: process attach\n");
    if (reason == DLL_PROCESS_DETACH)
        printf("red.dll: process detach, lpReserved is %s\n", reserved ? "set" : "NULL");
    return TRUE;
}
