/* A DLL goes and does not delete its critical section. */
#include <windows.h>

#ifdef DLL
static CRITICAL_SECTION section;

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, LPVOID reserved) {
    (void)instance;
    if (reason == DLL_PROCESS_ATTACH)
        InitializeCriticalSection(&section);
#ifndef BROKEN
    if (reason == DLL_PROCESS_DETACH && !reserved)
        DeleteCriticalSection(&section);
#endif
    (void)reserved;
    return TRUE;
}
#endif

#ifdef PROGRAM
int main(void) {
    FreeLibrary(LoadLibraryA("pair.dll"));
    return 0;
}
#endif
