/*
 * win32_registry.c - the registry as programs use it: every operation asks the registry callbacks
 * of drivers (key.c). The functions return their error.
 */
#include "api/key.h"
#include "api/win32.h"
#include "base/utf16.h"
#include "ex/ex_sync.h"
#include "io/key_watch.h"

/* ---- keys ------------------------------------------------------------------------------------ */

static const char user_path[] = "\\REGISTRY\\USER\\S-1-5-21-1-2-3-1001";

/* What a predefined handle stands for, or NULL. */
static const char *predefined(HKEY handle) {
    const struct {
        HKEY handle;
        const char *path;
    } rows[] = {
        {HKEY_CLASSES_ROOT, "\\REGISTRY\\MACHINE\\SOFTWARE\\Classes"},
        {HKEY_CURRENT_USER, user_path},
        {HKEY_LOCAL_MACHINE, "\\REGISTRY\\MACHINE"},
        {HKEY_USERS, "\\REGISTRY\\USER"},
        {HKEY_CURRENT_CONFIG, "\\REGISTRY\\MACHINE\\SYSTEM\\CurrentControlSet"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].handle == handle)
            return rows[i].path;
    return NULL;
}

/* The key behind a handle with a reference, or the error. */
static LSTATUS key_of(struct api_caller *me, HKEY handle, uint32_t access, struct io_key **key) {
    if (!api_caller_get(me))
        return ERROR_INVALID_HANDLE;
    const char *path = predefined(handle);
    if (path) {
        *key = api_key_root(me, path);
        return *key ? ERROR_SUCCESS : ERROR_INVALID_HANDLE;
    }
    NTSTATUS status = api_key(me, handle, access, key);
    if (NT_SUCCESS(status))
        ob_reference(*key);
    return (LSTATUS)api_error_of(status);
}

static uint32_t rights(REGSAM wanted) {
    const uint32_t views = KEY_WOW64_64KEY | KEY_WOW64_32KEY;
    return wanted & MAXIMUM_ALLOWED ? KEY_ALL_ACCESS : wanted & ~views;
}

/* Every key on the way that is not there is created, too. */
static NTSTATUS create(struct api_caller *me, struct api_key_open *open, struct io_key **key) {
    NTSTATUS status = api_key_open(me, open, key);
    const char *path = open->path;
    if (status != STATUS_OBJECT_NAME_NOT_FOUND)
        return status;
    for (const char *end = path; (end = strchr(end, '\\')) != NULL; end++) {
        struct api_key_open part = *open;
        struct io_key *made;
        part.path = core_textf(me->w, "%.*s", (int)(end - path), path);
        status = api_key_open(me, &part, &made);
        if (!NT_SUCCESS(status))
            return status;
        ob_dereference(me->w, made);
    }
    return api_key_open(me, open, key);
}

static LSTATUS open_key(HKEY parent, const char *name, struct api_key_open *open, PHKEY result) {
    struct api_caller me;
    struct io_key *key;
    HANDLE handle = NULL;
    LSTATUS error = key_of(&me, parent, 0, &open->root);
    if (error)
        return error;
    open->path = name ? name : "";
    NTSTATUS status = open->create ? create(&me, open, &key) : api_key_open(&me, open, &key);
    ob_dereference(me.w, open->root);
    if (!NT_SUCCESS(status))
        return (LSTATUS)api_error_of(status);
    status = api_new_handle(&me, key, open->access, false, &handle);
    ob_dereference(me.w, key);
    if (NT_SUCCESS(status))
        *result = (HKEY)handle;
    return (LSTATUS)api_error_of(status);
}

LSTATUS RegOpenKeyExA(HKEY hKey, LPCSTR lpSubKey, DWORD ulOptions, REGSAM samDesired,
                      PHKEY phkResult) {
    struct api_key_open open = {.access = rights(samDesired)};
    (void)ulOptions;
    if (!phkResult)
        return ERROR_INVALID_PARAMETER;
    *phkResult = NULL;
    return open_key(hKey, lpSubKey, &open, phkResult);
}

LSTATUS RegCreateKeyExA(HKEY hKey, LPCSTR lpSubKey, DWORD Reserved, LPSTR lpClass, DWORD dwOptions,
                        REGSAM samDesired, const LPSECURITY_ATTRIBUTES lpSecurityAttributes,
                        PHKEY phkResult, LPDWORD lpdwDisposition) {
    struct api_key_open open = {.access = rights(samDesired), .options = dwOptions, .create = true};
    (void)lpClass, (void)lpSecurityAttributes;
    if (Reserved || !phkResult || !lpSubKey)
        return Reserved || !phkResult ? ERROR_INVALID_PARAMETER : ERROR_BADKEY;
    LSTATUS error = open_key(hKey, lpSubKey, &open, phkResult);
    if (!error && lpdwDisposition)
        *lpdwDisposition = open.created;
    return error;
}

LSTATUS RegCloseKey(HKEY hKey) {
    DWORD before = GetLastError(); /* the functions of the registry do not touch it */
    if (!hKey)
        return ERROR_INVALID_HANDLE;
    if (predefined(hKey) || CloseHandle((HANDLE)hKey))
        return ERROR_SUCCESS;
    SetLastError(before);
    return ERROR_INVALID_HANDLE;
}

LSTATUS RegFlushKey(HKEY hKey) {
    struct api_caller me;
    struct io_key *key;
    LSTATUS error = key_of(&me, hKey, 0, &key);
    if (!error)
        ob_dereference(me.w, key);
    return error;
}

LSTATUS RegDeleteKeyA(HKEY hKey, LPCSTR lpSubKey) {
    struct api_caller me;
    struct io_key *key;
    struct api_key_open open = {.access = DELETE};
    if (!lpSubKey)
        return ERROR_INVALID_PARAMETER;
    LSTATUS error = key_of(&me, hKey, 0, &open.root);
    if (error)
        return error;
    open.path = lpSubKey;
    NTSTATUS status = api_key_open(&me, &open, &key);
    ob_dereference(me.w, open.root);
    if (NT_SUCCESS(status)) {
        status = api_key_delete(&me, key);
        ob_dereference(me.w, key);
    }
    return (LSTATUS)api_error_of(status);
}

/* ---- values ---------------------------------------------------------------------------------- */

static bool is_text(DWORD type) {
    return type == REG_SZ || type == REG_EXPAND_SZ || type == REG_MULTI_SZ;
}

static LSTATUS set_value(HKEY handle, const struct api_value *value) {
    struct api_caller me;
    struct io_key *key;
    LSTATUS error = key_of(&me, handle, KEY_SET_VALUE, &key);
    if (error)
        return error;
    NTSTATUS status = api_value_store(&me, key, value);
    ob_dereference(me.w, key);
    return (LSTATUS)api_error_of(status);
}

/* A terminator that is there but not counted is stored, too. */
LSTATUS RegSetValueExW(HKEY hKey, LPCWSTR lpValueName, DWORD Reserved, DWORD dwType,
                       const BYTE *lpData, DWORD cbData) {
    struct api_caller me;
    const WCHAR *text = (const WCHAR *)(const void *)lpData;
    if (Reserved || (!lpData && cbData))
        return Reserved ? ERROR_INVALID_PARAMETER : ERROR_NOACCESS;
    if (!api_caller_get(&me))
        return ERROR_INVALID_HANDLE;
    DWORD units = cbData / sizeof(WCHAR);
    if (is_text(dwType) && units && text[units - 1] && !text[units])
        cbData += sizeof(WCHAR);
    return set_value(hKey, &(struct api_value){lpValueName ? api_utf8(&me, lpValueName) : "",
                                               dwType, cbData, lpData});
}

LSTATUS RegSetValueExA(HKEY hKey, LPCSTR lpValueName, DWORD Reserved, DWORD dwType,
                       const BYTE *lpData, DWORD cbData) {
    struct api_caller me;
    const char *bytes = (const char *)lpData;
    struct api_value value = {lpValueName ? lpValueName : "", dwType, cbData, lpData};
    if (Reserved || (!lpData && cbData))
        return Reserved ? ERROR_INVALID_PARAMETER : ERROR_NOACCESS;
    if (!api_caller_get(&me))
        return ERROR_INVALID_HANDLE;
    if (!is_text(dwType) || !cbData)
        return set_value(hKey, &value);
    size_t length = cbData;
    if (bytes[length - 1] && !bytes[length])
        length++;
    size_t units = base_utf8_to_16(bytes, length, NULL, 0);
    uint16_t *text = core_alloc(me.w, units * sizeof *text);
    base_utf8_to_16(bytes, length, text, units);
    value.size = (uint32_t)(units * sizeof *text);
    value.data = text;
    LSTATUS error = set_value(hKey, &value);
    core_free(me.w, text, units * sizeof *text);
    return error;
}

LSTATUS RegDeleteValueA(HKEY hKey, LPCSTR lpValueName) {
    struct api_caller me;
    struct io_key *key;
    LSTATUS error = key_of(&me, hKey, KEY_SET_VALUE, &key);
    if (error)
        return error;
    NTSTATUS status = api_value_delete(&me, key, lpValueName ? lpValueName : "");
    ob_dereference(me.w, key);
    return (LSTATUS)api_error_of(status);
}

/* Where a value goes, and in which of the two character sets. */
struct place {
    LPDWORD type;
    LPBYTE data;
    LPDWORD size;
    bool narrow;
};

static LSTATUS give_value(const struct api_value *value, const struct place *place) {
    bool converts = place->narrow && is_text(value->type);
    size_t units = value->size / sizeof(uint16_t);
    size_t needed = converts ? base_utf16_to_8(value->data, units, NULL, 0) : value->size;
    DWORD room = place->size ? *place->size : 0;
    if (place->type)
        *place->type = value->type;
    if (place->size)
        *place->size = (DWORD)needed;
    if (!place->data)
        return ERROR_SUCCESS;
    if (needed > room)
        return ERROR_MORE_DATA;
    if (converts)
        base_utf16_to_8(value->data, units, (char *)place->data, needed);
    else if (needed)
        memcpy(place->data, value->data, needed);
    return ERROR_SUCCESS;
}

static LSTATUS query_value(HKEY handle, const char *name, const struct place *place) {
    struct api_caller me;
    struct io_key *key;
    struct api_value value;
    if (place->data && !place->size)
        return ERROR_INVALID_PARAMETER;
    LSTATUS error = key_of(&me, handle, KEY_QUERY_VALUE, &key);
    if (error)
        return error;
    NTSTATUS status = api_value_load(&me, key, name, &value);
    error = NT_SUCCESS(status) ? give_value(&value, place) : (LSTATUS)api_error_of(status);
    ob_dereference(me.w, key);
    return error;
}

LSTATUS RegQueryValueExA(HKEY hKey, LPCSTR lpValueName, LPDWORD lpReserved, LPDWORD lpType,
                         LPBYTE lpData, LPDWORD lpcbData) {
    if (lpReserved)
        return ERROR_INVALID_PARAMETER;
    return query_value(hKey, lpValueName ? lpValueName : "",
                       &(struct place){lpType, lpData, lpcbData, true});
}

LSTATUS RegQueryValueExW(HKEY hKey, LPCWSTR lpValueName, LPDWORD lpReserved, LPDWORD lpType,
                         LPBYTE lpData, LPDWORD lpcbData) {
    struct api_caller me;
    if (lpReserved || !api_caller_get(&me))
        return ERROR_INVALID_PARAMETER;
    return query_value(hKey, lpValueName ? api_utf8(&me, lpValueName) : "",
                       &(struct place){lpType, lpData, lpcbData, false});
}

/* ---- enumeration ----------------------------------------------------------------------------- */

/* A name with its terminator; *length counts characters, without it once they are there. */
struct name_room {
    LPSTR narrow;
    LPWSTR wide;
    LPDWORD length;
};

static LSTATUS give_name(const char *name, const struct name_room *room) {
    size_t bytes = strlen(name);
    size_t length = room->wide ? base_utf8_to_16(name, bytes, NULL, 0) : bytes;
    if (*room->length <= length)
        return ERROR_MORE_DATA;
    if (room->wide) {
        base_utf8_to_16(name, bytes, (uint16_t *)room->wide, length);
        room->wide[length] = 0;
    } else {
        memcpy(room->narrow, name, bytes + 1);
    }
    *room->length = (DWORD)length;
    return ERROR_SUCCESS;
}

static LSTATUS enumerate_keys(HKEY handle, DWORD index, const struct name_room *room) {
    struct api_caller me;
    struct io_key *key;
    if (!room->length || (!room->narrow && !room->wide))
        return ERROR_INVALID_PARAMETER;
    LSTATUS error = key_of(&me, handle, KEY_ENUMERATE_SUB_KEYS, &key);
    if (error)
        return error;
    const char *name = api_key_child(&me, key, index);
    error = name ? give_name(name, room) : ERROR_NO_MORE_ITEMS;
    ob_dereference(me.w, key);
    return error;
}

/* Keys have no classes and times of their own here. */
static void no_class(LPDWORD length, PFILETIME written) {
    if (length)
        *length = 0;
    if (written)
        api_set_file_time(written, api_file_time(0));
}

LSTATUS RegEnumKeyExA(HKEY hKey, DWORD dwIndex, LPSTR lpName, LPDWORD lpcchName, LPDWORD lpReserved,
                      LPSTR lpClass, LPDWORD lpcchClass, PFILETIME lpftLastWriteTime) {
    (void)lpReserved, (void)lpClass;
    no_class(lpcchClass, lpftLastWriteTime);
    return enumerate_keys(hKey, dwIndex, &(struct name_room){lpName, NULL, lpcchName});
}

LSTATUS RegEnumKeyExW(HKEY hKey, DWORD dwIndex, LPWSTR lpName, LPDWORD lpcchName,
                      LPDWORD lpReserved, LPWSTR lpClass, LPDWORD lpcchClass,
                      PFILETIME lpftLastWriteTime) {
    (void)lpReserved, (void)lpClass;
    no_class(lpcchClass, lpftLastWriteTime);
    return enumerate_keys(hKey, dwIndex, &(struct name_room){NULL, lpName, lpcchName});
}

static LSTATUS enumerate_values(HKEY handle, DWORD index, const struct name_room *room,
                                const struct place *place) {
    struct api_caller me;
    struct io_key *key;
    struct api_value value;
    if (!room->length || (!room->narrow && !room->wide) || (place->data && !place->size))
        return ERROR_INVALID_PARAMETER;
    LSTATUS error = key_of(&me, handle, KEY_QUERY_VALUE, &key);
    if (error)
        return error;
    error = api_value_at(key, index, &value) ? give_name(value.name, room) : ERROR_NO_MORE_ITEMS;
    if (!error)
        error = give_value(&value, place);
    ob_dereference(me.w, key);
    return error;
}

LSTATUS RegEnumValueA(HKEY hKey, DWORD dwIndex, LPSTR lpValueName, LPDWORD lpcchValueName,
                      LPDWORD lpReserved, LPDWORD lpType, LPBYTE lpData, LPDWORD lpcbData) {
    if (lpReserved)
        return ERROR_INVALID_PARAMETER;
    return enumerate_values(hKey, dwIndex, &(struct name_room){lpValueName, NULL, lpcchValueName},
                            &(struct place){lpType, lpData, lpcbData, true});
}

LSTATUS RegEnumValueW(HKEY hKey, DWORD dwIndex, LPWSTR lpValueName, LPDWORD lpcchValueName,
                      LPDWORD lpReserved, LPDWORD lpType, LPBYTE lpData, LPDWORD lpcbData) {
    if (lpReserved)
        return ERROR_INVALID_PARAMETER;
    return enumerate_values(hKey, dwIndex, &(struct name_room){NULL, lpValueName, lpcchValueName},
                            &(struct place){lpType, lpData, lpcbData, false});
}

/* ---- names in UTF-16 ------------------------------------------------------------------------- */

/* NULL stays NULL. */
static const char *narrow(const WCHAR *text) {
    struct api_caller me;
    return text && api_caller_get(&me) ? api_utf8(&me, text) : NULL;
}

LSTATUS RegOpenKeyExW(HKEY hKey, LPCWSTR lpSubKey, DWORD ulOptions, REGSAM samDesired,
                      PHKEY phkResult) {
    return RegOpenKeyExA(hKey, narrow(lpSubKey), ulOptions, samDesired, phkResult);
}

LSTATUS RegCreateKeyExW(HKEY hKey, LPCWSTR lpSubKey, DWORD Reserved, LPWSTR lpClass,
                        DWORD dwOptions, REGSAM samDesired,
                        const LPSECURITY_ATTRIBUTES lpSecurityAttributes, PHKEY phkResult,
                        LPDWORD lpdwDisposition) {
    (void)lpClass;
    return RegCreateKeyExA(hKey, narrow(lpSubKey), Reserved, NULL, dwOptions, samDesired,
                           lpSecurityAttributes, phkResult, lpdwDisposition);
}

LSTATUS RegDeleteKeyW(HKEY hKey, LPCWSTR lpSubKey) {
    return RegDeleteKeyA(hKey, narrow(lpSubKey));
}

LSTATUS RegDeleteValueW(HKEY hKey, LPCWSTR lpValueName) {
    return RegDeleteValueA(hKey, narrow(lpValueName));
}

/* ---- changes --------------------------------------------------------------------------------- */

static LSTATUS watch(HKEY handle, struct io_key_watch *wanted, HANDLE event) {
    struct api_caller me;
    void *body;
    LSTATUS error = key_of(&me, handle, KEY_NOTIFY, &wanted->key);
    if (error)
        return error;
    NTSTATUS status = api_object(&me, event, EVENT_MODIFY_STATE, &ex_event_type, KE_WRITE, &body);
    if (NT_SUCCESS(status)) {
        wanted->event = body;
        io_key_watch(me.w, wanted);
    }
    ob_dereference(me.w, wanted->key);
    return (LSTATUS)api_error_of(status);
}

LSTATUS RegNotifyChangeKeyValue(HKEY hKey, BOOL bWatchSubtree, DWORD dwNotifyFilter, HANDLE hEvent,
                                BOOL fAsynchronous) {
    const DWORD known = REG_NOTIFY_CHANGE_NAME | REG_NOTIFY_CHANGE_ATTRIBUTES |
                        REG_NOTIFY_CHANGE_LAST_SET | REG_NOTIFY_CHANGE_SECURITY;
    struct api_caller me;
    struct io_key_watch wanted = {.subtree = bWatchSubtree != FALSE, .filter = dwNotifyFilter};
    if (dwNotifyFilter & ~(known | REG_NOTIFY_THREAD_AGNOSTIC))
        return ERROR_INVALID_PARAMETER;
    if (!api_caller_get(&me) || (fAsynchronous && !hEvent))
        return ERROR_INVALID_PARAMETER;
    if (!(dwNotifyFilter & REG_NOTIFY_THREAD_AGNOSTIC))
        wanted.thread = me.thread;
    if (fAsynchronous)
        return watch(hKey, &wanted, hEvent);
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);
    LSTATUS error = watch(hKey, &wanted, event);
    if (!error)
        WaitForSingleObject(event, INFINITE);
    CloseHandle(event);
    return error;
}
