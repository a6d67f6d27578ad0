/*
 * Needs second.dll.
 *
 * links: second.dll
 */
#include <stdio.h>
#include <windows.h>

__declspec(dllimport) int second_value(void);

__declspec(dllexport) int third_value(void);

int third_value(void) {
    return second_value() + 1;
}

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved) {
    (void)module;
    (void)reserved;
    printf("third: reason %lu\n", reason);
    fflush(stdout);
    return TRUE;
}
