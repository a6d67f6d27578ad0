/* kernel_irp.c - requests, memory descriptor lists, and attachment to another process. */
#include "api/kernel.h"
#include "io/file.h"

/* ---- requests -------------------------------------------------------------------------------- */

PIRP IoAllocateIrp(CCHAR StackSize, BOOLEAN ChargeQuota) {
    struct rd_world *w = kernel_world();
    (void)ChargeQuota;
    return w ? io_irp_allocate(w, StackSize) : NULL;
}

VOID IoFreeIrp(PIRP Irp) {
    struct rd_world *w = kernel_world();
    if (!w)
        return;
    struct io_request *request = io_request_of(Irp);
    if (request)
        io_request_discard(w, request);
    else
        io_pool_free(w, Irp, 0);
}

VOID IoReuseIrp(PIRP Irp, NTSTATUS Iostatus) {
    io_irp_init(Irp, Irp->StackCount);
    Irp->IoStatus.Status = Iostatus;
}

NTSTATUS IofCallDriver(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    struct rd_world *w = kernel_world();
    if (!w)
        return STATUS_INVALID_DEVICE_REQUEST;
    ke_irql_check(w, KE_DISPATCH_LEVEL, "IoCallDriver", "IRQL-03");
    kernel_touch(DeviceObject);
    kernel_touch(Irp);
    return io_irp_call(w, DeviceObject, Irp);
}

VOID IofCompleteRequest(PIRP Irp, CCHAR PriorityBoost) {
    struct rd_world *w = kernel_world();
    (void)PriorityBoost;
    if (!w)
        return;
    ke_irql_check(w, KE_DISPATCH_LEVEL, "IoCompleteRequest", "IRQL-03");
    ke_point(w, KE_DRIVER_MEMORY, KE_WRITE);
    kernel_touch(Irp);
    io_irp_complete(w, Irp);
}

/* ---- requests that are served and freed when they are completed ------------------------------ */

PIRP IoBuildDeviceIoControlRequest(ULONG IoControlCode, PDEVICE_OBJECT DeviceObject,
                                   PVOID InputBuffer, ULONG InputBufferLength, PVOID OutputBuffer,
                                   ULONG OutputBufferLength, BOOLEAN InternalDeviceIoControl,
                                   PKEVENT Event, PIO_STATUS_BLOCK IoStatusBlock) {
    struct rd_world *w = kernel_world();
    if (!w)
        return NULL;
    ke_irql_check(w, KE_PASSIVE_LEVEL, "IoBuildDeviceIoControlRequest", "IRQL-01");
    struct io_operation operation = {
        .major = InternalDeviceIoControl ? IRP_MJ_INTERNAL_DEVICE_CONTROL : IRP_MJ_DEVICE_CONTROL,
        .code = IoControlCode,
        .input = InputBuffer,
        .input_size = InputBufferLength,
        .output = OutputBuffer,
        .output_size = OutputBufferLength,
        .kernel = true,
        .iosb = (struct io_status *)(void *)IoStatusBlock};
    return io_request_build(w, &operation, DeviceObject, Event);
}

PIRP IoBuildSynchronousFsdRequest(ULONG MajorFunction, PDEVICE_OBJECT DeviceObject, PVOID Buffer,
                                  ULONG Length, PLARGE_INTEGER StartingOffset, PKEVENT Event,
                                  PIO_STATUS_BLOCK IoStatusBlock) {
    struct rd_world *w = kernel_world();
    bool writes = MajorFunction == IRP_MJ_WRITE, reads = MajorFunction == IRP_MJ_READ;
    if (!w)
        return NULL;
    ke_irql_check(w, KE_PASSIVE_LEVEL, "IoBuildSynchronousFsdRequest", "IRQL-01");
    struct io_operation operation = {.major = (uint8_t)MajorFunction,
                                     .input = writes ? Buffer : NULL,
                                     .input_size = writes ? Length : 0,
                                     .output = reads ? Buffer : NULL,
                                     .output_size = reads ? Length : 0,
                                     .offset = StartingOffset ? StartingOffset->QuadPart : 0,
                                     .has_offset = StartingOffset != NULL,
                                     .kernel = true,
                                     .iosb = (struct io_status *)(void *)IoStatusBlock};
    return io_request_build(w, &operation, DeviceObject, Event);
}

/* Of nobody's thread: the completion routine of whoever builds it frees it. */
PIRP IoBuildAsynchronousFsdRequest(ULONG MajorFunction, PDEVICE_OBJECT DeviceObject, PVOID Buffer,
                                   ULONG Length, PLARGE_INTEGER StartingOffset,
                                   PIO_STATUS_BLOCK IoStatusBlock) {
    struct rd_world *w = kernel_world();
    bool writes = MajorFunction == IRP_MJ_WRITE, reads = MajorFunction == IRP_MJ_READ;
    if (!w)
        return NULL;
    ke_irql_check(w, KE_APC_LEVEL, "IoBuildAsynchronousFsdRequest", "IRQL-02");
    PIRP irp = io_irp_allocate(w, DeviceObject->StackSize);
    if (!irp)
        return NULL;
    PIO_STACK_LOCATION location = IoGetNextIrpStackLocation(irp);
    location->MajorFunction = (UCHAR)MajorFunction;
    irp->UserIosb = IoStatusBlock;
    irp->Tail.Overlay.Thread = PsGetCurrentThread();
    if (!writes && !reads)
        return irp;
    location->Parameters.Read.Length = Length; /* Write has the same layout */
    location->Parameters.Read.ByteOffset.QuadPart = StartingOffset ? StartingOffset->QuadPart : 0;
    if (DeviceObject->Flags & DO_BUFFERED_IO)
        irp->AssociatedIrp.SystemBuffer = Buffer; /* of a driver: nothing is copied */
    else if ((DeviceObject->Flags & DO_DIRECT_IO) && Length)
        IoAllocateMdl(Buffer, Length, FALSE, FALSE, irp);
    irp->UserBuffer = Buffer;
    return irp;
}

/* ---- cancellation ---------------------------------------------------------------------------- */

BOOLEAN IoCancelIrp(PIRP Irp) {
    struct rd_world *w = kernel_world();
    if (!w)
        return FALSE;
    ke_irql_check(w, KE_DISPATCH_LEVEL, "IoCancelIrp", "IRQL-03");
    ke_point(w, KE_DRIVER_MEMORY, KE_WRITE);
    kernel_touch(Irp);
    return io_irp_cancel(w, Irp);
}

VOID IoAcquireCancelSpinLock(PKIRQL Irql) {
    struct rd_world *w = kernel_world();
    if (!w)
        return;
    ke_irql_check(w, KE_DISPATCH_LEVEL, "IoAcquireCancelSpinLock", "IRQL-03");
    io_cancel_lock(w, Irql);
}

VOID IoReleaseCancelSpinLock(KIRQL Irql) {
    struct rd_world *w = kernel_world();
    if (w)
        io_cancel_unlock(w, Irql);
}

/* ---- who asks -------------------------------------------------------------------------------- */

BOOLEAN IoIs32bitProcess(PIRP Irp) {
    (void)Irp;
    return FALSE;
}

BOOLEAN IoIsOperationSynchronous(PIRP Irp) {
    const FILE_OBJECT *file = Irp->Tail.Overlay.OriginalFileObject;
    return (file && (file->Flags & FO_SYNCHRONOUS_IO)) ||
           (Irp->Flags & (IRP_SYNCHRONOUS_API | IRP_SYNCHRONOUS_PAGING_IO)) != 0;
}

PEPROCESS IoGetRequestorProcess(PIRP Irp) {
    PETHREAD thread = Irp->Tail.Overlay.Thread;
    return thread ? (PEPROCESS)(void *)kernel_thread(thread)->process : NULL;
}

ULONG IoGetRequestorProcessId(PIRP Irp) {
    PETHREAD thread = Irp->Tail.Overlay.Thread;
    return thread ? kernel_thread(thread)->process->pid : 0;
}

/* ---- memory descriptor lists: all memory of the simulated machine is mapped for everybody ---- */

/* The request's list, or behind the last one in it. */
static void link_mdl(PIRP irp, PMDL mdl, bool secondary) {
    PMDL last = secondary ? irp->MdlAddress : NULL;
    while (last && last->Next)
        last = last->Next;
    if (last)
        last->Next = mdl;
    else
        irp->MdlAddress = mdl;
}

PMDL IoAllocateMdl(PVOID VirtualAddress, ULONG Length, BOOLEAN SecondaryBuffer, BOOLEAN ChargeQuota,
                   PIRP Irp) {
    struct rd_world *w = kernel_world();
    (void)ChargeQuota;
    if (!w)
        return NULL;
    PMDL mdl = io_pool_allocate(
        w, &(struct io_pool_request){.size = sizeof *mdl, .tag = KERNEL_TAG('M', 'd', 'l', ' ')});
    if (!mdl)
        return NULL;
    MmInitializeMdl(mdl, VirtualAddress, Length);
    if (Irp)
        link_mdl(Irp, mdl, SecondaryBuffer != FALSE);
    return mdl;
}

VOID IoFreeMdl(PMDL Mdl) {
    struct rd_world *w = kernel_world();
    if (w)
        io_pool_free(w, Mdl, 0);
}

VOID MmBuildMdlForNonPagedPool(PMDL MemoryDescriptorList) {
    MemoryDescriptorList->MappedSystemVa = MmGetMdlVirtualAddress(MemoryDescriptorList);
    MemoryDescriptorList->MdlFlags |= MDL_SOURCE_IS_NONPAGED_POOL;
}

VOID MmProbeAndLockPages(PMDL MemoryDescriptorList, KPROCESSOR_MODE AccessMode,
                         LOCK_OPERATION Operation) {
    PVOID address = MmGetMdlVirtualAddress(MemoryDescriptorList);
    if (!MmIsAddressValid(address))
        ExRaiseAccessViolation();
    if (AccessMode != KernelMode)
        ProbeForRead(address, MmGetMdlByteCount(MemoryDescriptorList), 1);
    MemoryDescriptorList->MdlFlags |= MDL_PAGES_LOCKED;
    if (Operation != IoReadAccess)
        MemoryDescriptorList->MdlFlags |= MDL_WRITE_OPERATION;
}

VOID MmUnlockPages(PMDL MemoryDescriptorList) {
    struct rd_world *w = kernel_world();
    if (w && !(MemoryDescriptorList->MdlFlags & MDL_PAGES_LOCKED))
        ke_bugcheck(w, 0x76, (const uint64_t[4]){1, 0, 0, 0},
                    "PROCESS_HAS_LOCKED_PAGES: MmUnlockPages with pages that are not locked");
    MemoryDescriptorList->MdlFlags &= (CSHORT) ~(MDL_PAGES_LOCKED | MDL_WRITE_OPERATION);
}

PVOID MmMapLockedPagesSpecifyCache(PMDL MemoryDescriptorList, KPROCESSOR_MODE AccessMode,
                                   MEMORY_CACHING_TYPE CacheType, PVOID RequestedAddress,
                                   ULONG BugCheckOnFailure, ULONG Priority) {
    (void)AccessMode, (void)CacheType, (void)RequestedAddress, (void)BugCheckOnFailure;
    (void)Priority;
    MemoryDescriptorList->MappedSystemVa = MmGetMdlVirtualAddress(MemoryDescriptorList);
    MemoryDescriptorList->MdlFlags |= MDL_MAPPED_TO_SYSTEM_VA;
    return MemoryDescriptorList->MappedSystemVa;
}

PVOID MmMapLockedPages(PMDL MemoryDescriptorList, KPROCESSOR_MODE AccessMode) {
    return MmMapLockedPagesSpecifyCache(MemoryDescriptorList, AccessMode, MmCached, NULL, TRUE,
                                        NormalPagePriority);
}

VOID MmUnmapLockedPages(PVOID BaseAddress, PMDL MemoryDescriptorList) {
    (void)BaseAddress;
    MemoryDescriptorList->MdlFlags &= (CSHORT)~MDL_MAPPED_TO_SYSTEM_VA;
}

SIZE_T MmSizeOfMdl(PVOID Base, SIZE_T Length) {
    return sizeof(MDL) + ADDRESS_AND_SIZE_TO_SPAN_PAGES(Base, Length) * sizeof(ULONG_PTR);
}

/* ---- attachment ------------------------------------------------------------------------------ */

/* NTFY-I-25 */
static void check_attachment(struct rd_world *w) {
    const struct ps_routine_call *call = ps_more(ps_current(w))->calls;
    if (call && strncmp(call->called->name, "image", 5) == 0 && ke_verifies_drivers(w))
        ke_finding(
            w, RD_CHECK_N_ATTACH,
            core_textf(w, "an %s routine attaches to a process (NTFY-I-25)", call->called->name));
}

VOID KeStackAttachProcess(PRKPROCESS PROCESS, PRKAPC_STATE ApcState) {
    struct rd_world *w = kernel_world();
    memset(ApcState, 0, sizeof *ApcState);
    if (!w)
        return;
    ke_irql_check(w, KE_DISPATCH_LEVEL, "KeStackAttachProcess", "IRQL-03");
    ke_point(w, ob_id(PROCESS), KE_READ);
    check_attachment(w);
    struct ps_thread_more *current = ps_more_make(w, ps_current(w));
    ApcState->Process = (PRKPROCESS)(void *)current->attached;
    current->attached = kernel_process((PEPROCESS)(void *)PROCESS);
}

VOID KeUnstackDetachProcess(PRKAPC_STATE ApcState) {
    struct rd_world *w = kernel_world();
    if (!w)
        return;
    struct ps_thread_more *current = ps_more_make(w, ps_current(w));
    if (!current->attached) {
        uint64_t parameters[4] = {0, 0, 0, 0};
        ke_bugcheck(w, 0x6, parameters,
                    "INVALID_PROCESS_DETACH_ATTEMPT: KeUnstackDetachProcess without "
                    "KeStackAttachProcess");
    }
    current->attached = kernel_process((PEPROCESS)(void *)ApcState->Process);
}
