/*
 * win32_pending.h - operations on files that are no devices: what their sender is owed when they
 * are finished, which may be later, and what becomes of them when their thread ends.
 */
#ifndef RD_API_WIN32_PENDING_H
#define RD_API_WIN32_PENDING_H

#include "api/win32_file.h"
#include "ex/ex_sync.h"

enum api_pending_kind {
    API_PENDING_READ,
    API_PENDING_WRITE,
    API_PENDING_CONNECT,
    API_PENDING_FLUSH,
    API_PENDING_LOCK
};

/* An operation as a program asks for it. */
struct api_operation {
    enum api_pending_kind kind;
    void *bytes;
    size_t size;
    DWORD *done; /* may be NULL */
    OVERLAPPED *overlapped;
    LPOVERLAPPED_COMPLETION_ROUTINE routine;
    bool native;  /* `overlapped` is an IO_STATUS_BLOCK, the event comes beside it */
    HANDLE event; /* of a native one; may be NULL */
};

struct api_pending {
    LIST_ENTRY link;        /* of whatever it waits in; linked to itself: nowhere */
    LIST_ENTRY thread_link; /* in thread->transfers until it is finished */
    struct api_file *file;  /* referenced */
    struct ps_thread *thread;
    struct api_operation operation;
    size_t done;
    NTSTATUS status;
    KEVENT *event;    /* of the OVERLAPPED, referenced, or NULL */
    bool synchronous; /* its sender waits for it */
    bool finished, was_pending;
    bool skip_packet;        /* the port is not told */
    bool held;               /* its sender frees it; else whoever finishes it */
    uint64_t offset, length; /* of a lock */
    uint32_t key;
    bool exclusive;
};

/* Fails if the event is none. */
NTSTATUS api_pending_begin(struct api_caller *caller, struct api_file *file,
                           const struct api_operation *operation, struct api_pending **pending);
/* The same, but NULL with the error set. */
struct api_pending *api_pending_new(struct api_caller *caller, struct api_file *file,
                                    const struct api_operation *operation);
/* It is done, or failed. */
void api_pending_finish(struct rd_world *w, struct api_pending *pending, NTSTATUS status);
/*
 * What the call returns that has started the operation: a synchronous one is waited for. `status`
 * is what the attempt to carry it out at once led to, STATUS_PENDING for nothing.
 */
NTSTATUS api_pending_end(struct api_caller *caller, struct api_pending *pending, NTSTATUS status);
/* The same for functions that tell by the last error; with a completion routine, to be pending is
 * no error. */
BOOL api_pending_result(struct api_caller *caller, struct api_pending *pending, NTSTATUS status);

/* Copies into the memory of the process that asked. */
void api_pending_put(struct rd_world *w, struct api_pending *pending, const void *bytes,
                     size_t size);

/* Those of a file that a thread (NULL: any) or an OVERLAPPED (NULL: any) has begun; returns how
 * many there were. */
struct api_cancel {
    const struct ps_process *process;
    struct ps_thread *thread;
    const void *file, *overlapped;
    bool synchronous;
};
uint32_t api_pending_cancel(struct rd_world *w, const struct api_cancel *which);

/* win32_pipe.c: it waits in no queue any more. */
void api_pipe_withdraw(struct rd_world *w, struct api_pending *pending);

/* The completion routine as a user APC. */
void api_run_completion(uint64_t routine, uint64_t overlapped, uint64_t unused);

#endif
