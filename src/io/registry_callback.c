/*
 * registry_callback.c - drivers that are asked before an operation on the registry and told of it
 * afterwards.
 *
 * Before it the routines are called from the highest altitude to the lowest. One that fails ends
 * the operation with its status, or with success if that is STATUS_CALLBACK_BYPASS: then nobody
 * below is asked. Afterwards those who let it pass are told in reverse order. From the first to the
 * last call a registration is held, so its removal waits.
 */
#include "io/registry.h"

struct registry_callback {
    LIST_ENTRY link; /* highest altitude first; those without one last */
    struct ps_routine routine;
    EX_CALLBACK_FUNCTION *function;
    void *context;
    const char *altitude; /* NULL: none */
    int64_t cookie;
};

/* What a driver has attached to a key. */
struct key_context {
    LIST_ENTRY link;
    int64_t cookie;
    void *context;
};

/* ---- registration ---------------------------------------------------------------------------- */

static struct registry_callback *at(LIST_ENTRY *link) {
    return base_container(link, struct registry_callback, link);
}

static struct registry_callback *find(struct rd_world *w, int64_t cookie) {
    base_list_each(link,
                   &w->io->registry_callbacks) if (at(link)->cookie == cookie) return at(link);
    return NULL;
}

static bool is_altitude_taken(struct rd_world *w, const char *altitude) {
    base_list_each(link, &w->io->registry_callbacks) {
        const struct registry_callback *callback = at(link);
        if (callback->altitude && ps_compare_altitudes(callback->altitude, altitude) == 0)
            return true;
    }
    return false;
}

static void insert(struct rd_world *w, struct registry_callback *callback) {
    LIST_ENTRY *head = &w->io->registry_callbacks;
    LIST_ENTRY *place = callback->altitude ? head->Flink : head;
    while (place != head && at(place)->altitude &&
           ps_compare_altitudes(at(place)->altitude, callback->altitude) > 0)
        place = place->Flink;
    base_list_insert_before(place, &callback->link);
}

NTSTATUS io_registry_register(struct rd_world *w, const struct io_registry_register *request,
                              int64_t *cookie) {
    const char *altitude = request->altitude ? core_text(w, request->altitude) : NULL;
    core_touch(w, core_place(CORE_MACHINE, CORE_CALLBACKS), CORE_WRITE);
    if (altitude && is_altitude_taken(w, altitude))
        return STATUS_FLT_INSTANCE_ALTITUDE_COLLISION;
    if (core_memory_fails(w, "the registration of a registry callback"))
        return STATUS_INSUFFICIENT_RESOURCES;
    struct registry_callback *callback = core_alloc(w, sizeof *callback);
    callback->function = request->function;
    callback->context = request->context;
    callback->altitude = altitude;
    callback->cookie = ++w->io->registry_cookies;
    const char *name =
        altitude ? core_textf(w, "registry callback (altitude %s)", altitude) : "registry callback";
    ps_routine_init(w, &callback->routine, (const void *)(uintptr_t)request->function, name);
    callback->routine.own_time = true;
    insert(w, callback);
    core_event(w, RD_EVENT_CM_REGISTER, RULE_NONE, .a = (uint64_t)callback->cookie, .text = name);
    *cookie = callback->cookie;
    return STATUS_SUCCESS;
}

uint32_t io_registry_count_of(struct rd_world *w, const struct io_driver *driver) {
    uint32_t found = 0;
    base_list_each(link, &w->io->registry_callbacks) found += at(link)->routine.owner == driver;
    return found;
}

/* ---- calls ----------------------------------------------------------------------------------- */

static NTSTATUS call(struct rd_world *w, struct registry_callback *callback, uint32_t class,
                     void *information) {
    struct ps_routine_call bracket;
    ke_point(w, callback->routine.idle.Header.ObjectId, KE_READ);
    ps_routine_begin(w, &callback->routine, &bracket);
    NTSTATUS status = callback->function(callback->context, (void *)(uintptr_t) class, information);
    ps_routine_end(w, &callback->routine, &bracket);
    return status;
}

/* Those who are asked about one operation, with what each has left in CallContext. */
struct asked {
    struct registry_callback *callback;
    void *call_context;
};

struct walk {
    const struct io_registry_operation *operation;
    struct asked *asked;
    uint32_t count;
};

static struct key_context *context_of(const struct io_key *key, int64_t cookie) {
    if (key)
        base_list_each(link, &key->contexts) {
            struct key_context *context = base_container(link, struct key_context, link);
            if (context->cookie == cookie)
                return context;
        }
    return NULL;
}

static void *object_context(const struct walk *walk, const struct asked *asked) {
    const struct key_context *context =
        context_of(*walk->operation->object, asked->callback->cookie);
    return context ? context->context : NULL;
}

static void gather(struct rd_world *w, struct walk *walk, uint32_t room) {
    walk->asked = core_alloc(w, room * sizeof *walk->asked);
    base_list_each(link, &w->io->registry_callbacks) {
        at(link)->routine.running++; /* held: a removal that begins later waits */
        walk->asked[walk->count++].callback = at(link);
    }
}

/* How many let it pass; the status if not all do. */
static uint32_t ask(struct rd_world *w, struct walk *walk, NTSTATUS *status) {
    const struct io_registry_operation *operation = walk->operation;
    for (uint32_t i = 0; i < walk->count; i++) {
        struct asked *asked = &walk->asked[i];
        *operation->call_context = NULL;
        *operation->object_context = object_context(walk, asked);
        core_event(w, RD_EVENT_CM_CALL, RULE_NONE, .a = (uint64_t)asked->callback->cookie,
                   .text = operation->name);
        NTSTATUS answer = call(w, asked->callback, operation->pre, operation->information);
        asked->call_context = *operation->call_context;
        if (NT_SUCCESS(answer))
            continue;
        *status = answer == STATUS_CALLBACK_BYPASS ? STATUS_SUCCESS : answer;
        core_event(w, RD_EVENT_CM_REFUSE, RULE_NONE, .a = (uint64_t)asked->callback->cookie,
                   .b = (uint32_t)answer, .text = operation->name);
        return i;
    }
    return walk->count;
}

/* A routine may change the status that the caller gets: it returns STATUS_CALLBACK_BYPASS. */
static NTSTATUS tell(struct rd_world *w, const struct walk *walk, uint32_t passed,
                     NTSTATUS status) {
    const struct io_registry_operation *operation = walk->operation;
    while (passed-- > 0) {
        const struct asked *asked = &walk->asked[passed];
        REG_POST_OPERATION_INFORMATION information = {
            .Object = NT_SUCCESS(status) ? *operation->object : NULL,
            .Status = status,
            .PreInformation = operation->information,
            .ReturnStatus = status,
            .CallContext = asked->call_context,
            .ObjectContext = object_context(walk, asked),
        };
        if (call(w, asked->callback, operation->post, &information) == STATUS_CALLBACK_BYPASS)
            status = information.ReturnStatus;
    }
    return status;
}

NTSTATUS io_registry_perform(struct rd_world *w, const struct io_registry_operation *operation) {
    struct walk walk = {.operation = operation};
    struct ke_thread *thread = w->ke->current;
    NTSTATUS status = STATUS_SUCCESS;
    uint32_t room = 0;
    core_touch(w, core_place(CORE_MACHINE, CORE_CALLBACKS), CORE_READ);
    base_list_each(link, &w->io->registry_callbacks) room++;
    if (!room)
        return operation->perform(w, operation->context);
    ke_enter_kernel(thread);
    gather(w, &walk, room);
    uint32_t passed = ask(w, &walk, &status);
    if (passed == walk.count)
        status = operation->perform(w, operation->context);
    status = tell(w, &walk, passed, status);
    for (uint32_t i = 0; i < walk.count; i++)
        ps_routine_release(w, &walk.asked[i].callback->routine);
    core_free(w, walk.asked, room * sizeof *walk.asked);
    ke_leave_kernel(w, thread);
    return status;
}

/* ---- contexts of keys ------------------------------------------------------------------------ */

NTSTATUS io_registry_set_context(struct rd_world *w, struct io_key *key, int64_t cookie,
                                 void *context, void **old) {
    struct key_context *found = context_of(key, cookie);
    if (!find(w, cookie))
        return STATUS_INVALID_PARAMETER;
    if (old)
        *old = found ? found->context : NULL;
    if (!found) {
        found = core_alloc(w, sizeof *found);
        found->cookie = cookie;
        base_list_push_back(&key->contexts, &found->link);
    }
    found->context = context;
    return STATUS_SUCCESS;
}

/* Takes the context away, and tells the driver if its routine is still registered. */
static void drop_context(struct rd_world *w, struct io_key *key, struct key_context *context,
                         struct registry_callback *callback) {
    REG_CALLBACK_CONTEXT_CLEANUP_INFORMATION information = {.Object = key,
                                                            .ObjectContext = context->context};
    base_list_remove(&context->link);
    core_free(w, context, sizeof *context);
    if (callback && information.ObjectContext && w->ke->current)
        call(w, callback, RegNtCallbackObjectContextCleanup, &information);
}

void io_registry_forget(struct rd_world *w, struct io_key *key) {
    while (!base_list_empty(&key->contexts)) {
        struct key_context *context = base_container(key->contexts.Flink, struct key_context, link);
        drop_context(w, key, context, find(w, context->cookie));
    }
}

/* A routine that is told may open and close keys: after each one the list is read anew. */
static void drop_contexts(struct rd_world *w, struct registry_callback *callback) {
    LIST_ENTRY *link = w->io->open_keys.Flink;
    while (link != &w->io->open_keys) {
        struct io_key *key = base_container(link, struct io_key, link);
        struct key_context *context = context_of(key, callback->cookie);
        if (context)
            drop_context(w, key, context, callback);
        link = context ? w->io->open_keys.Flink : link->Flink;
    }
}

NTSTATUS io_registry_unregister(struct rd_world *w, int64_t cookie) {
    struct registry_callback *callback = find(w, cookie);
    core_touch(w, core_place(CORE_MACHINE, CORE_CALLBACKS), CORE_WRITE);
    if (!callback)
        return STATUS_INVALID_PARAMETER;
    base_list_remove(&callback->link);
    ps_routine_drain(w, &callback->routine);
    drop_contexts(w, callback);
    core_event(w, RD_EVENT_CM_UNREGISTER, RULE_NONE, .a = (uint64_t)cookie,
               .text = callback->routine.name);
    core_free(w, callback, sizeof *callback);
    return STATUS_SUCCESS;
}
