/* Says when the process detaches it, once it was asked to attend. */
#include <stdio.h>
#include <windows.h>

__declspec(dllexport) void listener_attend(void);

static int attending;

void listener_attend(void) {
    attending = 1;
}

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved) {
    (void)module;
    (void)reserved;
    if (attending && reason == DLL_PROCESS_DETACH) {
        puts("  DLL detached");
        fflush(stdout);
    }
    return TRUE;
}
