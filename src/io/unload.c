/*
 * unload.c - taking a driver out: when it may go, DriverUnload, what it leaves behind.
 *
 * A driver whose devices are still referred to is only marked. Whoever drops the last reference
 * lets a thread of the system unload it (DRV-13).
 */
#include "io/callback.h"
#include "io/file.h"
#include "io/filter.h"
#include "io/registration.h"
#include "io/registry.h"
#include "io/service.h"
#include "ke/irql.h"
#include "ke/track.h"

/* ---- what is left ---------------------------------------------------------------------------- */

/* What the system still holds of a driver whose code goes (DRV-04, RUN-20, RUN-23). */
static void report_leftovers(struct rd_world *w, struct io_driver *driver, uint32_t threads) {
    core_touch(w, core_place(CORE_MACHINE, CORE_CALLBACKS), CORE_READ);
    core_touch(w, core_place(CORE_MACHINE, CORE_DPCS), CORE_READ);
    core_touch(w, core_place(CORE_MACHINE, CORE_WORK), CORE_READ);
    core_touch(w, ob_id(w->ps->system), CORE_READ); /* object callbacks */
    const struct {
        uint32_t count;
        const char *what;
        unsigned rule;
    } leftovers[] = {
        {ps_notify_count_of(w, driver), "registered notify routines", RULE_NTFY_P_70},
        {ps_open_count_of(w, driver), "registered object callbacks", RULE_OB_25},
        {io_registry_count_of(w, driver), "registered registry callbacks", RULE_RUN_20},
        {io_filters_of(w, driver), "registered filters", RULE_RUN_20},
        {io_callbacks_of(w, driver), "routines of callback objects", RULE_RUN_20},
        {threads, "threads that run its code", RULE_RUN_23},
        {io_deferred_count_of(w, driver), "timers, DPCs and work items", RULE_RUN_23},
        {io_apcs_of(w, driver), "queued APCs", RULE_RUN_23},
        {io_reinitializations_of(driver), "registered reinitialization routines", RULE_DRV_09},
        {io_devices_of(w, driver), "devices", RULE_DRV_17},
        {io_links_of(w, driver), "symbolic links", RULE_DRV_17},
    };
    for (size_t i = 0; i < sizeof leftovers / sizeof leftovers[0]; i++)
        if (leftovers[i].count)
            io_report_left(w, driver, leftovers[i].rule, leftovers[i].count, leftovers[i].what);
}

void io_driver_leave(struct rd_world *w, struct io_driver *driver) {
    io_touch_drivers(w, CORE_WRITE);
    struct io_driver *before = io_enter_driver(w, driver);
    uint32_t threads = io_threads_lose_code(w, driver);
    io_pool_report_leaks(w, driver);
    report_leftovers(w, driver, threads);
    io_report_held(w, driver);
    io_registrations_check(w, driver);
    io_registrations_drop(w, driver);
    io_enter_driver(w, before);
    driver->loaded = false;
    ke_untrack_driver(w, driver->name);
    struct io_service *service = io_service_find(w, driver->service);
    if (service)
        io_service_release(w, service);
}

/* ---- unloading ------------------------------------------------------------------------------- */

static uint32_t references_to_devices(const DRIVER_OBJECT *object) {
    uint32_t count = 0;
    for (const DEVICE_OBJECT *device = object->DeviceObject; device; device = device->NextDevice)
        count += (uint32_t)device->ReferenceCount + (device->AttachedDevice != NULL);
    return count;
}

static void remove_image(struct rd_world *w, struct io_driver *driver) {
    driver->image_goes = true;
    ke_point(w, KE_DRIVER_MEMORY, KE_WRITE); /* others may still run its code (DRV-19, TERM-53) */
    io_driver_leave(w, driver);
    driver->unload_number = ++w->io->unloads;
}

void io_driver_let_go(struct rd_world *w, struct io_driver *driver) {
    io_touch_drivers(w, driver->unloaded ? CORE_WRITE : CORE_UPDATE);
    if (--driver->held_threads == 0 && driver->unloaded)
        remove_image(w, driver);
}

static void unload(struct rd_world *w, struct io_driver *driver) {
    DRIVER_OBJECT *object = driver->object;
    io_touch_drivers(w, CORE_WRITE);
    driver->in_unload = true;
    core_event(w, RD_EVENT_DRIVER_UNLOAD, RULE_DRV_11, .text = driver->name);
    struct io_call call = {.what = "DriverUnload"};
    io_begin_call(w, &call, driver);
    object->DriverUnload(object);
    io_end_call(w, &call);
    core_event(w, RD_EVENT_DRIVER_UNLOAD, RULE_DRV_16, .a = 1, .text = driver->name);
    io_touch_drivers(w, CORE_WRITE);
    driver->unloaded = true;
    if (!driver->held_threads)
        remove_image(w, driver);
}

NTSTATUS io_driver_stop(struct rd_world *w, struct io_driver *driver) {
    DRIVER_OBJECT *object = driver->object;
    io_touch_drivers(w, CORE_WRITE);
    if (!object->DriverUnload)
        return STATUS_INVALID_DEVICE_REQUEST; /* DRV-12 */
    if (driver->unloading)
        return STATUS_DELETE_PENDING; /* DRV-14 */
    driver->unloading = true;
    object->Flags |= DRVO_UNLOAD_INVOKED;
    uint32_t references = references_to_devices(object);
    if (references)
        core_event(w, RD_EVENT_DRIVER_UNLOAD_PENDING, RULE_DRV_13, .a = references,
                   .text = driver->name);
    else
        unload(w, driver);
    return STATUS_SUCCESS;
}

static void run_unload(struct rd_world *w, struct io_work *work) {
    struct io_driver *driver = work->a;
    io_touch_drivers(w, CORE_WRITE);
    if (!driver->in_unload)
        unload(w, driver);
}

void io_driver_released(struct rd_world *w, struct io_driver *driver) {
    if (!driver->unloading || driver->in_unload || references_to_devices(driver->object))
        return;
    struct io_work *work = core_alloc(w, sizeof *work);
    *work = (struct io_work){.run = run_unload, .a = driver, .size = sizeof *work};
    io_work_queue(w, work);
}
