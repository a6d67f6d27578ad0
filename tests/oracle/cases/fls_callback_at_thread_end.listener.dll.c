/* Tells when a thread or the process is detached, and what the slot holds then. */
#include <stdio.h>
#include <windows.h>

__declspec(dllexport) void listener_attend(DWORD slot);

static DWORD watched = FLS_OUT_OF_INDEXES;

void listener_attend(DWORD slot) {
    watched = slot;
}

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved) {
    (void)module;
    (void)reserved;
    if (watched != FLS_OUT_OF_INDEXES &&
        (reason == DLL_THREAD_DETACH || reason == DLL_PROCESS_DETACH)) {
        printf("  DLL reason %lu, slot is NULL: %d\n", reason, FlsGetValue(watched) == NULL);
        fflush(stdout);
    }
    return TRUE;
}
