/* One work item is queued for two events. */
#include "pair.h"

static WORK_QUEUE_ITEM item;
static KEVENT done;

static VOID work(PVOID context) {
    UNREFERENCED_PARAMETER(context);
    KeSetEvent(&done, IO_NO_INCREMENT, FALSE);
}

NOTHING_TO_UNLOAD

static NTSTATUS load(PDRIVER_OBJECT driver) {
    UNREFERENCED_PARAMETER(driver);
    KeInitializeEvent(&done, NotificationEvent, FALSE);
    ExInitializeWorkItem(&item, work, NULL);
    ExQueueWorkItem(&item, DelayedWorkQueue);
#ifdef BROKEN
    ExQueueWorkItem(&item, DelayedWorkQueue);
#endif
    KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, NULL);
    return STATUS_SUCCESS;
}
