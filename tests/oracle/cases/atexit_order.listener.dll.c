/* Says when the process detaches it. */
#include <stdio.h>
#include <windows.h>

__declspec(dllexport) void listener_hello(void);

void listener_hello(void) {
    puts("listener is here");
}

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved) {
    (void)module;
    (void)reserved;
    if (reason == DLL_PROCESS_DETACH) {
        puts("listener is detached");
        fflush(stdout);
    }
    return TRUE;
}
