/*
 * FlsFree runs the callback for the values that the slot has in all living threads, in the context
 * of the caller. A slot that is not allocated cannot be freed.
 *
 * rules: TLS-07, TLS-08, TLS-15
 */
#include <stdio.h>
#include <windows.h>

static DWORD slot, main_id;
static HANDLE ready;
static int calls, in_main;

static void WINAPI on_free(PVOID value) {
    (void)value;
    calls++;
    in_main += GetCurrentThreadId() == main_id;
}

static DWORD WINAPI use_and_wait(LPVOID gate) {
    FlsSetValue(slot, gate);
    SetEvent(ready);
    WaitForSingleObject(gate, INFINITE);
    return 0;
}

int main(void) {
    HANDLE gate = CreateEventA(NULL, TRUE, FALSE, NULL), thread;

    main_id = GetCurrentThreadId();
    ready = CreateEventA(NULL, TRUE, FALSE, NULL);
    slot = FlsAlloc(on_free);
    FlsSetValue(slot, &slot);
    thread = CreateThread(NULL, 0, use_and_wait, gate, 0, NULL);
    WaitForSingleObject(ready, INFINITE);
    printf("FlsFree: %d\n", FlsFree(slot));
    printf("calls: %d, in main: %d\n", calls, in_main);
    SetEvent(gate);
    WaitForSingleObject(thread, INFINITE);
    printf("after the thread ended: %d\n", calls);
    SetLastError(0);
    printf("FlsFree again: %d", FlsFree(slot));
    printf(", error %lu\n", GetLastError());
    return 0;
}
