/* win32_find.c - the files of a directory: FindFirstFile and its kin. */
#include "api/win32_disk.h"

/* What FindFirstFile has found; its address is the handle. */
struct api_search {
    LIST_ENTRY link;
    const char *directory; /* of the host */
    char **names;
    size_t count, capacity, next;
};

struct collect {
    struct rd_world *w;
    struct api_search *search;
    const char *pattern;
};

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* '*' stands for any characters, '?' for one; without regard to case. */
static bool matches(const char *pattern, const char *name) {
    const char *star = NULL, *from = name;
    while (*name) {
        if (*pattern == '*') {
            star = pattern++;
            from = name;
        } else if (*pattern && (*pattern == '?' || lower(*pattern) == lower(*name))) {
            pattern++;
            name++;
        } else if (star) {
            pattern = star + 1;
            name = ++from;
        } else {
            return false;
        }
    }
    while (*pattern == '*' || *pattern == '?' || (*pattern == '.' && !pattern[1]))
        pattern++;
    return !*pattern;
}

static void collect(void *context, const char *name) {
    struct collect *to = context;
    struct api_search *search = to->search;
    bool all = strcmp(to->pattern, "*.*") == 0;
    if (!all && !matches(to->pattern, name))
        return;
    if (search->count == search->capacity) {
        size_t capacity = search->capacity ? search->capacity * 2 : 16;
        char **names = core_alloc(to->w, capacity * sizeof *names);
        if (search->count)
            memcpy(names, search->names, search->count * sizeof *names);
        search->names = names;
        search->capacity = capacity;
    }
    search->names[search->count++] = (char *)(uintptr_t)core_text(to->w, name);
}

static void fill(const struct api_search *search, struct rd_world *w, WIN32_FIND_DATAA *data) {
    const char *name = search->names[search->next];
    struct host_file_info info = {.writable = true};
    const char *path = strcmp(search->directory, ".") == 0
                           ? name
                           : core_textf(w, "%s/%s", search->directory, name);
    const struct api_record *record = api_record_of(w, path);
    host_file_query(path, &info);
    memset(data, 0, sizeof *data);
    data->dwFileAttributes = api_attributes(record, &info);
    api_set_file_time(&data->ftCreationTime, record->times[API_CREATED]);
    api_set_file_time(&data->ftLastAccessTime, record->times[API_ACCESSED]);
    api_set_file_time(&data->ftLastWriteTime, record->times[API_WRITTEN]);
    if (info.kind == HOST_FILE_REGULAR) {
        data->nFileSizeHigh = (DWORD)(info.size >> 32);
        data->nFileSizeLow = (DWORD)info.size;
    }
    lstrcpynA(data->cFileName, name, sizeof data->cFileName);
}

/* Splits "dir\pattern"; the directory becomes one of the host. */
static DWORD split(const struct api_caller *me, const char *name, const char **directory,
                   const char **pattern) {
    char path[API_PATH_SIZE];
    if (!name || !*name)
        return ERROR_PATH_NOT_FOUND;
    *pattern = ldr_base_name(name);
    size_t length = (size_t)(*pattern - name);
    if (!**pattern)
        return ERROR_FILE_NOT_FOUND;
    DWORD error =
        api_host_path(me, length ? core_textf(me->w, "%.*s", (int)length, name) : ".", path);
    *directory = core_text(me->w, path);
    return error;
}

static HANDLE refuse(struct api_caller *me, DWORD error) {
    api_set_error(me, error);
    return INVALID_HANDLE_VALUE;
}

HANDLE FindFirstFileA(LPCSTR lpFileName, LPWIN32_FIND_DATAA lpFindFileData) {
    struct api_caller me;
    struct host_file_info info;
    const char *pattern, *directory;
    if (!api_caller_get(&me))
        return INVALID_HANDLE_VALUE;
    DWORD error = split(&me, lpFileName, &directory, &pattern);
    if (error)
        return refuse(&me, error);
    ke_point(me.w, core_place(CORE_MACHINE, CORE_FILES), KE_READ);
    struct api_search *search = core_alloc(me.w, sizeof *search);
    struct collect to = {me.w, search, pattern};
    search->directory = directory;
    if (strpbrk(pattern, "*?")) {
        collect(&to, ".");
        collect(&to, "..");
    }
    if (host_file_list(directory, collect, &to) != 0)
        error = host_file_query(directory, &info) == 0 ? ERROR_DIRECTORY : ERROR_PATH_NOT_FOUND;
    else if (!search->count)
        error = ERROR_FILE_NOT_FOUND;
    if (error)
        return refuse(&me, error);
    fill(search, me.w, lpFindFileData);
    search->next = 1;
    base_list_push_back(&api_process_data(me.w, me.process)->searches, &search->link);
    return (HANDLE)search;
}

static struct api_search *search_of(struct api_caller *me, HANDLE handle) {
    if (!api_caller_get(me))
        return NULL;
    base_list_each(link, &api_process_data(me->w, me->process)->searches) {
        if (base_container(link, struct api_search, link) == handle)
            return handle;
    }
    api_set_error(me, ERROR_INVALID_HANDLE);
    return NULL;
}

BOOL FindNextFileA(HANDLE hFindFile, LPWIN32_FIND_DATAA lpFindFileData) {
    struct api_caller me;
    struct api_search *search = search_of(&me, hFindFile);
    if (!search)
        return FALSE;
    if (search->next >= search->count)
        return api_fail(&me, ERROR_NO_MORE_FILES);
    fill(search, me.w, lpFindFileData);
    search->next++;
    return TRUE;
}

BOOL FindClose(HANDLE hFindFile) {
    struct api_caller me;
    struct api_search *search = search_of(&me, hFindFile);
    if (search)
        base_list_remove(&search->link);
    return search != NULL;
}

static void widen(const WIN32_FIND_DATAA *from, WIN32_FIND_DATAW *to) {
    to->dwFileAttributes = from->dwFileAttributes;
    to->ftCreationTime = from->ftCreationTime;
    to->ftLastAccessTime = from->ftLastAccessTime;
    to->ftLastWriteTime = from->ftLastWriteTime;
    to->nFileSizeHigh = from->nFileSizeHigh;
    to->nFileSizeLow = from->nFileSizeLow;
    to->dwReserved0 = to->dwReserved1 = 0;
    api_copy_w(from->cFileName, to->cFileName, MAX_PATH);
    to->cAlternateFileName[0] = 0;
}

HANDLE FindFirstFileW(LPCWSTR lpFileName, LPWIN32_FIND_DATAW lpFindFileData) {
    struct api_caller me;
    WIN32_FIND_DATAA data;
    if (!api_caller_get(&me))
        return INVALID_HANDLE_VALUE;
    HANDLE handle = FindFirstFileA(api_utf8(&me, lpFileName), &data);
    if (handle != INVALID_HANDLE_VALUE)
        widen(&data, lpFindFileData);
    return handle;
}

BOOL FindNextFileW(HANDLE hFindFile, LPWIN32_FIND_DATAW lpFindFileData) {
    WIN32_FIND_DATAA data;
    if (!FindNextFileA(hFindFile, &data))
        return FALSE;
    widen(&data, lpFindFileData);
    return TRUE;
}
