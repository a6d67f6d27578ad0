// events.sys: a driver of C++ classes. Programs leave requests with its control device; each event
// completes one of them ("inverted call"). Requests wait in a cancel-safe queue, so that they can
// be cancelled at any time and go with the program that has sent them; events without a request
// wait in a list.
#include <ntifs.h>
#include <ntstrsafe.h>

#include "events.h"

namespace {

constexpr ULONG PoolTag = 'qtvE';
constexpr ULONG EventsMax = 128;

class SpinLock {
public:
    void Initialize() { KeInitializeSpinLock(&m_lock); }
    void Acquire(PKIRQL irql) { KeAcquireSpinLock(&m_lock, irql); }
    void Release(KIRQL irql) { KeReleaseSpinLock(&m_lock, irql); }

private:
    KSPIN_LOCK m_lock;
};

class SpinLockGuard {
public:
    explicit SpinLockGuard(SpinLock &lock) : m_lock(lock) { m_lock.Acquire(&m_irql); }
    ~SpinLockGuard() { m_lock.Release(m_irql); }
    SpinLockGuard(const SpinLockGuard &) = delete;
    SpinLockGuard &operator=(const SpinLockGuard &) = delete;

private:
    SpinLock &m_lock;
    KIRQL m_irql;
};

struct EventItem {
    LIST_ENTRY Link;
    EventRecord Record;

    static void *operator new(size_t size) noexcept
    {
        return ExAllocatePool2(POOL_FLAG_NON_PAGED, size, PoolTag);
    }
    static void operator delete(void *memory) { ExFreePoolWithTag(memory, PoolTag); }
};

NTSTATUS Complete(PIRP irp, NTSTATUS status, ULONG_PTR information = 0)
{
    irp->IoStatus.Status = status;
    irp->IoStatus.Information = information;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return status;
}

NTSTATUS CompleteWith(PIRP irp, const EventRecord &record)
{
    RtlCopyMemory(irp->AssociatedIrp.SystemBuffer, &record, sizeof record);
    return Complete(irp, STATUS_SUCCESS, sizeof record);
}

// Lies in the device extension.
class EventQueue {
public:
    void Initialize()
    {
        m_lock.Initialize();
        InitializeListHead(&m_requests);
        InitializeListHead(&m_events);
        m_eventCount = 0;
        IoCsqInitialize(&m_csq, Insert, Remove, Peek, Lock, Unlock, Cancel);
    }

    void Report(const EventRecord &record)
    {
        if (PIRP irp = IoCsqRemoveNextIrp(&m_csq, nullptr)) {
            CompleteWith(irp, record);
            return;
        }
        auto item = new EventItem;
        if (!item)
            return;
        item->Record = record;
        if (!Push(item))
            delete item;
    }

    NTSTATUS Next(PIRP irp)
    {
        if (auto item = Pop()) {
            auto status = CompleteWith(irp, item->Record);
            delete item;
            return status;
        }
        IoCsqInsertIrp(&m_csq, irp, nullptr); // marks it pending
        return STATUS_PENDING;
    }

    void CancelRequestsOf(PFILE_OBJECT file)
    {
        while (PIRP irp = IoCsqRemoveNextIrp(&m_csq, file))
            Complete(irp, STATUS_CANCELLED);
    }

    void Clear()
    {
        while (auto item = Pop())
            delete item;
    }

private:
    IO_CSQ m_csq;
    SpinLock m_lock;
    LIST_ENTRY m_requests, m_events;
    ULONG m_eventCount;

    bool Push(EventItem *item)
    {
        SpinLockGuard guard(m_lock);
        if (m_eventCount == EventsMax)
            return false;
        InsertTailList(&m_events, &item->Link);
        m_eventCount++;
        return true;
    }

    EventItem *Pop()
    {
        SpinLockGuard guard(m_lock);
        if (IsListEmpty(&m_events))
            return nullptr;
        m_eventCount--;
        return CONTAINING_RECORD(RemoveHeadList(&m_events), EventItem, Link);
    }

    static EventQueue *From(PIO_CSQ csq) { return CONTAINING_RECORD(csq, EventQueue, m_csq); }

    static VOID Insert(PIO_CSQ csq, PIRP irp)
    {
        InsertTailList(&From(csq)->m_requests, &irp->Tail.Overlay.ListEntry);
    }

    static VOID Remove(PIO_CSQ, PIRP irp) { RemoveEntryList(&irp->Tail.Overlay.ListEntry); }

    static PIRP Peek(PIO_CSQ csq, PIRP irp, PVOID file)
    {
        auto head = &From(csq)->m_requests;
        auto link = irp ? irp->Tail.Overlay.ListEntry.Flink : head->Flink;
        for (; link != head; link = link->Flink) {
            auto next = CONTAINING_RECORD(link, IRP, Tail.Overlay.ListEntry);
            if (!file || IoGetCurrentIrpStackLocation(next)->FileObject == file)
                return next;
        }
        return nullptr;
    }

    static VOID Lock(PIO_CSQ csq, PKIRQL irql) { From(csq)->m_lock.Acquire(irql); }
    static VOID Unlock(PIO_CSQ csq, KIRQL irql) { From(csq)->m_lock.Release(irql); }
    static VOID Cancel(PIO_CSQ, PIRP irp) { Complete(irp, STATUS_CANCELLED); }
};

EventQueue *Queue;

void CopyName(EventRecord &record, PCUNICODE_STRING name)
{
    if (!name)
        return;
    UNICODE_STRING end = *name;
    USHORT room = sizeof record.Name - sizeof(WCHAR);
    if (end.Length > room) {
        end.Buffer += (end.Length - room) / sizeof(WCHAR);
        end.Length = room;
    }
    RtlStringCbCopyUnicodeString(record.Name, sizeof record.Name, &end);
}

VOID OnProcess(PEPROCESS process, HANDLE processId, PPS_CREATE_NOTIFY_INFO info)
{
    EventRecord record = {};
    record.Kind = info ? ProcessCreated : ProcessEnded;
    record.ProcessId = HandleToULong(processId);
    if (info)
        CopyName(record, info->ImageFileName);
    else
        record.ExitStatus = PsGetProcessExitStatus(process);
    Queue->Report(record);
}

VOID OnImage(PUNICODE_STRING name, HANDLE processId, PIMAGE_INFO info)
{
    if (info->SystemModeImage)
        return;
    EventRecord record = {};
    record.Kind = ImageLoaded;
    record.ProcessId = HandleToULong(processId);
    CopyName(record, name);
    Queue->Report(record);
}

NTSTATUS OnCreateClose(PDEVICE_OBJECT, PIRP irp)
{
    return Complete(irp, STATUS_SUCCESS);
}

NTSTATUS OnCleanup(PDEVICE_OBJECT, PIRP irp)
{
    Queue->CancelRequestsOf(IoGetCurrentIrpStackLocation(irp)->FileObject);
    return Complete(irp, STATUS_SUCCESS);
}

NTSTATUS OnControl(PDEVICE_OBJECT, PIRP irp)
{
    const auto &control = IoGetCurrentIrpStackLocation(irp)->Parameters.DeviceIoControl;
    if (control.IoControlCode != IOCTL_EVENTS_NEXT)
        return Complete(irp, STATUS_INVALID_DEVICE_REQUEST);
    if (control.OutputBufferLength < sizeof(EventRecord))
        return Complete(irp, STATUS_BUFFER_TOO_SMALL);
    return Queue->Next(irp);
}

UNICODE_STRING DeviceName = RTL_CONSTANT_STRING(L"\\Device\\Events");
UNICODE_STRING LinkName = RTL_CONSTANT_STRING(L"\\??\\Events");

VOID OnUnload(PDRIVER_OBJECT driver)
{
    PsRemoveLoadImageNotifyRoutine(OnImage);
    PsSetCreateProcessNotifyRoutineEx(OnProcess, TRUE);
    Queue->Clear();
    IoDeleteSymbolicLink(&LinkName);
    IoDeleteDevice(driver->DeviceObject);
}

NTSTATUS Register()
{
    auto status = PsSetCreateProcessNotifyRoutineEx(OnProcess, FALSE);
    if (!NT_SUCCESS(status))
        return status;
    status = PsSetLoadImageNotifyRoutine(OnImage);
    if (!NT_SUCCESS(status))
        PsSetCreateProcessNotifyRoutineEx(OnProcess, TRUE);
    return status;
}

} // namespace

extern "C" NTSTATUS DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING)
{
    PDEVICE_OBJECT device;
    auto status = IoCreateDevice(driver, sizeof(EventQueue), &DeviceName, FILE_DEVICE_UNKNOWN,
                                 FILE_DEVICE_SECURE_OPEN, FALSE, &device);
    if (!NT_SUCCESS(status))
        return status;
    Queue = static_cast<EventQueue *>(device->DeviceExtension);
    Queue->Initialize();
    driver->DriverUnload = OnUnload;
    driver->MajorFunction[IRP_MJ_CREATE] = OnCreateClose;
    driver->MajorFunction[IRP_MJ_CLOSE] = OnCreateClose;
    driver->MajorFunction[IRP_MJ_CLEANUP] = OnCleanup;
    driver->MajorFunction[IRP_MJ_DEVICE_CONTROL] = OnControl;
    status = IoCreateSymbolicLink(&LinkName, &DeviceName);
    if (NT_SUCCESS(status)) {
        status = Register();
        if (!NT_SUCCESS(status))
            IoDeleteSymbolicLink(&LinkName);
    }
    if (!NT_SUCCESS(status)) {
        Queue->Clear();
        IoDeleteDevice(device);
    }
    return status;
}
