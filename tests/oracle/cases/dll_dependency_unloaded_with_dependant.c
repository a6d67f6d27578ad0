/*
 * LoadLibrary brings a DLL's dependencies along, dependencies first; FreeLibrary takes those away
 * again that nobody else needs, the dependant first.
 *
 * rules: DLL-03, DLL-45, DLL-46, DLL-49
 */
#include <stdio.h>
#include <windows.h>

static void loaded(void) {
    printf("loaded: user %d, helper %d\n", GetModuleHandleA("user.dll") != NULL,
           GetModuleHandleA("helper.dll") != NULL);
    fflush(stdout);
}

int main(void) {
    HMODULE user, helper;

    user = LoadLibraryA("user.dll");
    loaded();
    FreeLibrary(user);
    loaded();

    puts("with a reference of our own to the helper");
    helper = LoadLibraryA("helper.dll");
    user = LoadLibraryA("user.dll");
    loaded();
    FreeLibrary(user);
    loaded();
    FreeLibrary(helper);
    loaded();
    return 0;
}
