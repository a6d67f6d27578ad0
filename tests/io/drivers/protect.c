/* Nobody may open a process named protected.exe for termination. Control codes with METHOD_NEITHER.
 */
#include <ntifs.h>

#define PROCESS_TERMINATE_RIGHT 0x0001
#define PROCESS_VM_WRITE_RIGHT 0x0020

NTKERNELAPI PCHAR PsGetProcessImageFileName(PEPROCESS Process);

static PVOID g_Registration;
static UNICODE_STRING g_Name = RTL_CONSTANT_STRING(L"\\??\\ObProtect");
static UNICODE_STRING g_Device = RTL_CONSTANT_STRING(L"\\Device\\ObProtect");
static volatile LONG g_Stripped;

static BOOLEAN IsProtected(PEPROCESS Process) {
    return _stricmp(PsGetProcessImageFileName(Process), "protected.exe") == 0;
}

OB_PREOP_CALLBACK_STATUS PreOperation(PVOID RegistrationContext,
                                      POB_PRE_OPERATION_INFORMATION Info) {
    PACCESS_MASK access;

    UNREFERENCED_PARAMETER(RegistrationContext);
    if (Info->KernelHandle || Info->ObjectType != *PsProcessType)
        return OB_PREOP_SUCCESS;
    if (!IsProtected((PEPROCESS)Info->Object) || (PEPROCESS)Info->Object == PsGetCurrentProcess())
        return OB_PREOP_SUCCESS;
    access = Info->Operation == OB_OPERATION_HANDLE_CREATE
                 ? &Info->Parameters->CreateHandleInformation.DesiredAccess
                 : &Info->Parameters->DuplicateHandleInformation.DesiredAccess;
    if (*access & (PROCESS_TERMINATE_RIGHT | PROCESS_VM_WRITE_RIGHT)) {
        *access &= ~(PROCESS_TERMINATE_RIGHT | PROCESS_VM_WRITE_RIGHT);
        InterlockedIncrement(&g_Stripped);
    }
    return OB_PREOP_SUCCESS;
}

VOID PostOperation(PVOID RegistrationContext, POB_POST_OPERATION_INFORMATION Info) {
    UNREFERENCED_PARAMETER(RegistrationContext);
    UNREFERENCED_PARAMETER(Info);
}

NTSTATUS OnCreateClose(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    UNREFERENCED_PARAMETER(DeviceObject);
    Irp->IoStatus.Status = STATUS_SUCCESS;
    Irp->IoStatus.Information = 0;
    IofCompleteRequest(Irp, 0);
    return STATUS_SUCCESS;
}

/* METHOD_NEITHER: the caller's own pointers. */
NTSTATUS OnControl(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
    NTSTATUS status = STATUS_SUCCESS;

    UNREFERENCED_PARAMETER(DeviceObject);
    Irp->IoStatus.Information = 0;
    __try {
        if (stack->Parameters.DeviceIoControl.OutputBufferLength < sizeof(LONG))
            ExRaiseStatus(STATUS_BUFFER_TOO_SMALL);
        ProbeForWrite(Irp->UserBuffer, sizeof(LONG), __alignof(LONG));
        *(PLONG)Irp->UserBuffer = g_Stripped;
        Irp->IoStatus.Information = sizeof(LONG);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        status = GetExceptionCode();
    }
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
}

VOID Unload(PDRIVER_OBJECT DriverObject) {
    if (g_Registration) {
        ObUnRegisterCallbacks(g_Registration);
        g_Registration = NULL;
    }
    IoDeleteSymbolicLink(&g_Name);
    IoDeleteDevice(DriverObject->DeviceObject);
    DbgPrint("[protect] %d opens were cut\n", g_Stripped);
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath) {
    OB_CALLBACK_REGISTRATION registration;
    OB_OPERATION_REGISTRATION operations[2];
    PDEVICE_OBJECT device = NULL;
    NTSTATUS status;
    ULONG i;

    DbgPrint("[protect] %wZ\n", RegistryPath);
    status = IoCreateDevice(DriverObject, 0, &g_Device, FILE_DEVICE_UNKNOWN,
                            FILE_DEVICE_SECURE_OPEN, FALSE, &device);
    if (!NT_SUCCESS(status))
        return status;
    status = IoCreateSymbolicLink(&g_Name, &g_Device);
    if (!NT_SUCCESS(status)) {
        IoDeleteDevice(device);
        return status;
    }
    RtlZeroMemory(operations, sizeof(operations));
    operations[0].ObjectType = PsProcessType;
    operations[0].Operations = OB_OPERATION_HANDLE_CREATE | OB_OPERATION_HANDLE_DUPLICATE;
    operations[0].PreOperation = PreOperation;
    operations[0].PostOperation = PostOperation;
    operations[1].ObjectType = PsThreadType;
    operations[1].Operations = OB_OPERATION_HANDLE_CREATE | OB_OPERATION_HANDLE_DUPLICATE;
    operations[1].PreOperation = PreOperation;
    RtlZeroMemory(&registration, sizeof(registration));
    registration.Version = ObGetFilterVersion();
    registration.OperationRegistrationCount = ARRAYSIZE(operations);
    RtlInitUnicodeString(&registration.Altitude, L"320000.77");
    registration.RegistrationContext = NULL;
    registration.OperationRegistration = operations;
    status = ObRegisterCallbacks(&registration, &g_Registration);
    if (!NT_SUCCESS(status)) {
        DbgPrint("[protect] ObRegisterCallbacks 0x%X\n", status);
        IoDeleteSymbolicLink(&g_Name);
        IoDeleteDevice(device);
        return status;
    }
    for (i = 0; i < IRP_MJ_MAXIMUM_FUNCTION; i++)
        DriverObject->MajorFunction[i] = OnCreateClose;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = OnControl;
    DriverObject->DriverUnload = Unload;
    device->Flags &= ~DO_DEVICE_INITIALIZING;
    return STATUS_SUCCESS;
}
