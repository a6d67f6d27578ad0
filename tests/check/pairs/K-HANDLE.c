/* A driver closes the handle of its thread, then asks for the thread behind it. */
#include "pair.h"

static PETHREAD thread;

static VOID work(PVOID context) {
    UNREFERENCED_PARAMETER(context);
}

static VOID unload(PDRIVER_OBJECT driver) {
    UNREFERENCED_PARAMETER(driver);
    KeWaitForSingleObject(thread, Executive, KernelMode, FALSE, NULL);
    ObDereferenceObject(thread);
}

static NTSTATUS load(PDRIVER_OBJECT driver) {
    HANDLE handle;
    OBJECT_ATTRIBUTES attributes;
    UNREFERENCED_PARAMETER(driver);
    InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    NTSTATUS status =
        PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, &attributes, NULL, NULL, work, NULL);
    if (!NT_SUCCESS(status))
        return status;
#ifdef BROKEN
    ZwClose(handle);
#endif
    status = ObReferenceObjectByHandle(handle, THREAD_ALL_ACCESS, *PsThreadType, KernelMode,
                                       (PVOID *)&thread, NULL);
#ifndef BROKEN
    ZwClose(handle);
#endif
    return status;
}
