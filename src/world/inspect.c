/* inspect.c - looking at processes, threads and handles from outside. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "rundown/rundown.h"
#include "api/api.h"
#include "ldr/crt.h"
#include "world/world_internal.h"

/* ---- processes ------------------------------------------------------------------------------- */

static void describe_process(const struct ps_process *process, rd_process_info *out) {
    const struct ob_header *header = ob_header_of(process);
    *out = (rd_process_info){
        .pid = process->pid,
        .parent_pid = process->parent_pid,
        .image = process->name,
        .exit_code = process->status_visible ? (uint32_t)process->exit_status : RD_STILL_ACTIVE,
        .terminated = process->rundown,
        .signaled = process->signaled,
        .threads = process->active_threads,
        .handles = process->handles.count,
        .handle_count = (uint32_t)header->handle_count,
        .pointer_count = (uint32_t)header->pointer_count,
        .heap_bytes = process->heap_bytes,
        .create_time = process->create_time,
        .exit_time = process->exit_time,
        .unflushed = crt_unflushed(process),
    };
}

rd_status rd_process_get(const rd_world *world, uint32_t pid, rd_process_info *out) {
    if (!world || !out)
        return RD_INVALID_ARGUMENT;
    const struct ps_process *process = ps_process_by_id(world, pid);
    if (!process)
        return RD_NOT_FOUND;
    describe_process(process, out);
    return RD_OK;
}

rd_status rd_process_next(const rd_world *world, uint32_t after, rd_process_info *out) {
    if (!world || !out)
        return RD_INVALID_ARGUMENT;
    for (uint32_t pid = (after / 4 + 1) * 4; pid / 4 < world->ps->cid_capacity; pid += 4)
        if (rd_process_get(world, pid, out) == RD_OK)
            return RD_OK;
    return RD_NOT_FOUND;
}

/* ---- threads --------------------------------------------------------------------------------- */

static rd_thread_state public_state(const struct ke_thread *thread) {
    switch (thread->state) {
    case KE_RUNNING:
        return RD_THREAD_RUNNING;
    case KE_WAITING:
        return RD_THREAD_WAITING;
    case KE_INITIALIZED:
    case KE_SUSPENDED:
        return RD_THREAD_SUSPENDED;
    case KE_TERMINATED:
        return RD_THREAD_TERMINATED;
    default:
        return RD_THREAD_READY;
    }
}

const char *world_describe_wait(struct rd_world *w, const struct ke_thread *thread) {
    char name[CORE_TEXT_MAX];
    const char *text = ke_describe_wait(w, thread);
    const void *address = api_parked_at(w, thread);
    if (!address || !ldr_variable_name(w, (uintptr_t)address, name, sizeof name))
        return text;
    return core_textf(w, "%s (%s)", text, name);
}

rd_status rd_thread_get(const rd_world *world, uint32_t tid, rd_thread_info *out) {
    if (!world || !out)
        return RD_INVALID_ARGUMENT;
    const struct ps_thread *thread = ps_thread_by_id(world, tid);
    if (!thread)
        return RD_NOT_FOUND;
    const struct ob_header *header = ob_header_of(thread);
    *out = (rd_thread_info){
        .tid = tid & ~3u,
        .pid = thread->tcb.pid,
        .state = public_state(&thread->tcb),
        .exit_code = thread->status_visible ? (uint32_t)thread->exit_status : RD_STILL_ACTIVE,
        .signaled = thread->tcb.header.SignalState > 0,
        .suspend_count = thread->tcb.suspend_count,
        .waiting_for = world_describe_wait((struct rd_world *)(uintptr_t)world, &thread->tcb),
        .handle_count = (uint32_t)header->handle_count,
        .pointer_count = (uint32_t)header->pointer_count,
    };
    return RD_OK;
}

rd_status rd_thread_next(const rd_world *world, uint32_t after, rd_thread_info *out) {
    if (!world || !out)
        return RD_INVALID_ARGUMENT;
    for (uint32_t tid = (after / 4 + 1) * 4; tid / 4 < world->ps->cid_capacity; tid += 4)
        if (rd_thread_get(world, tid, out) == RD_OK)
            return RD_OK;
    return RD_NOT_FOUND;
}

/* ---- handles --------------------------------------------------------------------------------- */

rd_status rd_handle_next(const rd_world *world, uint32_t pid, uint64_t after, rd_handle_info *out) {
    if (!world || !out)
        return RD_INVALID_ARGUMENT;
    const struct ps_process *process = ps_process_by_id(world, pid);
    if (!process)
        return RD_NOT_FOUND;
    const struct ob_handle_table *table = &process->handles;
    for (uint64_t index = after / 4; index < table->capacity; index++) {
        const struct ob_handle_entry *entry = &table->entries[index];
        if (!entry->body)
            continue;
        const struct ob_header *header = ob_header_of(entry->body);
        *out = (rd_handle_info){
            .handle = (index + 1) * 4,
            .object = header->id,
            .type = header->type->name,
            .name = ob_name_of(entry->body),
            .access = entry->access,
            .inheritable = entry->flags & OB_INHERIT,
            .protected_from_close = entry->flags & OB_PROTECT_FROM_CLOSE,
            .handle_count = (uint32_t)header->handle_count,
            .pointer_count = (uint32_t)header->pointer_count,
        };
        return RD_OK;
    }
    return RD_NOT_FOUND;
}

/* ---- who holds a process --------------------------------------------------------------------- */

struct holders {
    char text[8 * 1024];
    size_t used;
};

__attribute__((format(printf, 2, 3))) static void add_line(struct holders *h, const char *format,
                                                           ...) {
    va_list arguments;
    if (h->used >= sizeof h->text)
        return;
    va_start(arguments, format);
    int length = vsnprintf(h->text + h->used, sizeof h->text - h->used, format, arguments);
    va_end(arguments);
    h->used += length > 0 ? (size_t)length : 0;
}

static void add_handles(struct rd_world *w, const void *body, struct holders *h) {
    for (LIST_ENTRY *p = w->ps->processes.Flink; p != &w->ps->processes; p = p->Flink) {
        const struct ps_process *owner = base_container(p, struct ps_process, link);
        for (uint32_t i = 0; i < owner->handles.capacity; i++)
            if (owner->handles.entries[i].body == body)
                add_line(h, "handle 0x%X of %s (process %" PRIu32 "), opened at event %zu\n",
                         (i + 1) * 4, owner->name, owner->pid, owner->handles.entries[i].event);
    }
}

/* Threads of the process refer to it until their own objects go: living ones, and ended ones with
 * holders. */
static void add_threads(struct rd_world *w, const struct ps_process *process, struct holders *h) {
    for (uint32_t i = 0; i < w->ps->cid_capacity; i++) {
        const struct ps_thread *thread = ps_thread_by_id(w, (uint64_t)i * 4);
        if (!thread || thread->process != process)
            continue;
        add_line(h, "thread %" PRIu32 " of it, which %s\n", thread->tcb.tid,
                 thread->terminated ? "has ended but is held itself" : "has not ended");
        if (thread->terminated)
            add_handles(w, thread, h);
    }
}

static void add_waits(struct rd_world *w, const struct ps_process *process, struct holders *h) {
    (void)w;
    const LIST_ENTRY *head = &process->header.WaitListHead;
    for (LIST_ENTRY *link = head->Flink; link != head; link = link->Flink) {
        const struct ke_wait_block *block = base_container(link, struct ke_wait_block, link);
        add_line(h, "thread %" PRIu32 " of process %" PRIu32 " waits for it\n", block->thread->tid,
                 block->thread->pid);
    }
}

const char *rd_who_holds(rd_world *world, uint32_t pid) {
    const struct ps_process *process = world ? ps_process_by_id(world, pid) : NULL;
    struct holders h = {.used = 0};
    if (!process)
        return "no process object has that id: nobody holds it\n";
    add_handles(world, process, &h);
    add_threads(world, process, &h);
    add_waits(world, process, &h);
    base_list_each(link, ob_references(process)) {
        const struct ob_reference_record *record =
            base_container(link, struct ob_reference_record, link);
        add_line(&h, "%s: taken by thread %" PRIu32 " of process %" PRIu32 " at event %zu\n",
                 record->reason, record->tid, record->pid, record->event);
    }
    if (process->active_threads)
        add_line(&h, "itself: it still has %" PRIu32 " threads\n", process->active_threads);
    return core_text(world, h.text);
}
