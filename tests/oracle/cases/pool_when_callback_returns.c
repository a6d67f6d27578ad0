/*
 * What a callback leaves to the pool is done when it has returned, and not before: events, mutexes,
 * semaphores, critical sections, and the last reference to the DLL whose code it runs.
 *
 * rules: DLL-46, DLL-06, WAIT-12
 */
#include <stdio.h>
#include <windows.h>

static HANDLE event, mutex, semaphore;
static CRITICAL_SECTION section;

static void CALLBACK leave_all(PTP_CALLBACK_INSTANCE instance, void *context) {
    (void)context;
    WaitForSingleObject(mutex, INFINITE);
    EnterCriticalSection(&section);
    SetEventWhenCallbackReturns(instance, event);
    ReleaseMutexWhenCallbackReturns(instance, mutex);
    ReleaseSemaphoreWhenCallbackReturns(instance, semaphore, 2);
    LeaveCriticalSectionWhenCallbackReturns(instance, &section);
    printf("in the callback: event %lu, semaphore %lu\n", WaitForSingleObject(event, 0),
           WaitForSingleObject(semaphore, 0));
}

int main(void) {
    LONG previous = 0;
    HMODULE late;
    PTP_SIMPLE_CALLBACK last;

    event = CreateEventA(NULL, TRUE, FALSE, NULL);
    mutex = CreateMutexA(NULL, FALSE, NULL);
    semaphore = CreateSemaphoreA(NULL, 0, 9, NULL);
    InitializeCriticalSection(&section);
    TrySubmitThreadpoolCallback(leave_all, NULL, NULL);
    printf("event: %lu\n", WaitForSingleObject(event, INFINITE));
    printf("mutex: %lu\n", WaitForSingleObject(mutex, INFINITE));
    WaitForSingleObject(semaphore, INFINITE);
    ReleaseSemaphore(semaphore, 1, NULL);
    ReleaseSemaphore(semaphore, 1, &previous);
    printf("semaphore: %ld\n", previous);
    EnterCriticalSection(&section);
    ResetEvent(event);
    late = LoadLibraryA("late.dll");
    /* Submitted from here, so that only the callback itself is on a stack when the DLL goes. */
    last = (PTP_SIMPLE_CALLBACK)(void *)GetProcAddress(late, "late_last");
    TrySubmitThreadpoolCallback(last, event, NULL);
    WaitForSingleObject(event, INFINITE);
    for (int i = 0; i < 2000 && GetModuleHandleA("late.dll"); i++)
        Sleep(10);
    printf("late.dll: %s\n", GetModuleHandleA("late.dll") ? "loaded" : "gone");
    return 0;
}
