/*
 * callback.h - callback objects: drivers that want to know of an event register routines with the
 * object, and whoever causes the event has them called.
 */
#ifndef RD_IO_CALLBACK_H
#define RD_IO_CALLBACK_H

#include "io/io.h"

extern const struct ob_type io_callback_type;

struct io_callback_create {
    const char *name; /* NULL: none */
    bool create;      /* if there is none of that name */
    bool multiple;    /* may more than one routine be registered? */
};

/* The object with a reference, or NULL and *status. */
void *io_callback_create(struct rd_world *w, const struct io_callback_create *create,
                         NTSTATUS *status);

typedef void io_callback_routine(void *context, void *argument1, void *argument2);

/* What stands for the registration; NULL if there is one and only one is allowed. */
void *io_callback_register(struct rd_world *w, void *object, io_callback_routine *routine,
                           void *context);
/* Waits for the calls in progress. False: that is no registration. */
bool io_callback_unregister(struct rd_world *w, void *registration);
/* Calls the routines in the order of their registration. */
void io_callback_notify(struct rd_world *w, void *object, void *argument1, void *argument2);

/* How many routines of that driver are registered. */
uint32_t io_callbacks_of(struct rd_world *w, const struct io_driver *driver);

#endif
