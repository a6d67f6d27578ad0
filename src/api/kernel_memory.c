/* kernel_memory.c - sections and memory of processes, as drivers work on them. */
#include "api/kernel.h"
#include "api/memory.h"
#include "api/section.h"
#include "rundown/sdk/rd_ntkernel.h"

enum { VM_OPERATION = 0x8, QUERY_PROCESS = 0x400, MAP_WRITE = 0x2, MAP_READ = 0x4 };

static bool begin(struct api_caller *me, const char *routine) {
    if (!kernel_world() || !api_caller_get(me))
        return false;
    ke_service_check(me->w, routine);
    return true;
}

/* A living process; one that has ended has no address space. */
static NTSTATUS target_of(struct api_caller *me, HANDLE handle, uint32_t access,
                          struct ps_process **process) {
    void *body = NULL;
    NTSTATUS status = api_object(me, handle, access, &ps_process_type, KE_WRITE, &body);
    *process = body;
    return NT_SUCCESS(status) && (*process)->rundown ? STATUS_PROCESS_IS_TERMINATING : status;
}

/* ---- sections -------------------------------------------------------------------------------- */

static NTSTATUS status_of(uint32_t error) {
    static const struct {
        uint32_t error;
        NTSTATUS status;
    } rows[] = {{0, STATUS_SUCCESS},
                {5, STATUS_INVALID_VIEW_SIZE},
                {6, STATUS_INVALID_HANDLE},
                {8, STATUS_SECTION_TOO_BIG},
                {87, STATUS_INVALID_PAGE_PROTECTION},
                {112, STATUS_DISK_FULL},
                {193, STATUS_INVALID_IMAGE_FORMAT},
                {487, STATUS_CONFLICTING_ADDRESSES},
                {1006, STATUS_MAPPED_FILE_SIZE_ZERO},
                {1132, STATUS_MAPPED_ALIGNMENT}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].error == error)
            return rows[i].status;
    return STATUS_INVALID_PARAMETER;
}

/* A section with a reference; one of that name may be there already. */
static NTSTATUS new_section(struct api_caller *me, const OBJECT_ATTRIBUTES *attributes,
                            struct api_section_create *create, struct api_section **section) {
    const UNICODE_STRING *text = attributes ? attributes->ObjectName : NULL;
    const char *name = text ? kernel_object_name(me->w, text) : NULL;
    bool existing = false, may_exist = attributes && (attributes->Attributes & OBJ_OPENIF);
    NTSTATUS status = STATUS_SUCCESS;
    uint32_t error = api_section_prepare(me, create);
    if (error)
        return error == 193 ? STATUS_INVALID_FILE_FOR_SECTION : status_of(error);
    *section = ob_create_named(me->w, &api_section_type, name, &existing, &status);
    if (!*section)
        return status;
    if (existing)
        status = may_exist ? STATUS_OBJECT_NAME_EXISTS : STATUS_OBJECT_NAME_COLLISION;
    else
        status = status_of(api_section_fill(me, *section, create));
    if (!NT_SUCCESS(status))
        ob_dereference(me->w, *section);
    return status;
}

NTSTATUS ZwCreateSection(PHANDLE SectionHandle, ACCESS_MASK DesiredAccess,
                         POBJECT_ATTRIBUTES ObjectAttributes, PLARGE_INTEGER MaximumSize,
                         ULONG SectionPageProtection, ULONG AllocationAttributes,
                         HANDLE FileHandle) {
    enum { KINDS = SEC_COMMIT | SEC_RESERVE | SEC_IMAGE };
    struct api_caller me;
    struct api_section *section = NULL;
    struct api_section_create create = {.file = FileHandle,
                                        .protect = SectionPageProtection | AllocationAttributes,
                                        .size = MaximumSize ? (uint64_t)MaximumSize->QuadPart : 0};
    if (!begin(&me, "ZwCreateSection"))
        return STATUS_INVALID_PARAMETER;
    if (!(AllocationAttributes & KINDS))
        return STATUS_INVALID_PARAMETER_6;
    if (!FileHandle && (AllocationAttributes & SEC_IMAGE))
        return STATUS_INVALID_FILE_FOR_SECTION;
    if (!FileHandle && !create.size)
        return STATUS_INVALID_PARAMETER_4;
    NTSTATUS status = new_section(&me, ObjectAttributes, &create, &section);
    if (!NT_SUCCESS(status))
        return status;
    struct kernel_open open = {.body = section,
                               .access = DesiredAccess,
                               .attributes = ObjectAttributes ? ObjectAttributes->Attributes : 0};
    NTSTATUS opened = kernel_open_handle(me.w, &open, SectionHandle);
    ob_dereference(me.w, section);
    return NT_SUCCESS(opened) ? status : opened;
}

NTSTATUS ZwOpenSection(PHANDLE SectionHandle, ACCESS_MASK DesiredAccess,
                       POBJECT_ATTRIBUTES ObjectAttributes) {
    struct api_caller me;
    NTSTATUS status;
    if (!begin(&me, "ZwOpenSection"))
        return STATUS_INVALID_PARAMETER;
    if (!ObjectAttributes || !ObjectAttributes->ObjectName)
        return STATUS_OBJECT_NAME_INVALID;
    ke_point(me.w, 0, KE_NOTHING);
    const char *name = kernel_object_name(me.w, ObjectAttributes->ObjectName);
    void *section = ob_open_named(me.w, &api_section_type, name, &status);
    if (!section)
        return status;
    struct kernel_open open = {
        .body = section, .access = DesiredAccess, .attributes = ObjectAttributes->Attributes};
    status = kernel_open_handle(me.w, &open, SectionHandle);
    ob_dereference(me.w, section);
    return status;
}

static bool is_view_protection(ULONG protect) {
    switch (protect) {
    case PAGE_READONLY:
    case PAGE_READWRITE:
    case PAGE_WRITECOPY:
    case PAGE_EXECUTE:
    case PAGE_EXECUTE_READ:
    case PAGE_EXECUTE_READWRITE:
    case PAGE_EXECUTE_WRITECOPY:
        return true;
    default:
        return false;
    }
}

NTSTATUS ZwMapViewOfSection(HANDLE SectionHandle, HANDLE ProcessHandle, PVOID *BaseAddress,
                            ULONG_PTR ZeroBits, SIZE_T CommitSize, PLARGE_INTEGER SectionOffset,
                            PSIZE_T ViewSize, SECTION_INHERIT InheritDisposition,
                            ULONG AllocationType, ULONG Win32Protect) {
    struct api_caller me;
    struct api_section *section;
    void *body;
    struct api_view view = {.protect = Win32Protect,
                            .offset = SectionOffset ? (uint64_t)SectionOffset->QuadPart : 0,
                            .size = *ViewSize,
                            .wanted = *BaseAddress};
    const ULONG writable = PAGE_READWRITE | PAGE_EXECUTE_READWRITE;
    uint32_t access = Win32Protect & writable ? MAP_WRITE : MAP_READ;
    (void)CommitSize, (void)AllocationType;
    if (!begin(&me, "ZwMapViewOfSection"))
        return STATUS_INVALID_HANDLE;
    if (InheritDisposition != ViewShare && InheritDisposition != ViewUnmap)
        return STATUS_INVALID_PARAMETER_8;
    if (!is_view_protection(Win32Protect))
        return STATUS_INVALID_PAGE_PROTECTION;
    if (ZeroBits > 21)
        return STATUS_INVALID_PARAMETER_4;
    NTSTATUS status = target_of(&me, ProcessHandle, VM_OPERATION, &view.process);
    if (NT_SUCCESS(status))
        status = api_object(&me, SectionHandle, access, &api_section_type, KE_WRITE, &body);
    if (!NT_SUCCESS(status))
        return status;
    section = body;
    if (access == MAP_WRITE && !(section->protect & writable))
        return STATUS_SECTION_PROTECTION;
    status = status_of(api_section_map(&me, section, &view));
    if (!NT_SUCCESS(status))
        return status;
    *BaseAddress = view.base;
    *ViewSize = view.size;
    return STATUS_SUCCESS;
}

NTSTATUS ZwUnmapViewOfSection(HANDLE ProcessHandle, PVOID BaseAddress) {
    struct api_caller me;
    struct ps_process *process;
    if (!begin(&me, "ZwUnmapViewOfSection"))
        return STATUS_INVALID_HANDLE;
    NTSTATUS status = target_of(&me, ProcessHandle, VM_OPERATION, &process);
    if (NT_SUCCESS(status) && !api_section_unmap(me.w, process, BaseAddress))
        status = STATUS_NOT_MAPPED_VIEW;
    return status;
}

/* What every process sees: a view of the System process. */
NTSTATUS MmMapViewInSystemSpace(PVOID Section, PVOID *MappedBase, PSIZE_T ViewSize) {
    struct api_caller me;
    if (!kernel_world() || !api_caller_get(&me))
        return STATUS_INVALID_PARAMETER;
    ke_irql_check(me.w, KE_APC_LEVEL, "MmMapViewInSystemSpace", "IRQL-02");
    ke_point(me.w, ob_id(Section), KE_WRITE);
    struct api_view view = {
        .process = me.w->ps->system, .protect = PAGE_READONLY, .size = *ViewSize};
    NTSTATUS status = status_of(api_section_map(&me, Section, &view));
    *MappedBase = view.base;
    *ViewSize = view.size;
    return status;
}

NTSTATUS MmUnmapViewInSystemSpace(PVOID MappedBase) {
    struct rd_world *w = kernel_world();
    if (!w)
        return STATUS_INVALID_PARAMETER;
    ke_irql_check(w, KE_APC_LEVEL, "MmUnmapViewInSystemSpace", "IRQL-02");
    ke_point(w, ob_id(w->ps->system), KE_WRITE);
    return api_section_unmap(w, w->ps->system, MappedBase) ? STATUS_SUCCESS
                                                           : STATUS_NOT_MAPPED_VIEW;
}

/* ---- memory ---------------------------------------------------------------------------------- */

NTSTATUS ZwAllocateVirtualMemory(HANDLE ProcessHandle, PVOID *BaseAddress, ULONG_PTR ZeroBits,
                                 PSIZE_T RegionSize, ULONG AllocationType, ULONG Protect) {
    struct api_caller me;
    struct api_memory memory = {
        .base = *BaseAddress, .size = *RegionSize, .type = AllocationType, .protect = Protect};
    if (!begin(&me, "ZwAllocateVirtualMemory"))
        return STATUS_INVALID_HANDLE;
    if (ZeroBits > 21)
        return STATUS_INVALID_PARAMETER_3;
    if (!memory.size)
        return STATUS_INVALID_PARAMETER_4;
    NTSTATUS status = target_of(&me, ProcessHandle, VM_OPERATION, &memory.process);
    if (NT_SUCCESS(status))
        status = api_memory_allocate(&me, &memory);
    if (!NT_SUCCESS(status))
        return status;
    *BaseAddress = memory.base;
    *RegionSize = memory.size;
    return STATUS_SUCCESS;
}

NTSTATUS ZwFreeVirtualMemory(HANDLE ProcessHandle, PVOID *BaseAddress, PSIZE_T RegionSize,
                             ULONG FreeType) {
    struct api_caller me;
    struct api_memory memory = {.base = *BaseAddress, .size = *RegionSize, .type = FreeType};
    if (!begin(&me, "ZwFreeVirtualMemory"))
        return STATUS_INVALID_HANDLE;
    if (FreeType != MEM_RELEASE && FreeType != MEM_DECOMMIT)
        return STATUS_INVALID_PARAMETER_4;
    NTSTATUS status = target_of(&me, ProcessHandle, VM_OPERATION, &memory.process);
    if (NT_SUCCESS(status))
        status = api_memory_free(&me, &memory);
    if (NT_SUCCESS(status))
        *RegionSize = memory.size;
    return status;
}

NTSTATUS ZwProtectVirtualMemory(HANDLE ProcessHandle, PVOID *BaseAddress, PSIZE_T RegionSize,
                                ULONG NewProtect, PULONG OldProtect) {
    struct api_caller me;
    struct api_memory memory = {.base = *BaseAddress, .size = *RegionSize, .protect = NewProtect};
    if (!begin(&me, "ZwProtectVirtualMemory"))
        return STATUS_INVALID_HANDLE;
    NTSTATUS status = target_of(&me, ProcessHandle, VM_OPERATION, &memory.process);
    if (NT_SUCCESS(status))
        status = api_memory_protect(&me, &memory);
    if (NT_SUCCESS(status))
        *OldProtect = memory.protect;
    return status;
}

NTSTATUS ZwQueryVirtualMemory(HANDLE ProcessHandle, PVOID BaseAddress,
                              MEMORY_INFORMATION_CLASS MemoryInformationClass,
                              PVOID MemoryInformation, SIZE_T MemoryInformationLength,
                              PSIZE_T ReturnLength) {
    struct api_caller me;
    struct api_memory memory = {.base = BaseAddress};
    if (!begin(&me, "ZwQueryVirtualMemory"))
        return STATUS_INVALID_HANDLE;
    if (MemoryInformationClass != MemoryBasicInformation)
        return STATUS_INVALID_INFO_CLASS;
    if (MemoryInformationLength < sizeof(MEMORY_BASIC_INFORMATION))
        return STATUS_INFO_LENGTH_MISMATCH;
    NTSTATUS status = target_of(&me, ProcessHandle, QUERY_PROCESS, &memory.process);
    if (!NT_SUCCESS(status))
        return status;
    api_memory_query(&me, &memory, MemoryInformation);
    if (ReturnLength)
        *ReturnLength = sizeof(MEMORY_BASIC_INFORMATION);
    return STATUS_SUCCESS;
}
