/* win32_create.c - CreateProcess: which image, with which parent, handles, environment and standard
 * handles. */
#include "api/win32_attribute.h"
#include "api/win32_debug.h"
#include "api/win32_state.h"
#include "port/host_file.h"
#include "ps/job.h"

/* The arguments in UTF-8. */
struct request {
    const char *application, *command_line, *directory;
    const char *environment; /* NULL: the parent's */
    const SECURITY_ATTRIBUTES *process_attributes, *thread_attributes;
    bool inherit;
    DWORD flags;
    struct api_startup startup;
    LPPROC_THREAD_ATTRIBUTE_LIST attributes;
    PROCESS_INFORMATION *information;
};

/* ---- the image ------------------------------------------------------------------------------- */

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

/* A file of that name which no image could be made of. */
static bool is_some_file(struct rd_world *w, const char *name) {
    char path[LDR_PATH_MAX];
    struct host_file_info info;
    const char *base = ldr_base_name(name);
    if (ldr_host_path(ps_current_process(w), name, path) && host_file_query(path, &info) == 0)
        return info.kind == HOST_FILE_REGULAR;
    for (size_t i = 0; i < w->ldr->path_count && base == name; i++) {
        const char *directory = w->ldr->paths[i];
        size_t length = strlen(directory), used = strlen(base);
        if (length + used + 2 > sizeof path)
            continue;
        memcpy(path, directory, length);
        path[length] = '/';
        memcpy(path + length + 1, base, used + 1);
        if (host_file_query(path, &info) == 0 && info.kind == HOST_FILE_REGULAR)
            return true;
    }
    return false;
}

/* An image that a process can be made of, or NULL and the Win32 error (REST-09). */
static struct ldr_image *find_image(struct rd_world *w, const char *name, const char *extension,
                                    DWORD *error) {
    struct ldr_image *image = ldr_image_find(w, name, extension, true);
    if (image && !image->is_dll && !image->is_driver)
        return image;
    *error = image || is_some_file(w, name) ? ERROR_BAD_EXE_FORMAT : ERROR_FILE_NOT_FOUND;
    return NULL;
}

/*
 * The program's name out of a command line: what stands in quotation marks, or, without them, the
 * shortest beginning up to a blank that names an image.
 */
static struct ldr_image *find_in_command_line(struct rd_world *w, const char *line, DWORD *error) {
    char name[LDR_NAME_MAX];
    struct ldr_image *image = NULL;
    while (is_blank(*line))
        line++;
    bool quoted = *line == '"';
    line += quoted;
    for (size_t length = 0; !image; length++) {
        while (line[length] && (quoted ? line[length] != '"' : !is_blank(line[length])))
            length++;
        if (length >= sizeof name)
            break;
        memcpy(name, line, length);
        name[length] = '\0';
        if (!length)
            break;
        image = find_image(w, name, ".exe", error);
        if (quoted || !line[length] || *error == ERROR_BAD_EXE_FORMAT)
            break;
    }
    return image;
}

static struct ldr_image *image_of(struct rd_world *w, const struct request *request, DWORD *error) {
    *error = ERROR_FILE_NOT_FOUND;
    if (!request->application)
        return find_in_command_line(w, request->command_line, error);
    if (!*request->application) {
        *error = ERROR_PATH_NOT_FOUND;
        return NULL;
    }
    return find_image(w, request->application, "", error);
}

/* ---- attributes ------------------------------------------------------------------------------ */

/* The process that handles and environment come from. */
static NTSTATUS parent_of(struct api_caller *me, const struct request *request,
                          struct ps_process **parent) {
    const HANDLE *named =
        api_attribute(request->attributes, PROC_THREAD_ATTRIBUTE_PARENT_PROCESS, NULL);
    void *body = me->process;
    NTSTATUS status = STATUS_SUCCESS;
    if (named)
        status = api_peek(me, *named, PROCESS_CREATE_PROCESS, &ps_process_type, &body);
    *parent = body;
    return status;
}

static NTSTATUS handle_list(struct api_caller *me, const struct request *request,
                            struct ps_create_process *create) {
    SIZE_T size = 0;
    const HANDLE *handles =
        api_attribute(request->attributes, PROC_THREAD_ATTRIBUTE_HANDLE_LIST, &size);
    if (!handles)
        return STATUS_SUCCESS;
    if (!request->inherit)
        return STATUS_INVALID_PARAMETER;
    create->handle_count = (uint32_t)(size / sizeof *handles);
    uint64_t *list = base_arena_alloc(&me->w->run, size);
    if (!list)
        return STATUS_NO_MEMORY;
    for (uint32_t i = 0; i < create->handle_count; i++)
        list[i] = api_value(handles[i]);
    create->handle_list = list;
    return STATUS_SUCCESS;
}

static NTSTATUS job_list(struct api_caller *me, const struct request *request,
                         struct ps_create_process *create) {
    SIZE_T size = 0;
    const HANDLE *handles =
        api_attribute(request->attributes, PROC_THREAD_ATTRIBUTE_JOB_LIST, &size);
    if (!handles)
        return STATUS_SUCCESS;
    create->job_count = (uint32_t)(size / sizeof *handles);
    struct ps_job **list = base_arena_alloc(&me->w->run, create->job_count * sizeof *list);
    if (!list)
        return STATUS_NO_MEMORY;
    for (uint32_t i = 0; i < create->job_count; i++) {
        void *job;
        NTSTATUS status = api_peek(me, handles[i], JOB_OBJECT_ASSIGN_PROCESS, &ps_job_type, &job);
        if (!NT_SUCCESS(status))
            return status;
        list[i] = job;
    }
    create->jobs = list;
    return STATUS_SUCCESS;
}

/* ---- creation -------------------------------------------------------------------------------- */

enum { OWN_CONSOLE = DETACHED_PROCESS | CREATE_NEW_CONSOLE | CREATE_NO_WINDOW };

/*
 * A standard handle of the parent. Without inheritance the child gets a duplicate, so that
 * redirected output stays redirected.
 */
static void hand_down(struct api_caller *me, struct ps_process *parent, int which,
                      const struct request *request, struct ps_process *child) {
    const struct ldr_standard *from = &parent->ldr->standard;
    struct ldr_standard *to = &child->ldr->standard;
    const struct ob_handle_entry *entry =
        ob_entry(&parent->handles, (uint64_t)from->handles[which]);
    uint64_t handle = (uint64_t)from->handles[which];
    bool stream = api_stream_of(me->w, parent, from->handles[which]) == which;
    if (!request->inherit && stream)
        return; /* the child opens it when it asks for it */
    if (!request->inherit && entry)
        ob_open_unasked(me->w,
                        &(struct ob_open){.table = &child->handles,
                                          .body = entry->body,
                                          .access = entry->access,
                                          .flags = OB_INHERIT},
                        &handle);
    to->given[which] = true;
    to->handles[which] = (intptr_t)handle;
}

/* Those of the start-up information, or the parent's unless the child has a console of its own. */
static void give_standard(struct api_caller *me, const struct request *request,
                          struct ps_process *parent, struct ps_process *child) {
    if (!child->ldr)
        return;
    struct ldr_standard *to = &child->ldr->standard;
    bool named = (request->startup.flags & STARTF_USESTDHANDLES) != 0;
    to->files = request->startup.files;
    to->files_size = request->startup.files_size;
    for (int i = 0; i < API_STD_HANDLES; i++) {
        if (named) {
            to->given[i] = true;
            to->handles[i] = (intptr_t)request->startup.std[i];
        } else if (parent->ldr && parent->ldr->standard.given[i] &&
                   !(request->flags & OWN_CONSOLE)) {
            hand_down(me, parent, i, request, child);
        } else {
            to->given[i] = (request->flags & DETACHED_PROCESS) != 0; /* as NULL */
        }
    }
}

static void give_data(struct api_caller *me, const struct request *request,
                      const struct ps_process *parent, struct ps_process *child) {
    const struct api_process_data *from = parent->api;
    DWORD class = request->flags &
                  (IDLE_PRIORITY_CLASS | BELOW_NORMAL_PRIORITY_CLASS | NORMAL_PRIORITY_CLASS |
                   ABOVE_NORMAL_PRIORITY_CLASS | HIGH_PRIORITY_CLASS | REALTIME_PRIORITY_CLASS);
    struct api_process_data *data = api_process_data(me->w, child);
    data->startup = request->startup;
    if (class)
        data->priority_class = class;
    else if (from && (from->priority_class == IDLE_PRIORITY_CLASS ||
                      from->priority_class == BELOW_NORMAL_PRIORITY_CLASS))
        data->priority_class = from->priority_class;
}

static NTSTATUS give_handles(struct api_caller *me, const struct request *request,
                             struct ps_process *process, struct ps_thread *thread) {
    PROCESS_INFORMATION *out = request->information;
    const SECURITY_ATTRIBUTES *of_process = request->process_attributes;
    const SECURITY_ATTRIBUTES *of_thread = request->thread_attributes;
    out->dwProcessId = process->pid;
    out->dwThreadId = thread->tcb.tid;
    NTSTATUS status = api_new_handle(me, process, PROCESS_ALL_ACCESS,
                                     of_process && of_process->bInheritHandle, &out->hProcess);
    if (NT_SUCCESS(status))
        status = api_new_handle(me, thread, THREAD_ALL_ACCESS,
                                of_thread && of_thread->bInheritHandle, &out->hThread);
    ob_dereference(me->w, thread);
    ob_dereference(me->w, process);
    return status;
}

/* In the kernel as a whole: a creator that is killed meanwhile dies when it holds nothing more. */
static NTSTATUS create_and_open(struct api_caller *me, const struct request *request,
                                const struct ps_create_process *create) {
    struct ps_process *process;
    struct ps_thread *thread;
    ke_enter_kernel(&me->thread->tcb);
    NTSTATUS status = ps_create_process(me->w, create, &process, &thread);
    if (NT_SUCCESS(status)) {
        if (!(request->flags & CREATE_DEFAULT_ERROR_MODE) && process->ldr && create->parent->ldr)
            process->ldr->error_mode = create->parent->ldr->error_mode; /* SEH-17 */
        give_data(me, request, create->parent, process);
        give_standard(me, request, create->parent, process);
        status = give_handles(me, request, process, thread);
    }
    ke_leave_kernel(me->w, &me->thread->tcb);
    return status;
}

static NTSTATUS perform(struct api_caller *me, const struct request *request,
                        struct ldr_image *image) {
    enum { FILE_STACK = 1024 * 1024 }; /* what PE headers usually ask for */
    struct ps_process *parent;
    struct ps_create_process create = {
        .image = image,
        .name = image->name,
        .command_line = request->command_line ? request->command_line : request->application,
        .directory = request->directory,
        .environment = request->environment,
        .inherit_handles = request->inherit,
        .suspended = (request->flags & CREATE_SUSPENDED) != 0,
        .detached = (request->flags & DETACHED_PROCESS) != 0,
        .new_console = (request->flags & (CREATE_NEW_CONSOLE | CREATE_NO_WINDOW)) != 0,
        .new_group = (request->flags & CREATE_NEW_PROCESS_GROUP) != 0,
        .breakaway = (request->flags & CREATE_BREAKAWAY_FROM_JOB) != 0,
        .debug_children = !(request->flags & DEBUG_ONLY_THIS_PROCESS),
        .stack_size = image->file ? FILE_STACK : 0,
    };
    NTSTATUS status = parent_of(me, request, &parent);
    if (NT_SUCCESS(status))
        status = handle_list(me, request, &create);
    if (NT_SUCCESS(status))
        status = job_list(me, request, &create);
    create.parent = parent;
    if (NT_SUCCESS(status) && (request->flags & (DEBUG_PROCESS | DEBUG_ONLY_THIS_PROCESS)))
        status = api_debug_connect(me, &create.debug);
    return NT_SUCCESS(status) ? create_and_open(me, request, &create) : status;
}

static BOOL create_process(struct api_caller *me, struct request *request) {
    enum { NO_CONSOLES = DETACHED_PROCESS | CREATE_NEW_CONSOLE };
    DWORD error;
    const char *directory = NULL;
    memset(request->information, 0, sizeof *request->information);
    if ((request->flags & NO_CONSOLES) == NO_CONSOLES)
        return api_fail(me, ERROR_INVALID_PARAMETER);
    if (!request->application && !request->command_line)
        return api_fail(me, ERROR_INVALID_PARAMETER);
    ke_point(me->w, core_place(CORE_MACHINE, CORE_PROCESSES), KE_UPDATE);
    if (request->directory && api_directory(me, request->directory, &directory) != 0)
        return api_fail(me, ERROR_DIRECTORY);
    request->directory = directory;
    struct ldr_image *image = image_of(me->w, request, &error);
    if (!image)
        return api_fail(me, error);
    return api_result(me, perform(me, request, image));
}

/* ---- A and W --------------------------------------------------------------------------------- */

/* A block of UTF-16 strings in UTF-8, in memory of this run. */
static const char *narrow_block(struct api_caller *me, const WCHAR *block) {
    size_t units = 0;
    while (block[units])
        units += base_utf16_length(block + units) + 1;
    size_t size = base_utf16_to_8(block, units, NULL, 0);
    char *copy = base_arena_alloc(&me->w->run, size + 2);
    if (!copy)
        return NULL;
    base_utf16_to_8(block, units, copy, size);
    copy[size] = copy[size + 1] = '\0';
    return copy;
}

static const char *environment_of(struct api_caller *me, const void *block, DWORD flags) {
    if (!block || !(flags & CREATE_UNICODE_ENVIRONMENT))
        return block;
    return narrow_block(me, block);
}

static void decode_startup(struct api_caller *me, struct api_startup *out,
                           const STARTUPINFOA *info) {
    WORD files_size = info->lpReserved2 ? info->cbReserved2 : 0;
    void *files = files_size ? core_alloc(me->w, files_size) : NULL;
    if (files)
        memcpy(files, info->lpReserved2, files_size);
    *out = (struct api_startup){
        .flags = info->dwFlags,
        .x = info->dwX,
        .y = info->dwY,
        .width = info->dwXSize,
        .height = info->dwYSize,
        .columns = info->dwXCountChars,
        .rows = info->dwYCountChars,
        .fill = info->dwFillAttribute,
        .show = info->wShowWindow,
        .std = {info->hStdInput, info->hStdOutput, info->hStdError},
        .files = files,
        .files_size = files_size,
    };
}

static LPPROC_THREAD_ATTRIBUTE_LIST attributes_of(const void *startup, DWORD flags) {
    if (!(flags & EXTENDED_STARTUPINFO_PRESENT))
        return NULL;
    return ((const STARTUPINFOEXA *)startup)->lpAttributeList;
}

BOOL CreateProcessA(LPCSTR lpApplicationName, LPSTR lpCommandLine,
                    LPSECURITY_ATTRIBUTES lpProcessAttributes,
                    LPSECURITY_ATTRIBUTES lpThreadAttributes, BOOL bInheritHandles,
                    DWORD dwCreationFlags, LPVOID lpEnvironment, LPCSTR lpCurrentDirectory,
                    LPSTARTUPINFOA lpStartupInfo, LPPROCESS_INFORMATION lpProcessInformation) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return FALSE;
    struct request request = {
        .application = lpApplicationName,
        .command_line = lpCommandLine,
        .directory = lpCurrentDirectory,
        .environment = environment_of(&me, lpEnvironment, dwCreationFlags),
        .process_attributes = lpProcessAttributes,
        .thread_attributes = lpThreadAttributes,
        .inherit = bInheritHandles != FALSE,
        .flags = dwCreationFlags,
        .attributes = attributes_of(lpStartupInfo, dwCreationFlags),
        .information = lpProcessInformation,
    };
    decode_startup(&me, &request.startup, lpStartupInfo);
    request.startup.desktop =
        lpStartupInfo->lpDesktop ? core_text(me.w, lpStartupInfo->lpDesktop) : NULL;
    request.startup.title = lpStartupInfo->lpTitle ? core_text(me.w, lpStartupInfo->lpTitle) : NULL;
    return create_process(&me, &request);
}

BOOL CreateProcessW(LPCWSTR lpApplicationName, LPWSTR lpCommandLine,
                    LPSECURITY_ATTRIBUTES lpProcessAttributes,
                    LPSECURITY_ATTRIBUTES lpThreadAttributes, BOOL bInheritHandles,
                    DWORD dwCreationFlags, LPVOID lpEnvironment, LPCWSTR lpCurrentDirectory,
                    LPSTARTUPINFOW lpStartupInfo, LPPROCESS_INFORMATION lpProcessInformation) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return FALSE;
    struct request request = {
        .application = api_utf8(&me, lpApplicationName),
        .command_line = api_utf8(&me, lpCommandLine),
        .directory = api_utf8(&me, lpCurrentDirectory),
        .environment = environment_of(&me, lpEnvironment, dwCreationFlags),
        .process_attributes = lpProcessAttributes,
        .thread_attributes = lpThreadAttributes,
        .inherit = bInheritHandles != FALSE,
        .flags = dwCreationFlags,
        .attributes = attributes_of(lpStartupInfo, dwCreationFlags),
        .information = lpProcessInformation,
    };
    /* Both forms differ only in the type of their texts. */
    decode_startup(&me, &request.startup, (const STARTUPINFOA *)(const void *)lpStartupInfo);
    request.startup.desktop = api_utf8(&me, lpStartupInfo->lpDesktop);
    request.startup.title = api_utf8(&me, lpStartupInfo->lpTitle);
    return create_process(&me, &request);
}

UINT WinExec(LPCSTR lpCmdLine, UINT uCmdShow) {
    enum { STARTED = 33 }; /* anything above 31 means success */
    struct api_caller me;
    STARTUPINFOA startup = {
        .cb = sizeof startup, .dwFlags = STARTF_USESHOWWINDOW, .wShowWindow = (WORD)uCmdShow};
    PROCESS_INFORMATION information;
    if (!api_caller_get(&me))
        return 0;
    char *line = (char *)(uintptr_t)core_text(me.w, lpCmdLine);
    if (!CreateProcessA(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &information)) {
        DWORD error = GetLastError();
        return error < 32 ? error : ERROR_BAD_FORMAT;
    }
    CloseHandle(information.hThread);
    CloseHandle(information.hProcess);
    return STARTED;
}
