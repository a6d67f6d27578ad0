/* win32_disk.h - files of the host: what their opens share, and what the functions for names do. */
#ifndef RD_API_WIN32_DISK_H
#define RD_API_WIN32_DISK_H

#include "api/win32_file.h"
#include "port/host_file.h"

enum { API_PATH_SIZE = LDR_PATH_MAX };

/* All opens of one file. Its name in the namespace is "\File\" and the path. */
struct api_disk {
    char path[API_PATH_SIZE]; /* of the host */
    uint32_t opens, readers, writers, deleters;
    uint32_t share_read, share_write, share_delete; /* how many allow it */
    bool delete_pending;
    void *mapping;    /* see win32_mapping.c */
    LIST_ENTRY locks; /* of byte ranges, see win32_lock.c */
    LIST_ENTRY waits; /* for locks: of api_pending */
};

/* What threads that use the same file have in common, for scheduling. */
void api_disk_touch(struct rd_world *w, const struct api_disk *disk, unsigned kind);

/* ERROR_LOCK_VIOLATION if a lock of somebody else is in the way of a transfer at that place. */
DWORD api_lock_check(const struct api_caller *caller, const struct api_file *file,
                     const struct api_transfer *transfer, int64_t offset, bool writes);
/* The locks of a process on an open of the file are released; pid 0: those of everybody. */
void api_lock_release(struct rd_world *w, const struct api_file *file, uint32_t pid);

/* A path of the host; 0 or the Win32 error. */
DWORD api_host_path(const struct api_caller *caller, const char *name, char path[API_PATH_SIZE]);
DWORD api_host_error(int error);
/* The same of an operation on that path: is it the file that is missing, or its directory? */
DWORD api_path_error(const char *path, int error);
DWORD api_attributes(const struct host_file_info *info);

#endif
