/*
 * LoadLibrary attaches a DLL once and then only counts; FreeLibrary counts down and detaches it at
 * zero. lpReserved is NULL both times. A module that is gone cannot be freed.
 *
 * rules: DLL-05, DLL-06, DLL-45, DLL-46
 */
#include <stdio.h>
#include <windows.h>

int main(void) {
    HMODULE first, second;
    BOOL ok;

    printf("not loaded: %d", GetModuleHandleA("plugin.dll") != NULL);
    printf(", error %lu\n", GetLastError());
    puts("LoadLibrary");
    first = LoadLibraryA("plugin.dll");
    puts("LoadLibrary again");
    second = LoadLibraryA("plugin.dll");
    printf("same module: %d, loaded: %d\n", first == second, GetModuleHandleA("plugin") == first);
    printf("FreeLibrary: %d\n", FreeLibrary(first));
    printf("still loaded: %d\n", GetModuleHandleA("PLUGIN.DLL") == first);
    printf("FreeLibrary: %d\n", FreeLibrary(first));
    printf("still loaded: %d\n", GetModuleHandleA("plugin.dll") != NULL);
    SetLastError(0);
    ok = FreeLibrary(first);
    printf("FreeLibrary: %d, error %lu\n", ok, GetLastError());

    puts("load and leave");
    printf("loaded: %d\n", LoadLibraryA("plugin.dll") != NULL);
    return 0;
}
