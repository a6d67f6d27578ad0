/* JOB rules, and those of exit codes and rights that speak of jobs. */
#include "rules.h"

#include "rundown/sdk/rd_ntdll.h"

/* ---- what the programs do -------------------------------------------------------------------- */

static int sleeps(int argc, char **argv) {
    UNUSED_MAIN;
    Sleep(INFINITE);
    return 0;
}

static int returns_7(int argc, char **argv) {
    UNUSED_MAIN;
    return 7;
}

static HANDLE limited_job(DWORD flags, DWORD processes) {
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {0};
    HANDLE job = CreateJobObjectA(NULL, NULL);
    must(job != NULL);
    limits.BasicLimitInformation.LimitFlags = flags;
    limits.BasicLimitInformation.ActiveProcessLimit = processes;
    must(SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limits, sizeof limits));
    return job;
}

/* A process that is in the job before it runs. */
static PROCESS_INFORMATION start_in(HANDLE job, const char *command) {
    PROCESS_INFORMATION child = start_flags(command, CREATE_SUSPENDED);
    must(AssignProcessToJobObject(job, child.hProcess));
    must_be(ResumeThread(child.hThread), 1);
    return child;
}

static BOOL is_in(HANDLE process, HANDLE job) {
    BOOL result = 2;
    must(IsProcessInJob(process, job, &result));
    return result;
}

static JOBOBJECT_BASIC_ACCOUNTING_INFORMATION accounting(HANDLE job) {
    JOBOBJECT_BASIC_ACCOUNTING_INFORMATION info;
    DWORD length = 0;
    must(QueryInformationJobObject(job, JobObjectBasicAccountingInformation, &info, sizeof info,
                                   &length));
    must_be(length, sizeof info);
    return info;
}

static HANDLE port_of(HANDLE job, ULONG_PTR key) {
    JOBOBJECT_ASSOCIATE_COMPLETION_PORT info = {.CompletionKey = (PVOID)key};
    info.CompletionPort = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 1);
    must(info.CompletionPort != NULL);
    must(SetInformationJobObject(job, JobObjectAssociateCompletionPortInformation, &info,
                                 sizeof info));
    return info.CompletionPort;
}

/* Notes what is in the port: the key, a colon, the message, and the process: a for `pid`, b for
 * others. */
static void note_messages(HANDLE port, DWORD pid) {
    DWORD message;
    ULONG_PTR key;
    LPOVERLAPPED about;
    while (GetQueuedCompletionStatus(port, &message, &key, &about, 0))
        note("%u:%u%s", (unsigned)key, (unsigned)message,
             !about                                ? ""
             : HandleToULong((HANDLE)about) == pid ? "a"
                                                   : "b");
    must_be(GetLastError(), WAIT_TIMEOUT);
    must(about == NULL);
}

/* Starts a child that sleeps, leaves its handle in my.process, and sleeps, too. */
static int has_a_child(int argc, char **argv) {
    UNUSED_MAIN;
    PROCESS_INFORMATION child = start_flags("grandchild.exe", 0);
    must(DuplicateHandle(GetCurrentProcess(), child.hProcess, my.other_event, &my.process, 0, FALSE,
                         DUPLICATE_SAME_ACCESS));
    SetEvent(my.event);
    Sleep(INFINITE);
    return 0;
}

/* Lets children that run has_a_child give the caller a handle to their own child. */
static void expect_grandchild(void) {
    HANDLE self;
    my.event = inheritable_event(NULL);
    must(DuplicateHandle(GetCurrentProcess(), GetCurrentProcess(), GetCurrentProcess(), &self, 0,
                         TRUE, DUPLICATE_SAME_ACCESS));
    my.other_event = self;
}

/* ---- membership ------------------------------------------------------------------------------ */

static int closes_the_job(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE job = CreateJobObjectA(NULL, NULL), other = CreateJobObjectA(NULL, NULL);
    must(!is_in(GetCurrentProcess(), NULL));
    PROCESS_INFORMATION child = start_in(job, "child.exe");
    must(is_in(child.hProcess, job));
    must(!is_in(child.hProcess, other));
    must(!is_in(GetCurrentProcess(), job));
    must(CloseHandle(job));
    must_be(process_code(child.hProcess), STILL_ACTIVE);
    must(is_in(child.hProcess, NULL));
    Sleep(10);
    must_be(poll(child.hProcess), WAIT_TIMEOUT);
    must(TerminateProcess(child.hProcess, 1));
    return 0;
}

static void JOB_01__JOB_15__closing_a_job_changes_nothing_for_members(void **state) {
    run(*state, {.name = "app.exe", .main = closes_the_job}, {.name = "child.exe", .main = sleeps});
}

static int looks_for_grandchild(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE job = CreateJobObjectA(NULL, NULL);
    expect_grandchild();
    PROCESS_INFORMATION child = start_in(job, "child.exe");
    wait_for(my.event);
    must(is_in(my.process, job));
    must_be(accounting(job).ActiveProcesses, 2);
    must(TerminateProcess(child.hProcess, 1));
    wait_for(child.hProcess);
    must(is_in(my.process, job));
    must(TerminateJobObject(job, 123));
    wait_for(my.process);
    must_be(process_code(my.process), 123);
    must_be(process_code(child.hProcess), 1);
    return 0;
}

static void JOB_02__JOB_04__JOB_05__children_join_and_end_with_the_job(void **state) {
    run(*state, {.name = "app.exe", .main = looks_for_grandchild},
        {.name = "child.exe", .main = has_a_child}, {.name = "grandchild.exe", .main = sleeps});
}

static int has_threads(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE thread = begin(sleeps_for_ever, NULL);
    must(DuplicateHandle(GetCurrentProcess(), thread, my.other_event, &my.thread, 0, FALSE,
                         DUPLICATE_SAME_ACCESS));
    SetEvent(my.event);
    Sleep(INFINITE);
    return 0;
}

static int terminates_the_job(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE job = CreateJobObjectA(NULL, NULL);
    must(TerminateJobObject(job, 5)); /* JOB-06 */
    expect_grandchild();
    PROCESS_INFORMATION child = start_in(job, "child.exe");
    wait_for(my.event);
    must(TerminateJobObject(job, 123));
    wait_for(child.hProcess);
    must_be(process_code(child.hProcess), 123);
    must_be(thread_code(child.hThread), 123);
    must_be(thread_code(my.thread), 123);
    return 0;
}

static void JOB_03__JOB_06__EXIT_28__members_end_as_by_TerminateProcess(void **state) {
    run(*state, {.name = "app.exe", .main = terminates_the_job},
        {.name = "child.exe", .main = has_threads, .imports = IMPORTS("a.dll")},
        {.name = "a.dll", .dll_main = teller});
    assert_journal("a+ a>"); /* and nobody was detached */
}

static int terminates_itself(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE job = CreateJobObjectA(NULL, NULL);
    must(AssignProcessToJobObject(job, GetCurrentProcess()));
    my.process = start("child.exe");
    must(is_in(my.process, job));
    my.pid = GetProcessId(my.process);
    TerminateJobObject(job, 44);
    note("alive");
    return 0;
}

static void JOB_03__a_member_can_terminate_its_own_job(void **state) {
    rd_process_info info;
    assert_int_equal(run(*state, {.name = "app.exe", .main = terminates_itself},
                         {.name = "child.exe", .main = sleeps}),
                     44);
    assert_journal("");
    assert_int_not_equal(event_about(*state, RD_EVENT_PROCESS_TERMINATE, my.pid), RD_NO_EVENT);
    if (rd_process_get(*state, my.pid, &info) == RD_OK)
        assert_int_equal(info.exit_code, 44);
}

static int assigns_the_dead(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE job = CreateJobObjectA(NULL, NULL);
    HANDLE child = start("child.exe");
    wait_for(child);
    must_fail(AssignProcessToJobObject(job, child), FALSE, ERROR_ACCESS_DENIED);
    must(!is_in(child, NULL));
    must_be(accounting(job).TotalProcesses, 0);
    return 0;
}

static void JOB_07__an_ended_process_cannot_be_assigned(void **state) {
    run(*state, {.name = "app.exe", .main = assigns_the_dead},
        {.name = "child.exe", .main = returns_7});
}

static int counts_members(int argc, char **argv) {
    struct {
        JOBOBJECT_BASIC_PROCESS_ID_LIST list;
        ULONG_PTR more[3];
    } ids;
    DWORD length;
    JOBOBJECT_BASIC_AND_IO_ACCOUNTING_INFORMATION both;
    UNUSED_MAIN;
    HANDLE job = CreateJobObjectA(NULL, NULL);
    PROCESS_INFORMATION first = start_in(job, "child.exe"), second = start_in(job, "child.exe");
    must_fail(
        QueryInformationJobObject(job, JobObjectBasicProcessIdList, &ids, sizeof ids.list, &length),
        FALSE, ERROR_MORE_DATA);
    must_be(ids.list.NumberOfAssignedProcesses, 2);
    must_be(ids.list.NumberOfProcessIdsInList, 1);
    must_be(ids.list.ProcessIdList[0], first.dwProcessId);
    must(TerminateProcess(first.hProcess, 3));
    wait_for(first.hProcess);
    must(QueryInformationJobObject(job, JobObjectBasicProcessIdList, &ids, sizeof ids, &length));
    must_be(ids.list.NumberOfAssignedProcesses, 1);
    must_be(ids.list.NumberOfProcessIdsInList, 1);
    must_be(ids.list.ProcessIdList[0], second.dwProcessId);
    must(is_in(first.hProcess, job));
    must(QueryInformationJobObject(job, JobObjectBasicAndIoAccountingInformation, &both,
                                   sizeof both, NULL));
    must_be(both.BasicInfo.TotalProcesses, 2);
    must_be(both.BasicInfo.ActiveProcesses, 1);
    must_be(both.BasicInfo.TotalTerminatedProcesses, 0);
    must(TerminateJobObject(job, 0));
    wait_for(second.hProcess);
    must_be(accounting(job).ActiveProcesses, 0);
    must_be(accounting(job).TotalProcesses, 2);
    return 0;
}

static void JOB_10__JOB_11__lists_show_the_living_and_totals_count_all(void **state) {
    run(*state, {.name = "app.exe", .main = counts_members}, {.name = "child.exe", .main = sleeps});
}

/* ---- the last handle ------------------------------------------------------------------------- */

static int closes_with_kill(int argc, char **argv) {
    HANDLE second, moved;
    UNUSED_MAIN;
    HANDLE job = limited_job(JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE, 0);
    PROCESS_INFORMATION child = start_in(job, "child.exe");
    must(DuplicateHandle(GetCurrentProcess(), job, GetCurrentProcess(), &second, 0, FALSE,
                         DUPLICATE_SAME_ACCESS));
    must(CloseHandle(job));
    must(DuplicateHandle(GetCurrentProcess(), second, GetCurrentProcess(), &moved, 0, FALSE,
                         DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE));
    Sleep(10);
    must_be(process_code(child.hProcess), STILL_ACTIVE);
    must(CloseHandle(moved));
    wait_for(child.hProcess);
    must_be(process_code(child.hProcess), 0);
    return 0;
}

static void JOB_12__EXIT_27__the_last_handle_kills_all_members(void **state) {
    run(*state, {.name = "app.exe", .main = closes_with_kill},
        {.name = "child.exe", .main = sleeps});
    size_t closed = test_event(*state, 0, RD_EVENT_JOB_CLOSED, NULL);
    assert_order(closed, test_event(*state, closed, RD_EVENT_PROCESS_TERMINATE, NULL));
}

/* The member is a child of the first process, so nobody's child dies with its parent here. */
static int owns_the_job(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE job = limited_job(JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE, 0);
    must(AssignProcessToJobObject(job, my.process));
    SetEvent(my.event);
    Sleep(INFINITE);
    return 0;
}

static int kills_the_owner(int argc, char **argv) {
    HANDLE member, copy;
    UNUSED_MAIN;
    my.event = inheritable_event(NULL);
    member = start("member.exe");
    must(DuplicateHandle(GetCurrentProcess(), member, GetCurrentProcess(), &copy, 0, TRUE,
                         DUPLICATE_SAME_ACCESS));
    my.process = copy;
    HANDLE owner = start("owner.exe");
    wait_for(my.event);
    must_be(poll(member), WAIT_TIMEOUT);
    must(TerminateProcess(owner, 5));
    wait_for(member);
    must_be(process_code(member), 0);
    wait_for(owner);
    must_be(process_code(owner), 5);
    return 0;
}

static void ended_with_0(rd_world *world, uint32_t code) {
    (void)world;
    assert_int_equal(code, 0);
}

static void JOB_13__PROC_15__EXIT_27__the_owner_s_death_kills_the_members(void **state) {
    run_schedules(*state, ended_with_0, {.name = "app.exe", .main = kills_the_owner},
                  {.name = "owner.exe", .main = owns_the_job},
                  {.name = "member.exe", .main = sleeps});
}

static int keeps_the_job_open(int argc, char **argv) {
    UNUSED_MAIN;
    wait_for(my.event); /* with an inherited handle to its own job */
    must(is_in(GetCurrentProcess(), my.mutex));
    CloseHandle(my.mutex);
    note("alive");
    return 9;
}

static int leaves_the_job_to_a_member(int argc, char **argv) {
    UNUSED_MAIN;
    my.event = inheritable_event(NULL);
    my.mutex = limited_job(JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE, 0);
    SetHandleInformation(my.mutex, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT);
    PROCESS_INFORMATION other = start_in(my.mutex, "other.exe");
    PROCESS_INFORMATION child = start_in(my.mutex, "child.exe");
    /* `other` inherited the job, too; from here on only `child` shall have a handle. */
    must(DuplicateHandle(other.hProcess, my.mutex, NULL, NULL, 0, FALSE, DUPLICATE_CLOSE_SOURCE));
    must(CloseHandle(my.mutex));
    Sleep(10);
    must_be(poll(other.hProcess), WAIT_TIMEOUT);
    must_be(poll(child.hProcess), WAIT_TIMEOUT);
    SetEvent(my.event);
    wait_for(child.hProcess);
    wait_for(other.hProcess);
    must_be(process_code(child.hProcess), 0);
    must_be(process_code(other.hProcess), 0);
    return 0;
}

static void JOB_14__a_member_with_the_last_handle_keeps_the_job_open(void **state) {
    run(*state, {.name = "app.exe", .main = leaves_the_job_to_a_member},
        {.name = "child.exe", .main = keeps_the_job_open}, {.name = "other.exe", .main = sleeps});
    assert_journal("");
}

static int leaves_a_named_job(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE job = CreateJobObjectA(NULL, "workers");
    must(job != NULL);
    HANDLE same = CreateJobObjectW(NULL, u"workers");
    must_be(GetLastError(), ERROR_ALREADY_EXISTS);
    must(CloseHandle(same));
    HANDLE opened = OpenJobObjectA(JOB_OBJECT_QUERY, FALSE, "workers");
    must(opened != NULL);
    must(CloseHandle(opened));
    PROCESS_INFORMATION child = start_in(job, "child.exe");
    must(CloseHandle(job));
    must_fail(OpenJobObjectW(JOB_OBJECT_QUERY, FALSE, u"workers"), NULL, ERROR_FILE_NOT_FOUND);
    must(is_in(child.hProcess, NULL));
    must(TerminateProcess(child.hProcess, 1));
    wait_for(child.hProcess);
    CloseHandle(child.hThread);
    CloseHandle(child.hProcess);
    Sleep(1);
    note("ended");
    return 0;
}

static void JOB_16__the_object_outlives_its_name(void **state) {
    rd_world *world = *state;
    run(world, {.name = "app.exe", .main = leaves_a_named_job},
        {.name = "child.exe", .main = sleeps});
    size_t left = test_event(world, 0, RD_EVENT_JOB_LEAVE, NULL);
    uint32_t job = rd_event_at(world, left)->object;
    size_t deleted = RD_NO_EVENT;
    for (size_t i = left; i < rd_event_count(world); i++)
        if (rd_event_at(world, i)->kind == RD_EVENT_OBJECT_DELETE &&
            rd_event_at(world, i)->object == job)
            deleted = i;
    assert_order(left, deleted);
}

/* ---- nested jobs ----------------------------------------------------------------------------- */

static int assigns_twice(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE outer = CreateJobObjectA(NULL, NULL), inner = CreateJobObjectA(NULL, NULL);
    HANDLE used = CreateJobObjectA(NULL, NULL);
    PROCESS_INFORMATION stranger = start_in(used, "child.exe");
    PROCESS_INFORMATION child = start_in(outer, "child.exe");
    must_fail(AssignProcessToJobObject(used, child.hProcess), FALSE, ERROR_ACCESS_DENIED);
    SetLastError(0);
    my.index = (DWORD)AssignProcessToJobObject(inner, child.hProcess);
    my.error = GetLastError();
    must(is_in(child.hProcess, outer));
    must_be(is_in(child.hProcess, inner), my.index);
    must_be(accounting(outer).ActiveProcesses, 1);
    must_be(accounting(inner).ActiveProcesses, my.index);
    must(TerminateJobObject(outer, 12));
    wait_for(child.hProcess);
    must_be(process_code(child.hProcess), 12);
    must_be(poll(stranger.hProcess), WAIT_TIMEOUT);
    must(TerminateJobObject(used, 0));
    return 0;
}

static void JOB_08__JOB_09__a_second_job_may_nest_from_Windows_8_on(void **state) {
    static const struct {
        const char *profile;
        DWORD nested;
    } versions[] = {{"win7", FALSE}, {"win8", TRUE}, {"win11", TRUE}};
    for (size_t i = 0; i < 3; i++) {
        rd_world_options options = {.size = sizeof options, .profile = versions[i].profile};
        rd_world_destroy(*state);
        *state = test_world(&options);
        rules_forget();
        run(*state, {.name = "app.exe", .main = assigns_twice},
            {.name = "child.exe", .main = sleeps});
        assert_int_equal(my.index, versions[i].nested);
        assert_int_equal(my.error, versions[i].nested ? 0 : ERROR_ACCESS_DENIED);
    }
}

static int ends_a_chain(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE outer = CreateJobObjectA(NULL, NULL), inner = CreateJobObjectA(NULL, NULL);
    HANDLE port = port_of(outer, 1);
    JOBOBJECT_ASSOCIATE_COMPLETION_PORT info = {(PVOID)(ULONG_PTR)2, port};
    must(SetInformationJobObject(inner, JobObjectAssociateCompletionPortInformation, &info,
                                 sizeof info));
    PROCESS_INFORMATION first = start_in(outer, "child.exe");
    must(AssignProcessToJobObject(inner, first.hProcess));
    must(AssignProcessToJobObject(inner, first.hProcess)); /* nothing more to do */
    PROCESS_INFORMATION second = start_in(inner, "child.exe");
    must(is_in(second.hProcess, outer));
    note_messages(port, first.dwProcessId);
    note("-");
    must(TerminateProcess(first.hProcess, 1));
    wait_for(first.hProcess);
    note_messages(port, first.dwProcessId);
    note("-");
    must(TerminateJobObject(outer, 2));
    wait_for(second.hProcess);
    must_be(process_code(second.hProcess), 2);
    note_messages(port, first.dwProcessId);
    must_be(accounting(outer).TotalProcesses, 2);
    must_be(accounting(inner).TotalProcesses, 2);
    return 0;
}

static void JOB_09__JOB_33__messages_go_to_the_inner_job_first(void **state) {
    run(*state, {.name = "app.exe", .main = ends_a_chain}, {.name = "child.exe", .main = sleeps});
    assert_journal("1:6a 2:6a 2:6b 1:6b - 2:7a 1:7a - 2:7b 2:4 1:7b 1:4");
}

/* ---- limits ---------------------------------------------------------------------------------- */

static int exceeds_the_limit(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE job = limited_job(JOB_OBJECT_LIMIT_ACTIVE_PROCESS, 1);
    HANDLE port = port_of(job, 1);
    PROCESS_INFORMATION first = start_in(job, "child.exe");
    PROCESS_INFORMATION second = start_flags("child.exe", CREATE_SUSPENDED);
    must_fail(AssignProcessToJobObject(job, second.hProcess), FALSE, ERROR_NOT_ENOUGH_QUOTA);
    wait_for(second.hProcess);
    must(!is_in(second.hProcess, job));
    must_be(poll(first.hProcess), WAIT_TIMEOUT);
    must_be(accounting(job).ActiveProcesses, 1);
    must_be(accounting(job).TotalTerminatedProcesses, 1);
    must(TerminateProcess(first.hProcess, 0));
    wait_for(first.hProcess);
    note_messages(port, first.dwProcessId);
    PROCESS_INFORMATION third = start_in(job, "child.exe"); /* there is room again */
    must(TerminateProcess(third.hProcess, 0));
    return 0;
}

static void JOB_17__a_process_above_the_limit_is_terminated(void **state) {
    run(*state, {.name = "app.exe", .main = exceeds_the_limit},
        {.name = "child.exe", .main = sleeps});
    assert_journal("1:6a 1:3 1:7a 1:4");
}

static int has_no_room_for_children(int argc, char **argv) {
    STARTUPINFOA startup = {.cb = sizeof startup};
    PROCESS_INFORMATION information;
    char line[] = "child.exe";
    UNUSED_MAIN;
    HANDLE job = limited_job(JOB_OBJECT_LIMIT_ACTIVE_PROCESS, 1);
    must(AssignProcessToJobObject(job, GetCurrentProcess()));
    must_fail(CreateProcessA(NULL, line, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &information),
              FALSE, ERROR_NOT_ENOUGH_QUOTA);
    must_be(accounting(NULL).ActiveProcesses, 1); /* the caller's own job */
    return 0;
}

static void JOB_17__a_member_of_a_full_job_can_create_no_process(void **state) {
    run(*state, {.name = "app.exe", .main = has_no_room_for_children},
        {.name = "child.exe", .main = sleeps});
}

static int breaks_away(int argc, char **argv) {
    STARTUPINFOA startup = {.cb = sizeof startup};
    PROCESS_INFORMATION information;
    char line[] = "child.exe";
    UNUSED_MAIN;
    HANDLE job = limited_job(0, 0);
    must(AssignProcessToJobObject(job, GetCurrentProcess()));
    must_fail(CreateProcessA(NULL, line, NULL, NULL, TRUE, CREATE_BREAKAWAY_FROM_JOB, NULL, NULL,
                             &startup, &information),
              FALSE, ERROR_ACCESS_DENIED);
    static const struct {
        DWORD limit, flags;
        BOOL joins;
    } cases[] = {{JOB_OBJECT_LIMIT_BREAKAWAY_OK, 0, TRUE},
                 {JOB_OBJECT_LIMIT_BREAKAWAY_OK, CREATE_BREAKAWAY_FROM_JOB, FALSE},
                 {JOB_OBJECT_LIMIT_SILENT_BREAKAWAY_OK, 0, FALSE},
                 {JOB_OBJECT_LIMIT_SILENT_BREAKAWAY_OK, CREATE_BREAKAWAY_FROM_JOB, FALSE}};
    for (int i = 0; i < 4; i++) {
        JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {0};
        limits.BasicLimitInformation.LimitFlags = cases[i].limit;
        must(SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limits,
                                     sizeof limits));
        information = start_flags("child.exe", cases[i].flags);
        must_be(is_in(information.hProcess, job), cases[i].joins);
        must_be(is_in(information.hProcess, NULL), cases[i].joins);
        wait_for(information.hProcess);
    }
    return 0;
}

static void JOB_28__JOB_29__breakaway_needs_the_job_s_consent(void **state) {
    run(*state, {.name = "app.exe", .main = breaks_away}, {.name = "child.exe", .main = returns_7});
}

static int breaks_away_from_the_inner_job(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE outer = limited_job(0, 0), inner = limited_job(JOB_OBJECT_LIMIT_BREAKAWAY_OK, 0);
    must(AssignProcessToJobObject(outer, GetCurrentProcess()));
    must(AssignProcessToJobObject(inner, GetCurrentProcess()));
    PROCESS_INFORMATION child = start_flags("child.exe", CREATE_BREAKAWAY_FROM_JOB);
    must(!is_in(child.hProcess, inner));
    must(is_in(child.hProcess, outer));
    return 0;
}

static void JOB_28__JOB_02__the_outer_job_need_not_consent(void **state) {
    run(*state, {.name = "app.exe", .main = breaks_away_from_the_inner_job},
        {.name = "child.exe", .main = returns_7});
}

static int sets_limits(int argc, char **argv) {
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {0}, found;
    JOBOBJECT_END_OF_JOB_TIME_INFORMATION action = {JOB_OBJECT_POST_AT_END_OF_JOB};
    DWORD length = 0;
    UNUSED_MAIN;
    HANDLE job = CreateJobObjectA(NULL, NULL);
    limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
    /* The basic class knows only the first eight flags. */
    must_fail(SetInformationJobObject(job, JobObjectBasicLimitInformation, &limits,
                                      sizeof limits.BasicLimitInformation),
              FALSE, ERROR_INVALID_PARAMETER);
    must_fail(SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limits, 1), FALSE,
              ERROR_BAD_LENGTH);
    must_fail(SetInformationJobObject(job, (JOBOBJECTINFOCLASS)0, &limits, 1), FALSE,
              ERROR_INVALID_PARAMETER);
    limits.JobMemoryLimit = 1 << 20;
    must(SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limits, sizeof limits));
    must(QueryInformationJobObject(job, JobObjectExtendedLimitInformation, &found, sizeof found,
                                   &length));
    must_be(length, sizeof found);
    must_be(found.BasicLimitInformation.LimitFlags, JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE);
    must_be(found.JobMemoryLimit, 1 << 20);
    must(SetInformationJobObject(job, JobObjectEndOfJobTimeInformation, &action, sizeof action));
    action.EndOfJobTimeAction = 0;
    must(QueryInformationJobObject(job, JobObjectEndOfJobTimeInformation, &action, sizeof action,
                                   NULL));
    must_be(action.EndOfJobTimeAction, JOB_OBJECT_POST_AT_END_OF_JOB);
    must_fail(QueryInformationJobObject(job, JobObjectAssociateCompletionPortInformation, &limits,
                                        sizeof limits, NULL),
              FALSE, ERROR_INVALID_PARAMETER);
    must_fail(QueryInformationJobObject(NULL, JobObjectEndOfJobTimeInformation, &action,
                                        sizeof action, NULL),
              FALSE, ERROR_ACCESS_DENIED); /* the caller is in no job */
    return 0;
}

static void limits_can_be_set_and_read(void **state) {
    run_main(*state, sets_limits);
}

/* ---- messages -------------------------------------------------------------------------------- */

static int reads_messages(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE job = CreateJobObjectA(NULL, NULL), port = port_of(job, 5);
    JOBOBJECT_ASSOCIATE_COMPLETION_PORT again = {NULL, port};
    must_fail(SetInformationJobObject(job, JobObjectAssociateCompletionPortInformation, &again,
                                      sizeof again),
              FALSE, ERROR_INVALID_PARAMETER);
    for (int round = 0; round < 2; round++) { /* JOB-25: 4 comes twice */
        PROCESS_INFORMATION child = start_in(job, "child.exe");
        wait_for(child.hProcess);
        note_messages(port, child.dwProcessId);
    }
    must_be(poll(job), WAIT_TIMEOUT);
    return 0;
}

static void JOB_18__JOB_19__JOB_20__JOB_25__new_exit_zero(void **state) {
    run(*state, {.name = "app.exe", .main = reads_messages},
        {.name = "child.exe", .main = returns_7});
    assert_journal("5:6a 5:7a 5:4 5:6a 5:7a 5:4");
}

static int crashes(int argc, char **argv) {
    UNUSED_MAIN;
    RaiseException(EXCEPTION_ACCESS_VIOLATION, 0, 0, NULL);
    return 0;
}

static int watches_a_crash(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE job = CreateJobObjectA(NULL, NULL), port = port_of(job, 5);
    PROCESS_INFORMATION child = start_in(job, "child.exe");
    wait_for(child.hProcess);
    must_be(process_code(child.hProcess), EXCEPTION_ACCESS_VIOLATION);
    note_messages(port, child.dwProcessId);
    return 0;
}

static void JOB_21__a_crash_is_an_abnormal_exit(void **state) {
    run(*state, {.name = "app.exe", .main = watches_a_crash},
        {.name = "child.exe", .main = crashes});
    assert_journal("5:6a 5:8a 5:4");
}

static int associates_late(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE job = CreateJobObjectA(NULL, NULL);
    PROCESS_INFORMATION first = start_in(job, "child.exe"), second = start_in(job, "child.exe");
    HANDLE port = port_of(job, 1);
    note_messages(port, first.dwProcessId);
    JOBOBJECT_ASSOCIATE_COMPLETION_PORT none = {NULL, NULL};
    must(SetInformationJobObject(job, JobObjectAssociateCompletionPortInformation, &none,
                                 sizeof none));
    must(TerminateProcess(first.hProcess, 0));
    wait_for(first.hProcess);
    note_messages(port, first.dwProcessId);
    must(TerminateProcess(second.hProcess, 0));
    return 0;
}

static void JOB_23__a_new_port_hears_of_all_members(void **state) {
    run(*state, {.name = "app.exe", .main = associates_late},
        {.name = "child.exe", .main = sleeps});
    assert_journal("1:6a 1:6b");
}

static int looks_for_zero(int argc, char **argv) {
    DWORD message = 0;
    ULONG_PTR key;
    LPOVERLAPPED about;
    UNUSED_MAIN;
    HANDLE job = CreateJobObjectA(NULL, NULL), port = port_of(job, 1);
    start_in(job, "child.exe");
    start_in(job, "child.exe");
    must(TerminateJobObject(job, 123));
    while (message != JOB_OBJECT_MSG_ACTIVE_PROCESS_ZERO)
        if (!GetQueuedCompletionStatus(port, &message, &key, &about, INFINITE))
            break;
    must_be(message, JOB_OBJECT_MSG_ACTIVE_PROCESS_ZERO);
    must(about == NULL);
    must_be(accounting(job).ActiveProcesses, 0);
    return 0;
}

static void JOB_22__JOB_19__termination_reports_zero(void **state) {
    run_schedules(*state, ended_with_0, {.name = "app.exe", .main = looks_for_zero},
                  {.name = "child.exe", .main = sleeps});
}

static int creates_with_a_job_list(int argc, char **argv) {
    STARTUPINFOEXA startup = {.StartupInfo = {.cb = sizeof startup}};
    PROCESS_INFORMATION child;
    char memory[256], line[] = "child.exe";
    SIZE_T size = sizeof memory;
    UNUSED_MAIN;
    HANDLE jobs[] = {CreateJobObjectA(NULL, NULL), CreateJobObjectA(NULL, NULL)};
    HANDLE port = port_of(jobs[0], 1);
    startup.lpAttributeList = (LPPROC_THREAD_ATTRIBUTE_LIST)(void *)memory;
    must(InitializeProcThreadAttributeList(startup.lpAttributeList, 1, 0, &size));
    must(UpdateProcThreadAttribute(startup.lpAttributeList, 0, PROC_THREAD_ATTRIBUTE_JOB_LIST, jobs,
                                   sizeof jobs, NULL, NULL));
    must(CreateProcessA(NULL, line, NULL, NULL, FALSE, EXTENDED_STARTUPINFO_PRESENT, NULL, NULL,
                        &startup.StartupInfo, &child));
    must(is_in(child.hProcess, jobs[0]));
    must(is_in(child.hProcess, jobs[1]));
    wait_for(child.hProcess);
    /* Now the second job has been used, and cannot be put into a third one: the process is in the
     * first job when its creation fails. */
    jobs[0] = CreateJobObjectA(NULL, NULL);
    HANDLE other_port = port_of(jobs[0], 2);
    must_fail(CreateProcessA(NULL, line, NULL, NULL, FALSE, EXTENDED_STARTUPINFO_PRESENT, NULL,
                             NULL, &startup.StartupInfo, &child),
              FALSE, ERROR_ACCESS_DENIED);
    note_messages(port, 0);
    note_messages(other_port, 0);
    return 0;
}

static void JOB_34__a_late_failure_reports_new_exit_zero(void **state) {
    run(*state, {.name = "app.exe", .main = creates_with_a_job_list},
        {.name = "child.exe", .main = returns_7});
    assert_journal("1:6b 1:7b 1:4 2:6b 2:7b 2:4");
}

/* ---- the signal ------------------------------------------------------------------------------ */

static int waits_for_jobs(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE job = CreateJobObjectA(NULL, NULL);
    PROCESS_INFORMATION child = start_in(job, "child.exe");
    wait_for(child.hProcess);
    must_be(WaitForSingleObject(job, 100), WAIT_TIMEOUT);
    child = start_in(job, "child.exe");
    must(TerminateJobObject(job, 1));
    must_be(wait_for(job), WAIT_OBJECT_0);
    wait_for(child.hProcess);
    child = start_in(job, "child.exe");
    must_be(poll(job), WAIT_OBJECT_0);
    must_be(poll(job), WAIT_OBJECT_0);
    return 0;
}

static void JOB_26__JOB_27__only_termination_signals_and_for_good(void **state) {
    run(*state, {.name = "app.exe", .main = waits_for_jobs},
        {.name = "child.exe", .main = returns_7});
}

static void TERM_02__the_job_is_left_when_the_handles_are_closed(void **state) {
    rd_world *world = *state;
    run(world, {.name = "app.exe", .main = watches_a_crash},
        {.name = "child.exe", .main = crashes});
    size_t left = test_event(world, 0, RD_EVENT_JOB_LEAVE, NULL);
    uint32_t pid = (uint32_t)rd_event_at(world, left)->a;
    size_t told = test_event(world, left, RD_EVENT_JOB_MESSAGE, "ABNORMAL_EXIT_PROCESS");
    size_t status = event_about(world, RD_EVENT_PROCESS_EXIT_STATUS, pid);
    size_t gone = event_about(world, RD_EVENT_PROCESS_ADDRESS_SPACE, pid);
    size_t signaled = event_about(world, RD_EVENT_PROCESS_SIGNALED, pid);
    size_t closed = RD_NO_EVENT;
    for (size_t i = 0; i < left; i++)
        if (rd_event_at(world, i)->kind == RD_EVENT_PROCESS_HANDLES_CLOSED &&
            rd_event_at(world, i)->b == pid)
            closed = i;
    assert_order(status, closed);
    assert_order(closed, left);
    assert_order(told, gone);
    assert_order(gone, signaled);
}

/* ---- rights ---------------------------------------------------------------------------------- */

static HANDLE with_access(HANDLE handle, DWORD access) {
    HANDLE copy = NULL;
    must(
        DuplicateHandle(GetCurrentProcess(), handle, GetCurrentProcess(), &copy, access, FALSE, 0));
    return copy;
}

static int lacks_rights(int argc, char **argv) {
    BOOL result;
    UNUSED_MAIN;
    HANDLE job = CreateJobObjectA(NULL, NULL);
    HANDLE child = start("child.exe");
    HANDLE query = with_access(job, JOB_OBJECT_QUERY);
    HANDLE assign = with_access(job, JOB_OBJECT_ASSIGN_PROCESS);
    HANDLE terminate = with_access(job, JOB_OBJECT_TERMINATE);
    HANDLE process = with_access(child, PROCESS_SET_QUOTA | PROCESS_TERMINATE);
    must_fail(AssignProcessToJobObject(query, process), FALSE, ERROR_ACCESS_DENIED);
    must_fail(AssignProcessToJobObject(assign, with_access(child, PROCESS_TERMINATE)), FALSE,
              ERROR_ACCESS_DENIED);
    must_fail(AssignProcessToJobObject(assign, with_access(child, PROCESS_SET_QUOTA)), FALSE,
              ERROR_ACCESS_DENIED);
    must(AssignProcessToJobObject(assign, process));
    must_fail(IsProcessInJob(process, query, &result), FALSE, ERROR_ACCESS_DENIED);
    must_fail(IsProcessInJob(child, assign, &result), FALSE, ERROR_ACCESS_DENIED);
    must(IsProcessInJob(with_access(child, PROCESS_QUERY_LIMITED_INFORMATION), query, &result));
    must(IsProcessInJob(with_access(child, PROCESS_QUERY_INFORMATION), query, &result));
    must_fail(TerminateJobObject(query, 1), FALSE, ERROR_ACCESS_DENIED);
    must_fail(TerminateJobObject(child, 1), FALSE, ERROR_INVALID_HANDLE);
    must_be(NtTerminateJobObject(assign, 1), (NTSTATUS)0xC0000022);
    must(TerminateJobObject(terminate, 1));
    return 0;
}

static void HNDL_21__HNDL_22__HNDL_23__rights_of_jobs(void **state) {
    run(*state, {.name = "app.exe", .main = lacks_rights}, {.name = "child.exe", .main = sleeps});
}

/* ---- completion ports ------------------------------------------------------------------------ */

static int posts_packets(int argc, char **argv) {
    DWORD bytes;
    ULONG_PTR key;
    LPOVERLAPPED overlapped;
    OVERLAPPED_ENTRY entries[4];
    ULONG count;
    OVERLAPPED memory;
    UNUSED_MAIN;
    HANDLE port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
    must_fail(CreateIoCompletionPort(INVALID_HANDLE_VALUE, port, 0, 0), NULL,
              ERROR_INVALID_PARAMETER);
    must_fail(GetQueuedCompletionStatus(port, &bytes, &key, &overlapped, 10), FALSE, WAIT_TIMEOUT);
    must_be(poll(port), WAIT_TIMEOUT);
    for (DWORD i = 1; i <= 4; i++)
        must(PostQueuedCompletionStatus(port, i, i * 10, &memory));
    must_be(poll(port), WAIT_OBJECT_0);
    must(GetQueuedCompletionStatus(port, &bytes, &key, &overlapped, 0));
    must_be(bytes, 1);
    must_be(key, 10);
    must(overlapped == &memory);
    must(GetQueuedCompletionStatusEx(port, entries, 2, &count, INFINITE, FALSE));
    must_be(count, 2);
    must_be(entries[1].lpCompletionKey, 30);
    must(GetQueuedCompletionStatusEx(port, entries, 4, &count, INFINITE, FALSE));
    must_be(count, 1);
    must_be(poll(port), WAIT_TIMEOUT);
    must_fail(GetQueuedCompletionStatusEx(port, entries, 4, &count, 0, FALSE), FALSE, WAIT_TIMEOUT);
    must_fail(PostQueuedCompletionStatus(with_access(port, SYNCHRONIZE), 0, 0, NULL), FALSE,
              ERROR_ACCESS_DENIED);
    return 0;
}

static void packets_come_in_the_order_in_which_they_were_posted(void **state) {
    run_main(*state, posts_packets);
}

static DWORD WINAPI takes_packets(LPVOID unused) {
    DWORD bytes;
    ULONG_PTR key;
    LPOVERLAPPED overlapped;
    (void)unused;
    while (GetQueuedCompletionStatus(my.semaphore, &bytes, &key, &overlapped, INFINITE))
        InterlockedIncrement(&my.count);
    return GetLastError();
}

static int kills_a_reader(int argc, char **argv) {
    UNUSED_MAIN;
    my.semaphore = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
    my.threads[0] = begin(takes_packets, NULL);
    my.threads[1] = begin(takes_packets, NULL);
    Sleep(1);
    must(PostQueuedCompletionStatus(my.semaphore, 1, 0, NULL));
    must(TerminateThread(my.threads[0], 1)); /* perhaps when it has been woken */
    must(PostQueuedCompletionStatus(my.semaphore, 2, 0, NULL));
    Sleep(10);
    must(CloseHandle(my.semaphore));
    wait_for(my.threads[1]);
    must_be(thread_code(my.threads[1]), ERROR_ABANDONED_WAIT_0);
    return my.count;
}

/* A reader that dies after it has taken a packet has not counted it yet. */
static void one_or_two_were_counted(rd_world *world, uint32_t code) {
    (void)world;
    assert_in_range(code, 1, 2);
}

static void a_killed_reader_leaves_the_others_their_packets(void **state) {
    run_schedules(*state, one_or_two_were_counted, {.name = "app.exe", .main = kills_a_reader});
}

int main(void) {
    const struct CMUnitTest tests[] = {
        rule_test(JOB_01__JOB_15__closing_a_job_changes_nothing_for_members),
        rule_test(JOB_02__JOB_04__JOB_05__children_join_and_end_with_the_job),
        rule_test(JOB_03__JOB_06__EXIT_28__members_end_as_by_TerminateProcess),
        rule_test(JOB_03__a_member_can_terminate_its_own_job),
        rule_test(JOB_07__an_ended_process_cannot_be_assigned),
        rule_test(JOB_10__JOB_11__lists_show_the_living_and_totals_count_all),
        rule_test(JOB_12__EXIT_27__the_last_handle_kills_all_members),
        rule_test(JOB_13__PROC_15__EXIT_27__the_owner_s_death_kills_the_members),
        rule_test(JOB_14__a_member_with_the_last_handle_keeps_the_job_open),
        rule_test(JOB_16__the_object_outlives_its_name),
        rule_test(JOB_08__JOB_09__a_second_job_may_nest_from_Windows_8_on),
        rule_test(JOB_09__JOB_33__messages_go_to_the_inner_job_first),
        rule_test(JOB_17__a_process_above_the_limit_is_terminated),
        rule_test(JOB_17__a_member_of_a_full_job_can_create_no_process),
        rule_test(JOB_28__JOB_29__breakaway_needs_the_job_s_consent),
        rule_test(JOB_28__JOB_02__the_outer_job_need_not_consent),
        rule_test(limits_can_be_set_and_read),
        rule_test(JOB_18__JOB_19__JOB_20__JOB_25__new_exit_zero),
        rule_test(JOB_21__a_crash_is_an_abnormal_exit),
        rule_test(JOB_23__a_new_port_hears_of_all_members),
        rule_test(JOB_22__JOB_19__termination_reports_zero),
        rule_test(JOB_34__a_late_failure_reports_new_exit_zero),
        rule_test(JOB_26__JOB_27__only_termination_signals_and_for_good),
        rule_test(TERM_02__the_job_is_left_when_the_handles_are_closed),
        rule_test(HNDL_21__HNDL_22__HNDL_23__rights_of_jobs),
        rule_test(packets_come_in_the_order_in_which_they_were_posted),
        rule_test(a_killed_reader_leaves_the_others_their_packets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
