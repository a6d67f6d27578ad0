/* Tells when the process detaches it, from the moment on when it was asked to attend. */
#include <stdio.h>
#include <windows.h>

__declspec(dllexport) void witness_attend(void);

static int attending;

void witness_attend(void) {
    attending = 1;
}

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved) {
    (void)module;
    if (attending && (reason == DLL_PROCESS_DETACH || reason == DLL_THREAD_DETACH)) {
        printf("%s, reserved %s\n",
               reason == DLL_PROCESS_DETACH ? "process detach" : "thread detach",
               reserved ? "set" : "NULL");
        fflush(stdout);
    }
    return TRUE;
}
