/*
 * disk.h - files of the host without the types of <windows.h>, so that system services for drivers
 * can use them, too. Errors are Win32 codes, 0 for success.
 */
#ifndef RD_API_DISK_H
#define RD_API_DISK_H

#include "api/api.h"

struct api_disk_open {
    const char *name; /* DOS path */
    uint32_t access, share;
    uint32_t disposition; /* CREATE_NEW ... TRUNCATE_EXISTING */
    uint32_t attributes;  /* of a new file */
    bool delete_on_close;
    bool overlapped;
    bool directories; /* one may be opened, too */
    bool existed;     /* out */
};
/* The file has one reference. At a scheduling point. */
uint32_t api_disk_open(struct api_caller *caller, struct api_disk_open *open, void **file);

/* Reads or writes at the position of a file, a pipe or a stream, or at `offset` of a file. */
struct api_disk_transfer {
    const void *handle;
    void *bytes;
    size_t size, done;
    bool writes, has_offset;
    int64_t offset;
};
uint32_t api_disk_transfer(struct api_caller *caller, struct api_disk_transfer *transfer);

/* Whether it is a file of the host, a pipe or a stream, which the functions here work on. */
bool api_disk_is_file(const void *body);

/*
 * What is known of a file, by the numbers of FILE_INFORMATION_CLASS: asked for or told. At a
 * scheduling point. NTSTATUS.
 */
struct api_disk_information {
    const void *handle;
    uint32_t what;
    void *bytes; /* in the library's memory */
    size_t size, done;
};
NTSTATUS api_disk_query(struct api_caller *caller, struct api_disk_information *information);
NTSTATUS api_disk_set(struct api_caller *caller, const struct api_disk_information *information);

/* Size and position of a file of the host; ERROR_INVALID_FUNCTION for what has none. */
struct api_disk_place {
    int64_t size, position;
};
uint32_t api_disk_place(struct api_caller *caller, const void *handle,
                        struct api_disk_place *place);

#endif
