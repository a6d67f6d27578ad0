/*
 * A worker owns a lock while ExitProcess runs.
 *
 * ExitProcess ends all other threads first, wherever they are, and calls DllMain of every DLL
 * afterwards. The DLL's lock (a semaphore, as its authors wanted to wait with a timeout one day) is
 * still taken: nobody will ever release it, and the process hangs on its way out.
 *
 * Repaired: lpReserved tells DllMain that the process ends. Nobody else lives, so no lock is
 * needed, and what it protects may be in any state.
 *
 * rundown-cc -shared -DDLL -o plugin.dll exit_and_lock.c
 * rundown-cc -o exit_and_lock.exe exit_and_lock.c plugin.dll
 */
#include <windows.h>

#ifdef DLL

static HANDLE lock;
static int lines;

__declspec(dllexport) void write_line(void) {
    WaitForSingleObject(lock, INFINITE);
    lines++;
    ReleaseSemaphore(lock, 1, NULL);
}

static void flush(void) {
    lines = 0;
}

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, LPVOID reserved) {
    if (reason == DLL_PROCESS_ATTACH) {
        DisableThreadLibraryCalls(instance);
        lock = CreateSemaphoreA(NULL, 1, 1, NULL);
    } else if (reason == DLL_PROCESS_DETACH) {
#ifdef REPAIRED
        if (reserved != NULL)
            return TRUE;
#endif
        WaitForSingleObject(lock, INFINITE);
        flush();
        ReleaseSemaphore(lock, 1, NULL);
    }
    return TRUE;
}

#else

__declspec(dllimport) void write_line(void);

static DWORD WINAPI worker(LPVOID unused) {
    write_line();
    return 0;
}

int main(void) {
    CreateThread(NULL, 0, worker, NULL, 0, NULL);
    return 0;
}

#endif
