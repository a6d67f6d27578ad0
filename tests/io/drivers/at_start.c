/*
 * Does something in every new process before its program runs: an image routine that waits for
 * ntdll.dll queues a kernel APC, whose routine allocates memory and maps a section. The prototypes
 * are the driver's own, as in every driver that uses these routines.
 */
#include <ntifs.h>

#define AT_START_TAG 'tSta'

typedef enum _KAPC_ENVIRONMENT {
    OriginalApcEnvironment,
    AttachedApcEnvironment,
    CurrentApcEnvironment
} KAPC_ENVIRONMENT;

typedef VOID(NTAPI *PKNORMAL_ROUTINE)(_In_opt_ PVOID NormalContext, _In_opt_ PVOID SystemArgument1,
                                      _In_opt_ PVOID SystemArgument2);
typedef VOID(NTAPI *PKKERNEL_ROUTINE)(_In_ PKAPC Apc, _Inout_ PKNORMAL_ROUTINE *NormalRoutine,
                                      _Inout_ PVOID *NormalContext, _Inout_ PVOID *SystemArgument1,
                                      _Inout_ PVOID *SystemArgument2);
typedef VOID(NTAPI *PKRUNDOWN_ROUTINE)(_In_ PKAPC Apc);

NTKERNELAPI VOID NTAPI KeInitializeApc(_Out_ PRKAPC Apc, _In_ PETHREAD Thread,
                                       _In_ KAPC_ENVIRONMENT Environment,
                                       _In_ PKKERNEL_ROUTINE KernelRoutine,
                                       _In_opt_ PKRUNDOWN_ROUTINE RundownRoutine,
                                       _In_opt_ PKNORMAL_ROUTINE NormalRoutine,
                                       _In_opt_ KPROCESSOR_MODE ApcMode,
                                       _In_opt_ PVOID NormalContext);
NTKERNELAPI BOOLEAN NTAPI KeInsertQueueApc(_Inout_ PRKAPC Apc, _In_opt_ PVOID SystemArgument1,
                                           _In_opt_ PVOID SystemArgument2,
                                           _In_ KPRIORITY Increment);
NTKERNELAPI PVOID NTAPI PsGetProcessWow64Process(_In_ PEPROCESS Process);
NTKERNELAPI NTSTATUS NTAPI PsWrapApcWow64Thread(_Inout_ PVOID *ApcContext,
                                                _Inout_ PVOID *ApcRoutine);
NTKERNELAPI PCHAR NTAPI PsGetProcessImageFileName(_In_ PEPROCESS Process);

static VOID NTAPI KernelRoutine(PKAPC Apc, PKNORMAL_ROUTINE *NormalRoutine, PVOID *NormalContext,
                                PVOID *SystemArgument1, PVOID *SystemArgument2) {
    UNREFERENCED_PARAMETER(SystemArgument1);
    UNREFERENCED_PARAMETER(SystemArgument2);
    if (PsIsThreadTerminating(PsGetCurrentThread()))
        *NormalRoutine = NULL;
    if (PsGetProcessWow64Process(PsGetCurrentProcess()))
        PsWrapApcWow64Thread(NormalContext, (PVOID *)NormalRoutine);
    ExFreePoolWithTag(Apc, AT_START_TAG);
}

static NTSTATUS ShareMemory(PSIZE_T Size) {
    OBJECT_ATTRIBUTES attributes;
    LARGE_INTEGER maximum;
    HANDLE section;
    PVOID view = NULL;
    InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    maximum.QuadPart = 3 * PAGE_SIZE;
    NTSTATUS status = ZwCreateSection(&section, SECTION_ALL_ACCESS, &attributes, &maximum,
                                      PAGE_READWRITE, SEC_COMMIT, NULL);
    if (!NT_SUCCESS(status))
        return status;
    status = ZwMapViewOfSection(section, ZwCurrentProcess(), &view, 0, 0, NULL, Size, ViewUnmap, 0,
                                PAGE_READWRITE);
    ZwClose(section);
    if (NT_SUCCESS(status)) {
        RtlFillMemory(view, *Size, 0x90);
        status = ZwUnmapViewOfSection(ZwCurrentProcess(), view);
    }
    return status;
}

static VOID NTAPI NormalRoutine(PVOID Context, PVOID Argument1, PVOID Argument2) {
    PVOID base = NULL;
    SIZE_T size = 100, viewSize = 0;
    UNREFERENCED_PARAMETER(Argument1);
    UNREFERENCED_PARAMETER(Argument2);
    NTSTATUS status = ZwAllocateVirtualMemory(ZwCurrentProcess(), &base, 0, &size,
                                              MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    DbgPrint("[start] %s: %08X, %Iu bytes, %s\n", PsGetProcessImageFileName(PsGetCurrentProcess()),
             status, size, (HANDLE)Context == PsGetCurrentProcessId() ? "own" : "foreign");
    if (!NT_SUCCESS(status))
        return;
    size = 0;
    ZwFreeVirtualMemory(ZwCurrentProcess(), &base, &size, MEM_RELEASE);
    status = ShareMemory(&viewSize);
    DbgPrint("[start] section: %08X, %Iu bytes\n", status, viewSize);
}

static VOID OnImage(_In_opt_ PUNICODE_STRING FullImageName, _In_ HANDLE ProcessId,
                    _In_ PIMAGE_INFO ImageInfo) {
    UNICODE_STRING ntdll = RTL_CONSTANT_STRING(L"\\ntdll.dll");
    if (ImageInfo->SystemModeImage || !FullImageName ||
        !RtlSuffixUnicodeString(&ntdll, FullImageName, TRUE))
        return;
    PKAPC apc = (PKAPC)ExAllocatePoolWithTag(NonPagedPoolNx, sizeof(KAPC), AT_START_TAG);
    if (!apc)
        return;
    KeInitializeApc(apc, PsGetCurrentThread(), OriginalApcEnvironment, KernelRoutine, NULL,
                    NormalRoutine, KernelMode, ProcessId);
    if (!KeInsertQueueApc(apc, NULL, NULL, 0))
        ExFreePoolWithTag(apc, AT_START_TAG);
}

static VOID Unload(_In_ PDRIVER_OBJECT DriverObject) {
    UNREFERENCED_PARAMETER(DriverObject);
    PsRemoveLoadImageNotifyRoutine(OnImage);
}

NTSTATUS DriverEntry(_In_ PDRIVER_OBJECT DriverObject, _In_ PUNICODE_STRING RegistryPath) {
    UNREFERENCED_PARAMETER(RegistryPath);
    DriverObject->DriverUnload = Unload;
    return PsSetLoadImageNotifyRoutine(OnImage);
}
