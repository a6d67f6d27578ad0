/* win32_toolhelp.c - snapshots of processes, threads and modules. */
#include "api/win32.h"
#include "rundown/sdk/psapi.h"
#include "rundown/sdk/tlhelp32.h"

struct snapshot_process {
    uint32_t pid, parent, threads;
    const char *name;
};

struct snapshot_thread {
    uint32_t tid, pid;
};

/* What was there when the snapshot was taken. The arrays are memory of the run. */
struct snapshot {
    DISPATCHER_HEADER header;
    struct snapshot_process *processes;
    struct snapshot_thread *threads;
    struct ldr_module **modules;
    uint32_t process_count, thread_count, module_count;
    uint32_t process_next, thread_next, module_next;
    uint32_t module_pid;
    size_t sizes[3];
};

static void snapshot_deleted(struct rd_world *w, void *body) {
    struct snapshot *snapshot = body;
    core_free(w, snapshot->processes, snapshot->sizes[0]);
    core_free(w, snapshot->threads, snapshot->sizes[1]);
    core_free(w, snapshot->modules, snapshot->sizes[2]);
}

static const struct ob_type snapshot_type = {
    .name = "Section",
    .body_size = sizeof(struct snapshot),
    .valid_access = 0x1F001F,
    .generic_read = 0x20005,
    .generic_write = 0x20002,
    .generic_execute = 0x20008,
    .generic_all = 0xF001F,
    .on_close = ob_no_close,
    .on_last_handle = ob_no_action,
    .on_delete = snapshot_deleted,
};

/* Processes that are dead are not enumerated even if their objects exist (PROC-12). */
static bool is_listed(const struct ps_process *process) {
    return !process->rundown;
}

static void take_processes(struct rd_world *w, struct snapshot *snapshot) {
    uint32_t count = 0, threads = 0;
    base_list_each(link, &w->ps->processes) {
        const struct ps_process *process = base_container(link, struct ps_process, link);
        count += is_listed(process);
        threads += process->active_threads;
    }
    snapshot->sizes[0] = (count + 1) * sizeof *snapshot->processes;
    snapshot->sizes[1] = (threads + 1) * sizeof *snapshot->threads;
    snapshot->processes = core_alloc(w, snapshot->sizes[0]);
    snapshot->threads = core_alloc(w, snapshot->sizes[1]);
    base_list_each(link, &w->ps->processes) {
        const struct ps_process *process = base_container(link, struct ps_process, link);
        if (is_listed(process))
            snapshot->processes[snapshot->process_count++] = (struct snapshot_process){
                process->pid, process->parent_pid, process->active_threads, process->name};
        base_list_each(thread_link, &process->threads) {
            const struct ps_thread *thread = base_container(thread_link, struct ps_thread, link);
            if (snapshot->thread_count < threads)
                snapshot->threads[snapshot->thread_count++] =
                    (struct snapshot_thread){thread->tcb.tid, process->pid};
        }
    }
}

static NTSTATUS take_modules(struct api_caller *me, struct snapshot *snapshot, DWORD pid) {
    struct ps_process *process = pid ? ps_process_by_id(me->w, pid) : me->process;
    uint32_t count = 0;
    if (!process)
        return STATUS_INVALID_PARAMETER;
    if (process->rundown || !process->ldr)
        return STATUS_ACCESS_DENIED;
    base_list_each(link, &process->ldr->load_order) count++;
    snapshot->sizes[2] = (count + 1) * sizeof *snapshot->modules;
    snapshot->modules = core_alloc(me->w, snapshot->sizes[2]);
    snapshot->module_pid = process->pid;
    ldr_touch_modules(process->ldr, CORE_READ);
    base_list_each(link, &process->ldr->load_order) snapshot->modules[snapshot->module_count++] =
        base_container(link, struct ldr_module, load_link);
    return STATUS_SUCCESS;
}

HANDLE CreateToolhelp32Snapshot(DWORD dwFlags, DWORD th32ProcessID) {
    struct api_caller me;
    HANDLE handle = INVALID_HANDLE_VALUE;
    if (!api_caller_get(&me))
        return INVALID_HANDLE_VALUE;
    ke_point(me.w, core_place(CORE_MACHINE, CORE_PROCESSES), KE_READ);
    struct snapshot *snapshot = ob_create(me.w, &snapshot_type);
    NTSTATUS status = STATUS_SUCCESS;
    take_processes(me.w, snapshot);
    if (dwFlags & (TH32CS_SNAPMODULE | TH32CS_SNAPMODULE32))
        status = take_modules(&me, snapshot, th32ProcessID);
    if (!(dwFlags & TH32CS_SNAPPROCESS))
        snapshot->process_count = 0;
    if (!(dwFlags & TH32CS_SNAPTHREAD))
        snapshot->thread_count = 0;
    if (NT_SUCCESS(status))
        status = api_new_handle(&me, snapshot, GENERIC_ALL, dwFlags & TH32CS_INHERIT, &handle);
    ob_dereference(me.w, snapshot);
    return api_result(&me, status) ? handle : INVALID_HANDLE_VALUE;
}

/* ---- enumeration ----------------------------------------------------------------------------- */

static struct snapshot *snapshot_of(struct api_caller *me, HANDLE handle) {
    void *body;
    if (!api_caller_get(me))
        return NULL;
    NTSTATUS status = api_object(me, handle, 0, &snapshot_type, KE_WRITE, &body);
    return api_result(me, status) ? body : NULL;
}

static const struct snapshot_process *next_process(struct api_caller *me, HANDLE handle, bool first,
                                                   bool size_is_right) {
    struct snapshot *snapshot = snapshot_of(me, handle);
    if (!snapshot)
        return NULL;
    if (!size_is_right) {
        api_set_error(me, ERROR_INSUFFICIENT_BUFFER);
        return NULL;
    }
    if (first)
        snapshot->process_next = 0;
    if (snapshot->process_next == snapshot->process_count) {
        api_set_error(me, ERROR_NO_MORE_FILES);
        return NULL;
    }
    return &snapshot->processes[snapshot->process_next++];
}

enum { BASE_PRIORITY = 8 };

static BOOL process_w(HANDLE handle, bool first, LPPROCESSENTRY32W out) {
    struct api_caller me;
    const struct snapshot_process *process =
        next_process(&me, handle, first, out->dwSize >= sizeof *out);
    if (!process)
        return FALSE;
    memset(&out->cntUsage, 0, sizeof *out - offsetof(PROCESSENTRY32W, cntUsage));
    out->th32ProcessID = process->pid;
    out->th32ParentProcessID = process->parent;
    out->cntThreads = process->threads;
    out->pcPriClassBase = BASE_PRIORITY;
    api_copy_w(process->name, out->szExeFile, MAX_PATH);
    return TRUE;
}

static void narrow(const WCHAR *text, char *out, size_t size) {
    memset(out, 0, size);
    base_utf16_to_8(text, base_utf16_length(text), out, size - 1);
}

/* The bytes of both forms agree up to the text, which comes last. */
static BOOL process_a(HANDLE handle, bool first, LPPROCESSENTRY32 out) {
    enum { HEAD = offsetof(PROCESSENTRY32, cntUsage), TEXT = offsetof(PROCESSENTRY32, szExeFile) };
    PROCESSENTRY32W wide = {.dwSize = out->dwSize < sizeof *out ? 0 : sizeof wide};
    if (!process_w(handle, first, &wide))
        return FALSE;
    memcpy((char *)out + HEAD, (const char *)&wide + HEAD, TEXT - HEAD);
    narrow(wide.szExeFile, out->szExeFile, sizeof out->szExeFile);
    return TRUE;
}

BOOL Process32First(HANDLE hSnapshot, LPPROCESSENTRY32 lppe) {
    return process_a(hSnapshot, true, lppe);
}

BOOL Process32Next(HANDLE hSnapshot, LPPROCESSENTRY32 lppe) {
    return process_a(hSnapshot, false, lppe);
}

BOOL Process32FirstW(HANDLE hSnapshot, LPPROCESSENTRY32W lppe) {
    return process_w(hSnapshot, true, lppe);
}

BOOL Process32NextW(HANDLE hSnapshot, LPPROCESSENTRY32W lppe) {
    return process_w(hSnapshot, false, lppe);
}

static BOOL thread_entry(HANDLE handle, bool first, LPTHREADENTRY32 out) {
    struct api_caller me;
    struct snapshot *snapshot = snapshot_of(&me, handle);
    if (!snapshot)
        return FALSE;
    if (out->dwSize < sizeof *out)
        return api_fail(&me, ERROR_INSUFFICIENT_BUFFER);
    if (first)
        snapshot->thread_next = 0;
    if (snapshot->thread_next == snapshot->thread_count)
        return api_fail(&me, ERROR_NO_MORE_FILES);
    const struct snapshot_thread *thread = &snapshot->threads[snapshot->thread_next++];
    memset(&out->cntUsage, 0, sizeof *out - offsetof(THREADENTRY32, cntUsage));
    out->th32ThreadID = thread->tid;
    out->th32OwnerProcessID = thread->pid;
    out->tpBasePri = BASE_PRIORITY;
    return TRUE;
}

BOOL Thread32First(HANDLE hSnapshot, LPTHREADENTRY32 lpte) {
    return thread_entry(hSnapshot, true, lpte);
}

BOOL Thread32Next(HANDLE hSnapshot, LPTHREADENTRY32 lpte) {
    return thread_entry(hSnapshot, false, lpte);
}

/* A module that was unloaded since the snapshot is passed over. */
static const struct ldr_module *next_module(struct api_caller *me, struct snapshot *snapshot,
                                            bool first) {
    const struct ps_process *process = ps_process_by_id(me->w, snapshot->module_pid);
    if (first)
        snapshot->module_next = 0;
    while (process && process->ldr && snapshot->module_next < snapshot->module_count) {
        const struct ldr_module *module = snapshot->modules[snapshot->module_next++];
        if (ldr_module_is_loaded(process->ldr, module))
            return module;
    }
    return NULL;
}

static BOOL module_w(HANDLE handle, bool first, LPMODULEENTRY32W out) {
    struct api_caller me;
    size_t size;
    struct snapshot *snapshot = snapshot_of(&me, handle);
    if (!snapshot)
        return FALSE;
    if (out->dwSize < sizeof *out)
        return api_fail(&me, ERROR_INSUFFICIENT_BUFFER);
    const struct ldr_module *module = next_module(&me, snapshot, first);
    if (!module)
        return api_fail(&me, ERROR_NO_MORE_FILES);
    memset(&out->th32ModuleID, 0, sizeof *out - offsetof(MODULEENTRY32W, th32ModuleID));
    out->th32ModuleID = 1;
    out->th32ProcessID = snapshot->module_pid;
    out->modBaseAddr = ldr_image_base(module->image, &size);
    out->modBaseSize = (DWORD)size;
    out->hModule = (HMODULE)(void *)out->modBaseAddr;
    out->GlblcntUsage = out->ProccntUsage = (DWORD)module->load_count & 0xFFFF;
    api_copy_w(module->image->name, out->szModule, MAX_MODULE_NAME32 + 1);
    api_copy_w(core_textf(me.w, "C:\\%s", module->image->name), out->szExePath, MAX_PATH);
    return TRUE;
}

static BOOL module_a(HANDLE handle, bool first, LPMODULEENTRY32 out) {
    enum { HEAD = offsetof(MODULEENTRY32, th32ModuleID), TEXT = offsetof(MODULEENTRY32, szModule) };
    MODULEENTRY32W wide = {.dwSize = out->dwSize < sizeof *out ? 0 : sizeof wide};
    if (!module_w(handle, first, &wide))
        return FALSE;
    memcpy((char *)out + HEAD, (const char *)&wide + HEAD, TEXT - HEAD);
    narrow(wide.szModule, out->szModule, sizeof out->szModule);
    narrow(wide.szExePath, out->szExePath, sizeof out->szExePath);
    return TRUE;
}

BOOL Module32First(HANDLE hSnapshot, LPMODULEENTRY32 lpme) {
    return module_a(hSnapshot, true, lpme);
}

BOOL Module32Next(HANDLE hSnapshot, LPMODULEENTRY32 lpme) {
    return module_a(hSnapshot, false, lpme);
}

BOOL Module32FirstW(HANDLE hSnapshot, LPMODULEENTRY32W lpme) {
    return module_w(hSnapshot, true, lpme);
}

BOOL Module32NextW(HANDLE hSnapshot, LPMODULEENTRY32W lpme) {
    return module_w(hSnapshot, false, lpme);
}

/* ---- psapi ----------------------------------------------------------------------------------- */

BOOL EnumProcesses(DWORD *lpidProcess, DWORD cb, LPDWORD lpcbNeeded) {
    struct api_caller me;
    DWORD count = 0;
    if (!api_caller_get(&me))
        return FALSE;
    ke_point(me.w, core_place(CORE_MACHINE, CORE_PROCESSES), KE_READ);
    base_list_each(link, &me.w->ps->processes) {
        const struct ps_process *process = base_container(link, struct ps_process, link);
        if (is_listed(process) && count < cb / sizeof(DWORD))
            lpidProcess[count++] = process->pid;
    }
    *lpcbNeeded = count * (DWORD)sizeof(DWORD);
    return TRUE;
}
