/* service.c - services of drivers: from a name to an image, from there to DriverEntry and back. */
#include "io/service.h"

#include <stdio.h>
#include <string.h>

#include "io/registry.h"
#include "port/image.h"
#include "rundown/sdk/ntddk.h"

/* ---- the database ---------------------------------------------------------------------------- */

static struct io_service *find(const struct rd_world *w, const char *name) {
    base_list_each(link, &w->io->services) {
        struct io_service *service = base_container(link, struct io_service, link);
        if (ldr_same_name(service->name, name))
            return service;
    }
    return NULL;
}

struct io_service *io_service_create(struct rd_world *w, const char *name, const char *path) {
    enum { NEVER_STARTED = 1077 };
    struct io_service *service = core_alloc(w, sizeof *service);
    *service = (struct io_service){.name = core_text(w, name),
                                   .display = core_text(w, name),
                                   .path = core_text(w, path),
                                   .type = IO_KERNEL_DRIVER,
                                   .start = IO_DEMAND_START,
                                   .error_control = IO_ERROR_NORMAL,
                                   .exit_code = NEVER_STARTED};
    base_list_push_back(&w->io->services, &service->link);
    return service;
}

static struct io_driver *loaded_for(struct rd_world *w, const char *name) {
    io_touch_drivers(w, CORE_UPDATE);
    base_list_each(link, &w->io->drivers) {
        struct io_driver *driver = base_container(link, struct io_driver, link);
        if (driver->loaded && driver->service && ldr_same_name(driver->service, name))
            return driver;
    }
    return NULL;
}

struct io_service *io_service_find(struct rd_world *w, const char *name) {
    struct io_service *service = find(w, name);
    const struct io_driver *driver = service ? NULL : loaded_for(w, name);
    return driver ? io_service_create(w, driver->service, driver->name) : service;
}

struct io_driver *io_service_driver(struct rd_world *w, const struct io_service *service) {
    return loaded_for(w, service->name);
}

void io_service_release(struct rd_world *w, struct io_service *service) {
    if (!service->marked_for_deletion || service->opens || io_service_driver(w, service))
        return;
    base_list_remove(&service->link);
    io_registry_drop_service(w, service->name);
    core_free(w, service, sizeof *service);
}

void io_service_let_go(struct rd_world *w, struct io_service *service) {
    core_touch(w, core_place(CORE_MACHINE, CORE_FILES), CORE_WRITE);
    service->opens--;
    io_service_release(w, service);
}

struct io_service *io_service_of_key(struct rd_world *w, const char *key) {
    static const char *const directories[] = {
        IO_SERVICES_KEY, "\\Registry\\Machine\\System\\ControlSet001\\Services\\"};
    for (size_t i = 0; i < sizeof directories / sizeof directories[0]; i++) {
        size_t length = strlen(directories[i]);
        if (strlen(key) > length && ldr_same_prefix(key, directories[i], length))
            return io_service_find(w, key + length);
    }
    return NULL;
}

/* ---- loading --------------------------------------------------------------------------------- */

/* What a thread of the system does on behalf of one that waits. */
struct order {
    struct io_driver *driver;
    NTSTATUS (*carry_out)(struct rd_world *w, struct io_driver *driver);
    NTSTATUS status;
    KEVENT done;
};

static void run_order(struct rd_world *w, struct io_work *work) {
    struct order *order = work->a;
    order->status = order->carry_out(w, order->driver);
    ke_event_set(w, &order->done);
}

static NTSTATUS on_system_thread(struct rd_world *w, struct io_driver *driver,
                                 NTSTATUS (*carry_out)(struct rd_world *, struct io_driver *)) {
    struct ke_thread *thread = w->ke->current;
    struct order order = {.driver = driver, .carry_out = carry_out, .status = STATUS_UNSUCCESSFUL};
    struct io_work work = {.run = run_order, .a = &order};
    ke_header_init(w, &order.done.Header, EventNotificationObject, 0, false);
    ke_enter_kernel(thread);
    io_work_queue(w, &work);
    ke_wait_kernel(w, &order.done);
    ke_leave_kernel(w, thread);
    return order.status;
}

static NTSTATUS find_image(struct rd_world *w, const char *path, struct ldr_image **image) {
    *image = ldr_image_find(w, path, ".sys", true);
    if (!*image)
        return STATUS_OBJECT_NAME_NOT_FOUND;
    if (!(*image)->is_driver)
        return STATUS_INVALID_IMAGE_FORMAT;
    return (*image)->unresolved ? STATUS_DRIVER_ENTRYPOINT_NOT_FOUND : STATUS_SUCCESS;
}

NTSTATUS io_service_load(struct rd_world *w, struct io_service *service) {
    struct ldr_image *image;
    NTSTATUS status = find_image(w, service->path, &image);
    if (!NT_SUCCESS(status))
        return status;
    struct io_driver *driver = io_driver_of_image(w, image, &status);
    if (!driver)
        return status;
    driver->service = service->name;
    return on_system_thread(w, driver, io_driver_start);
}

NTSTATUS io_service_unload(struct rd_world *w, const struct io_service *service) {
    struct io_driver *driver = io_service_driver(w, service);
    if (!driver)
        return STATUS_OBJECT_NAME_NOT_FOUND; /* DRV-21 */
    return on_system_thread(w, driver, io_driver_stop);
}
