/* Does not come back from being detached. */
#include <stdio.h>
#include <windows.h>

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved) {
    (void)module;
    (void)reserved;
    if (reason == DLL_PROCESS_DETACH) {
        printf("stuck: detach\n");
        fflush(stdout);
        SetEvent(OpenEventA(EVENT_MODIFY_STATE, FALSE, "oracle_detach_stuck"));
        Sleep(INFINITE);
    }
    return TRUE;
}
