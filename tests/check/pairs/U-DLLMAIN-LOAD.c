/* DllMain loads a DLL: its own, so that nobody unloads it. */
#include <windows.h>

#ifdef DLL
__declspec(dllexport) void stay(void) {
    LoadLibraryA("pair.dll");
}

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, LPVOID reserved) {
    (void)instance, (void)reserved;
#ifdef BROKEN
    if (reason == DLL_PROCESS_ATTACH)
        stay();
#endif
    (void)reason;
    return TRUE;
}
#endif

#ifdef PROGRAM
int main(void) {
    HMODULE dll = LoadLibraryA("pair.dll");
    ((void (*)(void))GetProcAddress(dll, "stay"))();
    return 0;
}
#endif
