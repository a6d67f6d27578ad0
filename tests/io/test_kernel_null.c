/* Routines of the kernel that get NULL or garbage: a status where one is documented, else the stop
 * that an access to such an address is, and never a crash of the host. */
#include "device_driver.h"
#include "kernel_check.h"

/* ---- what stops the machine ------------------------------------------------------------------ */

#define CALL(name, statement)                                                                      \
    static void name(void *context) {                                                              \
        (void)context;                                                                             \
        statement;                                                                                 \
    }

CALL(set_event, KeSetEvent(NULL, 0, FALSE))
CALL(reset_event, KeResetEvent(NULL))
CALL(initialize_event, KeInitializeEvent(NULL, NotificationEvent, FALSE))
CALL(release_mutex, KeReleaseMutex(NULL, FALSE))
CALL(release_semaphore, KeReleaseSemaphore(NULL, 0, 1, FALSE))
CALL(cancel_timer, KeCancelTimer(NULL))
CALL(initialize_dpc, KeInitializeDpc(NULL, NULL, NULL))
CALL(insert_dpc, KeInsertQueueDpc(NULL, NULL, NULL))
CALL(wait_single, KeWaitForSingleObject(NULL, Executive, KernelMode, FALSE, NULL))
CALL(acquire_spin_lock, KeAcquireSpinLockRaiseToDpc(NULL))
CALL(acquire_fast_mutex, ExAcquireFastMutex(NULL))
CALL(acquire_guarded_mutex, KeAcquireGuardedMutex(NULL))
CALL(acquire_resource, KeEnterCriticalRegion(); ExAcquireResourceSharedLite(NULL, TRUE))
CALL(acquire_push_lock, KeEnterCriticalRegion(); ExAcquirePushLockSharedEx(NULL, 0))
CALL(acquire_rundown, ExAcquireRundownProtection(NULL))
CALL(queue_work, ExQueueWorkItem(NULL, DelayedWorkQueue))
CALL(queue_io_work, IoQueueWorkItem(NULL, NULL, DelayedWorkQueue, NULL))
CALL(allocate_lookaside, ExAllocateFromLookasideListEx(NULL))
CALL(reference_object, ObReferenceObject(NULL))
CALL(dereference_object, ObDereferenceObject(NULL))
CALL(process_id, PsGetProcessId(NULL))
CALL(process_name, PsGetProcessImageFileName(NULL))
CALL(thread_id, PsGetThreadId(NULL))
CALL(exit_status, PsGetProcessExitStatus(NULL))
CALL(call_driver, IoCallDriver(NULL, NULL))
CALL(complete_request, IoCompleteRequest(NULL, IO_NO_INCREMENT))
CALL(delete_device, IoDeleteDevice(NULL))
CALL(cancel_request, IoCancelIrp(NULL))
CALL(init_string, RtlInitUnicodeString(NULL, NULL))
CALL(copy_string, RtlCopyUnicodeString(NULL, NULL))
CALL(append_string, RtlAppendUnicodeToString(NULL, NULL))
CALL(format_number, RtlInt64ToUnicodeString(1, 10, NULL))
CALL(parse_number, RtlUnicodeStringToInteger(NULL, 10, NULL))
CALL(length_of_sid, RtlLengthSid(NULL))
CALL(look_up_table, RtlLookupElementGenericTable(NULL, NULL))
CALL(test_bit, RtlTestBit(NULL, 0))
CALL(time_fields, RtlTimeToTimeFields(NULL, NULL))
CALL(system_time, KeQuerySystemTime(NULL))

static const struct {
    void (*function)(void *context);
    const char *name;
} faults[] = {
#define ROW(name)                                                                                  \
    { name, #name }
    ROW(set_event),         ROW(reset_event),        ROW(initialize_event),
    ROW(release_mutex),     ROW(release_semaphore),  ROW(cancel_timer),
    ROW(initialize_dpc),    ROW(insert_dpc),         ROW(wait_single),
    ROW(acquire_spin_lock), ROW(acquire_fast_mutex), ROW(acquire_guarded_mutex),
    ROW(acquire_resource),  ROW(acquire_push_lock),  ROW(acquire_rundown),
    ROW(queue_work),        ROW(queue_io_work),      ROW(allocate_lookaside),
    ROW(reference_object),  ROW(dereference_object), ROW(process_id),
    ROW(process_name),      ROW(thread_id),          ROW(exit_status),
    ROW(call_driver),       ROW(complete_request),   ROW(delete_device),
    ROW(cancel_request),    ROW(init_string),        ROW(copy_string),
    ROW(append_string),     ROW(format_number),      ROW(parse_number),
    ROW(length_of_sid),     ROW(look_up_table),      ROW(test_bit),
    ROW(time_fields),       ROW(system_time),
};

static void null_stops_the_machine(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        rd_world *w = test_world(NULL);
        rd_bugcheck bugcheck = {0};
        if (rd_system_call(w, faults[i].function, NULL) != RD_FAILED)
            fail_msg("%s does not stop the machine", faults[i].name);
        rd_world_bugcheck(w, &bugcheck);
        if (bugcheck.code != 0x7E || bugcheck.parameters[0] != (uint64_t)STATUS_ACCESS_VIOLATION)
            fail_msg("%s stops with 0x%X (%s)", faults[i].name, bugcheck.code,
                     bugcheck.explanation ? bugcheck.explanation : "");
        rd_world_destroy(w);
    }
}

/* ---- what has a status ----------------------------------------------------------------------- */

static void ask_for_statuses(void *context) {
    PVOID object = NULL;
    PEPROCESS process = NULL;
    PETHREAD thread = NULL;
    UNICODE_STRING nameless = {0};
    HANDLE handle = NULL;
    LARGE_INTEGER cookie = {.QuadPart = 0x7777};
    (void)context;
    equal(PsLookupProcessByProcessId(NULL, &process), STATUS_INVALID_CID);
    equal(PsLookupProcessByProcessId((HANDLE)-1, &process), STATUS_INVALID_CID);
    equal(PsLookupThreadByThreadId(NULL, &thread), STATUS_INVALID_CID);
    equal(ZwOpenProcess(&handle, 0, NULL, NULL), STATUS_INVALID_PARAMETER);
    equal(ZwClose(NULL), STATUS_INVALID_HANDLE);
    equal(ZwSetEvent(NULL, NULL), STATUS_INVALID_HANDLE);
    equal(ZwWaitForSingleObject(NULL, FALSE, NULL), STATUS_INVALID_HANDLE);
    equal(ZwTerminateThread((HANDLE)0x5550, 0), STATUS_INVALID_HANDLE);
    equal(ObReferenceObjectByHandle((HANDLE)0x5550, 0, NULL, UserMode, &object, NULL),
          STATUS_INVALID_HANDLE);
    equal(CmRegisterCallbackEx(NULL, NULL, NULL, NULL, &cookie, NULL), STATUS_INVALID_PARAMETER);
    equal(CmUnRegisterCallback(cookie), STATUS_INVALID_PARAMETER);
    equal(PsSetCreateProcessNotifyRoutine(NULL, TRUE), STATUS_PROCEDURE_NOT_FOUND);
    equal(PsRemoveCreateThreadNotifyRoutine(NULL), STATUS_PROCEDURE_NOT_FOUND);
    equal(PsRemoveLoadImageNotifyRoutine(NULL), STATUS_PROCEDURE_NOT_FOUND);
    equal(IoDeleteSymbolicLink(&nameless), STATUS_OBJECT_NAME_NOT_FOUND);
    check(!MmGetSystemRoutineAddress(&nameless));
    check(!IoAllocateIrp(0, FALSE));
    check(!MmIsAddressValid(NULL));
    check(!RtlValidSid(NULL));
}

static void garbage_has_its_status(void **state) {
    in_kernel(state, ask_for_statuses);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(null_stops_the_machine),
        test_case(garbage_has_its_status),
    };
    return cmocka_run_group_tests_name("kernel routines and NULL", tests, NULL, NULL);
}
