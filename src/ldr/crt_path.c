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

struct part_room {
    void *text;
    size_t size;
};

static void put_nothing(struct crt_view path, const struct part_room out[4]) {
    for (int i = 0; i < 4; i++)
        if (out[i].size)
            put_part(path, out[i].text, 0, 0);
}

/* A part that is wanted has room; if one does not fit, there are none. */
static int split_safely(struct crt_view path, const struct part_room out[4]) {
    bool valid = path.text != NULL, fits = true;
    for (int i = 0; i < 4; i++)
        valid = valid && (out[i].text != NULL) == (out[i].size != 0);
    if (!valid) {
        put_nothing(path, out);
        return crt_invalid(CRT_EINVAL);
    }
    struct path_parts parts = take_apart(path);
    const size_t ends[] = {0, parts.drive, parts.name, parts.extension, parts.end};
    for (int i = 0; i < 4; i++)
        fits = fits && (!out[i].text || ends[i + 1] - ends[i] < out[i].size);
    if (!fits) {
        put_nothing(path, out);
        return crt_fail(CRT_ERANGE);
    }
    for (int i = 0; i < 4; i++)
        put_part(path, out[i].text, ends[i], ends[i + 1]);
    return 0;
}

CRT_API(int, _splitpath_s,
        (const char *path, char *drive, size_t drive_size, char *directory, size_t directory_size,
         char *name, size_t name_size, char *extension, size_t extension_size)) {
    const struct part_room out[4] = {{drive, drive_size},
                                     {directory, directory_size},
                                     {name, name_size},
                                     {extension, extension_size}};
    return split_safely((struct crt_view){path, false}, out);
}

CRT_API(int, _wsplitpath_s,
        (const WCHAR *path, WCHAR *drive, size_t drive_size, WCHAR *directory,
         size_t directory_size, WCHAR *name, size_t name_size, WCHAR *extension,
         size_t extension_size)) {
    const struct part_room out[4] = {{drive, drive_size},
                                     {directory, directory_size},
                                     {name, name_size},
                                     {extension, extension_size}};
    return split_safely((struct crt_view){path, true}, out);
}

struct path_writer {
    char *to;
    size_t size, length; /* what does not fit is only counted */
};

static void write_text(struct path_writer *writer, const char *text) {
    for (; *text; text++, writer->length++)
        if (writer->length < writer->size)
            writer->to[writer->length] = *text;
}

/* False: there is no room for it and its end. */
static bool make_path(struct path_writer *writer, const char *const parts[4]) {
    const char *drive = parts[0], *directory = parts[1], *name = parts[2], *extension = parts[3];
    if (drive && *drive) {
        const char letter[] = {*drive, ':', 0};
        write_text(writer, letter);
    }
    if (directory && *directory) {
        write_text(writer, directory);
        char last = directory[strlen(directory) - 1];
        write_text(writer, last == '\\' || last == '/' ? "" : "\\");
    }
    write_text(writer, name ? name : "");
    if (extension && *extension) {
        write_text(writer, *extension == '.' ? "" : ".");
        write_text(writer, extension);
    }
    if (writer->length >= writer->size)
        return false;
    writer->to[writer->length] = 0;
    return true;
}

CRT_API(void, _makepath,
        (char *path, const char *drive, const char *directory, const char *name,
         const char *extension)) {
    make_path(&(struct path_writer){path, SIZE_MAX, 0},
              (const char *const[]){drive, directory, name, extension});
}

CRT_API(int, _makepath_s,
        (char *path, size_t size, const char *drive, const char *directory, const char *name,
         const char *extension)) {
    if (!path || !size)
        return crt_invalid(CRT_EINVAL);
    if (make_path(&(struct path_writer){path, size, 0},
                  (const char *const[]){drive, directory, name, extension}))
        return 0;
    *path = 0;
    return crt_fail(CRT_ERANGE);
}

static const struct ps_process *current(void) {
    const struct crt_process *crt = crt_here();
    return crt ? crt->process : NULL;
}

CRT_API(char *, _fullpath, (char *buffer, const char *path, size_t size)) {
    enum { FULL_PATH_MAX = 260 };
    struct rd_world *w = port_current_world();
    char full[LDR_PATH_MAX] = "";
    bool fits = ldr_full_path(current(), path && *path ? path : ".", full);
    size_t length = strlen(full);
    if (!buffer) {
        size = length < FULL_PATH_MAX ? FULL_PATH_MAX : length + 1;
        buffer = w ? ldr_heap_alloc(w, size, false) : NULL;
    }
    if (!buffer || !fits || length >= size) {
        crt_set_errno(buffer ? CRT_ERANGE : CRT_ENOMEM);
        return NULL;
    }
    return memcpy(buffer, full, length + 1);
}

/* ---- current directory ----------------------------------------------------------------------- */

CRT_API(char *, _getcwd, (char *buffer, int size)) {
    struct crt_process *crt = crt_here();
    const char *directory = ldr_directory(current());
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
    struct crt_process *crt = crt_here();
    if (!crt || !path) {
        crt_invalid(CRT_EINVAL);
        return -1;
    }
    if (crt_win32(crt)->set_current_directory(path))
        return 0;
    crt_win32_failed(crt);
    return -1;
}

CRT_API(int, _getdrive, (void)) {
    return (int)(crt_upper((unsigned char)ldr_directory(current())[0]) - 'A') + 1;
}

CRT_API(int, _chdrive, (int drive)) {
    if (drive == crt__getdrive())
        return 0;
    crt_set_errno(CRT_EACCES);
    return -1;
}
