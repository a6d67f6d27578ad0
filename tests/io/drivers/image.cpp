// Image-load monitor in C++: a fixed ring of records read with ReadFile (direct I/O).
#include <ntifs.h>
#include <ntddk.h>

extern "C" NTKERNELAPI PVOID PsGetProcessSectionBaseAddress(_In_ PEPROCESS Process);

namespace {

constexpr ULONG RingSize = 32;

struct ImageRecord {
    ULONG64 ImageBase;
    ULONG ProcessId;
    BOOLEAN System;
    WCHAR Name[64];
};

class ImageRing {
public:
    void Initialize() {
        ExInitializeFastMutex(&m_lock);
        m_head = m_tail = 0;
    }

    void Push(PCUNICODE_STRING name, HANDLE pid, PIMAGE_INFO info) {
        ExAcquireFastMutex(&m_lock);
        auto &record = m_records[m_tail % RingSize];
        RtlZeroMemory(&record, sizeof(record));
        record.ProcessId = HandleToULong(pid);
        record.ImageBase = reinterpret_cast<ULONG64>(info->ImageBase);
        record.System = info->SystemModeImage ? TRUE : FALSE;
        if (name) {
            const USHORT room = sizeof(record.Name) - sizeof(WCHAR);
            const auto bytes = name->Length < room ? name->Length : room;
            RtlCopyMemory(record.Name, name->Buffer, bytes);
        }
        ++m_tail;
        if (m_tail - m_head > RingSize)
            m_head = m_tail - RingSize;
        ExReleaseFastMutex(&m_lock);
    }

    bool Pop(ImageRecord *record) {
        bool found = false;
        ExAcquireFastMutex(&m_lock);
        if (m_head != m_tail) {
            *record = m_records[m_head++ % RingSize];
            found = true;
        }
        ExReleaseFastMutex(&m_lock);
        return found;
    }

private:
    FAST_MUTEX m_lock;
    ImageRecord m_records[RingSize];
    ULONG m_head, m_tail;
};

ImageRing g_Ring;

NTSTATUS Complete(PIRP Irp, NTSTATUS status = STATUS_SUCCESS, ULONG_PTR info = 0) {
    Irp->IoStatus.Status = status;
    Irp->IoStatus.Information = info;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
}

void OnImageLoad(PUNICODE_STRING FullImageName, HANDLE ProcessId, PIMAGE_INFO ImageInfo) {
    g_Ring.Push(FullImageName, ProcessId, ImageInfo);
}

NTSTATUS OnCreateClose(PDEVICE_OBJECT, PIRP Irp) { return Complete(Irp); }

NTSTATUS OnRead(PDEVICE_OBJECT, PIRP Irp) {
    const auto stack = IoGetCurrentIrpStackLocation(Irp);
    auto left = stack->Parameters.Read.Length;
    if (left == 0 || !Irp->MdlAddress)
        return Complete(Irp, STATUS_INVALID_PARAMETER);
    auto out = static_cast<ImageRecord *>(MmGetSystemAddressForMdlSafe(
        Irp->MdlAddress, NormalPagePriority | MdlMappingNoExecute));
    if (!out)
        return Complete(Irp, STATUS_INSUFFICIENT_RESOURCES);
    ULONG_PTR bytes = 0;
    while (left >= sizeof(ImageRecord) && g_Ring.Pop(out)) {
        ++out;
        left -= sizeof(ImageRecord);
        bytes += sizeof(ImageRecord);
    }
    return Complete(Irp, STATUS_SUCCESS, bytes);
}

void OnUnload(PDRIVER_OBJECT DriverObject) {
    PsRemoveLoadImageNotifyRoutine(OnImageLoad);
    UNICODE_STRING link = RTL_CONSTANT_STRING(L"\\??\\ImageMon");
    IoDeleteSymbolicLink(&link);
    IoDeleteDevice(DriverObject->DeviceObject);
}

}

extern "C" NTSTATUS DriverEntry(_In_ PDRIVER_OBJECT DriverObject, _In_ PUNICODE_STRING) {
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\ImageMon");
    UNICODE_STRING link = RTL_CONSTANT_STRING(L"\\??\\ImageMon");
    PDEVICE_OBJECT device;

    g_Ring.Initialize();
    auto status = IoCreateDevice(DriverObject, 0, &name, FILE_DEVICE_UNKNOWN, 0, FALSE, &device);
    if (!NT_SUCCESS(status))
        return status;
    device->Flags |= DO_DIRECT_IO;
    status = IoCreateSymbolicLink(&link, &name);
    if (NT_SUCCESS(status)) {
        status = PsSetLoadImageNotifyRoutine(OnImageLoad);
        if (!NT_SUCCESS(status))
            IoDeleteSymbolicLink(&link);
    }
    if (!NT_SUCCESS(status)) {
        IoDeleteDevice(device);
        return status;
    }
    DriverObject->DriverUnload = OnUnload;
    DriverObject->MajorFunction[IRP_MJ_CREATE] = OnCreateClose;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = OnCreateClose;
    DriverObject->MajorFunction[IRP_MJ_READ] = OnRead;
    return STATUS_SUCCESS;
}
