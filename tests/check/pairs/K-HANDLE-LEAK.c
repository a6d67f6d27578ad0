/* The handle of a system thread is never closed. */
#include "pair.h"

static VOID work(PVOID context) {
    UNREFERENCED_PARAMETER(context);
}

NOTHING_TO_UNLOAD

static NTSTATUS load(PDRIVER_OBJECT driver) {
    HANDLE handle;
    PVOID thread;
    UNREFERENCED_PARAMETER(driver);
    NTSTATUS status =
        PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, work, NULL);
    if (!NT_SUCCESS(status))
        return status;
    status =
        ObReferenceObjectByHandle(handle, SYNCHRONIZE, *PsThreadType, KernelMode, &thread, NULL);
#ifndef BROKEN
    ZwClose(handle);
#endif
    if (!NT_SUCCESS(status))
        return status;
    KeWaitForSingleObject(thread, Executive, KernelMode, FALSE, NULL);
    ObDereferenceObject(thread);
    return STATUS_SUCCESS;
}
