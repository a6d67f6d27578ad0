/* PROC-01 to PROC-24: what the end of a process means, what causes it, what may delay it. */
#include "rules.h"
#include "kernel_wait.h"

#include "rundown/sdk/rd_ntdll.h"
#include "rundown/sdk/tlhelp32.h"

static int sleeps(int argc, char **argv) {
    UNUSED_MAIN;
    Sleep(INFINITE);
    return 0;
}

static int returns_7(int argc, char **argv) {
    UNUSED_MAIN;
    return 7;
}

static DWORD WINAPI counts_up(LPVOID unused) {
    (void)unused;
    while (InterlockedIncrement(&my.count))
        Sleep(1);
    return 0;
}

/* ---- results --------------------------------------------------------------------------------- */

static int counts_in_threads(int argc, char **argv) {
    UNUSED_MAIN;
    for (int i = 0; i < 3; i++)
        begin(counts_up, NULL);
    counts_up(NULL);
    return 0;
}

static int terminates_the_counter(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE child = start("child.exe");
    Sleep(20);
    must(TerminateProcess(child, 3));
    wait_for(child);
    LONG count = my.count;
    must(count > 0);
    Sleep(100);
    must_be(my.count, count);
    return 0;
}

static void no_user_step_follows_a_mark(rd_world *world, uint32_t code) {
    assert_int_equal(code, 0);
    size_t marked = test_event(world, 0, RD_EVENT_PROCESS_TERMINATE, NULL);
    uint64_t pid = rd_event_at(world, marked)->a;
    for (size_t i = marked; i < rd_event_count(world); i++) {
        const rd_event *event = rd_event_at(world, i);
        if (event->pid == pid)
            assert_true(event->kind != RD_EVENT_SLEEP && event->kind != RD_EVENT_THREAD_START &&
                        event->kind != RD_EVENT_DLL_CALL);
    }
}

static void PROC_01__THRD_08__marked_threads_run_no_user_code(void **state) {
    run_schedules(*state, no_user_step_follows_a_mark,
                  {.name = "app.exe", .main = terminates_the_counter},
                  {.name = "child.exe", .main = counts_in_threads});
}

static int has_all_kinds_of_threads(int argc, char **argv) {
    UNUSED_MAIN;
    my.threads[0] = begin_suspended(returns_argument, NULL); /* never started */
    my.threads[1] = begin(sleeps_for_ever, NULL);            /* waits */
    my.threads[2] = begin(counts_up, NULL);
    SuspendThread(my.threads[2]); /* runs no more */
    for (int i = 0; i < 3; i++)
        my.threads[i + 4] = ULongToHandle(GetThreadId(my.threads[i]));
    SetEvent(my.event);
    Sleep(INFINITE);
    return 0;
}

static int terminates_all_kinds_of_threads(int argc, char **argv) {
    HANDLE threads[3];
    UNUSED_MAIN;
    my.event = inheritable_event(NULL);
    HANDLE child = start("child.exe");
    wait_for(my.event);
    for (int i = 0; i < 3; i++)
        threads[i] = OpenThread(THREAD_ALL_ACCESS, FALSE, HandleToULong(my.threads[i + 4]));
    must(TerminateProcess(child, 70));
    must_be(WaitForMultipleObjects(3, threads, TRUE, INFINITE), WAIT_OBJECT_0);
    for (int i = 0; i < 3; i++)
        must_be(thread_code(threads[i]), 70);
    wait_for(child);
    return (int)process_code(child);
}

static void PROC_02__EXIT_10__WAIT_02__all_threads_are_marked(void **state) {
    assert_int_equal(run(*state, {.name = "app.exe", .main = terminates_all_kinds_of_threads},
                         {.name = "child.exe", .main = has_all_kinds_of_threads}),
                     70);
}

static int leaves_everything_behind(int argc, char **argv) {
    UNUSED_MAIN;
    for (int i = 0; i < 10; i++)
        must(HeapAlloc(GetProcessHeap(), 0, 1000) != NULL);
    for (int i = 0; i < 10; i++)
        CreateEventA(NULL, FALSE, FALSE, NULL);
    TerminateProcess(GetCurrentProcess(), 1);
    return 0;
}

static void PROC_03__HNDL_01__the_system_releases_what_a_process_owns(void **state) {
    rd_process_info info;
    assert_int_equal(run_main(*state, leaves_everything_behind), 1);
    rd_process_get(*state, rules.pid, &info);
    assert_int_equal(info.handles, 0);
    assert_int_equal(info.heap_bytes, 0);
    size_t closed = test_event(*state, 0, RD_EVENT_PROCESS_HANDLES_CLOSED, NULL);
    assert_true(rd_event_at(*state, closed)->a >= 10);
    size_t gone = test_event(*state, closed, RD_EVENT_PROCESS_ADDRESS_SPACE, NULL);
    assert_true(rd_event_at(*state, gone)->b >= 10000);
}

static int makes_a_shared_event(int argc, char **argv) {
    UNUSED_MAIN;
    my.other_event = CreateEventA(NULL, TRUE, TRUE, "shared");
    SetEvent(my.event);
    Sleep(INFINITE);
    return 0;
}

static int uses_the_event_of_the_dead(int argc, char **argv) {
    UNUSED_MAIN;
    my.event = inheritable_event(NULL);
    HANDLE child = start("child.exe");
    wait_for(my.event);
    HANDLE shared = OpenEventA(EVENT_ALL_ACCESS, FALSE, "shared");
    TerminateProcess(child, 0);
    wait_for(child);
    must_be(poll(shared), WAIT_OBJECT_0); /* its state is kept too */
    must(ResetEvent(shared));
    must_be(poll(shared), WAIT_TIMEOUT);
    HANDLE again = OpenEventA(EVENT_ALL_ACCESS, FALSE, "shared");
    must(again != NULL);
    must(CompareObjectHandles(shared, again));
    return 0;
}

static void PROC_04__HNDL_02__HNDL_03__handles_are_closed_and_not_objects(void **state) {
    run(*state, {.name = "app.exe", .main = uses_the_event_of_the_dead},
        {.name = "child.exe", .main = makes_a_shared_event});
}

static int touches_the_memory_of_the_dead(int argc, char **argv) {
    char buffer[8];
    SIZE_T read = 9;
    MEMORY_BASIC_INFORMATION memory;
    DWORD old;
    UNUSED_MAIN;
    HANDLE child = start("child.exe");
    wait_for(child);
    must_fail(VirtualQueryEx(child, buffer, &memory, sizeof memory), 0, ERROR_ACCESS_DENIED);
    must_fail(VirtualAllocEx(child, NULL, 4096, MEM_COMMIT, PAGE_READWRITE), 0,
              ERROR_ACCESS_DENIED);
    must_fail(VirtualFreeEx(child, buffer, 0, MEM_RELEASE), 0, ERROR_ACCESS_DENIED);
    must_fail(VirtualProtectEx(child, buffer, 1, PAGE_READONLY, &old), 0, ERROR_ACCESS_DENIED);
    SetLastError(0);
    must(!ReadProcessMemory(child, buffer, buffer, sizeof buffer, &read));
    must(GetLastError() == ERROR_PARTIAL_COPY || GetLastError() == ERROR_ACCESS_DENIED);
    must_be(read, 0);
    return 0;
}

static void PROC_05__a_dead_process_has_no_address_space(void **state) {
    run(*state, {.name = "app.exe", .main = touches_the_memory_of_the_dead},
        {.name = "child.exe", .main = returns_7});
}

static int reads_code_and_signal_again_and_again(int argc, char **argv) {
    HANDLE copy;
    UNUSED_MAIN;
    PROCESS_INFORMATION child = start_flags("child.exe", 0);
    wait_for(child.hProcess);
    DuplicateHandle(GetCurrentProcess(), child.hProcess, GetCurrentProcess(), &copy,
                    PROCESS_QUERY_LIMITED_INFORMATION | SYNCHRONIZE, FALSE, 0);
    HANDLE opened = OpenProcess(PROCESS_ALL_ACCESS, FALSE, child.dwProcessId);
    HANDLE handles[] = {child.hProcess, copy, opened};
    for (int round = 0; round < 3; round++)
        for (int i = 0; i < 3; i++) {
            must_be(poll(handles[i]), WAIT_OBJECT_0);
            must_be(process_code(handles[i]), 7);
        }
    return 0;
}

static void PROC_06__PROC_07__WAIT_05__code_and_signal_stay(void **state) {
    run(*state, {.name = "app.exe", .main = reads_code_and_signal_again_and_again},
        {.name = "child.exe", .main = returns_7});
    assert_int_equal(test_count(*state, RD_EVENT_PROCESS_SIGNALED, NULL), 2);
}

/* ---- order ----------------------------------------------------------------------------------- */

static int exits_beside_a_thread(int argc, char **argv) {
    UNUSED_MAIN;
    my.thread = begin(sleeps_for_ever, NULL);
    Sleep(1);
    my.tid = GetThreadId(my.thread);
    ExitProcess(195);
}

static void PROC_08__PROC_35__the_order_of_ExitProcess(void **state) {
    rd_world *world = *state;
    assert_int_equal(
        run(world, {.name = "app.exe", .main = exits_beside_a_thread, .imports = IMPORTS("a.dll")},
            {.name = "a.dll", .dll_main = teller}),
        195);
    size_t begins = test_event(world, 0, RD_EVENT_PROCESS_EXIT, NULL);
    size_t loader = test_event(world, begins, RD_EVENT_LOADER_LOCK, "loader lock");
    size_t peb = test_event(world, loader, RD_EVENT_LOADER_LOCK, "PEB lock");
    size_t kill = test_event(world, peb, RD_EVENT_THREAD_TERMINATE, NULL);
    size_t dead = event_about(world, RD_EVENT_THREAD_SIGNALED, my.tid);
    size_t detach = test_event(world, kill, RD_EVENT_DLL_CALL, "PROCESS_DETACH");
    size_t end = test_event(world, detach, RD_EVENT_PROCESS_TERMINATE, NULL);
    size_t status = test_event(world, end, RD_EVENT_PROCESS_EXIT_STATUS, NULL);
    size_t handles = test_event(world, end, RD_EVENT_PROCESS_HANDLES_CLOSED, NULL);
    size_t signal = test_event(world, status, RD_EVENT_PROCESS_SIGNALED, NULL);
    assert_order(kill, dead);
    assert_order(dead, detach);
    assert_order(handles, signal);
    assert_journal("a+ a> a-");
}

static int examines_the_dead(void *module, uint32_t reason, void *reserved) {
    (void)module, (void)reserved;
    if (reason != DLL_PROCESS_DETACH)
        return TRUE;
    must_be(poll(my.threads[0]), WAIT_OBJECT_0);
    must_be(poll(my.threads[1]), WAIT_OBJECT_0);
    must_be(thread_code(my.threads[0]), 195);
    must_be(thread_code(my.threads[1]), 195);
    note("examined");
    return TRUE;
}

static int exits_beside_threads(int argc, char **argv) {
    UNUSED_MAIN;
    my.threads[0] = begin(sleeps_for_ever, NULL);
    my.threads[1] = begin(counts_up, NULL);
    Sleep(1);
    ExitProcess(195);
}

static void others_were_dead(rd_world *world, uint32_t code) {
    (void)world;
    assert_int_equal(code, 195);
    assert_journal("examined");
}

static void PROC_09__EXIT_08__others_are_dead_when_dlls_detach(void **state) {
    run_schedules(*state, others_were_dead,
                  {.name = "app.exe", .main = exits_beside_threads, .imports = IMPORTS("a.dll")},
                  {.name = "a.dll", .dll_main = examines_the_dead});
}

static int owns_a_mutex(int argc, char **argv) {
    UNUSED_MAIN;
    wait_for(my.mutex);
    Sleep(1);
    return 7;
}

static int looks_after_the_signal(int argc, char **argv) {
    SECURITY_ATTRIBUTES attributes = {.nLength = sizeof attributes, .bInheritHandle = TRUE};
    UNUSED_MAIN;
    my.mutex = CreateMutexA(&attributes, FALSE, NULL);
    HANDLE child = start("child.exe");
    must_be(wait_for(child), WAIT_OBJECT_0);
    must_be(process_code(child), 7);
    must_be(poll(my.mutex), WAIT_ABANDONED_0);
    must(ReleaseMutex(my.mutex));
    return 0;
}

static void nothing_left(rd_world *world, uint32_t code) {
    (void)world;
    assert_int_equal(code, 0);
}

static void PROC_10__PROC_11__code_and_mutexes_precede_the_signal(void **state) {
    run_schedules(*state, nothing_left, {.name = "app.exe", .main = looks_after_the_signal},
                  {.name = "child.exe", .main = owns_a_mutex});
}

static BOOL is_listed(DWORD pid) {
    PROCESSENTRY32 entry = {.dwSize = sizeof entry};
    HANDLE snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
    BOOL found = FALSE;
    for (BOOL more = Process32First(snapshot, &entry); more; more = Process32Next(snapshot, &entry))
        found |= entry.th32ProcessID == pid;
    CloseHandle(snapshot);
    return found;
}

static int lists_processes(int argc, char **argv) {
    UNUSED_MAIN;
    PROCESS_INFORMATION child = start_flags("child.exe", 0);
    must(is_listed(child.dwProcessId));
    TerminateProcess(child.hProcess, 1);
    wait_for(child.hProcess);
    must(!is_listed(child.dwProcessId));
    must(OpenProcess(PROCESS_QUERY_INFORMATION, FALSE, child.dwProcessId) != NULL);
    return 0;
}

static void PROC_12__HNDL_07__a_dead_process_is_not_listed_but_can_be_opened(void **state) {
    run(*state, {.name = "app.exe", .main = lists_processes},
        {.name = "child.exe", .main = sleeps});
}

static int closes_the_last_handle(int argc, char **argv) {
    UNUSED_MAIN;
    PROCESS_INFORMATION child = start_flags("child.exe", 0);
    wait_for(child.hProcess);
    wait_for(child.hThread);
    my.pid = child.dwProcessId;
    CloseHandle(child.hThread);
    Sleep(10);
    must_be(process_code(child.hProcess), 7);
    note("close");
    SetLastError(0);
    CloseHandle(child.hProcess);
    must_fail(OpenProcess(SYNCHRONIZE, FALSE, my.pid), 0, ERROR_INVALID_PARAMETER);
    return 0;
}

static void PROC_13__the_object_goes_with_the_last_handle(void **state) {
    rd_world *world = *state;
    run(world, {.name = "app.exe", .main = closes_the_last_handle},
        {.name = "child.exe", .main = returns_7});
    size_t deleted = event_about(world, RD_EVENT_PROCESS_DELETE, my.pid);
    assert_order(event_about(world, RD_EVENT_PROCESS_SIGNALED, my.pid), deleted);
    assert_int_equal(rd_event_at(world, deleted)->pid, rules.pid); /* by CloseHandle */
}

/* ---- parents and children -------------------------------------------------------------------- */

static int grandchild(int argc, char **argv) {
    PROCESS_BASIC_INFORMATION basic;
    UNUSED_MAIN;
    my.pid = GetCurrentProcessId();
    SetEvent(my.event);
    wait_for(my.other_event);
    NtQueryInformationProcess(GetCurrentProcess(), ProcessBasicInformation, &basic, sizeof basic,
                              NULL);
    my.code = (DWORD)basic.InheritedFromUniqueProcessId;
    return 7;
}

static int starts_a_grandchild(int argc, char **argv) {
    UNUSED_MAIN;
    start("grandchild.exe");
    Sleep(INFINITE);
    return 0;
}

static int kills_the_parent(int argc, char **argv) {
    UNUSED_MAIN;
    my.event = inheritable_event(NULL);
    my.other_event = inheritable_event(NULL);
    PROCESS_INFORMATION child = start_flags("child.exe", 0);
    wait_for(my.event);
    HANDLE orphan = OpenProcess(PROCESS_ALL_ACCESS, FALSE, my.pid);
    TerminateProcess(child.hProcess, 1);
    wait_for(child.hProcess);
    Sleep(100);
    must_be(poll(orphan), WAIT_TIMEOUT);
    must_be(process_code(orphan), STILL_ACTIVE);
    SetEvent(my.other_event); /* the handle that it has inherited still works */
    wait_for(orphan);
    must_be(my.code, child.dwProcessId);
    return (int)process_code(orphan);
}

static void PROC_14__PROC_16__HNDL_41__a_child_outlives_its_parent(void **state) {
    assert_int_equal(run(*state, {.name = "app.exe", .main = kills_the_parent},
                         {.name = "child.exe", .main = starts_a_grandchild},
                         {.name = "grandchild.exe", .main = grandchild}),
                     7);
}

/* ---- causes ---------------------------------------------------------------------------------- */

static DWORD WINAPI exits_process(LPVOID code) {
    ExitProcess((UINT)(ULONG_PTR)code);
}

static int ends_by(int argc, char **argv) {
    if (is_role(argc, argv, "exit"))
        begin(exits_process, ULongToPtr(11));
    if (is_role(argc, argv, "last")) {
        begin(returns_argument, ULongToPtr(12));
        ExitThread(1);
    }
    Sleep(INFINITE);
    return 0;
}

static int ends_children_in_every_way(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE exit = start("child.exe exit"), last = start("child.exe last"),
           terminated = start("child.exe");
    TerminateProcess(terminated, 13);
    HANDLE all[] = {exit, last, terminated};
    must_be(WaitForMultipleObjects(3, all, TRUE, INFINITE), WAIT_OBJECT_0);
    must_be(process_code(exit), 11);
    must_be(process_code(last), 12);
    must_be(process_code(terminated), 13);
    return 0;
}

static void PROC_17__EXIT_03__the_causes_of_an_end(void **state) {
    run(*state, {.name = "app.exe", .main = ends_children_in_every_way},
        {.name = "child.exe", .main = ends_by});
}

static int waits_for_the_worker_to_exit(int argc, char **argv) {
    UNUSED_MAIN;
    begin(exits_process, ULongToPtr(61));
    Sleep(INFINITE);
    return 0;
}

static int looks_at_the_main_thread(int argc, char **argv) {
    UNUSED_MAIN;
    PROCESS_INFORMATION child = start_flags("child.exe", 0);
    wait_for(child.hThread);
    wait_for(child.hProcess);
    must_be(thread_code(child.hThread), 61);
    return (int)process_code(child.hProcess);
}

static void PROC_18__EXIT_08__any_thread_may_call_ExitProcess(void **state) {
    assert_int_equal(run(*state, {.name = "app.exe", .main = looks_at_the_main_thread},
                         {.name = "child.exe", .main = waits_for_the_worker_to_exit}),
                     61);
}

static int exits_its_only_thread(int argc, char **argv) {
    UNUSED_MAIN;
    ExitThread(7);
}

static int tells_reserved(void *module, uint32_t reason, void *reserved) {
    (void)module;
    note("%u:%d", reason, reserved != NULL);
    return TRUE;
}

static void PROC_19__THRD_06__DLL_12__the_last_ExitThread_is_an_ExitProcess(void **state) {
    assert_int_equal(
        run(*state, {.name = "app.exe", .main = exits_its_only_thread, .imports = IMPORTS("a.dll")},
            {.name = "a.dll", .dll_main = tells_reserved}),
        7);
    assert_journal("1:1 0:1");
}

static DWORD WINAPI terminates_main_thread(LPVOID main_thread) {
    TerminateThread(main_thread, 1);
    wait_for(main_thread);
    TerminateThread(GetCurrentThread(), 14);
    note("alive");
    return 0;
}

static int is_terminated_by_a_worker(int argc, char **argv) {
    HANDLE self;
    UNUSED_MAIN;
    DuplicateHandle(GetCurrentProcess(), GetCurrentThread(), GetCurrentProcess(), &self, 0, FALSE,
                    DUPLICATE_SAME_ACCESS);
    begin(terminates_main_thread, self);
    Sleep(INFINITE);
    return 0;
}

static void PROC_20__EXIT_07__THRD_33__killing_the_last_thread_tells_no_dll(void **state) {
    assert_int_equal(
        run(*state,
            {.name = "app.exe", .main = is_terminated_by_a_worker, .imports = IMPORTS("a.dll")},
            {.name = "a.dll", .dll_main = teller}),
        14);
    assert_journal("a+ a>");
}

static DWORD WINAPI looks_at_its_process(LPVOID main_thread) {
    wait_for(main_thread);
    Sleep(100);
    must_be(process_code(GetCurrentProcess()), STILL_ACTIVE);
    must_be(thread_code(main_thread), 1);
    return 9;
}

static int leaves_its_worker_alone(int argc, char **argv) {
    HANDLE self;
    UNUSED_MAIN;
    DuplicateHandle(GetCurrentProcess(), GetCurrentThread(), GetCurrentProcess(), &self, 0, FALSE,
                    DUPLICATE_SAME_ACCESS);
    begin(looks_at_its_process, self);
    ExitThread(1);
}

static void PROC_21__THRD_05__EXIT_05__the_primary_thread_is_not_the_process(void **state) {
    assert_int_equal(run_main(*state, leaves_its_worker_alone), 9);
}

static int terminates_and_looks_at_once(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE child = start("child.exe");
    Sleep(10);
    must(TerminateProcess(child, 5));
    must_be(poll(child), WAIT_TIMEOUT);
    must_be(process_code(child), STILL_ACTIVE);
    must_be(wait_for(child), WAIT_OBJECT_0);
    return (int)process_code(child);
}

static void PROC_22__the_call_returns_before_the_target_is_gone(void **state) {
    assert_int_equal(run(*state, {.name = "app.exe", .main = terminates_and_looks_at_once},
                         {.name = "child.exe", .main = sleeps}),
                     5);
}

static int ends_itself(int argc, char **argv) {
    if (is_role(argc, argv, "terminate"))
        TerminateProcess(GetCurrentProcess(), 21);
    else if (is_role(argc, argv, "opened"))
        TerminateProcess(OpenProcess(PROCESS_TERMINATE, FALSE, GetCurrentProcessId()), 22);
    else
        ExitProcess(23);
    note("returned");
    return 0;
}

static int starts_those_that_end_themselves(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE children[] = {start("child.exe terminate"), start("child.exe opened"),
                         start("child.exe exit")};
    WaitForMultipleObjects(3, children, TRUE, INFINITE);
    for (DWORD i = 0; i < 3; i++)
        must_be(process_code(children[i]), 21 + i);
    return 0;
}

static void PROC_23__REST_30__ending_oneself_never_returns(void **state) {
    run(*state, {.name = "app.exe", .main = starts_those_that_end_themselves},
        {.name = "child.exe", .main = ends_itself});
    assert_journal("");
}

/* ---- delays ---------------------------------------------------------------------------------- */

static int waits_in_kernel(int argc, char **argv) {
    UNUSED_MAIN;
    note("in");
    wait_in_kernel(my.event);
    note("out");
    return 0;
}

static int terminates_a_kernel_wait(int argc, char **argv) {
    UNUSED_MAIN;
    my.event = inheritable_event(NULL);
    PROCESS_INFORMATION child = start_flags("child.exe", 0);
    Sleep(10);
    must(TerminateProcess(child.hProcess, 5));
    must_be(WaitForSingleObject(child.hProcess, 1000), WAIT_TIMEOUT);
    must_be(process_code(child.hProcess), STILL_ACTIVE);
    must_be(thread_code(child.hThread), STILL_ACTIVE);
    SetEvent(my.event);
    must_be(wait_for(child.hProcess), WAIT_OBJECT_0);
    return (int)process_code(child.hProcess);
}

static void PROC_24__WAIT_03__THRD_36__a_kernel_wait_delays_the_end(void **state) {
    assert_int_equal(run(*state, {.name = "app.exe", .main = terminates_a_kernel_wait},
                         {.name = "child.exe", .main = waits_in_kernel}),
                     5);
    assert_journal("in");
    assert_int_equal(test_count(*state, RD_EVENT_THREAD_KILL_DELAYED, NULL), 1);
}

static DWORD WINAPI waits_in_kernel_thread(LPVOID unused) {
    (void)unused;
    wait_in_kernel(my.event);
    note("out");
    return 0;
}

static int exits_beside_a_kernel_wait(int argc, char **argv) {
    UNUSED_MAIN;
    begin(waits_in_kernel_thread, NULL);
    Sleep(1);
    ExitProcess(6);
}

static int waits_for_a_delayed_exit(int argc, char **argv) {
    UNUSED_MAIN;
    my.event = inheritable_event(NULL);
    PROCESS_INFORMATION child = start_flags("child.exe", 0);
    must_be(wait_for(child.hThread), WAIT_OBJECT_0); /* ExitProcess itself is done */
    must_be(thread_code(child.hThread), 6);
    must_be(WaitForSingleObject(child.hProcess, 1000), WAIT_TIMEOUT);
    must_be(process_code(child.hProcess), STILL_ACTIVE);
    SetEvent(my.event);
    must_be(wait_for(child.hProcess), WAIT_OBJECT_0);
    return (int)process_code(child.hProcess);
}

static void PROC_24__WAIT_03__a_kernel_wait_delays_ExitProcess_too(void **state) {
    assert_int_equal(
        run(*state, {.name = "app.exe", .main = waits_for_a_delayed_exit},
            {.name = "child.exe", .main = exits_beside_a_kernel_wait, .imports = IMPORTS("a.dll")},
            {.name = "a.dll", .dll_main = teller}),
        6);
    assert_journal("a+ a> a-");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        rule_test(PROC_01__THRD_08__marked_threads_run_no_user_code),
        rule_test(PROC_02__EXIT_10__WAIT_02__all_threads_are_marked),
        rule_test(PROC_03__HNDL_01__the_system_releases_what_a_process_owns),
        rule_test(PROC_04__HNDL_02__HNDL_03__handles_are_closed_and_not_objects),
        rule_test(PROC_05__a_dead_process_has_no_address_space),
        rule_test(PROC_06__PROC_07__WAIT_05__code_and_signal_stay),
        rule_test(PROC_08__PROC_35__the_order_of_ExitProcess),
        rule_test(PROC_09__EXIT_08__others_are_dead_when_dlls_detach),
        rule_test(PROC_10__PROC_11__code_and_mutexes_precede_the_signal),
        rule_test(PROC_12__HNDL_07__a_dead_process_is_not_listed_but_can_be_opened),
        rule_test(PROC_13__the_object_goes_with_the_last_handle),
        rule_test(PROC_14__PROC_16__HNDL_41__a_child_outlives_its_parent),
        rule_test(PROC_17__EXIT_03__the_causes_of_an_end),
        rule_test(PROC_18__EXIT_08__any_thread_may_call_ExitProcess),
        rule_test(PROC_19__THRD_06__DLL_12__the_last_ExitThread_is_an_ExitProcess),
        rule_test(PROC_20__EXIT_07__THRD_33__killing_the_last_thread_tells_no_dll),
        rule_test(PROC_21__THRD_05__EXIT_05__the_primary_thread_is_not_the_process),
        rule_test(PROC_22__the_call_returns_before_the_target_is_gone),
        rule_test(PROC_23__REST_30__ending_oneself_never_returns),
        rule_test(PROC_24__WAIT_03__THRD_36__a_kernel_wait_delays_the_end),
        rule_test(PROC_24__WAIT_03__a_kernel_wait_delays_ExitProcess_too),
    };
    return cmocka_run_group_tests_name("PROC, first half", tests, NULL, NULL);
}
