/* A plug-in whose thread keeps it loaded. */
#include <stdio.h>
#include <windows.h>

typedef void (*say_fn)(const char *text);

static HANDLE thread, quit;
static say_fn say;

static DWORD WINAPI run(void *running) {
    HMODULE self;
    GetModuleHandleExA(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, (const char *)run, &self);
    say("the thread runs");
    SetEvent(running);
    WaitForSingleObject(quit, INFINITE);
    FreeLibraryAndExitThread(self, 17);
}

__declspec(dllexport) int start(say_fn callback, HANDLE running) {
    say = callback;
    quit = CreateEventA(NULL, FALSE, FALSE, NULL);
    thread = CreateThread(NULL, 0, run, running, 0, NULL);
    return thread != NULL;
}

__declspec(dllexport) void stop(void) {
    DWORD code;
    SetEvent(quit);
    WaitForSingleObject(thread, INFINITE);
    GetExitCodeThread(thread, &code);
    printf("  the thread ended with %lu\n", code);
}

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, void *reserved) {
    (void)module;
    printf("  plug-in: reason %lu, reserved %d\n", reason, reserved != NULL);
    return TRUE;
}
