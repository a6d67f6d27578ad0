/*
 * win32_filtered.c - files of the disk with minifilters around what is done to them.
 *
 * A file gets its FILE_OBJECT when a filter sees it first. What nobody filters costs a look at an
 * empty list.
 */
#include "api/win32_filtered.h"

#include "api/nt.h"
#include "base/utf16.h"

enum { CREATED = 2, OPENED = 1 }; /* FILE_CREATED, FILE_OPENED */

static NTSTATUS status_of(DWORD error) {
    static const struct {
        DWORD error;
        NTSTATUS status;
    } rows[] = {{ERROR_SUCCESS, STATUS_SUCCESS},
                {ERROR_FILE_NOT_FOUND, STATUS_OBJECT_NAME_NOT_FOUND},
                {ERROR_PATH_NOT_FOUND, STATUS_OBJECT_PATH_NOT_FOUND},
                {ERROR_ACCESS_DENIED, STATUS_ACCESS_DENIED},
                {ERROR_SHARING_VIOLATION, STATUS_SHARING_VIOLATION},
                {ERROR_LOCK_VIOLATION, STATUS_FILE_LOCK_CONFLICT},
                {ERROR_FILE_EXISTS, STATUS_OBJECT_NAME_COLLISION},
                {ERROR_INVALID_PARAMETER, STATUS_INVALID_PARAMETER}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].error == error)
            return rows[i].status;
    return STATUS_UNSUCCESSFUL;
}

/* What the caller gets: its own error unless a filter has changed the status. */
static DWORD error_of(NTSTATUS status, DWORD own) {
    return status == status_of(own) ? own : RtlNtStatusToDosError(status);
}

static void *object_of(struct rd_world *w, struct api_file *file) {
    if (!file->filtered)
        file->filtered = io_filtered_file(w, api_disk_path(file));
    return file->filtered;
}

/* A driver asks, and not the program whose thread it runs on. */
static bool is_kernel(const struct api_caller *caller) {
    return caller->thread->tcb.kernel_depth > 0;
}

/* ---- opening --------------------------------------------------------------------------------- */

struct opening {
    struct api_caller *caller;
    struct api_disk_open *open;
    api_open_fn *now;
    void *file;
    DWORD error;
};

static NTSTATUS open_now(struct rd_world *w, void *context, uint64_t *information) {
    struct opening *opening = context;
    (void)w;
    opening->error = opening->now(opening->caller, opening->open, &opening->file);
    *information = opening->error ? 0 : opening->open->existed ? OPENED : CREATED;
    return status_of(opening->error);
}

/* Numbers of NtCreateFile for CREATE_NEW ... TRUNCATE_EXISTING. */
static uint32_t native_disposition(uint32_t disposition) {
    enum { SUPERSEDE = 0, OPEN, CREATE, OPEN_IF, OVERWRITE, OVERWRITE_IF };
    static const uint8_t rows[] = {[CREATE_NEW] = CREATE,
                                   [CREATE_ALWAYS] = OVERWRITE_IF,
                                   [OPEN_EXISTING] = OPEN,
                                   [OPEN_ALWAYS] = OPEN_IF,
                                   [TRUNCATE_EXISTING] = OVERWRITE};
    return disposition < sizeof rows ? rows[disposition] : SUPERSEDE;
}

uint32_t api_filtered_open(struct api_caller *caller, struct api_disk_open *open, void **file,
                           api_open_fn *now) {
    enum { NO_DIRECTORY = 0x40, DISPOSITION_SHIFT = 24 };
    char path[API_PATH_SIZE];
    struct rd_world *w = caller->w;
    struct opening opening = {.caller = caller, .open = open, .now = now};
    if (!io_filters_attached(w) || api_host_path(caller, open->name, path))
        return now(caller, open, file);
    void *object = io_filtered_file(w, path);
    struct io_filtered operation = {
        .major = IO_FILTERED_CREATE,
        .file = object,
        .kernel = is_kernel(caller),
        .access = ob_map_access(&api_file_type, open->access),
        .share = open->share,
        .options = native_disposition(open->disposition) << DISPOSITION_SHIFT | NO_DIRECTORY,
        .perform = open_now,
        .context = &opening};
    NTSTATUS status = io_filtered_perform(w, &operation);
    if (NT_SUCCESS(status) && opening.file) {
        ((struct api_file *)opening.file)->filtered = object;
        *file = opening.file;
        return ERROR_SUCCESS;
    }
    if (opening.file) { /* opened, but a filter does not let it pass */
        api_disk_closed(w, opening.file);
        ob_dereference(w, opening.file);
    }
    ob_dereference(w, object);
    return NT_SUCCESS(status) ? ERROR_GEN_FAILURE : error_of(status, opening.error);
}

/* ---- reading and writing --------------------------------------------------------------------- */

struct transferring {
    struct api_caller *caller;
    struct api_file *file;
    struct api_transfer *transfer;
    api_transfer_fn *now;
    DWORD error;
    bool writes;
};

static NTSTATUS transfer_now(struct rd_world *w, void *context, uint64_t *information) {
    struct transferring *t = context;
    (void)w;
    t->error = t->now(t->caller, t->file, t->transfer);
    *information = t->transfer->done;
    if (!t->error && !t->writes && t->transfer->size && !t->transfer->done)
        return STATUS_END_OF_FILE;
    return status_of(t->error);
}

static DWORD transfer(struct transferring *t) {
    struct rd_world *w = t->caller->w;
    if (!io_filters_attached(w))
        return t->now(t->caller, t->file, t->transfer);
    struct io_filtered operation = {.major = t->writes ? IO_FILTERED_WRITE : IO_FILTERED_READ,
                                    .file = object_of(w, t->file),
                                    .kernel = is_kernel(t->caller),
                                    .buffer = t->transfer->bytes,
                                    .length = (uint32_t)t->transfer->size,
                                    .offset = t->file->position,
                                    .perform = transfer_now,
                                    .context = t};
    NTSTATUS status = io_filtered_perform(w, &operation);
    bool done = NT_SUCCESS(status) && operation.information <= t->transfer->size;
    t->transfer->done = done ? (size_t)operation.information : 0;
    return status == STATUS_END_OF_FILE ? ERROR_SUCCESS : error_of(status, t->error);
}

DWORD api_filtered_read(struct api_caller *caller, struct api_file *file,
                        struct api_transfer *request, api_transfer_fn *now) {
    return transfer(
        &(struct transferring){.caller = caller, .file = file, .transfer = request, .now = now});
}

DWORD api_filtered_write(struct api_caller *caller, struct api_file *file,
                         struct api_transfer *request, api_transfer_fn *now) {
    return transfer(&(struct transferring){
        .caller = caller, .file = file, .transfer = request, .now = now, .writes = true});
}

/* ---- properties ------------------------------------------------------------------------------ */

struct setting {
    const struct api_property *property;
    DWORD error;
};

static NTSTATUS set_now(struct rd_world *w, void *context, uint64_t *information) {
    struct setting *setting = context;
    (void)information;
    setting->error = setting->property->now(w, setting->property->context);
    return status_of(setting->error);
}

static DWORD set(struct api_caller *caller, void *object, const struct api_property *property) {
    struct setting setting = {.property = property};
    struct io_filtered operation = {.major = IO_FILTERED_SET_INFORMATION,
                                    .file = object,
                                    .kernel = is_kernel(caller),
                                    .information_class = property->information_class,
                                    .buffer = property->value,
                                    .length = property->size,
                                    .perform = set_now,
                                    .context = &setting};
    NTSTATUS status = io_filtered_perform(caller->w, &operation);
    return error_of(status, setting.error);
}

DWORD api_filtered_set(struct api_caller *caller, struct api_file *file,
                       const struct api_property *property) {
    if (!io_filters_attached(caller->w))
        return property->now(caller->w, property->context);
    return set(caller, object_of(caller->w, file), property);
}

static NTSTATUS find_now(struct rd_world *w, void *context, uint64_t *information) {
    struct host_file_info info;
    (void)w;
    *information = OPENED;
    return host_file_query(context, &info) == 0 ? STATUS_SUCCESS : STATUS_OBJECT_NAME_NOT_FOUND;
}

DWORD api_filtered_set_by_path(struct api_caller *caller, const char *path,
                               const struct api_property *property) {
    struct rd_world *w = caller->w;
    if (!io_filters_attached(w))
        return property->now(w, property->context);
    void *object = io_filtered_file(w, path);
    struct io_filtered operation = {.major = IO_FILTERED_CREATE,
                                    .file = object,
                                    .kernel = is_kernel(caller),
                                    .access = DELETE,
                                    .share = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                                    .options = native_disposition(OPEN_EXISTING) << 24,
                                    .perform = find_now,
                                    .context = (void *)(uintptr_t)path};
    NTSTATUS status = io_filtered_perform(w, &operation);
    if (!NT_SUCCESS(status)) {
        ob_dereference(w, object);
        return RtlNtStatusToDosError(status);
    }
    DWORD error = set(caller, object, property);
    struct io_filtered cleanup = {.major = IO_FILTERED_CLEANUP, .file = object};
    io_filtered_perform(w, &cleanup);
    io_filtered_close(w, object);
    return error;
}

static DWORD rename_now(struct rd_world *w, void *context) {
    const struct api_renaming *renaming = context;
    return api_disk_rename(w, renaming->from, renaming->to, renaming->replaces);
}

/* FILE_RENAME_INFORMATION: the new name as NT writes it. */
struct rename_information {
    uint32_t replace;
    void *root;
    uint32_t length;
    uint16_t name[API_PATH_SIZE];
};

static uint32_t describe_new_name(struct rd_world *w, struct rename_information *information,
                                  const char *path) {
    const char *drive = strchr(path, ':');
    char *name = (char *)(uintptr_t)core_textf(w, "\\??\\C:%s", drive ? drive + 1 : path);
    for (char *c = name; *c; c++)
        if (*c == '/')
            *c = '\\';
    size_t bytes = strlen(name);
    size_t units = base_utf8_to_16(name, bytes, information->name, API_PATH_SIZE);
    information->length = (uint32_t)(units * sizeof information->name[0]);
    return (uint32_t)offsetof(struct rename_information, name) + information->length;
}

DWORD api_filtered_rename(struct api_caller *caller, struct api_file *file,
                          const struct api_renaming *renaming) {
    struct rename_information information = {.replace = renaming->replaces};
    struct api_property property = {.information_class = API_FILE_RENAME,
                                    .value = &information,
                                    .size =
                                        describe_new_name(caller->w, &information, renaming->to),
                                    .now = rename_now,
                                    .context = (void *)(uintptr_t)renaming};
    return api_filtered_set(caller, file, &property);
}

/* ---- closing --------------------------------------------------------------------------------- */

static NTSTATUS close_now(struct rd_world *w, void *context, uint64_t *information) {
    (void)information;
    api_disk_closed(w, context);
    return STATUS_SUCCESS;
}

/* Filters run meanwhile: the file must stay until the reference of the handle goes. */
void api_filtered_cleanup(struct rd_world *w, struct api_file *file) {
    if (!w->ke->current || !io_filters_attached(w)) {
        api_disk_closed(w, file);
        return;
    }
    struct io_filtered operation = {.major = IO_FILTERED_CLEANUP,
                                    .file = object_of(w, file),
                                    .perform = close_now,
                                    .context = file};
    ob_reference(file);
    io_filtered_perform(w, &operation);
    if (ob_header_of(file)->pointer_count == 2) { /* the handle's reference is the last one */
        io_filtered_close(w, file->filtered);
        file->filtered = NULL;
    }
    ob_dereference(w, file);
}

void api_filtered_deleted(struct rd_world *w, struct api_file *file) {
    if (file->filtered)
        io_filtered_close_later(w, file->filtered);
    api_disk_deleted(w, file);
}
