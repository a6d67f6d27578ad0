/*
 * win32_pipe.c - pipes: what is written waits in a queue for the other end. An end is closed when
 * its last handle has gone, in whichever process; what the other end then gets is how the death of
 * a process is seen through a pipe (HNDL-50).
 *
 * A write that is larger than the room in the queue is queued all the same and is finished when the
 * rest of it fits; so writes of several threads do not mix.
 */
#include "api/win32_pipe.h"

enum { DEFAULT_CAPACITY = 4096, CAPACITY_MAX = 1 << 20 };

/* What one write has brought and nobody has read yet. */
struct entry {
    LIST_ENTRY link;
    struct api_pending *write; /* NULL once it is finished */
    size_t size, first;
    char bytes[];
};

static struct api_flow *flow_to(struct api_pipe *pipe, int end) {
    return &pipe->flows[end];
}

static int other(int end) {
    return !end;
}

/* ---- life ------------------------------------------------------------------------------------ */

struct api_pipe *api_pipe_new(struct rd_world *w, const size_t capacity[API_PIPE_ENDS]) {
    struct api_pipe *pipe = core_alloc(w, sizeof *pipe);
    base_list_init(&pipe->waiting);
    base_list_init(&pipe->link);
    for (int i = 0; i < API_PIPE_ENDS; i++) {
        base_list_init(&pipe->flows[i].entries);
        pipe->flows[i].capacity =
            capacity[i] && capacity[i] <= CAPACITY_MAX ? capacity[i] : DEFAULT_CAPACITY;
    }
    return pipe;
}

struct api_file *api_pipe_end(struct rd_world *w, struct api_pipe *pipe, int which) {
    struct api_file *file = api_file_new(w, API_FILE_PIPE, false);
    file->pipe = pipe;
    file->which = which;
    pipe->ends[which] = file;
    if (!pipe->number)
        pipe->number = ob_id(file);
    return file;
}

static void entry_gone(struct rd_world *w, struct api_flow *flow, struct entry *entry) {
    flow->count -= entry->size - entry->first;
    base_list_remove(&entry->link);
    core_free(w, entry, sizeof *entry + entry->size);
}

static void empty(struct rd_world *w, struct api_flow *flow) {
    base_list_each(link, &flow->entries)
        entry_gone(w, flow, base_container(link, struct entry, link));
}

BOOL CreatePipe(PHANDLE hReadPipe, PHANDLE hWritePipe, LPSECURITY_ATTRIBUTES lpPipeAttributes,
                DWORD nSize) {
    struct api_caller me;
    bool inherit = lpPipeAttributes && lpPipeAttributes->bInheritHandle;
    if (!api_caller_get(&me))
        return FALSE;
    api_table_point(&me);
    const size_t capacity[] = {nSize, nSize};
    struct api_pipe *pipe = api_pipe_new(me.w, capacity);
    struct api_file *reader = api_pipe_end(me.w, pipe, API_PIPE_SERVER);
    struct api_file *writer = api_pipe_end(me.w, pipe, API_PIPE_CLIENT);
    pipe->state = API_PIPE_CONNECTED;
    pipe->pids[0] = pipe->pids[1] = me.process->pid;
    NTSTATUS status = api_new_handle(&me, reader, GENERIC_READ | SYNCHRONIZE, inherit, hReadPipe);
    if (NT_SUCCESS(status))
        status = api_new_handle(&me, writer, GENERIC_WRITE | SYNCHRONIZE, inherit, hWritePipe);
    ob_dereference(me.w, reader);
    ob_dereference(me.w, writer);
    return api_result(&me, status);
}

/* ---- reading and writing --------------------------------------------------------------------- */

/* Why nothing can be transferred at this end, or STATUS_SUCCESS. */
static NTSTATUS state_of(const struct api_pipe *pipe, int end) {
    switch (pipe->state) {
    case API_PIPE_LISTENING:
        return STATUS_PIPE_LISTENING;
    case API_PIPE_CUT:
        return STATUS_PIPE_DISCONNECTED;
    case API_PIPE_CLOSING:
        return pipe->ends[other(end)] && !pipe->ends[other(end)]->closed ? STATUS_SUCCESS
                                                                         : STATUS_PIPE_BROKEN;
    default:
        return STATUS_SUCCESS;
    }
}

/* Writes whose rest fits are finished. */
static void finish_writes(struct rd_world *w, struct api_flow *flow) {
    size_t before = 0;
    base_list_each(link, &flow->entries) {
        struct entry *entry = base_container(link, struct entry, link);
        before += entry->size - entry->first;
        if (!entry->write || before > flow->capacity)
            continue;
        struct api_pending *write = entry->write;
        entry->write = NULL;
        api_pending_finish(w, write, STATUS_SUCCESS);
    }
}

/* Takes bytes out of an entry that goes when it is empty. */
static void take(struct rd_world *w, struct api_flow *flow, struct entry *entry,
                 struct api_pending *read) {
    size_t rest = entry->size - entry->first, room = read->operation.size - read->done;
    size_t count = rest < room ? rest : room;
    api_pending_put(w, read, entry->bytes + entry->first, count);
    entry->first += count;
    flow->count -= count;
    if (entry->first < entry->size)
        return;
    struct api_pending *write = entry->write;
    entry_gone(w, flow, entry);
    if (write)
        api_pending_finish(w, write, STATUS_SUCCESS);
}

static NTSTATUS read_now(struct rd_world *w, struct api_pipe *pipe, struct api_pending *read) {
    int end = read->file->which;
    struct api_flow *flow = flow_to(pipe, end);
    bool by_message = read->file->read_messages, found = false;
    while (!base_list_empty(&flow->entries) && (!found || !by_message)) {
        struct entry *entry = base_container(flow->entries.Flink, struct entry, link);
        size_t rest = entry->size - entry->first;
        found = true;
        bool cut = by_message && rest > read->operation.size;
        take(w, flow, entry, read);
        finish_writes(w, flow);
        if (cut)
            return STATUS_BUFFER_OVERFLOW;
        if (read->done == read->operation.size)
            break;
    }
    if (found)
        return STATUS_SUCCESS;
    NTSTATUS status = state_of(pipe, end);
    if (!NT_SUCCESS(status))
        return status;
    return read->file->no_wait ? STATUS_PIPE_EMPTY : STATUS_PENDING;
}

static NTSTATUS write_now(struct rd_world *w, struct api_pipe *pipe, struct api_pending *write) {
    struct api_flow *flow = flow_to(pipe, other(write->file->which));
    size_t size = write->operation.size;
    NTSTATUS status = state_of(pipe, write->file->which);
    if (!NT_SUCCESS(status))
        return status == STATUS_PIPE_BROKEN ? STATUS_PIPE_CLOSING : status;
    if (!size && !pipe->messages)
        return STATUS_SUCCESS;
    if (write->file->no_wait && flow->count + size > flow->capacity) {
        if (pipe->messages || flow->count >= flow->capacity)
            return STATUS_SUCCESS; /* with nothing written */
        size = flow->capacity - flow->count;
    }
    struct entry *entry = core_alloc(w, sizeof *entry + size);
    const volatile char *from = write->operation.bytes;
    entry->size = size;
    for (size_t i = 0; i < size; i++)
        entry->bytes[i] = from[i]; /* may fault */
    base_list_push_back(&flow->entries, &entry->link);
    flow->count += size;
    write->done = size;
    bool fits = flow->count <= flow->capacity;
    entry->write = fits ? NULL : write;
    api_pipe_pump(w, pipe);
    return fits ? STATUS_SUCCESS : STATUS_PENDING;
}

/* ---- what waits ------------------------------------------------------------------------------ */

static NTSTATUS attempt(struct rd_world *w, struct api_pipe *pipe, struct api_pending *pending) {
    int end = pending->file->which;
    switch (pending->operation.kind) {
    case API_PENDING_READ:
        return read_now(w, pipe, pending);
    case API_PENDING_CONNECT:
        return pipe->state == API_PIPE_LISTENING ? STATUS_PENDING
               : pipe->state == API_PIPE_CUT     ? STATUS_PIPE_DISCONNECTED
                                                 : STATUS_SUCCESS;
    default: /* a flush */
        if (!flow_to(pipe, other(end))->count)
            return STATUS_SUCCESS;
        return NT_SUCCESS(state_of(pipe, end)) ? STATUS_PENDING : STATUS_PIPE_BROKEN;
    }
}

void api_pipe_pump(struct rd_world *w, struct api_pipe *pipe) {
    bool progress = true;
    while (progress) {
        progress = false;
        base_list_each(link, &pipe->waiting) {
            struct api_pending *pending = base_container(link, struct api_pending, link);
            NTSTATUS status = progress ? STATUS_PENDING : attempt(w, pipe, pending);
            if (status == STATUS_PENDING)
                continue;
            progress = true;
            api_pending_finish(w, pending, status);
        }
    }
}

NTSTATUS api_pipe_start(struct rd_world *w, struct api_pending *pending) {
    struct api_pipe *pipe = pending->file->pipe;
    core_touch(w, core_place(CORE_OBJECT, pipe->number), CORE_WRITE);
    if (pending->operation.kind == API_PENDING_WRITE)
        return write_now(w, pipe, pending);
    NTSTATUS status = attempt(w, pipe, pending);
    if (status == STATUS_PENDING)
        base_list_push_back(&pipe->waiting, &pending->link);
    else
        api_pipe_pump(w, pipe); /* flushes may wait for what was read */
    return status;
}

/* A write that is given up takes its bytes along. */
void api_pipe_withdraw(struct rd_world *w, struct api_pending *pending) {
    struct api_pipe *pipe = pending->file->pipe;
    if (pending->operation.kind != API_PENDING_WRITE)
        return;
    struct api_flow *flow = flow_to(pipe, other(pending->file->which));
    base_list_each(link, &flow->entries) {
        struct entry *entry = base_container(link, struct entry, link);
        if (entry->write == pending)
            entry_gone(w, flow, entry);
    }
    finish_writes(w, flow);
}

static void fail_writes(struct rd_world *w, struct api_flow *flow, NTSTATUS status) {
    base_list_each(link, &flow->entries) {
        struct entry *entry = base_container(link, struct entry, link);
        struct api_pending *write = entry->write;
        if (!write)
            continue;
        entry->write = NULL;
        write->done = 0;
        api_pending_finish(w, write, status);
    }
}

void api_pipe_cut(struct rd_world *w, struct api_pipe *pipe) {
    for (int i = 0; i < API_PIPE_ENDS; i++) {
        fail_writes(w, &pipe->flows[i], STATUS_PIPE_DISCONNECTED);
        empty(w, &pipe->flows[i]);
    }
    api_pipe_pump(w, pipe);
}

/* The client stays behind with a pipe of its own that leads nowhere. */
void api_pipe_detach_client(struct rd_world *w, struct api_pipe *pipe) {
    static const size_t none[API_PIPE_ENDS] = {0, 0};
    struct api_file *client = pipe->ends[API_PIPE_CLIENT];
    if (!client)
        return;
    struct api_pipe *left = api_pipe_new(w, none);
    left->state = API_PIPE_CUT;
    left->messages = pipe->messages;
    left->number = pipe->number;
    left->ends[API_PIPE_CLIENT] = client;
    client->pipe = left;
    pipe->ends[API_PIPE_CLIENT] = NULL;
}

/* ---- an end goes ----------------------------------------------------------------------------- */

/* What was written at the end can still be read; what was to be read there is lost. */
void api_pipe_closed(struct rd_world *w, struct api_file *file) {
    struct api_pipe *pipe = file->pipe;
    int end = file->which;
    file->closed = true;
    core_touch(w, core_place(CORE_OBJECT, pipe->number), CORE_WRITE);
    if (pipe->state == API_PIPE_CONNECTED || pipe->state == API_PIPE_LISTENING)
        pipe->state = API_PIPE_CLOSING;
    fail_writes(w, flow_to(pipe, end), STATUS_PIPE_BROKEN);
    empty(w, flow_to(pipe, end));
    base_list_each(link, &pipe->waiting) {
        struct api_pending *pending = base_container(link, struct api_pending, link);
        if (pending->file == file)
            api_pending_finish(w, pending, STATUS_PIPE_BROKEN);
    }
    api_pipe_pump(w, pipe);
    if (pipe->name)
        api_pipe_name_changed(w, pipe);
}

void api_pipe_deleted(struct rd_world *w, struct api_file *file) {
    struct api_pipe *pipe = file->pipe;
    if (pipe->ends[file->which] == file)
        pipe->ends[file->which] = NULL;
    if (pipe->ends[API_PIPE_SERVER] || pipe->ends[API_PIPE_CLIENT])
        return;
    empty(w, &pipe->flows[API_PIPE_SERVER]);
    empty(w, &pipe->flows[API_PIPE_CLIENT]);
    if (pipe->name)
        api_pipe_name_left(w, pipe);
    core_free(w, pipe, sizeof *pipe);
}

/* ---- looking --------------------------------------------------------------------------------- */

static size_t copy_out(const struct api_flow *flow, char *to, size_t size, bool one) {
    size_t done = 0;
    base_list_each(link, &flow->entries) {
        const struct entry *entry = base_container(link, struct entry, link);
        for (size_t i = entry->first; i < entry->size && done < size; i++)
            to[done++] = entry->bytes[i];
        if (one)
            break;
    }
    return done;
}

BOOL PeekNamedPipe(HANDLE hNamedPipe, LPVOID lpBuffer, DWORD nBufferSize, LPDWORD lpBytesRead,
                   LPDWORD lpTotalBytesAvail, LPDWORD lpBytesLeftThisMessage) {
    struct api_caller me;
    const struct api_file *file = api_file_of(&me, hNamedPipe, FILE_READ_DATA, KE_READ);
    if (!file)
        return FALSE;
    if (file->kind != API_FILE_PIPE)
        return api_fail(&me, ERROR_INVALID_FUNCTION);
    struct api_pipe *pipe = file->pipe;
    const struct api_flow *flow = flow_to(pipe, file->which);
    core_touch(me.w, core_place(CORE_OBJECT, pipe->number), CORE_READ);
    NTSTATUS status = state_of(pipe, file->which);
    if (status == STATUS_PIPE_LISTENING)
        return api_fail(&me, ERROR_BAD_PIPE);
    if (!NT_SUCCESS(status) && !flow->count)
        return api_fail(&me, api_error_of(status));
    size_t first = 0, count = 0;
    if (pipe->messages && !base_list_empty(&flow->entries)) {
        const struct entry *entry = base_container(flow->entries.Flink, struct entry, link);
        first = entry->size - entry->first;
    }
    if (lpBuffer)
        count = copy_out(flow, lpBuffer, nBufferSize, pipe->messages);
    if (lpBytesRead)
        *lpBytesRead = (DWORD)count;
    if (lpTotalBytesAvail)
        *lpTotalBytesAvail = (DWORD)flow->count;
    if (lpBytesLeftThisMessage)
        *lpBytesLeftThisMessage = (DWORD)(first - (count < first ? count : first));
    if (file->read_messages && lpBuffer && count < first)
        return api_fail(&me, ERROR_MORE_DATA);
    return TRUE;
}
