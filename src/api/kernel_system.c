/* kernel_system.c - what drivers ask of the system beyond what programs do: modules of the kernel;
 * and the targets of symbolic links. */
#include "api/kernel.h"
#include "rundown/sdk/rd_ntkernel.h"

/* The user-mode twin; its header cannot be included beside the kernel's. */
NTSTATUS NtQuerySystemInformation(ULONG, PVOID, ULONG, PULONG);

enum { MODULES = 11, KERNEL_DEBUGGER = 35 };

/* RTL_PROCESS_MODULE_INFORMATION and RTL_PROCESS_MODULES. */
struct module {
    void *section, *mapped_base;
    const void *base;
    uint32_t size, flags;
    uint16_t load_index, init_index, load_count, name_offset;
    char path[256];
};

struct modules {
    uint32_t count, unused;
    struct module first[];
};

static void put_module(struct modules *modules, size_t room, const char *path, const void *base) {
    enum { PAGE = 4096 };
    uint32_t index = modules->count++;
    struct module *module = &modules->first[index];
    if (index >= room)
        return;
    *module = (struct module){.base = base,
                              .size = PAGE,
                              .load_index = (uint16_t)index,
                              .load_count = 1,
                              .name_offset = (uint16_t)(strrchr(path, '\\') + 1 - path)};
    strncpy(module->path, path, sizeof module->path - 1);
}

/* The kernel, then the drivers in the order in which they were loaded. What does not fit is only
 * counted. */
static NTSTATUS query_modules(struct rd_world *w, struct modules *modules, ULONG length,
                              PULONG needed) {
    size_t room =
        length < sizeof *modules ? 0 : (length - sizeof *modules) / sizeof *modules->first;
    struct modules counter = {.count = 0}, *out = room ? modules : &counter;
    out->count = 0;
    put_module(out, room, "\\SystemRoot\\system32\\ntoskrnl.exe", w);
    base_list_each(link, &w->io->drivers) {
        const struct io_driver *driver = base_container(link, struct io_driver, link);
        if (driver->loaded)
            put_module(out, room,
                       core_textf(w, "\\SystemRoot\\System32\\drivers\\%s", driver->name), driver);
    }
    if (needed)
        *needed = (ULONG)(sizeof *modules + out->count * sizeof *modules->first);
    return out->count <= room ? STATUS_SUCCESS : STATUS_INFO_LENGTH_MISMATCH;
}

/* Not enabled, and not present. */
static NTSTATUS query_debugger(PBOOLEAN information, ULONG length, PULONG needed) {
    enum { SIZE = 2 };
    if (needed)
        *needed = SIZE;
    if (length < SIZE)
        return STATUS_INFO_LENGTH_MISMATCH;
    information[0] = FALSE;
    information[1] = TRUE;
    return STATUS_SUCCESS;
}

NTSTATUS ZwQuerySystemInformation(ULONG SystemInformationClass, PVOID SystemInformation,
                                  ULONG SystemInformationLength, PULONG ReturnLength) {
    struct rd_world *w = kernel_world();
    if (!w)
        return STATUS_INVALID_PARAMETER;
    ke_service_check(w, "ZwQuerySystemInformation");
    switch (SystemInformationClass) {
    case MODULES:
        ke_point(w, core_place(CORE_MACHINE, CORE_PROCESSES), KE_READ);
        return query_modules(w, SystemInformation, SystemInformationLength, ReturnLength);
    case KERNEL_DEBUGGER:
        return query_debugger(SystemInformation, SystemInformationLength, ReturnLength);
    default:
        return NtQuerySystemInformation(SystemInformationClass, SystemInformation,
                                        SystemInformationLength, ReturnLength);
    }
}

/* ---- symbolic links -------------------------------------------------------------------------- */

NTSTATUS ZwOpenSymbolicLinkObject(PHANDLE LinkHandle, ACCESS_MASK DesiredAccess,
                                  POBJECT_ATTRIBUTES ObjectAttributes) {
    struct rd_world *w = kernel_world();
    NTSTATUS status;
    if (!w)
        return STATUS_INVALID_PARAMETER;
    ke_service_check(w, "ZwOpenSymbolicLinkObject");
    if (!ObjectAttributes || !ObjectAttributes->ObjectName)
        return STATUS_INVALID_PARAMETER;
    const char *name = kernel_utf8(w, ObjectAttributes->ObjectName);
    if (*name != '\\')
        return STATUS_OBJECT_PATH_SYNTAX_BAD;
    ke_point(w, core_place(CORE_MACHINE, CORE_FILES), KE_READ);
    void *link = ob_open_named(w, &io_symbolic_link_type, io_name_normalized(w, name), &status);
    if (!link)
        return status;
    struct kernel_open open = {
        .body = link, .access = DesiredAccess, .attributes = ObjectAttributes->Attributes};
    status = kernel_open_handle(w, &open, LinkHandle);
    ob_dereference(w, link);
    return status;
}

NTSTATUS ZwQuerySymbolicLinkObject(HANDLE LinkHandle, PUNICODE_STRING LinkTarget,
                                   PULONG ReturnedLength) {
    struct api_caller me;
    void *link;
    if (!kernel_world() || !api_caller_get(&me))
        return STATUS_INVALID_HANDLE;
    ke_service_check(me.w, "ZwQuerySymbolicLinkObject");
    NTSTATUS status =
        api_object(&me, LinkHandle, SYMBOLIC_LINK_QUERY, &io_symbolic_link_type, KE_READ, &link);
    if (!NT_SUCCESS(status))
        return status;
    const char *target = io_link_target(link);
    size_t bytes = strlen(target), length = base_utf8_to_16(target, bytes, NULL, 0) * 2;
    bool ends = LinkTarget->MaximumLength >= length + 2;
    if (ReturnedLength)
        *ReturnedLength = (ULONG)(length + 2);
    if (LinkTarget->MaximumLength < length)
        return STATUS_BUFFER_TOO_SMALL;
    base_utf8_to_16(target, bytes, (uint16_t *)(void *)LinkTarget->Buffer, length / 2);
    LinkTarget->Length = (USHORT)length;
    if (ends)
        LinkTarget->Buffer[length / 2] = 0;
    return STATUS_SUCCESS;
}
