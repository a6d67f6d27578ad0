/*
 * open.c - object callbacks: drivers that are asked when a handle to a process or a thread is made.
 *
 * Before the handle exists, the pre-operation routines run from the highest altitude to the lowest
 * and may take rights away; when it exists or has failed, the post-operation routines run in
 * reverse (OB-23). From the first to the last of these calls the registration is held, so its
 * removal waits (OB-26).
 */
#include <string.h>

#include "core/conflict.h"
#include "ps/ps.h"
#include "rundown/sdk/ntddk.h"

/* One entry of a registration, in the list of all by altitude. */
struct open_callback {
    LIST_ENTRY link;
    struct ps_routine routine;
    const char *altitude;
    const struct ob_type *type;
    uint32_t operations;
    POB_PRE_OPERATION_CALLBACK pre;
    POB_POST_OPERATION_CALLBACK post;
    void *context;
};

/* What ObRegisterCallbacks hands out. */
struct registration {
    LIST_ENTRY link;
    const char *altitude;
    uint32_t count;
    struct open_callback entries[];
};

/* ---- altitudes ------------------------------------------------------------------------------- */

static size_t digits_before_point(const char *altitude) {
    return strcspn(altitude, ".");
}

int ps_compare_altitudes(const char *a, const char *b) {
    a += strspn(a, "0");
    b += strspn(b, "0");
    size_t of_a = digits_before_point(a), of_b = digits_before_point(b);
    if (of_a != of_b)
        return of_a > of_b ? 1 : -1;
    return strcmp(a, b);
}

/* ---- registration ---------------------------------------------------------------------------- */

static bool altitude_taken(struct rd_world *w, const char *altitude) {
    base_list_each(link, &w->ps->open_registrations) if (ps_compare_altitudes(
                                                             base_container(
                                                                 link, struct registration, link)
                                                                 ->altitude,
                                                             altitude) == 0) return true;
    return false;
}

/* Behind all that are as high or higher. */
static void insert(struct rd_world *w, struct open_callback *entry) {
    LIST_ENTRY *place = w->ps->open_callbacks.Flink;
    while (place != &w->ps->open_callbacks &&
           ps_compare_altitudes(base_container(place, struct open_callback, link)->altitude,
                                entry->altitude) >= 0)
        place = place->Flink;
    base_list_insert_before(place, &entry->link);
    w->ob->open_callbacks++;
}

static const void *code_of(const OB_OPERATION_REGISTRATION *entry) {
    return entry->PreOperation ? (const void *)(uintptr_t)entry->PreOperation
                               : (const void *)(uintptr_t)entry->PostOperation;
}

NTSTATUS ps_open_register(struct rd_world *w, const struct ps_open_register *request,
                          void **handle) {
    if (altitude_taken(w, request->altitude))
        return STATUS_FLT_INSTANCE_ALTITUDE_COLLISION; /* OB-03 */
    if (core_memory_fails(w, "the registration of object callbacks"))
        return STATUS_INSUFFICIENT_RESOURCES; /* OB-07 */
    size_t size = sizeof(struct registration) + request->count * sizeof(struct open_callback);
    struct registration *registration = core_alloc(w, size);
    registration->altitude = core_text(w, request->altitude);
    registration->count = request->count;
    for (uint32_t i = 0; i < request->count; i++) {
        const OB_OPERATION_REGISTRATION *from = &request->entries[i];
        struct open_callback *entry = &registration->entries[i];
        ps_routine_init(w, &entry->routine, code_of(from),
                        core_textf(w, "object callback (altitude %s)", request->altitude));
        entry->altitude = registration->altitude;
        entry->type = (const struct ob_type *)(const void *)*from->ObjectType;
        entry->operations = from->Operations;
        entry->pre = from->PreOperation;
        entry->post = from->PostOperation;
        entry->context = request->context;
        insert(w, entry);
    }
    base_list_push_back(&w->ps->open_registrations, &registration->link);
    core_event(w, RD_EVENT_OB_REGISTER, RULE_OB_01, .a = request->count,
               .text = registration->altitude);
    *handle = registration;
    return STATUS_SUCCESS;
}

static struct registration *find(struct rd_world *w, const void *handle) {
    base_list_each(link, &w->ps->open_registrations) {
        struct registration *registration = base_container(link, struct registration, link);
        if (registration == handle)
            return registration;
    }
    return NULL;
}

bool ps_open_unregister(struct rd_world *w, void *handle) {
    struct registration *registration = find(w, handle);
    if (!registration)
        return false;
    base_list_remove(&registration->link);
    for (uint32_t i = 0; i < registration->count; i++) {
        base_list_remove(&registration->entries[i].link);
        w->ob->open_callbacks--;
    }
    bool waits = !core_conflict(w, RD_CONFLICT_OBJECT_REMOVAL);
    for (uint32_t i = 0; waits && i < registration->count; i++)
        ps_routine_drain(w, &registration->entries[i].routine);
    core_event(w, RD_EVENT_OB_UNREGISTER, RULE_OB_26, .text = registration->altitude);
    if (waits) /* else a call that is in progress still needs it */
        core_free(w, registration,
                  sizeof *registration + registration->count * sizeof registration->entries[0]);
    return true;
}

uint32_t ps_open_count_of(const struct rd_world *w, const void *owner) {
    uint32_t found = 0;
    const LIST_ENTRY *head = &w->ps->open_callbacks;
    for (const LIST_ENTRY *link = head->Flink; link != head; link = link->Flink)
        found += base_container(link, struct open_callback, link)->routine.owner == owner;
    return found;
}

/* ---- calls ----------------------------------------------------------------------------------- */

/* Those who must be asked about one handle, highest altitude first. */
struct asked {
    struct open_callback *callback;
    void *context; /* from its pre- to its post-operation routine (OB-24) */
};

struct opening {
    const struct ob_open *open;
    uint32_t operation;
    uint32_t access; /* what is left of it */
    struct asked *asked;
    uint32_t count;
};

/* Rights that a driver can take away (OB-12). */
static uint32_t removable(const struct ob_type *type) {
    enum { PROCESS = 0x1 | 0x2 | 0x8 | 0x20 | 0x40 | 0x80 | 0x100 | 0x200 | 0x800 };
    enum { THREAD = 0x1 | 0x2 | 0x10 | 0x20 | 0x80 | 0x100 | 0x200 | 0x400 };
    return type == &ps_process_type ? PROCESS : THREAD;
}

/* They are held from here on: a removal that begins later waits for them. */
static void gather(struct rd_world *w, struct opening *o) {
    const struct ob_type *type = ob_header_of(o->open->body)->type;
    o->asked = core_alloc(w, w->ob->open_callbacks * sizeof *o->asked);
    base_list_each(link, &w->ps->open_callbacks) {
        struct open_callback *callback = base_container(link, struct open_callback, link);
        if (callback->type == type && (callback->operations & o->operation)) {
            callback->routine.running++;
            o->asked[o->count++].callback = callback;
        }
    }
}

static void *process_of(const struct ob_handle_table *table) {
    return base_container(table, struct ps_process, handles);
}

static void fill_pre(const struct opening *o, OB_PRE_OPERATION_PARAMETERS *parameters) {
    if (o->open->source)
        parameters->DuplicateHandleInformation =
            (OB_PRE_DUPLICATE_HANDLE_INFORMATION){.DesiredAccess = o->access,
                                                  .OriginalDesiredAccess = o->open->access,
                                                  .SourceProcess = process_of(o->open->source),
                                                  .TargetProcess = process_of(o->open->table)};
    else
        parameters->CreateHandleInformation = (OB_PRE_CREATE_HANDLE_INFORMATION){
            .DesiredAccess = o->access, .OriginalDesiredAccess = o->open->access};
}

static void log_call(struct rd_world *w, const struct opening *o,
                     const struct open_callback *callback, bool post) {
    core_event(w, RD_EVENT_OB_CALL, RULE_OB_23, .object = ob_id(o->open->body), .a = o->access,
               .b = post, .text = callback->altitude);
}

static void log_answer(struct rd_world *w, const struct opening *o, const struct asked *asked,
                       uint32_t before, OB_PREOP_CALLBACK_STATUS answer) {
    if (o->access != before)
        core_event(w, RD_EVENT_OB_STRIP, RULE_OB_11, .object = ob_id(o->open->body),
                   .a = before & ~o->access, .b = o->access, .text = asked->callback->altitude);
    if (answer != OB_PREOP_SUCCESS)
        core_event(w, RD_EVENT_OB_BAD_ANSWER, RULE_OB_10, .a = answer,
                   .text = asked->callback->altitude);
}

/* A pre-operation routine may clear bits of the access; whatever else it does has no effect. */
static void call_pre(struct rd_world *w, struct opening *o, struct asked *asked) {
    const struct open_callback *callback = asked->callback;
    const struct ob_type *type = ob_header_of(o->open->body)->type;
    OB_PRE_OPERATION_PARAMETERS parameters;
    struct ps_routine_call call;
    uint32_t before = o->access;
    fill_pre(o, &parameters);
    OB_PRE_OPERATION_INFORMATION information = {
        .Operation = o->operation,
        .KernelHandle = o->open->kernel,
        .Object = o->open->body,
        .ObjectType = (POBJECT_TYPE)(uintptr_t)(const void *)type,
        .Parameters = &parameters,
    };
    ke_point(w, callback->routine.idle.Header.ObjectId, KE_READ);
    ps_routine_begin(w, &callback->routine, &call);
    log_call(w, o, callback, false);
    OB_PREOP_CALLBACK_STATUS answer = callback->pre(callback->context, &information);
    ps_routine_end(w, &callback->routine, &call);
    asked->context = information.CallContext;
    uint32_t wanted = o->open->source ? parameters.DuplicateHandleInformation.DesiredAccess
                                      : parameters.CreateHandleInformation.DesiredAccess;
    o->access = before & (wanted | ~removable(type));
    log_answer(w, o, asked, before, answer);
}

static void call_post(struct rd_world *w, const struct opening *o, const struct asked *asked,
                      NTSTATUS status) {
    const struct open_callback *callback = asked->callback;
    const struct ob_type *type = ob_header_of(o->open->body)->type;
    OB_POST_OPERATION_PARAMETERS parameters;
    struct ps_routine_call call;
    parameters.CreateHandleInformation.GrantedAccess = NT_SUCCESS(status) ? o->access : 0;
    OB_POST_OPERATION_INFORMATION information = {
        .Operation = o->operation,
        .KernelHandle = o->open->kernel,
        .Object = o->open->body,
        .ObjectType = (POBJECT_TYPE)(uintptr_t)(const void *)type,
        .CallContext = asked->context,
        .ReturnStatus = status,
        .Parameters = &parameters,
    };
    ke_point(w, callback->routine.idle.Header.ObjectId, KE_READ);
    ps_routine_begin(w, &callback->routine, &call);
    log_call(w, o, callback, true);
    callback->post(callback->context, &information);
    ps_routine_end(w, &callback->routine, &call);
}

static NTSTATUS ask(struct rd_world *w, struct opening *o, uint64_t *handle) {
    for (uint32_t i = 0; i < o->count; i++)
        if (o->asked[i].callback->pre)
            call_pre(w, o, &o->asked[i]);
    struct ob_open granted = *o->open;
    granted.access = o->access;
    NTSTATUS status = ob_open_unasked(w, &granted, handle);
    for (uint32_t i = o->count; i-- > 0;) {
        if (o->asked[i].callback->post)
            call_post(w, o, &o->asked[i], status);
        ps_routine_release(w, &o->asked[i].callback->routine);
    }
    return status;
}

/* ob_hooks.open_asked. The routines may block, and whoever calls may be killed meanwhile: that
 * takes effect when all is done. */
NTSTATUS ps_open_asked(struct rd_world *w, const struct ob_open *open, uint64_t *handle) {
    struct ke_thread *thread = w->ke->current;
    const struct ob_type *type = ob_header_of(open->body)->type;
    struct opening o = {.open = open,
                        .operation = open->source ? OB_OPERATION_HANDLE_DUPLICATE
                                                  : OB_OPERATION_HANDLE_CREATE,
                        .access = open->access};
    if (!thread || (type != &ps_process_type && type != &ps_thread_type))
        return ob_open_unasked(w, open, handle);
    uint32_t room = w->ob->open_callbacks;
    void *const kept[] = {open->body, process_of(open->table),
                          open->source ? process_of(open->source) : open->body};
    ke_enter_kernel(thread);
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
        ob_reference(kept[i]);
    gather(w, &o);
    NTSTATUS status = ask(w, &o, handle);
    core_free(w, o.asked, room * sizeof *o.asked);
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
        ob_dereference(w, kept[i]);
    ke_leave_kernel(w, thread);
    return status;
}
