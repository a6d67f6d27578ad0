/*
 * service.h - the services of the machine: what the registry says of drivers that can be loaded by
 * name, and loading and unloading them from any thread.
 */
#ifndef RD_IO_SERVICE_H
#define RD_IO_SERVICE_H

#include "io/io.h"

/* What a service is unless somebody says otherwise: SERVICE_KERNEL_DRIVER and so on. */
enum { IO_KERNEL_DRIVER = 1, IO_DEMAND_START = 3, IO_ERROR_NORMAL = 1 };

struct io_service {
    LIST_ENTRY link;
    const char *name, *display;
    const char *path; /* of the image, as given */
    uint32_t type, start, error_control;
    uint32_t opens;           /* handles of the service control manager */
    uint32_t exit_code;       /* Win32: why it does not run */
    bool marked_for_deletion; /* it goes when nobody has it open and its driver is unloaded */
};

/* NULL if the registry has none; a driver that the host has loaded has one, too. */
struct io_service *io_service_find(struct rd_world *w, const char *name);
struct io_service *io_service_create(struct rd_world *w, const char *name, const char *path);
/* Deletes it if it is marked for that and nothing holds it. */
void io_service_release(struct rd_world *w, struct io_service *service);
/* Whoever had it open has not any more. */
void io_service_let_go(struct rd_world *w, struct io_service *service);

/* Its loaded driver, or NULL. */
struct io_driver *io_service_driver(struct rd_world *w, const struct io_service *service);

/* DriverEntry and DriverUnload run on a thread of the system; the current one waits. */
NTSTATUS io_service_load(struct rd_world *w, struct io_service *service);
NTSTATUS io_service_unload(struct rd_world *w, const struct io_service *service);

/* The service behind a registry path, or NULL. */
struct io_service *io_service_of_key(struct rd_world *w, const char *key);

#endif
