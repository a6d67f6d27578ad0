/* driver.c - loading a driver: whose code is it, calls into it, DriverEntry. */
#include <stdio.h>
#include <string.h>

#include "base/utf16.h"
#include "io/filter.h"
#include "io/paged.h"
#include "io/registration.h"
#include "io/registry.h"
#include "ke/irql.h"
#include "ke/track.h"
#include "ke/verify.h"
#include "port/image.h"
#include "rundown/sdk/ntddk.h"

bool io_state_create(struct rd_world *w) {
    w->io = base_arena_alloc(&w->permanent, sizeof *w->io);
    return w->io && io_paged_create(w);
}

void io_state_destroy(struct rd_world *w) {
    if (w->io->paged)
        io_paged_destroy(w);
}

void io_state_reset(struct rd_world *w) {
    struct io_paged *paged = w->io->paged;
    memset(w->io, 0, sizeof *w->io);
    w->io->paged = paged;
    io_paged_reset(w);
    base_list_init(&w->io->drivers);
    base_list_init(&w->io->pool);
    base_list_init(&w->io->timers);
    base_list_init(&w->io->links);
    base_list_init(&w->io->shutdown);
    base_list_init(&w->io->services);
    base_list_init(&w->io->service_handles);
    base_list_init(&w->io->handles);
    base_list_init(&w->io->references);
    base_list_init(&w->io->filters);
    base_list_init(&w->io->callbacks);
    io_registry_reset(w);
    w->io->next_pool_number = 1;
    w->io->system_process = (PEPROCESS)(void *)w->ps->system;
}

struct io_driver *io_driver_find(struct rd_world *w, const char *name) {
    io_touch_drivers(w, CORE_UPDATE);
    base_list_each(link, &w->io->drivers) {
        struct io_driver *driver = base_container(link, struct io_driver, link);
        if (driver->loaded && ldr_same_name(driver->name, name))
            return driver;
    }
    return NULL;
}

struct io_driver *io_driver_create(struct rd_world *w, const char *name, rd_driver_entry *entry,
                                   struct ldr_image *image, NTSTATUS *status) {
    if (io_driver_find(w, name)) {
        *status = STATUS_IMAGE_ALREADY_LOADED;
        return NULL;
    }
    struct io_driver *driver = core_alloc(w, sizeof *driver);
    driver->name = core_text(w, name);
    driver->holder = core_textf(w, "driver %s", name);
    driver->force_integrity = true; /* rundown-cc links drivers as a signed release is linked */
    driver->entry = entry;
    driver->image = image;
    io_registrations_init(driver);
    base_list_push_back(&w->io->drivers, &driver->link);
    return driver;
}

struct io_driver *io_driver_of_image(struct rd_world *w, struct ldr_image *image,
                                     NTSTATUS *status) {
    void *entry;
    if (!image->file)
        return io_driver_create(w, image->name, image->desc.driver_entry, NULL, status);
    port_image_get_entry(image->file, &entry);
    return io_driver_create(w, image->name, (rd_driver_entry *)(uintptr_t)entry, image, status);
}

/* ---- whose code is it ------------------------------------------------------------------------ */

struct io_driver *io_current_driver(struct rd_world *w, const void *code) {
    base_list_each(link, &w->io->drivers) {
        struct io_driver *driver = base_container(link, struct io_driver, link);
        if (driver->image && port_image_contains(driver->image->file, code))
            return driver;
    }
    struct ps_thread *thread = ps_current(w);
    return thread ? ps_more(thread)->driver : NULL;
}

struct io_driver *io_enter_driver(struct rd_world *w, struct io_driver *driver) {
    struct ps_thread_more *current = ps_more_make(w, ps_current(w));
    struct io_driver *before = current->driver;
    if (driver != before)
        io_touch_drivers(w, CORE_UPDATE);
    current->driver = driver;
    return before;
}

bool io_code_has_integrity(struct rd_world *w, const void *code) {
    const struct io_driver *driver = io_current_driver(w, code);
    return !driver || driver->force_integrity;
}

void *io_owner_of_code(struct rd_world *w, const void *code) {
    return io_current_driver(w, code);
}

/* Routines of nobody (host functions registered outside of any driver) are always there. */
bool io_driver_code_present(struct rd_world *w, const void *owner) {
    (void)w;
    const struct io_driver *driver = owner;
    return !driver || driver->loaded;
}

bool io_driver_forgotten(struct rd_world *w, const void *owner) {
    enum { REMEMBERED = 50 };
    return w->io->unloads - ((const struct io_driver *)owner)->unload_number >= REMEMBERED;
}

void *io_enter_owner(struct rd_world *w, void *owner) {
    return io_enter_driver(w, owner);
}

void io_culprit(struct rd_world *w, const char **driver, const char **routine) {
    const struct ps_thread *thread = ps_current(w);
    const struct ps_thread_more *more = thread ? ps_more(thread) : &ps_nothing_more;
    *driver = more->driver ? more->driver->name : "";
    *routine = more->driver && more->routine ? more->routine : "";
}

bool io_has_routines(struct rd_world *w, const char *name) {
    const struct io_driver *driver = io_driver_find(w, name);
    return driver && (ps_notify_count_of(w, driver) || ps_open_count_of(w, driver));
}

/* ---- calls of a driver's routines ------------------------------------------------------------ */

static void bugcheck_unloaded(struct rd_world *w, const char *what,
                              const struct io_driver *driver) {
    bool raised = ke_irql(w) >= KE_DISPATCH_LEVEL, forgotten = io_driver_forgotten(w, driver);
    static const struct {
        uint32_t code;
        const char *name, *rules;
    } stops[2][2] = {
        {{0xCE, "DRIVER_UNLOADED_WITHOUT_CANCELLING_PENDING_OPERATIONS", "RUN-23"},
         {0xD4, "SYSTEM_SCAN_AT_RAISED_IRQL_CAUGHT_IMPROPER_DRIVER_UNLOAD", "RUN-23, RUN-21"}},
        {{0x50, "PAGE_FAULT_IN_NONPAGED_AREA", "RUN-22, RUN-23"},
         {0xD1, "DRIVER_IRQL_NOT_LESS_OR_EQUAL", "RUN-22, RUN-23"}}};
    uint64_t address = (uint64_t)(uintptr_t)ob_id(w->ps->system) << 32;
    uint64_t parameters[4] = {address, 0x10, address, 0};
    ke_bugcheck_of(w, RD_CHECK_K_UNLOAD_PENDING, stops[forgotten][raised].code, parameters,
                   core_textf(w,
                              "%s: %s of '%s' runs after the driver has been unloaded; stop it and "
                              "wait for its end in DriverUnload (%s)",
                              stops[forgotten][raised].name, what, driver->name,
                              stops[forgotten][raised].rules));
}

void io_begin_call(struct rd_world *w, struct io_call *call, struct io_driver *driver) {
    call->before = io_enter_driver(w, driver);
    call->routine_before = ps_current(w)->more->routine;
    ps_current(w)->more->routine = call->what;
    if (!io_driver_code_present(w, driver))
        bugcheck_unloaded(w, call->what, driver);
    call->level = ke_level_now(w);
}

/* A thread that raised its level in a system service would go back to its program with it. */
static void check_way_back(struct rd_world *w, const struct io_call *call) {
    const struct ke_thread *thread = w->ke->current;
    const uint64_t parameters[4] = {0, thread->irql, 0, 0};
    if (call->service && thread->irql > KE_PASSIVE_LEVEL && call->level.irql == KE_PASSIVE_LEVEL)
        ke_bugcheck(w, 0x4A, parameters,
                    core_textf(w,
                               "IRQL_GT_ZERO_AT_SYSTEM_SERVICE: %s returned at IRQL %d, and its "
                               "thread goes back to user mode (IRQL-11)",
                               call->what, thread->irql));
}

void io_end_call(struct rd_world *w, const struct io_call *call) {
    check_way_back(w, call);
    ke_level_check(w, &call->level, call->what);
    io_enter_driver(w, call->before);
    ps_current(w)->more->routine = call->routine_before;
}

/* ---- loading --------------------------------------------------------------------------------- */

void io_set_string(struct rd_world *w, UNICODE_STRING *string, const char *text) {
    size_t length = base_utf8_to_16(text, strlen(text), NULL, 0);
    uint16_t *buffer = core_alloc(w, (length + 1) * sizeof *buffer);
    base_utf8_to_16(text, strlen(text), buffer, length);
    string->Buffer = (void *)buffer;
    string->Length = (USHORT)(length * 2);
    string->MaximumLength = (USHORT)(length * 2 + 2);
}

/* Image name without its extension, unless a service of another name has loaded it. */
static const char *service_of(struct rd_world *w, const char *name) {
    const char *dot = strrchr(name, '.');
    return dot ? core_textf(w, "%.*s", (int)(dot - name), name) : name;
}

/* DRIVER_OBJECT and what it points to; all of it belongs to the I/O manager (DRV-23). */
/* Where the image lies; host functions stand for one page. */
static void *driver_base(struct io_driver *driver, ULONG *size) {
    size_t bytes = PAGE_SIZE;
    void *base = driver->image ? port_image_base(driver->image->file, &bytes) : driver;
    *size = (ULONG)bytes;
    return base;
}

static DRIVER_OBJECT *new_object(struct rd_world *w, struct io_driver *driver) {
    struct {
        DRIVER_OBJECT object;
        DRIVER_EXTENSION extension;
        UNICODE_STRING hardware;
    } *all = core_alloc(w, sizeof *all);
    DRIVER_OBJECT *object = &all->object;
    object->Type = IO_TYPE_DRIVER;
    object->Size = sizeof *object;
    object->Flags = DRVO_LEGACY_DRIVER;
    object->DriverSection = driver;
    object->DriverExtension = &all->extension;
    object->HardwareDatabase = &all->hardware;
    object->DriverInit = (PDRIVER_INITIALIZE)driver->entry;
    object->DriverStart = driver_base(driver, &object->DriverSize);
    io_driver_fill_dispatch(object);
    if (!driver->service)
        driver->service = service_of(w, driver->name);
    io_set_string(w, &object->DriverName, core_textf(w, "\\Driver\\%s", driver->service));
    io_set_string(w, &all->extension.ServiceKeyName, driver->service);
    io_set_string(w, &all->hardware, "\\REGISTRY\\MACHINE\\HARDWARE\\DESCRIPTION\\SYSTEM");
    all->extension.DriverObject = object;
    return object;
}

/* A driver's globals belong to the machine: pristine at every DriverEntry. */
static void reset_globals(struct io_driver *driver) {
    if (driver->image)
        port_image_data_reset(driver->image->file);
}

/* Since Windows 10 the resolved path, before that the service's ImagePath (NTFY-I-06). */
static const char *image_path(struct rd_world *w, const struct io_driver *driver) {
    const char *root = w->profile->major >= 10 ? "\\Device\\HarddiskVolume1" : "\\??\\C:";
    return core_textf(w, "%s\\Windows\\System32\\drivers\\%s", root, driver->name);
}

static void poison(UNICODE_STRING *string) {
    memset(string->Buffer, 0xDD, string->MaximumLength); /* DRV-02: gone after DriverEntry */
}

NTSTATUS io_driver_start(struct rd_world *w, struct io_driver *driver) {
    UNICODE_STRING registry_path;
    DRIVER_OBJECT *object = new_object(w, driver);
    io_set_string(w, &registry_path, core_textf(w, IO_SERVICES_KEY "%s", driver->service));
    driver->object = object;
    io_registry_add_driver(w, driver);
    io_touch_drivers(w, CORE_WRITE);
    driver->loaded = true;
    reset_globals(driver);
    core_event(w, RD_EVENT_DRIVER_LOAD, RULE_DRV_01, .text = driver->name);
    ps_notify_image(w, &(struct ps_image){.process = w->ps->system,
                                          .path = image_path(w, driver),
                                          .base = object->DriverStart,
                                          .size = object->DriverSize});
    struct io_call call = {.what = "DriverEntry"};
    io_begin_call(w, &call, driver);
    NTSTATUS status = driver->entry(object, &registry_path);
    io_end_call(w, &call);
    poison(&registry_path);
    core_event(w, RD_EVENT_DRIVER_ENTRY, NT_SUCCESS(status) ? RULE_DRV_01 : RULE_DRV_03,
               .a = (uint32_t)status, .text = driver->name);
    for (DEVICE_OBJECT *device = object->DeviceObject; device; device = device->NextDevice)
        device->Flags &= ~(ULONG)DO_DEVICE_INITIALIZING; /* devices made later: their driver */
    if (NT_SUCCESS(status))
        io_reinitialize(w, driver);
    else
        io_driver_leave(w, driver); /* without DriverUnload (DRV-03) */
    return status;
}
