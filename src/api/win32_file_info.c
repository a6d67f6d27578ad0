/* win32_file_info.c - Win32 and native calls that ask for, or tell, what is known of a file. */
#include "api/disk.h"
#include "api/nt.h"
#include "api/win32_disk.h"

enum { BASIC = 4, STANDARD = 5, INTERNAL = 6, INFORMATION_MAX = 65536 };

/* ---- times ----------------------------------------------------------------------------------- */

BOOL GetFileTime(HANDLE hFile, LPFILETIME lpCreationTime, LPFILETIME lpLastAccessTime,
                 LPFILETIME lpLastWriteTime) {
    struct api_caller me;
    FILE_BASIC_INFO basic;
    struct api_disk_information query = {
        .handle = hFile, .what = BASIC, .bytes = &basic, .size = sizeof basic};
    if (!api_caller_get(&me))
        return FALSE;
    NTSTATUS status = api_disk_query(&me, &query);
    if (!api_result(&me, status))
        return FALSE;
    if (lpCreationTime)
        api_set_file_time(lpCreationTime, (uint64_t)basic.CreationTime.QuadPart);
    if (lpLastAccessTime)
        api_set_file_time(lpLastAccessTime, (uint64_t)basic.LastAccessTime.QuadPart);
    if (lpLastWriteTime)
        api_set_file_time(lpLastWriteTime, (uint64_t)basic.LastWriteTime.QuadPart);
    return TRUE;
}

static LONGLONG file_time(const FILETIME *time) {
    return time ? (LONGLONG)((uint64_t)time->dwHighDateTime << 32 | time->dwLowDateTime) : 0;
}

BOOL SetFileTime(HANDLE hFile, const FILETIME *lpCreationTime, const FILETIME *lpLastAccessTime,
                 const FILETIME *lpLastWriteTime) {
    struct api_caller me;
    FILE_BASIC_INFO basic = {.CreationTime.QuadPart = file_time(lpCreationTime),
                             .LastAccessTime.QuadPart = file_time(lpLastAccessTime),
                             .LastWriteTime.QuadPart = file_time(lpLastWriteTime)};
    const struct api_disk_information order = {
        .handle = hFile, .what = BASIC, .bytes = &basic, .size = sizeof basic};
    if (!api_caller_get(&me))
        return FALSE;
    NTSTATUS status = api_disk_set(&me, &order);
    return api_result(&me, status);
}

/* ---- by handle ------------------------------------------------------------------------------- */

BOOL GetFileInformationByHandle(HANDLE hFile, LPBY_HANDLE_FILE_INFORMATION lpFileInformation) {
    struct api_caller me;
    FILE_BASIC_INFO basic;
    FILE_STANDARD_INFO standard;
    uint64_t number;
    struct api_disk_information queries[] = {
        {.handle = hFile, .what = BASIC, .bytes = &basic, .size = sizeof basic},
        {.handle = hFile, .what = STANDARD, .bytes = &standard, .size = sizeof standard},
        {.handle = hFile, .what = INTERNAL, .bytes = &number, .size = sizeof number}};
    NTSTATUS status = STATUS_SUCCESS;
    if (!api_caller_get(&me))
        return FALSE;
    for (size_t i = 0; i < ARRAYSIZE(queries) && NT_SUCCESS(status); i++)
        status = api_disk_query(&me, &queries[i]);
    if (!api_result(&me, status))
        return FALSE;
    BY_HANDLE_FILE_INFORMATION *out = lpFileInformation;
    out->dwFileAttributes = basic.FileAttributes;
    api_set_file_time(&out->ftCreationTime, (uint64_t)basic.CreationTime.QuadPart);
    api_set_file_time(&out->ftLastAccessTime, (uint64_t)basic.LastAccessTime.QuadPart);
    api_set_file_time(&out->ftLastWriteTime, (uint64_t)basic.LastWriteTime.QuadPart);
    out->dwVolumeSerialNumber = API_VOLUME;
    out->nFileSizeHigh = (DWORD)standard.EndOfFile.HighPart;
    out->nFileSizeLow = standard.EndOfFile.LowPart;
    out->nNumberOfLinks = standard.NumberOfLinks;
    out->nFileIndexHigh = (DWORD)(number >> 32);
    out->nFileIndexLow = (DWORD)number;
    return TRUE;
}

/* The native number of a class, 0 for none that can be asked for or told here. */
static uint32_t native_class(FILE_INFO_BY_HANDLE_CLASS class, bool asks) {
    static const struct {
        uint8_t win32, native;
        bool asked;
    } rows[] = {{FileBasicInfo, 4, true},
                {FileStandardInfo, 5, true},
                {FileNameInfo, 9, true},
                {FileAttributeTagInfo, 35, true},
                {FileIdInfo, 59, true},
                {FileBasicInfo, 4, false},
                {FileRenameInfo, 10, false},
                {FileDispositionInfo, 13, false},
                {FileAllocationInfo, 19, false},
                {FileEndOfFileInfo, 20, false},
                {FileDispositionInfoEx, 64, false},
                {FileRenameInfoEx, 65, false}};
    for (size_t i = 0; i < ARRAYSIZE(rows); i++)
        if (rows[i].win32 == class && rows[i].asked == asks)
            return rows[i].native;
    return 0;
}

BOOL GetFileInformationByHandleEx(HANDLE hFile, FILE_INFO_BY_HANDLE_CLASS FileInformationClass,
                                  LPVOID lpFileInformation, DWORD dwBufferSize) {
    struct api_caller me;
    struct api_disk_information query = {.handle = hFile,
                                         .what = native_class(FileInformationClass, true),
                                         .bytes = lpFileInformation,
                                         .size = dwBufferSize};
    if (!api_caller_get(&me))
        return FALSE;
    NTSTATUS status = query.what ? api_disk_query(&me, &query) : STATUS_INVALID_PARAMETER;
    return api_result(&me, status);
}

/* A name as the kernel wants it: relative ones start from the current directory. */
static NTSTATUS absolute_name(struct api_caller *me, const FILE_RENAME_INFO *in,
                              struct api_disk_information *order) {
    char full[LDR_PATH_MAX];
    size_t units = in->FileNameLength / sizeof(WCHAR);
    WCHAR *name = core_alloc(me->w, (units + 1) * sizeof *name);
    memcpy(name, in->FileName, units * sizeof *name);
    if (!units || !ldr_full_path(me->process, api_utf8(me, name), full))
        return STATUS_INVALID_PARAMETER;
    const char *text = core_textf(me->w, "\\?\?\\%s", full);
    size_t bytes = strlen(text), length = base_utf8_to_16(text, bytes, NULL, 0);
    order->size = sizeof *in + length * sizeof(WCHAR);
    FILE_RENAME_INFO *out = core_alloc(me->w, order->size);
    out->ReplaceIfExists = in->ReplaceIfExists & 1;
    out->RootDirectory = in->RootDirectory;
    out->FileNameLength = (DWORD)(length * sizeof(WCHAR));
    base_utf8_to_16(text, bytes, out->FileName, length);
    order->bytes = out;
    return STATUS_SUCCESS;
}

BOOL SetFileInformationByHandle(HANDLE hFile, FILE_INFO_BY_HANDLE_CLASS FileInformationClass,
                                LPVOID lpFileInformation, DWORD dwBufferSize) {
    struct api_caller me;
    struct api_disk_information order = {.handle = hFile,
                                         .what = native_class(FileInformationClass, false),
                                         .bytes = lpFileInformation,
                                         .size = dwBufferSize};
    bool renames =
        FileInformationClass == FileRenameInfo || FileInformationClass == FileRenameInfoEx;
    const FILE_RENAME_INFO *name = lpFileInformation;
    NTSTATUS status = STATUS_SUCCESS;
    if (!api_caller_get(&me))
        return FALSE;
    if (!order.what)
        status = STATUS_INVALID_PARAMETER;
    else if (renames && dwBufferSize < sizeof *name)
        status = STATUS_INFO_LENGTH_MISMATCH;
    else if (renames && name->FileNameLength > dwBufferSize - offsetof(FILE_RENAME_INFO, FileName))
        status = STATUS_INVALID_PARAMETER;
    else if (renames)
        status = absolute_name(&me, name, &order);
    if (NT_SUCCESS(status))
        status = api_disk_set(&me, &order);
    return api_result(&me, status);
}

/* ---- native ---------------------------------------------------------------------------------- */

NTSTATUS NtQueryInformationFile(HANDLE FileHandle, PIO_STATUS_BLOCK IoStatusBlock,
                                PVOID FileInformation, ULONG Length, ULONG FileInformationClass) {
    struct api_caller me;
    IO_STATUS_BLOCK result = {.Information = 0};
    struct api_disk_information query = {.handle = FileHandle,
                                         .what = FileInformationClass,
                                         .size =
                                             Length < INFORMATION_MAX ? Length : INFORMATION_MAX};
    if (!api_caller_get(&me))
        return STATUS_INVALID_HANDLE;
    NTSTATUS status = nt_probe(&me, IoStatusBlock, sizeof result);
    if (NT_SUCCESS(status) && Length)
        status = nt_probe(&me, FileInformation, Length);
    if (!NT_SUCCESS(status))
        return status;
    query.bytes = core_alloc(me.w, query.size + 1);
    status = api_disk_query(&me, &query);
    if (query.done)
        nt_write(&me, FileInformation, query.bytes, query.done);
    core_free(me.w, query.bytes, query.size + 1);
    if (!query.done)
        return status;
    result.Status = status;
    result.Information = query.done;
    nt_write(&me, IoStatusBlock, &result, sizeof result);
    return status;
}

NTSTATUS NtSetInformationFile(HANDLE FileHandle, PIO_STATUS_BLOCK IoStatusBlock,
                              PVOID FileInformation, ULONG Length, ULONG FileInformationClass) {
    struct api_caller me;
    IO_STATUS_BLOCK result = {.Information = 0};
    struct api_disk_information order = {.handle = FileHandle,
                                         .what = FileInformationClass,
                                         .size =
                                             Length < INFORMATION_MAX ? Length : INFORMATION_MAX};
    if (!api_caller_get(&me))
        return STATUS_INVALID_HANDLE;
    NTSTATUS status = nt_probe(&me, IoStatusBlock, sizeof result);
    if (!NT_SUCCESS(status))
        return status;
    order.bytes = core_alloc(me.w, order.size + 1);
    status = nt_read(&me, order.bytes, FileInformation, order.size);
    if (NT_SUCCESS(status))
        status = api_disk_set(&me, &order);
    core_free(me.w, order.bytes, order.size + 1);
    if (!NT_SUCCESS(status))
        return status;
    result.Status = status;
    nt_write(&me, IoStatusBlock, &result, sizeof result);
    return status;
}
