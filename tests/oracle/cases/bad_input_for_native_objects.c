/*
 * Native calls for objects, waits and handles: NULL, wrong handles, names, attributes and numbers.
 *
 * rules: HNDL-46, WAIT-13
 * windows: HNDL-46 Windows checks counts, and the handle before sizes; Wine lacks calls
 */
#include "bad_input.h"

struct name {
    USHORT length, size;
    const WCHAR *text;
};

struct attributes {
    ULONG length;
    HANDLE root;
    const struct name *name;
    ULONG attributes;
    void *descriptor, *quality;
};

#define NAME(text) &(struct name){sizeof text - 2, sizeof text, text}
#define BASED(text) &(struct attributes){.length = sizeof(struct attributes), .name = NAME(text)}

static const struct attributes unsized = {.length = 8};
static const struct attributes nameless = {.length = sizeof(struct attributes)};
static const HANDLE closed = (HANDLE)0xDEAD0;
static HANDLE event, mutex, semaphore, thread, made;
static ULONG count;

static DWORD WINAPI nothing(void *unused) {
    (void)unused;
    return 0;
}

static void events(void) {
    NATIVE(NtCreateEvent, NULL, EVENT_ALL_ACCESS, NULL, 0, 0);
    NATIVE(NtCreateEvent, &made, EVENT_ALL_ACCESS, NULL, 2, 0);
    NATIVE(NtCreateEvent, &made, EVENT_ALL_ACCESS, &unsized, 0, 0);
    NATIVE(NtCreateEvent, &made, EVENT_ALL_ACCESS, BASED(L"\\Nowhere\\event"), 0, 0);
    NATIVE(NtCreateEvent, &made, EVENT_ALL_ACCESS, BASED(L"without a root"), 0, 0);
    NATIVE(NtOpenEvent, &made, EVENT_ALL_ACCESS, NULL);
    NATIVE(NtOpenEvent, &made, EVENT_ALL_ACCESS, &nameless);
    NATIVE(NtOpenEvent, NULL, EVENT_ALL_ACCESS, &nameless);
    NATIVE(NtOpenEvent, &made, EVENT_ALL_ACCESS, BASED(L"\\BaseNamedObjects\\no such event"));
    NATIVE(NtSetEvent, closed, NULL);
    NATIVE(NtSetEvent, mutex, NULL);
    NATIVE(NtSetEvent, event, (void *)1);
    NATIVE(NtResetEvent, closed, NULL);
    NATIVE(NtResetEvent, mutex, NULL);
    NATIVE(NtClearEvent, closed);
    NATIVE(NtClearEvent, mutex);
    NATIVE(NtClearEvent, NULL);
    NATIVE(NtPulseEvent, closed, NULL);
    NATIVE(NtPulseEvent, mutex, NULL);
}

static void mutants_and_semaphores(void) {
    NATIVE(NtCreateMutant, NULL, MUTEX_ALL_ACCESS, NULL, 0);
    NATIVE(NtCreateMutant, &made, MUTEX_ALL_ACCESS, &unsized, 0);
    NATIVE(NtOpenMutant, &made, MUTEX_ALL_ACCESS, NULL);
    NATIVE(NtOpenMutant, &made, MUTEX_ALL_ACCESS, BASED(L"\\BaseNamedObjects\\no such mutant"));
    NATIVE(NtReleaseMutant, closed, NULL);
    NATIVE(NtReleaseMutant, event, NULL);
    NATIVE(NtReleaseMutant, mutex, NULL);
    NATIVE(NtCreateSemaphore, NULL, SEMAPHORE_ALL_ACCESS, NULL, 0, 1);
    NATIVE(NtCreateSemaphore, &made, SEMAPHORE_ALL_ACCESS, NULL, 0, 0);
    NATIVE(NtCreateSemaphore, &made, SEMAPHORE_ALL_ACCESS, NULL, 2, 1);
    NATIVE(NtCreateSemaphore, &made, SEMAPHORE_ALL_ACCESS, NULL, -1, 1);
    NATIVE(NtOpenSemaphore, &made, SEMAPHORE_ALL_ACCESS, NULL);
    NATIVE(NtOpenSemaphore, &made, SEMAPHORE_ALL_ACCESS, BASED(L"\\BaseNamedObjects\\not there"));
    NATIVE(NtReleaseSemaphore, closed, 1, NULL);
    NATIVE(NtReleaseSemaphore, event, 1, NULL);
    NATIVE(NtReleaseSemaphore, semaphore, 0, NULL);
    NATIVE(NtReleaseSemaphore, semaphore, -1, NULL);
    NATIVE(NtReleaseSemaphore, semaphore, 9, NULL);
}

static void handles(void) {
    const HANDLE self = GetCurrentProcess();
    char buffer[8];

    NATIVE(NtClose, NULL);
    NATIVE(NtClose, closed);
    NATIVE(NtDuplicateObject, NULL, event, self, &made, 0, 0, DUPLICATE_SAME_ACCESS);
    NATIVE(NtDuplicateObject, self, closed, self, &made, 0, 0, DUPLICATE_SAME_ACCESS);
    NATIVE(NtDuplicateObject, self, event, event, &made, 0, 0, DUPLICATE_SAME_ACCESS);
    NATIVE(NtDuplicateObject, event, event, self, &made, 0, 0, DUPLICATE_SAME_ACCESS);
    NATIVE(NtQueryObject, closed, 0, buffer, 8, NULL);
    NATIVE(NtQueryObject, event, 0, buffer, 8, NULL);
    NATIVE(NtQueryObject, event, 99, buffer, 8, NULL);
    NATIVE(NtQueryObject, event, 2, buffer, 8, NULL);
    NATIVE(NtQueryObject, event, 1, buffer, 0, &count);
}

static void waits(void) {
    LARGE_INTEGER now = {.QuadPart = 0};
    HANDLE twice[2] = {event, event};

    NATIVE(NtWaitForSingleObject, closed, FALSE, &now);
    NATIVE(NtWaitForSingleObject, event, FALSE, (void *)1);
    NATIVE(NtWaitForMultipleObjects, 0, twice, 1, FALSE, &now);
    NATIVE(NtWaitForMultipleObjects, 65, twice, 1, FALSE, &now);
    NATIVE(NtWaitForMultipleObjects, 2, NULL, 1, FALSE, &now);
    NATIVE(NtSignalAndWaitForSingleObject, closed, event, FALSE, &now);
    NATIVE(NtSignalAndWaitForSingleObject, event, closed, FALSE, &now);
    NATIVE(NtSignalAndWaitForSingleObject, thread, event, FALSE, &now);
    NATIVE(NtAlertThread, closed);
    NATIVE(NtAlertThread, event);
    NATIVE(NtAlertResumeThread, closed, &count);
    NATIVE(NtAlertResumeThread, event, &count);
    NATIVE(NtQueueApcThread, closed, (void *)1, NULL, NULL, NULL);
    NATIVE(NtQueueApcThread, event, (void *)1, NULL, NULL, NULL);
}

int main(void) {
    prepare();
    event = CreateEventA(NULL, TRUE, TRUE, NULL);
    mutex = CreateMutexA(NULL, FALSE, NULL);
    semaphore = CreateSemaphoreA(NULL, 0, 2, NULL);
    thread = CreateThread(NULL, 0, nothing, NULL, CREATE_SUSPENDED, NULL);
    events();
    mutants_and_semaphores();
    handles();
    waits();
    return 0;
}
