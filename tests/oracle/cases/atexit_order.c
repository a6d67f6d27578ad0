/*
 * exit() runs the atexit functions last in, first out, in the thread that called it, then flushes,
 * then calls ExitProcess; so the DLL hears of the end after all of them.
 *
 * rules: CRT-01, CRT-04, CRT-05, DLL-12
 * windows: CRT-04 Wine forgets a function that an atexit function registers
 * links: listener.dll
 */
#include <stdio.h>
#include <stdlib.h>
#include <windows.h>

__declspec(dllimport) void listener_hello(void);

static DWORD main_thread_id;

static void first(void) {
    printf("first registered, in the main thread: %d\n", GetCurrentThreadId() == main_thread_id);
}

static void registered_late(void) {
    puts("registered by an atexit function");
}

static void second(void) {
    puts("second registered");
    atexit(registered_late);
}

static void third(void) {
    puts("third registered");
}

int main(void) {
    main_thread_id = GetCurrentThreadId();
    listener_hello();
    atexit(first);
    atexit(second);
    atexit(third);
    puts("main returns");
    return 8;
}
