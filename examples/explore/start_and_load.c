/*
 * A thread starts while a DLL is loaded.
 *
 * DllMain waits until a helper thread is ready. If the helper was created only just before, its
 * start needs the loader lock for DLL_THREAD_ATTACH - and that belongs to the thread that waits in
 * DllMain. It works as long as the helper is fast enough.
 *
 * Repaired: the program waits for the helper before it loads the DLL.
 *
 * rundown-cc -shared -DDLL -o plugin.dll start_and_load.c
 * rundown-cc -o start_and_load.exe start_and_load.c
 */
#include <windows.h>

#ifdef DLL

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, LPVOID reserved) {
    if (reason == DLL_PROCESS_ATTACH) {
        HANDLE ready = OpenEventA(SYNCHRONIZE, FALSE, "helper is ready");
        WaitForSingleObject(ready, INFINITE);
        CloseHandle(ready);
    }
    return TRUE;
}

#else

static DWORD WINAPI helper(LPVOID ready) {
    SetEvent(ready);
    return 0;
}

int main(void) {
    HANDLE ready = CreateEventA(NULL, TRUE, FALSE, "helper is ready");

    CreateThread(NULL, 0, helper, ready, 0, NULL);
#ifdef REPAIRED
    WaitForSingleObject(ready, INFINITE);
#endif
    LoadLibraryA("plugin.dll");
    return 0;
}

#endif
