/* Depends on no other DLL of the case; tells when it is attached and detached. */
#include <stdio.h>
#include <windows.h>

__declspec(dllexport) int inner_value(void);

int inner_value(void) {
    return 1;
}

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved) {
    (void)module;
    printf("inner: reason %lu, reserved %s\n", reason, reserved ? "set" : "NULL");
    fflush(stdout);
    return TRUE;
}
