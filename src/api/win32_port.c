/* win32_port.c - I/O completion ports: packets that programs post, and messages of jobs. */
#include "api/win32_file.h"
#include "ex/ex_port.h"
#include "io/request.h"

/* The port that a file is to be bound to: an existing one, or a new one with a handle. */
static struct ex_port *port_for(struct api_caller *me, HANDLE existing, HANDLE *handle) {
    void *body;
    if (!existing) {
        struct ex_port *port = ex_port_create(me->w);
        *handle = api_created_handle(
            me, &(struct api_created){.body = port, .access = IO_COMPLETION_ALL_ACCESS});
        return *handle ? port : NULL;
    }
    *handle = existing;
    NTSTATUS status = api_peek(me, existing, IO_COMPLETION_MODIFY_STATE, &ex_port_type, &body);
    return api_result(me, status) ? body : NULL;
}

NTSTATUS api_port_of_file(struct api_caller *me, void *body, struct ex_port *port, uint64_t key) {
    const struct ob_type *type = ob_header_of(body)->type;
    if (type == &io_file_type)
        return io_file_set_port(me->w, body, port, key);
    if (type != &api_file_type)
        return STATUS_OBJECT_TYPE_MISMATCH;
    struct api_file *file = body;
    if (!file->overlapped || file->port)
        return STATUS_INVALID_PARAMETER;
    ob_reference(port);
    file->port = port;
    file->port_key = key;
    return STATUS_SUCCESS;
}

static HANDLE bind(struct api_caller *me, void *file, HANDLE existing, ULONG_PTR key) {
    HANDLE handle = NULL;
    struct ex_port *port = port_for(me, existing, &handle);
    if (!port)
        return NULL;
    NTSTATUS status = api_port_of_file(me, file, port, key);
    if (api_result(me, status))
        return handle;
    if (!existing)
        api_close(me, &me->process->handles, api_value(handle));
    return NULL;
}

HANDLE CreateIoCompletionPort(HANDLE FileHandle, HANDLE ExistingCompletionPort,
                              ULONG_PTR CompletionKey, DWORD NumberOfConcurrentThreads) {
    struct api_caller me;
    void *body = NULL;
    (void)NumberOfConcurrentThreads;
    if (!api_caller_get(&me))
        return NULL;
    NTSTATUS status = STATUS_INVALID_PARAMETER;
    if (FileHandle != INVALID_HANDLE_VALUE && api_is_pseudo(FileHandle))
        status = STATUS_OBJECT_TYPE_MISMATCH;
    else if (FileHandle != INVALID_HANDLE_VALUE)
        status = api_object(&me, FileHandle, 0, NULL, KE_READ, &body);
    else if (!ExistingCompletionPort)
        status = STATUS_SUCCESS;
    if (!api_result(&me, status))
        return NULL;
    if (body)
        return bind(&me, body, ExistingCompletionPort, CompletionKey);
    api_table_point(&me);
    return api_created_handle(&me, &(struct api_created){.body = ex_port_create(me.w),
                                                         .access = IO_COMPLETION_ALL_ACCESS});
}

BOOL PostQueuedCompletionStatus(HANDLE CompletionPort, DWORD dwNumberOfBytesTransferred,
                                ULONG_PTR dwCompletionKey, LPOVERLAPPED lpOverlapped) {
    struct api_caller me;
    void *body;
    if (!api_caller_get(&me))
        return FALSE;
    NTSTATUS status =
        api_object(&me, CompletionPort, IO_COMPLETION_MODIFY_STATE, &ex_port_type, KE_WRITE, &body);
    if (NT_SUCCESS(status))
        ex_port_post(me.w, body,
                     &(struct ex_packet){.key = dwCompletionKey,
                                         .overlapped = (uint64_t)(uintptr_t)lpOverlapped,
                                         .bytes = dwNumberOfBytesTransferred});
    return api_result(&me, status);
}

/* ---- taking ---------------------------------------------------------------------------------- */

struct take {
    HANDLE port;
    DWORD milliseconds;
    bool alertable;
};

/*
 * Waits until there is a packet and takes it. Somebody else may have taken it when the caller runs
 * again, or have closed the port: the handle is looked up anew each time.
 */
static NTSTATUS take(struct api_caller *me, const struct take *take, struct ex_packet *packet,
                     struct ex_port **port) {
    LONGLONG timeout = (LONGLONG)me->w->now + (LONGLONG)take->milliseconds * CORE_TICKS_PER_MS;
    uint32_t first_seen = 0;
    for (;;) {
        void *body;
        NTSTATUS status =
            api_object(me, take->port, IO_COMPLETION_MODIFY_STATE, &ex_port_type, KE_WRITE, &body);
        if (first_seen && (!NT_SUCCESS(status) || ob_id(body) != first_seen))
            return STATUS_ABANDONED_WAIT_0;
        if (!NT_SUCCESS(status))
            return status;
        *port = body;
        first_seen = ob_id(body);
        if (ex_port_take(me->w, *port, packet))
            return STATUS_SUCCESS;
        if (!take->milliseconds ||
            (take->milliseconds != INFINITE && (LONGLONG)me->w->now >= timeout))
            return STATUS_TIMEOUT;
        DISPATCHER_HEADER *objects[] = {&(*port)->header};
        status = ke_wait(
            me->w, &(struct ke_wait){.count = 1,
                                     .objects = objects,
                                     .alertable = take->alertable,
                                     .mode = UserMode,
                                     .timeout = take->milliseconds == INFINITE ? NULL : &timeout});
        if (status != STATUS_WAIT_0)
            return status;
    }
}

/* Nothing was taken: FALSE, and the error says why. */
static BOOL nothing_taken(struct api_caller *me, NTSTATUS status) {
    if (status == STATUS_ABANDONED_WAIT_0)
        return api_fail(me, ERROR_ABANDONED_WAIT_0);
    if (status == STATUS_USER_APC)
        return api_fail(me, WAIT_IO_COMPLETION);
    return api_fail(me, api_error_of(status));
}

BOOL GetQueuedCompletionStatus(HANDLE CompletionPort, LPDWORD lpNumberOfBytesTransferred,
                               PULONG_PTR lpCompletionKey, LPOVERLAPPED *lpOverlapped,
                               DWORD dwMilliseconds) {
    struct api_caller me;
    struct ex_packet packet;
    struct ex_port *port;
    struct take request = {.port = CompletionPort, .milliseconds = dwMilliseconds};
    if (!api_caller_get(&me))
        return FALSE;
    NTSTATUS status = take(&me, &request, &packet, &port);
    if (status != STATUS_SUCCESS) {
        *lpOverlapped = NULL;
        return nothing_taken(&me, status);
    }
    *lpNumberOfBytesTransferred = packet.bytes;
    *lpCompletionKey = (ULONG_PTR)packet.key;
    *lpOverlapped = (LPOVERLAPPED)(uintptr_t)packet.overlapped;
    return NT_SUCCESS(packet.status) ? TRUE : api_fail(&me, api_error_of(packet.status));
}

BOOL GetQueuedCompletionStatusEx(HANDLE CompletionPort, LPOVERLAPPED_ENTRY lpCompletionPortEntries,
                                 ULONG ulCount, PULONG ulNumEntriesRemoved, DWORD dwMilliseconds,
                                 BOOL fAlertable) {
    struct api_caller me;
    struct ex_packet packet;
    struct ex_port *port;
    struct take request = {
        .port = CompletionPort, .milliseconds = dwMilliseconds, .alertable = fAlertable != FALSE};
    if (!api_caller_get(&me))
        return FALSE;
    if (!ulCount)
        return api_fail(&me, ERROR_INVALID_PARAMETER);
    NTSTATUS status = take(&me, &request, &packet, &port);
    if (status != STATUS_SUCCESS)
        return nothing_taken(&me, status);
    ULONG count = 0;
    do {
        lpCompletionPortEntries[count++] =
            (OVERLAPPED_ENTRY){.lpCompletionKey = (ULONG_PTR)packet.key,
                               .lpOverlapped = (LPOVERLAPPED)(uintptr_t)packet.overlapped,
                               .Internal = (ULONG_PTR)packet.status,
                               .dwNumberOfBytesTransferred = packet.bytes};
    } while (count < ulCount && ex_port_take(me.w, port, &packet));
    *ulNumEntriesRemoved = count;
    return TRUE;
}
