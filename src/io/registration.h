/*
 * registration.h - what drivers register with the system besides notify routines: extensions of
 * their driver object, reinitialization routines, event tracing and WMI.
 */
#ifndef RD_IO_REGISTRATION_H
#define RD_IO_REGISTRATION_H

#include "io/io.h"

void io_registrations_init(struct io_driver *driver);
/* Stops the machine if the driver has left event tracing or WMI registered (DRV-26). */
void io_registrations_check(struct rd_world *w, const struct io_driver *driver);
/* The extensions go with the driver object (DRV-23). */
void io_registrations_drop(struct rd_world *w, struct io_driver *driver);

/* Memory that the I/O manager keeps for the driver under that id; STATUS_OBJECT_NAME_COLLISION. */
NTSTATUS io_extension_create(struct rd_world *w, struct io_driver *driver, const void *id,
                             uint32_t size, void **extension);
void *io_extension_find(const struct io_driver *driver, const void *id);

/* A PDRIVER_REINITIALIZE, to be called once DriverEntry has succeeded. */
void io_reinitialization_add(struct rd_world *w, struct io_driver *driver, void *routine,
                             void *context);
void io_reinitialize(struct rd_world *w, struct io_driver *driver);
uint32_t io_reinitializations_of(const struct io_driver *driver);

/* EtwRegister: the handle. */
uint64_t io_trace_register(struct rd_world *w, struct io_driver *driver);
NTSTATUS io_trace_unregister(struct rd_world *w, uint64_t handle);
bool io_trace_registered(struct rd_world *w, uint64_t handle);
NTSTATUS io_wmi_register(struct io_driver *driver, bool registers);

#endif
