/* A DLL goes and leaves the event open that it has created. */
#include <windows.h>

#ifdef DLL
static HANDLE event;

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, LPVOID reserved) {
    (void)instance, (void)reserved;
    if (reason == DLL_PROCESS_ATTACH)
        event = CreateEventA(NULL, TRUE, FALSE, NULL);
#ifndef BROKEN
    if (reason == DLL_PROCESS_DETACH)
        CloseHandle(event);
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
