/* win32_disk.h - files of the host: what their opens share, and what the functions for names do. */
#ifndef RD_API_WIN32_DISK_H
#define RD_API_WIN32_DISK_H

#include "api/win32_file.h"
#include "port/host_file.h"

enum { API_PATH_SIZE = LDR_PATH_MAX, API_VOLUME = 0x52444E31 /* serial number */ };

enum api_time { API_CREATED, API_ACCESSED, API_WRITTEN, API_CHANGED, API_TIMES };

/* A file, open or not. */
struct api_record {
    LIST_ENTRY link;
    const char *path; /* of the host */
    uint64_t place;   /* for scheduling */
    uint64_t times[API_TIMES];
    uint32_t attributes; /* 0: as the host has them */
    uint32_t number;
    struct api_disk *disk; /* NULL: it is not open */
};

/* All opens of one file. */
struct api_disk {
    struct api_record *record;
    uint32_t opens, readers, writers, deleters;
    uint32_t share_read, share_write, share_delete; /* how many allow it */
    bool delete_pending, directory;
    uint32_t sections; /* of the file */
    uint64_t mapped;   /* size of the largest */
    LIST_ENTRY locks;  /* of byte ranges, see win32_lock.c */
    LIST_ENTRY waits;  /* for locks: of api_pending */
};

/* Found or made; it lives as long as the run. */
struct api_record *api_record_of(struct rd_world *w, const char *path);
void api_record_created(struct rd_world *w, struct api_record *record, uint32_t attributes);
/* Through that open. */
void api_record_written(struct rd_world *w, struct api_file *file);
void api_record_renamed(struct rd_world *w, const char *from, const char *to);
DWORD api_attributes(const struct api_record *record, const struct host_file_info *info);
/* 0 or the Win32 error. */
DWORD api_set_attributes(struct rd_world *w, struct api_record *record, DWORD attributes);

/* What threads that use the same file have in common, for scheduling. */
static inline void api_disk_touch(struct rd_world *w, const struct api_disk *disk, unsigned kind) {
    core_touch(w, disk->record->place, kind);
}

/* ERROR_LOCK_VIOLATION if a lock of somebody else is in the way of a transfer at that place. */
DWORD api_lock_check(const struct api_caller *caller, const struct api_file *file,
                     const struct api_transfer *transfer, int64_t offset, bool writes);
/* 0 or the Win32 error; paths of the host. */
DWORD api_disk_rename(struct rd_world *w, const char *from, const char *to, bool replaces);
/* The locks of a process on an open of the file are released; pid 0: those of everybody. */
void api_lock_release(struct rd_world *w, const struct api_file *file, uint32_t pid);

/* A path of the host; 0 or the Win32 error. */
DWORD api_host_path(const struct api_caller *caller, const char *name, char path[API_PATH_SIZE]);
DWORD api_host_error(int error);
/* The same of an operation on that path: is it the file that is missing, or its directory? */
DWORD api_path_error(const char *path, int error);

#endif
