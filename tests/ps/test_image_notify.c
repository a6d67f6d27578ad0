/* Rules NTFY-I: image-load notify routines. */
#include <string.h>

#include "notify_record.h"

#include "base/utf16.h"

struct image_call {
    char name[128];
    uint32_t pid, current_pid, current_tid;
    uint32_t mode, system, selector, section, mapped_to_all;
    bool extended;
    size_t extended_size;
    uint32_t irql;
    bool apcs_disabled;
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

int main(void) {
    const struct CMUnitTest tests[] = {
        notify_case(NTFY_I_02__called_before_the_entry_point_runs),
        notify_case(NTFY_I_03__kernel_images_have_process_id_0),
        notify_case(NTFY_I_04__constant_fields),
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
        notify_case(NTFY_I_21__extended_information),
        notify_case(NTFY_I_23__a_loaded_driver_is_not_loaded_again),
        notify_case(NTFY_I_24__a_driver_that_fails_has_been_reported),
    };
    return cmocka_run_group_tests_name("NTFY-I", tests, NULL, NULL);
}
