/* Owns an FLS slot from attach to detach. */
#include <stdio.h>
#include <windows.h>

__declspec(dllexport) void owner_set(const char *value);

static DWORD slot, main_id;

void owner_set(const char *value) {
    FlsSetValue(slot, (PVOID)(ULONG_PTR)value);
}

static void WINAPI on_free(PVOID value) {
    printf("callback for %s, in the main thread: %d\n", (const char *)value,
           GetCurrentThreadId() == main_id);
    fflush(stdout);
}

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved) {
    (void)module;
    (void)reserved;
    if (reason == DLL_PROCESS_ATTACH) {
        slot = FlsAlloc(on_free);
        main_id = GetCurrentThreadId();
    }
    if (reason == DLL_PROCESS_DETACH) {
        puts("detach begins");
        FlsFree(slot);
        puts("detach ends");
        fflush(stdout);
    }
    return TRUE;
}
