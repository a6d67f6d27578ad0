/* A DLL to load and free (ops.exe load-library). */
#include <windows.h>

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved) {
    (void)module, (void)reason, (void)reserved;
    return TRUE;
}
