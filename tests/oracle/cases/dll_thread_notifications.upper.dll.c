/*
 * Imports from lower.dll, so it is initialised after that.
 *
 * links: lower.dll
 */
#include <stdio.h>
#include <windows.h>

__declspec(dllimport) void lower_expect(DWORD *thread_id);
__declspec(dllexport) void upper_expect(DWORD *thread_id);

void upper_expect(DWORD *thread_id) {
    lower_expect(thread_id);
}

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved) {
    (void)module;
    (void)reserved;
    printf("  upper: reason %lu\n", reason);
    fflush(stdout);
    return reason == DLL_PROCESS_ATTACH;
}
