/*
 * Imports from middle.dll and tells when it is attached and detached.
 *
 * links: middle.dll
 */
#include <stdio.h>
#include <windows.h>

__declspec(dllimport) int middle_value(void);

__declspec(dllexport) int outer_value(void);

int outer_value(void) {
    return middle_value() + 1;
}

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved) {
    (void)module;
    printf("outer: reason %lu, reserved %s\n", reason, reserved ? "set" : "NULL");
    fflush(stdout);
    return TRUE;
}
