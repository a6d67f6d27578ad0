/*
 * Lists processes and modules of the kernel when its device is opened, and listens to a callback
 * object of the system and one of its own.
 */
#include <ntifs.h>

extern "C" {
DRIVER_INITIALIZE DriverEntry;
NTSYSAPI NTSTATUS NTAPI ZwQuerySystemInformation(_In_ ULONG InfoClass, _Out_ PVOID Buffer,
                                                 _In_ ULONG Length, _Out_opt_ PULONG ReturnLength);
}

constexpr ULONG SurveyTag = 'vruS';
constexpr ULONG SystemProcessInformation = 5, SystemModuleInformation = 11;

struct ProcessEntry {
    ULONG NextEntryOffset;
    ULONG NumberOfThreads;
    LARGE_INTEGER Reserved[6];
    UNICODE_STRING ImageName;
    KPRIORITY BasePriority;
    HANDLE UniqueProcessId;
};

struct ModuleEntry {
    HANDLE Section;
    PVOID MappedBase, ImageBase;
    ULONG ImageSize, Flags;
    USHORT LoadOrderIndex, InitOrderIndex, LoadCount, OffsetToFileName;
    UCHAR FullPathName[256];
};

struct Modules {
    ULONG NumberOfModules;
    ModuleEntry Entries[1];
};

/* What such a query answers, in pool of its own. */
template <typename T> class SystemQuery {
    T *m_data = nullptr;

public:
    explicit SystemQuery(ULONG infoClass) {
        ULONG needed = 0;
        NTSTATUS status = ZwQuerySystemInformation(infoClass, nullptr, 0, &needed);
        while (status == STATUS_INFO_LENGTH_MISMATCH) {
            Free();
            needed += PAGE_SIZE;
            m_data = static_cast<T *>(ExAllocatePool2(POOL_FLAG_PAGED, needed, SurveyTag));
            if (!m_data)
                return;
            status = ZwQuerySystemInformation(infoClass, m_data, needed, &needed);
        }
        if (!NT_SUCCESS(status))
            Free();
    }
    ~SystemQuery() {
        Free();
    }
    T *Get() const {
        return m_data;
    }

private:
    void Free() {
        if (m_data)
            ExFreePoolWithTag(m_data, SurveyTag);
        m_data = nullptr;
    }
};

static PVOID g_System, g_Own;
static PCALLBACK_OBJECT g_Object;

static VOID Heard(PVOID context, PVOID first, PVOID second) {
    UNREFERENCED_PARAMETER(context);
    DbgPrint("[survey] heard %Iu %Iu\n", reinterpret_cast<SIZE_T>(first),
             reinterpret_cast<SIZE_T>(second));
}

static NTSTATUS Survey() {
    SystemQuery<ProcessEntry> processes(SystemProcessInformation);
    SystemQuery<Modules> modules(SystemModuleInformation);
    if (!processes.Get() || !modules.Get())
        return STATUS_INSUFFICIENT_RESOURCES;
    for (auto entry = processes.Get();;) {
        DbgPrint("[survey] %wZ\n", &entry->ImageName);
        if (!entry->NextEntryOffset)
            break;
        auto next = reinterpret_cast<PUCHAR>(entry) + entry->NextEntryOffset;
        entry = reinterpret_cast<ProcessEntry *>(next);
    }
    for (ULONG i = 0; i < modules.Get()->NumberOfModules; i++) {
        const auto &module = modules.Get()->Entries[i];
        DbgPrint("[survey] %s\n", module.FullPathName + module.OffsetToFileName);
    }
    return STATUS_SUCCESS;
}

static NTSTATUS Dispatch(PDEVICE_OBJECT, PIRP irp) {
    NTSTATUS status = STATUS_SUCCESS;
    if (IoGetCurrentIrpStackLocation(irp)->MajorFunction == IRP_MJ_CREATE)
        status = Survey();
    irp->IoStatus.Status = status;
    irp->IoStatus.Information = 0;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return status;
}

static NTSTATUS Listen() {
    UNICODE_STRING system = RTL_CONSTANT_STRING(L"\\Callback\\PowerState");
    UNICODE_STRING own = RTL_CONSTANT_STRING(L"\\Callback\\Survey");
    OBJECT_ATTRIBUTES attributes;
    PCALLBACK_OBJECT power;
    InitializeObjectAttributes(&attributes, &system, OBJ_CASE_INSENSITIVE, nullptr, nullptr);
    NTSTATUS status = ExCreateCallback(&power, &attributes, FALSE, TRUE);
    if (!NT_SUCCESS(status))
        return status;
    g_System = ExRegisterCallback(power, Heard, nullptr);
    ObDereferenceObject(power);
    InitializeObjectAttributes(&attributes, &own, OBJ_CASE_INSENSITIVE, nullptr, nullptr);
    status = ExCreateCallback(&g_Object, &attributes, TRUE, FALSE);
    if (NT_SUCCESS(status))
        g_Own = ExRegisterCallback(g_Object, Heard, nullptr);
    return status;
}

static VOID StopListening() {
    if (g_Own)
        ExUnregisterCallback(g_Own);
    if (g_Object)
        ObDereferenceObject(g_Object);
    if (g_System)
        ExUnregisterCallback(g_System);
}

static UNICODE_STRING g_Link = RTL_CONSTANT_STRING(L"\\??\\Survey");

static VOID Unload(PDRIVER_OBJECT driver) {
    StopListening();
    IoDeleteSymbolicLink(&g_Link);
    IoDeleteDevice(driver->DeviceObject);
}

extern "C" NTSTATUS DriverEntry(_In_ PDRIVER_OBJECT driver, _In_ PUNICODE_STRING) {
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\Survey");
    PDEVICE_OBJECT device = nullptr;
    NTSTATUS status = IoCreateDevice(driver, 0, &name, FILE_DEVICE_UNKNOWN, FILE_DEVICE_SECURE_OPEN,
                                     FALSE, &device);
    if (!NT_SUCCESS(status))
        return status;
    for (auto &routine : driver->MajorFunction)
        routine = Dispatch;
    driver->DriverUnload = Unload;
    status = IoCreateSymbolicLink(&g_Link, &name);
    if (NT_SUCCESS(status)) {
        status = Listen();
        if (!NT_SUCCESS(status))
            IoDeleteSymbolicLink(&g_Link);
    }
    if (!NT_SUCCESS(status)) {
        StopListening();
        IoDeleteDevice(device);
        return status;
    }
    ExNotifyCallback(g_Object, ULongToPtr(1), ULongToPtr(2));
    return STATUS_SUCCESS;
}
