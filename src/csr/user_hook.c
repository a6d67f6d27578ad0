/* user_hook.c - hooks: the chains of a thread and of the session. */
#include "csr/user.h"
#include "rundown/sdk/winerror.h"

static size_t index_of(int kind) {
    return (size_t)(kind - WH_MSGFILTER);
}

/* The first hook of a chain whose number is below `number`. */
static struct csr_hook *below(const LIST_ENTRY *chain, uint64_t number) {
    base_list_each(link, chain) {
        struct csr_hook *hook = base_container(link, struct csr_hook, link);
        if (hook->number < number)
            return hook;
    }
    return NULL;
}

static const char *name_of(int kind) {
    static const char *const names[CSR_HOOK_KINDS] = {"WH_MSGFILTER",
                                                      "WH_JOURNALRECORD",
                                                      "WH_JOURNALPLAYBACK",
                                                      "WH_KEYBOARD",
                                                      "WH_GETMESSAGE",
                                                      "WH_CALLWNDPROC",
                                                      "WH_CBT",
                                                      "WH_SYSMSGFILTER",
                                                      "WH_MOUSE",
                                                      "WH_HARDWARE",
                                                      "WH_DEBUG",
                                                      "WH_SHELL",
                                                      "WH_FOREGROUNDIDLE",
                                                      "WH_CALLWNDPROCRET",
                                                      "WH_KEYBOARD_LL",
                                                      "WH_MOUSE_LL"};
    return names[index_of(kind)];
}

/* ---- setting and removing -------------------------------------------------------------------- */

static bool for_all_threads_only(int kind) {
    return kind == WH_JOURNALRECORD || kind == WH_JOURNALPLAYBACK || kind == WH_SYSMSGFILTER ||
           kind == WH_KEYBOARD_LL || kind == WH_MOUSE_LL;
}

static bool runs_in_its_own_process(int kind) {
    return kind == WH_JOURNALRECORD || kind == WH_JOURNALPLAYBACK || kind == WH_KEYBOARD_LL ||
           kind == WH_MOUSE_LL;
}

static NTSTATUS check(struct rd_world *w, const struct csr_hook_request *request,
                      struct csr_queue **target) {
    *target = NULL;
    if (request->kind < WH_MSGFILTER || request->kind > WH_MOUSE_LL)
        return CSR_ERROR(ERROR_INVALID_HOOK_FILTER);
    if (!request->procedure)
        return CSR_ERROR(ERROR_INVALID_FILTER_PROC);
    if (!request->tid)
        return request->module || runs_in_its_own_process(request->kind)
                   ? STATUS_SUCCESS
                   : CSR_ERROR(ERROR_HOOK_NEEDS_HMOD);
    *target = csr_queue_by_thread(w, request->tid);
    if (!*target)
        return STATUS_INVALID_PARAMETER;
    if (for_all_threads_only(request->kind))
        return CSR_ERROR(ERROR_GLOBAL_ONLY_HOOK);
    if (!request->module && (*target)->thread->process != ps_current_process(w))
        return CSR_ERROR(ERROR_HOOK_NEEDS_HMOD);
    return STATUS_SUCCESS;
}

NTSTATUS csr_hook_set(struct rd_world *w, const struct csr_hook_request *request,
                      uint64_t *number) {
    struct csr_user *user = csr_user_get(w);
    struct csr_queue *owner = csr_queue_get(w), *target;
    NTSTATUS status = check(w, request, &target);
    if (!NT_SUCCESS(status))
        return status;
    const struct ldr_module *module =
        ldr_module_from_handle(ps_current_process(w)->ldr, request->module);
    struct csr_hook *hook = core_alloc(w, sizeof *hook);
    hook->number = ++user->hooks_made;
    hook->owner = owner;
    hook->target = target;
    hook->image = module ? module->image : NULL;
    hook->procedure = request->procedure;
    hook->kind = request->kind;
    hook->unicode = request->unicode;
    base_list_push_front(&(target ? target->hooks : user->hooks)[index_of(hook->kind)],
                         &hook->link);
    core_event(w, RD_EVENT_HOOK_SET, RULE_NONE, .a = hook->number,
               .b = target ? target->thread->tcb.tid : 0, .text = name_of(hook->kind));
    *number = hook->number;
    return STATUS_SUCCESS;
}

static void free_hook(struct rd_world *w, struct csr_hook *hook, bool by_system) {
    core_event(w, RD_EVENT_HOOK_REMOVED, by_system ? RULE_MSG_19 : RULE_NONE, .a = hook->number,
               .b = by_system, .text = name_of(hook->kind));
    base_list_remove(&hook->link);
    core_free(w, hook, sizeof *hook);
}

static struct csr_hook *find_in(LIST_ENTRY *chains, uint64_t number) {
    for (size_t i = 0; i < CSR_HOOK_KINDS; i++) {
        struct csr_hook *hook = below(&chains[i], number + 1);
        if (hook && hook->number == number)
            return hook;
    }
    return NULL;
}

NTSTATUS csr_hook_remove(struct rd_world *w, uint64_t number) {
    struct csr_user *user = csr_user_get(w);
    struct csr_hook *hook = find_in(user->hooks, number);
    for (LIST_ENTRY *q = user->queues.Flink; !hook && q != &user->queues; q = q->Flink)
        hook = find_in(base_container(q, struct csr_queue, link)->hooks, number);
    if (!hook)
        return CSR_ERROR(ERROR_INVALID_HOOK_HANDLE);
    free_hook(w, hook, false);
    return STATUS_SUCCESS;
}

static void abandon_in(struct rd_world *w, LIST_ENTRY *chains, const struct csr_queue *queue) {
    for (size_t i = 0; i < CSR_HOOK_KINDS; i++)
        base_list_each(link, &chains[i]) {
            struct csr_hook *hook = base_container(link, struct csr_hook, link);
            if (hook->owner == queue || hook->target == queue)
                free_hook(w, hook, true);
        }
}

void csr_hooks_abandon(struct rd_world *w, struct csr_queue *queue) {
    struct csr_user *user = csr_user_get(w);
    abandon_in(w, user->hooks, queue);
    base_list_each(q, &user->queues)
        abandon_in(w, base_container(q, struct csr_queue, link)->hooks, queue);
}

/* ---- calling --------------------------------------------------------------------------------- */

/* In another process the procedure is there when its DLL has been loaded. */
static bool procedure_is_here(struct rd_world *w, const struct csr_hook *hook) {
    struct ps_process *process = ps_current_process(w);
    void *handle;
    if (hook->owner->thread->process == process)
        return true;
    if (!hook->image || !hook->image->is_dll || runs_in_its_own_process(hook->kind))
        return false;
    return ldr_module_find(process->ldr, hook->image->name) ||
           NT_SUCCESS(ldr_load_dll(w, hook->image->name, 0, &handle));
}

static const LIST_ENTRY *chain_of(struct rd_world *w, const struct csr_hook_position *position) {
    size_t index = index_of(position->kind);
    return position->global ? &csr_user_get(w)->hooks[index] : &ps_current(w)->queue->hooks[index];
}

/* Those of the thread come before those of all threads. */
static struct csr_hook *next_hook(struct rd_world *w, const struct csr_hook_position *from) {
    const struct csr_hook_position global = {.kind = from->kind, .global = true};
    struct csr_hook *hook = below(chain_of(w, from), from->number);
    return hook || from->global ? hook : below(chain_of(w, &global), UINT64_MAX);
}

static LRESULT call_from(struct rd_world *w, struct csr_hook_position position,
                         const struct csr_hook_call *call) {
    struct csr_queue *queue = ps_current(w)->queue;
    struct csr_hook *hook;
    while ((hook = next_hook(w, &position)) != NULL) {
        const struct csr_hook_position outer = queue->hook;
        position.global = !hook->target;
        position.number = hook->number;
        /* Loading a DLL takes time, and the hook may go meanwhile. */
        if (!procedure_is_here(w, hook) ||
            below(chain_of(w, &position), position.number + 1) != hook)
            continue;
        core_event(w, RD_EVENT_HOOK_CALL, RULE_NONE, .a = hook->number, .b = (uint32_t)call->code,
                   .text = name_of(hook->kind));
        queue->hook = position;
        LRESULT result = hook->procedure(call->code, (WPARAM)call->wparam,
                                         (LPARAM)(intptr_t)(hook->unicode ? call->w : call->a));
        queue->hook = outer;
        return result;
    }
    return 0;
}

LRESULT csr_hook_call(struct rd_world *w, const struct csr_hook_call *call) {
    struct csr_hook_position first = {.kind = call->kind, .number = UINT64_MAX};
    return ps_current(w)->queue ? call_from(w, first, call) : 0;
}

LRESULT csr_hook_call_next(struct rd_world *w, const struct csr_hook_call *call) {
    const struct csr_queue *queue = csr_queue_get(w);
    return queue->hook.number ? call_from(w, queue->hook, call) : 0;
}
