/* win32_pending.c - operations on files that may be finished later. */
#include "api/win32_pending.h"

#include "ex/ex_port.h"
#include "io/key_watch.h"

/* With its low bit, which says that no port shall be told. */
static uint64_t event_value(const struct api_operation *operation) {
    if (operation->native)
        return api_value(operation->event);
    return operation->overlapped ? api_value(operation->overlapped->hEvent) : 0;
}

NTSTATUS api_pending_begin(struct api_caller *caller, struct api_file *file,
                           const struct api_operation *operation, struct api_pending **out) {
    void *event = NULL;
    uint64_t value = operation->routine ? 0 : event_value(operation) & ~UINT64_C(1);
    NTSTATUS status = STATUS_SUCCESS;
    if (operation->overlapped && !operation->native)
        operation->overlapped->Internal = (ULONG_PTR)STATUS_PENDING;
    if (value)
        status = api_peek(caller, api_handle(value), EVENT_MODIFY_STATE, &ex_event_type, &event);
    if (!NT_SUCCESS(status))
        return status;
    struct api_pending *pending = core_alloc(caller->w, sizeof *pending);
    base_list_init(&pending->link);
    base_list_push_back(&ps_more_make(caller->w, caller->thread)->transfers, &pending->thread_link);
    pending->file = file;
    pending->thread = caller->thread;
    pending->operation = *operation;
    pending->event = event;
    pending->skip_packet = (event_value(operation) & 1) != 0;
    pending->synchronous = !file->overlapped || !operation->overlapped;
    pending->held = true;
    ob_reference(file);
    if (event)
        ob_reference(event);
    ke_touch_state(caller->w, event ? &pending->event->Header : &file->header, false);
    if (event)
        pending->event->Header.SignalState = 0;
    else
        file->header.SignalState = 0;
    *out = pending;
    return STATUS_SUCCESS;
}

struct api_pending *api_pending_new(struct api_caller *caller, struct api_file *file,
                                    const struct api_operation *operation) {
    struct api_pending *pending = NULL;
    NTSTATUS status = api_pending_begin(caller, file, operation, &pending);
    return api_result(caller, status) ? pending : NULL;
}

static void put(struct rd_world *w, struct api_pending *pending, void *to, const void *from,
                size_t size) {
    ldr_copy_user(w, pending->thread->process,
                  &(struct ldr_copy){.to = to, .from = from, .size = size});
}

void api_pending_put(struct rd_world *w, struct api_pending *pending, const void *bytes,
                     size_t size) {
    put(w, pending, (char *)pending->operation.bytes + pending->done, bytes, size);
    pending->done += size;
}

/* ---- completion ------------------------------------------------------------------------------ */

void api_run_completion(uint64_t routine, uint64_t overlapped, uint64_t unused) {
    LPOVERLAPPED_COMPLETION_ROUTINE function = (LPOVERLAPPED_COMPLETION_ROUTINE)(uintptr_t)routine;
    LPOVERLAPPED o = (LPOVERLAPPED)(uintptr_t)overlapped;
    (void)unused;
    NTSTATUS status = (NTSTATUS)o->Internal;
    function(status ? api_error_of(status) : ERROR_SUCCESS, (DWORD)o->InternalHigh, o);
}

static bool is_error(NTSTATUS status) {
    return (uint32_t)status >> 30 == 3;
}

/* An operation that fails at once is reported by its call alone. */
static void tell_sender(struct rd_world *w, struct api_pending *pending) {
    struct api_file *file = pending->file;
    OVERLAPPED *overlapped = pending->operation.overlapped;
    bool reported = pending->was_pending || !is_error(pending->status);
    if (overlapped) {
        struct {
            ULONG_PTR status, done;
        } result = {(ULONG_PTR)pending->status, pending->done};
        core_touch(w, core_memory_place(overlapped), CORE_WRITE);
        put(w, pending, overlapped, &result, sizeof result);
    }
    if (pending->event && reported) {
        ke_event_set(w, pending->event);
    } else if (!pending->event) {
        ke_touch_state(w, &file->header, true);
        file->header.SignalState = 1;
        ke_test_waiters(w, &file->header);
    }
    if (!overlapped || !reported)
        return;
    if (pending->operation.routine) {
        uint64_t arguments[3] = {(uint64_t)(uintptr_t)pending->operation.routine,
                                 (uint64_t)(uintptr_t)overlapped, 0};
        ke_queue_user_apc(w, &pending->thread->tcb, api_run_completion, arguments);
    } else if (file->port && !pending->skip_packet) {
        ex_port_post(w, file->port,
                     &(struct ex_packet){.key = file->port_key,
                                         .overlapped = (uint64_t)(uintptr_t)overlapped,
                                         .bytes = (uint32_t)pending->done,
                                         .status = pending->status});
    }
}

static void drop(struct rd_world *w, struct api_pending *pending) {
    core_free(w, pending, sizeof *pending);
}

void api_pending_finish(struct rd_world *w, struct api_pending *pending, NTSTATUS status) {
    enum { SKIP_PORT = FILE_SKIP_COMPLETION_PORT_ON_SUCCESS };
    struct api_file *file = pending->file;
    pending->status = status;
    pending->finished = true;
    if (!pending->was_pending && NT_SUCCESS(status) && file->modes & SKIP_PORT)
        pending->skip_packet = true;
    base_list_remove(&pending->link);
    base_list_remove(&pending->thread_link);
    tell_sender(w, pending);
    if (pending->event)
        ob_dereference(w, pending->event);
    if (!pending->held)
        drop(w, pending);
    ob_dereference(w, file);
}

/* The file's header is signaled by whichever operation on it ends. */
static void wait_until_finished(struct api_caller *me, struct api_pending *pending) {
    DISPATCHER_HEADER *objects[] = {&pending->file->header};
    if (pending->event)
        objects[0] = &pending->event->Header;
    while (!pending->finished) {
        objects[0]->SignalState = 0;
        ke_wait(me->w, &(struct ke_wait){.count = 1, .objects = objects, .mode = UserMode});
    }
}

NTSTATUS api_pending_end(struct api_caller *caller, struct api_pending *pending, NTSTATUS status) {
    DWORD *done = pending->operation.done;
    if (pending->finished) {
        /* A reader that waited has taken all of a write. */
    } else if (status != STATUS_PENDING) {
        api_pending_finish(caller->w, pending, status);
    } else {
        pending->was_pending = true;
        if (!pending->synchronous) {
            pending->held = false;
            return STATUS_PENDING;
        }
        wait_until_finished(caller, pending);
    }
    size_t count = pending->done;
    status = pending->status;
    drop(caller->w, pending);
    if (done)
        *done = (DWORD)count;
    return status;
}

BOOL api_pending_result(struct api_caller *caller, struct api_pending *pending, NTSTATUS status) {
    bool routine = pending->operation.routine != NULL;
    status = api_pending_end(caller, pending, status);
    if (status == STATUS_PENDING)
        return routine ? TRUE : api_fail(caller, ERROR_IO_PENDING);
    return NT_SUCCESS(status) ? TRUE : api_fail(caller, api_error_of(status));
}

/* ---- cancellation ---------------------------------------------------------------------------- */

static bool matches(const struct api_cancel *which, const struct api_pending *pending) {
    return (!which->file || pending->file == which->file) &&
           (!which->overlapped || pending->operation.overlapped == which->overlapped) &&
           (!which->synchronous || pending->synchronous);
}

static uint32_t cancel_of(struct rd_world *w, const struct api_cancel *which,
                          struct ps_thread *thread) {
    uint32_t count = 0;
    base_list_each(link, &ps_more(thread)->transfers) {
        struct api_pending *pending = base_container(link, struct api_pending, thread_link);
        if (!matches(which, pending))
            continue;
        count++;
        if (pending->file->pipe)
            api_pipe_withdraw(w, pending);
        api_pending_finish(w, pending, STATUS_CANCELLED);
    }
    return count;
}

uint32_t api_pending_cancel(struct rd_world *w, const struct api_cancel *which) {
    uint32_t count = 0;
    if (which->thread)
        return cancel_of(w, which, which->thread);
    base_list_each(link, &which->process->threads) count +=
        cancel_of(w, which, base_container(link, struct ps_thread, link));
    return count;
}

void api_thread_cancel(struct rd_world *w, struct ps_thread *thread) {
    io_key_watch_end(w, NULL, thread);
    base_list_each(link, &ps_more(thread)->transfers)
        base_container(link, struct api_pending, thread_link)
            ->held = false;
    api_pending_cancel(w, &(struct api_cancel){.thread = thread});
}
