/* Minifilters live and go; the filter manager knows the names of files. */
#include <string.h>

#include "base/utf16.h"
#include "support/rd_driver_test.h"

#include "rundown/sdk/windows.h"
#include "rundown/sdk/fltkernel.h"

static PFLT_FILTER filter;
static NTSTATUS status_of[6];
static unsigned set_up, torn_down, unloaded, own_unloaded;
static bool forgets;

static NTSTATUS on_unload(FLT_FILTER_UNLOAD_FLAGS Flags) {
    (void)Flags;
    unloaded++;
    if (!forgets)
        FltUnregisterFilter(filter);
    return STATUS_SUCCESS;
}

static NTSTATUS on_setup(PCFLT_RELATED_OBJECTS FltObjects, FLT_INSTANCE_SETUP_FLAGS Flags,
                         DEVICE_TYPE VolumeDeviceType, FLT_FILESYSTEM_TYPE VolumeFilesystemType) {
    (void)Flags, (void)VolumeDeviceType;
    set_up += FltObjects->Filter == filter && VolumeFilesystemType == FLT_FSTYPE_NTFS;
    return STATUS_SUCCESS;
}

static VOID on_teardown(PCFLT_RELATED_OBJECTS FltObjects, FLT_INSTANCE_TEARDOWN_FLAGS Reason) {
    (void)FltObjects, (void)Reason;
    torn_down++;
}

static VOID own_unload(PDRIVER_OBJECT DriverObject) {
    (void)DriverObject;
    own_unloaded++;
}

static int32_t entry(void *driver, void *path) {
    static const FLT_OPERATION_REGISTRATION operations[] = {
        {.MajorFunction = IRP_MJ_OPERATION_END}};
    FLT_REGISTRATION registration = {.Size = sizeof registration,
                                     .Version = 0x0100,
                                     .OperationRegistration = operations,
                                     .FilterUnloadCallback = on_unload,
                                     .InstanceSetupCallback = on_setup,
                                     .InstanceTeardownCompleteCallback = on_teardown};
    (void)path;
    set_up = torn_down = unloaded = own_unloaded = 0;
    ((PDRIVER_OBJECT)driver)->DriverUnload = own_unload;
    status_of[0] = FltRegisterFilter(driver, &registration, &filter);
    registration.Version = FLT_REGISTRATION_VERSION;
    status_of[1] = FltRegisterFilter(driver, &registration, &filter);
    status_of[2] = FltStartFiltering(filter);
    return STATUS_SUCCESS;
}

static void a_filter_is_unloaded_by_its_own_routine(void **state) {
    forgets = false;
    driver_load(*state, entry);
    assert_int_equal(status_of[0], STATUS_INVALID_PARAMETER); /* a version of another major */
    assert_int_equal(status_of[1], STATUS_SUCCESS);
    assert_int_equal(status_of[2], STATUS_SUCCESS);
    assert_int_equal(set_up, 1);
    driver_unload(*state);
    assert_int_equal(unloaded, 1);
    assert_int_equal(torn_down, 1);
    assert_int_equal(own_unloaded, 1);
    assert_int_equal(rd_finding_count(*state, RD_SEVERITY_NOTE), 0);
}

static void a_filter_left_registered_is_reported(void **state) {
    rd_finding finding;
    forgets = true;
    driver_load(*state, entry);
    driver_unload(*state);
    assert_int_equal(rd_finding_get(*state, 0, &finding), RD_OK);
    assert_int_equal(finding.check, RD_CHECK_N_NOTREMOVED);
    assert_non_null(strstr(finding.text, "registered filters"));
}

/* ---- names ----------------------------------------------------------------------------------- */

static char parts[5][80];

static void keep(int i, const UNICODE_STRING *string) {
    memset(parts[i], 0, sizeof parts[i]);
    base_utf16_to_8((const uint16_t *)string->Buffer, string->Length / 2, parts[i],
                    sizeof parts[i] - 1);
}

static void look_up(PFILE_OBJECT file) {
    PFLT_FILE_NAME_INFORMATION name;
    status_of[0] = FltGetFileNameInformationUnsafe(NULL, NULL, FLT_FILE_NAME_NORMALIZED, &name);
    status_of[1] = FltGetFileNameInformationUnsafe(
        file, NULL, FLT_FILE_NAME_NORMALIZED | FLT_FILE_NAME_QUERY_DEFAULT, &name);
    if (!NT_SUCCESS(status_of[1]))
        return;
    FltParseFileNameInformation(name);
    keep(0, &name->Name);
    keep(1, &name->Volume);
    keep(2, &name->ParentDir);
    keep(3, &name->FinalComponent);
    keep(4, &name->Extension);
    FltReferenceFileNameInformation(name);
    FltReleaseFileNameInformation(name);
    FltReleaseFileNameInformation(name);
}

static VOID on_process(PEPROCESS Process, HANDLE ProcessId, PPS_CREATE_NOTIFY_INFO CreateInfo) {
    (void)Process, (void)ProcessId;
    if (CreateInfo)
        look_up(CreateInfo->FileObject);
}

static char image_names[4][80];
static unsigned image_count;

static VOID on_image(PUNICODE_STRING FullImageName, HANDLE ProcessId, PIMAGE_INFO ImageInfo) {
    PFLT_FILE_NAME_INFORMATION name;
    const IMAGE_INFO_EX *extended = CONTAINING_RECORD(ImageInfo, IMAGE_INFO_EX, ImageInfo);
    (void)FullImageName, (void)ProcessId;
    if (!ImageInfo->ExtendedInfoPresent || image_count == 4 ||
        !NT_SUCCESS(FltGetFileNameInformationUnsafe(
            extended->FileObject, NULL, FLT_FILE_NAME_OPENED | FLT_FILE_NAME_QUERY_DEFAULT, &name)))
        return;
    base_utf16_to_8((const uint16_t *)name->Name.Buffer, name->Name.Length / 2,
                    image_names[image_count++], sizeof image_names[0] - 1);
    FltReleaseFileNameInformation(name);
}

static VOID unload_watcher(PDRIVER_OBJECT DriverObject) {
    (void)DriverObject;
    PsSetCreateProcessNotifyRoutineEx(on_process, TRUE);
    PsRemoveLoadImageNotifyRoutine(on_image);
}

static int32_t watcher_entry(void *driver, void *path) {
    (void)path;
    memset(image_names, 0, sizeof image_names);
    image_count = 0;
    ((PDRIVER_OBJECT)driver)->DriverUnload = unload_watcher;
    PsSetLoadImageNotifyRoutine(on_image);
    return PsSetCreateProcessNotifyRoutineEx(on_process, FALSE);
}

static int quiet(int argc, char **argv) {
    (void)argc, (void)argv;
    return 0;
}

static void files_of_images_have_names(void **state) {
    driver_load(*state, watcher_entry);
    program(*state, quiet);
    driver_unload(*state);
    assert_int_equal(status_of[0], STATUS_INVALID_PARAMETER);
    assert_int_equal(status_of[1], STATUS_SUCCESS);
    assert_string_equal(parts[0], "\\Device\\HarddiskVolume1\\app.exe");
    assert_string_equal(parts[1], "\\Device\\HarddiskVolume1");
    assert_string_equal(parts[2], "\\");
    assert_string_equal(parts[3], "app.exe");
    assert_string_equal(parts[4], "exe");
    assert_string_equal(image_names[0], "\\Device\\HarddiskVolume1\\app.exe");
    assert_string_equal(image_names[1], "\\Device\\HarddiskVolume1\\Windows\\System32\\ntdll.dll");
    assert_int_equal(rd_finding_count(*state, RD_SEVERITY_NOTE), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_case(a_filter_is_unloaded_by_its_own_routine),
        test_case(a_filter_left_registered_is_reported),
        test_case(files_of_images_have_names),
    };
    return cmocka_run_group_tests_name("filters", tests, NULL, NULL);
}
