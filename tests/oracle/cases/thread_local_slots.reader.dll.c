/* Reads the slot when a thread or the process ends. */
#include <stdio.h>
#include <windows.h>

__declspec(dllexport) void reader_watch(DWORD slot);

static DWORD watched = TLS_OUT_OF_INDEXES;

void reader_watch(DWORD slot) {
    watched = slot;
}

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID reserved) {
    DWORD *value;

    (void)module;
    (void)reserved;
    if (watched != TLS_OUT_OF_INDEXES) {
        value = TlsGetValue(watched);
        printf("  reason %lu: value %lu\n", reason, value ? *value : 0);
        fflush(stdout);
    }
    return TRUE;
}
