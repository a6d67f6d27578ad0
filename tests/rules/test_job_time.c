/* Processor time, and what jobs do with it: JOB-30, JOB-31, JOB-32, EXIT-29. */
#include "rules.h"

#include "rundown/sdk/rd_ntdll.h"

enum { QUOTA = 1816, LIMIT_MS = 5 };

/* ---- what threads and processes use ---------------------------------------------------------- */

static ULONGLONG value_of(FILETIME time) {
    return (ULONGLONG)time.dwHighDateTime << 32 | time.dwLowDateTime;
}

static ULONGLONG user_time(HANDLE process) {
    FILETIME created, ended, kernel, user;
    must(GetProcessTimes(process, &created, &ended, &kernel, &user));
    return value_of(user);
}

static ULONGLONG thread_user_time(HANDLE thread) {
    FILETIME created, ended, kernel, user;
    must(GetThreadTimes(thread, &created, &ended, &kernel, &user));
    return value_of(user);
}

static void work_ms(ULONGLONG milliseconds) {
    ULONGLONG end = thread_user_time(GetCurrentThread()) + milliseconds * 10000;
    while (thread_user_time(GetCurrentThread()) < end)
        SwitchToThread();
}

static DWORD WINAPI works(LPVOID milliseconds) {
    work_ms((ULONGLONG)(ULONG_PTR)milliseconds);
    return 0;
}

static int uses_time(int argc, char **argv) {
    KERNEL_USER_TIMES times;
    UNUSED_MAIN;
    ULONGLONG before = thread_user_time(GetCurrentThread());
    Sleep(50);
    must(thread_user_time(GetCurrentThread()) - before < 1000); /* nothing while it sleeps */
    HANDLE thread = begin(works, (LPVOID)3);
    wait_for(thread);
    ULONGLONG worker = thread_user_time(thread);
    must(worker >= 30000 && worker < 40000);
    ULONGLONG own = thread_user_time(GetCurrentThread());
    must(user_time(GetCurrentProcess()) >= own + worker); /* that of ended threads, too */
    must_be(NtQueryInformationThread(thread, ThreadTimes, &times, sizeof times, NULL), 0);
    must_be(times.UserTime.QuadPart, worker);
    must(times.KernelTime.QuadPart > 0); /* its way out */
    must_be(
        NtQueryInformationProcess(GetCurrentProcess(), ProcessTimes, &times, sizeof times, NULL),
        0);
    must((ULONGLONG)times.UserTime.QuadPart >= own + worker);
    return 0;
}

static void PROC_43__times_are_those_of_the_processor(void **state) {
    assert_int_equal(run_main(*state, uses_time), 0);
}

/* ---- limits ---------------------------------------------------------------------------------- */

static int works_for_ever(int argc, char **argv) {
    UNUSED_MAIN;
    for (;;)
        SwitchToThread();
    return 0;
}

static int sleeps(int argc, char **argv) {
    UNUSED_MAIN;
    Sleep(INFINITE);
    return 0;
}

static int ends_soon(int argc, char **argv) {
    UNUSED_MAIN;
    work_ms(2);
    return 4;
}

static void set_limit(HANDLE job, DWORD flag) {
    JOBOBJECT_BASIC_LIMIT_INFORMATION limits = {.LimitFlags = flag};
    limits.PerProcessUserTimeLimit.QuadPart = LIMIT_MS * 10000;
    limits.PerJobUserTimeLimit.QuadPart = LIMIT_MS * 10000;
    must(SetInformationJobObject(job, JobObjectBasicLimitInformation, &limits, sizeof limits));
}

static DWORD flags_of(HANDLE job) {
    JOBOBJECT_BASIC_LIMIT_INFORMATION limits;
    must(QueryInformationJobObject(job, JobObjectBasicLimitInformation, &limits, sizeof limits,
                                   NULL));
    return limits.LimitFlags;
}

static HANDLE start_in(HANDLE job, const char *command) {
    PROCESS_INFORMATION child = start_flags(command, CREATE_SUSPENDED);
    must(AssignProcessToJobObject(job, child.hProcess));
    ResumeThread(child.hThread);
    return child.hProcess;
}

static JOBOBJECT_BASIC_ACCOUNTING_INFORMATION accounting(HANDLE job) {
    JOBOBJECT_BASIC_ACCOUNTING_INFORMATION info = {0};
    must(QueryInformationJobObject(job, JobObjectBasicAccountingInformation, &info, sizeof info,
                                   NULL));
    return info;
}

static HANDLE port_of(HANDLE job) {
    JOBOBJECT_ASSOCIATE_COMPLETION_PORT info = {.CompletionKey = NULL};
    info.CompletionPort = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 1);
    must(SetInformationJobObject(job, JobObjectAssociateCompletionPortInformation, &info,
                                 sizeof info));
    return info.CompletionPort;
}

/* Notes the messages in the port, those about that process with a mark. */
static void note_messages(HANDLE port, HANDLE process) {
    DWORD message;
    ULONG_PTR key;
    LPOVERLAPPED about;
    while (GetQueuedCompletionStatus(port, &message, &key, &about, 0))
        note("%u%s", (unsigned)message,
             HandleToULong((HANDLE)about) == GetProcessId(process) ? "a" : "");
}

static int limits_each_process(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE job = CreateJobObjectA(NULL, NULL), port = port_of(job);
    set_limit(job, JOB_OBJECT_LIMIT_PROCESS_TIME);
    HANDLE modest = start_in(job, "modest.exe");
    HANDLE idle = start_in(job, "idle.exe");
    HANDLE busy = start_in(job, "busy.exe");
    wait_for(busy);
    wait_for(modest);
    must_be(process_code(busy), QUOTA);
    must_be(process_code(modest), 4);
    must_be(process_code(idle), STILL_ACTIVE);
    must(user_time(busy) >= LIMIT_MS * 10000 && user_time(busy) < (LIMIT_MS + 1) * 10000);
    must_be(accounting(job).TotalTerminatedProcesses, 1);
    must(accounting(job).TotalUserTime.QuadPart > 7 * 10000);
    must_be(poll(job), WAIT_TIMEOUT);
    note_messages(port, busy);
    TerminateProcess(idle, 0);
    return 0;
}

static void JOB_31__JOB_18__a_process_limit_ends_only_that_process(void **state) {
    run(*state, {.name = "app.exe", .main = limits_each_process},
        {.name = "busy.exe", .main = works_for_ever}, {.name = "modest.exe", .main = ends_soon},
        {.name = "idle.exe", .main = sleeps});
    assert_journal("6 6 6a 7 2a 7a");
}

static int limits_the_job(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE job = CreateJobObjectA(NULL, NULL);
    set_limit(job, JOB_OBJECT_LIMIT_JOB_TIME);
    HANDLE idle = start_in(job, "idle.exe");
    HANDLE one = start_in(job, "busy.exe");
    HANDLE two = start_in(job, "busy.exe");
    must_be(wait_for(job), WAIT_OBJECT_0); /* JOB-26 */
    wait_for(idle);
    wait_for(one);
    wait_for(two);
    must_be(process_code(idle), QUOTA);
    must_be(process_code(one), QUOTA);
    must_be(process_code(two), QUOTA);
    must_be(accounting(job).TotalTerminatedProcesses, 3);
    PROCESS_INFORMATION late = start_flags("idle.exe", CREATE_SUSPENDED);
    must_fail(AssignProcessToJobObject(job, late.hProcess), FALSE, ERROR_ACCESS_DENIED);
    set_limit(job, JOB_OBJECT_LIMIT_JOB_TIME); /* a new period */
    must_be(poll(job), WAIT_TIMEOUT);
    must_be(accounting(job).ThisPeriodTotalUserTime.QuadPart, 0);
    must(AssignProcessToJobObject(job, late.hProcess));
    TerminateProcess(late.hProcess, 0);
    return 0;
}

static void JOB_30__JOB_26__EXIT_29__the_job_s_limit_ends_all_members(void **state) {
    run(*state, {.name = "app.exe", .main = limits_the_job},
        {.name = "busy.exe", .main = works_for_ever}, {.name = "idle.exe", .main = sleeps});
}

static int asks_for_a_message(int argc, char **argv) {
    JOBOBJECT_END_OF_JOB_TIME_INFORMATION action = {JOB_OBJECT_POST_AT_END_OF_JOB};
    DWORD message = 0;
    ULONG_PTR key;
    LPOVERLAPPED about;
    UNUSED_MAIN;
    HANDLE job = CreateJobObjectA(NULL, NULL), port = port_of(job);
    must(SetInformationJobObject(job, JobObjectEndOfJobTimeInformation, &action, sizeof action));
    set_limit(job, JOB_OBJECT_LIMIT_JOB_TIME);
    HANDLE busy = start_in(job, "busy.exe");
    while (message != JOB_OBJECT_MSG_END_OF_JOB_TIME)
        must(GetQueuedCompletionStatus(port, &message, &key, &about, INFINITE));
    must(about == NULL);
    must_be(flags_of(job), 0); /* the limit is gone */
    Sleep(3 * LIMIT_MS);
    must_be(process_code(busy), STILL_ACTIVE);
    must_be(poll(job), WAIT_TIMEOUT);
    TerminateProcess(busy, 0);
    return 0;
}

static void JOB_30__JOB_18__the_end_of_the_time_may_be_a_message_only(void **state) {
    run(*state, {.name = "app.exe", .main = asks_for_a_message},
        {.name = "busy.exe", .main = works_for_ever});
}

static int keeps_the_limit(int argc, char **argv) {
    JOBOBJECT_BASIC_LIMIT_INFORMATION both = {.LimitFlags = JOB_OBJECT_LIMIT_JOB_TIME |
                                                            JOB_OBJECT_LIMIT_PRESERVE_JOB_TIME};
    UNUSED_MAIN;
    HANDLE job = CreateJobObjectA(NULL, NULL);
    must_fail(SetInformationJobObject(job, JobObjectBasicLimitInformation, &both, sizeof both),
              FALSE, ERROR_INVALID_PARAMETER);
    set_limit(job, JOB_OBJECT_LIMIT_JOB_TIME);
    HANDLE busy = start_in(job, "busy.exe");
    Sleep(LIMIT_MS / 2);
    set_limit(job, JOB_OBJECT_LIMIT_PRESERVE_JOB_TIME);
    must(accounting(job).ThisPeriodTotalUserTime.QuadPart > 0);
    wait_for(busy);
    must_be(process_code(busy), QUOTA);
    return 0;
}

static void JOB_30__other_limits_can_change_meanwhile(void **state) {
    run(*state, {.name = "app.exe", .main = keeps_the_limit},
        {.name = "busy.exe", .main = works_for_ever});
}

static int joins_with_time_used(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE outer = CreateJobObjectA(NULL, NULL), inner = CreateJobObjectA(NULL, NULL);
    set_limit(outer, JOB_OBJECT_LIMIT_JOB_TIME);
    must(AssignProcessToJobObject(outer, GetCurrentProcess()));
    HANDLE busy = start_in(inner, "busy.exe");
    wait_for(busy);
    note("never"); /* the outer job's end is the caller's */
    return 0;
}

static void JOB_30__JOB_09__EXIT_29__the_outer_job_s_time_ends_the_inner_one(void **state) {
    uint32_t code = run(*state, {.name = "app.exe", .main = joins_with_time_used},
                        {.name = "busy.exe", .main = works_for_ever});
    assert_int_equal(code, QUOTA);
    assert_journal("");
}

/* ---- lost messages --------------------------------------------------------------------------- */

static int returns_7(int argc, char **argv) {
    UNUSED_MAIN;
    return 7;
}

static int counts_messages(int argc, char **argv) {
    UNUSED_MAIN;
    HANDLE job = CreateJobObjectA(NULL, NULL), port = port_of(job);
    HANDLE child = start_in(job, "child.exe");
    wait_for(child);
    note_messages(port, child);
    return 0;
}

static void JOB_24__messages_can_be_lost_where_memory_can(void **state) {
    enum { SEEDS = 40 };
    rd_world_options options = {
        .size = sizeof options, .strategy = RD_STRATEGY_RANDOM, .choose = RD_CHOOSE_ALLOCATION};
    unsigned complete = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        rules_forget();
        options.seed = seed;
        rd_world_destroy(*state);
        *state = test_world(&options);
        run(*state, {.name = "app.exe", .main = counts_messages},
            {.name = "child.exe", .main = returns_7});
        bool lost = test_count(*state, RD_EVENT_JOB_MESSAGE_LOST, "") != 0;
        assert_int_equal(lost, strcmp(rules.journal, "6a 7a 4") != 0);
        complete += !lost;
    }
    assert_in_range(complete, 1, SEEDS - 1);
}

/* ---- crashes --------------------------------------------------------------------------------- */

static int crashes(int argc, char **argv) {
    UNUSED_MAIN;
    write_to_nothing();
    return 0;
}

static int watches_a_crash(int argc, char **argv) {
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {0};
    UNUSED_MAIN;
    HANDLE job = CreateJobObjectA(NULL, NULL);
    limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION;
    must(SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limits, sizeof limits));
    HANDLE child = start_in(job, "child.exe");
    wait_for(child);
    must_be(process_code(child), EXCEPTION_ACCESS_VIOLATION);
    return 0;
}

static void JOB_32__a_crashing_member_ends_at_once(void **state) {
    run(*state, {.name = "app.exe", .main = watches_a_crash},
        {.name = "child.exe", .main = crashes});
    rd_event_query query = {.kind = RD_EVENT_EXCEPTION_UNHANDLED, .rule = "JOB-32"};
    assert_int_not_equal(rd_event_find(*state, 0, &query), RD_NO_EVENT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        rule_test(PROC_43__times_are_those_of_the_processor),
        rule_test(JOB_31__JOB_18__a_process_limit_ends_only_that_process),
        rule_test(JOB_30__JOB_26__EXIT_29__the_job_s_limit_ends_all_members),
        rule_test(JOB_30__JOB_18__the_end_of_the_time_may_be_a_message_only),
        rule_test(JOB_30__other_limits_can_change_meanwhile),
        rule_test(JOB_30__JOB_09__EXIT_29__the_outer_job_s_time_ends_the_inner_one),
        rule_test(JOB_24__messages_can_be_lost_where_memory_can),
        rule_test(JOB_32__a_crashing_member_ends_at_once),
    };
    return cmocka_run_group_tests_name("processor time", tests, NULL, NULL);
}
