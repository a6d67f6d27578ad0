#include "cli.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MODE_BITS = 0777, NEW_FILE_MODE = 0666 };

const char *cli_base_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

int cli_file_readable(const char *path) {
    struct stat status;

    if (stat(path, &status) != 0)
        return errno;
    if (S_ISDIR(status.st_mode))
        return EISDIR;
    return access(path, R_OK) == 0 ? 0 : errno;
}

/* A path of `length` characters as a directory's name; malloc'ed. */
static char *directory_of(const char *path) {
    size_t length = (size_t)(cli_base_name(path) - path);
    return length ? strndup(path, length) : strdup(".");
}

int cli_file_check(const char *path) {
    struct stat status;
    char *directory;
    int error = 0;

    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode)) {
        if (S_ISDIR(status.st_mode))
            return EISDIR;
        return access(path, W_OK) == 0 ? 0 : errno;
    }
    if (*cli_base_name(path) == '\0')
        return ENOENT;
    directory = directory_of(path);
    if (!directory)
        return ENOMEM;
    if (stat(directory, &status) != 0)
        error = errno;
    else if (!S_ISDIR(status.st_mode))
        error = ENOTDIR;
    else if (access(directory, W_OK | X_OK) != 0)
        error = errno;
    free(directory);
    return error;
}

/* The new file gets the mode of the one that it replaces, or the one that fopen would give it. */
static void set_mode(int descriptor, const struct stat *old) {
    mode_t mask = umask(0);
    umask(mask);
    mode_t mode = old ? old->st_mode & MODE_BITS : NEW_FILE_MODE & ~mask;
    if (fchmod(descriptor, mode) != 0)
        return; /* then it stays readable by its owner only */
}

static int open_temporary(struct cli_file *file, const struct stat *old) {
    size_t size = strlen(file->target) + sizeof ".XXXXXX";
    int descriptor;

    file->temporary = malloc(size);
    if (!file->temporary)
        return ENOMEM;
    snprintf(file->temporary, size, "%s.XXXXXX", file->target);
    descriptor = mkstemp(file->temporary);
    if (descriptor < 0)
        return errno;
    set_mode(descriptor, old);
    file->stream = fdopen(descriptor, "w");
    if (!file->stream) {
        int error = errno;
        close(descriptor);
        unlink(file->temporary);
        return error;
    }
    return 0;
}

static void forget(struct cli_file *file) {
    free(file->target);
    free(file->temporary);
    *file = (struct cli_file){0};
}

int cli_file_open(struct cli_file *file, const char *path) {
    struct stat status;
    bool exists = stat(path, &status) == 0;
    int error;

    *file = (struct cli_file){0};
    if (exists && !S_ISREG(status.st_mode)) {
        file->stream = fopen(path, "w");
        return file->stream ? 0 : errno;
    }
    /* A symbolic link stays one: the file behind it is replaced. */
    file->target = exists ? realpath(path, NULL) : strdup(path);
    if (!file->target)
        return errno;
    error = open_temporary(file, exists ? &status : NULL);
    if (error)
        forget(file);
    return error;
}

int cli_file_close(struct cli_file *file, bool complete) {
    int error = 0;

    if (fflush(file->stream) != 0 || ferror(file->stream))
        error = errno ? errno : EIO;
    if (fclose(file->stream) != 0 && !error)
        error = errno;
    if (file->target) {
        if (complete && !error && rename(file->temporary, file->target) != 0)
            error = errno;
        if (!complete || error)
            unlink(file->temporary);
    }
    forget(file);
    return error;
}
