/* A notify routine waits for the work item that it has queued. */
#include "pair.h"

static WORK_QUEUE_ITEM item;
static KEVENT done;

static VOID work(PVOID context) {
    UNREFERENCED_PARAMETER(context);
    KeSetEvent(&done, IO_NO_INCREMENT, FALSE);
}

static VOID changed(HANDLE parent, HANDLE process, BOOLEAN create) {
    UNREFERENCED_PARAMETER(parent);
    UNREFERENCED_PARAMETER(process);
    if (!create || KeReadStateEvent(&done))
        return;
    ExInitializeWorkItem(&item, work, NULL);
    ExQueueWorkItem(&item, DelayedWorkQueue);
#ifdef BROKEN
    KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, NULL);
#endif
}

static VOID unload(PDRIVER_OBJECT driver) {
    UNREFERENCED_PARAMETER(driver);
    PsSetCreateProcessNotifyRoutine(changed, TRUE);
    KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, NULL);
}

static NTSTATUS load(PDRIVER_OBJECT driver) {
    UNREFERENCED_PARAMETER(driver);
    KeInitializeEvent(&done, NotificationEvent, FALSE);
    return PsSetCreateProcessNotifyRoutine(changed, FALSE);
}
