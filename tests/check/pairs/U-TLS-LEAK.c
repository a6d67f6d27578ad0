/* A DLL goes and does not free its TLS index. */
#include <windows.h>

#ifdef DLL
static DWORD slot;

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, LPVOID reserved) {
    (void)instance, (void)reserved;
    if (reason == DLL_PROCESS_ATTACH)
        slot = TlsAlloc();
#ifndef BROKEN
    if (reason == DLL_PROCESS_DETACH)
        TlsFree(slot);
#endif
    return TRUE;
}
#endif

#ifdef PROGRAM
int main(void) {
    FreeLibrary(LoadLibraryA("pair.dll"));
    return 0;
}
#endif
