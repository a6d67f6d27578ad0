/* filter.c - the life of a minifilter: registration, its instance, unloading. */
#include "io/filter.h"

static PFLT_FILTER find(struct rd_world *w, const struct io_driver *driver) {
    base_list_each(link, &w->io->filters) {
        PFLT_FILTER filter = base_container(link, struct _FLT_FILTER, link);
        if (filter->driver == driver)
            return filter;
    }
    return NULL;
}

uint32_t io_filters_of(struct rd_world *w, const struct io_driver *driver) {
    return find(w, driver) != NULL;
}

/* The filter manager's DriverUnload: the filter's unload routine comes before the driver's own. */
static VOID unload_filter(PDRIVER_OBJECT object) {
    struct rd_world *w = port_current_world();
    PFLT_FILTER filter = find(w, object->DriverSection);
    PDRIVER_UNLOAD own = filter ? filter->unload : NULL;
    if (filter)
        filter->registration.FilterUnloadCallback(FLTFL_FILTER_UNLOAD_MANDATORY);
    if (own)
        own(object);
}

NTSTATUS io_filter_register(struct rd_world *w, DRIVER_OBJECT *object,
                            const FLT_REGISTRATION *registration, PFLT_FILTER *out) {
    enum { MAJOR_VERSION = 0x02 };
    struct io_driver *driver = object->DriverSection;
    *out = NULL;
    if (registration->Version >> 8 != MAJOR_VERSION)
        return STATUS_INVALID_PARAMETER;
    if (find(w, driver))
        return STATUS_OBJECT_NAME_COLLISION;
    if (core_memory_fails(w, "a filter"))
        return STATUS_INSUFFICIENT_RESOURCES;
    PFLT_FILTER filter = core_alloc(w, sizeof *filter);
    filter->driver = driver;
    filter->registration = *registration;
    filter->unload = object->DriverUnload;
    ps_routine_init(w, &filter->routine, object->DriverInit, "minifilter");
    filter->routine.owner = driver;
    filter->routine.own_time = true;
    filter->routine.open_region = true;
    core_touch(w, core_place(CORE_MACHINE, CORE_CALLBACKS), CORE_WRITE);
    if (registration->FilterUnloadCallback)
        object->DriverUnload = unload_filter;
    base_list_push_back(&w->io->filters, &filter->link);
    core_event(w, RD_EVENT_FLT_REGISTER, RULE_NONE, .text = driver->name);
    *out = filter;
    return STATUS_SUCCESS;
}

/* ---- the instance ---------------------------------------------------------------------------- */

FLT_RELATED_OBJECTS io_filter_objects(PFLT_FILTER filter, void *file) {
    return (FLT_RELATED_OBJECTS){.Size = sizeof(FLT_RELATED_OBJECTS),
                                 .Filter = filter,
                                 .Instance = (PFLT_INSTANCE)(void *)filter,
                                 .FileObject = file};
}

NTSTATUS io_filter_start(struct rd_world *w, PFLT_FILTER filter) {
    enum { AUTOMATIC_ATTACHMENT = 1 };
    const FLT_REGISTRATION *registration = &filter->registration;
    FLT_RELATED_OBJECTS objects = io_filter_objects(filter, NULL);
    struct io_call call = {.what = "an instance setup routine"};
    if (filter->attached)
        return STATUS_INVALID_PARAMETER;
    NTSTATUS status = STATUS_SUCCESS;
    if (registration->InstanceSetupCallback) {
        io_begin_call(w, &call, filter->driver);
        status = registration->InstanceSetupCallback(&objects, AUTOMATIC_ATTACHMENT,
                                                     FILE_DEVICE_DISK_FILE_SYSTEM, FLT_FSTYPE_NTFS);
        io_end_call(w, &call);
    }
    core_touch(w, core_place(CORE_MACHINE, CORE_CALLBACKS), CORE_WRITE);
    filter->attached = NT_SUCCESS(status); /* one that does not want the volume filters none */
    return STATUS_SUCCESS;
}

static void tear_down(struct rd_world *w, PFLT_FILTER filter,
                      PFLT_INSTANCE_TEARDOWN_CALLBACK routine) {
    enum { FILTER_UNLOAD = 2 };
    FLT_RELATED_OBJECTS objects = io_filter_objects(filter, NULL);
    struct io_call call = {.what = "an instance teardown routine"};
    if (!routine)
        return;
    io_begin_call(w, &call, filter->driver);
    routine(&objects, FILTER_UNLOAD);
    io_end_call(w, &call);
}

void io_filter_unregister(struct rd_world *w, PFLT_FILTER filter) {
    core_touch(w, core_place(CORE_MACHINE, CORE_CALLBACKS), CORE_WRITE);
    base_list_remove(&filter->link); /* no operation asks it any more */
    if (filter->attached)
        tear_down(w, filter, filter->registration.InstanceTeardownStartCallback);
    ps_routine_drain(w, &filter->routine);
    if (filter->attached)
        tear_down(w, filter, filter->registration.InstanceTeardownCompleteCallback);
    core_event(w, RD_EVENT_FLT_UNREGISTER, RULE_NONE, .text = filter->driver->name);
    core_free(w, filter, sizeof *filter);
}
