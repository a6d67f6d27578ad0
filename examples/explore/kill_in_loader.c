/*
 * TerminateThread inside the loader lock.
 *
 * A worker loads a DLL. Whoever calls TerminateThread cannot know where the worker is: if it is
 * inside the loader, the loader lock is never released: no DLL can be loaded any more, no thread
 * can start or end, and the process cannot leave by ExitProcess.
 *
 * Repaired: nobody is terminated. The worker is waited for.
 *
 * rundown-cc -shared -DDLL -o plugin.dll kill_in_loader.c
 * rundown-cc -o kill_in_loader.exe kill_in_loader.c
 */
#include <windows.h>

#ifdef DLL

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, LPVOID reserved) {
    if (reason == DLL_PROCESS_ATTACH)
        CloseHandle(CreateEventA(NULL, TRUE, FALSE, NULL));
    return TRUE;
}

#else

static DWORD WINAPI worker(LPVOID unused) {
    LoadLibraryA("plugin.dll");
    return 0;
}

int main(void) {
    HANDLE thread = CreateThread(NULL, 0, worker, NULL, 0, NULL);

#ifndef REPAIRED
    TerminateThread(thread, 1);
#endif
    LoadLibraryA("plugin.dll");
    WaitForSingleObject(thread, INFINITE);
    return 0;
}

#endif
