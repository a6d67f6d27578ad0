/* The driver of the consumer projects, made by rundown_add_driver. */
#include <ntddk.h>

static VOID unload(PDRIVER_OBJECT driver) {
    UNREFERENCED_PARAMETER(driver);
}

NTSTATUS DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING registry_path) {
    UNREFERENCED_PARAMETER(registry_path);
    driver->DriverUnload = unload;
    return STATUS_SUCCESS;
}
