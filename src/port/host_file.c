#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "port/host_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Most numbers are the same; these differ between hosts. */
static int windows_errno(int error) {
    switch (error) {
    case EPERM:
    case EACCES:
    case EROFS:
        return 13;
    case ENOENT:
    case ENOTDIR:
        return 2;
    case EEXIST:
        return 17;
    case EISDIR:
        return 13;
    case EBADF:
        return 9;
    case ENOMEM:
        return 12;
    case EMFILE:
    case ENFILE:
        return 24;
    case ENOSPC:
        return 28;
    case ESPIPE:
        return 29;
    case EPIPE:
        return 32;
    case ENAMETOOLONG:
        return 38;
    case ENOTEMPTY:
        return 41;
    case EXDEV:
        return 18;
    case EFBIG:
        return 27;
    case EIO:
        return 5;
    default:
        return 22;
    }
}

static int result_of(int result) {
    return result < 0 ? windows_errno(errno) : 0;
}

int host_file_open(const char *path, unsigned flags, intptr_t *file) {
    int mode = O_CLOEXEC | O_NONBLOCK; /* a FIFO must not stop the machine */
    if (flags & HOST_FILE_WRITE)
        mode |= flags & HOST_FILE_READ ? O_RDWR : O_WRONLY;
    else
        mode |= O_RDONLY;
    mode |= flags & HOST_FILE_APPEND ? O_APPEND : 0;
    mode |= flags & HOST_FILE_CREATE ? O_CREAT : 0;
    mode |= flags & HOST_FILE_TRUNCATE ? O_TRUNC : 0;
    mode |= flags & HOST_FILE_EXCLUSIVE ? O_EXCL : 0;
    int descriptor = open(path, mode, 0666);
    if (descriptor < 0)
        return windows_errno(errno);
    struct stat status;
    if (fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode)) {
        close(descriptor);
        return 13;
    }
    *file = descriptor;
    return 0;
}

int host_file_open_temporary(intptr_t *file) {
    char path[] = "/tmp/rundown-XXXXXX";
    int descriptor = mkostemp(path, O_CLOEXEC);
    if (descriptor < 0)
        return windows_errno(errno);
    unlink(path);
    *file = descriptor;
    return 0;
}

void host_file_close(intptr_t file) {
    close((int)file);
}

int host_file_read(intptr_t file, void *bytes, size_t size, size_t *done) {
    ssize_t count;
    do
        count = read((int)file, bytes, size);
    while (count < 0 && errno == EINTR);
    *done = count < 0 ? 0 : (size_t)count;
    return count < 0 ? windows_errno(errno) : 0;
}

int host_file_write(intptr_t file, const void *bytes, size_t size, size_t *done) {
    *done = 0;
    while (*done < size) {
        ssize_t count = write((int)file, (const char *)bytes + *done, size - *done);
        if (count < 0 && errno != EINTR)
            return windows_errno(errno);
        if (count > 0)
            *done += (size_t)count;
    }
    return 0;
}

int host_file_seek(intptr_t file, int64_t offset, enum host_file_origin origin, int64_t *position) {
    int whence = origin == HOST_FILE_SET ? SEEK_SET : origin == HOST_FILE_END ? SEEK_END : SEEK_CUR;
    off_t result = lseek((int)file, (off_t)offset, whence);
    if (result < 0)
        return windows_errno(errno);
    *position = result;
    return 0;
}

int host_file_resize(intptr_t file, int64_t size) {
    return result_of(ftruncate((int)file, (off_t)size));
}

static void describe(const struct stat *status, struct host_file_info *info) {
    info->kind = S_ISREG(status->st_mode)   ? HOST_FILE_REGULAR
                 : S_ISDIR(status->st_mode) ? HOST_FILE_DIRECTORY
                                            : HOST_FILE_OTHER;
    info->size = (uint64_t)status->st_size;
    info->writable = (status->st_mode & S_IWUSR) != 0;
}

int host_file_query(const char *path, struct host_file_info *info) {
    struct stat status;
    if (stat(path, &status) != 0)
        return windows_errno(errno);
    describe(&status, info);
    return 0;
}

int host_file_size(intptr_t file, uint64_t *size) {
    struct stat status;
    if (fstat((int)file, &status) != 0)
        return windows_errno(errno);
    *size = (uint64_t)status.st_size;
    return 0;
}

int host_file_working_directory(char *path, size_t size) {
    return getcwd(path, size) ? 0 : windows_errno(errno);
}

int host_file_remove(const char *path) {
    return result_of(unlink(path));
}

int host_file_rename(const char *from, const char *to) {
    struct host_file_info info;
    if (host_file_query(to, &info) == 0)
        return 17;
    return result_of(rename(from, to));
}

int host_file_make_directory(const char *path) {
    return result_of(mkdir(path, 0777));
}

int host_file_remove_directory(const char *path) {
    return result_of(rmdir(path));
}

int host_file_set_writable(const char *path, bool writable) {
    struct stat status;
    mode_t bits = S_IWUSR | S_IWGRP | S_IWOTH;
    if (stat(path, &status) != 0)
        return windows_errno(errno);
    mode_t mode = status.st_mode & 07777;
    return result_of(chmod(path, writable ? mode | S_IWUSR : mode & ~bits));
}

static int in_order(const struct dirent **a, const struct dirent **b) {
    return strcmp((*a)->d_name, (*b)->d_name);
}

int host_file_list(const char *path, host_file_name_fn *function, void *context) {
    struct dirent **entries;
    int count = scandir(path, &entries, NULL, in_order);
    if (count < 0)
        return windows_errno(errno);
    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name;
        if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0)
            function(context, name);
        free(entries[i]);
    }
    free(entries);
    return 0;
}
