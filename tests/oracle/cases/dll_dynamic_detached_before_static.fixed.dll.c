/* Tells when it is attached and detached. */
#include <stdio.h>
#include <windows.h>

__declspec(dllexport) int fixed_value(void);

int fixed_value(void) {
    return 7;
}

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved) {
    (void)module;
    printf("fixed: %s, reserved %s\n", reason == DLL_PROCESS_ATTACH ? "attach" : "detach",
           reserved ? "set" : "NULL");
    fflush(stdout);
    return TRUE;
}
