/* A work item ends the thread that runs it. */
#include "pair.h"

static WORK_QUEUE_ITEM item;
static KEVENT done;

static VOID work(PVOID context) {
    UNREFERENCED_PARAMETER(context);
    KeSetEvent(&done, IO_NO_INCREMENT, FALSE);
#ifdef BROKEN
    PsTerminateSystemThread(STATUS_SUCCESS);
#endif
}

NOTHING_TO_UNLOAD

static NTSTATUS load(PDRIVER_OBJECT driver) {
    LARGE_INTEGER moment = {.QuadPart = -10000};
    UNREFERENCED_PARAMETER(driver);
    KeInitializeEvent(&done, NotificationEvent, FALSE);
    ExInitializeWorkItem(&item, work, NULL);
    ExQueueWorkItem(&item, DelayedWorkQueue);
    KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, NULL);
    return KeDelayExecutionThread(KernelMode, FALSE, &moment);
}
