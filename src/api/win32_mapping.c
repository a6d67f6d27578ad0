/*
 * win32_mapping.c - sections: memory that processes share, with or without a file behind it.
 *
 * All simulated processes live in one address space of the host, so a view is a part of the
 * section's own memory and has the same address in every process; a copy-on-write view is a copy.
 * A view keeps its section alive when all handles have gone. What a program changed reaches the
 * file with FlushViewOfFile, with the end of a view, and with the end of the memory.
 */
#include "api/win32_disk.h"

enum { PAGE = 0x1000, GRANULARITY = 0x10000 };

static const uint64_t section_max = (uint64_t)1 << 29;

/* All sections of one file share it. */
struct memory {
    char *block, *base;
    size_t size;
    uint32_t references;
    void *file;  /* the file's api_disk, referenced; NULL: the paging file */
    void **slot; /* where that remembers this memory */
    const char *path;
    bool writable;
};

struct api_section {
    struct memory *memory;
    uint64_t size;
    DWORD protect;
};

/* ---- memory ---------------------------------------------------------------------------------- */

static void write_back(const struct memory *memory, size_t offset, size_t size) {
    intptr_t file;
    int64_t position;
    size_t done = 0, part = 1;
    if (!memory->file || !memory->writable ||
        host_file_open(memory->path, HOST_FILE_WRITE, &file) != 0)
        return;
    int error = host_file_seek(file, (int64_t)offset, HOST_FILE_SET, &position);
    while (!error && done < size && part) {
        error = host_file_write(file, memory->base + offset + done, size - done, &part);
        done += part;
    }
    host_file_close(file);
}

static void read_in(const struct memory *memory) {
    intptr_t file;
    size_t done = 0, part = 1;
    if (host_file_open(memory->path, HOST_FILE_READ, &file) != 0)
        return;
    while (done < memory->size && part) {
        if (host_file_read(file, memory->base + done, memory->size - done, &part) != 0)
            break;
        done += part;
    }
    host_file_close(file);
}

uint64_t api_mapped_size(const struct api_disk *disk) {
    const struct memory *memory = disk->mapping;
    return memory ? memory->size : 0;
}

static struct memory *memory_new(struct rd_world *w, size_t size) {
    struct memory *memory = core_alloc(w, sizeof *memory);
    memory->block = core_alloc(w, size + GRANULARITY);
    uintptr_t base = (uintptr_t)memory->block + GRANULARITY - 1;
    memory->base = (char *)(base & ~(uintptr_t)(GRANULARITY - 1));
    memory->size = size;
    memory->references = 1;
    return memory;
}

static void memory_drop(struct rd_world *w, struct memory *memory) {
    if (--memory->references)
        return;
    write_back(memory, 0, memory->size);
    if (memory->slot && *memory->slot == memory)
        *memory->slot = NULL;
    if (memory->file)
        ob_dereference(w, memory->file);
    core_free(w, memory->block, memory->size + GRANULARITY);
    core_free(w, memory, sizeof *memory);
}

/* A file becomes at least as large as a section of it that may be written to. */
static DWORD fit_file(const char *path, uint64_t *size, bool writable) {
    struct host_file_info info;
    intptr_t file;
    if (host_file_query(path, &info) != 0)
        return ERROR_FILE_NOT_FOUND;
    if (!*size && !info.size)
        return ERROR_FILE_INVALID;
    if (!*size)
        *size = info.size;
    if (*size <= info.size)
        return ERROR_SUCCESS;
    if (!writable)
        return ERROR_NOT_ENOUGH_MEMORY;
    if (host_file_open(path, HOST_FILE_WRITE, &file) != 0)
        return ERROR_ACCESS_DENIED;
    int error = host_file_resize(file, (int64_t)*size);
    host_file_close(file);
    return error ? ERROR_DISK_FULL : ERROR_SUCCESS;
}

static struct memory *memory_of_file(struct rd_world *w, struct api_file *file, uint64_t size,
                                     bool writable) {
    void **slot = api_disk_mapping(file);
    struct memory *memory = *slot;
    if (memory && memory->size >= size) {
        memory->references++;
        memory->writable |= writable;
        return memory;
    }
    memory = memory_new(w, (size_t)size);
    memory->file = file->disk;
    memory->path = api_disk_path(file);
    memory->slot = slot;
    memory->writable = writable;
    ob_reference(file->disk);
    read_in(memory);
    *slot = memory;
    return memory;
}

/* ---- sections -------------------------------------------------------------------------------- */

static void deleted(struct rd_world *w, void *body) {
    struct api_section *section = body;
    if (section->memory)
        memory_drop(w, section->memory);
}

static const struct ob_type section_type = {
    .name = "Section",
    .body_size = sizeof(struct api_section),
    .valid_access = SECTION_ALL_ACCESS,
    .generic_read = STANDARD_RIGHTS_READ | SECTION_QUERY | SECTION_MAP_READ,
    .generic_write = STANDARD_RIGHTS_WRITE | SECTION_MAP_WRITE,
    .generic_execute = STANDARD_RIGHTS_EXECUTE | SECTION_MAP_EXECUTE,
    .generic_all = SECTION_ALL_ACCESS,
    .on_close = ob_no_close,
    .on_last_handle = ob_no_action,
    .on_delete = deleted,
};

static bool may_write(DWORD protect) {
    return (protect & (PAGE_READWRITE | PAGE_EXECUTE_READWRITE)) != 0;
}

struct request {
    HANDLE file;
    const SECURITY_ATTRIBUTES *attributes;
    DWORD protect;
    uint64_t size;
    struct api_name name;
};

static DWORD check_protection(DWORD protect) {
    enum { ATTRIBUTES = SEC_COMMIT | SEC_RESERVE | SEC_NOCACHE | SEC_LARGE_PAGES };
    switch (protect & 0xFFFF) {
    case PAGE_READONLY:
    case PAGE_READWRITE:
    case PAGE_WRITECOPY:
    case PAGE_EXECUTE_READ:
    case PAGE_EXECUTE_READWRITE:
    case PAGE_EXECUTE_WRITECOPY:
        return protect & 0xFFFF0000 & ~(DWORD)ATTRIBUTES ? ERROR_INVALID_PARAMETER : ERROR_SUCCESS;
    default:
        return ERROR_INVALID_PARAMETER;
    }
}

/* The file behind the section, with the rights that the protection needs; NULL for none. */
static DWORD file_of(struct api_caller *me, const struct request *request, struct api_file **file) {
    void *body = NULL;
    uint32_t access = FILE_READ_DATA | (may_write(request->protect) ? FILE_WRITE_DATA : 0);
    *file = NULL;
    if (!request->file || request->file == INVALID_HANDLE_VALUE)
        return request->size ? ERROR_SUCCESS : ERROR_INVALID_PARAMETER;
    NTSTATUS status = api_object(me, request->file, access, &api_file_type, KE_WRITE, &body);
    if (!NT_SUCCESS(status))
        return api_error_of(status);
    *file = body;
    return (*file)->kind == API_FILE_DISK ? ERROR_SUCCESS : ERROR_BAD_EXE_FORMAT;
}

static DWORD fill(struct api_caller *me, struct api_section *section, struct api_file *file,
                  const struct request *request) {
    uint64_t size = request->size;
    bool writable = may_write(request->protect);
    DWORD error = file ? fit_file(api_disk_path(file), &size, writable) : ERROR_SUCCESS;
    if (error)
        return error;
    if (size > section_max)
        return ERROR_NOT_ENOUGH_MEMORY;
    section->size = size;
    section->protect = request->protect;
    size_t pages = ((size_t)size + PAGE - 1) & ~(size_t)(PAGE - 1);
    section->memory = file ? memory_of_file(me->w, file, size, writable) : memory_new(me->w, pages);
    return ERROR_SUCCESS;
}

static HANDLE create(const struct request *request) {
    struct api_caller me;
    struct api_file *file;
    char name[API_NAME_MAX];
    struct api_created created = {.access = SECTION_ALL_ACCESS, .attributes = request->attributes};
    if (!api_caller_get(&me))
        return NULL;
    DWORD error = check_protection(request->protect);
    if (!error)
        error = file_of(&me, request, &file);
    if (error)
        return api_handle((uint64_t)api_fail(&me, error));
    if (!api_object_name(&me, request->name, name))
        return NULL;
    if (*name)
        ke_point(me.w, 0, KE_NOTHING);
    else
        api_table_point(&me);
    struct api_section *section =
        ob_create_named(me.w, &section_type, name, &created.existing, &created.status);
    if (section && !created.existing && (error = fill(&me, section, file, request)) != 0) {
        ob_dereference(me.w, section);
        return api_handle((uint64_t)api_fail(&me, error));
    }
    created.body = section;
    return api_created_handle(&me, &created);
}

HANDLE CreateFileMappingA(HANDLE hFile, LPSECURITY_ATTRIBUTES lpFileMappingAttributes,
                          DWORD flProtect, DWORD dwMaximumSizeHigh, DWORD dwMaximumSizeLow,
                          LPCSTR lpName) {
    return create(&(struct request){hFile,
                                    lpFileMappingAttributes,
                                    flProtect,
                                    (uint64_t)dwMaximumSizeHigh << 32 | dwMaximumSizeLow,
                                    {.a = lpName}});
}

HANDLE CreateFileMappingW(HANDLE hFile, LPSECURITY_ATTRIBUTES lpFileMappingAttributes,
                          DWORD flProtect, DWORD dwMaximumSizeHigh, DWORD dwMaximumSizeLow,
                          LPCWSTR lpName) {
    return create(&(struct request){hFile,
                                    lpFileMappingAttributes,
                                    flProtect,
                                    (uint64_t)dwMaximumSizeHigh << 32 | dwMaximumSizeLow,
                                    {.w = lpName}});
}

/* FILE_MAP_COPY alone means to read, FILE_MAP_EXECUTE has a bit of its own. */
static uint32_t section_access(DWORD access) {
    if (access == FILE_MAP_COPY)
        return SECTION_MAP_READ;
    if (access & FILE_MAP_EXECUTE)
        access = (access & ~(DWORD)FILE_MAP_EXECUTE) | SECTION_MAP_EXECUTE;
    return access;
}

HANDLE OpenFileMappingA(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCSTR lpName) {
    return api_open_handle(&(struct api_open){
        &section_type, {.a = lpName}, section_access(dwDesiredAccess), bInheritHandle});
}

HANDLE OpenFileMappingW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpName) {
    return api_open_handle(&(struct api_open){
        &section_type, {.w = lpName}, section_access(dwDesiredAccess), bInheritHandle});
}

/* ---- views ----------------------------------------------------------------------------------- */

static DWORD view_protection(DWORD access) {
    if (access == FILE_MAP_COPY)
        return PAGE_WRITECOPY;
    bool executes = (access & FILE_MAP_EXECUTE) != 0;
    if (access & FILE_MAP_WRITE)
        return executes ? PAGE_EXECUTE_READWRITE : PAGE_READWRITE;
    return executes ? PAGE_EXECUTE_READ : PAGE_READONLY;
}

static void add_view(struct api_caller *me, struct api_section *section, struct api_region view) {
    struct api_region *region = core_alloc(me->w, sizeof *region);
    char *at = section->memory->base + (size_t)(uintptr_t)view.base;
    *region = view;
    region->base = at;
    region->state = MEM_COMMIT;
    region->section = section;
    if (view.protect == PAGE_WRITECOPY) {
        region->block = core_alloc(me->w, view.size + GRANULARITY);
        uintptr_t base = (uintptr_t)region->block + GRANULARITY - 1;
        region->base = (char *)(base & ~(uintptr_t)(GRANULARITY - 1));
        memcpy(region->base, at, view.size);
    }
    ob_reference(section);
    /* In front, so that it is this view that is found at its address. */
    base_list_push_front(&api_process_data(me->w, me->process)->regions, &region->link);
}

LPVOID MapViewOfFileEx(HANDLE hFileMappingObject, DWORD dwDesiredAccess, DWORD dwFileOffsetHigh,
                       DWORD dwFileOffsetLow, SIZE_T dwNumberOfBytesToMap, LPVOID lpBaseAddress) {
    struct api_caller me;
    void *body;
    uint64_t offset = (uint64_t)dwFileOffsetHigh << 32 | dwFileOffsetLow;
    if (!api_caller_get(&me))
        return NULL;
    DWORD protect = view_protection(dwDesiredAccess);
    uint32_t access = protect == PAGE_READWRITE || protect == PAGE_EXECUTE_READWRITE
                          ? SECTION_MAP_WRITE
                          : SECTION_MAP_READ;
    NTSTATUS status = api_object(&me, hFileMappingObject, access, &section_type, KE_WRITE, &body);
    if (!api_result(&me, status))
        return NULL;
    struct api_section *section = body;
    DWORD error = ERROR_SUCCESS;
    if (offset % GRANULARITY || (uintptr_t)lpBaseAddress % GRANULARITY)
        error = ERROR_MAPPED_ALIGNMENT;
    else if (offset >= section->size || dwNumberOfBytesToMap > section->size - offset)
        error = ERROR_ACCESS_DENIED;
    else if (access == SECTION_MAP_WRITE && !may_write(section->protect))
        error = ERROR_ACCESS_DENIED;
    else if (lpBaseAddress && lpBaseAddress != section->memory->base + offset)
        error = ERROR_INVALID_ADDRESS;
    if (error)
        return api_handle((uint64_t)api_fail(&me, error));
    size_t size = dwNumberOfBytesToMap ? dwNumberOfBytesToMap : (size_t)(section->size - offset);
    size = (size + PAGE - 1) & ~(size_t)(PAGE - 1);
    add_view(
        &me, section,
        (struct api_region){.base = (char *)(uintptr_t)offset, .size = size, .protect = protect});
    struct api_process_data *data = api_process_data(me.w, me.process);
    return base_container(data->regions.Flink, struct api_region, link)->base;
}

LPVOID MapViewOfFile(HANDLE hFileMappingObject, DWORD dwDesiredAccess, DWORD dwFileOffsetHigh,
                     DWORD dwFileOffsetLow, SIZE_T dwNumberOfBytesToMap) {
    return MapViewOfFileEx(hFileMappingObject, dwDesiredAccess, dwFileOffsetHigh, dwFileOffsetLow,
                           dwNumberOfBytesToMap, NULL);
}

static struct api_region *view_of(struct api_caller *me, const void *address) {
    struct api_process_data *data = api_process_data(me->w, me->process);
    base_list_each(link, &data->regions) {
        struct api_region *region = base_container(link, struct api_region, link);
        if (region->section && (uintptr_t)address - (uintptr_t)region->base < region->size)
            return region;
    }
    return NULL;
}

static void flush(const struct api_region *view, const char *from, size_t size) {
    const struct memory *memory = view->section->memory;
    size_t offset = (size_t)(from - memory->base);
    if (view->block || (view->protect != PAGE_READWRITE && view->protect != PAGE_EXECUTE_READWRITE))
        return;
    if (offset < memory->size)
        write_back(memory, offset, size < memory->size - offset ? size : memory->size - offset);
}

static void remove_view(struct rd_world *w, struct api_region *view) {
    flush(view, view->base, view->size);
    base_list_remove(&view->link);
    if (view->block)
        core_free(w, view->block, view->size + GRANULARITY);
    ob_dereference(w, view->section);
    core_free(w, view, sizeof *view);
}

BOOL UnmapViewOfFile(LPCVOID lpBaseAddress) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return FALSE;
    api_table_point(&me);
    struct api_region *view = view_of(&me, lpBaseAddress);
    if (!view)
        return api_fail(&me, ERROR_INVALID_ADDRESS);
    remove_view(me.w, view);
    return TRUE;
}

BOOL FlushViewOfFile(LPCVOID lpBaseAddress, SIZE_T dwNumberOfBytesToFlush) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return FALSE;
    api_table_point(&me);
    const struct api_region *view = view_of(&me, lpBaseAddress);
    if (!view)
        return api_fail(&me, ERROR_INVALID_ADDRESS);
    size_t rest = view->size - (size_t)((const char *)lpBaseAddress - view->base);
    flush(view, lpBaseAddress,
          dwNumberOfBytesToFlush && dwNumberOfBytesToFlush < rest ? dwNumberOfBytesToFlush : rest);
    return TRUE;
}

void api_process_address_space(struct rd_world *w, struct ps_process *process) {
    struct api_process_data *data = process->api;
    if (!data)
        return;
    base_list_each(link, &data->regions) {
        struct api_region *region = base_container(link, struct api_region, link);
        if (region->section)
            remove_view(w, region);
    }
}
