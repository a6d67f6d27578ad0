/* blue.dll: imports from red.dll, so red.dll attaches first and detaches last. */
#include <windows.h>
#include <stdio.h>

int red_value(void);

__declspec(dllexport) int blue_value(void) {
    return red_value() + 1;
}

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved) {
    (void)module;
    if (reason == DLL_PROCESS_ATTACH)
        printf("blue.dll: process attach\n");
    if (reason == DLL_PROCESS_DETACH)
        printf("blue.dll: process detach, lpReserved is %s\n", reserved ? "set" : "NULL");
    return TRUE;
}
