/* win32_search_path.c - SearchPath: a file in a list of directories, or where programs look. */
#include "api/win32_disk.h"

/* The full path of "directory\name" if there is such a file. */
static bool is_in(struct api_caller *me, const char *directory, const char *name,
                  char full[LDR_PATH_MAX]) {
    struct host_file_info info;
    char host[API_PATH_SIZE];
    const char *path = *directory ? core_textf(me->w, "%s\\%s", directory, name) : name;
    return api_host_path(me, path, host) == 0 && host_file_query(host, &info) == 0 &&
           info.kind != HOST_FILE_NONE && ldr_full_path(me->process, path, full);
}

static bool is_in_list(struct api_caller *me, const char *list, const char *name,
                       char full[LDR_PATH_MAX]) {
    while (*list) {
        size_t length = strcspn(list, ";");
        if (length && is_in(me, core_textf(me->w, "%.*s", (int)length, list), name, full))
            return true;
        list += length + (list[length] == ';');
    }
    return false;
}

/* Beside the program, in the current directory, in the directories of PATH. */
static bool is_anywhere(struct api_caller *me, const char *name, char full[LDR_PATH_MAX]) {
    char path[LDR_PATH_MAX];
    if (is_in(me, "C:", core_textf(me->w, "\\%s", name), full) || is_in(me, "", name, full))
        return true;
    DWORD length = GetEnvironmentVariableA("PATH", path, sizeof path);
    return length && length < sizeof path && is_in_list(me, path, name, full);
}

static bool has_directory(const char *name) {
    return strpbrk(name, "\\/:") != NULL;
}

/* False with the error set. */
static bool search(struct api_caller *me, const char *list, const char *name, const char *extension,
                   char full[LDR_PATH_MAX]) {
    if (!api_caller_get(me))
        return false;
    if (!name || !*name)
        return api_fail(me, ERROR_INVALID_PARAMETER);
    if (extension && !strchr(ldr_base_name(name), '.'))
        name = core_textf(me->w, "%s%s", name, extension);
    ke_point(me->w, core_place(CORE_MACHINE, CORE_FILES), KE_READ);
    bool found = has_directory(name) ? is_in(me, "", name, full)
                 : list              ? is_in_list(me, list, name, full)
                                     : is_anywhere(me, name, full);
    return found || api_fail(me, ERROR_FILE_NOT_FOUND);
}

DWORD SearchPathA(LPCSTR lpPath, LPCSTR lpFileName, LPCSTR lpExtension, DWORD nBufferLength,
                  LPSTR lpBuffer, LPSTR *lpFilePart) {
    struct api_caller me;
    char full[LDR_PATH_MAX];
    if (!search(&me, lpPath, lpFileName, lpExtension, full))
        return 0;
    DWORD length = api_copy_a(full, lpBuffer, nBufferLength);
    if (lpFilePart && lpBuffer && length < nBufferLength)
        *lpFilePart = lpBuffer + (ldr_base_name(full) - full);
    return length;
}

DWORD SearchPathW(LPCWSTR lpPath, LPCWSTR lpFileName, LPCWSTR lpExtension, DWORD nBufferLength,
                  LPWSTR lpBuffer, LPWSTR *lpFilePart) {
    struct api_caller me;
    char full[LDR_PATH_MAX];
    if (!api_caller_get(&me) || !search(&me, api_utf8(&me, lpPath), api_utf8(&me, lpFileName),
                                        api_utf8(&me, lpExtension), full))
        return 0;
    DWORD length = api_copy_w(full, lpBuffer, nBufferLength);
    if (lpFilePart && lpBuffer && length < nBufferLength) {
        *lpFilePart = lpBuffer + length;
        while (*lpFilePart > lpBuffer && (*lpFilePart)[-1] != '\\')
            --*lpFilePart;
    }
    return length;
}
