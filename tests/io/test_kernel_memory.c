/* Sections and memory of processes, as drivers work on them. */
#include <string.h>

#include "support/rd_driver_test.h"

#include "rundown/sdk/ntifs.h"
#include "rundown/sdk/rd_ntkernel.h"

static struct {
    NTSTATUS status[16];
    unsigned count;
} seen;

static void note(NTSTATUS status) {
    if (seen.count < 16)
        seen.status[seen.count++] = status;
}

static void expect_notes(void **state, void (*function)(void *), const NTSTATUS *expected,
                         unsigned count) {
    memset(&seen, 0, sizeof seen);
    kernel_call(*state, function);
    assert_int_equal(seen.count, count);
    for (unsigned i = 0; i < count; i++)
        if (seen.status[i] != expected[i])
            fail_msg("status %u is 0x%08X, expected 0x%08X", i, (unsigned)seen.status[i],
                     (unsigned)expected[i]);
}
#define EXPECT(function, ...)                                                                      \
    do {                                                                                           \
        const NTSTATUS expected[] = {__VA_ARGS__};                                                 \
        expect_notes(state, function, expected, sizeof expected / sizeof expected[0]);             \
    } while (0)

static HANDLE section_of(const OBJECT_ATTRIBUTES *attributes, LONGLONG size, ULONG protect,
                         ULONG kind) {
    LARGE_INTEGER maximum = {.QuadPart = size};
    HANDLE handle = NULL;
    note(ZwCreateSection(&handle, SECTION_ALL_ACCESS, (POBJECT_ATTRIBUTES)(uintptr_t)attributes,
                         size ? &maximum : NULL, protect, kind, NULL));
    return handle;
}

static char *view_of(HANDLE section, ULONG protect, SIZE_T *size) {
    PVOID base = NULL;
    note(ZwMapViewOfSection(section, NtCurrentProcess(), &base, 0, 0, NULL, size, ViewUnmap, 0,
                            protect));
    return base;
}

static OBJECT_ATTRIBUTES kernel_attributes(PUNICODE_STRING name) {
    OBJECT_ATTRIBUTES attributes;
    InitializeObjectAttributes(&attributes, name, OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE, NULL,
                               NULL);
    return attributes;
}

static bool shared, view_sizes;

static void share_memory(void *context) {
    static WCHAR text[] = {'\\', 'B', 'a', 's', 'e', 'N',  'a', 'm', 'e', 'd', 'O', 'b',
                           'j',  'e', 'c', 't', 's', '\\', 'S', 'h', 'a', 'r', 'e', 0};
    UNICODE_STRING name;
    SIZE_T size = 0, again = 100;
    HANDLE same = NULL;
    PVOID object, system = NULL;
    (void)context;
    RtlInitUnicodeString(&name, text);
    OBJECT_ATTRIBUTES attributes = kernel_attributes(&name);
    HANDLE section = section_of(&attributes, 5000, PAGE_READWRITE, SEC_COMMIT);
    note(ZwOpenSection(&same, SECTION_ALL_ACCESS, &attributes));
    char *first = view_of(section, PAGE_READWRITE, &size);
    char *second = view_of(same, PAGE_READONLY, &again);
    strcpy(first, "shared");
    shared = strcmp(second, "shared") == 0;
    view_sizes = size == 8192 && again == 4096;
    note(ZwUnmapViewOfSection(NtCurrentProcess(), second));
    note(ObReferenceObjectByHandle(section, SECTION_ALL_ACCESS, *MmSectionObjectType, KernelMode,
                                   &object, NULL));
    size = 0;
    note(MmMapViewInSystemSpace(object, &system, &size));
    shared &= strcmp(system, "shared") == 0;
    note(MmUnmapViewInSystemSpace(system));
    note(ZwUnmapViewOfSection(NtCurrentProcess(), first));
    note(ZwUnmapViewOfSection(NtCurrentProcess(), first));
    ObDereferenceObject(object);
    ZwClose(same);
    ZwClose(section);
}

static void drivers_share_memory_by_sections(void **state) {
    EXPECT(share_memory, 0, 0, 0, 0, 0, 0, 0, 0, 0, STATUS_NOT_MAPPED_VIEW);
    assert_true(shared);
    assert_true(view_sizes);
}

static void create_wrongly(void *context) {
    OBJECT_ATTRIBUTES attributes = kernel_attributes(NULL);
    SIZE_T size = 0, large = 9000;
    PVOID base = NULL;
    (void)context;
    section_of(&attributes, 0, PAGE_READWRITE, SEC_COMMIT);
    section_of(&attributes, 10, PAGE_READWRITE, 0);
    section_of(&attributes, 10, PAGE_NOACCESS, SEC_COMMIT);
    section_of(&attributes, 10, PAGE_READONLY, SEC_IMAGE);
    HANDLE section = section_of(&attributes, 4096, PAGE_READONLY, SEC_COMMIT);
    view_of(section, PAGE_READWRITE, &size);
    view_of(section, PAGE_READONLY, &large);
    view_of(section, PAGE_NOACCESS, &size);
    note(ZwMapViewOfSection(section, NtCurrentProcess(), &base, 0, 0, NULL, &size, 0, 0,
                            PAGE_READONLY));
    note(ZwMapViewOfSection(NtCurrentProcess(), NtCurrentProcess(), &base, 0, 0, NULL, &size,
                            ViewUnmap, 0, PAGE_READONLY));
    ZwClose(section);
}

static void sections_are_checked(void **state) {
    EXPECT(create_wrongly, STATUS_INVALID_PARAMETER_4, STATUS_INVALID_PARAMETER_6,
           STATUS_INVALID_PAGE_PROTECTION, STATUS_INVALID_FILE_FOR_SECTION, 0,
           STATUS_SECTION_PROTECTION, STATUS_INVALID_VIEW_SIZE, STATUS_INVALID_PAGE_PROTECTION,
           STATUS_INVALID_PARAMETER_8, STATUS_OBJECT_TYPE_MISMATCH);
}

static MEMORY_BASIC_INFORMATION committed;
static ULONG protection_before;

static void use_memory(void *context) {
    PVOID base = NULL;
    SIZE_T size = 5000, none = 0;
    (void)context;
    note(ZwAllocateVirtualMemory(NtCurrentProcess(), &base, 0, &size, MEM_COMMIT | MEM_RESERVE,
                                 PAGE_READWRITE));
    memset(base, 1, size);
    note(ZwProtectVirtualMemory(NtCurrentProcess(), &base, &size, PAGE_READONLY,
                                &protection_before));
    note(ZwQueryVirtualMemory(NtCurrentProcess(), (char *)base + 100, MemoryBasicInformation,
                              &committed, sizeof committed, NULL));
    note(ZwQueryVirtualMemory(NtCurrentProcess(), base, MemoryBasicInformation, &committed, 4,
                              NULL));
    note(ZwFreeVirtualMemory(NtCurrentProcess(), &base, &size, 0));
    note(ZwFreeVirtualMemory(NtCurrentProcess(), &base, &none, MEM_RELEASE));
    note(ZwFreeVirtualMemory(NtCurrentProcess(), &base, &none, MEM_RELEASE));
    none = 0;
    note(ZwAllocateVirtualMemory(NtCurrentProcess(), &base, 0, &none, MEM_COMMIT, PAGE_READWRITE));
    size = 1;
    note(ZwAllocateVirtualMemory(NtCurrentProcess(), &base, 22, &size, MEM_COMMIT, PAGE_READWRITE));
}

static void drivers_allocate_memory_of_processes(void **state) {
    EXPECT(use_memory, 0, 0, 0, STATUS_INFO_LENGTH_MISMATCH, STATUS_INVALID_PARAMETER_4, 0,
           STATUS_INVALID_PARAMETER, STATUS_INVALID_PARAMETER_4, STATUS_INVALID_PARAMETER_3);
    assert_int_equal(protection_before, PAGE_READWRITE);
    assert_int_equal(committed.State, MEM_COMMIT);
    assert_int_equal(committed.Type, MEM_PRIVATE);
    assert_int_equal(committed.Protect, PAGE_READONLY);
    assert_int_equal(committed.RegionSize, 8192);
}

static void services_need_a_simulated_caller(void **state) {
    PVOID base = NULL;
    SIZE_T size = 1;
    HANDLE section;
    (void)state;
    assert_int_equal(ZwAllocateVirtualMemory(NULL, &base, 0, &size, MEM_COMMIT, PAGE_READWRITE),
                     STATUS_INVALID_HANDLE);
    assert_int_equal(ZwCreateSection(&section, 0, NULL, NULL, PAGE_READONLY, SEC_COMMIT, NULL),
                     STATUS_INVALID_PARAMETER);
    assert_int_equal(ZwUnmapViewOfSection(NULL, NULL), STATUS_INVALID_HANDLE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_case(drivers_share_memory_by_sections),
        test_case(sections_are_checked),
        test_case(drivers_allocate_memory_of_processes),
        test_case(services_need_a_simulated_caller),
    };
    return cmocka_run_group_tests_name("kernel memory", tests, NULL, NULL);
}
