/* crt_path.c - taking paths apart and putting them together; nothing here looks at a disk. */
#include <string.h>

#include "ldr/crt_number.h"
#include "ldr/crt_state.h"
#include "ldr/crt_text.h"

/* Positions in a path: drive [0, drive), directory, name, extension [extension, end). */
struct path_parts {
    size_t drive, name, extension, end;
};

static struct path_parts take_apart(struct crt_view path) {
    struct path_parts parts = {0};
    if (crt_view_unit(path, 0) && crt_view_unit(path, 1) == ':')
        parts.drive = 2;
    parts.name = parts.drive;
    bool dotted = false;
    size_t i = parts.drive;
    for (unsigned unit; (unit = crt_view_unit(path, i)) != 0; i++) {
        if (unit == '\\' || unit == '/') {
            parts.name = i + 1;
            dotted = false;
        } else if (unit == '.') {
            parts.extension = i;
            dotted = true;
        }
    }
    parts.end = i;
    if (!dotted)
        parts.extension = i;
    return parts;
}

static void put_part(struct crt_view path, void *out, size_t from, size_t to) {
    if (!out)
        return;
    for (size_t i = from; i <= to; i++) {
        unsigned unit = i < to ? crt_view_unit(path, i) : 0;
        if (path.wide)
            ((WCHAR *)out)[i - from] = (WCHAR)unit;
        else
            ((char *)out)[i - from] = (char)unit;
    }
}

static void split(struct crt_view path, void *const out[4]) {
    struct path_parts parts = take_apart(path);
    put_part(path, out[0], 0, parts.drive);
    put_part(path, out[1], parts.drive, parts.name);
    put_part(path, out[2], parts.name, parts.extension);
    put_part(path, out[3], parts.extension, parts.end);
}

CRT_API(void, _splitpath,
        (const char *path, char *drive, char *directory, char *name, char *extension)) {
    void *out[4] = {drive, directory, name, extension};
    split((struct crt_view){path, false}, out);
}

CRT_API(void, _wsplitpath,
        (const WCHAR *path, WCHAR *drive, WCHAR *directory, WCHAR *name, WCHAR *extension)) {
    void *out[4] = {drive, directory, name, extension};
    split((struct crt_view){path, true}, out);
}

CRT_API(void, _makepath,
        (char *path, const char *drive, const char *directory, const char *name,
         const char *extension)) {
    char *out = path;
    if (drive && *drive) {
        *out++ = *drive;
        *out++ = ':';
    }
    if (directory && *directory) {
        size_t length = strlen(directory);
        memcpy(out, directory, length);
        out += length;
        if (out[-1] != '\\' && out[-1] != '/')
            *out++ = '\\';
    }
    if (name) {
        size_t length = strlen(name);
        memcpy(out, name, length);
        out += length;
    }
    if (extension && *extension) {
        if (*extension != '.')
            *out++ = '.';
        size_t length = strlen(extension);
        memcpy(out, extension, length);
        out += length;
    }
    *out = 0;
}

/* Removes "." and ".." from what follows the root; returns the new end. */
static size_t simplify(char *path, size_t root) {
    size_t out = root, i = root;
    while (path[i]) {
        size_t start = i;
        while (path[i] && path[i] != '\\')
            i++;
        size_t length = i - start;
        bool here = length == 1 && path[start] == '.';
        bool up = length == 2 && path[start] == '.' && path[start + 1] == '.';
        if (up && out > root)
            for (out--; out > root && path[out - 1] != '\\';)
                out--;
        if (length && !here && !up) {
            memmove(path + out, path + start, length);
            out += length;
            if (path[i])
                path[out++] = '\\';
        }
        i += path[i] != 0;
    }
    path[out] = 0;
    return out;
}

/* What a path that begins with `path` is relative to: "", the drive or the current directory. */
static const char *base_of(const char *path, char base[3]) {
    struct crt_process *crt = crt_here();
    const char *directory = crt && crt->process->directory ? crt->process->directory : "C:\\";
    if (*path && path[1] == ':')
        return "";
    if (*path != '\\' && *path != '/')
        return directory;
    base[0] = directory[0];
    base[1] = ':';
    base[2] = 0;
    return base;
}

CRT_API(char *, _fullpath, (char *buffer, const char *path, size_t size)) {
    enum { FULL_PATH_MAX = 260 };
    struct rd_world *w = port_current_world();
    char drive[3];
    if (!path)
        path = "";
    const char *base = base_of(path, drive);
    size_t used = strlen(base);
    bool separator = used > 2 && base[used - 1] != '\\';
    size_t length = used + separator + strlen(path);
    if (!buffer) {
        size = length < FULL_PATH_MAX ? FULL_PATH_MAX : length + 1;
        buffer = w ? ldr_heap_alloc(w, size, false) : NULL;
    }
    if (!buffer || length >= size) {
        crt_set_errno(buffer ? CRT_ERANGE : CRT_ENOMEM);
        return NULL;
    }
    memmove(buffer + used + separator, path, strlen(path) + 1);
    memcpy(buffer, base, used);
    if (separator)
        buffer[used] = '\\';
    for (char *p = buffer; *p; p++)
        if (*p == '/')
            *p = '\\';
    simplify(buffer, buffer[2] == '\\' ? 3 : 2);
    return buffer;
}

/* ---- current directory: what the program is shown; files are found from the host's ----------- */

CRT_API(char *, _getcwd, (char *buffer, int size)) {
    struct crt_process *crt = crt_here();
    const char *directory = crt && crt->process->directory ? crt->process->directory : "C:\\";
    size_t needed = strlen(directory) + 1, room = size < 0 ? 0 : (size_t)size;
    if (!buffer && crt) {
        room = room > needed ? room : needed;
        buffer = ldr_heap_alloc(crt->world, room, false);
    }
    if (!buffer || room < needed) {
        crt_set_errno(CRT_ERANGE);
        return NULL;
    }
    return memcpy(buffer, directory, needed);
}

CRT_API(int, _chdir, (const char *path)) {
    enum { FULL_PATH_MAX = 512 };
    struct crt_process *crt = crt_here();
    char full[FULL_PATH_MAX];
    if (!crt || !path || !*path || !crt__fullpath(full, path, sizeof full)) {
        crt_set_errno(CRT_ENOENT);
        return -1;
    }
    crt->process->directory = core_text(crt->world, full);
    return 0;
}

CRT_API(int, _getdrive, (void)) {
    struct crt_process *crt = crt_here();
    const char *directory = crt && crt->process->directory ? crt->process->directory : "C:\\";
    return (int)(crt_upper((unsigned char)directory[0]) - 'A') + 1;
}

CRT_API(int, _chdrive, (int drive)) {
    if (drive == crt__getdrive())
        return 0;
    crt_set_errno(CRT_EACCES);
    return -1;
}
