/*
 * Fiber-local values belong to the fiber and not to the thread. The callback runs when a fiber is
 * deleted, for the values of parked fibers when the slot is freed, and for the current fiber's when
 * its thread ends.
 *
 * rules: TLS-07, TLS-08, TLS-11
 */
#include <stdio.h>
#include <windows.h>

static DWORD slot;
static LPVOID home;

static void WINAPI on_free(PVOID value) {
    printf("  callback for %s\n", (const char *)value);
    fflush(stdout);
}

static const char *value(void) {
    PVOID found = FlsGetValue(slot);
    return found ? (const char *)found : "nothing";
}

static VOID CALLBACK keep(LPVOID name) {
    printf("  %s begins with %s\n", (const char *)name, value());
    FlsSetValue(slot, name);
    SwitchToFiber(home);
    printf("  %s comes back to %s\n", (const char *)name, value());
    SwitchToFiber(home);
}

static DWORD WINAPI worker(LPVOID unused) {
    LPVOID one, two, three;

    (void)unused;
    FlsSetValue(slot, "the thread");
    home = ConvertThreadToFiber(NULL);
    printf("converted: %s\n", value());
    one = CreateFiber(0, keep, "one");
    two = CreateFiber(0, keep, "two");
    three = CreateFiber(0, keep, "three");
    SwitchToFiber(one);
    SwitchToFiber(two);
    SwitchToFiber(three);
    SwitchToFiber(one);
    printf("at home: %s\n", value());
    puts("one is deleted");
    fflush(stdout);
    DeleteFiber(one);
    puts("the thread ends");
    fflush(stdout);
    return 0;
}

int main(void) {
    HANDLE thread;

    slot = FlsAlloc(on_free);
    thread = CreateThread(NULL, 0, worker, NULL, 0, NULL);
    WaitForSingleObject(thread, INFINITE);
    printf("main has %s\n", value());
    fflush(stdout);
    return 0;
}
