/*
 * A DLL returns FALSE from PROCESS_ATTACH in LoadLibrary: it is told PROCESS_DETACH at once with
 * NULL, is unloaded, and LoadLibrary fails with ERROR_DLL_INIT_FAILED.
 *
 * rules: DLL-35, DLL-06
 */
#include <stdio.h>
#include <windows.h>

int main(void) {
    HMODULE dll;
    int round;

    for (round = 1; round <= 2; round++) {
        SetLastError(0);
        dll = LoadLibraryA("refuser.dll");
        printf("LoadLibrary: %d, error %lu\n", dll != NULL, GetLastError());
        printf("loaded: %d\n", GetModuleHandleA("refuser.dll") != NULL);
    }
    return 0;
}
