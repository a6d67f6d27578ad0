/*
 * When FreeLibrary detaches a DLL, that DLL can still create a thread. It starts after the loader
 * lock was released.
 *
 * rules: DLL-31, DLL-06
 */
#include <stdio.h>
#include <windows.h>

typedef void (*give_function)(LPTHREAD_START_ROUTINE routine, HANDLE *thread);

static HANDLE thread;

/* Lies in the program: the DLL's own code will be gone when the thread starts. */
static DWORD WINAPI work(LPVOID unused) {
    (void)unused;
    return 2;
}

int main(void) {
    HMODULE dll = LoadLibraryA("leaver.dll");
    give_function give = (give_function)(void *)GetProcAddress(dll, "leaver_give");
    DWORD code;

    give(work, &thread);
    FreeLibrary(dll);
    printf("thread: wait 0x%lx", WaitForSingleObject(thread, INFINITE));
    GetExitCodeThread(thread, &code);
    printf(", code %lu\n", code);
    return 0;
}
