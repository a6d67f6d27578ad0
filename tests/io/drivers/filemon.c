/*
 * A minifilter as file monitors write it: every open, write, rename and deletion of a program is
 * printed, and only trusted.exe may open what is called secret.
 */
#include <fltKernel.h>
#include <ntstrsafe.h>

#define TAG 'nomF'

typedef struct _OPEN_CONTEXT {
    ULONG ProcessId;
    PFLT_FILE_NAME_INFORMATION Name;
} OPEN_CONTEXT, *POPEN_CONTEXT;

DRIVER_INITIALIZE DriverEntry;

static PFLT_FILTER Filter;
static LONG Opens, Refusals;

static BOOLEAN IsTrusted(PFLT_CALLBACK_DATA Data) {
    PEPROCESS process = FltGetRequestorProcess(Data);
    PUNICODE_STRING image;
    UNICODE_STRING trusted = RTL_CONSTANT_STRING(L"\\trusted.exe");

    if (process == NULL || !NT_SUCCESS(SeLocateProcessImageName(process, &image)))
        return FALSE;
    BOOLEAN found = RtlSuffixUnicodeString(&trusted, image, TRUE);
    ExFreePool(image);
    return found;
}

static BOOLEAN IsSecret(PFLT_FILE_NAME_INFORMATION Name) {
    UNICODE_STRING secret = RTL_CONSTANT_STRING(L"secret.txt");

    return RtlEqualUnicodeString(&Name->FinalComponent, &secret, TRUE);
}

static FLT_PREOP_CALLBACK_STATUS
PreCreate(PFLT_CALLBACK_DATA Data, PCFLT_RELATED_OBJECTS FltObjects, PVOID *CompletionContext) {
    PFLT_FILE_NAME_INFORMATION name;

    UNREFERENCED_PARAMETER(FltObjects);
    PAGED_CODE();
    if (Data->RequestorMode == KernelMode)
        return FLT_PREOP_SUCCESS_NO_CALLBACK;
    if (!NT_SUCCESS(FltGetFileNameInformation(
            Data, FLT_FILE_NAME_NORMALIZED | FLT_FILE_NAME_QUERY_DEFAULT, &name)))
        return FLT_PREOP_SUCCESS_NO_CALLBACK;
    FltParseFileNameInformation(name);
    if (IsSecret(name) && !IsTrusted(Data)) {
        InterlockedIncrement(&Refusals);
        DbgPrint("[filemon] refused: %wZ\n", &name->FinalComponent);
        FltReleaseFileNameInformation(name);
        Data->IoStatus.Status = STATUS_ACCESS_DENIED;
        Data->IoStatus.Information = 0;
        return FLT_PREOP_COMPLETE;
    }
    POPEN_CONTEXT context = ExAllocatePool2(POOL_FLAG_PAGED, sizeof *context, TAG);
    if (context == NULL) {
        FltReleaseFileNameInformation(name);
        return FLT_PREOP_SUCCESS_NO_CALLBACK;
    }
    context->ProcessId = FltGetRequestorProcessId(Data);
    context->Name = name;
    *CompletionContext = context;
    return FLT_PREOP_SUCCESS_WITH_CALLBACK;
}

static FLT_POSTOP_CALLBACK_STATUS PostCreate(PFLT_CALLBACK_DATA Data,
                                             PCFLT_RELATED_OBJECTS FltObjects,
                                             PVOID CompletionContext,
                                             FLT_POST_OPERATION_FLAGS Flags) {
    POPEN_CONTEXT context = CompletionContext;
    ULONG disposition = Data->Iopb->Parameters.Create.Options >> 24;

    UNREFERENCED_PARAMETER(FltObjects);
    if (NT_SUCCESS(Data->IoStatus.Status) && !FlagOn(Flags, FLTFL_POST_OPERATION_DRAINING)) {
        InterlockedIncrement(&Opens);
        DbgPrint("[filemon] %s: %wZ\n",
                 disposition == FILE_OPEN                     ? "opened"
                 : Data->IoStatus.Information == FILE_CREATED ? "created"
                                                              : "overwritten",
                 &context->Name->FinalComponent);
    }
    FltReleaseFileNameInformation(context->Name);
    ExFreePoolWithTag(context, TAG);
    return FLT_POSTOP_FINISHED_PROCESSING;
}

static FLT_POSTOP_CALLBACK_STATUS PostWrite(PFLT_CALLBACK_DATA Data,
                                            PCFLT_RELATED_OBJECTS FltObjects,
                                            PVOID CompletionContext,
                                            FLT_POST_OPERATION_FLAGS Flags) {
    UNREFERENCED_PARAMETER(FltObjects);
    UNREFERENCED_PARAMETER(CompletionContext);
    UNREFERENCED_PARAMETER(Flags);
    if (NT_SUCCESS(Data->IoStatus.Status))
        DbgPrint("[filemon] %u of %u bytes written\n", (ULONG)Data->IoStatus.Information,
                 Data->Iopb->Parameters.Write.Length);
    return FLT_POSTOP_FINISHED_PROCESSING;
}

static FLT_PREOP_CALLBACK_STATUS PreSetInformation(PFLT_CALLBACK_DATA Data,
                                                   PCFLT_RELATED_OBJECTS FltObjects,
                                                   PVOID *CompletionContext) {
    PFILE_DISPOSITION_INFORMATION disposition =
        Data->Iopb->Parameters.SetFileInformation.InfoBuffer;

    UNREFERENCED_PARAMETER(CompletionContext);
    switch (Data->Iopb->Parameters.SetFileInformation.FileInformationClass) {
    case FileDispositionInformation:
        if (disposition->DeleteFile)
            DbgPrint("[filemon] deleted: %wZ\n", &FltObjects->FileObject->FileName);
        break;
    case FileRenameInformation:
        DbgPrint("[filemon] renamed\n");
        break;
    default:
        break;
    }
    return FLT_PREOP_SUCCESS_NO_CALLBACK;
}

static NTSTATUS FilterUnload(FLT_FILTER_UNLOAD_FLAGS Flags) {
    UNREFERENCED_PARAMETER(Flags);
    FltUnregisterFilter(Filter);
    DbgPrint("[filemon] %d opens, %d refused\n", Opens, Refusals);
    return STATUS_SUCCESS;
}

static const FLT_OPERATION_REGISTRATION Operations[] = {
    {IRP_MJ_CREATE, 0, PreCreate, PostCreate},
    {IRP_MJ_WRITE, FLTFL_OPERATION_REGISTRATION_SKIP_PAGING_IO, NULL, PostWrite},
    {IRP_MJ_SET_INFORMATION, 0, PreSetInformation, NULL},
    {IRP_MJ_OPERATION_END}};

static const FLT_REGISTRATION Registration = {
    .Size = sizeof(FLT_REGISTRATION),
    .Version = FLT_REGISTRATION_VERSION,
    .OperationRegistration = Operations,
    .FilterUnloadCallback = FilterUnload,
};

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath) {
    UNREFERENCED_PARAMETER(RegistryPath);
    NTSTATUS status = FltRegisterFilter(DriverObject, &Registration, &Filter);
    if (!NT_SUCCESS(status))
        return status;
    status = FltStartFiltering(Filter);
    if (!NT_SUCCESS(status))
        FltUnregisterFilter(Filter);
    return status;
}
