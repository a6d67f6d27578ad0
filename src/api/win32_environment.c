/* win32_environment.c - environment variables, command line, start-up information, directories. */
#include "api/win32_state.h"
#include "ldr/crt.h"

/* ---- variables ------------------------------------------------------------------------------- */

static const char *variable(struct api_caller *me, const char *name) {
    const char *value = NULL;
    if (api_caller_get(me) && name)
        value = crt_env_get(me->w, me->process, name);
    if (!value)
        api_set_error(me, ERROR_ENVVAR_NOT_FOUND);
    return value;
}

DWORD GetEnvironmentVariableA(LPCSTR lpName, LPSTR lpBuffer, DWORD nSize) {
    struct api_caller me;
    const char *value = variable(&me, lpName);
    if (!value)
        return 0;
    api_set_error(&me, ERROR_SUCCESS);
    return api_copy_a(value, lpBuffer, nSize);
}

DWORD GetEnvironmentVariableW(LPCWSTR lpName, LPWSTR lpBuffer, DWORD nSize) {
    struct api_caller me;
    const char *value = api_caller_get(&me) ? variable(&me, api_utf8(&me, lpName)) : NULL;
    if (!value)
        return 0;
    api_set_error(&me, ERROR_SUCCESS);
    return api_copy_w(value, lpBuffer, nSize);
}

BOOL SetEnvironmentVariableA(LPCSTR lpName, LPCSTR lpValue) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return FALSE;
    if (!lpName || !*lpName || strchr(lpName + 1, '='))
        return api_fail(&me, ERROR_INVALID_PARAMETER);
    if (crt_env_set(me.w, me.process, lpName, lpValue))
        return TRUE;
    return api_fail(&me, ERROR_ENVVAR_NOT_FOUND);
}

BOOL SetEnvironmentVariableW(LPCWSTR lpName, LPCWSTR lpValue) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return FALSE;
    return SetEnvironmentVariableA(api_utf8(&me, lpName), api_utf8(&me, lpValue));
}

LPSTR GetEnvironmentStrings(VOID) {
    struct api_caller me;
    size_t size = 1, used = 0;
    if (!api_caller_get(&me))
        return NULL;
    char *const *strings = crt_env_strings(me.w, me.process, NULL);
    for (size_t i = 0; strings[i]; i++)
        size += strlen(strings[i]) + 1;
    char *block = ldr_heap_alloc(me.w, size + 1, true);
    for (size_t i = 0; block && strings[i]; i++) {
        memcpy(block + used, strings[i], strlen(strings[i]) + 1);
        used += strlen(strings[i]) + 1;
    }
    return block;
}

LPWSTR GetEnvironmentStringsW(VOID) {
    struct api_caller me;
    size_t size = 2, used = 0;
    if (!api_caller_get(&me))
        return NULL;
    char *const *strings = crt_env_strings(me.w, me.process, NULL);
    for (size_t i = 0; strings[i]; i++)
        size += api_copy_w(strings[i], NULL, 0);
    WCHAR *block = ldr_heap_alloc(me.w, size * sizeof *block, true);
    for (size_t i = 0; block && strings[i]; i++)
        used += (size_t)api_copy_w(strings[i], block + used, size - used) + 1;
    return block;
}

BOOL FreeEnvironmentStringsA(LPSTR penv) {
    struct api_caller me;
    return api_caller_get(&me) && (!penv || ldr_heap_free(me.w, penv));
}

BOOL FreeEnvironmentStringsW(LPWSTR penv) {
    struct api_caller me;
    return api_caller_get(&me) && (!penv || ldr_heap_free(me.w, penv));
}

/* Of a block of "NAME=value" texts that ends with an empty one; NULL if it is not there. */
static const char *in_block(struct rd_world *w, const WCHAR *block, const char *name) {
    for (size_t length; (length = base_utf16_length(block)) != 0; block += length + 1) {
        char *text = core_alloc(w, length * 3 + 1);
        text[base_utf16_to_8(block, length, text, length * 3)] = '\0';
        char *equals = strchr(text + 1, '=');
        if (equals)
            *equals = '\0';
        if (equals && ldr_same_name(text, name))
            return equals + 1;
        core_free(w, text, length * 3 + 1);
    }
    return NULL;
}

static const char *value_of(struct api_caller *me, const WCHAR *environment, const char *name) {
    if (environment)
        return in_block(me->w, environment, name);
    return me->process->image ? crt_env_get(me->w, me->process, name) : NULL; /* System has none */
}

const char *api_expand(struct api_caller *me, const WCHAR *environment, const char *text) {
    enum { NAME_SIZE = 256 };
    size_t capacity = strlen(text) * 2 + 256, used = 0;
    char name[NAME_SIZE], *out = core_alloc(me->w, capacity);
    while (*text) {
        const char *end = *text == '%' ? strchr(text + 1, '%') : NULL;
        size_t length = end ? (size_t)(end - text - 1) : 0;
        const char *value = NULL, *from = text;
        if (length && length < NAME_SIZE) {
            memcpy(name, text + 1, length);
            name[length] = '\0';
            value = value_of(me, environment, name);
        }
        size_t count = value ? strlen(value) : 1;
        if (value)
            from = value;
        if (used + count + 1 > capacity) {
            char *grown = core_alloc(me->w, capacity * 2 + count);
            memcpy(grown, out, used);
            core_free(me->w, out, capacity);
            out = grown;
            capacity = capacity * 2 + count;
        }
        memcpy(out + used, from, count);
        used += count;
        text = value ? end + 1 : text + 1;
    }
    out[used] = '\0';
    return out;
}

/* Unlike others, these return the size with terminator in every case. */
DWORD ExpandEnvironmentStringsA(LPCSTR lpSrc, LPSTR lpDst, DWORD nSize) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return 0;
    const char *text = api_expand(&me, NULL, lpSrc ? lpSrc : "");
    api_copy_a(text, lpDst, nSize);
    return (DWORD)strlen(text) + 1;
}

DWORD ExpandEnvironmentStringsW(LPCWSTR lpSrc, LPWSTR lpDst, DWORD nSize) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return 0;
    const char *text = api_expand(&me, NULL, lpSrc ? api_utf8(&me, lpSrc) : "");
    api_copy_w(text, lpDst, nSize);
    return api_copy_w(text, NULL, 0);
}

/* ---- command line and start-up information --------------------------------------------------- */

LPSTR GetCommandLineA(VOID) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return NULL;
    struct api_process_data *data = api_process_data(me.w, me.process);
    size_t size = strlen(me.process->command_line) + 1;
    if (!data->command_line_a && (data->command_line_a = ldr_heap_alloc_system(me.w, size)) != NULL)
        memcpy(data->command_line_a, me.process->command_line, size);
    return data->command_line_a;
}

LPWSTR GetCommandLineW(VOID) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return NULL;
    struct api_process_data *data = api_process_data(me.w, me.process);
    size_t units = api_copy_w(me.process->command_line, NULL, 0);
    if (!data->command_line_w &&
        (data->command_line_w = ldr_heap_alloc_system(me.w, units * sizeof(WCHAR))) != NULL)
        api_copy_w(me.process->command_line, data->command_line_w, units);
    return data->command_line_w;
}

static void fill_startup(const struct api_startup *from, STARTUPINFOA *out) {
    memset(out, 0, sizeof *out);
    out->cb = sizeof *out;
    out->dwX = from->x;
    out->dwY = from->y;
    out->dwXSize = from->width;
    out->dwYSize = from->height;
    out->dwXCountChars = from->columns;
    out->dwYCountChars = from->rows;
    out->dwFillAttribute = from->fill;
    out->dwFlags = from->flags;
    out->wShowWindow = from->show;
    out->hStdInput = from->std[API_STD_INPUT];
    out->hStdOutput = from->std[API_STD_OUTPUT];
    out->hStdError = from->std[API_STD_ERROR];
    out->lpReserved2 = (LPBYTE)(uintptr_t)from->files;
    out->cbReserved2 = from->files_size;
}

VOID GetStartupInfoA(LPSTARTUPINFOA lpStartupInfo) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return;
    const struct api_startup *startup = &api_process_data(me.w, me.process)->startup;
    fill_startup(startup, lpStartupInfo);
    lpStartupInfo->lpTitle = (LPSTR)(uintptr_t)(startup->title ? startup->title : "");
    lpStartupInfo->lpDesktop = (LPSTR)(uintptr_t)(startup->desktop ? startup->desktop : "");
}

static LPWSTR wide_copy(struct api_caller *me, const char *text) {
    size_t units = api_copy_w(text ? text : "", NULL, 0);
    WCHAR *copy = base_arena_alloc(&me->w->run, units * sizeof *copy);
    if (copy)
        api_copy_w(text ? text : "", copy, units);
    return copy;
}

VOID GetStartupInfoW(LPSTARTUPINFOW lpStartupInfo) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return;
    const struct api_startup *startup = &api_process_data(me.w, me.process)->startup;
    fill_startup(startup, (STARTUPINFOA *)(void *)lpStartupInfo);
    lpStartupInfo->lpTitle = wide_copy(&me, startup->title);
    lpStartupInfo->lpDesktop = wide_copy(&me, startup->desktop);
}

/* ---- directories and names ------------------------------------------------------------------- */

static const char *current_directory(struct api_caller *me) {
    if (!api_caller_get(me))
        return "";
    return ldr_directory(me->process);
}

DWORD GetCurrentDirectoryA(DWORD nBufferLength, LPSTR lpBuffer) {
    struct api_caller me;
    return api_copy_a(current_directory(&me), lpBuffer, nBufferLength);
}

DWORD GetCurrentDirectoryW(DWORD nBufferLength, LPWSTR lpBuffer) {
    struct api_caller me;
    return api_copy_w(current_directory(&me), lpBuffer, nBufferLength);
}

UINT GetSystemDirectoryA(LPSTR lpBuffer, UINT uSize) {
    return api_copy_a("C:\\Windows\\system32", lpBuffer, uSize);
}

UINT GetSystemDirectoryW(LPWSTR lpBuffer, UINT uSize) {
    return api_copy_w("C:\\Windows\\system32", lpBuffer, uSize);
}

UINT GetWindowsDirectoryA(LPSTR lpBuffer, UINT uSize) {
    return api_copy_a("C:\\Windows", lpBuffer, uSize);
}

UINT GetWindowsDirectoryW(LPWSTR lpBuffer, UINT uSize) {
    return api_copy_w("C:\\Windows", lpBuffer, uSize);
}

DWORD GetTempPathA(DWORD nBufferLength, LPSTR lpBuffer) {
    return api_copy_a("C:\\tmp\\", lpBuffer, nBufferLength);
}

DWORD GetTempPathW(DWORD nBufferLength, LPWSTR lpBuffer) {
    return api_copy_w("C:\\tmp\\", lpBuffer, nBufferLength);
}

/* GetComputerName counts without the terminator, GetUserName with it. */
static BOOL give_name(DWORD length, DWORD *size, DWORD error, bool with_terminator) {
    struct api_caller me;
    bool fits = length < *size;
    *size = fits ? length + with_terminator : length;
    if (!fits && api_caller_get(&me))
        api_set_error(&me, error);
    return fits;
}

BOOL GetComputerNameA(LPSTR lpBuffer, LPDWORD nSize) {
    return give_name(api_copy_a("RUNDOWN", lpBuffer, *nSize), nSize, ERROR_BUFFER_OVERFLOW, false);
}

BOOL GetComputerNameW(LPWSTR lpBuffer, LPDWORD nSize) {
    return give_name(api_copy_w("RUNDOWN", lpBuffer, *nSize), nSize, ERROR_BUFFER_OVERFLOW, false);
}

BOOL GetUserNameA(LPSTR lpBuffer, LPDWORD pcbBuffer) {
    return give_name(api_copy_a("user", lpBuffer, *pcbBuffer), pcbBuffer, ERROR_INSUFFICIENT_BUFFER,
                     true);
}

BOOL GetUserNameW(LPWSTR lpBuffer, LPDWORD pcbBuffer) {
    return give_name(api_copy_w("user", lpBuffer, *pcbBuffer), pcbBuffer, ERROR_INSUFFICIENT_BUFFER,
                     true);
}
