/* Four objects are waited for without an array of wait blocks. */
#include "pair.h"

enum { EVENTS = 4 };

static KEVENT events[EVENTS];

NOTHING_TO_UNLOAD

static NTSTATUS load(PDRIVER_OBJECT driver) {
    PKWAIT_BLOCK array = NULL;
    PVOID objects[EVENTS];
#ifndef BROKEN
    KWAIT_BLOCK blocks[EVENTS];
    array = blocks;
#endif
    UNREFERENCED_PARAMETER(driver);
    for (ULONG i = 0; i < EVENTS; i++) {
        KeInitializeEvent(&events[i], NotificationEvent, TRUE);
        objects[i] = &events[i];
    }
    return KeWaitForMultipleObjects(EVENTS, objects, WaitAll, Executive, KernelMode, FALSE, NULL,
                                    array);
}
