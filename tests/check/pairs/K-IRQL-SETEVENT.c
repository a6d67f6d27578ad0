/* KeSetEvent promises a wait that must not come. */
#include "pair.h"

static KEVENT event;

NOTHING_TO_UNLOAD

static NTSTATUS load(PDRIVER_OBJECT driver) {
    BOOLEAN wait = FALSE;
    KIRQL irql;
    UNREFERENCED_PARAMETER(driver);
    KeInitializeEvent(&event, NotificationEvent, FALSE);
#ifdef BROKEN
    wait = TRUE;
#endif
    KeRaiseIrql(DISPATCH_LEVEL, &irql);
    KeSetEvent(&event, IO_NO_INCREMENT, wait);
    KeLowerIrql(irql);
    return STATUS_SUCCESS;
}
