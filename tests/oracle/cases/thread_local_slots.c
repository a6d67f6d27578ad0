/*
 * A TLS slot holds a value of its own for each thread, NULL at first. The end of a thread frees the
 * slot's value for nobody; it is still readable when the DLLs hear of the end.
 *
 * rules: TLS-01, TLS-03, TLS-04, TLS-05
 * links: reader.dll
 */
#include <stdio.h>
#include <windows.h>

__declspec(dllimport) void reader_watch(DWORD slot);

static DWORD slot;
static int at_start_null;

static DWORD WINAPI work(LPVOID value) {
    at_start_null = TlsGetValue(slot) == NULL;
    TlsSetValue(slot, value);
    return *(DWORD *)TlsGetValue(slot);
}

int main(void) {
    static DWORD of_main = 100, of_worker = 200; /* outlives main */
    DWORD code, other;
    HANDLE thread;

    slot = TlsAlloc();
    other = TlsAlloc();
    printf("allocated: %d, different: %d\n", slot != TLS_OUT_OF_INDEXES, slot != other);
    TlsSetValue(slot, &of_main);
    reader_watch(slot);

    thread = CreateThread(NULL, 0, work, &of_worker, 0, NULL);
    WaitForSingleObject(thread, INFINITE);
    GetExitCodeThread(thread, &code);
    printf("worker: NULL at its start %d, then %lu\n", at_start_null, code);
    printf("main: still %lu\n", *(DWORD *)TlsGetValue(slot));

    printf("TlsFree: %d\n", TlsFree(other));
    SetLastError(0);
    printf("TlsFree again: %d", TlsFree(other));
    printf(", error %lu\n", GetLastError());
    SetLastError(0);
    printf("TlsSetValue out of range: %d", TlsSetValue(0x10000, NULL));
    printf(", error %lu\n", GetLastError());
    SetLastError(1234);
    printf("TlsGetValue clears the error: %d", TlsGetValue(slot) == &of_main);
    printf(", error %lu\n", GetLastError());
    return 0;
}
