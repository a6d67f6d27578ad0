/* nt_section.c - native calls for sections and their views. */
#include "api/nt.h"
#include "api/section.h"

static NTSTATUS status_of(DWORD error) {
    switch (error) {
    case ERROR_SUCCESS:
        return STATUS_SUCCESS;
    case ERROR_INVALID_HANDLE:
        return STATUS_INVALID_HANDLE;
    case ERROR_ACCESS_DENIED:
        return STATUS_ACCESS_DENIED;
    case ERROR_FILE_INVALID:
        return STATUS_MAPPED_FILE_SIZE_ZERO;
    case ERROR_NOT_ENOUGH_MEMORY:
        return STATUS_SECTION_TOO_BIG;
    case ERROR_BAD_EXE_FORMAT:
        return STATUS_INVALID_FILE_FOR_SECTION;
    default:
        return STATUS_INVALID_PARAMETER;
    }
}

static bool is_protection(ULONG protect) {
    ULONG kind = protect & 0xFF;
    return kind && !(kind & (kind - 1)) && kind != PAGE_NOACCESS && !(protect & ~(ULONG)0x7FF);
}

static NTSTATUS give(struct api_caller *me, void *body, ACCESS_MASK access, bool inherit,
                     PHANDLE out) {
    HANDLE handle;
    NTSTATUS status = api_new_handle(me, body, access, inherit, &handle);
    return NT_SUCCESS(status) ? nt_write(me, out, &handle, sizeof handle) : status;
}

static NTSTATUS new_section(struct api_caller *me, const struct nt_attributes *attributes,
                            struct api_section_create *create, struct api_section **section) {
    bool existing;
    NTSTATUS status = status_of(api_section_prepare(me, create));
    if (!NT_SUCCESS(status))
        return status;
    *section = ob_create_named(me->w, &api_section_type, attributes->name, &existing, &status);
    if (!*section)
        return status;
    if (existing)
        status = attributes->open_if ? STATUS_OBJECT_NAME_EXISTS : STATUS_OBJECT_NAME_COLLISION;
    else
        status = status_of(api_section_fill(me, *section, create));
    if (!NT_SUCCESS(status))
        ob_dereference(me->w, *section);
    return status;
}

NTSTATUS NtCreateSection(PHANDLE SectionHandle, ACCESS_MASK DesiredAccess,
                         POBJECT_ATTRIBUTES ObjectAttributes, PLARGE_INTEGER MaximumSize,
                         ULONG SectionPageProtection, ULONG AllocationAttributes,
                         HANDLE FileHandle) {
    enum { KINDS = SEC_COMMIT | SEC_RESERVE | SEC_IMAGE };
    struct api_caller me;
    struct nt_attributes decoded;
    struct api_section *section;
    struct api_section_create create = {.file = FileHandle,
                                        .protect = SectionPageProtection | AllocationAttributes};
    if (!api_caller_get(&me))
        return STATUS_INVALID_HANDLE;
    if (!(AllocationAttributes & KINDS))
        return STATUS_INVALID_PARAMETER_6;
    if (!is_protection(SectionPageProtection))
        return STATUS_INVALID_PAGE_PROTECTION;
    NTSTATUS status = nt_probe(&me, SectionHandle, sizeof *SectionHandle);
    if (NT_SUCCESS(status) && MaximumSize)
        status = nt_read(&me, &create.size, MaximumSize, sizeof create.size);
    if (NT_SUCCESS(status))
        status = nt_attributes(&me, ObjectAttributes, &decoded);
    if (!NT_SUCCESS(status))
        return status;
    if (!FileHandle && (AllocationAttributes & SEC_IMAGE))
        return STATUS_INVALID_FILE_FOR_SECTION;
    if (!FileHandle && !create.size)
        return STATUS_INVALID_PARAMETER_4;
    status = new_section(&me, &decoded, &create, &section);
    if (!NT_SUCCESS(status))
        return status;
    NTSTATUS given = give(&me, section, DesiredAccess, decoded.inherit, SectionHandle);
    ob_dereference(me.w, section);
    return NT_SUCCESS(given) ? status : given;
}

NTSTATUS NtOpenSection(PHANDLE SectionHandle, ACCESS_MASK DesiredAccess,
                       POBJECT_ATTRIBUTES ObjectAttributes) {
    struct api_caller me;
    struct nt_attributes decoded;
    if (!api_caller_get(&me))
        return STATUS_INVALID_HANDLE;
    NTSTATUS status = nt_probe(&me, SectionHandle, sizeof *SectionHandle);
    if (NT_SUCCESS(status) && !ObjectAttributes)
        status = STATUS_INVALID_PARAMETER;
    if (NT_SUCCESS(status))
        status = nt_attributes(&me, ObjectAttributes, &decoded);
    if (NT_SUCCESS(status) && !decoded.named)
        status = STATUS_OBJECT_PATH_SYNTAX_BAD;
    if (!NT_SUCCESS(status))
        return status;
    ke_point(me.w, 0, KE_NOTHING);
    void *section = ob_open_named(me.w, &api_section_type, decoded.name, &status);
    if (!section)
        return status;
    status = give(&me, section, DesiredAccess, decoded.inherit, SectionHandle);
    ob_dereference(me.w, section);
    return status;
}

static NTSTATUS view_status_of(DWORD error) {
    return error == ERROR_MAPPED_ALIGNMENT  ? STATUS_MAPPED_ALIGNMENT
           : error == ERROR_INVALID_ADDRESS ? STATUS_CONFLICTING_ADDRESSES
           : error == ERROR_ACCESS_DENIED   ? STATUS_INVALID_VIEW_SIZE
                                            : STATUS_NO_MEMORY;
}

static NTSTATUS read_view(struct api_caller *me, PVOID *base, const LARGE_INTEGER *offset,
                          const SIZE_T *size, struct api_view *view) {
    NTSTATUS status = nt_read(me, &view->wanted, base, sizeof view->wanted);
    if (NT_SUCCESS(status))
        status = nt_read(me, &view->size, size, sizeof view->size);
    if (NT_SUCCESS(status) && offset)
        status = nt_read(me, &view->offset, offset, sizeof view->offset);
    return status;
}

NTSTATUS NtMapViewOfSection(HANDLE SectionHandle, HANDLE ProcessHandle, PVOID *BaseAddress,
                            ULONG_PTR ZeroBits, SIZE_T CommitSize, PLARGE_INTEGER SectionOffset,
                            PSIZE_T ViewSize, ULONG InheritDisposition, ULONG AllocationType,
                            ULONG Win32Protect) {
    enum { VIEW_SHARE = 1, VIEW_UNMAP = 2 };
    struct api_caller me;
    struct api_view view = {.protect = Win32Protect};
    void *section, *process;
    (void)ZeroBits, (void)CommitSize, (void)AllocationType;
    if (!api_caller_get(&me))
        return STATUS_INVALID_HANDLE;
    if (InheritDisposition != VIEW_SHARE && InheritDisposition != VIEW_UNMAP)
        return STATUS_INVALID_PARAMETER_8;
    if (!is_protection(Win32Protect))
        return STATUS_INVALID_PAGE_PROTECTION;
    NTSTATUS status = read_view(&me, BaseAddress, SectionOffset, ViewSize, &view);
    if (!NT_SUCCESS(status))
        return status;
    bool writes = (Win32Protect & (PAGE_READWRITE | PAGE_EXECUTE_READWRITE)) != 0;
    status =
        api_object(&me, ProcessHandle, PROCESS_VM_OPERATION, &ps_process_type, KE_WRITE, &process);
    if (NT_SUCCESS(status))
        status = api_peek(&me, SectionHandle, writes ? SECTION_MAP_WRITE : SECTION_MAP_READ,
                          &api_section_type, &section);
    if (NT_SUCCESS(status) && ((struct ps_process *)process)->rundown)
        status = STATUS_PROCESS_IS_TERMINATING;
    if (!NT_SUCCESS(status))
        return status;
    view.process = process;
    DWORD error = api_section_map(&me, section, &view);
    if (error)
        return view_status_of(error);
    nt_write(&me, BaseAddress, &view.base, sizeof view.base);
    return nt_write(&me, ViewSize, &view.size, sizeof view.size);
}

NTSTATUS NtUnmapViewOfSection(HANDLE ProcessHandle, PVOID BaseAddress) {
    struct api_caller me;
    struct ps_process *process;
    NTSTATUS status = api_process_of(&me, ProcessHandle, PROCESS_VM_OPERATION, KE_WRITE, &process);
    if (NT_SUCCESS(status) && !api_section_unmap(me.w, process, BaseAddress))
        status = STATUS_NOT_MAPPED_VIEW;
    return status;
}
