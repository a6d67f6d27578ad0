/* win32_filtered.h - files of the disk with minifilters around what is done to them. */
#ifndef RD_API_WIN32_FILTERED_H
#define RD_API_WIN32_FILTERED_H

#include "api/disk.h"
#include "api/win32_disk.h"
#include "io/filtered.h"

/* Each does what the functions of win32_disk.c do that it is given, if the filters let it. */

typedef uint32_t api_open_fn(struct api_caller *caller, struct api_disk_open *open, void **file);
uint32_t api_filtered_open(struct api_caller *caller, struct api_disk_open *open, void **file,
                           api_open_fn *now);

typedef DWORD api_transfer_fn(struct api_caller *caller, struct api_file *file,
                              struct api_transfer *transfer);
DWORD api_filtered_read(struct api_caller *caller, struct api_file *file,
                        struct api_transfer *transfer, api_transfer_fn *now);
DWORD api_filtered_write(struct api_caller *caller, struct api_file *file,
                         struct api_transfer *transfer, api_transfer_fn *now);

/* Sets one of the properties of an open file: FILE_INFORMATION_CLASS. */
enum { API_FILE_RENAME = 10, API_FILE_DISPOSITION = 13, API_FILE_END = 20 };
struct api_property {
    uint32_t information_class;
    void *value; /* as NtSetInformationFile wants it */
    uint32_t size;
    DWORD (*now)(struct rd_world *w, void *context);
    void *context;
};
DWORD api_filtered_set(struct api_caller *caller, struct api_file *file,
                       const struct api_property *property);
/* The same for a file that is opened by its path for that: IRP_MJ_CREATE to IRP_MJ_CLOSE. */
DWORD api_filtered_set_by_path(struct api_caller *caller, const char *path,
                               const struct api_property *property);
/* Renames an open file. */
struct api_renaming {
    const char *from, *to; /* paths of the host */
    bool replaces;
};
DWORD api_filtered_rename(struct api_caller *caller, struct api_file *file,
                          const struct api_renaming *renaming);

/* The last handle has gone; the object goes. */
void api_filtered_cleanup(struct rd_world *w, struct api_file *file);
void api_filtered_deleted(struct rd_world *w, struct api_file *file);

#endif
