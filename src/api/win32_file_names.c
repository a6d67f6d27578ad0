/* win32_file_names.c - moving and copying files, names for temporary ones, attributes. */
#include "api/win32_disk.h"
#include "api/win32_filtered.h"

/* ---- moving and copying ---------------------------------------------------------------------- */

/* Opens the file as whoever moves it must: everybody else has to share it for deletion. */
static HANDLE open_to_move(const char *name) {
    return CreateFileA(name, DELETE, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                       OPEN_EXISTING, 0, NULL);
}

static bool is_directory(const char *path) {
    struct host_file_info info;
    return host_file_query(path, &info) == 0 && info.kind == HOST_FILE_DIRECTORY;
}

/* A directory is not open. */
static DWORD rename_open(struct api_caller *me, HANDLE handle,
                         const struct api_renaming *renaming) {
    struct api_file *file =
        handle == INVALID_HANDLE_VALUE ? NULL : api_file_of(me, handle, 0, KE_WRITE);
    return file ? api_filtered_rename(me, file, renaming)
                : api_disk_rename(me->w, renaming->from, renaming->to, renaming->replaces);
}

BOOL MoveFileExA(LPCSTR lpExistingFileName, LPCSTR lpNewFileName, DWORD dwFlags) {
    struct api_caller me;
    char from[API_PATH_SIZE], to[API_PATH_SIZE];
    HANDLE file = INVALID_HANDLE_VALUE;
    if (!api_caller_get(&me))
        return FALSE;
    DWORD error = api_host_path(&me, lpExistingFileName, from);
    if (!error)
        error = api_host_path(&me, lpNewFileName, to);
    if (error)
        return api_fail(&me, error);
    if (!is_directory(from) && (file = open_to_move(lpExistingFileName)) == INVALID_HANDLE_VALUE)
        return FALSE;
    const struct api_renaming renaming = {from, to, (dwFlags & MOVEFILE_REPLACE_EXISTING) != 0};
    error = rename_open(&me, file, &renaming);
    if (file != INVALID_HANDLE_VALUE)
        CloseHandle(file);
    return error ? api_fail(&me, error) : TRUE;
}

BOOL MoveFileExW(LPCWSTR lpExistingFileName, LPCWSTR lpNewFileName, DWORD dwFlags) {
    struct api_caller me;
    return api_caller_get(&me) &&
           MoveFileExA(api_utf8(&me, lpExistingFileName), api_utf8(&me, lpNewFileName), dwFlags);
}

BOOL MoveFileA(LPCSTR lpExistingFileName, LPCSTR lpNewFileName) {
    return MoveFileExA(lpExistingFileName, lpNewFileName, MOVEFILE_COPY_ALLOWED);
}

BOOL MoveFileW(LPCWSTR lpExistingFileName, LPCWSTR lpNewFileName) {
    return MoveFileExW(lpExistingFileName, lpNewFileName, MOVEFILE_COPY_ALLOWED);
}

static BOOL copy_bytes(HANDLE from, HANDLE to) {
    char buffer[4096];
    DWORD count, written;
    for (;;) {
        if (!ReadFile(from, buffer, sizeof buffer, &count, NULL))
            return FALSE;
        if (!count)
            return TRUE;
        if (!WriteFile(to, buffer, count, &written, NULL))
            return FALSE;
    }
}

BOOL CopyFileA(LPCSTR lpExistingFileName, LPCSTR lpNewFileName, BOOL bFailIfExists) {
    HANDLE from = CreateFileA(lpExistingFileName, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE,
                              NULL, OPEN_EXISTING, 0, NULL);
    if (from == INVALID_HANDLE_VALUE)
        return FALSE;
    HANDLE to = CreateFileA(lpNewFileName, GENERIC_WRITE, 0, NULL,
                            bFailIfExists ? CREATE_NEW : CREATE_ALWAYS, 0, NULL);
    BOOL done = to != INVALID_HANDLE_VALUE && copy_bytes(from, to);
    DWORD error = GetLastError();
    CloseHandle(from);
    if (to != INVALID_HANDLE_VALUE)
        CloseHandle(to);
    if (!done)
        SetLastError(error);
    return done;
}

BOOL CopyFileW(LPCWSTR lpExistingFileName, LPCWSTR lpNewFileName, BOOL bFailIfExists) {
    struct api_caller me;
    return api_caller_get(&me) && CopyFileA(api_utf8(&me, lpExistingFileName),
                                            api_utf8(&me, lpNewFileName), bFailIfExists);
}

/* ---- temporary files ------------------------------------------------------------------------- */

/* "dir\preNNNN.tmp"; without a number, the first one that no file has yet: that file is created. */
UINT GetTempFileNameA(LPCSTR lpPathName, LPCSTR lpPrefixString, UINT uUnique,
                      LPSTR lpTempFileName) {
    struct api_caller me;
    char path[API_PATH_SIZE];
    if (!api_caller_get(&me))
        return 0;
    if (!lpPathName || strlen(lpPathName) > MAX_PATH - 14)
        return (UINT)api_fail(&me, lpPathName ? ERROR_BUFFER_OVERFLOW : ERROR_INVALID_PARAMETER);
    if (api_host_path(&me, lpPathName, path) || !is_directory(path))
        return (UINT)api_fail(&me, ERROR_DIRECTORY);
    size_t length = strlen(lpPathName);
    bool ends = length && (lpPathName[length - 1] == '\\' || lpPathName[length - 1] == '/');
    uint32_t number = uUnique ? uUnique & 0xFFFF : me.process->pid;
    for (;; number = number % 0xFFFF + 1) {
        const char *text =
            core_textf(me.w, "%s%s%.3s%X.%s", lpPathName, ends ? "" : "\\",
                       lpPrefixString ? lpPrefixString : "", number, uUnique ? "tmp" : "TMP");
        memcpy(lpTempFileName, text, strlen(text) + 1);
        if (uUnique)
            return number;
        HANDLE file = CreateFileA(text, GENERIC_WRITE, 0, NULL, CREATE_NEW, 0, NULL);
        if (file != INVALID_HANDLE_VALUE)
            return CloseHandle(file) ? number : 0;
        if (GetLastError() != ERROR_FILE_EXISTS)
            return 0;
    }
}

UINT GetTempFileNameW(LPCWSTR lpPathName, LPCWSTR lpPrefixString, UINT uUnique,
                      LPWSTR lpTempFileName) {
    struct api_caller me;
    char name[API_PATH_SIZE];
    if (!api_caller_get(&me))
        return 0;
    UINT number =
        GetTempFileNameA(api_utf8(&me, lpPathName), api_utf8(&me, lpPrefixString), uUnique, name);
    if (number)
        api_copy_w(name, lpTempFileName, MAX_PATH);
    return number;
}

/* ---- attributes ------------------------------------------------------------------------------ */

static DWORD query(struct api_caller *me, const char *name, char path[API_PATH_SIZE],
                   struct host_file_info *info) {
    DWORD error = api_host_path(me, name, path);
    ke_point(me->w, core_place(CORE_MACHINE, CORE_FILES), KE_READ);
    return error ? error : api_path_error(path, host_file_query(path, info));
}

BOOL SetFileAttributesA(LPCSTR lpFileName, DWORD dwFileAttributes) {
    struct api_caller me;
    char path[API_PATH_SIZE];
    if (!api_caller_get(&me))
        return FALSE;
    DWORD error = api_host_path(&me, lpFileName, path);
    ke_point(me.w, core_place(CORE_MACHINE, CORE_FILES), KE_WRITE);
    if (!error)
        error = api_set_attributes(me.w, api_record_of(me.w, path), dwFileAttributes);
    return error ? api_fail(&me, error) : TRUE;
}

BOOL SetFileAttributesW(LPCWSTR lpFileName, DWORD dwFileAttributes) {
    struct api_caller me;
    return api_caller_get(&me) && SetFileAttributesA(api_utf8(&me, lpFileName), dwFileAttributes);
}

BOOL GetFileAttributesExA(LPCSTR lpFileName, GET_FILEEX_INFO_LEVELS fInfoLevelId,
                          LPVOID lpFileInformation) {
    struct api_caller me;
    struct host_file_info info;
    char path[API_PATH_SIZE];
    WIN32_FILE_ATTRIBUTE_DATA *data = lpFileInformation;
    if (!api_caller_get(&me))
        return FALSE;
    if (fInfoLevelId != GetFileExInfoStandard)
        return api_fail(&me, ERROR_INVALID_PARAMETER);
    DWORD error = query(&me, lpFileName, path, &info);
    if (error)
        return api_fail(&me, error);
    const struct api_record *record = api_record_of(me.w, path);
    data->dwFileAttributes = api_attributes(record, &info);
    api_set_file_time(&data->ftCreationTime, record->times[API_CREATED]);
    api_set_file_time(&data->ftLastAccessTime, record->times[API_ACCESSED]);
    api_set_file_time(&data->ftLastWriteTime, record->times[API_WRITTEN]);
    data->nFileSizeHigh = info.kind == HOST_FILE_REGULAR ? (DWORD)(info.size >> 32) : 0;
    data->nFileSizeLow = info.kind == HOST_FILE_REGULAR ? (DWORD)info.size : 0;
    return TRUE;
}

BOOL GetFileAttributesExW(LPCWSTR lpFileName, GET_FILEEX_INFO_LEVELS fInfoLevelId,
                          LPVOID lpFileInformation) {
    struct api_caller me;
    return api_caller_get(&me) &&
           GetFileAttributesExA(api_utf8(&me, lpFileName), fInfoLevelId, lpFileInformation);
}
