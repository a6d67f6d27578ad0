/* Stays in its entry point until it may leave. */
#include <windows.h>

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved) {
    (void)module;
    (void)reserved;
    if (reason == DLL_PROCESS_ATTACH) {
        HANDLE leave = OpenEventA(SYNCHRONIZE, FALSE, "oracle_gate_leave");

        SetEvent(OpenEventA(EVENT_MODIFY_STATE, FALSE, "oracle_gate_inside"));
        WaitForSingleObject(leave, INFINITE);
    }
    return TRUE;
}
