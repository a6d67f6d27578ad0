/*
 * Gives its own last reference back from a callback that runs its code.
 */
#include <stdio.h>
#include <windows.h>

__declspec(dllexport) void CALLBACK late_last(PTP_CALLBACK_INSTANCE instance, void *done);

static HMODULE self;

void CALLBACK late_last(PTP_CALLBACK_INSTANCE instance, void *done) {
    FreeLibraryWhenCallbackReturns(instance, self);
    printf("in the DLL: loaded %d\n", GetModuleHandleA("late.dll") != NULL);
    fflush(stdout);
    SetEvent(done);
}

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved) {
    self = module;
    if (reason == DLL_PROCESS_ATTACH || reason == DLL_PROCESS_DETACH)
        printf("  late: reason %lu, reserved %d\n", reason, reserved != NULL);
    fflush(stdout);
    return TRUE;
}
