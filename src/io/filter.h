/*
 * filter.h - minifilters: registration and the instance on the one volume. Their operation routines
 * are called from filtered.c, and api/kernel_flt.c knows the names of files.
 */
#ifndef RD_IO_FILTER_H
#define RD_IO_FILTER_H

#include "io/io.h"
#include "ps/routine.h"
#include "rundown/sdk/fltkernel.h"

struct _FLT_FILTER {
    LIST_ENTRY link; /* the highest first */
    struct io_driver *driver;
    FLT_REGISTRATION registration;
    PDRIVER_UNLOAD unload;     /* the driver's own */
    bool attached;             /* to the volume */
    struct ps_routine routine; /* its operation routines, all of them as one */
};

/* Every driver object may have one. */
NTSTATUS io_filter_register(struct rd_world *w, DRIVER_OBJECT *driver,
                            const FLT_REGISTRATION *registration, PFLT_FILTER *filter);
NTSTATUS io_filter_start(struct rd_world *w, PFLT_FILTER filter);
/* Waits until its operation routines have returned. */
void io_filter_unregister(struct rd_world *w, PFLT_FILTER filter);
uint32_t io_filters_of(struct rd_world *w, const struct io_driver *driver);

/* What its routines learn of themselves; the file may be NULL. */
FLT_RELATED_OBJECTS io_filter_objects(PFLT_FILTER filter, void *file);

#endif
