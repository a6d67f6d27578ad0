/*
 * A host loads a plug-in twice: its thread calls the host back, holds a reference to the plug-in of
 * its own, and leaves by FreeLibraryAndExitThread.
 *
 * rules: DLL-45, DLL-46
 */
#include <stdio.h>
#include <windows.h>

typedef void (*say_fn)(const char *text);
typedef int (*start_fn)(say_fn say, HANDLE running);
typedef void (*stop_fn)(void);

static int calls;

static void say(const char *text) {
    calls++;
    printf("  host hears: %s\n", text);
}

static void run_once(void) {
    HMODULE plugin = LoadLibraryA("plug.dll");
    start_fn start = (start_fn)(void *)GetProcAddress(plugin, "start");
    stop_fn stop = (stop_fn)(void *)GetProcAddress(plugin, "stop");
    HANDLE running = CreateEventA(NULL, FALSE, FALSE, NULL);

    int started = start(say, running);
    WaitForSingleObject(running, INFINITE);
    printf("started: %d\n", started);
    stop();
    printf("freed: %d\n", FreeLibrary(plugin));
    printf("still there: %d\n", GetModuleHandleA("plug.dll") != NULL);
}

int main(void) {
    run_once();
    run_once();
    printf("calls: %d\n", calls);
    return calls;
}
