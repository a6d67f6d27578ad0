/* win32_overlapped.c - what has become of an operation, and how it is given up; of devices and of
 * other files. */
#include "api/win32_pending.h"
#include "io/request.h"

/* ---- results --------------------------------------------------------------------------------- */

BOOL GetOverlappedResultEx(HANDLE hFile, LPOVERLAPPED lpOverlapped,
                           LPDWORD lpNumberOfBytesTransferred, DWORD dwMilliseconds,
                           BOOL bAlertable) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return FALSE;
    ke_point(me.w, core_memory_place(lpOverlapped), KE_READ);
    if ((NTSTATUS)lpOverlapped->Internal == STATUS_PENDING) {
        if (!dwMilliseconds)
            return api_fail(&me, ERROR_IO_INCOMPLETE);
        HANDLE event = api_handle(api_value(lpOverlapped->hEvent) & ~UINT64_C(1));
        DWORD waited = WaitForSingleObjectEx(event ? event : hFile, dwMilliseconds, bAlertable);
        if (waited == WAIT_TIMEOUT || waited == WAIT_IO_COMPLETION)
            return api_fail(&me, waited);
        if (waited != WAIT_OBJECT_0)
            return FALSE;
    }
    NTSTATUS status = (NTSTATUS)lpOverlapped->Internal;
    *lpNumberOfBytesTransferred = (DWORD)lpOverlapped->InternalHigh;
    return NT_SUCCESS(status) ? TRUE : api_fail(&me, api_error_of(status));
}

BOOL GetOverlappedResult(HANDLE hFile, LPOVERLAPPED lpOverlapped,
                         LPDWORD lpNumberOfBytesTransferred, BOOL bWait) {
    return GetOverlappedResultEx(hFile, lpOverlapped, lpNumberOfBytesTransferred,
                                 bWait ? INFINITE : 0, FALSE);
}

/* A file of a device, or a file of another kind; NULL with the error set. */
struct any_file {
    void *device;
    struct api_file *other;
};

static bool file_of(struct api_caller *me, HANDLE handle, struct any_file *file) {
    void *body = NULL;
    *file = (struct any_file){NULL, NULL};
    if (!api_caller_get(me))
        return false;
    NTSTATUS status = api_object(me, handle, 0, NULL, KE_WRITE, &body);
    if (!api_result(me, status))
        return false;
    const struct ob_type *type = ob_header_of(body)->type;
    file->device = type == &io_file_type ? body : NULL;
    file->other = type == &api_file_type ? body : NULL;
    return file->device || file->other || api_fail(me, ERROR_INVALID_HANDLE);
}

BOOL SetFileCompletionNotificationModes(HANDLE FileHandle, UCHAR Flags) {
    enum { KNOWN = FILE_SKIP_COMPLETION_PORT_ON_SUCCESS | FILE_SKIP_SET_EVENT_ON_HANDLE };
    struct api_caller me;
    struct any_file file;
    if (!api_caller_get(&me))
        return FALSE;
    if (Flags & ~KNOWN)
        return api_fail(&me, ERROR_INVALID_PARAMETER);
    if (!file_of(&me, FileHandle, &file))
        return FALSE;
    if (file.device)
        io_file_set_modes(file.device, Flags);
    else
        file.other->modes |= Flags;
    return TRUE;
}

/* ---- cancellation ---------------------------------------------------------------------------- */

/* Waits for what it has cancelled. */
BOOL CancelIo(HANDLE hFile) {
    struct api_caller me;
    struct any_file file;
    if (!file_of(&me, hFile, &file))
        return FALSE;
    if (file.other)
        api_pending_cancel(me.w, &(struct api_cancel){.thread = me.thread, .file = file.other});
    else if (io_cancel(me.w, &(struct io_cancel){.thread = me.thread, .file = file.device}))
        io_cancel_finish(me.w, file.device);
    return TRUE;
}

BOOL CancelIoEx(HANDLE hFile, LPOVERLAPPED lpOverlapped) {
    struct api_caller me;
    struct any_file file;
    if (!file_of(&me, hFile, &file))
        return FALSE;
    uint32_t count =
        file.other ? api_pending_cancel(me.w, &(struct api_cancel){.process = me.process,
                                                                   .file = file.other,
                                                                   .overlapped = lpOverlapped})
                   : io_cancel(me.w, &(struct io_cancel){.process = me.process,
                                                         .file = file.device,
                                                         .iosb = lpOverlapped});
    return count || api_fail(&me, ERROR_NOT_FOUND);
}

BOOL CancelSynchronousIo(HANDLE hThread) {
    struct api_caller me;
    void *thread;
    if (!api_caller_get(&me))
        return FALSE;
    NTSTATUS status =
        api_object(&me, hThread, THREAD_TERMINATE, &ps_thread_type, KE_WRITE, &thread);
    if (!api_result(&me, status))
        return FALSE;
    uint32_t count =
        io_cancel(me.w, &(struct io_cancel){.thread = thread, .synchronous = true}) +
        api_pending_cancel(me.w, &(struct api_cancel){.thread = thread, .synchronous = true});
    return count || api_fail(&me, ERROR_NOT_FOUND);
}
