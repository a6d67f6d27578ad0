/* Rules NTFY-I: image-load notify routines. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "notify_record.h"

#include "base/utf16.h"
#include "rundown/sdk/ntimage.h"

struct image_call {
    char name[128];
    uint32_t pid, current_pid, current_tid;
    uint32_t mode, system, selector, section, mapped_to_all;
    bool extended;
    size_t extended_size;
    uint32_t irql;
    bool apcs_disabled;
    const void *base;
    uint64_t size;
};

static struct image_call images[64];
static uint32_t image_count;

static VOID on_image(PUNICODE_STRING FullImageName, HANDLE ProcessId, PIMAGE_INFO ImageInfo) {
    struct image_call *call = &images[image_count++ % 64];
    *call = (struct image_call){
        .pid = id_of(ProcessId),
        .current_pid = id_of(PsGetCurrentProcessId()),
        .current_tid = id_of(PsGetCurrentThreadId()),
        .mode = ImageInfo->ImageAddressingMode,
        .system = ImageInfo->SystemModeImage,
        .selector = ImageInfo->ImageSelector,
        .section = ImageInfo->ImageSectionNumber,
        .mapped_to_all = ImageInfo->ImageMappedToAllPids,
        .extended = ImageInfo->ExtendedInfoPresent,
        .irql = KeGetCurrentIrql(),
        .apcs_disabled = KeAreApcsDisabled() != FALSE,
        .base = ImageInfo->ImageBase,
        .size = ImageInfo->ImageSize,
    };
    if (ImageInfo->ExtendedInfoPresent)
        call->extended_size = CONTAINING_RECORD(ImageInfo, IMAGE_INFO_EX, ImageInfo)->Size;
    base_utf16_to_8((const uint16_t *)FullImageName->Buffer, FullImageName->Length / 2, call->name,
                    sizeof call->name - 1);
}

static int32_t entry(void *driver, void *path) {
    (void)driver, (void)path;
    image_count = 0;
    return PsSetLoadImageNotifyRoutine(on_image);
}

static int32_t other_entry(void *driver, void *path) {
    (void)driver, (void)path;
    return STATUS_SUCCESS;
}

static int32_t failing_entry(void *driver, void *path) {
    (void)driver, (void)path;
    return STATUS_UNSUCCESSFUL;
}

static int quiet(int argc, char **argv) {
    (void)argc, (void)argv;
    return 0;
}

static const struct image_call *image_named(const char *name) {
    for (uint32_t i = 0; i < image_count; i++)
        if (strstr(images[i].name, name))
            return &images[i];
    return NULL;
}

static void NTFY_I_02__called_before_the_entry_point_runs(void **state) {
    rd_world *w = *state;
    driver_load(w, entry);
    uint32_t pid = program(w, quiet);
    size_t told = test_event(w, 0, RD_EVENT_NOTIFY_CALL, "image notify");
    size_t ran =
        rd_event_find(w, 0, &(rd_event_query){.kind = RD_EVENT_CRT_MAIN_RETURN, .pid = pid});
    assert_true(told < ran);
}

static void NTFY_I_03__kernel_images_have_process_id_0(void **state) {
    rd_world *w = *state;
    driver_load(w, entry);
    assert_int_equal(driver_try(w, "other.sys", other_entry), STATUS_SUCCESS);
    const struct image_call *driver = image_named("other.sys");
    assert_non_null(driver);
    assert_int_equal(driver->pid, 0);
    assert_int_equal(driver->system, 1);
    uint32_t pid = program(w, quiet);
    const struct image_call *program_image = image_named("app.exe");
    assert_non_null(program_image);
    assert_int_equal(program_image->pid, pid);
    assert_int_equal(program_image->system, 0);
}

static void NTFY_I_04__constant_fields(void **state) {
    rd_world *w = *state;
    driver_load(w, entry);
    program(w, quiet);
    assert_true(image_count >= 2);
    for (uint32_t i = 0; i < image_count; i++) {
        assert_int_equal(images[i].mode, IMAGE_ADDRESSING_MODE_32BIT);
        assert_int_equal(images[i].mapped_to_all, 0);
        assert_int_equal(images[i].selector, 0);
        assert_int_equal(images[i].section, 0);
    }
}

static HMODULE own_handle;

static int asks_for_its_handle(int argc, char **argv) {
    (void)argc, (void)argv;
    own_handle = GetModuleHandleA(NULL);
    return 0;
}

static void NTFY_I_04__base_and_size_are_those_of_the_module(void **state) {
    rd_world *w = *state;
    driver_load(w, entry);
    driver_try(w, "other.sys", other_entry);
    program(w, asks_for_its_handle);
    assert_ptr_equal(image_named("app.exe")->base, own_handle);
    for (uint32_t i = 0; i < image_count; i++) {
        assert_true(images[i].size > 0 && images[i].size % 4096 == 0);
        assert_non_null(images[i].base);
    }
}

static void NTFY_I_16__the_executable_is_reported_in_its_own_process(void **state) {
    rd_world *w = *state;
    driver_load(w, entry);
    uint32_t pid = program(w, quiet);
    assert_int_equal(image_named("app.exe")->current_pid, pid);
}

static void NTFY_I_17__executable_first_then_ntdll(void **state) {
    rd_world *w = *state;
    driver_load(w, entry);
    program(w, quiet);
    assert_true(image_named("app.exe") < image_named("ntdll.dll"));
    assert_int_equal(image_named("app.exe")->current_tid, image_named("ntdll.dll")->current_tid);
}

static void NTFY_I_18__passive_level_in_a_critical_region(void **state) {
    rd_world *w = *state;
    driver_load(w, entry);
    program(w, quiet);
    for (uint32_t i = 0; i < image_count; i++) {
        assert_int_equal(images[i].irql, PASSIVE_LEVEL);
        assert_true(images[i].apcs_disabled);
    }
}

static void NTFY_I_21__extended_information(void **state) {
    rd_world *w = *state;
    driver_load(w, entry);
    program(w, quiet);
    assert_true(images[0].extended);
    assert_int_equal(images[0].extended_size, sizeof(IMAGE_INFO_EX));
}

static void NTFY_I_23__a_loaded_driver_is_not_loaded_again(void **state) {
    rd_world *w = *state;
    driver_load(w, entry);
    assert_int_equal(driver_try(w, "other.sys", other_entry), STATUS_SUCCESS);
    assert_int_equal(image_count, 1);
    assert_int_equal(driver_try(w, "other.sys", other_entry), STATUS_IMAGE_ALREADY_LOADED);
    assert_int_equal(image_count, 1);
}

static void NTFY_I_24__a_driver_that_fails_has_been_reported(void **state) {
    rd_world *w = *state;
    driver_load(w, entry);
    assert_int_equal(driver_try(w, "bad.sys", failing_entry), STATUS_UNSUCCESSFUL);
    assert_non_null(image_named("bad.sys"));
}

static NTSTATUS status_of[10];

static void registrations(void *context) {
    (void)context;
    status_of[0] = PsRemoveLoadImageNotifyRoutine(on_image);
    status_of[1] = PsSetLoadImageNotifyRoutine(on_image);
    status_of[2] = PsSetLoadImageNotifyRoutine(on_image);
    status_of[3] = PsRemoveLoadImageNotifyRoutine(on_image);
    status_of[4] = PsRemoveLoadImageNotifyRoutine(on_image);
    status_of[5] = PsRemoveLoadImageNotifyRoutine(on_image);
    status_of[6] = PsSetLoadImageNotifyRoutineEx(on_image, 2);
    status_of[7] =
        PsSetLoadImageNotifyRoutineEx(on_image, PS_IMAGE_NOTIFY_CONFLICTING_ARCHITECTURE);
    status_of[8] = PsRemoveLoadImageNotifyRoutine(on_image);
}

static void NTFY_I_07__a_routine_can_be_registered_twice(void **state) {
    kernel_call(*state, registrations);
    assert_int_equal(status_of[1], STATUS_SUCCESS);
    assert_int_equal(status_of[2], STATUS_SUCCESS);
}

static void NTFY_I_08__one_removal_undoes_one_registration(void **state) {
    kernel_call(*state, registrations);
    assert_int_equal(status_of[3], STATUS_SUCCESS);
    assert_int_equal(status_of[4], STATUS_SUCCESS);
    assert_int_equal(status_of[5], STATUS_PROCEDURE_NOT_FOUND);
}

static void NTFY_I_13__unknown_flags_are_refused(void **state) {
    kernel_call(*state, registrations);
    assert_int_equal(status_of[6], STATUS_INVALID_PARAMETER_2);
    assert_int_equal(status_of[7], STATUS_SUCCESS);
}

static void NTFY_I_14__one_removal_routine_for_both_flavours(void **state) {
    kernel_call(*state, registrations);
    assert_int_equal(status_of[0], STATUS_PROCEDURE_NOT_FOUND);
    assert_int_equal(status_of[8], STATUS_SUCCESS);
}

static int fitted;
static NTSTATUS full;

static void fill_table(void *context) {
    (void)context;
    for (fitted = 0; fitted < 70; fitted++) {
        full = fitted & 1 ? PsSetLoadImageNotifyRoutine(on_image)
                          : PsSetLoadImageNotifyRoutineEx(on_image, 0);
        if (!NT_SUCCESS(full))
            break;
    }
}

static void capacity_of(const char *profile, int slots) {
    rd_world *w =
        test_world(&(rd_world_options){.size = sizeof(rd_world_options), .profile = profile});
    kernel_call(w, fill_table);
    assert_int_equal(fitted, slots);
    rd_world_destroy(w);
}

static void NTFY_I_09__full_table_is_insufficient_resources(void **state) {
    kernel_call(*state, fill_table);
    assert_int_equal(full, STATUS_INSUFFICIENT_RESOURCES);
}

static void NTFY_I_10__eight_slots_until_windows_8(void **state) {
    (void)state;
    capacity_of("win7", 8);
    capacity_of("win8", 8);
}

static void NTFY_I_11__sixty_four_slots_since_the_2014_update(void **state) {
    (void)state;
    capacity_of("win81", 64);
    capacity_of("win10", 64);
}

static void NTFY_I_12__both_flavours_share_one_table(void **state) {
    kernel_call(*state, fill_table);
    assert_int_equal(fitted, 64);
}

/* ---- sections of images ---------------------------------------------------------------------- */

enum { IMAGE_SIZE = 0x2000, DATA_AT = 0x1000 };

static char picture[] = "/tmp/rundown-picture-XXXXXX";

/* The smallest portable executable that has a section; its name is picture. */
static void write_picture(void) {
    static struct {
        IMAGE_DOS_HEADER dos;
        IMAGE_NT_HEADERS64 nt;
        IMAGE_SECTION_HEADER section;
        char data[16];
    } file;
    memset(&file, 0, sizeof file);
    file.dos.e_magic = IMAGE_DOS_SIGNATURE;
    file.dos.e_lfanew = offsetof(__typeof__(file), nt);
    file.nt.Signature = IMAGE_NT_SIGNATURE;
    file.nt.FileHeader.NumberOfSections = 1;
    file.nt.FileHeader.SizeOfOptionalHeader = sizeof file.nt.OptionalHeader;
    file.nt.OptionalHeader.Magic = IMAGE_NT_OPTIONAL_HDR64_MAGIC;
    file.nt.OptionalHeader.SizeOfImage = IMAGE_SIZE;
    file.nt.OptionalHeader.SizeOfHeaders = offsetof(__typeof__(file), data);
    file.section.VirtualAddress = DATA_AT;
    file.section.PointerToRawData = offsetof(__typeof__(file), data);
    file.section.SizeOfRawData = sizeof file.data;
    strcpy(file.data, "painted");
    memcpy(strrchr(picture, '-'), "-XXXXXX", 7);
    int handle = mkstemp(picture);
    assert_true(handle >= 0 && write(handle, &file, sizeof file) == (ssize_t)sizeof file);
    close(handle);
}

static const char *mapped[4];
static DWORD map_error;
static bool laid_out;

static const char *map_picture(DWORD attributes) {
    HANDLE file = CreateFileA(picture, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    HANDLE section = CreateFileMappingA(file, NULL, PAGE_READONLY | attributes, 0, 0, NULL);
    map_error = GetLastError();
    const char *view = section ? MapViewOfFile(section, FILE_MAP_READ, 0, 0, 0) : NULL;
    CloseHandle(section);
    CloseHandle(file);
    return view;
}

static int maps_images(int argc, char **argv) {
    MEMORY_BASIC_INFORMATION information;
    (void)argc, (void)argv;
    mapped[0] = map_picture(SEC_IMAGE);
    mapped[1] = map_picture(SEC_IMAGE_NO_EXECUTE);
    mapped[2] = map_picture(0);
    VirtualQuery(mapped[1], &information, sizeof information);
    laid_out = information.Type == MEM_IMAGE && information.RegionSize == IMAGE_SIZE &&
               strcmp(mapped[0] + DATA_AT, "painted") == 0 &&
               strcmp(mapped[1] + DATA_AT, "painted") == 0 && mapped[0] != mapped[1];
    return !UnmapViewOfFile(mapped[0]) || !UnmapViewOfFile(mapped[1]);
}

static void NTFY_I_19__no_call_for_an_image_that_is_not_executed(void **state) {
    rd_world *w = *state;
    write_picture();
    driver_load(w, entry);
    uint32_t pid = program(w, maps_images);
    unlink(picture);
    assert_true(laid_out);
    const struct image_call *call = image_named("rundown-picture");
    assert_non_null(call);
    assert_ptr_equal(call->base, mapped[0]);
    assert_int_equal(call->size, IMAGE_SIZE);
    assert_int_equal(call->pid, pid);
    assert_int_equal(call->current_pid, pid);
    assert_int_equal(image_count, 3); /* app.exe and ntdll.dll, too */
}

static int maps_no_execute(int argc, char **argv) {
    (void)argc, (void)argv;
    mapped[0] = map_picture(SEC_IMAGE_NO_EXECUTE);
    return (int)map_error;
}

static void NTFY_I_19__windows_7_does_not_know_such_images(void **state) {
    rd_world_options options = {.size = sizeof options, .profile = "win7"};
    rd_process_info process;
    rd_world_destroy(*state);
    *state = test_world(&options);
    write_picture();
    uint32_t pid = program(*state, maps_no_execute);
    unlink(picture);
    assert_int_equal(rd_process_get(*state, pid, &process), RD_OK);
    assert_int_equal(process.exit_code, ERROR_INVALID_PARAMETER);
}

static int maps_what_is_no_image(int argc, char **argv) {
    (void)argc, (void)argv;
    mapped[0] = map_picture(SEC_IMAGE);
    DWORD first = map_error;
    mapped[1] = map_picture(SEC_IMAGE | SEC_COMMIT);
    return first == ERROR_BAD_EXE_FORMAT && map_error == ERROR_INVALID_PARAMETER;
}

static void sections_of_images_need_an_image(void **state) {
    rd_process_info process;
    write_picture();
    assert_int_equal(truncate(picture, 100), 0);
    uint32_t pid = program(*state, maps_what_is_no_image);
    unlink(picture);
    assert_int_equal(rd_process_get(*state, pid, &process), RD_OK);
    assert_int_equal(process.exit_code, TRUE);
}

/* ---- the lock of the address space ----------------------------------------------------------- */

static bool other_memory;
static NTSTATUS memory_status;

static VOID allocates(PUNICODE_STRING name, HANDLE pid, PIMAGE_INFO info) {
    PVOID base = NULL;
    SIZE_T size = 1;
    HANDLE process;
    (void)name;
    if (info->SystemModeImage)
        return;
    ObOpenObjectByPointer(other_memory ? PsInitialSystemProcess : PsGetCurrentProcess(),
                          OBJ_KERNEL_HANDLE, NULL, PROCESS_ALL_ACCESS, *PsProcessType, KernelMode,
                          &process);
    memory_status = ZwAllocateVirtualMemory(process, &base, 0, &size, MEM_COMMIT, PAGE_READWRITE);
    ZwClose(process);
    (void)pid;
}

static int32_t allocating_entry(void *driver, void *path) {
    (void)driver, (void)path;
    return PsSetLoadImageNotifyRoutine(allocates);
}

static void run_allocating(void **state, const char *profile, rd_verdict verdict) {
    rd_world_options options = {.size = sizeof options, .profile = profile};
    rd_world_destroy(*state);
    *state = test_world(&options);
    memory_status = STATUS_PENDING;
    driver_load(*state, allocating_entry);
    program_register(*state, "app.exe", quiet);
    program_start(*state, "app.exe");
    program_run(*state, verdict);
}

static void NTFY_I_20__windows_7_locks_the_address_space_meanwhile(void **state) {
    other_memory = false;
    run_allocating(state, "win8", RD_VERDICT_FINISHED);
    assert_int_equal(memory_status, STATUS_SUCCESS);
    run_allocating(state, "win7", RD_VERDICT_DEADLOCK);
    assert_int_equal(memory_status, STATUS_PENDING);
    test_event(*state, 0, RD_EVENT_FINDING, "N-IMAGE-MEMORY");
    assert_non_null(strstr(rd_world_explanation(*state), "address space lock"));
    other_memory = true; /* of another process */
    run_allocating(state, "win7", RD_VERDICT_FINISHED);
    assert_int_equal(memory_status, STATUS_SUCCESS);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        notify_case(NTFY_I_02__called_before_the_entry_point_runs),
        notify_case(NTFY_I_03__kernel_images_have_process_id_0),
        notify_case(NTFY_I_04__constant_fields),
        notify_case(NTFY_I_04__base_and_size_are_those_of_the_module),
        notify_case(NTFY_I_07__a_routine_can_be_registered_twice),
        notify_case(NTFY_I_08__one_removal_undoes_one_registration),
        notify_case(NTFY_I_09__full_table_is_insufficient_resources),
        notify_case(NTFY_I_10__eight_slots_until_windows_8),
        notify_case(NTFY_I_11__sixty_four_slots_since_the_2014_update),
        notify_case(NTFY_I_12__both_flavours_share_one_table),
        notify_case(NTFY_I_13__unknown_flags_are_refused),
        notify_case(NTFY_I_14__one_removal_routine_for_both_flavours),
        notify_case(NTFY_I_16__the_executable_is_reported_in_its_own_process),
        notify_case(NTFY_I_17__executable_first_then_ntdll),
        notify_case(NTFY_I_18__passive_level_in_a_critical_region),
        notify_case(NTFY_I_19__no_call_for_an_image_that_is_not_executed),
        notify_case(NTFY_I_19__windows_7_does_not_know_such_images),
        notify_case(sections_of_images_need_an_image),
        notify_case(NTFY_I_20__windows_7_locks_the_address_space_meanwhile),
        notify_case(NTFY_I_21__extended_information),
        notify_case(NTFY_I_23__a_loaded_driver_is_not_loaded_again),
        notify_case(NTFY_I_24__a_driver_that_fails_has_been_reported),
    };
    return cmocka_run_group_tests_name("NTFY-I", tests, NULL, NULL);
}
