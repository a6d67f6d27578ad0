/*
 * The loader lock is recursive: a DLL may load another one in its own DllMain, and the
 * notifications nest in one thread.
 *
 * rules: DLL-17, DLL-05, DLL-06
 */
#include <stdio.h>
#include <windows.h>

static void loaded(void) {
    printf("loaded: parent %d, nested %d\n", GetModuleHandleA("parent.dll") != NULL,
           GetModuleHandleA("nested.dll") != NULL);
    fflush(stdout);
}

int main(void) {
    HMODULE dll = LoadLibraryA("parent.dll");

    loaded();
    FreeLibrary(dll);
    loaded();
    FreeLibrary(GetModuleHandleA("nested.dll"));
    loaded();
    return 0;
}
