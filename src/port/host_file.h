/*
 * host_file.h - files of the host, for the stdio of simulated programs. The only place that opens,
 * reads and writes them.
 *
 * Errors are errno values as Windows numbers them, 0 is success.
 */
#ifndef RD_PORT_HOST_FILE_H
#define RD_PORT_HOST_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum host_file_flags {
    HOST_FILE_READ = 1,
    HOST_FILE_WRITE = 2,
    HOST_FILE_APPEND = 4,
    HOST_FILE_CREATE = 8,
    HOST_FILE_TRUNCATE = 16,
    HOST_FILE_EXCLUSIVE = 32, /* with CREATE: the file must not exist */
};

enum host_file_origin { HOST_FILE_SET, HOST_FILE_CURRENT, HOST_FILE_END };

enum host_file_kind { HOST_FILE_NONE, HOST_FILE_REGULAR, HOST_FILE_DIRECTORY, HOST_FILE_OTHER };

struct host_file_info {
    enum host_file_kind kind;
    uint64_t size;
    bool writable;
};

/* A file that swallows everything. */
#define HOST_FILE_NOWHERE "/dev/null"

int host_file_open(const char *path, unsigned flags, intptr_t *file);
/* A new file without a name. */
int host_file_open_temporary(intptr_t *file);
void host_file_close(intptr_t file);
/* *done is the number of bytes; 0 when reading means the end of the file. */
int host_file_read(intptr_t file, void *bytes, size_t size, size_t *done);
int host_file_write(intptr_t file, const void *bytes, size_t size, size_t *done);
int host_file_seek(intptr_t file, int64_t offset, enum host_file_origin origin, int64_t *position);
int host_file_resize(intptr_t file, int64_t size);
/* Nothing there is an error. */
int host_file_query(const char *path, struct host_file_info *info);
int host_file_size(intptr_t file, uint64_t *size);

/* The directory that relative paths start from, without a separator at its end. */
int host_file_working_directory(char *path, size_t size);

int host_file_remove(const char *path);
/* Fails if the new name exists, as on Windows. */
int host_file_rename(const char *from, const char *to);
int host_file_make_directory(const char *path);
int host_file_remove_directory(const char *path);

/* Calls back with the names in a directory, in ascending order of their bytes; "." and ".." are
 * left out. */
typedef void host_file_name_fn(void *context, const char *name);
int host_file_list(const char *path, host_file_name_fn *function, void *context);
int host_file_set_writable(const char *path, bool writable);

#endif
