/* Does not come back from being attached. */
#include <stdio.h>
#include <windows.h>

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved) {
    (void)module;
    (void)reserved;
    printf("  stuck: reason %lu\n", reason);
    fflush(stdout);
    if (reason == DLL_PROCESS_ATTACH) {
        SetEvent(OpenEventA(EVENT_MODIFY_STATE, FALSE, "oracle_dllmain_stuck"));
        Sleep(INFINITE);
    }
    return TRUE;
}
