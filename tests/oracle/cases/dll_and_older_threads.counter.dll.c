/* Tells every notification. */
#include <stdio.h>
#include <windows.h>

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved) {
    static const char *const names[] = {"PROCESS_DETACH", "PROCESS_ATTACH", "THREAD_ATTACH",
                                        "THREAD_DETACH"};

    (void)module;
    (void)reserved;
    printf("  %s\n", names[reason]);
    fflush(stdout);
    return TRUE;
}
