/* HNDL: lifetime of handles and objects, ids, access rights, duplication and inheritance. */
#include "rules.h"

#include "rundown/sdk/rd_ntdll.h"

static int sleeps(int argc, char **argv) {
    UNUSED_MAIN;
    Sleep(INFINITE);
    return 0;
}

static int returns_7(int argc, char **argv) {
    UNUSED_MAIN;
    return 7;
}

static HANDLE no_such_handle(void) {
    return ULongToHandle(0x4440);
}

/* A second handle in this process with these rights. */
static HANDLE copy_of(HANDLE handle, DWORD access) {
    HANDLE copy = NULL;
    must(DuplicateHandle(GetCurrentProcess(), handle, GetCurrentProcess(), &copy, access, FALSE,
                         access ? 0 : DUPLICATE_SAME_ACCESS));
    return copy;
}

/* ---- lifetime of objects --------------------------------------------------------------------- */

static int makes_objects(int argc, char **argv) {
    UNUSED_MAIN;
    my.other_event = CreateEventA(NULL, TRUE, TRUE, "set");
    CreateEventA(NULL, TRUE, FALSE, "reset");
    CreateSemaphoreA(NULL, 3, 5, "semaphore");
    HANDLE mutex = CreateMutexA(NULL, FALSE, "mutex");
    CreateEventA(NULL, TRUE, FALSE, "own");
    wait_for(mutex);
    SetEvent(my.event);
    Sleep(INFINITE);
    return 0;
}

static int inherits_objects(int argc, char **argv) {
    LONG previous = 0;
    UNUSED_MAIN;
    my.event = inheritable_event(NULL);
    HANDLE child = start("child.exe");
    wait_for(my.event);
    HANDLE set = OpenEventA(EVENT_ALL_ACCESS, FALSE, "set"),
           reset = OpenEventA(EVENT_ALL_ACCESS, FALSE, "reset"),
           semaphore = OpenSemaphoreA(SEMAPHORE_ALL_ACCESS, FALSE, "semaphore"),
           mutex = OpenMutexA(MUTEX_ALL_ACCESS, FALSE, "mutex");
    TerminateProcess(child, 0);
    wait_for(child);
    must_be(poll(set), WAIT_OBJECT_0);
    must_be(poll(reset), WAIT_TIMEOUT);
    must(ReleaseSemaphore(semaphore, 1, &previous));
    must_be(previous, 3);
    must_be(poll(mutex), WAIT_ABANDONED_0);
    must_fail(OpenEventA(SYNCHRONIZE, FALSE, "own"), 0, ERROR_FILE_NOT_FOUND);
    SetLastError(NO_CODE);
    must(CreateEventA(NULL, TRUE, FALSE, "own") != NULL);
    must_be(GetLastError(), 0);
    must(CreateEventA(NULL, TRUE, FALSE, "set") != NULL);
    must_be(GetLastError(), ERROR_ALREADY_EXISTS);
    return 0;
}

static void HNDL_01__HNDL_02__HNDL_03__HNDL_04__HNDL_05__the_end_of_a_creator(void **state) {
    rd_world *world = *state;
    run(world, {.name = "app.exe", .main = inherits_objects},
        {.name = "child.exe", .main = makes_objects});
    size_t closed = test_event(world, 0, RD_EVENT_PROCESS_HANDLES_CLOSED, NULL);
    assert_int_equal(rd_event_at(world, closed)->a, 6); /* five objects, one inherited event */
}

static int opens_the_dead(int argc, char **argv) {
    UNUSED_MAIN;
    PROCESS_INFORMATION child = start_flags("child.exe", 0);
    wait_for(child.hThread);
    wait_for(child.hProcess);
    CloseHandle(child.hProcess);
    HANDLE again = OpenProcess(PROCESS_ALL_ACCESS, FALSE, child.dwProcessId);
    if (my.code) { /* the documented dialect: the id is not valid any more */
        must(again == NULL);
        return 0;
    }
    must_be(poll(again), WAIT_OBJECT_0);
    must_be(process_code(again), 7);
    CloseHandle(again);
    CloseHandle(child.hThread);
    must_fail(OpenProcess(PROCESS_ALL_ACCESS, FALSE, child.dwProcessId), 0,
              ERROR_INVALID_PARAMETER);
    return 0;
}

static void HNDL_06__HNDL_07__HNDL_14__a_dead_process_is_found_while_its_thread_is(void **state) {
    run(*state, {.name = "app.exe", .main = opens_the_dead},
        {.name = "child.exe", .main = returns_7});
}

static void HNDL_14__the_documented_id_ends_with_the_process(void **state) {
    my.code = 1;
    run(documented(state), {.name = "app.exe", .main = opens_the_dead},
        {.name = "child.exe", .main = returns_7});
}

/* ---- ids ------------------------------------------------------------------------------------- */

static int uses_ids(int argc, char **argv) {
    UNUSED_MAIN;
    DWORD pid = GetCurrentProcessId(), tid = GetCurrentThreadId();
    must_fail(OpenProcess(SYNCHRONIZE, FALSE, 0x44440), 0, ERROR_INVALID_PARAMETER);
    must_fail(OpenThread(SYNCHRONIZE, FALSE, 0x44440), 0, ERROR_INVALID_PARAMETER);
    must_fail(OpenProcess(SYNCHRONIZE, FALSE, 0), 0, ERROR_INVALID_PARAMETER);
    must_fail(OpenThread(SYNCHRONIZE, FALSE, 0), 0, ERROR_INVALID_PARAMETER);
    must_fail(OpenProcess(SYNCHRONIZE, FALSE, tid), 0, ERROR_INVALID_PARAMETER);
    must_fail(OpenThread(SYNCHRONIZE, FALSE, pid), 0, ERROR_INVALID_PARAMETER);
    must_be(pid % 4, 0);
    must_be(tid % 4, 0);
    HANDLE exact = OpenProcess(PROCESS_ALL_ACCESS, FALSE, pid);
    for (DWORD bits = 1; bits < 4; bits++) {
        HANDLE near = OpenProcess(PROCESS_ALL_ACCESS, FALSE, pid + bits);
        must(CompareObjectHandles(near, exact));
        must_be(GetProcessId(near), pid);
    }
    return 0;
}

static void HNDL_08__HNDL_09__HNDL_10__HNDL_11__REST_28__numbers_of_processes(void **state) {
    assert_int_equal(run_main(*state, uses_ids), 0);
}

static int reuses_ids(int argc, char **argv) {
    UNUSED_MAIN;
    PROCESS_INFORMATION first = start_flags("child.exe", 0);
    wait_for(first.hProcess);
    wait_for(first.hThread);
    PROCESS_INFORMATION second = start_flags("child.exe", 0);
    must(second.dwProcessId != first.dwProcessId);
    must(second.dwThreadId != first.dwThreadId);
    wait_for(second.hProcess);
    CloseHandle(first.hThread);
    CloseHandle(first.hProcess);
    PROCESS_INFORMATION third = start_flags("child.exe", 0);
    must_be(third.dwProcessId, first.dwProcessId);
    must_be(third.dwThreadId, first.dwThreadId);
    wait_for(third.hProcess);
    return 0;
}

static void HNDL_12__HNDL_13__REST_29__ids_are_reused_when_their_objects_are_gone(void **state) {
    run(*state, {.name = "app.exe", .main = reuses_ids}, {.name = "child.exe", .main = returns_7});
}

/* ---- rights ---------------------------------------------------------------------------------- */

static int uses_rights_of_a_creator(int argc, char **argv) {
    DWORD code;
    HANDLE copy;
    UNUSED_MAIN;
    PROCESS_INFORMATION child = start_flags("child.exe", 0);
    must(GetExitCodeProcess(child.hProcess, &code));
    must(SetPriorityClass(child.hProcess, IDLE_PRIORITY_CLASS));
    must(DuplicateHandle(child.hProcess, GetCurrentProcess(), GetCurrentProcess(), &copy, 0, FALSE,
                         DUPLICATE_SAME_ACCESS));
    must_be(SuspendThread(child.hThread), 0);
    must(TerminateProcess(child.hProcess, 3));
    must_be(wait_for(child.hProcess), WAIT_OBJECT_0);
    return 0;
}

static void HNDL_15__the_creator_may_do_everything(void **state) {
    run(*state, {.name = "app.exe", .main = uses_rights_of_a_creator},
        {.name = "child.exe", .main = sleeps});
}

static int lacks_rights(int argc, char **argv) {
    DWORD code;
    HANDLE out;
    UNUSED_MAIN;
    HANDLE child = start("child.exe");
    HANDLE all_but_terminate = copy_of(child, PROCESS_ALL_ACCESS & ~PROCESS_TERMINATE),
           terminate = copy_of(child, PROCESS_TERMINATE),
           query = copy_of(child, PROCESS_QUERY_INFORMATION), wait = copy_of(child, SYNCHRONIZE),
           self = copy_of(GetCurrentProcess(), PROCESS_ALL_ACCESS & ~PROCESS_DUP_HANDLE);
    must_fail(TerminateProcess(all_but_terminate, 1), FALSE, ERROR_ACCESS_DENIED);
    must_be(process_code(child), STILL_ACTIVE);
    must_fail(GetExitCodeProcess(terminate, &code), FALSE, ERROR_ACCESS_DENIED);
    must(GetProcessId(query) != 0); /* needs only the limited right */
    must(GetExitCodeProcess(query, &code));
    must_fail(poll(terminate), WAIT_FAILED, ERROR_ACCESS_DENIED);
    must_be(poll(wait), WAIT_TIMEOUT);
    must_fail(DuplicateHandle(self, child, GetCurrentProcess(), &out, 0, FALSE, 0), FALSE,
              ERROR_ACCESS_DENIED);
    must_fail(DuplicateHandle(GetCurrentProcess(), child, self, &out, 0, FALSE, 0), FALSE,
              ERROR_ACCESS_DENIED);
    must(TerminateProcess(terminate, 4)); /* checked when it was opened */
    must_be(wait_for(wait), WAIT_OBJECT_0);
    must_be(process_code(query), 4);
    return 0;
}

static void HNDL_16__HNDL_17__HNDL_18__HNDL_19__HNDL_20__HNDL_51__missing_rights(void **state) {
    run(*state, {.name = "app.exe", .main = lacks_rights}, {.name = "child.exe", .main = sleeps});
}

/* ---- closing --------------------------------------------------------------------------------- */

static int closes_wrongly(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE event = CreateEventA(NULL, TRUE, TRUE, NULL),
           other = CreateEventA(NULL, TRUE, TRUE, NULL);
    must(CloseHandle(event));
    must_fail(CloseHandle(event), FALSE, ERROR_INVALID_HANDLE);
    must_fail(CloseHandle(no_such_handle()), FALSE, ERROR_INVALID_HANDLE);
    must_fail(CloseHandle(NULL), FALSE, ERROR_INVALID_HANDLE);
    must_be(poll(other), WAIT_OBJECT_0);
    must(CreateEventA(NULL, TRUE, TRUE, NULL) == event); /* the lowest free slot */
    must_be(HandleToULong(other) % 4, 0);
    for (DWORD bits = 1; bits < 4; bits++)
        must_be(poll(ULongToHandle(HandleToULong(other) + bits)), WAIT_OBJECT_0);
    return 0;
}

static void HNDL_24__HNDL_25__HNDL_26__HNDL_27__values_of_handles(void **state) {
    assert_int_equal(run_main(*state, closes_wrongly), 0);
}

static int uses_pseudo_handles(int argc, char **argv) {
    HANDLE real;
    UNUSED_MAIN;
    must(GetCurrentProcess() == (HANDLE)(LONG_PTR)-1);
    must(GetCurrentThread() == (HANDLE)(LONG_PTR)-2);
    for (int i = 0; i < 2; i++) {
        must(CloseHandle(GetCurrentProcess()));
        must(CloseHandle(GetCurrentThread()));
    }
    must_be(GetProcessId(GetCurrentProcess()), GetCurrentProcessId());
    must_be(GetThreadId(GetCurrentThread()), GetCurrentThreadId());
    must(DuplicateHandle(GetCurrentProcess(), GetCurrentProcess(), GetCurrentProcess(), &real, 0,
                         FALSE, DUPLICATE_SAME_ACCESS));
    must(real != GetCurrentProcess());
    must_be(GetProcessId(real), GetCurrentProcessId());
    must(TerminateProcess(real, 9));
    return 0;
}

static void HNDL_28__HNDL_30__pseudo_handles(void **state) {
    assert_int_equal(run_main(*state, uses_pseudo_handles), 9);
}

static int receives_handles(int argc, char **argv) {
    UNUSED_MAIN;
    wait_for(my.event);
    must_be(GetProcessId(GetCurrentProcess()), GetCurrentProcessId());
    must_be(GetProcessId(my.process), my.pid); /* the duplicate means its giver */
    return 0;
}

static int gives_itself_away(int argc, char **argv) {
    UNUSED_MAIN;
    my.event = inheritable_event(NULL);
    my.pid = GetCurrentProcessId();
    HANDLE child = start("child.exe");
    must(DuplicateHandle(GetCurrentProcess(), GetCurrentProcess(), child, &my.process, 0, FALSE,
                         DUPLICATE_SAME_ACCESS));
    must(my.process != GetCurrentProcess());
    SetEvent(my.event);
    wait_for(child);
    return 0;
}

static void HNDL_29__only_a_duplicate_can_be_given_away(void **state) {
    run(*state, {.name = "app.exe", .main = gives_itself_away},
        {.name = "child.exe", .main = receives_handles});
}

/* ---- duplication ----------------------------------------------------------------------------- */

static int duplicates(int argc, char **argv) {
    HANDLE out = NULL;
    DWORD flags = 0;
    UNUSED_MAIN;
    HANDLE me = GetCurrentProcess(), event = CreateEventA(NULL, TRUE, FALSE, NULL);
    HANDLE same = copy_of(event, 0);
    must(CompareObjectHandles(event, same));
    CloseHandle(event);
    must(SetEvent(same)); /* it lives on, with its state */
    must_be(poll(same), WAIT_OBJECT_0);
    HANDLE wait = copy_of(same, SYNCHRONIZE);
    must_fail(SetEvent(wait), FALSE, ERROR_ACCESS_DENIED);
    must(DuplicateHandle(me, wait, me, &out, EVENT_ALL_ACCESS, FALSE, DUPLICATE_SAME_ACCESS));
    must_fail(SetEvent(out), FALSE, ERROR_ACCESS_DENIED); /* the asked for mask is ignored */
    must(DuplicateHandle(me, wait, me, &out, 0, FALSE,
                         DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE));
    must_be(poll(out), WAIT_OBJECT_0);
    HANDLE doomed = copy_of(same, 0);
    must(!DuplicateHandle(me, doomed, no_such_handle(), &out, 0, FALSE,
                          DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE));
    must_fail(poll(doomed), WAIT_FAILED, ERROR_INVALID_HANDLE);
    must(DuplicateHandle(me, same, me, &out, 0, TRUE,
                         DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE));
    must(out == same); /* the slot was free again */
    must(GetHandleInformation(out, &flags));
    must_be(flags, HANDLE_FLAG_INHERIT);
    return 0;
}

static void HNDL_31__HNDL_32__HNDL_33__HNDL_34__duplicates(void **state) {
    assert_int_equal(run_main(*state, duplicates), 0);
}

static int has_its_handle_closed(int argc, char **argv) {
    UNUSED_MAIN;
    my.other_event = CreateEventA(NULL, TRUE, TRUE, NULL);
    must_be(poll(my.other_event), WAIT_OBJECT_0);
    SetEvent(my.event);
    Sleep(100);
    must_fail(poll(my.other_event), WAIT_FAILED, ERROR_INVALID_HANDLE);
    return 0;
}

static int reaches_into_processes(int argc, char **argv) {
    HANDLE out;
    UNUSED_MAIN;
    my.event = inheritable_event(NULL);
    HANDLE child = start("child.exe");
    wait_for(my.event);
    must(DuplicateHandle(child, my.other_event, NULL, NULL, 0, FALSE, DUPLICATE_CLOSE_SOURCE));
    wait_for(child);
    must_fail(DuplicateHandle(GetCurrentProcess(), my.event, child, &out, 0, FALSE,
                              DUPLICATE_SAME_ACCESS),
              FALSE, ERROR_ACCESS_DENIED);
    must(!DuplicateHandle(child, my.event, GetCurrentProcess(), &out, 0, FALSE,
                          DUPLICATE_SAME_ACCESS));
    return 0;
}

static void HNDL_35__HNDL_36__HNDL_37__tables_of_other_processes(void **state) {
    run(*state, {.name = "app.exe", .main = reaches_into_processes},
        {.name = "child.exe", .main = has_its_handle_closed});
}

/* ---- inheritance ----------------------------------------------------------------------------- */

/* What the parent puts into my.threads: 0 inheritable, 1 not, 2 closed before, 3 inheritable to
 * wait only. */
static int looks_at_its_inheritance(int argc, char **argv) {
    if (is_role(argc, argv, "nothing")) {
        must_fail(poll(my.threads[0]), WAIT_FAILED, ERROR_INVALID_HANDLE);
        return 0;
    }
    must_be(poll(my.threads[0]), WAIT_OBJECT_0);
    must_be(GetProcessId(GetCurrentProcess()), GetCurrentProcessId());
    must_fail(poll(my.threads[1]), WAIT_FAILED, ERROR_INVALID_HANDLE);
    must_fail(poll(my.threads[2]), WAIT_FAILED, ERROR_INVALID_HANDLE);
    must_be(poll(my.threads[3]), WAIT_OBJECT_0);
    must_fail(SetEvent(my.threads[3]), FALSE, ERROR_ACCESS_DENIED);
    if (is_role(argc, argv, "grandchild"))
        return 0;
    HANDLE grandchild = start("child.exe grandchild");
    wait_for(grandchild);
    return (int)process_code(grandchild);
}

static int hands_down(int argc, char **argv) {
    STARTUPINFOA startup = {.cb = sizeof startup};
    PROCESS_INFORMATION nothing;
    char line[] = "child.exe nothing";
    UNUSED_MAIN;
    my.threads[0] = inheritable_event(NULL);
    my.threads[2] = inheritable_event(NULL);
    SetEvent(my.threads[0]);
    must(DuplicateHandle(GetCurrentProcess(), my.threads[0], GetCurrentProcess(), &my.threads[3],
                         SYNCHRONIZE, TRUE, 0));
    my.threads[1] = CreateEventA(NULL, TRUE, TRUE, NULL);
    CloseHandle(my.threads[2]);
    HANDLE child = start("child.exe");
    wait_for(child);
    must_be(process_code(child), 0);
    must(CreateProcessA(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &nothing));
    wait_for(nothing.hProcess);
    return 0;
}

static void HNDL_38__HNDL_39__HNDL_40__HNDL_42__what_children_inherit(void **state) {
    run(*state, {.name = "app.exe", .main = hands_down},
        {.name = "child.exe", .main = looks_at_its_inheritance});
}

static int keeps_its_copy(int argc, char **argv) {
    UNUSED_MAIN;
    wait_for(my.event);
    must(SetEvent(my.other_event));
    note("set");
    return 0;
}

static int dies_before_its_child(int argc, char **argv) {
    UNUSED_MAIN;
    my.other_event = inheritable_event(NULL);
    HANDLE child = start("child.exe");
    CloseHandle(my.other_event);
    SetEvent(my.event);
    (void)child;
    return 0;
}

static int starts_a_parent(int argc, char **argv) {
    UNUSED_MAIN;
    my.event = inheritable_event(NULL);
    wait_for(start("parent.exe"));
    return 0;
}

static void HNDL_41__copies_are_made_at_creation(void **state) {
    run(*state, {.name = "app.exe", .main = starts_a_parent},
        {.name = "parent.exe", .main = dies_before_its_child},
        {.name = "child.exe", .main = keeps_its_copy});
    assert_journal("set");
}

struct attributes {
    STARTUPINFOEXA startup;
    char space[256];
};

static BOOL start_with(struct attributes *attributes, DWORD_PTR kind, HANDLE *value,
                       PROCESS_INFORMATION *information) {
    SIZE_T size = sizeof attributes->space;
    char line[] = "child.exe listed";
    memset(attributes, 0, sizeof *attributes);
    attributes->startup.StartupInfo.cb = sizeof attributes->startup;
    attributes->startup.lpAttributeList = (LPPROC_THREAD_ATTRIBUTE_LIST)attributes->space;
    must(InitializeProcThreadAttributeList(attributes->startup.lpAttributeList, 1, 0, &size));
    must(UpdateProcThreadAttribute(attributes->startup.lpAttributeList, 0, kind, value,
                                   sizeof *value, NULL, NULL));
    return CreateProcessA(NULL, line, NULL, NULL, TRUE, EXTENDED_STARTUPINFO_PRESENT, NULL, NULL,
                          &attributes->startup.StartupInfo, information);
}

static int looks_at_listed_handles(int argc, char **argv) {
    PROCESS_BASIC_INFORMATION basic;
    UNUSED_MAIN;
    my.wait = poll(my.event);
    my.error = poll(my.other_event);
    NtQueryInformationProcess(GetCurrentProcess(), ProcessBasicInformation, &basic, sizeof basic,
                              NULL);
    my.tid = (DWORD)basic.InheritedFromUniqueProcessId;
    return 0;
}

static int lists_handles(int argc, char **argv) {
    struct attributes attributes;
    PROCESS_INFORMATION child;
    UNUSED_MAIN;
    my.event = inheritable_event(NULL);
    my.other_event = inheritable_event(NULL);
    must(start_with(&attributes, PROC_THREAD_ATTRIBUTE_HANDLE_LIST, &my.event, &child));
    wait_for(child.hProcess);
    must_be(my.wait, WAIT_TIMEOUT);
    must_be(my.error, WAIT_FAILED);
    must_be(my.tid, GetCurrentProcessId());
    return 0;
}

static void HNDL_43__only_listed_handles_are_inherited(void **state) {
    run(*state, {.name = "app.exe", .main = lists_handles},
        {.name = "child.exe", .main = looks_at_listed_handles});
}

static int is_the_named_parent(int argc, char **argv) {
    UNUSED_MAIN;
    SECURITY_ATTRIBUTES attributes = {.nLength = sizeof attributes, .bInheritHandle = TRUE};
    for (int i = 0; i < 3; i++) /* a value that means nothing to the caller */
        my.other_event = CreateEventA(&attributes, TRUE, FALSE, NULL);
    SetEvent(my.event);
    Sleep(INFINITE);
    return 0;
}

static int names_another_parent(int argc, char **argv) {
    struct attributes attributes;
    PROCESS_INFORMATION child;
    UNUSED_MAIN;
    HANDLE event = my.event = inheritable_event(NULL);
    PROCESS_INFORMATION parent = start_flags("parent.exe", 0);
    wait_for(event);
    my.event = NULL;
    must(start_with(&attributes, PROC_THREAD_ATTRIBUTE_PARENT_PROCESS, &parent.hProcess, &child));
    TerminateProcess(parent.hProcess, 0);
    must_be(wait_for(child.hProcess), WAIT_OBJECT_0);
    must_be(process_code(child.hProcess), 0); /* its parent's death does not touch it */
    must_be(my.tid, parent.dwProcessId);
    must_be(my.error, WAIT_TIMEOUT);
    return 0;
}

static void HNDL_44__handles_and_parent_id_of_the_named_parent(void **state) {
    run(*state, {.name = "app.exe", .main = names_another_parent},
        {.name = "parent.exe", .main = is_the_named_parent},
        {.name = "child.exe", .main = looks_at_listed_handles});
}

/* ---- protection, types, many observers ------------------------------------------------------- */

static int protects_a_handle(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, "protected");
    must(SetHandleInformation(event, HANDLE_FLAG_PROTECT_FROM_CLOSE,
                              HANDLE_FLAG_PROTECT_FROM_CLOSE));
    must_fail(CloseHandle(event), FALSE, ERROR_INVALID_HANDLE);
    must(SetEvent(event));
    return 0;
}

static int looks_for_the_protected(int argc, char **argv) {
    UNUSED_MAIN;
    wait_for(start("child.exe"));
    must_fail(OpenEventA(SYNCHRONIZE, FALSE, "protected"), 0, ERROR_FILE_NOT_FOUND);
    return 0;
}

static void HNDL_45__protection_ends_with_the_process(void **state) {
    run(*state, {.name = "app.exe", .main = looks_for_the_protected},
        {.name = "child.exe", .main = protects_a_handle});
}

static int mistakes_types(int argc, char **argv) {
    DWORD code;
    UNUSED_MAIN;
    HANDLE mutex = CreateMutexA(NULL, FALSE, NULL), event = CreateEventA(NULL, TRUE, FALSE, NULL);
    must_fail(SetEvent(mutex), FALSE, ERROR_INVALID_HANDLE);
    must_fail(ReleaseMutex(event), FALSE, ERROR_INVALID_HANDLE);
    must_fail(ReleaseSemaphore(event, 1, NULL), FALSE, ERROR_INVALID_HANDLE);
    must_fail(TerminateProcess(event, 1), FALSE, ERROR_INVALID_HANDLE);
    must_fail(TerminateThread(GetCurrentProcess(), 1), FALSE, ERROR_INVALID_HANDLE);
    must_fail(GetExitCodeThread(event, &code), FALSE, ERROR_INVALID_HANDLE);
    return 0;
}

static void HNDL_46__a_handle_of_the_wrong_type(void **state) {
    assert_int_equal(run_main(*state, mistakes_types), 0);
}

static BOOL next_thread_is(HANDLE after, DWORD tid) {
    HANDLE next = NULL;
    NTSTATUS status =
        NtGetNextThread(GetCurrentProcess(), after, THREAD_QUERY_INFORMATION, 0, 0, &next);
    BOOL found = status == 0 && GetThreadId(next) == tid;
    if (status == 0)
        CloseHandle(next);
    return found;
}

static int enumerates_the_dead(int argc, char **argv) {
    HANDLE first = NULL;
    UNUSED_MAIN;
    HANDLE dead = begin(returns_argument, NULL);
    DWORD tid = GetThreadId(dead);
    wait_for(dead);
    HANDLE opened = OpenThread(THREAD_ALL_ACCESS, FALSE, tid);
    must(CompareObjectHandles(opened, dead));
    must_be(NtGetNextThread(GetCurrentProcess(), NULL, SYNCHRONIZE, 0, 0, &first), 0);
    must(next_thread_is(first, tid));
    CloseHandle(opened);
    CloseHandle(dead);
    must(!next_thread_is(first, tid));
    must_fail(OpenThread(THREAD_ALL_ACCESS, FALSE, tid), 0, ERROR_INVALID_PARAMETER);
    return 0;
}

static void HNDL_48__ended_threads_are_found_while_a_handle_is_open(void **state) {
    assert_int_equal(run_main(*state, enumerates_the_dead), 0);
}

static int observes(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE process = OpenProcess(PROCESS_ALL_ACCESS, FALSE, my.pid);
    wait_for(process);
    must_be(process_code(process), 55);
    my.count++;
    return 0;
}

static int is_observed(int argc, char **argv) {
    UNUSED_MAIN;
    PROCESS_INFORMATION child = start_flags("sleeps.exe", 0);
    my.pid = child.dwProcessId;
    HANDLE observers[] = {start("observer.exe"), start("observer.exe"), start("observer.exe")};
    Sleep(10);
    TerminateProcess(child.hProcess, 55);
    WaitForMultipleObjects(3, observers, TRUE, INFINITE);
    must_be(my.count, 3);
    return 0;
}

static void HNDL_49__all_handles_see_the_same_end(void **state) {
    run(*state, {.name = "app.exe", .main = is_observed}, {.name = "sleeps.exe", .main = sleeps},
        {.name = "observer.exe", .main = observes});
}

int main(void) {
    const struct CMUnitTest tests[] = {
        rule_test(HNDL_01__HNDL_02__HNDL_03__HNDL_04__HNDL_05__the_end_of_a_creator),
        rule_test(HNDL_06__HNDL_07__HNDL_14__a_dead_process_is_found_while_its_thread_is),
        rule_test(HNDL_08__HNDL_09__HNDL_10__HNDL_11__REST_28__numbers_of_processes),
        rule_test(HNDL_12__HNDL_13__REST_29__ids_are_reused_when_their_objects_are_gone),
        rule_test(HNDL_14__the_documented_id_ends_with_the_process),
        rule_test(HNDL_15__the_creator_may_do_everything),
        rule_test(HNDL_16__HNDL_17__HNDL_18__HNDL_19__HNDL_20__HNDL_51__missing_rights),
        rule_test(HNDL_24__HNDL_25__HNDL_26__HNDL_27__values_of_handles),
        rule_test(HNDL_28__HNDL_30__pseudo_handles),
        rule_test(HNDL_29__only_a_duplicate_can_be_given_away),
        rule_test(HNDL_31__HNDL_32__HNDL_33__HNDL_34__duplicates),
        rule_test(HNDL_35__HNDL_36__HNDL_37__tables_of_other_processes),
        rule_test(HNDL_38__HNDL_39__HNDL_40__HNDL_42__what_children_inherit),
        rule_test(HNDL_41__copies_are_made_at_creation),
        rule_test(HNDL_43__only_listed_handles_are_inherited),
        rule_test(HNDL_44__handles_and_parent_id_of_the_named_parent),
        rule_test(HNDL_45__protection_ends_with_the_process),
        rule_test(HNDL_46__a_handle_of_the_wrong_type),
        rule_test(HNDL_48__ended_threads_are_found_while_a_handle_is_open),
        rule_test(HNDL_49__all_handles_see_the_same_end),
    };
    return cmocka_run_group_tests_name("HNDL", tests, NULL, NULL);
}
