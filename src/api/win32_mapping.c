/*
 * win32_mapping.c - sections: memory that processes share, with or without a file behind it.
 *
 * All simulated processes live in one address space of the host, so a view is a part of the
 * section's own memory and has the same address in every process; a copy-on-write view is a copy.
 * A view keeps its section alive when all handles have gone. What a program changed reaches the
 * file with FlushViewOfFile, with the end of a view, and with the end of the memory.
 */
#include "api/section.h"
#include "api/win32_disk.h"

enum { PAGE = 0x1000, GRANULARITY = 0x10000 };

static const uint64_t section_max = (uint64_t)1 << 29;

/* ---- memory ---------------------------------------------------------------------------------- */

static void write_back(const struct api_section_memory *memory, size_t offset, size_t size) {
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

static void read_in(const struct api_section_memory *memory) {
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
    const struct api_section_memory *memory = disk->mapping;
    return memory ? memory->size : 0;
}

struct api_section_memory *api_section_memory_new(struct rd_world *w, size_t size) {
    struct api_section_memory *memory = core_alloc(w, sizeof *memory);
    memory->block = core_alloc(w, size + GRANULARITY);
    uintptr_t base = (uintptr_t)memory->block + GRANULARITY - 1;
    memory->base = (char *)(base & ~(uintptr_t)(GRANULARITY - 1));
    memory->size = size;
    memory->references = 1;
    return memory;
}

static void memory_drop(struct rd_world *w, struct api_section_memory *memory) {
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

static struct api_section_memory *memory_of_file(struct rd_world *w, struct api_file *file,
                                                 uint64_t size, bool writable) {
    void **slot = api_disk_mapping(file);
    struct api_section_memory *memory = *slot;
    if (memory && memory->size >= size) {
        memory->references++;
        memory->writable |= writable;
        return memory;
    }
    memory = api_section_memory_new(w, (size_t)size);
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

const struct ob_type api_section_type = {
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

/* Of the attributes, those of images come alone; not to be executed is a wish that newer versions
 * know, and for reading only. */
static DWORD check_attributes(const struct rd_world *w, DWORD protect) {
    enum { DATA = SEC_COMMIT | SEC_RESERVE | SEC_NOCACHE | SEC_LARGE_PAGES, WIN8 = 9200 };
    DWORD attributes = protect & 0xFFFF0000;
    bool known = !(attributes & ~(DWORD)DATA) || attributes == SEC_IMAGE;
    if (attributes == SEC_IMAGE_NO_EXECUTE)
        known = w->profile->build >= WIN8 && (protect & 0xFFFF) == PAGE_READONLY;
    return known ? ERROR_SUCCESS : ERROR_INVALID_PARAMETER;
}

static DWORD check_protection(const struct rd_world *w, DWORD protect) {
    switch (protect & 0xFFFF) {
    case PAGE_READONLY:
    case PAGE_READWRITE:
    case PAGE_WRITECOPY:
    case PAGE_EXECUTE_READ:
    case PAGE_EXECUTE_READWRITE:
    case PAGE_EXECUTE_WRITECOPY:
        return check_attributes(w, protect);
    default:
        return ERROR_INVALID_PARAMETER;
    }
}

/* The file behind the section must be open with the rights that the protection needs. */
uint32_t api_section_prepare(struct api_caller *caller, struct api_section_create *create) {
    void *body = NULL;
    uint32_t access = FILE_READ_DATA | (may_write(create->protect) ? FILE_WRITE_DATA : 0);
    DWORD error = check_protection(caller->w, create->protect);
    create->opened = NULL;
    if (error)
        return error;
    if (!create->file || create->file == INVALID_HANDLE_VALUE)
        return create->size && !(create->protect & SEC_IMAGE) ? ERROR_SUCCESS
                                                              : ERROR_INVALID_PARAMETER;
    NTSTATUS status = api_object(caller, create->file, access, NULL, KE_WRITE, &body);
    if (!NT_SUCCESS(status))
        return api_error_of(status);
    create->opened = body;
    bool of_disk =
        ob_header_of(body)->type == &api_file_type && create->opened->kind == API_FILE_DISK;
    return of_disk ? ERROR_SUCCESS : ERROR_BAD_EXE_FORMAT;
}

uint32_t api_section_fill(struct api_caller *caller, struct api_section *section,
                          const struct api_section_create *create) {
    struct rd_world *w = caller->w;
    uint64_t size = create->size;
    bool writable = may_write(create->protect);
    section->protect = create->protect;
    if (create->protect & SEC_IMAGE)
        return api_image_fill(w, section, api_disk_path(create->opened));
    DWORD error =
        create->opened ? fit_file(api_disk_path(create->opened), &size, writable) : ERROR_SUCCESS;
    if (error)
        return error;
    if (size > section_max)
        return ERROR_NOT_ENOUGH_MEMORY;
    section->size = size;
    size_t pages = ((size_t)size + PAGE - 1) & ~(size_t)(PAGE - 1);
    section->memory = create->opened ? memory_of_file(w, create->opened, size, writable)
                                     : api_section_memory_new(w, pages);
    return ERROR_SUCCESS;
}

struct request {
    struct api_section_create section;
    const SECURITY_ATTRIBUTES *attributes;
    struct api_name name;
};

static HANDLE create(struct request *request) {
    struct api_caller me;
    char name[API_NAME_MAX];
    struct api_created created = {.access = SECTION_ALL_ACCESS, .attributes = request->attributes};
    if (!api_caller_get(&me))
        return NULL;
    DWORD error = api_section_prepare(&me, &request->section);
    if (error)
        return api_handle((uint64_t)api_fail(&me, error));
    if (!api_object_name(&me, request->name, name))
        return NULL;
    if (*name)
        ke_point(me.w, 0, KE_NOTHING);
    else
        api_table_point(&me);
    struct api_section *section =
        ob_create_named(me.w, &api_section_type, name, &created.existing, &created.status);
    if (section && !created.existing)
        error = api_section_fill(&me, section, &request->section);
    if (error) {
        ob_dereference(me.w, section);
        return api_handle((uint64_t)api_fail(&me, error));
    }
    created.body = section;
    return api_created_handle(&me, &created);
}

HANDLE CreateFileMappingA(HANDLE hFile, LPSECURITY_ATTRIBUTES lpFileMappingAttributes,
                          DWORD flProtect, DWORD dwMaximumSizeHigh, DWORD dwMaximumSizeLow,
                          LPCSTR lpName) {
    uint64_t size = (uint64_t)dwMaximumSizeHigh << 32 | dwMaximumSizeLow;
    return create(
        &(struct request){{hFile, flProtect, size, NULL}, lpFileMappingAttributes, {.a = lpName}});
}

HANDLE CreateFileMappingW(HANDLE hFile, LPSECURITY_ATTRIBUTES lpFileMappingAttributes,
                          DWORD flProtect, DWORD dwMaximumSizeHigh, DWORD dwMaximumSizeLow,
                          LPCWSTR lpName) {
    uint64_t size = (uint64_t)dwMaximumSizeHigh << 32 | dwMaximumSizeLow;
    return create(
        &(struct request){{hFile, flProtect, size, NULL}, lpFileMappingAttributes, {.w = lpName}});
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
        &api_section_type, {.a = lpName}, section_access(dwDesiredAccess), bInheritHandle});
}

HANDLE OpenFileMappingW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpName) {
    return api_open_handle(&(struct api_open){
        &api_section_type, {.w = lpName}, section_access(dwDesiredAccess), bInheritHandle});
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

static char *copy_of_view(struct rd_world *w, struct api_region *region, const char *from) {
    region->block = core_alloc(w, region->size + GRANULARITY);
    uintptr_t base = (uintptr_t)region->block + GRANULARITY - 1;
    return memcpy((char *)(base & ~(uintptr_t)(GRANULARITY - 1)), from, region->size);
}

static void add_view(struct rd_world *w, struct api_section *section, struct api_view *view) {
    struct api_region *region = core_alloc(w, sizeof *region);
    char *memory = section->memory->base + (size_t)view->offset;
    *region = (struct api_region){.base = memory,
                                  .size = view->size,
                                  .section = section,
                                  .protect = view->protect,
                                  .state = MEM_COMMIT};
    if (section->image || view->protect == PAGE_WRITECOPY)
        region->base = copy_of_view(w, region, memory);
    view->base = region->base;
    ob_reference(section);
    /* In front, so that it is this view that is found at its address. */
    base_list_push_front(&api_process_data(w, view->process)->regions, &region->link);
}

uint32_t api_section_map(struct api_caller *caller, struct api_section *section,
                         struct api_view *view) {
    ps_pass_address_space(caller->w, view->process);
    if (view->offset % GRANULARITY || (uintptr_t)view->wanted % GRANULARITY)
        return ERROR_MAPPED_ALIGNMENT;
    if (view->offset >= section->size || view->size > section->size - view->offset)
        return ERROR_ACCESS_DENIED;
    if (may_write(view->protect) && !may_write(section->protect))
        return ERROR_ACCESS_DENIED;
    if (view->wanted && view->wanted != section->memory->base + view->offset)
        return ERROR_INVALID_ADDRESS;
    if (!view->size)
        view->size = (size_t)(section->size - view->offset);
    view->size = (view->size + PAGE - 1) & ~(size_t)(PAGE - 1);
    add_view(caller->w, section, view);
    if (section->image)
        api_image_mapped(caller->w, section, view);
    return ERROR_SUCCESS;
}

LPVOID MapViewOfFileEx(HANDLE hFileMappingObject, DWORD dwDesiredAccess, DWORD dwFileOffsetHigh,
                       DWORD dwFileOffsetLow, SIZE_T dwNumberOfBytesToMap, LPVOID lpBaseAddress) {
    struct api_caller me;
    void *body;
    if (!api_caller_get(&me))
        return NULL;
    struct api_view view = {.process = me.process,
                            .protect = view_protection(dwDesiredAccess),
                            .offset = (uint64_t)dwFileOffsetHigh << 32 | dwFileOffsetLow,
                            .size = dwNumberOfBytesToMap,
                            .wanted = lpBaseAddress};
    uint32_t access = may_write(view.protect) ? SECTION_MAP_WRITE : SECTION_MAP_READ;
    NTSTATUS status =
        api_object(&me, hFileMappingObject, access, &api_section_type, KE_WRITE, &body);
    if (!api_result(&me, status))
        return NULL;
    DWORD error = api_section_map(&me, body, &view);
    return error ? api_handle((uint64_t)api_fail(&me, error)) : view.base;
}

LPVOID MapViewOfFile(HANDLE hFileMappingObject, DWORD dwDesiredAccess, DWORD dwFileOffsetHigh,
                     DWORD dwFileOffsetLow, SIZE_T dwNumberOfBytesToMap) {
    return MapViewOfFileEx(hFileMappingObject, dwDesiredAccess, dwFileOffsetHigh, dwFileOffsetLow,
                           dwNumberOfBytesToMap, NULL);
}

static struct api_region *view_of(struct rd_world *w, struct ps_process *process,
                                  const void *address) {
    struct api_process_data *data = api_process_data(w, process);
    base_list_each(link, &data->regions) {
        struct api_region *region = base_container(link, struct api_region, link);
        if (region->section && (uintptr_t)address - (uintptr_t)region->base < region->size)
            return region;
    }
    return NULL;
}

static void flush(const struct api_region *view, const char *from, size_t size) {
    const struct api_section_memory *memory = view->section->memory;
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

bool api_section_unmap(struct rd_world *w, struct ps_process *process, const void *address) {
    ps_pass_address_space(w, process);
    struct api_region *view = view_of(w, process, address);
    if (view)
        remove_view(w, view);
    return view != NULL;
}

BOOL UnmapViewOfFile(LPCVOID lpBaseAddress) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return FALSE;
    api_table_point(&me);
    return api_section_unmap(me.w, me.process, lpBaseAddress)
               ? TRUE
               : api_fail(&me, ERROR_INVALID_ADDRESS);
}

BOOL FlushViewOfFile(LPCVOID lpBaseAddress, SIZE_T dwNumberOfBytesToFlush) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return FALSE;
    api_table_point(&me);
    const struct api_region *view = view_of(me.w, me.process, lpBaseAddress);
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
