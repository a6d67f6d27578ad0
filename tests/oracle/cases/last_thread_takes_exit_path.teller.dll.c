/* Tells which ends it is notified of, once it was asked to attend. */
#include <stdio.h>
#include <windows.h>

__declspec(dllexport) void teller_attend(void);

static int attending;

void teller_attend(void) {
    attending = 1;
}

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved) {
    (void)module;
    if (attending && reason == DLL_THREAD_DETACH)
        puts("  thread detach");
    if (attending && reason == DLL_PROCESS_DETACH)
        printf("  process detach, reserved %s\n", reserved ? "set" : "NULL");
    fflush(stdout);
    return TRUE;
}
