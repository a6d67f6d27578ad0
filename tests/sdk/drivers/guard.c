/* An Ex notify routine with a veto, handle and registry callbacks, a thread, a file name query. */
#include <fltKernel.h>
#include <ntstrsafe.h>
#include <dontuse.h>
#include <suppress.h>
#include <ntintsafe.h>

NTKERNELAPI PCHAR PsGetProcessImageFileName(_In_ PEPROCESS Process);
NTSYSAPI NTSTATUS NTAPI ZwQueryInformationProcess(_In_ HANDLE ProcessHandle,
                                                  _In_ PROCESSINFOCLASS ProcessInformationClass,
                                                  _Out_opt_ PVOID ProcessInformation,
                                                  _In_ ULONG ProcessInformationLength,
                                                  _Out_opt_ PULONG ReturnLength);

DRIVER_INITIALIZE DriverEntry;
_Function_class_(DRIVER_UNLOAD) _IRQL_requires_(PASSIVE_LEVEL) _IRQL_requires_same_ VOID
    GuardUnload(_In_ PDRIVER_OBJECT DriverObject);
EX_CALLBACK_FUNCTION RegistryCallback;
KSTART_ROUTINE GuardThread;

typedef struct _GUARD_DATA {
    PVOID ObHandle;
    LARGE_INTEGER CmCookie;
    PFLT_FILTER Filter;
    PETHREAD Thread;
    KEVENT Stop;
    EX_RUNDOWN_REF Rundown;
    ERESOURCE Resource;
    KSPIN_LOCK SpinLock;
    EX_PUSH_LOCK PushLock;
    LOOKASIDE_LIST_EX Names;
    RTL_GENERIC_TABLE Table;
} GUARD_DATA;

static GUARD_DATA Guard;
static UNICODE_STRING Forbidden = RTL_CONSTANT_STRING(L"\\forbidden.exe");

static RTL_GENERIC_COMPARE_RESULTS NTAPI CompareIds(PRTL_GENERIC_TABLE Table, PVOID First,
                                                    PVOID Second) {
    ULONG64 a = *(PULONG64)First, b = *(PULONG64)Second;
    UNREFERENCED_PARAMETER(Table);
    return a < b ? GenericLessThan : a > b ? GenericGreaterThan : GenericEqual;
}

static PVOID NTAPI AllocateId(PRTL_GENERIC_TABLE Table, CLONG ByteSize) {
    UNREFERENCED_PARAMETER(Table);
    return ExAllocatePool2(POOL_FLAG_PAGED, ByteSize, 'drGG');
}

static VOID NTAPI FreeId(PRTL_GENERIC_TABLE Table, PVOID Buffer) {
    UNREFERENCED_PARAMETER(Table);
    ExFreePool(Buffer);
}

static VOID OnProcessEx(_Inout_ PEPROCESS Process, _In_ HANDLE ProcessId,
                        _Inout_opt_ PPS_CREATE_NOTIFY_INFO CreateInfo) {
    ULONG64 id = (ULONG64)(ULONG_PTR)ProcessId;
    BOOLEAN isNew;

    if (!ExAcquireRundownProtection(&Guard.Rundown))
        return;
    ExEnterCriticalRegionAndAcquireResourceExclusive(&Guard.Resource);
    if (CreateInfo != NULL) {
        RtlInsertElementGenericTable(&Guard.Table, &id, sizeof(id), &isNew);
        if (CreateInfo->FileOpenNameAvailable && CreateInfo->ImageFileName &&
            RtlSuffixUnicodeString(&Forbidden, CreateInfo->ImageFileName, TRUE))
            CreateInfo->CreationStatus = STATUS_ACCESS_DENIED;
        DbgPrint("guard: %s by %lu.%lu: %wZ\n", PsGetProcessImageFileName(Process),
                 HandleToUlong(CreateInfo->CreatingThreadId.UniqueProcess),
                 HandleToUlong(CreateInfo->CreatingThreadId.UniqueThread), CreateInfo->CommandLine);
    } else {
        RtlDeleteElementGenericTable(&Guard.Table, &id);
    }
    ExReleaseResourceAndLeaveCriticalRegion(&Guard.Resource);
    ExReleaseRundownProtection(&Guard.Rundown);
}

static VOID OnImage(_In_opt_ PUNICODE_STRING FullImageName, _In_ HANDLE ProcessId,
                    _In_ PIMAGE_INFO ImageInfo) {
    PFLT_FILE_NAME_INFORMATION name = NULL;
    if (ProcessId == NULL || ImageInfo->SystemModeImage || !ImageInfo->ExtendedInfoPresent)
        return;
    PIMAGE_INFO_EX extended = CONTAINING_RECORD(ImageInfo, IMAGE_INFO_EX, ImageInfo);
    if (NT_SUCCESS(FltGetFileNameInformationUnsafe(
            extended->FileObject, NULL, FLT_FILE_NAME_NORMALIZED | FLT_FILE_NAME_QUERY_DEFAULT,
            &name))) {
        KdPrint(("guard: image %wZ at %p (%Iu bytes)\n", &name->Name, ImageInfo->ImageBase,
                 ImageInfo->ImageSize));
        FltReleaseFileNameInformation(name);
    } else if (FullImageName) {
        KdPrint(("guard: image %wZ\n", FullImageName));
    }
}

_Use_decl_annotations_ static OB_PREOP_CALLBACK_STATUS
OnPreHandle(PVOID Context, POB_PRE_OPERATION_INFORMATION Info) {
    UNREFERENCED_PARAMETER(Context);
    if (Info->KernelHandle || Info->ObjectType != *PsProcessType)
        return OB_PREOP_SUCCESS;
    if (Info->Operation == OB_OPERATION_HANDLE_CREATE)
        Info->Parameters->CreateHandleInformation.DesiredAccess &= ~0x0001;
    else
        Info->Parameters->DuplicateHandleInformation.DesiredAccess &= ~0x0001;
    return OB_PREOP_SUCCESS;
}

_Use_decl_annotations_ NTSTATUS RegistryCallback(PVOID CallbackContext, PVOID Argument1,
                                                 PVOID Argument2) {
    UNREFERENCED_PARAMETER(CallbackContext);
    switch ((REG_NOTIFY_CLASS)(ULONG_PTR)Argument1) {
    case RegNtPreSetValueKey: {
        PREG_SET_VALUE_KEY_INFORMATION info = (PREG_SET_VALUE_KEY_INFORMATION)Argument2;
        return info->Type == REG_DWORD ? STATUS_SUCCESS : STATUS_ACCESS_DENIED;
    }
    case RegNtPostCreateKeyEx:
    default:
        return STATUS_SUCCESS;
    }
}

_Use_decl_annotations_ VOID GuardThread(PVOID StartContext) {
    LARGE_INTEGER timeout;
    GUARD_DATA *data = (GUARD_DATA *)StartContext;
    timeout.QuadPart = -10 * 1000 * 1000;
    while (KeWaitForSingleObject(&data->Stop, Executive, KernelMode, FALSE, &timeout) ==
           STATUS_TIMEOUT) {
        KIRQL irql;
        KeAcquireSpinLock(&data->SpinLock, &irql);
        KeReleaseSpinLock(&data->SpinLock, irql);
    }
    PsTerminateSystemThread(STATUS_SUCCESS);
}

static NTSTATUS GuardFilterUnload(_In_ FLT_FILTER_UNLOAD_FLAGS Flags) {
    UNREFERENCED_PARAMETER(Flags);
    FltUnregisterFilter(Guard.Filter);
    return STATUS_SUCCESS;
}

static FLT_PREOP_CALLBACK_STATUS
OnPreCreate(_Inout_ PFLT_CALLBACK_DATA Data, _In_ PCFLT_RELATED_OBJECTS FltObjects,
            _Flt_CompletionContext_Outptr_ PVOID *CompletionContext) {
    UNREFERENCED_PARAMETER(FltObjects);
    UNREFERENCED_PARAMETER(CompletionContext);
    if (Data->RequestorMode == KernelMode || FlagOn(Data->Iopb->IrpFlags, IRP_PAGING_IO))
        return FLT_PREOP_SUCCESS_NO_CALLBACK;
    Data->IoStatus.Status = STATUS_ACCESS_DENIED;
    Data->IoStatus.Information = 0;
    return FLT_PREOP_COMPLETE;
}

static const FLT_OPERATION_REGISTRATION Operations[] = {
    {IRP_MJ_CREATE, 0, OnPreCreate, NULL, NULL}, {IRP_MJ_OPERATION_END, 0, NULL, NULL, NULL}};

static const FLT_REGISTRATION Registration = {
    .Size = sizeof(FLT_REGISTRATION),
    .Version = FLT_REGISTRATION_VERSION,
    .OperationRegistration = Operations,
    .FilterUnloadCallback = GuardFilterUnload,
};

_Use_decl_annotations_ VOID GuardUnload(PDRIVER_OBJECT DriverObject) {
    UNREFERENCED_PARAMETER(DriverObject);
    PsRemoveLoadImageNotifyRoutine(OnImage);
    PsSetCreateProcessNotifyRoutineEx(OnProcessEx, TRUE);
    ObUnRegisterCallbacks(Guard.ObHandle);
    CmUnRegisterCallback(Guard.CmCookie);
    KeSetEvent(&Guard.Stop, IO_NO_INCREMENT, FALSE);
    KeWaitForSingleObject(Guard.Thread, Executive, KernelMode, FALSE, NULL);
    ObDereferenceObject(Guard.Thread);
    ExWaitForRundownProtectionRelease(&Guard.Rundown);
    ExDeleteResourceLite(&Guard.Resource);
    ExDeleteLookasideListEx(&Guard.Names);
}

_Use_decl_annotations_ NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject,
                                            PUNICODE_STRING RegistryPath) {
    OB_OPERATION_REGISTRATION operation = {
        PsProcessType, OB_OPERATION_HANDLE_CREATE | OB_OPERATION_HANDLE_DUPLICATE, OnPreHandle,
        NULL};
    OB_CALLBACK_REGISTRATION callbacks = {OB_FLT_REGISTRATION_VERSION, 1,
                                          RTL_CONSTANT_STRING(L"321000.1"), NULL, &operation};
    UNICODE_STRING altitude = RTL_CONSTANT_STRING(L"321000.1");
    WCHAR text[64];
    OBJECT_ATTRIBUTES attributes;
    HANDLE thread;
    NTSTATUS status;

    RtlStringCbPrintfW(text, sizeof(text), L"%wZ", RegistryPath);
    ExInitializeDriverRuntime(DrvRtPoolNxOptIn);
    DriverObject->DriverUnload = GuardUnload;
    KeInitializeEvent(&Guard.Stop, NotificationEvent, FALSE);
    KeInitializeSpinLock(&Guard.SpinLock);
    ExInitializeRundownProtection(&Guard.Rundown);
    ExInitializeResourceLite(&Guard.Resource);
    ExInitializeLookasideListEx(&Guard.Names, NULL, NULL, PagedPool, 0, 256, 'nmGG', 0);
    RtlInitializeGenericTable(&Guard.Table, CompareIds, AllocateId, FreeId, NULL);
    FltRegisterFilter(DriverObject, &Registration, &Guard.Filter);
    InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    status = PsCreateSystemThread(&thread, THREAD_ALL_ACCESS, &attributes, NULL, NULL, GuardThread,
                                  &Guard);
    if (!NT_SUCCESS(status))
        return status;
    status = ObReferenceObjectByHandle(thread, SYNCHRONIZE, *PsThreadType, KernelMode,
                                       (PVOID *)&Guard.Thread, NULL);
    NT_ASSERT(NT_SUCCESS(status));
    ZwClose(thread);
    status = ObRegisterCallbacks(&callbacks, &Guard.ObHandle);
    if (status == STATUS_FLT_INSTANCE_ALTITUDE_COLLISION)
        DbgPrint("guard: altitude taken\n");
    CmRegisterCallbackEx(RegistryCallback, &altitude, DriverObject, NULL, &Guard.CmCookie, NULL);
    PsSetLoadImageNotifyRoutine(OnImage);
    return PsSetCreateProcessNotifyRoutineEx(OnProcessEx, FALSE);
}
