/*
 * win32_mapping.c - sections: memory that processes share, with or without a file behind it.
 *
 * Each view has an address of its own, although all simulated processes live in one address space
 * of the host, and shows the same bytes as the others; those of a file are what is read and written
 * there. A view keeps its section alive when all handles have gone.
 */
#include "api/section.h"
#include "api/win32_disk.h"
#include "api/win32_park.h"
#include "io/request.h"

enum { PAGE = 0x1000 };

static const uint64_t section_max = (uint64_t)1 << 29;

/* What the host must be given back when the run is over. */
struct api_views {
    LIST_ENTRY sections, views; /* of api_section, of api_region */
    uint32_t count;             /* of sections so far */
};

static struct api_views *views_of(struct rd_world *w) {
    if (!w->views) {
        w->views = core_alloc(w, sizeof *w->views);
        base_list_init(&w->views->sections);
        base_list_init(&w->views->views);
    }
    return w->views;
}

void api_views_release(struct rd_world *w) {
    if (!w->views)
        return;
    base_list_each(link, &w->views->views)
        port_view_unmap(&base_container(link, struct api_region, view_link)->view);
    base_list_each(link, &w->views->sections) {
        const struct api_section *section = base_container(link, struct api_section, link);
        if (section->bytes >= 0)
            host_file_close(section->bytes);
    }
    w->views = NULL;
}

/* ---- sections -------------------------------------------------------------------------------- */

static void deleted(struct rd_world *w, void *body) {
    struct api_section *section = body;
    if (!section->number)
        return; /* it was never filled */
    base_list_remove(&section->link);
    if (section->bytes >= 0)
        host_file_close(section->bytes);
    if (section->disk && --section->disk->sections == 0)
        section->disk->mapped = 0;
    if (section->disk)
        ob_dereference(w, section->disk);
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
    const struct ob_type *type = ob_header_of(body)->type;
    if (type != &api_file_type && type != &io_file_type)
        return ERROR_INVALID_HANDLE;
    create->opened = body;
    bool of_disk = type == &api_file_type && create->opened->kind == API_FILE_DISK;
    return of_disk ? ERROR_SUCCESS : ERROR_BAD_EXE_FORMAT;
}

/* Memory of the host, with the image in it that there may be. */
static uint32_t fill_memory(struct rd_world *w, struct api_section *section) {
    struct api_section_memory *image = section->memory;
    size_t pages = ((size_t)section->size + PAGE - 1) & ~(size_t)(PAGE - 1), done;
    section->bytes = port_memory_create(pages);
    int error = section->bytes < 0;
    if (!error && image)
        error = host_file_write(section->bytes, image->base, image->size, &done);
    if (image)
        core_free(w, image->base, image->size);
    section->memory = NULL;
    return error ? ERROR_NOT_ENOUGH_MEMORY : ERROR_SUCCESS;
}

struct api_section_memory *api_section_memory_new(struct rd_world *w, size_t size) {
    struct api_section_memory *memory = core_alloc(w, sizeof *memory);
    memory->base = core_alloc(w, size);
    memory->size = size;
    return memory;
}

static uint32_t size_of_section(struct rd_world *w, struct api_section *section,
                                const struct api_section_create *create) {
    section->size = create->size;
    if (create->protect & SEC_IMAGE)
        return api_image_fill(w, section, api_disk_path(create->opened));
    if (create->opened)
        return fit_file(api_disk_path(create->opened), &section->size, may_write(create->protect));
    return ERROR_SUCCESS;
}

uint32_t api_section_fill(struct api_caller *caller, struct api_section *section,
                          const struct api_section_create *create) {
    struct api_views *views = views_of(caller->w);
    bool of_file = create->opened && !(create->protect & SEC_IMAGE);
    section->protect = create->protect;
    section->bytes = -1;
    DWORD error = size_of_section(caller->w, section, create);
    if (!error && section->size > section_max)
        error = ERROR_NOT_ENOUGH_MEMORY;
    if (!error && !of_file)
        error = fill_memory(caller->w, section);
    if (error)
        return error;
    section->number = ++views->count;
    base_list_push_back(&views->sections, &section->link);
    if (of_file) {
        section->disk = create->opened->disk;
        ob_reference(section->disk);
        section->disk->sections++;
        if (section->size > section->disk->mapped)
            section->disk->mapped = section->size;
    }
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
    if (!request->section.opened)
        api_table_point(&me); /* else looking the file up was one */
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

static enum port_view_kind kind_of(DWORD protect) {
    if (protect & (PAGE_WRITECOPY | PAGE_EXECUTE_WRITECOPY))
        return PORT_VIEW_COPY;
    return may_write(protect) ? PORT_VIEW_WRITE : PORT_VIEW_READ;
}

static bool map(const struct api_section *section, uint64_t offset, DWORD protect,
                struct port_view *view) {
    intptr_t file = section->bytes;
    enum port_view_kind kind = section->image ? PORT_VIEW_COPY : kind_of(protect);
    unsigned flags = kind == PORT_VIEW_WRITE ? HOST_FILE_READ | HOST_FILE_WRITE : HOST_FILE_READ;
    if (section->disk && host_file_open(section->disk->record->path, flags, &file) != 0)
        return false;
    bool mapped = port_view_map(file, offset, kind, view);
    if (section->disk)
        host_file_close(file);
    return mapped;
}

static void add_view(struct rd_world *w, struct api_section *section, const struct api_view *view) {
    struct api_region *region = core_alloc(w, sizeof *region);
    *region = (struct api_region){.base = view->base,
                                  .size = view->size,
                                  .section = section,
                                  .view = {view->base, view->size},
                                  .offset = view->offset,
                                  .protect = view->protect,
                                  .state = MEM_COMMIT};
    ob_reference(section);
    base_list_push_front(&api_process_data(w, view->process)->regions, &region->link);
    base_list_push_back(&views_of(w)->views, &region->view_link);
}

static uint32_t map_view(struct api_caller *caller, struct api_section *section,
                         struct api_view *view) {
    if (!ps_pass_address_space(caller->w, view->process))
        return ERROR_ACCESS_DENIED;
    if (view->offset % PORT_VIEW_GRANULARITY || (uintptr_t)view->wanted % PORT_VIEW_GRANULARITY)
        return ERROR_MAPPED_ALIGNMENT;
    if (view->offset >= section->size || view->size > section->size - view->offset)
        return ERROR_ACCESS_DENIED;
    if (may_write(view->protect) && !may_write(section->protect))
        return ERROR_ACCESS_DENIED;
    if (!view->size)
        view->size = (size_t)(section->size - view->offset);
    view->size = (view->size + PAGE - 1) & ~(size_t)(PAGE - 1);
    struct port_view mapped = {(char *)(uintptr_t)view->wanted, view->size};
    if (!map(section, view->offset, view->protect, &mapped))
        return view->wanted ? ERROR_INVALID_ADDRESS : ERROR_NOT_ENOUGH_MEMORY;
    view->base = mapped.base;
    add_view(caller->w, section, view);
    if (section->image)
        api_image_mapped(caller->w, section, view);
    return ERROR_SUCCESS;
}

uint32_t api_section_map(struct api_caller *caller, struct api_section *section,
                         struct api_view *view) {
    ob_reference(section); /* others may run meanwhile */
    uint32_t error = map_view(caller, section, view);
    ob_dereference(caller->w, section);
    return error;
}

static DWORD view_protection(DWORD access) {
    if (access == FILE_MAP_COPY)
        return PAGE_WRITECOPY;
    bool executes = (access & FILE_MAP_EXECUTE) != 0;
    if (access & FILE_MAP_WRITE)
        return executes ? PAGE_EXECUTE_READWRITE : PAGE_READWRITE;
    return executes ? PAGE_EXECUTE_READ : PAGE_READONLY;
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

static struct api_region *view_at(const struct ps_process *process, const void *address) {
    struct api_process_data *data = process->api;
    if (!data)
        return NULL;
    base_list_each(link, &data->regions) {
        struct api_region *region = base_container(link, struct api_region, link);
        if (region->section && (uintptr_t)address - (uintptr_t)region->base < region->size)
            return region;
    }
    return NULL;
}

static void note_written(struct rd_world *w, const struct api_region *view) {
    const struct api_disk *disk = view->section->disk;
    if (disk && may_write(view->protect))
        disk->record->times[API_WRITTEN] = disk->record->times[API_CHANGED] = api_file_time(w->now);
}

static void remove_view(struct rd_world *w, struct api_region *view) {
    note_written(w, view);
    base_list_remove(&view->link);
    base_list_remove(&view->view_link);
    port_view_unmap(&view->view);
    ob_dereference(w, view->section);
    core_free(w, view, sizeof *view);
}

bool api_section_unmap(struct rd_world *w, struct ps_process *process, const void *address) {
    if (!ps_pass_address_space(w, process))
        return false;
    struct api_region *view = view_at(process, address);
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

/* The file has what is in its views all the time. */
BOOL FlushViewOfFile(LPCVOID lpBaseAddress, SIZE_T dwNumberOfBytesToFlush) {
    struct api_caller me;
    (void)dwNumberOfBytesToFlush;
    if (!api_caller_get(&me))
        return FALSE;
    api_table_point(&me);
    const struct api_region *view = view_at(me.process, lpBaseAddress);
    if (!view)
        return api_fail(&me, ERROR_INVALID_ADDRESS);
    note_written(me.w, view);
    return TRUE;
}

uint64_t api_view_place(const struct rd_world *w, const volatile void *address) {
    enum { NUMBER_SHIFT = 32, SECTION = 1, FILE = 2, KIND_SHIFT = 54 };
    base_list_each(link, &w->views->views) {
        const struct api_region *view = base_container(link, struct api_region, view_link);
        uint64_t offset = (uintptr_t)address - (uintptr_t)view->base;
        if (offset >= view->size || view->section->image ||
            kind_of(view->protect) == PORT_VIEW_COPY)
            continue;
        const struct api_disk *disk = view->section->disk;
        uint64_t kind = disk ? FILE : SECTION;
        uint64_t number = disk ? disk->record->number : view->section->number;
        return core_place(CORE_MEMORY,
                          kind << KIND_SHIFT | number << NUMBER_SHIFT | (view->offset + offset));
    }
    return core_memory_place(address);
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
