/* Takes its time to be attached, and says so when it is inside. */
#include <stdio.h>
#include <windows.h>

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved) {
    (void)module;
    if (reason == DLL_PROCESS_ATTACH) {
        printf("slow: attach begins\n");
        fflush(stdout);
        SetEvent(OpenEventA(EVENT_MODIFY_STATE, FALSE, "oracle_inside_dllmain"));
        Sleep(200);
        printf("slow: attach ends\n");
        fflush(stdout);
    } else if (reason == DLL_PROCESS_DETACH) {
        printf("slow: detach, reserved %s\n", reserved ? "set" : "NULL");
        fflush(stdout);
    }
    return TRUE;
}
