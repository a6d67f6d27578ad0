/* A DLL is freed while its worker runs. */
#include <windows.h>

#ifdef DLL
static HANDLE worker;

static DWORD WINAPI work(LPVOID parameter) {
    (void)parameter;
    Sleep(5);
    return 0;
}

__declspec(dllexport) void start(void) {
    worker = CreateThread(NULL, 0, work, NULL, 0, NULL);
}

__declspec(dllexport) void stop(void) {
    WaitForSingleObject(worker, INFINITE);
    CloseHandle(worker);
}
#endif

#ifdef PROGRAM
int main(void) {
    HMODULE dll = LoadLibraryA("pair.dll");
    ((void (*)(void))GetProcAddress(dll, "start"))();
#ifndef BROKEN
    ((void (*)(void))GetProcAddress(dll, "stop"))();
#endif
    FreeLibrary(dll);
    return 0;
}
#endif
