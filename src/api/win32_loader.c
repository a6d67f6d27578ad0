/* win32_loader.c - modules: load, free, find, names. */
#include "api/win32_system.h"
#include "port/image.h"

static HMODULE module_handle(const struct ldr_module *module) {
    return (HMODULE)ldr_module_handle(module);
}

static struct ldr_module *module_of(struct api_caller *me, HMODULE handle) {
    return ldr_module_from_handle(me->process->ldr, handle);
}

static bool has_tls(const struct ldr_module *module) {
    return ldr_has_tls_callbacks(module->image) ||
           (module->image->file && port_image_tls_size(module->image->file) > 0);
}

/* Of an image made of registered functions only these functions are known. */
static bool contains(const struct ldr_module *module, const void *address) {
    const struct ldr_image *image = module->image;
    if (image->file)
        return port_image_contains(image->file, address);
    uintptr_t code = (uintptr_t)address;
    for (const rd_export *entry = image->desc.exports; entry && entry->name; entry++)
        if ((uintptr_t)entry->function == code)
            return true;
    return code == (uintptr_t)image->desc.main || code == (uintptr_t)image->desc.entry ||
           code == (uintptr_t)image->desc.dll_main;
}

/* ---- load and free --------------------------------------------------------------------------- */

static HMODULE load(struct api_caller *me, const char *name, HANDLE file, DWORD flags) {
    enum {
        AS_DATA = LOAD_LIBRARY_AS_DATAFILE | LOAD_LIBRARY_AS_DATAFILE_EXCLUSIVE |
                  LOAD_LIBRARY_AS_IMAGE_RESOURCE,
        SEARCH = LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR | LOAD_LIBRARY_SEARCH_APPLICATION_DIR |
                 LOAD_LIBRARY_SEARCH_USER_DIRS | LOAD_LIBRARY_SEARCH_SYSTEM32 |
                 LOAD_LIBRARY_SEARCH_DEFAULT_DIRS
    };
    void *handle;
    if (file || !name || !*name) {
        api_set_error(me, ERROR_INVALID_PARAMETER);
        return NULL;
    }
    if (flags & AS_DATA) {
        bool exists = api_system_module_find(name) || ldr_image_find(me->w, name, ".dll", false);
        api_set_error(me, exists ? ERROR_NOT_SUPPORTED : ERROR_FILE_NOT_FOUND);
        return NULL;
    }
    ke_point(me->w, ob_id(me->process), KE_WRITE);
    const struct api_system_module *system = api_system_module_find(name);
    if (system && !ldr_image_find(me->w, name, ".dll", false))
        return api_system_module_handle(system);
    return api_result(me, ldr_load_dll(me->w, name, flags & SEARCH, &handle)) ? handle : NULL;
}

HMODULE LoadLibraryA(LPCSTR lpLibFileName) {
    return LoadLibraryExA(lpLibFileName, NULL, 0);
}

HMODULE LoadLibraryW(LPCWSTR lpLibFileName) {
    return LoadLibraryExW(lpLibFileName, NULL, 0);
}

/* No name is not the same as in LoadLibraryExW. */
HMODULE LoadLibraryExA(LPCSTR lpLibFileName, HANDLE hFile, DWORD dwFlags) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return NULL;
    if (lpLibFileName)
        return load(&me, lpLibFileName, hFile, dwFlags);
    api_set_error(&me, ERROR_MOD_NOT_FOUND);
    return NULL;
}

HMODULE LoadLibraryExW(LPCWSTR lpLibFileName, HANDLE hFile, DWORD dwFlags) {
    struct api_caller me;
    return api_caller_get(&me) ? load(&me, api_utf8(&me, lpLibFileName), hFile, dwFlags) : NULL;
}

BOOL FreeLibrary(HMODULE hLibModule) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return FALSE;
    if (!hLibModule)
        return api_fail(&me, ERROR_INVALID_HANDLE);
    ke_point(me.w, ob_id(me.process), KE_WRITE);
    if (api_system_module_of(hLibModule))
        return TRUE; /* DLL-47 */
    struct ldr_module *module = module_of(&me, hLibModule);
    if (!module)
        return api_fail(&me, ERROR_MOD_NOT_FOUND);
    return api_result(&me, ldr_unload_dll(me.w, module));
}

VOID FreeLibraryAndExitThread(HMODULE hLibModule, DWORD dwExitCode) {
    struct api_caller me;
    if (api_caller_get(&me))
        ldr_thread_get(me.w, me.thread)->frees_and_exits = true;
    FreeLibrary(hLibModule);
    ExitThread(dwExitCode);
}

BOOL DisableThreadLibraryCalls(HMODULE hLibModule) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return FALSE;
    ke_point(me.w, ob_id(me.process), KE_WRITE);
    struct ldr_module *module = module_of(&me, hLibModule);
    if (!module)
        return api_fail(&me, ERROR_MOD_NOT_FOUND);
    if (has_tls(module))
        return api_fail(&me, ERROR_INVALID_PARAMETER); /* DLL-52 */
    module->no_thread_calls = true;
    return TRUE;
}

/* ---- find ------------------------------------------------------------------------------------ */

/* NULL names the program. A name without extension means a DLL. */
static struct ldr_module *find(struct api_caller *me, const char *name) {
    ke_point(me->w, ob_id(me->process), KE_READ);
    struct ldr_process *process = me->process->ldr;
    return name ? ldr_module_find(process, name) : process->exe;
}

HMODULE GetModuleHandleA(LPCSTR lpModuleName) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return NULL;
    struct ldr_module *module = find(&me, lpModuleName);
    if (module)
        return module_handle(module);
    const struct api_system_module *system = api_system_module_find(lpModuleName);
    if (!system)
        api_set_error(&me, ERROR_MOD_NOT_FOUND);
    return api_system_module_handle(system);
}

HMODULE GetModuleHandleW(LPCWSTR lpModuleName) {
    struct api_caller me;
    return api_caller_get(&me) ? GetModuleHandleA(api_utf8(&me, lpModuleName)) : NULL;
}

static struct ldr_module *find_by_address(struct api_caller *me, const void *address) {
    ldr_touch_modules(me->process->ldr, CORE_READ);
    base_list_each(link, &me->process->ldr->load_order) {
        struct ldr_module *module = base_container(link, struct ldr_module, load_link);
        if (contains(module, address))
            return module;
    }
    return NULL;
}

static BOOL give_module(struct api_caller *me, DWORD flags, struct ldr_module *module,
                        HMODULE *out) {
    *out = NULL;
    if (!module)
        return api_fail(me, ERROR_MOD_NOT_FOUND);
    if (!(flags & GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT))
        ldr_touch_modules(me->process->ldr, CORE_WRITE);
    if (flags & GET_MODULE_HANDLE_EX_FLAG_PIN)
        module->load_count = -1;
    else if (!(flags & GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT) && module->load_count > 0)
        module->load_count++;
    *out = module_handle(module);
    return TRUE;
}

static BOOL handle_ex(DWORD flags, const char *name, const void *address, HMODULE *out) {
    enum {
        PIN = GET_MODULE_HANDLE_EX_FLAG_PIN,
        UNCHANGED = GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT,
        BY_ADDRESS = GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS
    };
    struct api_caller me;
    if (!api_caller_get(&me))
        return FALSE;
    bool both = (flags & PIN) && (flags & UNCHANGED);
    if (!out || both || (flags & ~(DWORD)(PIN | UNCHANGED | BY_ADDRESS)) ||
        ((flags & BY_ADDRESS) && !address)) {
        if (out)
            *out = NULL;
        return api_fail(&me, ERROR_INVALID_PARAMETER);
    }
    struct ldr_module *module =
        flags & BY_ADDRESS ? find_by_address(&me, address) : find(&me, name);
    const struct api_system_module *system =
        module || (flags & BY_ADDRESS) ? NULL : api_system_module_find(name);
    if (!system)
        return give_module(&me, flags, module, out);
    *out = api_system_module_handle(system);
    return TRUE;
}

BOOL GetModuleHandleExA(DWORD dwFlags, LPCSTR lpModuleName, HMODULE *phModule) {
    return handle_ex(dwFlags, lpModuleName, lpModuleName, phModule);
}

BOOL GetModuleHandleExW(DWORD dwFlags, LPCWSTR lpModuleName, HMODULE *phModule) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return FALSE;
    bool by_address = (dwFlags & GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS) != 0;
    return handle_ex(dwFlags, by_address ? NULL : api_utf8(&me, lpModuleName), lpModuleName,
                     phModule);
}

FARPROC GetProcAddress(HMODULE hModule, LPCSTR lpProcName) {
    enum { ORDINAL_MAX = 0xFFFF };
    struct api_caller me;
    void *address;
    if (!api_caller_get(&me))
        return NULL;
    ke_point(me.w, ob_id(me.process), KE_READ);
    struct ldr_module *module = hModule ? module_of(&me, hModule) : me.process->ldr->exe;
    const struct api_system_module *system = api_system_module_of(hModule);
    if (!module && !system) {
        api_set_error(&me, ERROR_MOD_NOT_FOUND);
        return NULL;
    }
    if (api_value(lpProcName) <= ORDINAL_MAX)
        address = NULL; /* nothing here is exported by number */
    else if (system)
        address = api_system_export(system, lpProcName);
    else
        address = ldr_proc_address(me.w, module, lpProcName);
    if (!address)
        api_set_error(&me, ERROR_PROC_NOT_FOUND);
    return (FARPROC)(uintptr_t)address;
}

/* ---- names ----------------------------------------------------------------------------------- */

static const char *file_name(struct api_caller *me, HMODULE handle) {
    const struct api_system_module *system = api_system_module_of(handle);
    if (system)
        return core_textf(me->w, "C:\\Windows\\System32\\%s", api_system_module_name(system));
    const struct ldr_module *module = handle ? module_of(me, handle) : me->process->ldr->exe;
    if (!module) {
        api_set_error(me, ERROR_MOD_NOT_FOUND);
        return NULL;
    }
    return core_textf(me->w, "C:\\%s", module->image->name);
}

/* A name that does not fit is cut, and the size of the buffer is returned. */
DWORD GetModuleFileNameA(HMODULE hModule, LPSTR lpFilename, DWORD nSize) {
    struct api_caller me;
    const char *name = api_caller_get(&me) ? file_name(&me, hModule) : NULL;
    if (!name)
        return 0;
    size_t length = strlen(name);
    bool fits = length < nSize;
    if (nSize) {
        memcpy(lpFilename, name, fits ? length : nSize - 1);
        lpFilename[fits ? length : nSize - 1] = '\0';
    }
    api_set_error(&me, fits ? ERROR_SUCCESS : ERROR_INSUFFICIENT_BUFFER);
    return fits ? (DWORD)length : nSize;
}

DWORD GetModuleFileNameW(HMODULE hModule, LPWSTR lpFilename, DWORD nSize) {
    struct api_caller me;
    const char *name = api_caller_get(&me) ? file_name(&me, hModule) : NULL;
    if (!name)
        return 0;
    size_t length = base_utf8_to_16(name, strlen(name), lpFilename, nSize);
    bool fits = length < nSize;
    if (nSize)
        lpFilename[fits ? length : nSize - 1] = 0;
    api_set_error(&me, fits ? ERROR_SUCCESS : ERROR_INSUFFICIENT_BUFFER);
    return fits ? (DWORD)length : nSize;
}
