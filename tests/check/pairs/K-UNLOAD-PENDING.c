/* A periodic timer runs on when the driver is gone. */
#include "pair.h"

static KTIMER timer;
static KDPC dpc;

static VOID expired(PKDPC self, PVOID context, PVOID argument1, PVOID argument2) {
    UNREFERENCED_PARAMETER(self);
    UNREFERENCED_PARAMETER(context);
    UNREFERENCED_PARAMETER(argument1);
    UNREFERENCED_PARAMETER(argument2);
}

static VOID unload(PDRIVER_OBJECT driver) {
    UNREFERENCED_PARAMETER(driver);
#ifndef BROKEN
    KeCancelTimer(&timer);
    KeFlushQueuedDpcs();
#endif
}

static NTSTATUS load(PDRIVER_OBJECT driver) {
    LARGE_INTEGER due = {.QuadPart = -10000};
    UNREFERENCED_PARAMETER(driver);
    KeInitializeDpc(&dpc, expired, NULL);
    KeInitializeTimer(&timer);
    KeSetTimerEx(&timer, due, 1, &dpc);
    return STATUS_SUCCESS;
}
