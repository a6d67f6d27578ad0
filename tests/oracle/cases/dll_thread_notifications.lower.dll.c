/* Tells what it is notified of; what it returns matters for PROCESS_ATTACH only. */
#include <stdio.h>
#include <windows.h>

__declspec(dllexport) void lower_expect(DWORD *thread_id);

static DWORD *expected;

void lower_expect(DWORD *thread_id) {
    expected = thread_id;
}

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved) {
    (void)module;
    (void)reserved;
    printf("  lower: reason %lu", reason);
    if (reason == DLL_THREAD_ATTACH || reason == DLL_THREAD_DETACH)
        printf(", in the thread itself: %d", GetCurrentThreadId() == *expected);
    printf("\n");
    fflush(stdout);
    return reason == DLL_PROCESS_ATTACH;
}
