/*
 * An FLS slot can have a callback. It runs in the thread that ends, with the slot's value, before
 * the DLLs hear of the end; NULL values and killed threads give no call.
 *
 * rules: TLS-07, TLS-08, TLS-09, TLS-14, THRD-02, THRD-08
 * links: listener.dll
 */
#include <stdio.h>
#include <windows.h>

__declspec(dllimport) void listener_attend(DWORD slot);

static DWORD slot;
static HANDLE ready;

static void WINAPI on_free(PVOID value) {
    printf("  callback for %s\n", (const char *)value);
    fflush(stdout);
}

static DWORD WINAPI use(LPVOID value) {
    FlsSetValue(slot, value);
    return FlsGetValue(slot) == value;
}

static DWORD WINAPI use_and_wait(LPVOID value) {
    FlsSetValue(slot, value);
    SetEvent(ready);
    Sleep(INFINITE);
    return 0;
}

static void run(const char *what, LPVOID value) {
    HANDLE thread = CreateThread(NULL, 0, use, value, CREATE_SUSPENDED, NULL);

    printf("%s\n", what);
    fflush(stdout);
    ResumeThread(thread);
    WaitForSingleObject(thread, INFINITE);
}

int main(void) {
    HANDLE thread;

    ready = CreateEventA(NULL, TRUE, FALSE, NULL);
    slot = FlsAlloc(on_free);
    printf("allocated: %d\n", slot != FLS_OUT_OF_INDEXES && slot != 0);
    listener_attend(slot);
    run("a thread with a value ends", "the worker");
    run("a thread without a value ends", NULL);
    puts("a thread with a value is killed");
    fflush(stdout);
    thread = CreateThread(NULL, 0, use_and_wait, "the victim", 0, NULL);
    WaitForSingleObject(ready, INFINITE);
    TerminateThread(thread, 0);
    WaitForSingleObject(thread, INFINITE);
    puts("main ends");
    fflush(stdout);
    TerminateProcess(GetCurrentProcess(), 0);
    return 0;
}
