#include "io/callback.h"

#include <string.h>

#include "ps/routine.h"

struct callback {
    LIST_ENTRY registrations;
    bool multiple;
};

struct registration {
    LIST_ENTRY link; /* of its object */
    LIST_ENTRY all;
    struct callback *object; /* referenced */
    struct ps_routine routine;
    io_callback_routine *function;
    void *context;
};

const struct ob_type io_callback_type = {
    .name = "Callback",
    .body_size = sizeof(struct callback),
    .valid_access = 0x1F0001,
    .generic_all = 0x1F0001,
    .on_close = ob_no_close,
    .on_last_handle = ob_no_action,
    .on_delete = ob_no_action,
};

/* These exist from the start of the machine on. */
static bool is_of_system(const char *name) {
    static const char *const names[] = {"\\Callback\\SetSystemTime", "\\Callback\\PowerState",
                                        "\\Callback\\ProcessorAdd"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (ldr_same_name(names[i], name))
            return true;
    return false;
}

void *io_callback_create(struct rd_world *w, const struct io_callback_create *create,
                         NTSTATUS *status) {
    bool existing = false, of_system = create->name && is_of_system(create->name);
    *status = STATUS_SUCCESS;
    if (!create->name && !create->create) {
        *status = STATUS_UNSUCCESSFUL;
        return NULL;
    }
    if (!create->create && !of_system)
        return ob_open_named(w, &io_callback_type, create->name, status);
    struct callback *object =
        ob_create_named(w, &io_callback_type, create->name, &existing, status);
    if (!object || existing)
        return object;
    base_list_init(&object->registrations);
    object->multiple = create->multiple || of_system;
    return object;
}

void *io_callback_register(struct rd_world *w, void *object, io_callback_routine *routine,
                           void *context) {
    struct callback *callback = object;
    core_touch(w, core_place(CORE_MACHINE, CORE_CALLBACKS), CORE_WRITE);
    if (!callback->multiple && !base_list_empty(&callback->registrations))
        return NULL;
    if (core_memory_fails(w, "the registration of a callback"))
        return NULL;
    struct registration *registration = core_alloc(w, sizeof *registration);
    registration->object = callback;
    registration->function = routine;
    registration->context = context;
    ps_routine_init(w, &registration->routine, (const void *)(uintptr_t)routine, "callback");
    ob_reference(callback);
    base_list_push_back(&callback->registrations, &registration->link);
    base_list_push_back(&w->io->callbacks, &registration->all);
    core_event(w, RD_EVENT_CALLBACK_REGISTER, RULE_NONE, .object = ob_id(callback));
    return registration;
}

bool io_callback_unregister(struct rd_world *w, void *registration) {
    core_touch(w, core_place(CORE_MACHINE, CORE_CALLBACKS), CORE_WRITE);
    base_list_each(link, &w->io->callbacks) {
        struct registration *found = base_container(link, struct registration, all);
        if (found != registration)
            continue;
        ps_routine_drain(w, &found->routine);
        core_touch(w, core_place(CORE_MACHINE, CORE_CALLBACKS), CORE_WRITE);
        base_list_remove(&found->link);
        base_list_remove(&found->all);
        core_event(w, RD_EVENT_CALLBACK_UNREGISTER, RULE_NONE, .object = ob_id(found->object));
        ob_dereference(w, found->object);
        core_free(w, found, sizeof *found);
        return true;
    }
    return false;
}

static void call(struct rd_world *w, struct registration *registration, void *argument1,
                 void *argument2) {
    struct io_call bracket = {.what = "a callback routine"};
    core_event(w, RD_EVENT_CALLBACK_CALL, RULE_NONE, .object = ob_id(registration->object));
    io_begin_call(w, &bracket, registration->routine.owner);
    registration->function(registration->context, argument1, argument2);
    io_end_call(w, &bracket);
}

/* Whoever removes a routine unlinks it after the calls in progress, so that its place stays. */
void io_callback_notify(struct rd_world *w, void *object, void *argument1, void *argument2) {
    struct callback *callback = object;
    LIST_ENTRY *link = callback->registrations.Flink;
    core_touch(w, core_place(CORE_MACHINE, CORE_CALLBACKS), CORE_READ);
    while (link != &callback->registrations) {
        struct registration *registration = base_container(link, struct registration, link);
        bool removing = registration->routine.removing;
        if (!removing) {
            ps_routine_hold(w, &registration->routine);
            call(w, registration, argument1, argument2);
        }
        core_touch(w, core_place(CORE_MACHINE, CORE_CALLBACKS), CORE_READ);
        link = link->Flink;
        if (!removing)
            ps_routine_release(w, &registration->routine);
    }
}

uint32_t io_callbacks_of(struct rd_world *w, const struct io_driver *driver) {
    uint32_t count = 0;
    base_list_each(link, &w->io->callbacks) count +=
        base_container(link, struct registration, all)->routine.owner == driver;
    return count;
}
