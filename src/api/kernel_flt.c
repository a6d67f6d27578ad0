/* kernel_flt.c - minifilters, and the names of files as the filter manager gives them. */
#include "api/kernel.h"
#include "io/filter.h"

/* ---- filters --------------------------------------------------------------------------------- */

NTSTATUS FltRegisterFilter(PDRIVER_OBJECT Driver, const FLT_REGISTRATION *Registration,
                           PFLT_FILTER *RetFilter) {
    struct rd_world *w = kernel_world();
    if (!w)
        return STATUS_INVALID_DEVICE_REQUEST;
    ke_irql_check(w, KE_PASSIVE_LEVEL, "FltRegisterFilter", "IRQL-01");
    ke_point(w, ob_id(w->ps->system), KE_WRITE);
    return io_filter_register(w, Driver, Registration, RetFilter);
}

NTSTATUS FltStartFiltering(PFLT_FILTER Filter) {
    struct rd_world *w = kernel_world();
    if (!w)
        return STATUS_INVALID_DEVICE_REQUEST;
    ke_irql_check(w, KE_APC_LEVEL, "FltStartFiltering", "IRQL-02");
    ke_point(w, ob_id(w->ps->system), KE_WRITE);
    return io_filter_start(w, Filter);
}

VOID FltUnregisterFilter(PFLT_FILTER Filter) {
    struct rd_world *w = kernel_world();
    if (!w)
        return;
    ke_irql_check(w, KE_APC_LEVEL, "FltUnregisterFilter", "IRQL-02");
    ke_point(w, ob_id(w->ps->system), KE_WRITE);
    io_filter_unregister(w, Filter);
}

ULONG FltGetRequestorProcessId(PFLT_CALLBACK_DATA CallbackData) {
    PEPROCESS process = FltGetRequestorProcess(CallbackData);
    return process ? kernel_process(process)->pid : 0;
}

PEPROCESS FltGetRequestorProcess(PFLT_CALLBACK_DATA CallbackData) {
    if (!CallbackData->Thread)
        return NULL;
    return (PEPROCESS)(void *)kernel_thread(CallbackData->Thread)->process;
}

/* ---- names of files -------------------------------------------------------------------------- */

static const char volume_name[] = "\\Device\\HarddiskVolume1";

/* Pool of the driver: what it does not release is a leak. */
struct name_block {
    ULONG references, unused;
    FLT_FILE_NAME_INFORMATION information;
    WCHAR text[];
};

static struct name_block *block_of(PFLT_FILE_NAME_INFORMATION information) {
    return CONTAINING_RECORD(information, struct name_block, information);
}

static bool is_query(FLT_FILE_NAME_OPTIONS options) {
    ULONG format = options & 0xFF, method = options & 0xFF00;
    return (format == FLT_FILE_NAME_NORMALIZED || format == FLT_FILE_NAME_OPENED) && method &&
           method <= FLT_FILE_NAME_QUERY_ALWAYS_ALLOW_CACHE_LOOKUP;
}

NTSTATUS FltGetFileNameInformationUnsafe(PFILE_OBJECT FileObject, PFLT_INSTANCE Instance,
                                         FLT_FILE_NAME_OPTIONS NameOptions,
                                         PFLT_FILE_NAME_INFORMATION *NameInformation) {
    enum { TAG = KERNEL_TAG('F', 'M', 'f', 'n'), VOLUME = sizeof volume_name - 1 };
    struct rd_world *w = kernel_world();
    (void)Instance;
    if (!w || !FileObject || !is_query(NameOptions))
        return STATUS_INVALID_PARAMETER;
    ke_irql_check(w, KE_APC_LEVEL, "FltGetFileNameInformationUnsafe", "IRQL-02");
    const UNICODE_STRING *name = &FileObject->FileName;
    size_t text = VOLUME * sizeof(WCHAR) + name->Length;
    struct io_pool_request request = {
        .size = sizeof(struct name_block) + text, .tag = TAG, .paged = true};
    struct name_block *block = io_pool_allocate(w, &request);
    if (!block)
        return STATUS_INSUFFICIENT_RESOURCES;
    block->references = 1;
    for (size_t i = 0; i < VOLUME; i++)
        block->text[i] = (WCHAR)volume_name[i];
    memcpy(block->text + VOLUME, name->Buffer, name->Length);
    block->information = (FLT_FILE_NAME_INFORMATION){
        .Size = sizeof block->information,
        .Format = NameOptions & 0xFF,
        .Name = {(USHORT)text, (USHORT)text, block->text},
        .Volume = {VOLUME * sizeof(WCHAR), VOLUME * sizeof(WCHAR), block->text},
    };
    *NameInformation = &block->information;
    return STATUS_SUCCESS;
}

NTSTATUS FltGetFileNameInformation(PFLT_CALLBACK_DATA CallbackData,
                                   FLT_FILE_NAME_OPTIONS NameOptions,
                                   PFLT_FILE_NAME_INFORMATION *NameInformation) {
    const FLT_IO_PARAMETER_BLOCK *parameters = CallbackData->Iopb;
    return FltGetFileNameInformationUnsafe(parameters->TargetFileObject, parameters->TargetInstance,
                                           NameOptions, NameInformation);
}

VOID FltReferenceFileNameInformation(PFLT_FILE_NAME_INFORMATION NameInformation) {
    block_of(NameInformation)->references++;
}

VOID FltReleaseFileNameInformation(PFLT_FILE_NAME_INFORMATION NameInformation) {
    struct rd_world *w = kernel_world();
    struct name_block *block = block_of(NameInformation);
    if (!w)
        return;
    if (!io_pool_contains(w, block))
        ke_bugcheck(w, 0xF5, (const uint64_t[4]){0x68, 0, 0, 0},
                    "FLTMGR_FILE_SYSTEM: the name of a file is released that has been released "
                    "already");
    if (--block->references == 0)
        io_pool_free(w, block, 0);
}

/* A part of the name, from one character to another. */
static UNICODE_STRING part(const UNICODE_STRING *name, size_t from, size_t to) {
    USHORT size = (USHORT)((to - from) * sizeof(WCHAR));
    return (UNICODE_STRING){.Length = size, .MaximumLength = size, .Buffer = name->Buffer + from};
}

/* Just behind the last such character of [from, to), or `none`. */
static size_t behind_last(const UNICODE_STRING *name, WCHAR character, size_t from, size_t to,
                          size_t none) {
    for (size_t i = to; i-- > from;)
        if (name->Buffer[i] == character)
            return i + 1;
    return none;
}

NTSTATUS FltParseFileNameInformation(PFLT_FILE_NAME_INFORMATION NameInformation) {
    enum { FINAL_COMPONENT = 1, EXTENSION = 2, STREAM = 4, PARENT_DIR = 8 };
    FLT_FILE_NAME_INFORMATION *information = NameInformation;
    const UNICODE_STRING *name = &information->Name;
    size_t end = name->Length / sizeof(WCHAR), root = information->Volume.Length / sizeof(WCHAR);
    size_t final = behind_last(name, '\\', root, end, root);
    size_t stream = end;
    for (size_t i = end; i-- > final;)
        if (name->Buffer[i] == ':')
            stream = i;
    size_t extension = behind_last(name, '.', final, stream, stream);
    information->FinalComponent = part(name, final, end);
    information->Extension = part(name, extension, stream);
    information->Stream = part(name, stream, end);
    information->ParentDir = part(name, root, final);
    information->NamesParsed = FINAL_COMPONENT | EXTENSION | STREAM | PARENT_DIR;
    return STATUS_SUCCESS;
}
