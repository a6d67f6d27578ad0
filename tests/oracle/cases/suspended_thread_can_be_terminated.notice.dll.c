/* Counts the threads that are announced to it. */
#include <windows.h>

__declspec(dllexport) LONG notice_attached(void);
__declspec(dllexport) LONG notice_detached(void);

static LONG attached, detached;

LONG notice_attached(void) {
    return attached;
}

LONG notice_detached(void) {
    return detached;
}

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved) {
    (void)module;
    (void)reserved;
    if (reason == DLL_THREAD_ATTACH)
        InterlockedIncrement(&attached);
    if (reason == DLL_THREAD_DETACH)
        InterlockedIncrement(&detached);
    return TRUE;
}
