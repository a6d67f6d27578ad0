/*
 * win32_threadpool_io.c - files whose completions the thread pool tells of.
 *
 * Each file has a completion port of its own, which a waiter thread of the pool watches.
 */
#include "api/win32_file.h"
#include "api/win32_threadpool.h"

static uint32_t error_of(NTSTATUS status) {
    return NT_SUCCESS(status) ? ERROR_SUCCESS : api_error_of(status);
}

static void deliver(struct ldr_tp_object *object, struct ldr_tp_instance *instance,
                    const struct ex_packet *packet) {
    PTP_WIN32_IO_CALLBACK callback = (PTP_WIN32_IO_CALLBACK)(uintptr_t)object->callback;
    callback((PTP_CALLBACK_INSTANCE)(void *)instance, object->context,
             (PVOID)(uintptr_t)packet->overlapped, error_of(packet->status), packet->bytes,
             (PTP_IO)(void *)object);
}

static void deliver_bound(struct ldr_tp_object *object, struct ldr_tp_instance *instance,
                          const struct ex_packet *packet) {
    LPOVERLAPPED_COMPLETION_ROUTINE callback =
        (LPOVERLAPPED_COMPLETION_ROUTINE)(uintptr_t)object->callback;
    (void)instance;
    callback(error_of(packet->status), packet->bytes, (LPOVERLAPPED)(uintptr_t)packet->overlapped);
}

/* The object, with the file bound to its port; NULL with the error set. */
static struct ldr_tp_object *create(struct api_caller *me, HANDLE file, struct ldr_tp_new *new,
                                    const TP_CALLBACK_ENVIRON *environment) {
    void *body;
    if (!api_caller_get(me))
        return NULL;
    NTSTATUS status = STATUS_INVALID_PARAMETER;
    if (new->callback)
        status = api_object(me, file, 0, NULL, KE_WRITE, &body);
    if (!api_result(me, status))
        return NULL;
    ob_reference(body);
    new->port = ex_port_create(me->w);
    struct ldr_tp_object *io = api_pool_create(me, new, environment);
    if (!io)
        ob_dereference(me->w, new->port);
    else if (!api_result(me, api_port_of_file(me, body, new->port, 0))) {
        ldr_tp_close(me->w, io);
        io = NULL;
    }
    ob_dereference(me->w, body);
    return io;
}

PTP_IO CreateThreadpoolIo(HANDLE fl, PTP_WIN32_IO_CALLBACK pfnio, PVOID pv,
                          PTP_CALLBACK_ENVIRON pcbe) {
    struct api_caller me;
    struct ldr_tp_new new = {LDR_TP_IO, .callback = (void *)(uintptr_t)pfnio, .context = pv,
                             .deliver = deliver};
    return (PTP_IO)(void *)create(&me, fl, &new, pcbe);
}

VOID StartThreadpoolIo(PTP_IO pio) {
    struct api_caller me;
    struct ldr_tp_object *io = api_pool_object(&me, pio, LDR_TP_IO);
    if (io)
        ldr_tp_io_start(me.w, io);
}

VOID CancelThreadpoolIo(PTP_IO pio) {
    struct api_caller me;
    struct ldr_tp_object *io = api_pool_object(&me, pio, LDR_TP_IO);
    if (io)
        ldr_tp_io_cancel(me.w, io);
}

VOID WaitForThreadpoolIoCallbacks(PTP_IO pio, BOOL fCancelPendingCallbacks) {
    struct api_caller me;
    struct ldr_tp_object *io = api_pool_object(&me, pio, LDR_TP_IO);
    if (io)
        ldr_tp_wait(me.w, io, fCancelPendingCallbacks != FALSE);
}

VOID CloseThreadpoolIo(PTP_IO pio) {
    struct api_caller me;
    struct ldr_tp_object *io = api_pool_object(&me, pio, LDR_TP_IO);
    if (io)
        ldr_tp_close(me.w, io);
}

BOOL BindIoCompletionCallback(HANDLE FileHandle, LPOVERLAPPED_COMPLETION_ROUTINE Function,
                              ULONG Flags) {
    struct api_caller me;
    struct ldr_tp_new new = {LDR_TP_BOUND, .callback = (void *)(uintptr_t)Function,
                             .deliver = deliver_bound};
    if (!api_caller_get(&me))
        return FALSE;
    if (Flags)
        return api_fail(&me, ERROR_INVALID_PARAMETER);
    struct ldr_tp_object *bound = create(&me, FileHandle, &new, NULL);
    if (bound)
        ldr_tp_watch_port(me.w, bound);
    return bound != NULL;
}
