/* DllMain starts a worker and waits until it is ready or has ended. */
#include <windows.h>

#ifdef DLL
static DWORD WINAPI work(LPVOID parameter) {
    (void)parameter;
    return 0;
}

static void run_worker(DWORD milliseconds) {
    HANDLE thread = CreateThread(NULL, 0, work, NULL, 0, NULL);
    WaitForSingleObject(thread, milliseconds);
    CloseHandle(thread);
}

__declspec(dllexport) void initialize(void) {
    run_worker(INFINITE);
}

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, LPVOID reserved) {
    (void)instance, (void)reserved;
#ifdef BROKEN
    if (reason == DLL_PROCESS_ATTACH)
        run_worker(100);
#endif
    (void)reason;
    return TRUE;
}
#endif

#ifdef PROGRAM
int main(void) {
    HMODULE dll = LoadLibraryA("pair.dll");
    ((void (*)(void))GetProcAddress(dll, "initialize"))();
    Sleep(10);
    return 0;
}
#endif
