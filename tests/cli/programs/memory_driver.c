/* memory_driver.c - counts processes in a plain variable; built with -fsanitize=thread. */
#include <ntddk.h>

static LONG alive;

static VOID notify(HANDLE parent, HANDLE process, BOOLEAN create) {
    UNREFERENCED_PARAMETER(parent);
    UNREFERENCED_PARAMETER(process);
#ifdef REPAIRED
    InterlockedExchangeAdd(&alive, create ? 1 : -1);
#else
    alive += create ? 1 : -1;
#endif
}

static VOID unload(PDRIVER_OBJECT driver) {
    UNREFERENCED_PARAMETER(driver);
    PsSetCreateProcessNotifyRoutine(notify, TRUE);
    if (alive != 0)
        KeBugCheckEx(MANUALLY_INITIATED_CRASH, (ULONG_PTR)alive, 0, 0, 0);
}

NTSTATUS DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path) {
    UNREFERENCED_PARAMETER(path);
    driver->DriverUnload = unload;
    return PsSetCreateProcessNotifyRoutine(notify, FALSE);
}
