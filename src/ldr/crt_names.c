/* crt_names.c - what can be done to a file by its name: remove, rename, ask for it. */
#include <string.h>

#include "ldr/crt_state.h"
#include "ldr/crt_text.h"
#include "port/host_file.h"

enum { PATH_SIZE = LDR_PATH_MAX };

/* Relative to the current directory of the calling process. */
static bool to_host(const char *path, char out[PATH_SIZE]) {
    const struct crt_process *crt = crt_here();
    return path && ldr_host_path(crt ? crt->process : NULL, path, out);
}

static int by_path(const char *path, int (*function)(const char *host_path)) {
    char host_path[PATH_SIZE];
    int error = CRT_ENOENT;
    if (to_host(path, host_path))
        error = function(host_path);
    if (error)
        crt_set_errno(error);
    return error ? -1 : 0;
}

static void narrow_path(char out[PATH_SIZE], const WCHAR *path) {
    size_t length = path ? crt_narrow(out, PATH_SIZE - 1, path, crt_wide_length(path)) : 0;
    out[length] = 0;
}

static int by_wide_path(const WCHAR *path, int (*function)(const char *host_path)) {
    char narrow[PATH_SIZE];
    narrow_path(narrow, path);
    return by_path(narrow, function);
}

/* ---- the C functions ------------------------------------------------------------------------- */

CRT_API(int, remove, (const char *path)) {
    return by_path(path, host_file_remove);
}

CRT_API(int, _unlink, (const char *path)) {
    return by_path(path, host_file_remove);
}

CRT_API(int, _wremove, (const WCHAR *path)) {
    return by_wide_path(path, host_file_remove);
}

CRT_API(int, _wunlink, (const WCHAR *path)) {
    return by_wide_path(path, host_file_remove);
}

CRT_API(int, _mkdir, (const char *path)) {
    return by_path(path, host_file_make_directory);
}

CRT_API(int, _rmdir, (const char *path)) {
    return by_path(path, host_file_remove_directory);
}

CRT_API(int, rename, (const char *from, const char *to)) {
    char host_from[PATH_SIZE], host_to[PATH_SIZE];
    int error = CRT_ENOENT;
    if (to_host(from, host_from) && to_host(to, host_to))
        error = host_file_rename(host_from, host_to);
    if (error)
        crt_set_errno(error);
    return error ? -1 : 0;
}

/* mode: 0 exists, 2 can be written, 4 can be read, 6 both. */
CRT_API(int, _access, (const char *path, int mode)) {
    char host_path[PATH_SIZE];
    struct host_file_info info;
    int error = CRT_ENOENT;
    if (to_host(path, host_path))
        error = host_file_query(host_path, &info);
    if (!error && mode & 2 && !info.writable)
        error = CRT_EACCES;
    if (error)
        crt_set_errno(error);
    return error ? -1 : 0;
}

CRT_API(int, _access_s, (const char *path, int mode)) {
    struct crt_thread *self = crt_self();
    return crt__access(path, mode) && self ? self->error : 0;
}

CRT_API(int, _waccess, (const WCHAR *path, int mode)) {
    char narrow[PATH_SIZE];
    narrow_path(narrow, path);
    return crt__access(narrow, mode);
}

CRT_API(int, _wrename, (const WCHAR *from, const WCHAR *to)) {
    char narrow_from[PATH_SIZE / 2], narrow_to[PATH_SIZE / 2];
    size_t length = crt_narrow(narrow_from, sizeof narrow_from - 1, from, crt_wide_length(from));
    narrow_from[length] = 0;
    length = crt_narrow(narrow_to, sizeof narrow_to - 1, to, crt_wide_length(to));
    narrow_to[length] = 0;
    return crt_rename(narrow_from, narrow_to);
}

/* Permissions are left to the host. */
CRT_API(int, _chmod, (const char *path, int mode)) {
    (void)mode;
    return crt__access(path, 0);
}

/* The X at the end become letters that no file of that name has yet. */
CRT_API(char *, _mktemp, (char *name)) {
    size_t end = name ? strlen(name) : 0, start = end;
    while (start && name[start - 1] == 'X')
        start--;
    for (unsigned number = 0; start < end && number < 26 * 26 * 26; number++) {
        unsigned rest = number;
        for (size_t i = end; i-- > start; rest /= 26)
            name[i] = (char)('a' + rest % 26);
        if (crt__access(name, 0) != 0)
            return name;
    }
    crt_set_errno(CRT_EINVAL);
    return NULL;
}

/* ---- stat ------------------------------------------------------------------------------------ */

struct crt_stat {
    uint32_t device;
    uint16_t inode, mode;
    int16_t links, uid, gid;
    uint32_t special_device;
    int64_t size, accessed, modified, created;
};

enum { MODE_DIRECTORY = 0x4000, MODE_REGULAR = 0x8000, MODE_CHARACTER = 0x2000, MODE_READ = 0x124 };

/* Times of the host are none of the simulated machine's: all files are as old as the machine. */
static void fill_stat(struct crt_stat *out, const struct host_file_info *info) {
    memset(out, 0, sizeof *out);
    out->mode = (uint16_t)(MODE_READ | (info->writable ? MODE_READ / 2 : 0) |
                           (info->kind == HOST_FILE_DIRECTORY ? MODE_DIRECTORY | 0x49
                            : info->kind == HOST_FILE_REGULAR ? MODE_REGULAR
                                                              : MODE_CHARACTER));
    out->links = 1;
    out->size = info->kind == HOST_FILE_REGULAR ? (int64_t)info->size : 0;
    out->accessed = out->modified = out->created = CRT_EPOCH_SECONDS;
}

CRT_API(int, _stat64, (const char *path, struct crt_stat *out)) {
    char host_path[PATH_SIZE];
    struct host_file_info info;
    int error = CRT_ENOENT;
    if (to_host(path, host_path))
        error = host_file_query(host_path, &info);
    if (error)
        crt_set_errno(error);
    else
        fill_stat(out, &info);
    return error ? -1 : 0;
}

CRT_API(int, _wstat64, (const WCHAR *path, struct crt_stat *out)) {
    char narrow[PATH_SIZE];
    narrow_path(narrow, path);
    return crt__stat64(narrow, out);
}

CRT_API(int, _fstat64, (int descriptor, struct crt_stat *out)) {
    struct crt_process *crt = crt_here();
    struct crt_descriptor *d = crt_descriptor_get(crt, descriptor);
    struct host_file_info info = {.kind = HOST_FILE_OTHER, .writable = true};
    if (!d)
        return -1;
    if (d->kind == CRT_TEMPORARY) {
        info.kind = HOST_FILE_REGULAR;
        host_file_size(d->host_file, &info.size);
    } else if (d->kind == CRT_HANDLE && !d->pipe && !d->console) {
        info.kind = HOST_FILE_REGULAR;
        int64_t length;
        if (crt_win32(crt)->get_file_size((void *)d->handle, &length))
            info.size = (uint64_t)length;
    }
    fill_stat(out, &info);
    return 0;
}
