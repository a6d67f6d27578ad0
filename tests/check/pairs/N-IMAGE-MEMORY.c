/* An image notify routine allocates memory in the process that loads the image: on Windows 7 it
 * waits for itself. profile: win7 */
#include "pair.h"

static VOID allocate(HANDLE process) {
    PVOID base = NULL;
    SIZE_T size = PAGE_SIZE;
    ZwAllocateVirtualMemory(process, &base, 0, &size, MEM_COMMIT, PAGE_READWRITE);
}

#ifdef BROKEN
static VOID on_image(PUNICODE_STRING name, HANDLE pid, PIMAGE_INFO info) {
    UNREFERENCED_PARAMETER(name);
    UNREFERENCED_PARAMETER(pid);
    if (!info->SystemModeImage)
        allocate(ZwCurrentProcess());
}
#else
static IO_WORKITEM_ROUTINE work;
static PDEVICE_OBJECT device;

struct request {
    PIO_WORKITEM item;
    HANDLE pid;
};

static VOID work(PDEVICE_OBJECT unused, PVOID context) {
    struct request *request = context;
    CLIENT_ID id = {.UniqueProcess = request->pid};
    OBJECT_ATTRIBUTES attributes;
    HANDLE process;
    UNREFERENCED_PARAMETER(unused);
    InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    if (NT_SUCCESS(ZwOpenProcess(&process, PROCESS_ALL_ACCESS, &attributes, &id))) {
        allocate(process);
        ZwClose(process);
    }
    IoFreeWorkItem(request->item);
    ExFreePoolWithTag(request, PAIR_TAG);
}

static VOID on_image(PUNICODE_STRING name, HANDLE pid, PIMAGE_INFO info) {
    struct request *request;
    UNREFERENCED_PARAMETER(name);
    if (info->SystemModeImage)
        return;
    request = ExAllocatePoolWithTag(NonPagedPool, sizeof *request, PAIR_TAG);
    if (!request)
        return;
    request->item = IoAllocateWorkItem(device);
    request->pid = pid;
    if (request->item)
        IoQueueWorkItem(request->item, work, DelayedWorkQueue, request);
    else
        ExFreePoolWithTag(request, PAIR_TAG);
}
#endif

static NTSTATUS load(PDRIVER_OBJECT driver) {
    NTSTATUS status = pair_create_device(driver);
#ifndef BROKEN
    device = driver->DeviceObject;
#endif
    if (NT_SUCCESS(status))
        status = PsSetLoadImageNotifyRoutine(on_image);
    if (!NT_SUCCESS(status) && driver->DeviceObject)
        pair_delete_device(driver);
    return status;
}

static VOID unload(PDRIVER_OBJECT driver) {
    PsRemoveLoadImageNotifyRoutine(on_image);
    pair_delete_device(driver);
}
