/* Creates a thread when it is attached, and tries to wait for it. */
#include <stdio.h>
#include <windows.h>

__declspec(dllexport) HANDLE plugin_thread(void);

static HANDLE thread;
static int started;

static DWORD WINAPI work(LPVOID unused) {
    (void)unused;
    started = 1;
    return 12;
}

HANDLE plugin_thread(void) {
    return thread;
}

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved) {
    (void)module;
    (void)reserved;
    if (reason == DLL_PROCESS_ATTACH) {
        DWORD result;

        thread = CreateThread(NULL, 0, work, NULL, 0, NULL);
        result = WaitForSingleObject(thread, 50);
        printf("plugin: thread created %d, wait 0x%lx, started %d\n", thread != NULL, result,
               started);
        fflush(stdout);
    }
    return TRUE;
}
