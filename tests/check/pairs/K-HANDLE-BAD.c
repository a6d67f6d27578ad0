/* A handle is closed on the way and again at the end. */
#include "pair.h"

static HANDLE event;

static VOID close_event(VOID) {
    if (event)
        ZwClose(event);
#ifndef BROKEN
    event = NULL;
#endif
}

static VOID unload(PDRIVER_OBJECT driver) {
    UNREFERENCED_PARAMETER(driver);
    close_event();
}

static NTSTATUS load(PDRIVER_OBJECT driver) {
    OBJECT_ATTRIBUTES attributes;
    UNREFERENCED_PARAMETER(driver);
    InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    NTSTATUS status =
        ZwCreateEvent(&event, EVENT_ALL_ACCESS, &attributes, NotificationEvent, FALSE);
    if (NT_SUCCESS(status))
        close_event();
    return status;
}
