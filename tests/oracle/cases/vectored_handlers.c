/*
 * Vectored handlers see an exception first, in the order of their list, until one has the thread go
 * on. The end of a thread or process is no exception: they do not see TerminateThread.
 *
 * rules: SEH-15, SEH-18
 */
#include <stdio.h>
#include <windows.h>

static LONG CALLBACK look_on(EXCEPTION_POINTERS *info) {
    printf("  looking on: 0x%lX\n", info->ExceptionRecord->ExceptionCode);
    return EXCEPTION_CONTINUE_SEARCH;
}

static LONG CALLBACK settle(EXCEPTION_POINTERS *info) {
    printf("  settled: 0x%lX, parameter %d\n", info->ExceptionRecord->ExceptionCode,
           (int)info->ExceptionRecord->ExceptionInformation[0]);
    return EXCEPTION_CONTINUE_EXECUTION;
}

static LONG CALLBACK come_too_late(EXCEPTION_POINTERS *info) {
    printf("  too late: 0x%lX\n", info->ExceptionRecord->ExceptionCode);
    return EXCEPTION_CONTINUE_SEARCH;
}

static DWORD WINAPI sleep_for_ever(LPVOID ready) {
    SetEvent(ready);
    Sleep(INFINITE);
    return 0;
}

int main(void) {
    HANDLE ready = CreateEventA(NULL, TRUE, FALSE, NULL), thread;
    PVOID onlooker;
    ULONG_PTR parameter = 9;

    AddVectoredExceptionHandler(0, settle);
    AddVectoredExceptionHandler(0, come_too_late);
    onlooker = AddVectoredExceptionHandler(1, look_on);
    puts("raise");
    RaiseException(0xE0000001, 0, 1, &parameter);
    puts("the thread goes on");
    printf("removed: %lu\n", RemoveVectoredExceptionHandler(onlooker));
    RaiseException(0xE0000002, 0, 1, &parameter);
    puts("the thread goes on");

    thread = CreateThread(NULL, 0, sleep_for_ever, ready, 0, NULL);
    WaitForSingleObject(ready, INFINITE);
    puts("terminate a thread");
    TerminateThread(thread, 0);
    WaitForSingleObject(thread, INFINITE);
    puts("nobody noticed");
    return 0;
}
