/*
 * filter.h - minifilters: registration and the instance on the one volume. No file of the simulated
 * machine has a file system behind it, so their operation routines are never called; what remains
 * is their life, and the names of files (api/kernel_flt.c).
 */
#ifndef RD_IO_FILTER_H
#define RD_IO_FILTER_H

#include "io/io.h"
#include "rundown/sdk/fltkernel.h"

struct _FLT_FILTER {
    LIST_ENTRY link;
    struct io_driver *driver;
    FLT_REGISTRATION registration;
    PDRIVER_UNLOAD unload; /* the driver's own */
    bool attached;         /* to the volume */
};

/* Every driver object may have one. */
NTSTATUS io_filter_register(struct rd_world *w, DRIVER_OBJECT *driver,
                            const FLT_REGISTRATION *registration, PFLT_FILTER *filter);
NTSTATUS io_filter_start(struct rd_world *w, PFLT_FILTER filter);
void io_filter_unregister(struct rd_world *w, PFLT_FILTER filter);
uint32_t io_filters_of(struct rd_world *w, const struct io_driver *driver);

#endif
