/*
 * Needs first.dll, and does not want to go on.
 *
 * links: first.dll
 */
#include <stdio.h>
#include <windows.h>

__declspec(dllimport) int first_value(void);

__declspec(dllexport) int second_value(void);

int second_value(void) {
    return first_value() + 1;
}

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved) {
    (void)module;
    (void)reserved;
    printf("second: reason %lu\n", reason);
    fflush(stdout);
    if (reason == DLL_PROCESS_ATTACH)
        ExitProcess(77);
    return TRUE;
}
