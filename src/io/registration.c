/*
 * registration.c - what drivers register with the system besides notify routines: extensions of
 * their driver object, reinitialization and shutdown routines, event tracing and WMI.
 */
#include "io/registration.h"

#include "ke/irql.h"
#include "rundown/sdk/ntddk.h"

struct extension {
    LIST_ENTRY link;
    const void *id;
    size_t size; /* of the whole structure */
    uint64_t data[];
};

struct reinitialization {
    LIST_ENTRY link;
    PDRIVER_REINITIALIZE routine;
    void *context;
};

struct trace_provider {
    LIST_ENTRY link;
    uint64_t handle;
};

void io_registrations_init(struct io_driver *driver) {
    base_list_init(&driver->extensions);
    base_list_init(&driver->reinitializations);
    base_list_init(&driver->trace_providers);
}

/* ---- extensions ------------------------------------------------------------------------------ */

static struct extension *find_extension(const struct io_driver *driver, const void *id) {
    base_list_each(link, &driver->extensions) {
        struct extension *extension = base_container(link, struct extension, link);
        if (extension->id == id)
            return extension;
    }
    return NULL;
}

NTSTATUS io_extension_create(struct rd_world *w, struct io_driver *driver, const void *id,
                             uint32_t size, void **out) {
    *out = NULL;
    if (find_extension(driver, id))
        return STATUS_OBJECT_NAME_COLLISION;
    struct extension *extension = core_alloc(w, sizeof *extension + size);
    extension->id = id;
    extension->size = sizeof *extension + size;
    base_list_push_back(&driver->extensions, &extension->link);
    *out = extension->data;
    return STATUS_SUCCESS;
}

void *io_extension_find(const struct io_driver *driver, const void *id) {
    struct extension *extension = find_extension(driver, id);
    return extension ? extension->data : NULL;
}

/* ---- reinitialization ------------------------------------------------------------------------ */

void io_reinitialization_add(struct rd_world *w, struct io_driver *driver, void *routine,
                             void *context) {
    struct reinitialization *entry = core_alloc(w, sizeof *entry);
    entry->routine = (PDRIVER_REINITIALIZE)routine;
    entry->context = context;
    base_list_push_back(&driver->reinitializations, &entry->link);
}

uint32_t io_reinitializations_of(const struct io_driver *driver) {
    uint32_t count = 0;
    base_list_each(link, &driver->reinitializations) count++;
    return count;
}

/* A routine may register itself for another turn. */
void io_reinitialize(struct rd_world *w, struct io_driver *driver) {
    enum { TURNS_MAX = 1000 };
    DRIVER_OBJECT *object = driver->object;
    LIST_ENTRY *link;
    for (int turn = 0;
         turn < TURNS_MAX && (link = base_list_pop_front(&driver->reinitializations)) != NULL;
         turn++) {
        struct reinitialization *entry = base_container(link, struct reinitialization, link);
        struct reinitialization copy = *entry;
        struct io_call call = {.what = "a reinitialization routine"};
        core_free(w, entry, sizeof *entry);
        object->DriverExtension->Count++;
        io_begin_call(w, &call, driver);
        copy.routine(object, copy.context, object->DriverExtension->Count);
        io_end_call(w, &call);
    }
}

/* ---- event tracing and WMI ------------------------------------------------------------------- */

uint64_t io_trace_register(struct rd_world *w, struct io_driver *driver) {
    struct trace_provider *provider = core_alloc(w, sizeof *provider);
    provider->handle = ++w->io->trace_handles;
    base_list_push_back(&driver->trace_providers, &provider->link);
    return provider->handle;
}

static struct trace_provider *find_provider(struct rd_world *w, uint64_t handle) {
    base_list_each(d, &w->io->drivers) {
        const struct io_driver *driver = base_container(d, struct io_driver, link);
        base_list_each(p, &driver->trace_providers) {
            struct trace_provider *provider = base_container(p, struct trace_provider, link);
            if (provider->handle == handle)
                return provider;
        }
    }
    return NULL;
}

bool io_trace_registered(struct rd_world *w, uint64_t handle) {
    return find_provider(w, handle) != NULL;
}

NTSTATUS io_trace_unregister(struct rd_world *w, uint64_t handle) {
    struct trace_provider *provider = find_provider(w, handle);
    if (!provider)
        return STATUS_INVALID_HANDLE;
    base_list_remove(&provider->link);
    core_free(w, provider, sizeof *provider);
    return STATUS_SUCCESS;
}

NTSTATUS io_wmi_register(struct io_driver *driver, bool registers) {
    if (!registers && !driver->wmi_registrations)
        return STATUS_INVALID_PARAMETER;
    driver->wmi_registrations += registers ? 1u : (uint32_t)-1;
    return STATUS_SUCCESS;
}

void io_registrations_check(struct rd_world *w, const struct io_driver *driver) {
    if (!base_list_empty(&driver->trace_providers))
        ke_violation(w, 0xDD,
                     core_textf(w,
                                "driver '%s' is unloaded without EtwUnregister; the event tracing "
                                "would call it (DRV-26)",
                                driver->name));
    if (driver->wmi_registrations)
        ke_violation(w, 0xDA,
                     core_textf(w,
                                "driver '%s' is unloaded without IoWMIRegistrationControl("
                                "WMIREG_ACTION_DEREGISTER) (DRV-26)",
                                driver->name));
}

void io_registrations_drop(struct rd_world *w, struct io_driver *driver) {
    LIST_ENTRY *link;
    while ((link = base_list_pop_front(&driver->extensions)) != NULL) {
        struct extension *extension = base_container(link, struct extension, link);
        core_free(w, extension, extension->size);
    }
}
