/*
 * win32_disk_info.c - what is known of an open file: asked for and told, by the numbers of
 * FILE_INFORMATION_CLASS, for programs and drivers alike.
 */
#include "api/disk.h"
#include "api/win32_filtered.h"
#include "io/request.h"
#include "ldr/crt_state.h"

enum what {
    BASIC = 4,
    STANDARD = 5,
    INTERNAL = 6,
    NAME = 9,
    RENAME = 10,
    DISPOSITION = 13,
    POSITION = 14,
    ALLOCATION = 19,
    END_OF_FILE = 20,
    NETWORK_OPEN = 34,
    ATTRIBUTE_TAG = 35,
    ID = 59,
    DISPOSITION_EX = 64,
    RENAME_EX = 65,
};

enum { CLUSTER = 4096 };

/* The file behind the handle, with that right. */
static NTSTATUS file_of(struct api_caller *me, const void *handle, uint32_t access,
                        struct api_file **file) {
    void *body;
    uint64_t value = api_value(handle);
    NTSTATUS status = api_object(me, handle, 0, NULL, KE_WRITE, &body);
    if (!NT_SUCCESS(status))
        return status;
    const struct ob_type *type = ob_header_of(body)->type;
    if (type == &io_file_type)
        return STATUS_INVALID_DEVICE_REQUEST;
    if (type != &api_file_type)
        return STATUS_OBJECT_TYPE_MISMATCH;
    *file = body;
    const struct ob_handle_table *table = api_handle_table(me, &value);
    if ((ob_entry(table, value)->access & access) != access)
        return STATUS_ACCESS_DENIED;
    if ((*file)->kind != API_FILE_DISK)
        return STATUS_INVALID_DEVICE_REQUEST;
    api_disk_touch(me->w, (*file)->disk, CORE_WRITE);
    return STATUS_SUCCESS;
}

static NTSTATUS status_of(DWORD error) {
    switch (error) {
    case ERROR_SUCCESS:
        return STATUS_SUCCESS;
    case ERROR_FILE_NOT_FOUND:
        return STATUS_OBJECT_NAME_NOT_FOUND;
    case ERROR_PATH_NOT_FOUND:
        return STATUS_OBJECT_PATH_NOT_FOUND;
    case ERROR_ALREADY_EXISTS:
        return STATUS_OBJECT_NAME_COLLISION;
    case ERROR_ACCESS_DENIED:
        return STATUS_ACCESS_DENIED;
    default:
        return STATUS_INVALID_PARAMETER;
    }
}

static struct host_file_info host_info(const struct api_file *file) {
    struct host_file_info info = {.writable = true};
    host_file_query(file->disk->record->path, &info);
    if (info.kind == HOST_FILE_DIRECTORY)
        info.size = 0;
    return info;
}

/* ---- asked for ------------------------------------------------------------------------------- */

struct answer {
    struct api_file *file;
    void *bytes;
    size_t size, done;
};

static void put_basic(struct answer *answer) {
    const struct api_record *record = answer->file->disk->record;
    const struct host_file_info info = host_info(answer->file);
    FILE_BASIC_INFO *out = answer->bytes;
    out->CreationTime.QuadPart = (LONGLONG)record->times[API_CREATED];
    out->LastAccessTime.QuadPart = (LONGLONG)record->times[API_ACCESSED];
    out->LastWriteTime.QuadPart = (LONGLONG)record->times[API_WRITTEN];
    out->ChangeTime.QuadPart = (LONGLONG)record->times[API_CHANGED];
    out->FileAttributes = api_attributes(record, &info);
}

static uint64_t allocation_of(uint64_t size) {
    return (size + CLUSTER - 1) & ~(uint64_t)(CLUSTER - 1);
}

static void put_standard(struct answer *answer) {
    const struct host_file_info info = host_info(answer->file);
    const struct api_disk *disk = answer->file->disk;
    FILE_STANDARD_INFO *out = answer->bytes;
    out->AllocationSize.QuadPart = (LONGLONG)allocation_of(info.size);
    out->EndOfFile.QuadPart = (LONGLONG)info.size;
    out->NumberOfLinks = disk->delete_pending ? 0 : 1;
    out->DeletePending = disk->delete_pending;
    out->Directory = info.kind == HOST_FILE_DIRECTORY;
}

static void put_internal(struct answer *answer) {
    uint64_t number = answer->file->disk->record->number;
    memcpy(answer->bytes, &number, sizeof number);
}

static void put_position(struct answer *answer) {
    memcpy(answer->bytes, &answer->file->position, sizeof answer->file->position);
}

static void put_network_open(struct answer *answer) {
    const struct api_record *record = answer->file->disk->record;
    const struct host_file_info info = host_info(answer->file);
    struct {
        uint64_t times[API_TIMES], allocation, size;
        uint32_t attributes, padding;
    } out = {.allocation = allocation_of(info.size),
             .size = info.size,
             .attributes = api_attributes(record, &info)};
    memcpy(out.times, record->times, sizeof out.times);
    memcpy(answer->bytes, &out, sizeof out);
}

static void put_attribute_tag(struct answer *answer) {
    const struct host_file_info info = host_info(answer->file);
    FILE_ATTRIBUTE_TAG_INFO *out = answer->bytes;
    out->FileAttributes = api_attributes(answer->file->disk->record, &info);
    out->ReparseTag = 0;
}

static void put_id(struct answer *answer) {
    FILE_ID_INFO *out = answer->bytes;
    memset(out, 0, sizeof *out);
    out->VolumeSerialNumber = API_VOLUME;
    memcpy(out->FileId.Identifier, &answer->file->disk->record->number, sizeof(uint32_t));
}

/* Without its drive; what does not fit is cut. */
static NTSTATUS put_name(struct answer *answer) {
    char name[API_PATH_SIZE + 1] = "\\";
    FILE_NAME_INFO *out = answer->bytes;
    const char *path = answer->file->disk->record->path;
    size_t used = 1, room = (answer->size - offsetof(FILE_NAME_INFO, FileName)) / sizeof(WCHAR);
    if (strcmp(path, ".") != 0)
        for (path += *path == '/'; *path; path++)
            name[used++] = (char)(*path == '/' ? '\\' : *path);
    size_t units = base_utf8_to_16(name, used, out->FileName, room);
    bool fits = units <= room;
    out->FileNameLength = (DWORD)(units * sizeof(WCHAR));
    answer->done = offsetof(FILE_NAME_INFO, FileName) + (fits ? units : room) * sizeof(WCHAR);
    return fits ? STATUS_SUCCESS : STATUS_BUFFER_OVERFLOW;
}

static const struct {
    uint32_t what, access;
    size_t size;
    void (*put)(struct answer *answer);
} questions[] = {
    {BASIC, FILE_READ_ATTRIBUTES, sizeof(FILE_BASIC_INFO), put_basic},
    {STANDARD, 0, sizeof(FILE_STANDARD_INFO), put_standard},
    {INTERNAL, 0, sizeof(uint64_t), put_internal},
    {NAME, 0, sizeof(FILE_NAME_INFO), NULL},
    {POSITION, 0, sizeof(uint64_t), put_position},
    {NETWORK_OPEN, FILE_READ_ATTRIBUTES, 7 * sizeof(uint64_t), put_network_open},
    {ATTRIBUTE_TAG, FILE_READ_ATTRIBUTES, sizeof(FILE_ATTRIBUTE_TAG_INFO), put_attribute_tag},
    {ID, FILE_READ_ATTRIBUTES, sizeof(FILE_ID_INFO), put_id},
};

NTSTATUS api_disk_query(struct api_caller *caller, struct api_disk_information *information) {
    struct answer answer = {.bytes = information->bytes, .size = information->size};
    size_t i = 0;
    while (i < ARRAYSIZE(questions) && questions[i].what != information->what)
        i++;
    if (i == ARRAYSIZE(questions))
        return STATUS_INVALID_INFO_CLASS;
    if (information->size < questions[i].size)
        return STATUS_INFO_LENGTH_MISMATCH;
    NTSTATUS status = file_of(caller, information->handle, questions[i].access, &answer.file);
    if (!NT_SUCCESS(status))
        return status;
    answer.done = questions[i].size;
    if (questions[i].put)
        questions[i].put(&answer);
    else
        status = put_name(&answer);
    information->done = answer.done;
    return status;
}

/* ---- told ------------------------------------------------------------------------------------ */

struct order {
    struct api_caller *me;
    struct api_file *file;
    const void *bytes;
    size_t size;
    NTSTATUS (*set)(const struct order *order);
    NTSTATUS status; /* what that led to */
};

/* 0 leaves a time as it is; -1 and -2 say whether what goes through this open changes it. */
static NTSTATUS set_basic(const struct order *order) {
    const FILE_BASIC_INFO *in = order->bytes;
    const LONGLONG times[API_TIMES] = {in->CreationTime.QuadPart, in->LastAccessTime.QuadPart,
                                       in->LastWriteTime.QuadPart, in->ChangeTime.QuadPart};
    struct api_record *record = order->file->disk->record;
    for (int i = 0; i < API_TIMES; i++)
        if (times[i] < -2)
            return STATUS_INVALID_PARAMETER;
    if ((in->FileAttributes & FILE_ATTRIBUTE_DIRECTORY) && !order->file->directory)
        return STATUS_INVALID_PARAMETER;
    if (in->FileAttributes) {
        DWORD error = api_set_attributes(order->me->w, record, in->FileAttributes);
        if (error)
            return status_of(error);
    }
    for (int i = 0; i < API_TIMES; i++)
        if (times[i] > 0)
            record->times[i] = (uint64_t)times[i];
    if (times[API_WRITTEN])
        order->file->keeps_written = times[API_WRITTEN] != -2;
    return STATUS_SUCCESS;
}

static void count_name(void *context, const char *name) {
    (void)name;
    ++*(size_t *)context;
}

static NTSTATUS dispose(const struct order *order, bool deletes, bool also_read_only) {
    struct api_disk *disk = order->file->disk;
    const struct host_file_info info = host_info(order->file);
    size_t names = 0;
    if (deletes && info.kind == HOST_FILE_REGULAR && !info.writable && !also_read_only)
        return STATUS_CANNOT_DELETE;
    if (deletes && disk->sections)
        return STATUS_CANNOT_DELETE;
    if (deletes && info.kind == HOST_FILE_DIRECTORY)
        host_file_list(disk->record->path, count_name, &names);
    if (names)
        return STATUS_DIRECTORY_NOT_EMPTY;
    disk->delete_pending = deletes;
    return STATUS_SUCCESS;
}

static NTSTATUS set_disposition(const struct order *order) {
    return dispose(order, *(const BOOLEAN *)order->bytes != FALSE, false);
}

/* The name stays until the last handle goes, with FILE_DISPOSITION_FLAG_POSIX_SEMANTICS, too. */
static NTSTATUS set_disposition_ex(const struct order *order) {
    DWORD flags = ((const FILE_DISPOSITION_INFO_EX *)order->bytes)->Flags;
    bool deletes = (flags & FILE_DISPOSITION_FLAG_DELETE) != 0;
    if (flags & FILE_DISPOSITION_FLAG_ON_CLOSE) {
        order->file->delete_on_close = deletes;
        return STATUS_SUCCESS;
    }
    return dispose(order, deletes, (flags & FILE_DISPOSITION_FLAG_IGNORE_READONLY_ATTRIBUTE) != 0);
}

/* The host's path of the new name. */
static NTSTATUS decode_name(const struct order *order, char path[API_PATH_SIZE]) {
    const FILE_RENAME_INFO *in = order->bytes;
    char name[API_PATH_SIZE];
    size_t bytes = in->FileNameLength;
    if (!bytes || bytes % sizeof(WCHAR) || in->RootDirectory ||
        bytes > order->size - offsetof(FILE_RENAME_INFO, FileName))
        return STATUS_INVALID_PARAMETER;
    size_t length = base_utf16_to_8(in->FileName, bytes / sizeof(WCHAR), name, sizeof name - 1);
    if (length >= sizeof name)
        return STATUS_OBJECT_NAME_INVALID;
    name[length] = '\0';
    const char *from = order->file->disk->record->path;
    size_t directory = (size_t)(ldr_base_name(from) - from);
    if (strncmp(name, "\\?\?\\", 4) == 0)
        return status_of(api_host_path(order->me, name + 4, path));
    if (*name == '\\' || directory + length >= API_PATH_SIZE)
        return STATUS_OBJECT_PATH_SYNTAX_BAD;
    memcpy(path, from, directory); /* beside the old one */
    memcpy(path + directory, name, length + 1);
    return strpbrk(name, "\\/:") ? STATUS_OBJECT_NAME_INVALID : STATUS_SUCCESS;
}

DWORD api_disk_rename(struct rd_world *w, const char *from, const char *to, bool replaces) {
    struct host_file_info info;
    if (strcmp(from, to) == 0)
        return ERROR_SUCCESS;
    if (host_file_query(to, &info) == 0) {
        if (!replaces)
            return ERROR_ALREADY_EXISTS;
        if (info.kind == HOST_FILE_DIRECTORY || !info.writable || api_record_of(w, to)->disk)
            return ERROR_ACCESS_DENIED;
        host_file_remove(to);
    }
    int error = host_file_rename(from, to);
    if (error)
        return error == CRT_ENOENT ? ERROR_PATH_NOT_FOUND : api_host_error(error);
    api_record_renamed(w, from, to);
    return ERROR_SUCCESS;
}

static NTSTATUS set_rename(const struct order *order) {
    char to[API_PATH_SIZE];
    const FILE_RENAME_INFO *in = order->bytes;
    NTSTATUS status = decode_name(order, to);
    if (!NT_SUCCESS(status))
        return status;
    return status_of(api_disk_rename(order->me->w, order->file->disk->record->path, to,
                                     in->ReplaceIfExists != FALSE));
}

static NTSTATUS resize(const struct order *order, int64_t size) {
    intptr_t host;
    if (order->file->directory || size < 0)
        return STATUS_INVALID_PARAMETER;
    if ((uint64_t)size < order->file->disk->mapped)
        return STATUS_USER_MAPPED_FILE;
    int error = host_file_open(order->file->disk->record->path, HOST_FILE_WRITE, &host);
    if (!error) {
        error = host_file_resize(host, size);
        host_file_close(host);
    }
    if (error)
        return status_of(api_host_error(error));
    api_record_written(order->me->w, order->file);
    return STATUS_SUCCESS;
}

static NTSTATUS set_end(const struct order *order) {
    int64_t size;
    memcpy(&size, order->bytes, sizeof size);
    return resize(order, size);
}

/* Space beyond the end is not kept; less of it cuts the file. */
static NTSTATUS set_allocation(const struct order *order) {
    int64_t size;
    memcpy(&size, order->bytes, sizeof size);
    return size >= (int64_t)host_info(order->file).size ? STATUS_SUCCESS : resize(order, size);
}

static NTSTATUS set_position(const struct order *order) {
    int64_t position;
    memcpy(&position, order->bytes, sizeof position);
    if (position < 0)
        return STATUS_INVALID_PARAMETER;
    order->file->position = position;
    return STATUS_SUCCESS;
}

static const struct {
    uint32_t what, access;
    size_t size;
    NTSTATUS (*set)(const struct order *order);
} orders[] = {
    {BASIC, FILE_WRITE_ATTRIBUTES, sizeof(FILE_BASIC_INFO), set_basic},
    {RENAME, DELETE, sizeof(FILE_RENAME_INFO), set_rename},
    {DISPOSITION, DELETE, sizeof(BOOLEAN), set_disposition},
    {POSITION, 0, sizeof(int64_t), set_position},
    {ALLOCATION, FILE_WRITE_DATA, sizeof(int64_t), set_allocation},
    {END_OF_FILE, FILE_WRITE_DATA, sizeof(int64_t), set_end},
    {DISPOSITION_EX, DELETE, sizeof(FILE_DISPOSITION_INFO_EX), set_disposition_ex},
    {RENAME_EX, DELETE, sizeof(FILE_RENAME_INFO), set_rename},
};

static DWORD set_now(struct rd_world *w, void *context) {
    struct order *order = context;
    (void)w;
    order->status = order->set(order);
    return NT_SUCCESS(order->status) ? ERROR_SUCCESS : api_error_of(order->status);
}

NTSTATUS api_disk_set(struct api_caller *caller, const struct api_disk_information *information) {
    struct order order = {.me = caller, .bytes = information->bytes, .size = information->size};
    size_t i = 0;
    while (i < ARRAYSIZE(orders) && orders[i].what != information->what)
        i++;
    if (i == ARRAYSIZE(orders))
        return STATUS_INVALID_INFO_CLASS;
    if (information->size < orders[i].size)
        return STATUS_INFO_LENGTH_MISMATCH;
    NTSTATUS status = file_of(caller, information->handle, orders[i].access, &order.file);
    if (!NT_SUCCESS(status))
        return status;
    order.set = orders[i].set;
    struct api_property property = {.information_class = information->what,
                                    .value = information->bytes,
                                    .size = (uint32_t)information->size,
                                    .now = set_now,
                                    .context = &order};
    DWORD error = api_filtered_set(caller, order.file, &property);
    bool own = !NT_SUCCESS(order.status) && error == api_error_of(order.status);
    return own ? order.status : status_of(error);
}
