/*
 * Gives its own last reference back from a callback that runs its code.
 */
#include <stdio.h>
#include <windows.h>

__declspec(dllexport) void late_run(HANDLE done);

static HMODULE self;

static void CALLBACK last(PTP_CALLBACK_INSTANCE instance, void *context) {
    FreeLibraryWhenCallbackReturns(instance, self);
    printf("in the DLL: loaded %d\n", GetModuleHandleA("late.dll") != NULL);
    fflush(stdout);
    SetEvent(context);
}

void late_run(HANDLE done) {
    TrySubmitThreadpoolCallback(last, done, NULL);
}

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved) {
    self = module;
    if (reason == DLL_PROCESS_ATTACH || reason == DLL_PROCESS_DETACH)
        printf("  late: reason %lu, reserved %d\n", reason, reserved != NULL);
    fflush(stdout);
    return TRUE;
}
