/* win32_path.c - current directory, full path names, names of modules for psapi. */
#include "api/win32_disk.h"
#include "rundown/sdk/psapi.h"

enum { PATH_SIZE = LDR_PATH_MAX };

DWORD GetFullPathNameA(LPCSTR lpFileName, DWORD nBufferLength, LPSTR lpBuffer, LPSTR *lpFilePart) {
    struct api_caller me;
    char path[PATH_SIZE];
    if (!api_caller_get(&me))
        return 0;
    if (!lpFileName || !*lpFileName)
        return (DWORD)api_fail(&me, ERROR_INVALID_NAME);
    if (!ldr_full_path(me.process, lpFileName, path))
        return (DWORD)api_fail(&me, ERROR_FILENAME_EXCED_RANGE);
    DWORD length = api_copy_a(path, lpBuffer, nBufferLength);
    if (lpFilePart && lpBuffer && length < nBufferLength) {
        size_t base = (size_t)(ldr_base_name(path) - path);
        *lpFilePart = path[base] ? lpBuffer + base : NULL;
    }
    return length;
}

DWORD GetFullPathNameW(LPCWSTR lpFileName, DWORD nBufferLength, LPWSTR lpBuffer,
                       LPWSTR *lpFilePart) {
    struct api_caller me;
    char path[PATH_SIZE];
    if (!api_caller_get(&me))
        return 0;
    if (!lpFileName || !*lpFileName)
        return (DWORD)api_fail(&me, ERROR_INVALID_NAME);
    if (!ldr_full_path(me.process, api_utf8(&me, lpFileName), path))
        return (DWORD)api_fail(&me, ERROR_FILENAME_EXCED_RANGE);
    DWORD length = api_copy_w(path, lpBuffer, nBufferLength);
    if (lpFilePart && lpBuffer && length < nBufferLength) {
        size_t base = length;
        while (base && lpBuffer[base - 1] != '\\')
            base--;
        *lpFilePart = lpBuffer[base] ? lpBuffer + base : NULL;
    }
    return length;
}

DWORD api_directory(const struct api_caller *me, const char *name, const char **directory) {
    struct host_file_info info;
    char path[PATH_SIZE], host[PATH_SIZE];
    DWORD error = api_host_path(me, name, host);
    if (!error && !ldr_full_path(me->process, name, path))
        error = ERROR_FILENAME_EXCED_RANGE;
    if (!error)
        error = api_path_error(host, host_file_query(host, &info));
    if (error)
        return error;
    size_t length = strlen(path);
    if (length > strlen("C:\\") && path[length - 1] == '\\')
        path[length - 1] = '\0';
    if (info.kind != HOST_FILE_DIRECTORY)
        return ERROR_DIRECTORY;
    *directory = core_text(me->w, path);
    return ERROR_SUCCESS;
}

BOOL SetCurrentDirectoryA(LPCSTR lpPathName) {
    struct api_caller me;
    const char *directory;
    if (!api_caller_get(&me))
        return FALSE;
    if (!lpPathName || !*lpPathName)
        return api_fail(&me, ERROR_INVALID_NAME);
    DWORD error = api_directory(&me, lpPathName, &directory);
    if (error)
        return api_fail(&me, error);
    ke_point(me.w, ob_id(me.process), KE_WRITE);
    me.process->directory = directory;
    return TRUE;
}

BOOL SetCurrentDirectoryW(LPCWSTR lpPathName) {
    struct api_caller me;
    return api_caller_get(&me) && SetCurrentDirectoryA(api_utf8(&me, lpPathName));
}

/* Children begin with it, too. */
BOOL SetDllDirectoryA(LPCSTR lpPathName) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return FALSE;
    const char *copy = lpPathName ? core_text(me.w, lpPathName) : NULL;
    ke_point(me.w, ob_id(me.process), KE_WRITE);
    me.process->dll_directory = copy;
    return TRUE;
}

BOOL SetDllDirectoryW(LPCWSTR lpPathName) {
    struct api_caller me;
    return api_caller_get(&me) && SetDllDirectoryA(lpPathName ? api_utf8(&me, lpPathName) : NULL);
}

BOOL SetDefaultDllDirectories(DWORD DirectoryFlags) {
    const DWORD known = LOAD_LIBRARY_SEARCH_APPLICATION_DIR | LOAD_LIBRARY_SEARCH_USER_DIRS |
                        LOAD_LIBRARY_SEARCH_SYSTEM32 | LOAD_LIBRARY_SEARCH_DEFAULT_DIRS;
    struct api_caller me;
    if (!api_caller_get(&me))
        return FALSE;
    if (!DirectoryFlags || DirectoryFlags & ~known)
        return api_fail(&me, ERROR_INVALID_PARAMETER);
    ke_point(me.w, ob_id(me.process), KE_WRITE);
    me.process->ldr->dll_search = DirectoryFlags;
    return TRUE;
}

static DLL_DIRECTORY_COOKIE refuse_directory(struct api_caller *me, DWORD error) {
    api_set_error(me, error);
    return NULL;
}

DLL_DIRECTORY_COOKIE AddDllDirectory(PCWSTR NewDirectory) {
    struct api_caller me;
    const char *directory;
    if (!api_caller_get(&me))
        return NULL;
    const char *name = api_utf8(&me, NewDirectory);
    if (!name || !ldr_is_absolute(name))
        return refuse_directory(&me, ERROR_INVALID_PARAMETER);
    ke_point(me.w, ob_id(me.process), KE_WRITE);
    DWORD error = api_directory(&me, name, &directory);
    if (error)
        return refuse_directory(&me, ERROR_FILE_NOT_FOUND);
    struct ldr_process *ldr = me.process->ldr;
    struct ldr_dll_directory *added = core_alloc(me.w, sizeof *added);
    *added = (struct ldr_dll_directory){.cookie = ++ldr->dll_directories_made, .path = directory};
    base_list_push_back(&ldr->dll_directories, &added->link);
    return (DLL_DIRECTORY_COOKIE)(uintptr_t)added->cookie;
}

BOOL RemoveDllDirectory(DLL_DIRECTORY_COOKIE Cookie) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return FALSE;
    ke_point(me.w, ob_id(me.process), KE_WRITE);
    base_list_each(link, &me.process->ldr->dll_directories) {
        struct ldr_dll_directory *added = base_container(link, struct ldr_dll_directory, link);
        if ((DLL_DIRECTORY_COOKIE)(uintptr_t)added->cookie != Cookie)
            continue;
        base_list_remove(&added->link);
        core_free(me.w, added, sizeof *added);
        return TRUE;
    }
    return api_fail(&me, ERROR_INVALID_PARAMETER);
}

/* ---- names of modules ------------------------------------------------------------------------ */

/* A module of the process, NULL meaning the program; NULL with the error set if there is none. */
static const struct ldr_module *module_at(struct api_caller *me, const struct ps_process *process,
                                          HMODULE module) {
    const struct ldr_module *found = NULL;
    if (process->ldr && !process->rundown)
        found = module ? ldr_module_from_handle(process->ldr, module) : process->ldr->exe;
    if (!found)
        api_set_error(me, ERROR_INVALID_HANDLE);
    return found;
}

/* Its name; that of the program is known as long as there is a process object. */
static const char *module_name(struct api_caller *me, HANDLE handle, HMODULE module) {
    struct ps_process *process;
    NTSTATUS status = api_process_of(me, handle, PROCESS_QUERY_INFORMATION, KE_READ, &process);
    if (!api_result(me, status))
        return NULL;
    if (!module)
        return process->name;
    const struct ldr_module *found = module_at(me, process, module);
    return found ? found->image->name : NULL;
}

/* These cut what does not fit. */
static DWORD cut_a(const char *text, LPSTR buffer, DWORD size) {
    if (!text || !size)
        return 0;
    return (DWORD)strlen(lstrcpynA(buffer, text, (int)size));
}

static DWORD cut_w(struct api_caller *me, const char *text, LPWSTR buffer, DWORD size) {
    if (!text || !size)
        return 0;
    size_t bytes = strlen(text), length = base_utf8_to_16(text, bytes, NULL, 0);
    WCHAR *wide = core_alloc(me->w, (length + 1) * sizeof *wide);
    base_utf8_to_16(text, bytes, wide, length);
    if (length >= size)
        length = size - 1;
    memcpy(buffer, wide, length * sizeof *wide);
    buffer[length] = 0;
    return (DWORD)length;
}

DWORD GetModuleBaseNameA(HANDLE hProcess, HMODULE hModule, LPSTR lpBaseName, DWORD nSize) {
    struct api_caller me;
    return cut_a(module_name(&me, hProcess, hModule), lpBaseName, nSize);
}

DWORD GetModuleFileNameExA(HANDLE hProcess, HMODULE hModule, LPSTR lpFilename, DWORD nSize) {
    struct api_caller me;
    const char *name = module_name(&me, hProcess, hModule);
    return cut_a(name ? core_textf(me.w, "C:\\%s", name) : NULL, lpFilename, nSize);
}

DWORD GetProcessImageFileNameA(HANDLE hProcess, LPSTR lpImageFileName, DWORD nSize) {
    struct api_caller me;
    const char *name = module_name(&me, hProcess, NULL);
    if (!name)
        return 0;
    name = core_textf(me.w, "\\Device\\HarddiskVolume1\\%s", name);
    if (strlen(name) >= nSize)
        return (DWORD)api_fail(&me, ERROR_INSUFFICIENT_BUFFER);
    return api_copy_a(name, lpImageFileName, nSize);
}

DWORD GetModuleBaseNameW(HANDLE hProcess, HMODULE hModule, LPWSTR lpBaseName, DWORD nSize) {
    struct api_caller me;
    const char *name = module_name(&me, hProcess, hModule);
    return cut_w(&me, name, lpBaseName, nSize);
}

DWORD GetModuleFileNameExW(HANDLE hProcess, HMODULE hModule, LPWSTR lpFilename, DWORD nSize) {
    struct api_caller me;
    const char *name = module_name(&me, hProcess, hModule);
    return cut_w(&me, name ? core_textf(me.w, "C:\\%s", name) : NULL, lpFilename, nSize);
}

DWORD GetProcessImageFileNameW(HANDLE hProcess, LPWSTR lpImageFileName, DWORD nSize) {
    struct api_caller me;
    const char *name = module_name(&me, hProcess, NULL);
    if (!name)
        return 0;
    name = core_textf(me.w, "\\Device\\HarddiskVolume1\\%s", name);
    DWORD length = api_copy_w(name, lpImageFileName, nSize);
    return length < nSize ? length : (DWORD)api_fail(&me, ERROR_INSUFFICIENT_BUFFER);
}

BOOL EnumProcessModules(HANDLE hProcess, HMODULE *lphModule, DWORD cb, LPDWORD lpcbNeeded) {
    struct api_caller me;
    struct ps_process *process;
    DWORD count = 0;
    NTSTATUS status = api_process_of(&me, hProcess, PROCESS_QUERY_INFORMATION, KE_READ, &process);
    if (!api_result(&me, status))
        return FALSE;
    if (process->rundown || !process->ldr)
        return api_fail(&me, ERROR_PARTIAL_COPY);
    if (!lpcbNeeded)
        return api_fail(&me, ERROR_NOACCESS);
    base_list_each(link, &process->ldr->load_order) {
        struct ldr_module *module = base_container(link, struct ldr_module, load_link);
        if ((count + 1) * sizeof(HMODULE) <= cb)
            lphModule[count] = (HMODULE)ldr_module_handle(module);
        count++;
    }
    *lpcbNeeded = count * (DWORD)sizeof(HMODULE);
    return TRUE;
}

/* All of them have 64 bits. */
BOOL EnumProcessModulesEx(HANDLE hProcess, HMODULE *lphModule, DWORD cb, LPDWORD lpcbNeeded,
                          DWORD dwFilterFlag) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return FALSE;
    if (dwFilterFlag > LIST_MODULES_ALL)
        return api_fail(&me, ERROR_INVALID_PARAMETER);
    return EnumProcessModules(hProcess, lphModule, cb, lpcbNeeded);
}

BOOL GetModuleInformation(HANDLE hProcess, HMODULE hModule, LPMODULEINFO lpmodinfo, DWORD cb) {
    struct api_caller me;
    struct ps_process *process;
    size_t size;
    NTSTATUS status = api_process_of(&me, hProcess, PROCESS_QUERY_INFORMATION, KE_READ, &process);
    if (!api_result(&me, status))
        return FALSE;
    if (cb < sizeof *lpmodinfo)
        return api_fail(&me, ERROR_INSUFFICIENT_BUFFER);
    const struct ldr_module *module = module_at(&me, process, hModule);
    if (!module)
        return FALSE;
    lpmodinfo->lpBaseOfDll = ldr_image_base(module->image, &size);
    lpmodinfo->SizeOfImage = (DWORD)size;
    lpmodinfo->EntryPoint = ldr_image_entry(module->image);
    return TRUE;
}
