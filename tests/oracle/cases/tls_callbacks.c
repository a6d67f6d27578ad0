/*
 * TLS callbacks of a program and of its DLL, in the order of their sections' names. The DLL's run
 * before its entry point, the program's after all DLLs.
 *
 * rules: DLL-54, DLL-55, DLL-57, DLL-52
 * windows: DLL-56: at process exit Wine does not call the program's callbacks
 * links: teller.dll
 */
#include <stdio.h>
#include <windows.h>

__declspec(dllimport) HMODULE teller_module(void);

static void tell(const char *who, DWORD reason, PVOID reserved) {
    static const char *const reasons[] = {"process detach", "process attach", "thread attach",
                                          "thread detach"};

    printf("%s: %s, reserved %d\n", who, reasons[reason], reserved != NULL);
    fflush(stdout);
}

static VOID NTAPI first(PVOID module, DWORD reason, PVOID reserved) {
    (void)module;
    tell("program 1", reason, reserved);
}

static VOID NTAPI second(PVOID module, DWORD reason, PVOID reserved) {
    (void)module;
    tell("program 2", reason, reserved);
}

/* The linker orders them by the letter. */
__attribute__((section(".CRT$XLF"), used)) static PIMAGE_TLS_CALLBACK later =
    (PIMAGE_TLS_CALLBACK)second;
__attribute__((section(".CRT$XLB"), used)) static PIMAGE_TLS_CALLBACK sooner =
    (PIMAGE_TLS_CALLBACK)first;

static DWORD WINAPI worker(LPVOID unused) {
    (void)unused;
    puts("worker");
    fflush(stdout);
    return 0;
}

int main(void) {
    HANDLE thread;

    puts("main");
    printf("thread calls of the DLL can be disabled: %d\n",
           DisableThreadLibraryCalls(teller_module()));
    fflush(stdout);
    thread = CreateThread(NULL, 0, worker, NULL, 0, NULL);
    WaitForSingleObject(thread, INFINITE);
    puts("main ends");
    fflush(stdout);
    ExitProcess(0);
}
