/* A block with a timer in it is freed before the timer is cancelled. */
#include "pair.h"

struct watch {
    KTIMER timer;
    KDPC dpc;
};

static struct watch *watch;

static VOID expired(PKDPC dpc, PVOID context, PVOID argument1, PVOID argument2) {
    UNREFERENCED_PARAMETER(dpc);
    UNREFERENCED_PARAMETER(context);
    UNREFERENCED_PARAMETER(argument1);
    UNREFERENCED_PARAMETER(argument2);
}

static VOID unload(PDRIVER_OBJECT driver) {
    UNREFERENCED_PARAMETER(driver);
#ifndef BROKEN
    KeCancelTimer(&watch->timer);
    KeFlushQueuedDpcs();
#endif
    ExFreePoolWithTag(watch, PAIR_TAG);
}

static NTSTATUS load(PDRIVER_OBJECT driver) {
    LARGE_INTEGER due = {.QuadPart = -10000};
    UNREFERENCED_PARAMETER(driver);
    watch = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof *watch, PAIR_TAG);
    if (!watch)
        return STATUS_INSUFFICIENT_RESOURCES;
    KeInitializeDpc(&watch->dpc, expired, watch);
    KeInitializeTimer(&watch->timer);
    KeSetTimerEx(&watch->timer, due, 1, &watch->dpc);
    return STATUS_SUCCESS;
}
