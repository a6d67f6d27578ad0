/*
 * filtered.h - operations on files of the disk, as minifilters see them. Without the types of the
 * SDK, so that the functions for programs can use it, too.
 */
#ifndef RD_IO_FILTERED_H
#define RD_IO_FILTERED_H

#include "ps/ps.h"

/* IRP_MJ_... */
enum io_filtered_major {
    IO_FILTERED_CREATE = 0x0,
    IO_FILTERED_CLOSE = 0x2,
    IO_FILTERED_READ = 0x3,
    IO_FILTERED_WRITE = 0x4,
    IO_FILTERED_SET_INFORMATION = 0x6,
    IO_FILTERED_CLEANUP = 0x12,
};

/* One operation. What it does is up to `perform`, which is not called if a filter ends it. */
struct io_filtered {
    uint8_t major; /* enum io_filtered_major */
    void *file;    /* the FILE_OBJECT that filters see, of io_filtered_file */
    bool kernel;   /* a driver asks for it */
    /* IRP_MJ_CREATE; the upper byte of `options` is the disposition, FILE_... */
    uint32_t access, share, options;
    /* IRP_MJ_READ, IRP_MJ_WRITE, IRP_MJ_SET_INFORMATION */
    void *buffer;
    uint32_t length;
    int64_t offset;
    uint32_t information_class;
    NTSTATUS (*perform)(struct rd_world *w, void *context, uint64_t *information);
    void *context;
    uint64_t information; /* out: IoStatus.Information */
};

/* Whether any filter wants to hear of anything. */
bool io_filters_attached(struct rd_world *w);

/*
 * Asks the filters, performs the operation unless one of them ends it, tells the filters: the
 * status that the caller gets. Runs in the context of the current thread.
 */
NTSTATUS io_filtered_perform(struct rd_world *w, struct io_filtered *operation);

/* A FILE_OBJECT with one reference for a file of the disk, whose path may begin with a drive. */
void *io_filtered_file(struct rd_world *w, const char *path);
/* IRP_MJ_CLOSE, then the reference goes. Where no driver can be called, a worker does it later. */
void io_filtered_close(struct rd_world *w, void *file);
void io_filtered_close_later(struct rd_world *w, void *file);

#endif
