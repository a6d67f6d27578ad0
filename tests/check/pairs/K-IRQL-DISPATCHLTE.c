/* An event is set above DISPATCH_LEVEL. */
#include "pair.h"

static KEVENT event;

NOTHING_TO_UNLOAD

static NTSTATUS load(PDRIVER_OBJECT driver) {
    KIRQL irql;
    UNREFERENCED_PARAMETER(driver);
    KeInitializeEvent(&event, NotificationEvent, FALSE);
#ifdef BROKEN
    KeRaiseIrql(HIGH_LEVEL, &irql);
#else
    KeRaiseIrql(DISPATCH_LEVEL, &irql);
#endif
    KeSetEvent(&event, IO_NO_INCREMENT, FALSE);
    KeLowerIrql(irql);
    return STATUS_SUCCESS;
}
