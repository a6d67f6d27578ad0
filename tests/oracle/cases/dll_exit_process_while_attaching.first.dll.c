/* Is attached before the others. */
#include <stdio.h>
#include <windows.h>

__declspec(dllexport) int first_value(void);

int first_value(void) {
    return 1;
}

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved) {
    (void)module;
    (void)reserved;
    printf("first: reason %lu\n", reason);
    fflush(stdout);
    return TRUE;
}
