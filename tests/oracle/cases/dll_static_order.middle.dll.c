/*
 * Imports from inner.dll and tells when it is attached and detached.
 *
 * links: inner.dll
 */
#include <stdio.h>
#include <windows.h>

__declspec(dllimport) int inner_value(void);

__declspec(dllexport) int middle_value(void);

int middle_value(void) {
    return inner_value() + 1;
}

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved) {
    (void)module;
    printf("middle: reason %lu, reserved %s\n", reason, reserved ? "set" : "NULL");
    fflush(stdout);
    return TRUE;
}
