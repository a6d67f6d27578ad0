/* Has a TLS callback and an entry point, and tells when they are called. */
#include <stdio.h>
#include <windows.h>

static HMODULE own;

__declspec(dllexport) HMODULE teller_module(void) {
    return own;
}

static void tell(const char *who, DWORD reason) {
    static const char *const reasons[] = {"process detach", "process attach", "thread attach",
                                          "thread detach"};

    printf("%s: %s\n", who, reasons[reason]);
    fflush(stdout);
}

static VOID NTAPI callback(PVOID module, DWORD reason, PVOID reserved) {
    own = module;
    tell(reserved ? "dll callback with reserved" : "dll callback", reason);
}

__attribute__((section(".CRT$XLB"), used)) static PIMAGE_TLS_CALLBACK entry =
    (PIMAGE_TLS_CALLBACK)callback;

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved) {
    (void)module;
    (void)reserved;
    tell("dll entry point", reason);
    return TRUE;
}
