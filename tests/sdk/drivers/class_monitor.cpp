// A driver of classes and templates: a control device, events copied to a reader, locks by scope.
#include <ntifs.h>
#include <ntddk.h>
#include "class_monitor.h"

static constexpr ULONG kTag = 'nomC';

void *__cdecl operator new(size_t size, POOL_TYPE pool, ULONG tag) {
    return ExAllocatePoolWithTag(pool, size, tag);
}

void __cdecl operator delete(void *p, size_t) {
    if (p)
        ExFreePool(p);
}

class FastMutex {
  public:
    void Init() {
        ExInitializeFastMutex(&mutex_);
    }
    void Lock() {
        ExAcquireFastMutex(&mutex_);
    }
    void Unlock() {
        ExReleaseFastMutex(&mutex_);
    }

  private:
    FAST_MUTEX mutex_;
};

template <typename TLock> struct Locker {
    explicit Locker(TLock &lock) : lock_(lock) {
        lock_.Lock();
    }
    ~Locker() {
        lock_.Unlock();
    }

  private:
    TLock &lock_;
};

template <typename T> struct FullItem {
    LIST_ENTRY Entry;
    T Data;
};

struct Globals {
    LIST_ENTRY ItemsHead;
    ULONG ItemCount;
    FastMutex Mutex;

    void Init() {
        InitializeListHead(&ItemsHead);
        ItemCount = 0;
        Mutex.Init();
    }

    void Push(LIST_ENTRY *entry) {
        Locker<FastMutex> locker(Mutex);
        if (ItemCount >= 1024) {
            auto head = RemoveHeadList(&ItemsHead);
            ItemCount--;
            delete CONTAINING_RECORD(head, FullItem<ItemHeader>, Entry);
        }
        InsertTailList(&ItemsHead, entry);
        ItemCount++;
    }
};

static Globals g_Globals;

DRIVER_UNLOAD MonitorUnload;
DRIVER_DISPATCH MonitorCreateClose, MonitorRead, MonitorDeviceControl;
void OnProcessNotify(_Inout_ PEPROCESS Process, _In_ HANDLE ProcessId,
                     _Inout_opt_ PPS_CREATE_NOTIFY_INFO CreateInfo);
void OnThreadNotify(_In_ HANDLE ProcessId, _In_ HANDLE ThreadId, _In_ BOOLEAN Create);

static NTSTATUS CompleteIrp(PIRP Irp, NTSTATUS status = STATUS_SUCCESS, ULONG_PTR info = 0) {
    Irp->IoStatus.Status = status;
    Irp->IoStatus.Information = info;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
}

extern "C" NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath) {
    UNREFERENCED_PARAMETER(RegistryPath);
    auto status = STATUS_SUCCESS;
    g_Globals.Init();
    PDEVICE_OBJECT DeviceObject = nullptr;
    UNICODE_STRING devName = RTL_CONSTANT_STRING(L"\\Device\\classmon");
    UNICODE_STRING symLink = RTL_CONSTANT_STRING(L"\\??\\classmon");
    bool symLinkCreated = false, processCallbacks = false;
    do {
        status =
            IoCreateDevice(DriverObject, 0, &devName, FILE_DEVICE_UNKNOWN, 0, TRUE, &DeviceObject);
        if (!NT_SUCCESS(status)) {
            KdPrint((DRIVER_PREFIX "failed to create device (0x%08X)\n", status));
            break;
        }
        DeviceObject->Flags |= DO_DIRECT_IO;
        status = IoCreateSymbolicLink(&symLink, &devName);
        if (!NT_SUCCESS(status))
            break;
        symLinkCreated = true;
        status = PsSetCreateProcessNotifyRoutineEx(OnProcessNotify, FALSE);
        if (!NT_SUCCESS(status))
            break;
        processCallbacks = true;
        status = PsSetCreateThreadNotifyRoutine(OnThreadNotify);
    } while (false);
    if (!NT_SUCCESS(status)) {
        if (processCallbacks)
            PsSetCreateProcessNotifyRoutineEx(OnProcessNotify, TRUE);
        if (symLinkCreated)
            IoDeleteSymbolicLink(&symLink);
        if (DeviceObject)
            IoDeleteDevice(DeviceObject);
        return status;
    }
    DriverObject->DriverUnload = MonitorUnload;
    DriverObject->MajorFunction[IRP_MJ_CREATE] = DriverObject->MajorFunction[IRP_MJ_CLOSE] =
        MonitorCreateClose;
    DriverObject->MajorFunction[IRP_MJ_READ] = MonitorRead;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = MonitorDeviceControl;
    return status;
}

_Use_decl_annotations_ void OnProcessNotify(PEPROCESS Process, HANDLE ProcessId,
                                            PPS_CREATE_NOTIFY_INFO CreateInfo) {
    UNREFERENCED_PARAMETER(Process);
    if (CreateInfo) {
        USHORT commandLineSize = 0;
        if (CreateInfo->CommandLine)
            commandLineSize = CreateInfo->CommandLine->Length;
        auto size = sizeof(FullItem<ProcessCreateInfo>) + commandLineSize;
        auto info = (FullItem<ProcessCreateInfo> *)ExAllocatePoolWithTag(PagedPool, size, kTag);
        if (info == nullptr) {
            KdPrint((DRIVER_PREFIX "failed allocation\n"));
            return;
        }
        auto &item = info->Data;
        KeQuerySystemTimePrecise(&item.Time);
        item.Type = ItemType::ProcessCreate;
        item.Size = static_cast<USHORT>(sizeof(ProcessCreateInfo) + commandLineSize);
        item.ProcessId = HandleToULong(ProcessId);
        item.ParentProcessId = HandleToULong(CreateInfo->ParentProcessId);
        item.CommandLineLength = commandLineSize / sizeof(WCHAR);
        if (commandLineSize)
            ::memcpy((UCHAR *)&item + sizeof(item), CreateInfo->CommandLine->Buffer,
                     commandLineSize);
        g_Globals.Push(&info->Entry);
    } else {
        auto info = new (PagedPool, kTag) FullItem<ProcessExitInfo>;
        if (!info)
            return;
        info->Data.Type = ItemType::ProcessExit;
        info->Data.Size = sizeof(ProcessExitInfo);
        info->Data.ProcessId = HandleToULong(ProcessId);
        KeQuerySystemTimePrecise(&info->Data.Time);
        g_Globals.Push(&info->Entry);
    }
}

_Use_decl_annotations_ void OnThreadNotify(HANDLE ProcessId, HANDLE ThreadId, BOOLEAN Create) {
    auto info = (FullItem<ThreadCreateExitInfo> *)ExAllocatePool2(
        POOL_FLAG_PAGED, sizeof(FullItem<ThreadCreateExitInfo>), kTag);
    if (info == nullptr)
        return;
    info->Data.Type = Create ? ItemType::ThreadCreate : ItemType::ThreadExit;
    info->Data.Size = sizeof(info->Data);
    info->Data.ProcessId = HandleToULong(ProcessId);
    info->Data.ThreadId = HandleToULong(ThreadId);
    g_Globals.Push(&info->Entry);
}

_Use_decl_annotations_ NTSTATUS MonitorCreateClose(PDEVICE_OBJECT, PIRP Irp) {
    return CompleteIrp(Irp);
}

_Use_decl_annotations_ NTSTATUS MonitorRead(PDEVICE_OBJECT, PIRP Irp) {
    auto stack = IoGetCurrentIrpStackLocation(Irp);
    auto len = stack->Parameters.Read.Length;
    auto count = 0;
    NT_ASSERT(Irp->MdlAddress);
    auto buffer = (UCHAR *)MmGetSystemAddressForMdlSafe(Irp->MdlAddress, NormalPagePriority);
    if (!buffer)
        return CompleteIrp(Irp, STATUS_INSUFFICIENT_RESOURCES);
    Locker<FastMutex> lock(g_Globals.Mutex);
    while (!IsListEmpty(&g_Globals.ItemsHead)) {
        auto entry = g_Globals.ItemsHead.Flink;
        auto info = CONTAINING_RECORD(entry, FullItem<ItemHeader>, Entry);
        auto size = info->Data.Size;
        if (len < size)
            break;
        RemoveEntryList(entry);
        g_Globals.ItemCount--;
        ::memcpy(buffer, &info->Data, size);
        len -= size;
        buffer += size;
        count += size;
        ExFreePool(info);
    }
    return CompleteIrp(Irp, STATUS_SUCCESS, count);
}

_Use_decl_annotations_ NTSTATUS MonitorDeviceControl(PDEVICE_OBJECT, PIRP Irp) {
    auto stack = IoGetCurrentIrpStackLocation(Irp);
    auto &dic = stack->Parameters.DeviceIoControl;
    auto status = STATUS_INVALID_DEVICE_REQUEST;
    switch (dic.IoControlCode) {
    case IOCTL_CLASSMON_KILL: {
        if (dic.InputBufferLength < sizeof(ULONG)) {
            status = STATUS_BUFFER_TOO_SMALL;
            break;
        }
        auto pid = *static_cast<ULONG *>(Irp->AssociatedIrp.SystemBuffer);
        HANDLE hProcess;
        CLIENT_ID cid{ULongToHandle(pid), nullptr};
        OBJECT_ATTRIBUTES attr = RTL_CONSTANT_OBJECT_ATTRIBUTES(nullptr, OBJ_KERNEL_HANDLE);
        status = ZwOpenProcess(&hProcess, PROCESS_TERMINATE, &attr, &cid);
        if (NT_SUCCESS(status)) {
            status = ZwTerminateProcess(hProcess, 1);
            ZwClose(hProcess);
        }
        break;
    }
    case IOCTL_CLASSMON_BOOST: {
        PETHREAD Thread;
        status = PsLookupThreadByThreadId(UlongToHandle(4), &Thread);
        if (NT_SUCCESS(status)) {
            KeSetPriorityThread((PKTHREAD)Thread, LOW_REALTIME_PRIORITY);
            ObDereferenceObject(Thread);
        }
        PEPROCESS process;
        if (NT_SUCCESS(PsLookupProcessByProcessId(ULongToHandle(8), &process))) {
            KAPC_STATE state;
            KeStackAttachProcess(process, &state);
            KeUnstackDetachProcess(&state);
            ObDereferenceObject(process);
        }
        break;
    }
    }
    return CompleteIrp(Irp, status);
}

_Use_decl_annotations_ void MonitorUnload(PDRIVER_OBJECT DriverObject) {
    PsSetCreateProcessNotifyRoutineEx(OnProcessNotify, TRUE);
    PsRemoveCreateThreadNotifyRoutine(OnThreadNotify);
    UNICODE_STRING symLink;
    RtlInitUnicodeString(&symLink, L"\\??\\classmon");
    IoDeleteSymbolicLink(&symLink);
    IoDeleteDevice(DriverObject->DeviceObject);
    while (!IsListEmpty(&g_Globals.ItemsHead))
        ExFreePool(
            CONTAINING_RECORD(RemoveHeadList(&g_Globals.ItemsHead), FullItem<ItemHeader>, Entry));
}
