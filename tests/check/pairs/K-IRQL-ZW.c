/* A system service is called while a fast mutex is held. */
#include "pair.h"

static FAST_MUTEX mutex;

NOTHING_TO_UNLOAD

static NTSTATUS load(PDRIVER_OBJECT driver) {
    HANDLE event;
    OBJECT_ATTRIBUTES attributes;
    UNREFERENCED_PARAMETER(driver);
    InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    ExInitializeFastMutex(&mutex);
    NTSTATUS status =
        ZwCreateEvent(&event, EVENT_ALL_ACCESS, &attributes, NotificationEvent, FALSE);
    if (!NT_SUCCESS(status))
        return status;
    ExAcquireFastMutex(&mutex);
#ifdef BROKEN
    ZwClose(event);
    ExReleaseFastMutex(&mutex);
#else
    ExReleaseFastMutex(&mutex);
    ZwClose(event);
#endif
    return STATUS_SUCCESS;
}
