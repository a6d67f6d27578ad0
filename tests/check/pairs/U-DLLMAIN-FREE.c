/* DllMain frees another DLL when it goes. */
#include <windows.h>

#ifdef DLL
static HMODULE other;

__declspec(dllexport) void initialize(void) {
    other = LoadLibraryA("pair.dll");
}

__declspec(dllexport) void clean_up(void) {
    HMODULE freed = other;
    other = NULL;
    if (freed)
        FreeLibrary(freed);
}

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, LPVOID reserved) {
    (void)instance, (void)reserved;
#ifdef BROKEN
    if (reason == DLL_PROCESS_DETACH)
        clean_up();
#endif
    (void)reason;
    return TRUE;
}
#endif

#ifdef PROGRAM
int main(void) {
    HMODULE dll = LoadLibraryA("pair.dll");
    ((void (*)(void))GetProcAddress(dll, "initialize"))();
#ifndef BROKEN
    ((void (*)(void))GetProcAddress(dll, "clean_up"))();
#endif
    return 0;
}
#endif
