/* Loads nested.dll when it is attached, and leaves it loaded. */
#include <stdio.h>
#include <windows.h>

static void say(const char *text) {
    printf("%s\n", text);
    fflush(stdout);
}

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved) {
    (void)module;
    (void)reserved;
    if (reason == DLL_PROCESS_ATTACH) {
        say("parent: attach begins");
        LoadLibraryA("nested.dll");
        say("parent: attach ends");
    } else if (reason == DLL_PROCESS_DETACH) {
        say("parent: detach");
    }
    return TRUE;
}
