/* An event is set that nobody has initialised. */
#include "pair.h"

static KEVENT event;

NOTHING_TO_UNLOAD

static NTSTATUS load(PDRIVER_OBJECT driver) {
    UNREFERENCED_PARAMETER(driver);
#ifndef BROKEN
    KeInitializeEvent(&event, NotificationEvent, FALSE);
#endif
    KeSetEvent(&event, IO_NO_INCREMENT, FALSE);
    return STATUS_SUCCESS;
}
