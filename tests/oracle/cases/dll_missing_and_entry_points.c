/*
 * What LoadLibrary, GetModuleHandle and GetProcAddress say about things that are there and things
 * that are not; a DLL whose own import is missing counts as missing.
 *
 * rules: DLL-05, DLL-53
 * absent: gone.dll
 */
#include <stdio.h>
#include <windows.h>

typedef int(WINAPI *add_function)(int, int);

static void show(const char *what, int found) {
    printf("%s: %d, error %lu\n", what, found, GetLastError());
    SetLastError(0);
}

int main(void) {
    HMODULE tools;
    add_function add;

    SetErrorMode(SEM_FAILCRITICALERRORS);
    SetLastError(0);
    show("LoadLibrary of nothing", LoadLibraryA("no_such_library.dll") != NULL);
    show("GetModuleHandle of nothing", GetModuleHandleA("no_such_library.dll") != NULL);
    show("LoadLibrary with a missing dependency", LoadLibraryA("needy.dll") != NULL);
    show("it is not half loaded", GetModuleHandleA("needy.dll") != NULL);

    tools = LoadLibraryA("tools.dll");
    SetLastError(0);
    add = (add_function)(void *)GetProcAddress(tools, "tools_add");
    show("GetProcAddress", add != NULL);
    printf("2 + 3 = %d\n", add(2, 3));
    show("GetProcAddress of nothing", GetProcAddress(tools, "tools_subtract") != NULL);
    show("names know upper and lower case", GetProcAddress(tools, "TOOLS_ADD") != NULL);
    show("of the system", GetProcAddress(GetModuleHandleA("kernel32.dll"), "ExitProcess") != NULL);
    show("the program itself", GetModuleHandleA(NULL) != NULL);
    return 0;
}
