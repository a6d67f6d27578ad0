/* test_native_calls.c - waits, alerts, objects, threads and settings by native calls, and what they
 * say to bad input. */
#include "sim.h"

#include "rundown/sdk/rd_ntdll.h"

#define expect_status(call, wanted) expect_equal((ULONG)(call), (ULONG)(wanted))

/* As a program would have them: no such handle, and one of a thread. */
static HANDLE const no_handle = (HANDLE)0x7770;
static OBJECT_ATTRIBUTES no_attributes = {.Length = sizeof no_attributes};

static void name_object(OBJECT_ATTRIBUTES *attributes, UNICODE_STRING *name, const WCHAR *text,
                        ULONG flags) {
    RtlInitUnicodeString(name, text);
    memset(attributes, 0, sizeof *attributes);
    attributes->Length = sizeof *attributes;
    attributes->ObjectName = name;
    attributes->Attributes = flags;
}

/* ---- waits ----------------------------------------------------------------------------------- */

static int waits(int argc, char **argv) {
    HANDLE set = CreateEventA(NULL, TRUE, TRUE, NULL),
           clear = CreateEventA(NULL, TRUE, FALSE, NULL);
    HANDLE both[] = {clear, set}, twice[] = {set, set}, pseudo[] = {GetCurrentProcess(), set};
    LARGE_INTEGER none = {.QuadPart = 0}, millisecond = {.QuadPart = -10000}, later;
    (void)argc, (void)argv;
    expect_status(NtWaitForSingleObject(set, FALSE, NULL), STATUS_WAIT_0);
    expect_status(NtWaitForSingleObject(clear, FALSE, &millisecond), STATUS_TIMEOUT);
    expect_status(NtWaitForSingleObject(GetCurrentThread(), FALSE, &none), STATUS_TIMEOUT);
    expect_status(NtWaitForMultipleObjects(2, both, WaitAny, FALSE, NULL), STATUS_WAIT_0 + 1);
    expect_status(NtWaitForMultipleObjects(2, both, WaitAll, FALSE, &millisecond), STATUS_TIMEOUT);
    expect_status(NtWaitForMultipleObjects(0, both, WaitAny, FALSE, NULL),
                  STATUS_INVALID_PARAMETER_1);
    expect_status(NtWaitForMultipleObjects(65, both, WaitAny, FALSE, NULL),
                  STATUS_INVALID_PARAMETER_1);
    expect_status(NtWaitForMultipleObjects(2, both, WaitNotification, FALSE, NULL),
                  STATUS_INVALID_PARAMETER_3);
    expect_status(NtWaitForMultipleObjects(2, NULL, WaitAny, FALSE, NULL), STATUS_ACCESS_VIOLATION);
    expect_status(NtWaitForMultipleObjects(2, both, WaitAny, FALSE, (PLARGE_INTEGER)8),
                  STATUS_ACCESS_VIOLATION);
    expect_status(NtWaitForMultipleObjects(2, pseudo, WaitAny, FALSE, NULL), STATUS_INVALID_HANDLE);
    expect_status(NtWaitForMultipleObjects(2, twice, WaitAll, FALSE, NULL),
                  STATUS_INVALID_PARAMETER_MIX);
    expect_status(NtWaitForSingleObject(no_handle, FALSE, NULL), STATUS_INVALID_HANDLE);
    expect_status(NtSignalAndWaitForSingleObject(clear, set, FALSE, NULL), STATUS_WAIT_0);
    expect_status(NtWaitForSingleObject(clear, FALSE, &none), STATUS_WAIT_0);
    expect_status(NtSignalAndWaitForSingleObject(no_handle, set, FALSE, NULL),
                  STATUS_INVALID_HANDLE);
    expect_status(NtSignalAndWaitForSingleObject(GetCurrentProcess(), set, FALSE, NULL),
                  STATUS_OBJECT_TYPE_MISMATCH);
    ULONGLONG start = GetTickCount64();
    expect_status(NtDelayExecution(FALSE, &millisecond), STATUS_SUCCESS);
    expect_status(NtQuerySystemTime(&later), STATUS_SUCCESS);
    later.QuadPart += 30000; /* an absolute time */
    expect_status(NtDelayExecution(FALSE, &later), STATUS_SUCCESS);
    expect_equal(GetTickCount64() - start, 4);
    expect_status(NtDelayExecution(FALSE, NULL), STATUS_ACCESS_VIOLATION);
    expect_status(NtQuerySystemTime(NULL), STATUS_ACCESS_VIOLATION);
    expect_status(NtYieldExecution(), STATUS_NO_YIELD_PERFORMED);
    return 0;
}

static void WAIT_24__native_waits(void **state) {
    sim_run(state, waits);
}

/* ---- alerts and asynchronous calls ----------------------------------------------------------- */

static LONG calls;

static VOID call(ULONG_PTR a, ULONG_PTR b, ULONG_PTR c) {
    calls += (LONG)(a + b + c);
}

static DWORD waits_alertably(LPVOID native) {
    if (native)
        return (DWORD)NtDelayExecution(TRUE, &(LARGE_INTEGER){.QuadPart = INT64_MIN / 2});
    return SleepEx(100, TRUE);
}

static int alerts(int argc, char **argv) {
    LARGE_INTEGER none = {.QuadPart = 0};
    ULONG previous = 9;
    (void)argc, (void)argv;
    calls = 0;
    HANDLE thread = sim_thread(waits_alertably, (PVOID)1),
           other = sim_thread(waits_alertably, NULL);
    Sleep(1);
    expect_status(NtAlertThread(thread), STATUS_SUCCESS);
    expect_equal(WaitForSingleObject(thread, 10), WAIT_OBJECT_0);
    expect_equal(sim_exit_code(thread), STATUS_ALERTED);
    expect_status(NtAlertThread(other), STATUS_SUCCESS); /* Win32 begins again */
    expect_equal(WaitForSingleObject(other, 10), WAIT_TIMEOUT);
    expect_equal(WaitForSingleObject(other, 100), WAIT_OBJECT_0);
    expect_status(NtTestAlert(), STATUS_SUCCESS);
    expect_status(NtAlertThread(GetCurrentThread()), STATUS_SUCCESS);
    expect_status(NtTestAlert(), STATUS_ALERTED);
    expect_status(NtAlertThread(GetCurrentThread()), STATUS_SUCCESS);
    expect_status(NtDelayExecution(TRUE, &none), STATUS_ALERTED);
    expect_status(NtQueueApcThread(GetCurrentThread(), (PVOID)(uintptr_t)call, (PVOID)1, (PVOID)10,
                                   (PVOID)100),
                  STATUS_SUCCESS);
    expect_status(NtDelayExecution(TRUE, &none), STATUS_USER_APC);
    expect_equal(calls, 111);
    thread = CreateThread(NULL, 0, waits_alertably, (PVOID)1, CREATE_SUSPENDED, NULL);
    expect_status(NtAlertResumeThread(thread, &previous), STATUS_SUCCESS);
    expect_equal(previous, 1);
    expect_equal(WaitForSingleObject(thread, 10), WAIT_OBJECT_0);
    expect_equal(sim_exit_code(thread), STATUS_ALERTED);
    expect_status(NtAlertThread(no_handle), STATUS_INVALID_HANDLE);
    expect_status(NtAlertThread(GetCurrentProcess()), STATUS_OBJECT_TYPE_MISMATCH);
    expect_status(NtQueueApcThread(no_handle, NULL, NULL, NULL, NULL), STATUS_INVALID_HANDLE);
    return 0;
}

static void WAIT_27__alerts_end_native_waits_only(void **state) {
    sim_run(state, alerts);
}

/* ---- objects --------------------------------------------------------------------------------- */

static int makes_objects(int argc, char **argv) {
    OBJECT_ATTRIBUTES attributes;
    UNICODE_STRING name;
    HANDLE event, again, mutant, semaphore;
    LONG previous = 9;
    (void)argc, (void)argv;
    name_object(&attributes, &name, u"\\BaseNamedObjects\\native", 0);
    expect_status(NtCreateEvent(&event, EVENT_ALL_ACCESS, &attributes, SynchronizationEvent, FALSE),
                  STATUS_SUCCESS);
    expect(OpenEventA(SYNCHRONIZE, FALSE, "native") != NULL);
    expect_status(NtCreateEvent(&again, EVENT_ALL_ACCESS, &attributes, SynchronizationEvent, FALSE),
                  STATUS_OBJECT_NAME_COLLISION);
    attributes.Attributes = OBJ_OPENIF;
    expect_status(NtCreateEvent(&again, EVENT_ALL_ACCESS, &attributes, SynchronizationEvent, FALSE),
                  STATUS_OBJECT_NAME_EXISTS);
    expect_status(NtOpenEvent(&again, EVENT_MODIFY_STATE, &attributes), STATUS_SUCCESS);
    expect_status(NtSetEvent(again, &previous), STATUS_SUCCESS);
    expect_equal(previous, 0);
    expect_status(NtResetEvent(event, &previous), STATUS_SUCCESS);
    expect_equal(previous, 1);
    expect_status(NtSetEvent(event, NULL), STATUS_SUCCESS);
    expect_status(NtClearEvent(event), STATUS_SUCCESS);
    expect_status(NtPulseEvent(event, &previous), STATUS_SUCCESS);
    expect_equal(previous, 0);
    expect_equal(WaitForSingleObject(event, 0), WAIT_TIMEOUT);
    expect_status(NtCreateMutant(&mutant, MUTANT_ALL_ACCESS, &attributes, FALSE),
                  STATUS_OBJECT_TYPE_MISMATCH);
    expect_status(NtCreateMutant(&mutant, MUTANT_ALL_ACCESS, NULL, TRUE), STATUS_SUCCESS);
    expect_status(NtReleaseMutant(mutant, &previous), STATUS_SUCCESS);
    expect_equal(previous, 0);
    expect_status(NtReleaseMutant(mutant, NULL), STATUS_MUTANT_NOT_OWNED);
    expect_status(NtCreateSemaphore(&semaphore, SEMAPHORE_ALL_ACCESS, NULL, 1, 2), STATUS_SUCCESS);
    expect_status(NtReleaseSemaphore(semaphore, 1, &previous), STATUS_SUCCESS);
    expect_equal(previous, 1);
    expect_status(NtReleaseSemaphore(semaphore, 1, &previous), STATUS_SEMAPHORE_LIMIT_EXCEEDED);
    name_object(&attributes, &name, u"\\BaseNamedObjects\\gone", 0);
    expect_status(NtOpenMutant(&again, SYNCHRONIZE, &attributes), STATUS_OBJECT_NAME_NOT_FOUND);
    expect_status(NtOpenSemaphore(&again, SYNCHRONIZE, &attributes), STATUS_OBJECT_NAME_NOT_FOUND);
    return 0;
}

static void objects_by_native_calls(void **state) {
    sim_run(state, makes_objects);
}

static int names_objects_badly(int argc, char **argv) {
    static const struct {
        const WCHAR *name;
        NTSTATUS status;
    } rows[] = {
        {u"relative", STATUS_OBJECT_PATH_SYNTAX_BAD},
        {u"\\Nowhere\\x", STATUS_OBJECT_PATH_NOT_FOUND},
        {u"\\BaseNamedObjects\\a\\b", STATUS_OBJECT_PATH_NOT_FOUND},
        {u"\\BaseNamedObjects\\none", STATUS_OBJECT_NAME_NOT_FOUND},
    };
    OBJECT_ATTRIBUTES attributes;
    UNICODE_STRING name;
    HANDLE handle;
    (void)argc, (void)argv;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        name_object(&attributes, &name, rows[i].name, 0);
        expect_status(NtOpenEvent(&handle, SYNCHRONIZE, &attributes), rows[i].status);
    }
    attributes.Length = 8;
    expect_status(NtOpenEvent(&handle, SYNCHRONIZE, &attributes), STATUS_INVALID_PARAMETER);
    name.Length = 3;
    attributes.Length = sizeof attributes;
    expect_status(NtOpenEvent(&handle, SYNCHRONIZE, &attributes), STATUS_OBJECT_NAME_INVALID);
    return 0;
}

static void bad_names_of_objects(void **state) {
    sim_run(state, names_objects_badly);
}

static int passes_bad_objects(int argc, char **argv) {
    HANDLE handle, event = CreateEventA(NULL, TRUE, FALSE, NULL);
    HANDLE weak = OpenEventA(SYNCHRONIZE, FALSE, "none");
    (void)argc, (void)argv;
    DuplicateHandle(GetCurrentProcess(), event, GetCurrentProcess(), &weak, SYNCHRONIZE, FALSE, 0);
    expect_status(NtCreateEvent(NULL, EVENT_ALL_ACCESS, NULL, NotificationEvent, FALSE),
                  STATUS_ACCESS_VIOLATION);
    expect_status(
        NtCreateEvent(&handle, EVENT_ALL_ACCESS, (POBJECT_ATTRIBUTES)8, NotificationEvent, FALSE),
        STATUS_ACCESS_VIOLATION);
    expect_status(NtCreateEvent(&handle, EVENT_ALL_ACCESS, NULL, (EVENT_TYPE)2, FALSE),
                  STATUS_INVALID_PARAMETER);
    expect_status(NtCreateSemaphore(&handle, SEMAPHORE_ALL_ACCESS, NULL, 2, 1),
                  STATUS_INVALID_PARAMETER);
    expect_status(NtCreateSemaphore(&handle, SEMAPHORE_ALL_ACCESS, NULL, 0, 0),
                  STATUS_INVALID_PARAMETER);
    expect_status(NtCreateMutant(NULL, MUTANT_ALL_ACCESS, NULL, FALSE), STATUS_ACCESS_VIOLATION);
    expect_status(NtSetEvent(no_handle, NULL), STATUS_INVALID_HANDLE);
    expect_status(NtSetEvent(GetCurrentProcess(), NULL), STATUS_OBJECT_TYPE_MISMATCH);
    expect_status(NtSetEvent(weak, NULL), STATUS_ACCESS_DENIED);
    expect_status(NtSetEvent(event, (PLONG)8), STATUS_ACCESS_VIOLATION);
    expect_status(NtResetEvent(weak, NULL), STATUS_ACCESS_DENIED);
    expect_status(NtClearEvent(NULL), STATUS_INVALID_HANDLE);
    expect_status(NtPulseEvent(no_handle, NULL), STATUS_INVALID_HANDLE);
    expect_status(NtReleaseMutant(event, NULL), STATUS_OBJECT_TYPE_MISMATCH);
    expect_status(NtReleaseSemaphore(event, 1, NULL), STATUS_OBJECT_TYPE_MISMATCH);
    expect_status(NtReleaseSemaphore(event, 0, NULL), STATUS_INVALID_PARAMETER);
    expect_status(NtClose(no_handle), STATUS_INVALID_HANDLE);
    expect_status(NtClose(NULL), STATUS_INVALID_HANDLE);
    expect_status(NtClose(GetCurrentProcess()), STATUS_SUCCESS);
    return 0;
}

static void HNDL_46__bad_handles_of_objects(void **state) {
    sim_run(state, passes_bad_objects);
}

/* ---- handles --------------------------------------------------------------------------------- */

static int duplicates(int argc, char **argv) {
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL), copy = NULL, self = GetCurrentProcess();
    (void)argc, (void)argv;
    expect_status(NtDuplicateObject(self, event, self, &copy, SYNCHRONIZE, OBJ_INHERIT, 0),
                  STATUS_SUCCESS);
    expect_status(NtDuplicateObject(self, no_handle, self, &copy, 0, 0, DUPLICATE_SAME_ACCESS),
                  STATUS_INVALID_HANDLE);
    expect_status(NtDuplicateObject(event, event, self, &copy, 0, 0, DUPLICATE_SAME_ACCESS),
                  STATUS_OBJECT_TYPE_MISMATCH);
    expect_status(NtDuplicateObject(self, event, no_handle, &copy, 0, 0, DUPLICATE_SAME_ACCESS),
                  STATUS_INVALID_HANDLE);
    expect_status(NtDuplicateObject(self, event, self, (PHANDLE)8, 0, 0, DUPLICATE_SAME_ACCESS),
                  STATUS_ACCESS_VIOLATION);
    expect_status(NtDuplicateObject(self, event, NULL, NULL, 0, 0, DUPLICATE_CLOSE_SOURCE),
                  STATUS_SUCCESS);
    expect_status(NtClose(event), STATUS_INVALID_HANDLE);
    return 0;
}

static void HNDL_35__native_duplicates(void **state) {
    sim_run(state, duplicates);
}

static int queries_objects(int argc, char **argv) {
    struct {
        UNICODE_STRING name;
        char rest[400];
    } text;
    ULONG basic[14], size = 0;
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, "asked"),
           plain = CreateMutexA(NULL, FALSE, NULL);
    (void)argc, (void)argv;
    SetHandleInformation(event, 3, 3);
    expect_status(NtQueryObject(event, ObjectBasicInformation, basic, sizeof basic, &size),
                  STATUS_SUCCESS);
    expect_equal(basic[0], OBJ_INHERIT | 1);
    expect_equal(basic[1], EVENT_ALL_ACCESS);
    expect_equal(basic[2], 1);
    expect_equal(size, sizeof basic);
    expect_status(NtQueryObject(event, ObjectNameInformation, &text, sizeof text, &size),
                  STATUS_SUCCESS);
    expect_equal(text.name.Length, 2 * 34);
    expect(memcmp(text.name.Buffer, u"\\Sessions\\1\\BaseNamedObjects\\asked", 2 * 34) == 0);
    expect_equal(size, 16 + 2 * 35);
    expect_status(NtQueryObject(event, ObjectNameInformation, &text, 20, &size),
                  STATUS_BUFFER_OVERFLOW);
    expect_equal(size, 16 + 2 * 35);
    expect_status(NtQueryObject(plain, ObjectNameInformation, &text, sizeof text, &size),
                  STATUS_SUCCESS);
    expect_equal(size, 16);
    expect_equal(text.name.Length, 0);
    expect_status(NtQueryObject(plain, ObjectTypeInformation, &text, sizeof text, NULL),
                  STATUS_SUCCESS);
    expect(memcmp(text.name.Buffer, u"Mutant", 14) == 0);
    expect_status(NtQueryObject(no_handle, ObjectBasicInformation, basic, sizeof basic, NULL),
                  STATUS_INVALID_HANDLE);
    expect_status(NtQueryObject(event, (OBJECT_INFORMATION_CLASS)99, basic, sizeof basic, NULL),
                  STATUS_INVALID_INFO_CLASS);
    expect_status(NtQueryObject(event, ObjectBasicInformation, basic, 4, NULL),
                  STATUS_INFO_LENGTH_MISMATCH);
    expect_status(NtQueryObject(event, ObjectTypeInformation, basic, 4, NULL),
                  STATUS_INFO_LENGTH_MISMATCH);
    expect_status(NtQueryObject(event, ObjectBasicInformation, NULL, sizeof basic, NULL),
                  STATUS_ACCESS_VIOLATION);
    return 0;
}

static void objects_tell_name_and_type(void **state) {
    sim_run(state, queries_objects);
}

/* ---- processes and threads ------------------------------------------------------------------- */

static DWORD returns(LPVOID code) {
    return (DWORD)(uintptr_t)code;
}

static int opens(int argc, char **argv) {
    CLIENT_ID me = {(HANDLE)(uintptr_t)GetCurrentProcessId(),
                    (HANDLE)(uintptr_t)GetCurrentThreadId()},
              process = {me.UniqueProcess, NULL}, thread = {NULL, me.UniqueThread},
              none = {(HANDLE)0x7770, NULL}, mixed = {(HANDLE)0x7770, me.UniqueThread};
    OBJECT_ATTRIBUTES named;
    UNICODE_STRING name;
    HANDLE handle;
    (void)argc, (void)argv;
    name_object(&named, &name, u"\\x", 0);
    expect_status(NtOpenProcess(&handle, SYNCHRONIZE, &no_attributes, &process), STATUS_SUCCESS);
    expect_status(NtOpenProcess(&handle, SYNCHRONIZE, &no_attributes, &me), STATUS_SUCCESS);
    expect_status(NtOpenProcess(&handle, SYNCHRONIZE, &no_attributes, &none), STATUS_INVALID_CID);
    expect_status(NtOpenProcess(&handle, SYNCHRONIZE, &no_attributes, &mixed), STATUS_INVALID_CID);
    expect_status(NtOpenProcess(&handle, SYNCHRONIZE, &no_attributes, NULL),
                  STATUS_INVALID_PARAMETER_MIX);
    expect_status(NtOpenProcess(&handle, SYNCHRONIZE, &named, &process),
                  STATUS_INVALID_PARAMETER_MIX);
    expect_status(NtOpenProcess(&handle, SYNCHRONIZE, NULL, &process), STATUS_ACCESS_VIOLATION);
    expect_status(NtOpenProcess(NULL, SYNCHRONIZE, &no_attributes, &process),
                  STATUS_ACCESS_VIOLATION);
    expect_status(NtOpenThread(&handle, SYNCHRONIZE, &no_attributes, &thread), STATUS_SUCCESS);
    expect_status(NtOpenThread(&handle, SYNCHRONIZE, &no_attributes, &me), STATUS_SUCCESS);
    expect_status(NtOpenThread(&handle, SYNCHRONIZE, &no_attributes, &mixed), STATUS_INVALID_CID);
    expect_status(NtOpenThread(&handle, SYNCHRONIZE, &no_attributes, &none), STATUS_INVALID_CID);
    expect_status(NtGetNextProcess(NULL, SYNCHRONIZE, 0, 0, &handle), STATUS_SUCCESS);
    expect_status(NtGetNextProcess(handle, SYNCHRONIZE, 0, 0, &handle), STATUS_NO_MORE_ENTRIES);
    expect_status(NtGetNextProcess(no_handle, SYNCHRONIZE, 0, 0, &handle), STATUS_INVALID_HANDLE);
    return 0;
}

static void HNDL_08__processes_and_threads_are_opened_by_id(void **state) {
    sim_run(state, opens);
}

static int creates_threads(int argc, char **argv) {
    CLIENT_ID id = {0};
    PS_ATTRIBUTE_LIST list = {sizeof list, {{PS_ATTRIBUTE_CLIENT_ID, sizeof id, {0}, NULL}}};
    HANDLE thread, self = GetCurrentProcess();
    PVOID start = (PVOID)(uintptr_t)returns;
    (void)argc, (void)argv;
    list.Attributes[0].ValuePtr = &id;
    expect_status(NtCreateThreadEx(&thread, THREAD_ALL_ACCESS, NULL, self, start, (PVOID)7,
                                   THREAD_CREATE_FLAGS_CREATE_SUSPENDED, 0, 0, 0, &list),
                  STATUS_SUCCESS);
    expect_equal(GetThreadId(thread), (uintptr_t)id.UniqueThread);
    expect_equal(ResumeThread(thread), 1);
    expect_equal(WaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
    expect_equal(sim_exit_code(thread), 7);
    expect_status(RtlCreateUserThread(self, NULL, FALSE, 0, 0, 0, start, (PVOID)8, &thread, &id),
                  STATUS_SUCCESS);
    expect_equal(WaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
    expect_equal(sim_exit_code(thread), 8);
    expect_status(NtCreateThreadEx(&thread, THREAD_ALL_ACCESS, NULL, self, start, NULL, 0x80000000,
                                   0, 0, 0, NULL),
                  STATUS_INVALID_PARAMETER);
    expect_status(
        NtCreateThreadEx(NULL, THREAD_ALL_ACCESS, NULL, self, start, NULL, 0, 0, 0, 0, NULL),
        STATUS_ACCESS_VIOLATION);
    expect_status(NtCreateThreadEx(&thread, THREAD_ALL_ACCESS, NULL, no_handle, start, NULL, 0, 0,
                                   0, 0, NULL),
                  STATUS_INVALID_HANDLE);
    expect_status(
        RtlCreateUserThread(GetCurrentThread(), NULL, FALSE, 0, 0, 0, start, NULL, &thread, NULL),
        STATUS_OBJECT_TYPE_MISMATCH);
    expect_status(NtSuspendThread(no_handle, NULL), STATUS_INVALID_HANDLE);
    expect_status(NtResumeThread(GetCurrentProcess(), NULL), STATUS_OBJECT_TYPE_MISMATCH);
    expect_status(NtResumeThread(GetCurrentThread(), (PULONG)8), STATUS_ACCESS_VIOLATION);
    expect_status(NtSuspendProcess(GetCurrentThread()), STATUS_OBJECT_TYPE_MISMATCH);
    expect_status(NtResumeProcess(no_handle), STATUS_INVALID_HANDLE);
    expect_status(NtTerminateThread(no_handle, 0), STATUS_INVALID_HANDLE);
    expect_status(NtTerminateProcess(GetCurrentThread(), 0), STATUS_OBJECT_TYPE_MISMATCH);
    return 0;
}

static void threads_by_native_calls(void **state) {
    sim_run(state, creates_threads);
}

static int attached, detached;

static int counts_threads(void *module, uint32_t reason, void *reserved) {
    (void)module, (void)reserved;
    attached += reason == DLL_THREAD_ATTACH;
    detached += reason == DLL_THREAD_DETACH;
    return TRUE;
}

static int skips_dlls(int argc, char **argv) {
    HANDLE thread;
    (void)argc, (void)argv;
    attached = detached = 0;
    HMODULE dll = LoadLibraryA("counter.dll");
    NtCreateThreadEx(&thread, THREAD_ALL_ACCESS, NULL, GetCurrentProcess(),
                     (PVOID)(uintptr_t)returns, NULL, THREAD_CREATE_FLAGS_SKIP_THREAD_ATTACH, 0, 0,
                     0, NULL);
    expect_equal(WaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
    expect_equal(attached + detached, 0);
    LdrShutdownThread();
    expect_equal(detached, 1);
    expect_status(LdrAddRefDll(0, dll), STATUS_SUCCESS);
    expect(FreeLibrary(dll));
    expect(GetModuleHandleA("counter.dll") == dll);
    expect_status(LdrAddRefDll(1, dll), STATUS_SUCCESS);
    expect(FreeLibrary(dll) && FreeLibrary(dll));
    expect(GetModuleHandleA("counter.dll") == dll);
    expect_status(LdrAddRefDll(0, NULL), STATUS_INVALID_PARAMETER);
    expect_status(LdrAddRefDll(8, dll), STATUS_INVALID_PARAMETER);
    expect_status(LdrDisableThreadCalloutsForDll(dll), STATUS_SUCCESS);
    expect_status(LdrDisableThreadCalloutsForDll(NULL), STATUS_DLL_NOT_FOUND);
    LdrShutdownThread();
    expect_equal(detached, 1);
    return 0;
}

static void DLL_09__native_calls_for_dlls(void **state) {
    sim_dll(state, "counter.dll", NULL, counts_threads);
    sim_run(state, skips_dlls);
}

static int shuts_down(int argc, char **argv) {
    (void)argc, (void)argv;
    LoadLibraryA("counter.dll");
    expect(!RtlDllShutdownInProgress());
    LdrShutdownProcess();
    expect(RtlDllShutdownInProgress());
    LdrShutdownProcess();
    NtTerminateProcess(GetCurrentProcess(), 6);
    return 0;
}

static int ends;

static int counts_ends(void *module, uint32_t reason, void *reserved) {
    (void)module;
    ends += reason == DLL_PROCESS_DETACH && reserved;
    return TRUE;
}

static void DLL_06__DLL_33__shutdown_of_the_loader_alone(void **state) {
    ends = 0;
    sim_dll(state, "counter.dll", NULL, counts_ends);
    assert_int_equal(sim_run(state, shuts_down), 6);
    assert_int_equal(ends, 1);
}

/* ---- timers and registered waits ------------------------------------------------------------- */

static LONG rung;

static VOID rings(PVOID event, BOOLEAN fired) {
    (void)fired;
    InterlockedIncrement(&rung);
    SetEvent(event);
}

static int uses_timers(int argc, char **argv) {
    HANDLE done = CreateEventA(NULL, FALSE, FALSE, NULL), queue, timer, wait;
    (void)argc, (void)argv;
    rung = 0;
    expect_status(RtlCreateTimerQueue(&queue), STATUS_SUCCESS);
    expect_status(RtlCreateTimer(queue, &timer, rings, done, 1000, 0, 0), STATUS_SUCCESS);
    expect_status(RtlUpdateTimer(queue, timer, 5, 0), STATUS_SUCCESS);
    expect_equal(WaitForSingleObject(done, 10), WAIT_OBJECT_0);
    expect_status(RtlDeleteTimer(queue, timer, INVALID_HANDLE_VALUE), STATUS_SUCCESS);
    expect_status(RtlUpdateTimer(queue, NULL, 5, 0), STATUS_INVALID_PARAMETER);
    expect_status(RtlDeleteTimer(NULL, NULL, NULL), STATUS_INVALID_PARAMETER_1);
    expect_status(RtlCreateTimer(done, &timer, rings, NULL, 5, 0, 0), STATUS_INVALID_HANDLE);
    expect_status(RtlDeleteTimerQueueEx(queue, INVALID_HANDLE_VALUE), STATUS_SUCCESS);
    expect_status(RtlDeleteTimerQueue(queue), STATUS_INVALID_HANDLE);
    expect_status(RtlRegisterWait(&wait, queue, rings, done, INFINITE, 0), STATUS_INVALID_HANDLE);
    expect_status(RtlRegisterWait(&wait, done, NULL, done, INFINITE, 0), STATUS_INVALID_PARAMETER);
    HANDLE event = CreateEventA(NULL, FALSE, TRUE, NULL);
    expect_status(RtlRegisterWait(&wait, event, rings, done, INFINITE, WT_EXECUTEONLYONCE),
                  STATUS_SUCCESS);
    expect_equal(WaitForSingleObject(done, 10), WAIT_OBJECT_0);
    expect_equal(rung, 2);
    expect_status(RtlDeregisterWaitEx(wait, INVALID_HANDLE_VALUE), STATUS_SUCCESS);
    expect_status(RtlDeregisterWait(wait), STATUS_INVALID_HANDLE);
    return 0;
}

static void timers_and_waits_by_native_calls(void **state) {
    sim_run(state, uses_timers);
}

/* ---- errors ---------------------------------------------------------------------------------- */

static int asks_for_errors(int argc, char **argv) {
    (void)argc, (void)argv;
    SetEvent(no_handle);
    expect_status(RtlGetLastNtStatus(), STATUS_INVALID_HANDLE);
    expect_equal(RtlGetLastWin32Error(), ERROR_INVALID_HANDLE);
    RtlSetLastWin32Error(5);
    expect_equal(GetLastError(), ERROR_ACCESS_DENIED);
    RtlSetLastWin32ErrorAndNtStatusFromNtStatus(STATUS_NO_MEMORY);
    expect_equal(GetLastError(), ERROR_NOT_ENOUGH_MEMORY);
    expect_status(RtlGetLastNtStatus(), STATUS_NO_MEMORY);
    expect_equal(RtlNtStatusToDosError(STATUS_TIMEOUT), WAIT_TIMEOUT);
    expect_status(RtlGetLastNtStatus(), STATUS_TIMEOUT);
    return 0;
}

static void last_status_of_a_thread(void **state) {
    sim_run(state, asks_for_errors);
}

static int asks_badly(int argc, char **argv) {
    HANDLE process = GetCurrentProcess(), thread = GetCurrentThread();
    PROCESS_BASIC_INFORMATION basic;
    ULONG size = sizeof basic;
    (void)argc, (void)argv;
    expect_status(NtQueryInformationProcess(process, ProcessBasicInformation, NULL, size, NULL),
                  STATUS_ACCESS_VIOLATION);
    expect_status(
        NtQueryInformationProcess(process, ProcessBasicInformation, &basic, size, (PULONG)8),
        STATUS_ACCESS_VIOLATION);
    expect_status(NtQueryInformationProcess(process, ProcessBasicInformation, &basic, 1, NULL),
                  STATUS_INFO_LENGTH_MISMATCH);
    expect_status(NtQueryInformationProcess(process, (PROCESSINFOCLASS)999, &basic, size, NULL),
                  STATUS_INVALID_INFO_CLASS);
    expect_status(NtQueryInformationProcess(thread, ProcessBasicInformation, &basic, size, NULL),
                  STATUS_OBJECT_TYPE_MISMATCH);
    expect_status(NtQueryInformationProcess(no_handle, ProcessBasicInformation, &basic, size, NULL),
                  STATUS_INVALID_HANDLE);
    expect_status(NtQueryInformationThread(thread, ThreadIsTerminated, NULL, sizeof size, NULL),
                  STATUS_ACCESS_VIOLATION);
    expect_status(NtQueryInformationThread(process, ThreadIsTerminated, &size, sizeof size, NULL),
                  STATUS_OBJECT_TYPE_MISMATCH);
    expect_status(NtSetInformationProcess(process, (PROCESSINFOCLASS)999, &size, sizeof size),
                  STATUS_INVALID_INFO_CLASS);
    expect_status(NtSetInformationProcess(process, ProcessDefaultHardErrorMode, &size, 1),
                  STATUS_INFO_LENGTH_MISMATCH);
    expect_status(NtSetInformationProcess(process, ProcessDefaultHardErrorMode, NULL, sizeof size),
                  STATUS_ACCESS_VIOLATION);
    size = SEM_NOGPFAULTERRORBOX;
    expect_status(NtSetInformationProcess(process, ProcessDefaultHardErrorMode, &size, sizeof size),
                  STATUS_SUCCESS);
    expect_equal(GetErrorMode(), SEM_NOGPFAULTERRORBOX);
    expect_status(NtSetInformationThread(no_handle, ThreadBreakOnTermination, &size, 1),
                  STATUS_INFO_LENGTH_MISMATCH);
    return 0;
}

static void bad_questions_and_settings(void **state) {
    sim_run(state, asks_badly);
}

/* ---- critical processes and threads ---------------------------------------------------------- */

enum { DEBUG_PRIVILEGE = 20 };

static int becomes_critical(int argc, char **argv) {
    BOOLEAN before = TRUE;
    BOOL critical = FALSE;
    (void)argc, (void)argv;
    expect_status(RtlSetProcessIsCritical(TRUE, NULL, FALSE), STATUS_PRIVILEGE_NOT_HELD);
    expect_status(RtlSetThreadIsCritical(TRUE, NULL, FALSE), STATUS_PRIVILEGE_NOT_HELD);
    expect_status(RtlAdjustPrivilege(DEBUG_PRIVILEGE, TRUE, FALSE, &before), STATUS_SUCCESS);
    expect(!before);
    expect_status(RtlAdjustPrivilege(99, TRUE, FALSE, &before), STATUS_PRIVILEGE_NOT_HELD);
    expect_status(RtlSetThreadIsCritical(TRUE, &before, FALSE), STATUS_SUCCESS);
    expect_status(RtlSetThreadIsCritical(FALSE, &before, FALSE), STATUS_SUCCESS);
    expect(before);
    expect_status(RtlSetProcessIsCritical(TRUE, &before, FALSE), STATUS_SUCCESS);
    expect(!before);
    expect(IsProcessCritical(GetCurrentProcess(), &critical) && critical);
    return 0;
}

static int thread_becomes_critical(int argc, char **argv) {
    BOOLEAN before;
    ULONG on = 1;
    (void)argc, (void)argv;
    RtlAdjustPrivilege(DEBUG_PRIVILEGE, TRUE, FALSE, &before);
    HANDLE thread = CreateThread(NULL, 0, returns, NULL, CREATE_SUSPENDED, NULL);
    expect_status(NtSetInformationThread(thread, ThreadBreakOnTermination, &on, sizeof on),
                  STATUS_SUCCESS);
    TerminateThread(thread, 1);
    return 0;
}

static void stops_with(int (*main)(int, char **), const char *profile, uint32_t code,
                       uint64_t second) {
    rd_world_options options = {.size = sizeof options, .profile = profile};
    rd_bugcheck bugcheck;
    void *world = test_world(&options);
    sim_run_verdict(&world, main, RD_VERDICT_BUGCHECK);
    assert_int_equal(rd_world_bugcheck(world, &bugcheck), RD_OK);
    assert_int_equal(bugcheck.code, code);
    if (code == 0xEF)
        assert_int_equal(bugcheck.parameters[1], second);
    else
        assert_int_equal(bugcheck.parameters[0], second);
    assert_non_null(strstr(rd_world_explanation(world), "TERM-54"));
    rd_world_destroy(world);
}

static void TERM_54__the_end_of_what_is_critical_ends_the_machine(void **state) {
    (void)state;
    stops_with(becomes_critical, NULL, 0xEF, 0);
    stops_with(thread_becomes_critical, NULL, 0xEF, 1);
    stops_with(becomes_critical, "win7", 0xF4, 3);
    stops_with(thread_becomes_critical, "win7", 0xF4, 6);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_case(WAIT_24__native_waits),
        test_case(WAIT_27__alerts_end_native_waits_only),
        test_case(objects_by_native_calls),
        test_case(bad_names_of_objects),
        test_case(HNDL_46__bad_handles_of_objects),
        test_case(HNDL_35__native_duplicates),
        test_case(objects_tell_name_and_type),
        test_case(HNDL_08__processes_and_threads_are_opened_by_id),
        test_case(threads_by_native_calls),
        test_case(DLL_09__native_calls_for_dlls),
        test_case(DLL_06__DLL_33__shutdown_of_the_loader_alone),
        test_case(timers_and_waits_by_native_calls),
        test_case(last_status_of_a_thread),
        test_case(bad_questions_and_settings),
        test_case(TERM_54__the_end_of_what_is_critical_ends_the_machine),
    };
    return cmocka_run_group_tests_name("api.native_calls", tests, NULL, NULL);
}
