/* A worker frees the DLL that it runs in. */
#include <windows.h>

#ifdef DLL
static DWORD WINAPI work(LPVOID dll) {
#ifdef BROKEN
    FreeLibrary(dll);
    return 0;
#else
    FreeLibraryAndExitThread(dll, 0);
#endif
}

__declspec(dllexport) HANDLE start(HMODULE dll) {
    return CreateThread(NULL, 0, work, dll, 0, NULL);
}
#endif

#ifdef PROGRAM
typedef HANDLE start_fn(HMODULE dll);

int main(void) {
    HMODULE dll = LoadLibraryA("pair.dll");
    HANDLE worker = ((start_fn *)GetProcAddress(dll, "start"))(dll);
    WaitForSingleObject(worker, INFINITE);
    CloseHandle(worker);
    return 0;
}
#endif
