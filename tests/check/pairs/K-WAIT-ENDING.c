/* A request waits for an event that is never set, and goes on when the program is terminated. */
#ifdef PROGRAM
#include <windows.h>

static void read_device(void) {
    char bytes[4];
    DWORD size;
    HANDLE device = CreateFileA("\\\\.\\Pair", GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
    ReadFile(device, bytes, sizeof bytes, &size, NULL);
}

int main(int argc, char **argv) {
    char line[] = "program.exe child";
    STARTUPINFOA startup = {.cb = sizeof startup};
    PROCESS_INFORMATION child;
    (void)argv;
    if (argc > 1) {
        read_device();
        return 0;
    }
    CreateProcessA(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &child);
    Sleep(10);
    TerminateProcess(child.hProcess, 1);
    WaitForSingleObject(child.hProcess, INFINITE);
    return 0;
}
#else
#include "pair.h"

static KEVENT never;

static NTSTATUS serve(PDEVICE_OBJECT device, PIRP irp) {
    NTSTATUS status = STATUS_SUCCESS;
    UNREFERENCED_PARAMETER(device);
    if (IoGetCurrentIrpStackLocation(irp)->MajorFunction == IRP_MJ_READ)
        status = KeWaitForSingleObject(&never, Executive, UserMode, FALSE, NULL);
#ifdef BROKEN
    for (int i = 0; i < 3 && status == STATUS_USER_APC; i++)
        status = KeWaitForSingleObject(&never, Executive, UserMode, FALSE, NULL);
#endif
    return pair_complete(irp, status);
}

static VOID unload(PDRIVER_OBJECT driver) {
    pair_delete_device(driver);
}

static NTSTATUS load(PDRIVER_OBJECT driver) {
    KeInitializeEvent(&never, NotificationEvent, FALSE);
    for (ULONG i = 0; i <= IRP_MJ_MAXIMUM_FUNCTION; i++)
        driver->MajorFunction[i] = serve;
    return pair_create_device(driver);
}
#endif
