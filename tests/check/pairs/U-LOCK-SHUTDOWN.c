/* DLL_PROCESS_DETACH takes a lock that a worker held when the process ended. */
#include <windows.h>

#ifdef DLL
static CRITICAL_SECTION section;
static HANDLE worker, stop_event;

static DWORD WINAPI work(LPVOID parameter) {
    (void)parameter;
    EnterCriticalSection(&section);
    WaitForSingleObject(stop_event, INFINITE);
    LeaveCriticalSection(&section);
    return 0;
}

__declspec(dllexport) void stop(void) {
    SetEvent(stop_event);
    WaitForSingleObject(worker, INFINITE);
}

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, LPVOID reserved) {
    (void)instance;
    if (reason == DLL_PROCESS_ATTACH) {
        InitializeCriticalSection(&section);
        stop_event = CreateEventA(NULL, TRUE, FALSE, NULL);
        worker = CreateThread(NULL, 0, work, NULL, 0, NULL);
    }
    (void)reserved;
    if (reason == DLL_PROCESS_DETACH) {
        EnterCriticalSection(&section);
        LeaveCriticalSection(&section);
        DeleteCriticalSection(&section);
    }
    return TRUE;
}
#endif

#ifdef PROGRAM
int main(void) {
    HMODULE dll = LoadLibraryA("pair.dll");
    Sleep(1);
#ifndef BROKEN
    ((void (*)(void))GetProcAddress(dll, "stop"))();
#endif
    return dll ? 0 : 2;
}
#endif
