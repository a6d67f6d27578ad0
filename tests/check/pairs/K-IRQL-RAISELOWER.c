/* IRQL is restored in the wrong order. */
#include "pair.h"

NOTHING_TO_UNLOAD

static NTSTATUS load(PDRIVER_OBJECT driver) {
    KIRQL before, between;
    UNREFERENCED_PARAMETER(driver);
    KeRaiseIrql(APC_LEVEL, &before);
    KeRaiseIrql(DISPATCH_LEVEL, &between);
#ifdef BROKEN
    KeLowerIrql(before);
    KeLowerIrql(between);
#else
    KeLowerIrql(between);
    KeLowerIrql(before);
#endif
    return STATUS_SUCCESS;
}
