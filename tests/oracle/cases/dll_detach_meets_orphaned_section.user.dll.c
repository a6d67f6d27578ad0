/* Enters the program's critical section when it is detached. */
#include <stdio.h>
#include <windows.h>

__declspec(dllexport) void user_use(CRITICAL_SECTION *section);

static CRITICAL_SECTION *used;

void user_use(CRITICAL_SECTION *section) {
    used = section;
}

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved) {
    (void)module;
    (void)reserved;
    if (reason == DLL_PROCESS_DETACH) {
        puts("user: enters the section");
        fflush(stdout);
        EnterCriticalSection(used);
        puts("user: is inside");
        fflush(stdout);
    }
    return TRUE;
}
