/*
 * A thread that is created in DllMain exists at once but does not start before the initialisation
 * is over: waiting for it there runs into the timeout.
 *
 * rules: DLL-18, DLL-19, DLL-20, DLL-21
 * links: starter.dll
 */
#include <stdio.h>
#include <windows.h>

__declspec(dllimport) HANDLE starter_thread(void);

typedef HANDLE (*thread_function)(void);

static void finish(const char *which, HANDLE thread) {
    DWORD code;

    printf("%s thread: wait 0x%lx", which, WaitForSingleObject(thread, INFINITE));
    GetExitCodeThread(thread, &code);
    printf(", code %lu\n", code);
}

int main(void) {
    HMODULE dll;
    thread_function thread;

    finish("static", starter_thread());
    fflush(stdout);
    dll = LoadLibraryA("plugin.dll");
    thread = (thread_function)(void *)GetProcAddress(dll, "plugin_thread");
    finish("dynamic", thread());
    return 0;
}
