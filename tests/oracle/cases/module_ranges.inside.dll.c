/* Knows its own handle, an address of its code, and one of its data. */
#include <windows.h>

__declspec(dllexport) int inside_data = 1;
__declspec(dllexport) HINSTANCE inside_instance(void);
__declspec(dllexport) void *inside_code(void);

static HINSTANCE own;

HINSTANCE inside_instance(void) {
    return own;
}

void *inside_code(void) {
    return (void *)inside_instance;
}

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved) {
    (void)reserved;
    if (reason == DLL_PROCESS_ATTACH)
        own = module;
    return TRUE;
}
