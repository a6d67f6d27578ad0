/*
 * notify.c - tables of notify routines, and the calls to them.
 *
 * A removal first unlinks the slot, so that no new call begins, then waits for the calls in
 * progress (routine.h).
 */
#include <string.h>

#include "base/utf16.h"
#include "core/conflict.h"
#include "ps/ps.h"
#include "rundown/sdk/ntddk.h"

static const char *const table_names[][3] = {
    [PS_NOTIFY_PROCESS] = {"process notify", "process notify (Ex)", "process notify (Ex2)"},
    [PS_NOTIFY_THREAD] = {"thread notify", "thread notify (NonSystem)",
                          "thread notify (Subsystems)"},
    [PS_NOTIFY_IMAGE] = {"image notify", "image notify (Ex)", "image notify (Ex)"},
};

static const uint16_t call_rules[][2] = {
    [PS_NOTIFY_PROCESS] = {RULE_NTFY_P_38, RULE_NTFY_P_37},
    [PS_NOTIFY_THREAD] = {RULE_NTFY_T_10, RULE_NTFY_T_08},
    [PS_NOTIFY_IMAGE] = {RULE_NONE, RULE_NTFY_I_02},
};

static uint32_t capacity(const struct rd_world *w, enum ps_notify_table table) {
    const struct core_profile *profile = w->profile;
    const uint32_t slots[] = {profile->process_notify_max, profile->thread_notify_max,
                              profile->image_notify_max};
    return w->options.notify_max ? w->options.notify_max : slots[table];
}

/* How many slots there are to look at: none before the first registration. */
static uint32_t slots_of(const struct rd_world *w, enum ps_notify_table table) {
    return w->ps->notify[table] ? capacity(w, table) : 0;
}

static struct ps_notify_slot *find(struct rd_world *w, enum ps_notify_table table, void *code,
                                   enum ps_notify_flavour flavour, bool any, uint32_t *index) {
    for (uint32_t i = 0; i < slots_of(w, table); i++) {
        struct ps_notify_slot *slot = w->ps->notify[table][i];
        if (slot && slot->code == code && (any || slot->flavour == flavour)) {
            *index = i;
            return slot;
        }
    }
    return NULL;
}

/* Whether a second registration of a routine is refused (NTFY-P-10, NTFY-T-07, NTFY-I-07). */
static bool refuses_duplicates(const struct rd_world *w, enum ps_notify_table table) {
    switch (table) {
    case PS_NOTIFY_PROCESS:
        return !core_conflict(w, RD_CONFLICT_PROCESS_DUPLICATE);
    case PS_NOTIFY_THREAD:
        return core_conflict(w, RD_CONFLICT_THREAD_DUPLICATE);
    default:
        return core_conflict(w, RD_CONFLICT_IMAGE_DUPLICATE);
    }
}

NTSTATUS ps_notify_register(struct rd_world *w, enum ps_notify_table table, void *code,
                            enum ps_notify_flavour flavour) {
    uint32_t index;
    core_touch(w, core_place(CORE_MACHINE, CORE_CALLBACKS), CORE_WRITE);
    NTSTATUS full =
        table == PS_NOTIFY_PROCESS ? STATUS_INVALID_PARAMETER : STATUS_INSUFFICIENT_RESOURCES;
    if (refuses_duplicates(w, table) && find(w, table, code, flavour, false, &index))
        return STATUS_INVALID_PARAMETER;
    if (!w->ps->notify[table])
        w->ps->notify[table] = core_alloc(w, PS_NOTIFY_MAX * sizeof(struct ps_notify_slot *));
    for (index = 0; index < capacity(w, table) && w->ps->notify[table][index]; index++)
        ;
    if (index == capacity(w, table))
        return full;
    if (core_memory_fails(w, "the registration of a notify routine"))
        return STATUS_INSUFFICIENT_RESOURCES; /* NTFY-P-15 */
    struct ps_notify_slot *slot = core_alloc(w, sizeof *slot);
    slot->code = code;
    slot->flavour = (uint8_t)flavour;
    ps_routine_init(w, &slot->routine, code, table_names[table][flavour]);
    w->ps->notify[table][index] = slot;
    w->ps->notify_count[table]++;
    core_event(w, RD_EVENT_NOTIFY_REGISTER, RULE_NTFY_P_33, .a = index, .text = slot->routine.name);
    return STATUS_SUCCESS;
}

NTSTATUS ps_notify_remove(struct rd_world *w, enum ps_notify_table table, void *code,
                          enum ps_notify_flavour flavour, bool any_flavour) {
    uint32_t index;
    core_touch(w, core_place(CORE_MACHINE, CORE_CALLBACKS), CORE_WRITE);
    struct ps_notify_slot *slot = find(w, table, code, flavour, any_flavour, &index);
    if (!slot)
        return STATUS_PROCEDURE_NOT_FOUND;
    w->ps->notify[table][index] = NULL;
    w->ps->notify_count[table]--;
    ps_routine_drain(w, &slot->routine);
    core_event(w, RD_EVENT_NOTIFY_REMOVE, RULE_NTFY_P_27, .text = slot->routine.name);
    core_free(w, slot, sizeof *slot);
    return STATUS_SUCCESS;
}

bool ps_notify_any(const struct rd_world *w) {
    for (int table = 0; table < PS_NOTIFY_TABLES; table++)
        if (w->ps->notify_count[table])
            return true;
    return false;
}

uint32_t ps_notify_count_of(const struct rd_world *w, const void *owner) {
    uint32_t found = 0;
    for (int table = 0; table < PS_NOTIFY_TABLES; table++)
        for (uint32_t i = 0; i < slots_of(w, (enum ps_notify_table)table); i++)
            if (w->ps->notify[table][i] && w->ps->notify[table][i]->routine.owner == owner)
                found++;
    return found;
}

/* ---- calls ----------------------------------------------------------------------------------- */

/* One event for one table; `call` knows the routine's shape. */
struct notification {
    enum ps_notify_table table;
    uint8_t irql; /* that routines are called at */
    bool create;
    struct ps_process *process;
    struct ps_thread *thread;
    PPS_CREATE_NOTIFY_INFO info;
    bool (*wants)(const struct notification *n, const struct ps_notify_slot *slot);
    void (*call)(const struct notification *n, const struct ps_notify_slot *slot);
};

static void call_slot(struct rd_world *w, const struct notification *n,
                      struct ps_notify_slot *slot) {
    struct ps_routine_call call;
    struct ke_thread *thread = w->ke->current;
    uint8_t before = thread->irql;
    ps_routine_hold(w, &slot->routine);
    thread->irql = before > n->irql ? before : n->irql;
    ps_routine_begin(w, &slot->routine, &call);
    core_event(w, RD_EVENT_NOTIFY_CALL, call_rules[n->table][n->create], .a = n->process->pid,
               .b = n->thread ? n->thread->tcb.tid : 0, .c = n->create, .text = slot->routine.name);
    n->call(n, slot);
    ps_routine_end(w, &slot->routine, &call);
    thread->irql = before;
    core_event(w, RD_EVENT_NOTIFY_RETURN, RULE_NONE, .text = slot->routine.name);
    ps_routine_release(w, &slot->routine);
}

/* Has a routine refused the creation, so that nobody else is asked (NTFY-P-49)? */
static bool walk_ends(const struct rd_world *w, const struct notification *n) {
    return n->info && !NT_SUCCESS(n->info->CreationStatus) &&
           core_conflict(w, RD_CONFLICT_VETO_WALK);
}

/* Is there a routine that is to be told? On behalf of the host nobody is. */
static bool is_heard(struct rd_world *w, enum ps_notify_table table) {
    core_touch(w, core_place(CORE_MACHINE, CORE_CALLBACKS), CORE_READ);
    return w->ps->notify_count[table] && w->ke->current;
}

static void notify_all(struct rd_world *w, const struct notification *n) {
    uint32_t slots = slots_of(w, n->table);
    for (uint32_t i = 0; i < slots && !walk_ends(w, n); i++) {
        core_touch(w, core_place(CORE_MACHINE, CORE_CALLBACKS), CORE_READ);
        struct ps_notify_slot *slot = w->ps->notify[n->table][i];
        if (slot && n->wants(n, slot))
            call_slot(w, n, slot);
    }
}

static HANDLE id_handle(uint32_t id) {
    return (HANDLE)(uintptr_t)id;
}

static bool wants_any(const struct notification *n, const struct ps_notify_slot *slot) {
    (void)n, (void)slot;
    return true;
}

/*
 * Processes of another subsystem than Win32 are reported to those only who ask for all subsystems;
 * minimal processes, which no subsystem owns, to nobody or to them.
 */
static bool reported(const struct ps_process *process, bool all_subsystems) {
    switch (process->kind) {
    case PS_PICO:
        return all_subsystems; /* NTFY-P-57 */
    case PS_MINIMAL: {
        bool deliver = core_conflict(process->world, RD_CONFLICT_MINIMAL_PROCESS);
        return all_subsystems && deliver; /* NTFY-P-58 */
    }
    default:
        return true;
    }
}

static bool wants_process(const struct notification *n, const struct ps_notify_slot *slot) {
    if (n->process->kind == PS_CLONE && slot->flavour == PS_NOTIFY_EX)
        return false; /* NTFY-P-67 */
    return reported(n->process, slot->flavour == PS_NOTIFY_EX2);
}

static HANDLE parent_for(const struct ps_process *process, const struct ps_notify_slot *slot) {
    bool hidden = slot->flavour == PS_NOTIFY_EX2 && !process->inherits_handles &&
                  core_conflict(process->world, RD_CONFLICT_PARENT_NULL);
    return id_handle(hidden ? 0 : process->parent_pid); /* NTFY-P-61 */
}

static void call_process(const struct notification *n, const struct ps_notify_slot *slot) {
    const struct ps_process *process = n->process;
    if (slot->flavour == PS_NOTIFY_LEGACY) {
        PCREATE_PROCESS_NOTIFY_ROUTINE routine = (PCREATE_PROCESS_NOTIFY_ROUTINE)slot->code;
        routine(id_handle(process->parent_pid), id_handle(process->pid), n->create);
    } else {
        PCREATE_PROCESS_NOTIFY_ROUTINE_EX routine = (PCREATE_PROCESS_NOTIFY_ROUTINE_EX)slot->code;
        if (n->info)
            n->info->ParentProcessId = parent_for(process, slot);
        routine((PEPROCESS)(void *)n->process, id_handle(process->pid), n->info);
    }
}

/* Kernel text as a counted string in run memory; it is gone when the notification is over. */
struct counted {
    UNICODE_STRING string;
    UNICODE_STRING *pointer; /* to it, or NULL if there is no text */
};

static void count(struct rd_world *w, struct counted *counted, const char *text) {
    counted->pointer = NULL;
    if (!text)
        return;
    size_t length = base_utf8_to_16(text, strlen(text), NULL, 0);
    uint16_t *buffer = core_alloc(w, (length + 1) * sizeof *buffer);
    base_utf8_to_16(text, strlen(text), buffer, length);
    counted->string = (UNICODE_STRING){.Length = (USHORT)(length * 2),
                                       .MaximumLength = (USHORT)(length * 2 + 2),
                                       .Buffer = (void *)buffer};
    counted->pointer = &counted->string;
}

/* What a routine was told is gone: a driver that kept a pointer reads rubbish (NTFY-P-51). */
enum { STALE_PATTERN = 0xDD };

static void release(struct rd_world *w, struct counted *counted) {
    if (!counted->pointer)
        return;
    memset(counted->string.Buffer, STALE_PATTERN, counted->string.MaximumLength);
    core_free(w, counted->string.Buffer, counted->string.MaximumLength);
}

/* The name of the image as it was opened, or what is known of it (NTFY-P-53, NTFY-P-55). */
static const char *image_name(struct rd_world *w, const struct ps_process *process) {
    if (process->kind == PS_PICO || process->kind == PS_MINIMAL)
        return NULL;
    return process->exact_name ? core_textf(w, "\\??\\C:\\%s", process->name) : process->name;
}

static void *image_file(struct rd_world *w, const struct ps_process *process) {
    if (!image_name(w, process))
        return NULL;
    return w->ps->hooks.image_file(w,
                                   core_textf(w, "\\Device\\HarddiskVolume1\\%s", process->name));
}

static const char *command_line(struct rd_world *w, const struct ps_process *process) {
    return core_conflict(w, RD_CONFLICT_COMMAND_LINE) ? NULL : process->command_line;
}

void ps_notify_process_create(struct rd_world *w, struct ps_process *process,
                              struct ps_thread *first, NTSTATUS *creation_status) {
    struct ps_thread *creator = ps_current(w);
    struct counted image, command;
    if (!creator || !is_heard(w, PS_NOTIFY_PROCESS))
        return;
    count(w, &image, image_name(w, process));
    count(w, &command, command_line(w, process));
    PS_CREATE_NOTIFY_INFO *info = core_alloc(w, sizeof *info);
    *info = (PS_CREATE_NOTIFY_INFO){
        .Size = sizeof *info,
        .FileOpenNameAvailable = process->exact_name,
        .IsSubsystemProcess = process->kind == PS_PICO || process->kind == PS_MINIMAL,
        .CreatingThreadId = {id_handle(creator->tcb.pid), id_handle(creator->tcb.tid)},
        .ImageFileName = image.pointer,
        .CommandLine = command.pointer,
        .CreationStatus = STATUS_SUCCESS,
    };
    void *file = image_file(w, process);
    info->FileObject = file;
    if (is_heard(w, PS_NOTIFY_PROCESS))
        notify_all(w, &(struct notification){.table = PS_NOTIFY_PROCESS,
                                             .create = true,
                                             .process = process,
                                             .thread = first,
                                             .info = info,
                                             .wants = wants_process,
                                             .call = call_process});
    if (file)
        ob_dereference(w, file);
    *creation_status = info->CreationStatus;
    memset(info, STALE_PATTERN, sizeof *info);
    core_free(w, info, sizeof *info);
    release(w, &image);
    release(w, &command);
}

void ps_notify_process_exit(struct rd_world *w, struct ps_process *process) {
    if (is_heard(w, PS_NOTIFY_PROCESS))
        notify_all(w, &(struct notification){.table = PS_NOTIFY_PROCESS,
                                             .process = process,
                                             .wants = wants_process,
                                             .call = call_process});
}

/* ---- threads --------------------------------------------------------------------------------- */

static void call_thread(const struct notification *n, const struct ps_notify_slot *slot) {
    PCREATE_THREAD_NOTIFY_ROUTINE routine = (PCREATE_THREAD_NOTIFY_ROUTINE)slot->code;
    routine(id_handle(n->process->pid), id_handle(n->thread->tcb.tid), n->create);
}

/* NonSystem routines hear of a creation on the new thread itself, and never of system threads. */
static bool wants_thread(const struct notification *n, const struct ps_notify_slot *slot) {
    if (!reported(n->process, slot->flavour == PS_NOTIFY_EX2))
        return false; /* NTFY-T-14 */
    if (slot->flavour != PS_NOTIFY_EX)
        return true;
    return !n->create && !n->thread->tcb.system;
}

static bool wants_thread_start(const struct notification *n, const struct ps_notify_slot *slot) {
    return slot->flavour == PS_NOTIFY_EX && !n->thread->tcb.system && reported(n->process, false);
}

/* NTFY-T-11 */
static uint8_t thread_irql(const struct rd_world *w) {
    return core_conflict(w, RD_CONFLICT_THREAD_IRQL) ? 1 : 0;
}

static void notify_thread(struct rd_world *w, struct ps_thread *thread, bool create,
                          bool (*wants)(const struct notification *,
                                        const struct ps_notify_slot *)) {
    if (is_heard(w, PS_NOTIFY_THREAD))
        notify_all(w, &(struct notification){.table = PS_NOTIFY_THREAD,
                                             .irql = thread_irql(w),
                                             .create = create,
                                             .process = thread->process,
                                             .thread = thread,
                                             .wants = wants,
                                             .call = call_thread});
}

void ps_notify_thread(struct rd_world *w, struct ps_thread *thread, bool create) {
    notify_thread(w, thread, create, wants_thread);
}

void ps_notify_thread_starts(struct rd_world *w, struct ps_thread *thread) {
    notify_thread(w, thread, true, wants_thread_start);
}

/* ---- images ---------------------------------------------------------------------------------- */

struct image_notification {
    struct notification base;
    UNICODE_STRING *name;
    IMAGE_INFO *info;
};

static void call_image(const struct notification *n, const struct ps_notify_slot *slot) {
    const struct image_notification *image = (const struct image_notification *)(const void *)n;
    PLOAD_IMAGE_NOTIFY_ROUTINE routine = (PLOAD_IMAGE_NOTIFY_ROUTINE)slot->code;
    routine(image->name, id_handle(n->process->system ? 0 : n->process->pid), image->info);
}

enum { VISTA = 6, WIN81 = 9600 }; /* a major version, and a build */

/* Bits that older versions do not know are zero there (NTFY-I-26). */
static void fill_info(const struct rd_world *w, const struct ps_image *image, IMAGE_INFO *info) {
    enum { LEVEL_WINDOWS = 12 };
    info->ImageAddressingMode = IMAGE_ADDRESSING_MODE_32BIT;
    info->SystemModeImage = image->process->system;
    info->ImageBase = (PVOID)(uintptr_t)image->base;
    info->ImageSize = (SIZE_T)image->size;
    if (image->of_windows && w->profile->build >= WIN81)
        info->ImageSignatureLevel = LEVEL_WINDOWS;
}

void ps_notify_image(struct rd_world *w, const struct ps_image *of) {
    struct counted name;
    IMAGE_INFO_EX extended = {.Size = sizeof extended};
    IMAGE_INFO plain = {0};
    if (!is_heard(w, PS_NOTIFY_IMAGE))
        return;
    bool alone = core_conflict(w, RD_CONFLICT_IMAGE_INFO) || w->profile->major < VISTA;
    fill_info(w, of, &plain);
    extended.ImageInfo = plain;
    extended.ImageInfo.ExtendedInfoPresent = 1;
    extended.FileObject = w->ps->hooks.image_file(w, of->path);
    count(w, &name, core_conflict(w, RD_CONFLICT_IMAGE_NAME) ? NULL : of->path);
    struct image_notification image = {
        .base = {.table = PS_NOTIFY_IMAGE,
                 .create = true,
                 .process = of->process,
                 .wants = wants_any,
                 .call = call_image},
        .name = name.pointer,
        .info = alone ? &plain : &extended.ImageInfo,
    };
    if (!of->process->system)
        ps_lock_address_space(w, of->process);
    if (is_heard(w, PS_NOTIFY_IMAGE))
        notify_all(w, &image.base);
    if (!of->process->system)
        ps_unlock_address_space(w, of->process);
    ob_dereference(w, extended.FileObject);
    release(w, &name);
}
