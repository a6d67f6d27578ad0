/*
 * driver.c - a driver that reports processes, and every way in which one goes wrong: built with
 * -DWAY_fail, -DWAY_leak and so on.
 */
#include <ntddk.h>

#ifndef NAME
#define NAME "driver"
#endif

static void notify(HANDLE parent, HANDLE process, BOOLEAN create) {
    UNREFERENCED_PARAMETER(parent);
    DbgPrint(NAME ": process %u %s\n", (unsigned)(ULONG_PTR)process, create ? "begins" : "ends");
#ifdef WAY_crash_at_exit
    if (!create)
        *(volatile int *)NULL = 1;
#endif
#ifdef WAY_spin_at_exit
    while (!create)
        ;
#endif
#ifdef WAY_overflow_at_exit
    if (!create)
        notify(parent, process, create);
#endif
}

static DRIVER_UNLOAD unload;

static void unload(PDRIVER_OBJECT driver) {
    UNREFERENCED_PARAMETER(driver);
    DbgPrint(NAME ": unload\n");
#ifdef WAY_crash_at_unload
    *(volatile int *)NULL = 1;
#endif
#ifdef WAY_wait_at_unload
    KEVENT never;
    KeInitializeEvent(&never, NotificationEvent, FALSE);
    KeWaitForSingleObject(&never, Executive, KernelMode, FALSE, NULL);
#endif
#ifndef WAY_forget
    PsSetCreateProcessNotifyRoutine(notify, TRUE);
#endif
}

DRIVER_INITIALIZE DriverEntry;

NTSTATUS DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path) {
    UNREFERENCED_PARAMETER(path);
    DbgPrint(NAME ": load\n");
#ifdef WAY_fail
    return STATUS_INSUFFICIENT_RESOURCES;
#endif
#ifdef WAY_crash
    *(volatile int *)NULL = 1;
#endif
#ifdef WAY_jump
    ((void (*)(void))(ULONG_PTR)0x123456789000)();
#endif
#ifdef WAY_bugcheck
    KeBugCheckEx(0xDEADDEAD, 1, 2, 3, 4);
#endif
#ifdef WAY_wait
    KEVENT never;
    KeInitializeEvent(&never, NotificationEvent, FALSE);
    KeWaitForSingleObject(&never, Executive, KernelMode, FALSE, NULL);
#endif
#ifdef WAY_spin
    for (;;)
        ;
#endif
#ifdef WAY_delay
    LARGE_INTEGER interval = {.QuadPart = -10000};
    for (;;)
        KeDelayExecutionThread(KernelMode, FALSE, &interval);
#endif
#ifdef WAY_dispatch
    KSPIN_LOCK lock;
    KIRQL old;
    KeInitializeSpinLock(&lock);
    KeAcquireSpinLock(&lock, &old);
    for (;;)
        DbgPrint("");
#endif
#ifdef WAY_leak
    ExAllocatePoolWithTag(NonPagedPool, 100, 'kaeL');
    ExAllocatePoolWithTag(PagedPool, 28, 'kaeL');
#endif
#ifndef WAY_stay
    driver->DriverUnload = unload;
#endif
    return PsSetCreateProcessNotifyRoutine(notify, FALSE);
}
