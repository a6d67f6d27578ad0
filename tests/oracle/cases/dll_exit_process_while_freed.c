/*
 * A DLL calls ExitProcess when FreeLibrary detaches it: FreeLibrary does not return, the process
 * ends with that code, and the other DLLs are detached.
 *
 * rules: EXIT-21, DLL-62, DLL-06
 */
#include <stdio.h>
#include <windows.h>

int main(void) {
    HMODULE dll;

    LoadLibraryA("bystander.dll");
    dll = LoadLibraryA("quitter.dll");
    puts("main frees the quitter");
    fflush(stdout);
    FreeLibrary(dll);
    puts("FreeLibrary returned");
    return 1;
}
