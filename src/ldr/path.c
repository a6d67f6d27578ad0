/*
 * path.c - names of files: full paths as Windows has them, and the files of the host that they
 * mean.
 *
 * Drive C: (and any other) is the directory in which the host program runs, laid over the root of
 * the host: "C:\a\b" is a/b if there is an `a` in that directory, or none at the root; else /a/b.
 * What begins with a slash is a name of the host. Relative names start from the process's current
 * directory.
 */
#include <string.h>

#include "ldr/ldr.h"
#include "port/host_file.h"

enum { ROOT = 3 }; /* length of "C:\" */

static bool is_separator(char c) {
    return c == '\\' || c == '/';
}

static bool has_drive(const char *path) {
    return ((path[0] | 0x20) >= 'a' && (path[0] | 0x20) <= 'z') && path[1] == ':';
}

const char *ldr_directory(const struct ps_process *process) {
    return process && process->directory ? process->directory : "C:\\";
}

bool ldr_is_absolute(const char *name) {
    return name[0] == '/' || (has_drive(name) && is_separator(name[2]));
}

/* ---- full paths ------------------------------------------------------------------------------ */

/* How parts of a path are put together: in `out`, of which the first `root` characters stay. */
struct joined {
    char *out;
    size_t root, used;
    char separator;
    bool climbs; /* ".." at the root stays */
};

static void leave_last(struct joined *j) {
    while (j->used > j->root && j->out[j->used - 1] != j->separator)
        j->used--;
    if (j->used > j->root)
        j->used--;
}

static bool ends_with_up(const struct joined *j) {
    size_t rest = j->used - j->root;
    const char *end = j->out + j->used;
    return rest >= 2 && end[-1] == '.' && end[-2] == '.' && (rest == 2 || end[-3] == j->separator);
}

/* Appends the parts of `path`; "." and ".." go. False if there is no room. */
static bool append(struct joined *j, const char *path) {
    while (*path) {
        size_t length = 0;
        while (path[length] && !is_separator(path[length]))
            length++;
        bool up = length == 2 && path[0] == '.' && path[1] == '.';
        bool stay = length == 0 || (length == 1 && path[0] == '.');
        bool keeps = !up || (j->climbs && (j->used == j->root || ends_with_up(j)));
        if (j->used + length + 2 >= LDR_PATH_MAX)
            return false;
        if (!stay && keeps) {
            if (j->used > j->root)
                j->out[j->used++] = j->separator;
            memcpy(j->out + j->used, path, length);
            j->used += length;
        } else if (up) {
            leave_last(j);
        }
        path += length;
        while (is_separator(*path))
            path++;
    }
    j->out[j->used] = '\0';
    return true;
}

bool ldr_full_path(const struct ps_process *process, const char *name, char out[LDR_PATH_MAX]) {
    const char *current = ldr_directory(process);
    struct joined j = {.out = out, .root = ROOT, .used = ROOT, .separator = '\\'};
    bool drive = has_drive(name), fits = true;
    memcpy(out, drive ? name : current, 2);
    memcpy(out + 2, "\\", 2);
    bool same_drive = !drive || (name[0] | 0x20) == (current[0] | 0x20);
    name += drive ? 2 : 0;
    if (!is_separator(name[0]) && same_drive)
        fits = append(&j, current + ROOT);
    fits = fits && append(&j, name);
    size_t length = strlen(name);
    if (fits && j.used > ROOT && length && is_separator(name[length - 1]))
        memcpy(out + j.used, "\\", 2);
    return fits;
}

/* ---- files of the host ----------------------------------------------------------------------- */

static bool is_there(const char *path) {
    struct host_file_info info;
    return host_file_query(path, &info) == 0;
}

/* A path below the host's working directory becomes one relative to it, any other absolute. */
static bool shorten(char path[LDR_PATH_MAX]) {
    char here[LDR_PATH_MAX], all[LDR_PATH_MAX] = "/";
    struct joined j = {.out = all, .root = 1, .used = 1, .separator = '/'};
    if (host_file_working_directory(here, sizeof here) != 0)
        return true;
    if ((path[0] != '/' && !append(&j, here)) || !append(&j, path))
        return false;
    size_t length = strlen(here);
    if (strcmp(all, here) == 0)
        strcpy(path, ".");
    else if (strncmp(all, here, length) == 0 && (length == 1 || all[length] == '/'))
        strcpy(path, all + length + (length > 1));
    else
        strcpy(path, all);
    return true;
}

/* Of a path behind "C:\": in the working directory, or at the root. */
static bool from_the_top(const char *path, char out[LDR_PATH_MAX]) {
    char top[LDR_PATH_MAX] = "/";
    struct joined j = {.out = out, .separator = '/', .climbs = false};
    size_t length = strcspn(path, "\\/");
    if (length + 2 >= sizeof top)
        return false;
    memcpy(top + 1, path, length);
    top[length + 1] = '\0';
    if (length && !is_there(top + 1) && is_there(top)) {
        strcpy(out, "/");
        j.root = j.used = 1;
    }
    return append(&j, path);
}

static const char *without_prefix(const char *name) {
    bool device = strncmp(name, "\\\\?\\", 4) == 0 || strncmp(name, "\\\\.\\", 4) == 0;
    return device && (has_drive(name + 4) || ldr_same_name(name + 4, "NUL")) ? name + 4 : name;
}

bool ldr_host_path(const struct ps_process *process, const char *name, char out[LDR_PATH_MAX]) {
    char full[LDR_PATH_MAX];
    name = without_prefix(name);
    if (!*name || (is_separator(name[0]) && is_separator(name[1]) && name[0] == '\\'))
        return false; /* nothing; devices and shares */
    if (ldr_same_name(name + (has_drive(name) ? 2 : 0), "NUL"))
        return strcpy(out, HOST_FILE_NOWHERE) != NULL;
    bool relative = !is_separator(name[has_drive(name) ? 2 : 0]);
    if (name[0] == '/' || (relative && strlen(ldr_directory(process)) == ROOT)) {
        struct joined j = {.out = out, .separator = '/', .climbs = true};
        if (name[0] == '/')
            out[j.used++] = '/';
        j.root = j.used;
        if (!append(&j, name + (has_drive(name) ? 2 : 0)))
            return false;
    } else if (!ldr_full_path(process, name, full) || !from_the_top(full + ROOT, out)) {
        return false;
    }
    return shorten(out);
}
