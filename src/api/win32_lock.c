/*
 * win32_lock.c - locks of byte ranges. A lock belongs to a process, an open of the file and a key;
 * it goes with the last handle that the process has to that open, so at the latest with the process
 * (HNDL-01).
 */
#include "api/nt.h"
#include "api/win32_device.h"
#include "api/win32_disk.h"
#include "api/win32_pending.h"

struct owner {
    const struct api_file *file;
    uint32_t pid, key;
};

struct range {
    uint64_t offset, length;
};

struct lock {
    LIST_ENTRY link;
    struct owner owner;
    struct range range;
    bool exclusive;
};

/* ---- what excludes what ---------------------------------------------------------------------- */

static bool same_owner(struct owner a, struct owner b) {
    return a.file == b.file && a.pid == b.pid && a.key == b.key;
}

/* A range of no bytes lies between two bytes; it meets what has both of them. */
static bool overlap(struct range a, struct range b) {
    uint64_t a_last = a.offset + a.length - 1, b_last = b.offset + b.length - 1;
    if (a.length && b.length)
        return a.offset <= b_last && b.offset <= a_last;
    if (a.length)
        return b.offset > a.offset && b.offset <= a_last;
    return b.length && a.offset > b.offset && a.offset <= b_last;
}

/* Exclusive locks meet no other; shared ones may meet those of their owner, too. */
static bool in_the_way(const struct lock *lock, const struct lock *wanted) {
    if (!overlap(lock->range, wanted->range))
        return false;
    return wanted->exclusive || (lock->exclusive && !same_owner(lock->owner, wanted->owner));
}

static bool try_lock(struct rd_world *w, const struct lock *wanted) {
    struct api_disk *disk = wanted->owner.file->disk;
    base_list_each(link, &disk->locks) if (in_the_way(base_container(link, struct lock, link),
                                                      wanted)) return false;
    struct lock *lock = core_alloc(w, sizeof *lock);
    *lock = *wanted;
    base_list_push_back(&disk->locks, &lock->link);
    return true;
}

DWORD api_lock_check(const struct api_caller *caller, const struct api_file *file,
                     const struct api_transfer *transfer, int64_t offset, bool writes) {
    const struct owner owner = {file, caller->process->pid, 0};
    const struct range range = {(uint64_t)offset, transfer->size};
    base_list_each(link, &file->disk->locks) {
        const struct lock *lock = base_container(link, struct lock, link);
        bool allows = lock->exclusive ? same_owner(lock->owner, owner) : !writes;
        if (!allows && range.length && overlap(lock->range, range))
            return ERROR_LOCK_VIOLATION;
    }
    return ERROR_SUCCESS;
}

/* ---- waiting --------------------------------------------------------------------------------- */

static struct lock lock_of(const struct api_pending *pending) {
    return (struct lock){.owner = {pending->file, pending->thread->process->pid, pending->key},
                         .range = {pending->offset, pending->length},
                         .exclusive = pending->exclusive};
}

/* Those that wait get what they can get now, in the order in which they came. */
static void grant(struct rd_world *w, struct api_disk *disk) {
    base_list_each(link, &disk->waits) {
        struct api_pending *pending = base_container(link, struct api_pending, link);
        const struct lock wanted = lock_of(pending);
        if (try_lock(w, &wanted))
            api_pending_finish(w, pending, STATUS_SUCCESS);
    }
}

static void drop(struct rd_world *w, struct lock *lock) {
    base_list_remove(&lock->link);
    core_free(w, lock, sizeof *lock);
}

void api_lock_release(struct rd_world *w, const struct api_file *file, uint32_t pid) {
    struct api_disk *disk = file->disk;
    uint64_t count = 0;
    base_list_each(link, &disk->waits) {
        struct api_pending *pending = base_container(link, struct api_pending, link);
        if (pending->file == file && (!pid || pending->thread->process->pid == pid))
            api_pending_finish(w, pending, STATUS_RANGE_NOT_LOCKED);
    }
    base_list_each(link, &disk->locks) {
        struct lock *lock = base_container(link, struct lock, link);
        if (lock->owner.file != file || (pid && lock->owner.pid != pid))
            continue;
        drop(w, lock);
        count++;
    }
    if (!count)
        return;
    api_disk_touch(w, disk, CORE_WRITE);
    core_event(w, RD_EVENT_FILE_UNLOCKED, RULE_HNDL_01, .object = ob_id(file), .a = count);
    grant(w, disk);
}

/* ---- locking and unlocking ------------------------------------------------------------------- */

struct request {
    HANDLE handle;
    struct range range;
    uint32_t key;
    bool exclusive, fails_at_once;
    struct api_operation operation;
};

/* A file on the disk, with the right to read or to write it. */
static NTSTATUS file_of(struct api_caller *me, const struct request *request,
                        struct api_file **file) {
    void *body = NULL;
    uint64_t value = api_value(request->handle);
    *file = NULL;
    if (!api_caller_get(me))
        return STATUS_INVALID_HANDLE;
    if (api_is_device(me, request->handle))
        return STATUS_INVALID_DEVICE_REQUEST;
    NTSTATUS status = api_object(me, request->handle, 0, &api_file_type, KE_WRITE, &body);
    if (!NT_SUCCESS(status))
        return status;
    *file = body;
    const struct ob_handle_table *table = api_handle_table(me, &value);
    if (!(ob_entry(table, value)->access & (FILE_READ_DATA | FILE_WRITE_DATA)))
        return STATUS_ACCESS_DENIED;
    if ((*file)->kind != API_FILE_DISK)
        return STATUS_INVALID_DEVICE_REQUEST;
    api_disk_touch(me->w, (*file)->disk, CORE_WRITE);
    return STATUS_SUCCESS;
}

static NTSTATUS start(struct api_caller *me, const struct request *request,
                      struct api_pending *pending) {
    pending->offset = request->range.offset;
    pending->length = request->range.length;
    pending->key = request->key;
    pending->exclusive = request->exclusive;
    const struct lock wanted = lock_of(pending);
    if (request->range.length &&
        request->range.offset + request->range.length - 1 < request->range.offset)
        return STATUS_INVALID_LOCK_RANGE;
    if (try_lock(me->w, &wanted))
        return STATUS_SUCCESS;
    if (request->fails_at_once)
        return STATUS_LOCK_NOT_GRANTED;
    base_list_push_back(&pending->file->disk->waits, &pending->link);
    return STATUS_PENDING;
}

static NTSTATUS lock(struct api_caller *me, const struct request *request) {
    struct api_file *file;
    struct api_pending *pending;
    NTSTATUS status = file_of(me, request, &file);
    if (NT_SUCCESS(status))
        status = api_pending_begin(me, file, &request->operation, &pending);
    if (!NT_SUCCESS(status))
        return status;
    return api_pending_end(me, pending, start(me, request, pending));
}

static NTSTATUS unlock(struct api_caller *me, const struct request *request) {
    struct api_file *file;
    struct lock *found = NULL;
    NTSTATUS status = file_of(me, request, &file);
    if (!NT_SUCCESS(status))
        return status;
    const struct owner owner = {file, me->process->pid, request->key};
    base_list_each(link, &file->disk->locks) {
        struct lock *lock = base_container(link, struct lock, link);
        bool same = same_owner(lock->owner, owner) && lock->range.offset == request->range.offset &&
                    lock->range.length == request->range.length;
        if (same && (!found || (lock->exclusive && !found->exclusive)))
            found = lock;
    }
    if (!found)
        return STATUS_RANGE_NOT_LOCKED;
    drop(me->w, found);
    grant(me->w, file->disk);
    return STATUS_SUCCESS;
}

/* ---- Win32 ----------------------------------------------------------------------------------- */

static uint64_t wide(DWORD low, DWORD high) {
    return (uint64_t)high << 32 | low;
}

BOOL LockFile(HANDLE hFile, DWORD dwFileOffsetLow, DWORD dwFileOffsetHigh,
              DWORD nNumberOfBytesToLockLow, DWORD nNumberOfBytesToLockHigh) {
    struct api_caller me;
    const struct request request = {
        .handle = hFile,
        .range = {wide(dwFileOffsetLow, dwFileOffsetHigh),
                  wide(nNumberOfBytesToLockLow, nNumberOfBytesToLockHigh)},
        .exclusive = true,
        .fails_at_once = true,
        .operation = {.kind = API_PENDING_LOCK}};
    NTSTATUS status = lock(&me, &request);
    return api_result(&me, status);
}

BOOL LockFileEx(HANDLE hFile, DWORD dwFlags, DWORD dwReserved, DWORD nNumberOfBytesToLockLow,
                DWORD nNumberOfBytesToLockHigh, LPOVERLAPPED lpOverlapped) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return FALSE;
    if (dwReserved)
        return api_fail(&me, ERROR_INVALID_PARAMETER);
    const struct request request = {
        .handle = hFile,
        .range = {wide(lpOverlapped->Offset, lpOverlapped->OffsetHigh),
                  wide(nNumberOfBytesToLockLow, nNumberOfBytesToLockHigh)},
        .exclusive = (dwFlags & LOCKFILE_EXCLUSIVE_LOCK) != 0,
        .fails_at_once = (dwFlags & LOCKFILE_FAIL_IMMEDIATELY) != 0,
        .operation = {.kind = API_PENDING_LOCK, .overlapped = lpOverlapped}};
    NTSTATUS status = lock(&me, &request);
    if (status == STATUS_PENDING)
        return api_fail(&me, ERROR_IO_PENDING);
    return api_result(&me, status);
}

BOOL UnlockFile(HANDLE hFile, DWORD dwFileOffsetLow, DWORD dwFileOffsetHigh,
                DWORD nNumberOfBytesToUnlockLow, DWORD nNumberOfBytesToUnlockHigh) {
    struct api_caller me;
    const struct request request = {
        .handle = hFile,
        .range = {wide(dwFileOffsetLow, dwFileOffsetHigh),
                  wide(nNumberOfBytesToUnlockLow, nNumberOfBytesToUnlockHigh)}};
    NTSTATUS status = unlock(&me, &request);
    return api_result(&me, status);
}

BOOL UnlockFileEx(HANDLE hFile, DWORD dwReserved, DWORD nNumberOfBytesToUnlockLow,
                  DWORD nNumberOfBytesToUnlockHigh, LPOVERLAPPED lpOverlapped) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return FALSE;
    if (dwReserved)
        return api_fail(&me, ERROR_INVALID_PARAMETER);
    return UnlockFile(hFile, lpOverlapped->Offset, lpOverlapped->OffsetHigh,
                      nNumberOfBytesToUnlockLow, nNumberOfBytesToUnlockHigh);
}

/* ---- native ---------------------------------------------------------------------------------- */

static NTSTATUS read_range(struct api_caller *me, const LARGE_INTEGER *offset,
                           const LARGE_INTEGER *length, struct range *range) {
    if (!api_caller_get(me))
        return STATUS_INVALID_HANDLE;
    NTSTATUS status = nt_read(me, &range->offset, offset, sizeof range->offset);
    return NT_SUCCESS(status) ? nt_read(me, &range->length, length, sizeof range->length) : status;
}

NTSTATUS NtLockFile(HANDLE FileHandle, HANDLE Event, PVOID ApcRoutine, PVOID ApcContext,
                    PIO_STATUS_BLOCK IoStatusBlock, PLARGE_INTEGER ByteOffset,
                    PLARGE_INTEGER Length, ULONG Key, BOOLEAN FailImmediately,
                    BOOLEAN ExclusiveLock) {
    struct api_caller me;
    struct request request = {.handle = FileHandle,
                              .key = Key,
                              .exclusive = ExclusiveLock != FALSE,
                              .fails_at_once = FailImmediately != FALSE,
                              .operation = {.kind = API_PENDING_LOCK,
                                            .native = true,
                                            .overlapped = (void *)IoStatusBlock,
                                            .event = Event}};
    (void)ApcContext;
    NTSTATUS status = read_range(&me, ByteOffset, Length, &request.range);
    if (NT_SUCCESS(status))
        status = nt_probe(&me, IoStatusBlock, sizeof *IoStatusBlock);
    if (NT_SUCCESS(status) && ApcRoutine)
        status = STATUS_NOT_SUPPORTED;
    return NT_SUCCESS(status) ? lock(&me, &request) : status;
}

NTSTATUS NtUnlockFile(HANDLE FileHandle, PIO_STATUS_BLOCK IoStatusBlock, PLARGE_INTEGER ByteOffset,
                      PLARGE_INTEGER Length, ULONG Key) {
    struct api_caller me;
    struct request request = {.handle = FileHandle, .key = Key};
    IO_STATUS_BLOCK result = {.Information = 0};
    NTSTATUS status = read_range(&me, ByteOffset, Length, &request.range);
    if (NT_SUCCESS(status))
        status = nt_probe(&me, IoStatusBlock, sizeof *IoStatusBlock);
    if (!NT_SUCCESS(status))
        return status;
    status = unlock(&me, &request);
    result.Status = status;
    nt_write(&me, IoStatusBlock, &result, sizeof result);
    return status;
}
