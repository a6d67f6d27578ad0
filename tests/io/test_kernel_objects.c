/* Processes, threads, tokens, handles and keys as drivers ask for them. */
#include "device_driver.h"
#include "kernel_check.h"

#include "rundown/sdk/rd_ntdll.h"

/* ---- a program that asks a driver ------------------------------------------------------------ */

static int asks(int argc, char **argv) {
    DWORD bytes;
    (void)argc, (void)argv;
    HANDLE handle = open_test(GENERIC_READ, 0);
    DeviceIoControl(handle, TEST_CODE(METHOD_BUFFERED, 0), NULL, 0, NULL, 0, &bytes, NULL);
    CloseHandle(handle);
    return 0;
}

/* The function runs as a dispatch routine, in the context of a program. */
static void for_program(void **state, DRIVER_DISPATCH *function) {
    kernel_checks_begin();
    my.control = function;
    driver_load(*state, device_entry);
    program(*state, asks);
    kernel_checks_hold();
}

/* ---- processes and threads ------------------------------------------------------------------- */

static NTSTATUS look_at_process(PDEVICE_OBJECT device, PIRP irp) {
    PEPROCESS process = PsGetCurrentProcess();
    PETHREAD thread = PsGetCurrentThread();
    LARGE_INTEGER now;
    (void)device;
    KeQuerySystemTime(&now);
    equal(PsGetProcessInheritedFromUniqueProcessId(process), 4); /* System has started it */
    check(PsGetProcessCreateTimeQuadPart(process) <= now.QuadPart);
    check(PsGetThreadCreateTime(thread) >= PsGetProcessCreateTimeQuadPart(process));
    equal(PsGetProcessExitTime().QuadPart, 0); /* of the current process, which lives */
    equal(PsGetProcessSessionId(process), 0);
    check(PsGetProcessStartKey(process) != PsGetProcessStartKey(PsInitialSystemProcess));
    check(!PsGetProcessWow64Process(process));
    equal(PsWow64GetProcessMachine(process), 0x8664);
    check(!PsGetProcessPeb(PsInitialSystemProcess));
    equal(PsGetThreadId(thread), PsGetCurrentThreadId());
    check(PsGetThreadProcess(thread) == process);
    equal(PsGetThreadProcessId(thread), PsGetCurrentProcessId());
    check(!PsIsThreadTerminating(thread));
    check(!PsIsProcessBeingDebugged(process));
    check(!PsIsCurrentThreadPrefetching());
    check(!PsIsProtectedProcess(process) && !PsIsProtectedProcessLight(process));
    equal(PsGetProcessProtection(process), 0);
    check(PsIsProtectedProcess(PsInitialSystemProcess));
    check(!PsIsProtectedProcessLight(PsInitialSystemProcess));
    equal(PsGetProcessProtection(PsInitialSystemProcess), 0x72); /* WinSystem */
    return complete(irp, STATUS_SUCCESS, 0);
}

static void a_driver_asks_for_the_program_that_calls(void **state) {
    for_program(state, look_at_process);
}

static NTSTATUS look_up_cid(PDEVICE_OBJECT device, PIRP irp) {
    CLIENT_ID id = {PsGetCurrentProcessId(), PsGetCurrentThreadId()};
    PEPROCESS process = NULL;
    PETHREAD thread = NULL;
    (void)device;
    equal(PsLookupProcessThreadByCid(&id, &process, &thread), STATUS_SUCCESS);
    check(process == PsGetCurrentProcess() && thread == PsGetCurrentThread());
    ObDereferenceObject(process);
    ObDereferenceObject(thread);
    equal(PsLookupProcessThreadByCid(&id, NULL, &thread), STATUS_SUCCESS);
    ObDereferenceObject(thread);
    id.UniqueProcess = (HANDLE)4; /* not the thread's process */
    equal(PsLookupProcessThreadByCid(&id, &process, &thread), STATUS_INVALID_CID);
    id.UniqueThread = (HANDLE)0x7777;
    equal(PsLookupProcessThreadByCid(&id, &process, &thread), STATUS_INVALID_CID);
    return complete(irp, STATUS_SUCCESS, 0);
}

static void a_thread_is_looked_up_with_its_process(void **state) {
    for_program(state, look_up_cid);
    assert_int_equal(rd_finding_count(*state, RD_SEVERITY_NOTE), 0);
}

static VOID at_exit(PEPROCESS Process, HANDLE ProcessId, PPS_CREATE_NOTIFY_INFO CreateInfo) {
    LARGE_INTEGER now;
    (void)ProcessId;
    if (CreateInfo)
        return;
    KeQuerySystemTime(&now);
    check(PsGetCurrentProcess() == Process);
    check(PsGetProcessExitTime().QuadPart > 0 && PsGetProcessExitTime().QuadPart <= now.QuadPart);
    check(PsIsThreadTerminating(PsGetCurrentThread()));
}

static VOID stop_listening(PDRIVER_OBJECT driver) {
    PsSetCreateProcessNotifyRoutineEx(at_exit, TRUE);
    device_unload(driver);
}

static int32_t listening_entry(void *driver, void *path) {
    int32_t status = device_entry(driver, path);
    ((PDRIVER_OBJECT)driver)->DriverUnload = stop_listening;
    equal(PsSetCreateProcessNotifyRoutineEx(at_exit, FALSE), STATUS_SUCCESS);
    return status;
}

static void the_exit_time_is_known_in_the_exit_routine(void **state) {
    kernel_checks_begin();
    driver_load(*state, listening_entry);
    program(*state, asks);
    driver_unload(*state);
    kernel_checks_hold();
    assert_int_equal(kernel_checks.made, 4);
}

/* ---- references and handles ------------------------------------------------------------------ */

static void count_references(void *context) {
    enum { TAG = 'T' };
    PEPROCESS process = PsInitialSystemProcess;
    (void)context;
    LONG_PTR before = ObReferenceObject(process);
    equal(ObfReferenceObjectWithTag(process, TAG), before + 1);
    equal(ObfDereferenceObjectWithTag(process, TAG), before);
    check(ObReferenceObjectSafe(process));
    ObDereferenceObjectDeferDelete(process);
    equal(ObReferenceObjectByPointer(process, 0, *PsProcessType, KernelMode), STATUS_SUCCESS);
    equal(ObReferenceObjectByPointerWithTag(process, 0, NULL, KernelMode, TAG), STATUS_SUCCESS);
    equal(ObReferenceObjectByPointer(process, 0, *PsThreadType, UserMode),
          STATUS_OBJECT_TYPE_MISMATCH);
    equal(ObReferenceObjectByPointerWithTag(process, 0, *PsJobType, UserMode, TAG),
          STATUS_OBJECT_TYPE_MISMATCH);
    ObDereferenceObject(process);
    ObDereferenceObject(process);
    equal(ObDereferenceObject(process), before - 1);
}

static void references_are_counted(void **state) {
    in_kernel(state, count_references);
}

static void use_handles(void *context) {
    POBJECT_TYPE others[] = {*ExSemaphoreObjectType, *MmSectionObjectType, *PsJobType,
                             *SeTokenObjectType,     *CmKeyObjectType,     *IoFileObjectType};
    OBJECT_ATTRIBUTES attributes;
    OBJECT_HANDLE_INFORMATION information;
    HANDLE handle;
    PVOID event = NULL;
    LONG previous = 9;
    (void)context;
    InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    equal(ZwCreateEvent(&handle, EVENT_MODIFY_STATE, &attributes, NotificationEvent, FALSE),
          STATUS_SUCCESS);
    equal(ObReferenceObjectByHandleWithTag(handle, EVENT_MODIFY_STATE, *ExEventObjectType,
                                           KernelMode, 'T', &event, &information),
          STATUS_SUCCESS);
    equal(information.GrantedAccess, EVENT_MODIFY_STATE); /* the handle's, not what was asked */
    equal(ZwSetEvent(handle, &previous), STATUS_SUCCESS);
    equal(previous, 0);
    equal(KeReadStateEvent(event), 1);
    equal(ZwSetEvent(handle, NULL), STATUS_SUCCESS);
    ObDereferenceObject(event);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        equal(ObReferenceObjectByHandle(handle, 0, others[i], KernelMode, &event, NULL),
              STATUS_OBJECT_TYPE_MISMATCH);
        check(!event);
    }
    equal(ObCloseHandle(handle, KernelMode), STATUS_SUCCESS);
    equal(ZwSetEvent((HANDLE)0x5550, NULL), STATUS_INVALID_HANDLE);
    equal(ZwSetEvent(NtCurrentProcess(), NULL), STATUS_OBJECT_TYPE_MISMATCH);
}

static void handles_have_types_and_rights(void **state) {
    in_kernel(state, use_handles);
}

/* ---- services for processes and threads ------------------------------------------------------ */

static NTSTATUS set_and_query(PDEVICE_OBJECT device, PIRP irp) {
    CLIENT_ID id = {PsGetCurrentProcessId(), PsGetCurrentThreadId()};
    OBJECT_ATTRIBUTES attributes;
    THREAD_BASIC_INFORMATION basic;
    HANDLE process, thread;
    ULONG value = 1, size = 0;
    (void)device;
    InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    equal(ZwOpenThread(&thread, THREAD_ALL_ACCESS, &attributes, &id), STATUS_SUCCESS);
    equal(ZwQueryInformationThread(thread, ThreadBasicInformation, &basic, sizeof basic, &size),
          STATUS_SUCCESS);
    equal(size, sizeof basic);
    equal(basic.ClientId.UniqueThread, id.UniqueThread);
    equal(ZwQueryInformationThread(thread, ThreadBasicInformation, &basic, 4, &size),
          STATUS_INFO_LENGTH_MISMATCH);
    equal(ZwQueryInformationThread(thread, 999, &basic, sizeof basic, &size),
          STATUS_INVALID_INFO_CLASS);
    equal(ZwSetInformationThread(thread, ThreadBreakOnTermination, &value, 4), STATUS_SUCCESS);
    equal(ZwQueryInformationThread(thread, ThreadBreakOnTermination, &value, 4, NULL),
          STATUS_SUCCESS);
    equal(value, 1);
    value = 0;
    equal(ZwSetInformationThread(thread, ThreadBreakOnTermination, &value, 4), STATUS_SUCCESS);
    equal(ZwSetInformationThread(thread, ThreadBreakOnTermination, &value, 3),
          STATUS_INFO_LENGTH_MISMATCH);
    ZwClose(thread);
    equal(ZwOpenProcess(&process, PROCESS_ALL_ACCESS, &attributes, &id), STATUS_SUCCESS);
    equal(ZwSetInformationProcess(process, ProcessDefaultHardErrorMode, &value, 4), STATUS_SUCCESS);
    equal(ZwSetInformationProcess(process, 999, &value, 4), STATUS_INVALID_INFO_CLASS);
    ZwClose(process);
    equal(ZwSetInformationProcess((HANDLE)0x5550, ProcessDefaultHardErrorMode, &value, 4),
          STATUS_INVALID_HANDLE);
    id.UniqueThread = (HANDLE)0x7777;
    equal(ZwOpenThread(&thread, THREAD_ALL_ACCESS, &attributes, &id), STATUS_INVALID_CID);
    return complete(irp, STATUS_SUCCESS, 0);
}

static void services_set_and_query(void **state) {
    for_program(state, set_and_query);
}

/* ---- tokens ---------------------------------------------------------------------------------- */

static NTSTATUS look_at_token(PDEVICE_OBJECT device, PIRP irp) {
    PACCESS_TOKEN token = PsReferencePrimaryToken(PsGetCurrentProcess());
    enum { DEBUG_PRIVILEGE = 20 };
    LUID id = {0}, debug = {.LowPart = DEBUG_PRIVILEGE}, unknown = {.LowPart = 99};
    TOKEN_TYPE type = 0;
    BOOLEAN copy, effective;
    SECURITY_IMPERSONATION_LEVEL level;
    ULONG session = 99, size = 0;
    HANDLE handle;
    (void)device;
    equal(SeQueryAuthenticationIdToken(token, &id), STATUS_SUCCESS);
    check(id.LowPart != 0);
    equal(SeQuerySessionIdToken(token, &session), STATUS_SUCCESS);
    equal(session, 0);
    check(SeTokenIsAdmin(token));
    equal(SeTokenType(token), TokenPrimary);
    PsDereferencePrimaryToken(token);
    check(!PsReferenceImpersonationToken(PsGetCurrentThread(), &copy, &effective, &level));
    PsDereferenceImpersonationToken(NULL);
    check(SeSinglePrivilegeCheck(debug, KernelMode));
    check(!SeSinglePrivilegeCheck(debug, UserMode)); /* held, but not enabled */
    check(!SeSinglePrivilegeCheck(unknown, UserMode));
    equal(ZwOpenProcessTokenEx(NtCurrentProcess(), TOKEN_QUERY, OBJ_KERNEL_HANDLE, &handle),
          STATUS_SUCCESS);
    check(ObIsKernelHandle(handle));
    equal(ZwQueryInformationToken(handle, TokenType, &type, sizeof type, &size), STATUS_SUCCESS);
    equal(type, TokenPrimary);
    equal(ZwQueryInformationToken(handle, TokenUser, NULL, 0, &size), STATUS_BUFFER_TOO_SMALL);
    check(size > 0);
    equal(ZwQueryInformationToken(handle, 999, &type, sizeof type, &size),
          STATUS_INVALID_INFO_CLASS);
    ZwClose(handle);
    equal(ZwOpenProcessToken(NtCurrentProcess(), TOKEN_QUERY, &handle), STATUS_SUCCESS);
    check(!ObIsKernelHandle(handle));
    ZwClose(handle);
    equal(ZwOpenProcessToken((HANDLE)0x5550, TOKEN_QUERY, &handle), STATUS_INVALID_HANDLE);
    return complete(irp, STATUS_SUCCESS, 0);
}

static void a_token_tells_rights_and_session(void **state) {
    for_program(state, look_at_token);
    assert_int_equal(rd_finding_count(*state, RD_SEVERITY_NOTE), 0);
}

/* ---- keys ------------------------------------------------------------------------------------ */

static HANDLE create_key(const char *path) {
    UNICODE_STRING name;
    OBJECT_ATTRIBUTES attributes;
    WCHAR text[96];
    HANDLE key = NULL;
    unicode(&name, text, path);
    InitializeObjectAttributes(&attributes, &name, OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE, NULL,
                               NULL);
    equal(ZwCreateKey(&key, KEY_ALL_ACCESS, &attributes, 0, NULL, REG_OPTION_NON_VOLATILE, NULL),
          STATUS_SUCCESS);
    return key;
}

static void use_values(void *context) {
    HANDLE key = create_key("\\Registry\\Machine\\Software\\Test");
    KEY_VALUE_BASIC_INFORMATION *basic;
    UNICODE_STRING name;
    WCHAR text[16];
    ULONG value = 7, size = 0;
    char memory[64];
    (void)context;
    unicode(&name, text, "Number");
    equal(ZwSetValueKey(key, &name, 0, REG_DWORD, &value, sizeof value), STATUS_SUCCESS);
    basic = (KEY_VALUE_BASIC_INFORMATION *)(void *)memory;
    equal(ZwEnumerateValueKey(key, 0, KeyValueBasicInformation, memory, sizeof memory, &size),
          STATUS_SUCCESS);
    equal(basic->Type, REG_DWORD);
    equal(basic->NameLength, 12);
    equal(ZwEnumerateValueKey(key, 0, KeyValueBasicInformation, memory, 4, &size),
          STATUS_BUFFER_TOO_SMALL);
    equal(ZwEnumerateValueKey(key, 0, KeyValueBasicInformation, memory, 14, &size),
          STATUS_BUFFER_OVERFLOW);
    equal(ZwEnumerateValueKey(key, 0, 99, memory, sizeof memory, &size), STATUS_INVALID_PARAMETER);
    equal(ZwEnumerateValueKey(key, 1, KeyValueBasicInformation, memory, sizeof memory, &size),
          STATUS_NO_MORE_ENTRIES);
    equal(ZwFlushKey(key), STATUS_SUCCESS);
    equal(ZwFlushKey(NtCurrentProcess()), STATUS_OBJECT_TYPE_MISMATCH);
    equal(ZwDeleteValueKey(key, &name), STATUS_SUCCESS);
    equal(ZwDeleteValueKey(key, &name), STATUS_OBJECT_NAME_NOT_FOUND);
    equal(ZwDeleteKey(key), STATUS_SUCCESS);
    equal(ZwDeleteValueKey(key, &name), STATUS_KEY_DELETED);
    ZwClose(key);
}

static void values_are_enumerated_and_deleted(void **state) {
    in_kernel(state, use_values);
}

static LARGE_INTEGER cookie;

static NTSTATUS on_registry(PVOID context, PVOID class, PVOID information) {
    PREG_SET_VALUE_KEY_INFORMATION set = information;
    ULONG_PTR id = 0, again = 1;
    PCUNICODE_STRING name = NULL;
    (void)context;
    if ((REG_NOTIFY_CLASS)(ULONG_PTR) class != RegNtPreSetValueKey)
        return STATUS_SUCCESS;
    equal(CmCallbackGetKeyObjectID(&cookie, set->Object, &id, &name), STATUS_SUCCESS);
    equal(name->Length, 2 * strlen("\\Registry\\Machine\\Software\\Test"));
    equal(CmCallbackGetKeyObjectID(&cookie, set->Object, &again, NULL), STATUS_SUCCESS);
    equal(id, again);
    equal(CmCallbackGetKeyObjectID(&cookie, NULL, &id, &name), STATUS_INVALID_PARAMETER);
    check(ObGetObjectType(set->Object) == *CmKeyObjectType);
    return STATUS_SUCCESS;
}

static void name_key(void *context) {
    UNICODE_STRING name;
    WCHAR text[8];
    ULONG major = 0, minor = 9;
    (void)context;
    CmGetCallbackVersion(&major, &minor);
    equal(major, 1);
    CmGetCallbackVersion(NULL, NULL);
    equal(CmRegisterCallback(on_registry, NULL, &cookie), STATUS_SUCCESS);
    HANDLE key = create_key("\\Registry\\Machine\\Software\\Test");
    unicode(&name, text, "x");
    equal(ZwSetValueKey(key, &name, 0, REG_DWORD, &major, sizeof major), STATUS_SUCCESS);
    ZwClose(key);
    equal(CmUnRegisterCallback(cookie), STATUS_SUCCESS);
}

static void a_registry_callback_names_the_key(void **state) {
    in_kernel(state, name_key);
}

/* ---- files ----------------------------------------------------------------------------------- */

static NTSTATUS open_by_name(const char *path, ULONG options) {
    UNICODE_STRING name;
    OBJECT_ATTRIBUTES attributes;
    IO_STATUS_BLOCK iosb;
    WCHAR text[64];
    HANDLE handle;
    unicode(&name, text, path);
    InitializeObjectAttributes(&attributes, &name, OBJ_KERNEL_HANDLE, NULL, NULL);
    NTSTATUS status = ZwOpenFile(&handle, FILE_READ_DATA | SYNCHRONIZE, &attributes, &iosb,
                                 FILE_SHARE_READ, options);
    if (NT_SUCCESS(status)) {
        equal(iosb.Information, FILE_OPENED);
        ZwClose(handle);
    }
    return status;
}

static int32_t opening_entry(void *driver, void *path) {
    my.information = FILE_OPENED;
    equal(device_entry(driver, path), STATUS_SUCCESS);
    my.device->Flags &= ~(ULONG)DO_DEVICE_INITIALIZING;
    equal(open_by_name("\\Device\\Test", FILE_SYNCHRONOUS_IO_NONALERT), STATUS_SUCCESS);
    equal(open_by_name("\\??\\Test", 0), STATUS_SUCCESS);
    equal(open_by_name("\\Device\\Nothing", 0), STATUS_OBJECT_NAME_NOT_FOUND);
    equal(open_by_name("Test", 0), STATUS_OBJECT_PATH_SYNTAX_BAD);
    return STATUS_SUCCESS;
}

static NTSTATUS opens(PDEVICE_OBJECT device, PIRP irp) {
    (void)device;
    return complete(irp, STATUS_SUCCESS, my.information);
}

static void devices_are_opened_by_name(void **state) {
    kernel_checks_begin();
    my.create = opens;
    driver_load(*state, opening_entry);
    kernel_checks_hold();
    assert_string_equal(my.story, "create cleanup close create cleanup close");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        device_case(a_driver_asks_for_the_program_that_calls),
        device_case(a_thread_is_looked_up_with_its_process),
        device_case(the_exit_time_is_known_in_the_exit_routine),
        test_case(references_are_counted),
        test_case(handles_have_types_and_rights),
        device_case(services_set_and_query),
        device_case(a_token_tells_rights_and_session),
        test_case(values_are_enumerated_and_deleted),
        test_case(a_registry_callback_names_the_key),
        device_case(devices_are_opened_by_name),
    };
    return cmocka_run_group_tests_name("kernel objects", tests, NULL, NULL);
}
