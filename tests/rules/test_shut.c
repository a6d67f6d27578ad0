/* SHUT rules: logoff and shutdown: who is asked, told and ended, in which order, and who may begin
 * it. */
#include "rules.h"

#include "rundown/sdk/ntstatus.h"
#include "rundown/sdk/winuser.h"

#define CONTROL_C_CODE 0xC000013Au
#define ENDED_CODE 0x40010004u    /* DBG_TERMINATE_PROCESS */
#define SHUTDOWN_CODE 0xC00002EBu /* STATUS_SYSTEM_SHUTDOWN */

/* ---- programs -------------------------------------------------------------------------------- */

/* How the window of a program takes the end of the session. */
enum manner { AGREES, OBJECTS, HANGS, HANGS_AT_END };

struct program {
    char name; /* of its notes */
    enum manner manner;
    DWORD level; /* 0: as it is */
    DWORD flags; /* of the level */
    bool hidden;
};

/* Of the programs a.exe to d.exe. */
static struct program programs[4];

static struct program *program_of_process(void) {
    char path[64];
    GetModuleFileNameA(NULL, path, sizeof path);
    const char *name = strrchr(path, '\\') + 1;
    return &programs[*name - 'a'];
}

static LRESULT CALLBACK takes_end(HWND window, UINT message, WPARAM wparam, LPARAM lparam) {
    const struct program *program = program_of_process();
    if (message == WM_QUERYENDSESSION) {
        note("%c?", program->name);
        my.index = (DWORD)lparam;
        if (program->manner == HANGS)
            Sleep(INFINITE);
        return program->manner == OBJECTS ? FALSE : DefWindowProcA(window, message, wparam, lparam);
    }
    if (message == WM_ENDSESSION) {
        note("%c%s", program->name, wparam ? "!" : "-");
        my.index = (DWORD)lparam;
        if (program->manner == HANGS_AT_END)
            Sleep(INFINITE);
    }
    return DefWindowProcA(window, message, wparam, lparam);
}

static void make_window(void) {
    WNDCLASSA wc = {.lpfnWndProc = takes_end, .lpszClassName = "takes end"};
    RegisterClassA(&wc);
    CreateWindowExA(0, wc.lpszClassName, "", program_of_process()->hidden ? 0 : WS_VISIBLE, 0, 0, 0,
                    0, NULL, NULL, NULL, NULL);
}

static int loop(void) {
    MSG message;
    while (GetMessageA(&message, NULL, 0, 0) > 0)
        DispatchMessageA(&message);
    return (int)message.wParam;
}

static void set_level(void) {
    const struct program *program = program_of_process();
    if (program->level)
        must(SetProcessShutdownParameters(program->level, program->flags));
}

static int has_window(int argc, char **argv) {
    UNUSED_MAIN;
    set_level();
    make_window();
    return loop();
}

static BOOL CALLBACK hears(DWORD event) {
    note("%c%lu", program_of_process()->name, (unsigned long)event);
    return TRUE;
}

static int has_console(int argc, char **argv) {
    UNUSED_MAIN;
    set_level();
    must(SetConsoleCtrlHandler(hears, TRUE));
    Sleep(INFINITE);
    return 0;
}

static int plain(int argc, char **argv) {
    UNUSED_MAIN;
    Sleep(INFINITE);
    return 0;
}

/* ---- machines -------------------------------------------------------------------------------- */

static uint32_t pids[4];

struct part {
    int (*main)(int argc, char **argv);
    struct program program;
    rd_process_options options; /* session, service */
    const char *dll;
};

/* Starts up to four programs, a.exe and so on, and lets them come to rest. */
static void start_parts(rd_world *world, const struct part *parts) {
    static const char *const names[] = {"a.exe", "b.exe", "c.exe", "d.exe"};
    rd_verdict verdict;
    for (size_t i = 0; i < 4 && parts[i].main; i++) {
        rd_process_options options = parts[i].options;
        options.size = sizeof options;
        programs[i] = parts[i].program;
        programs[i].name = names[i][0];
        rules_register(
            world,
            (const struct image[]){
                {.name = names[i], .main = parts[i].main, .imports = IMPORTS(parts[i].dll)}, {0}});
        assert_int_equal(rd_process_start(world, names[i], &options, &pids[i]), RD_OK);
        assert_int_equal(rd_run(world, &verdict), RD_OK);
    }
    assert_string_equal(rules.complaint, "");
}

#define machine(world, ...) start_parts(world, (const struct part[]){__VA_ARGS__, {0}})

static void end_with(rd_world *world, rd_session_end_options options) {
    rd_verdict verdict;
    options.size = sizeof options;
    if (rd_session_end(world, &options) != RD_OK)
        fail_msg("%s", rd_last_error(world));
    assert_int_equal(rd_run(world, &verdict), RD_OK);
    assert_string_equal(rules.complaint, "");
}

static void end(rd_world *world, rd_session_end_kind kind) {
    end_with(world, (rd_session_end_options){.kind = kind});
}

static uint32_t code_of(rd_world *world, size_t program) {
    rd_process_info info;
    assert_int_equal(rd_process_get(world, pids[program], &info), RD_OK);
    return info.exit_code;
}

/* What the user of this world does. */
static rd_world *with_user(void **state, rd_user user, const char *profile) {
    rd_world_options options = {.size = sizeof options, .user = user, .profile = profile};
    rd_world_destroy(*state);
    *state = test_world(&options);
    return *state;
}

/* ---- who is ended, and when ------------------------------------------------------------------ */

static void SHUT_01__SHUT_16__EXIT_25__session_ends_without_dll_notices(void **state) {
    rd_world *world = *state;
    rules_register(world, (const struct image[]){{.name = "a.dll", .dll_main = teller}, {0}});
    machine(world, {.main = has_window, .dll = "a.dll"}, {.main = plain});
    end(world, RD_SESSION_LOGOFF);
    assert_journal("a+ a? a!");
    assert_int_equal(code_of(world, 0), ENDED_CODE);
    assert_int_equal(code_of(world, 1), CONTROL_C_CODE); /* the default handler of its console */
    assert_int_equal(rd_world_verdict(world), RD_VERDICT_FINISHED);
    event_of(world, 0, RD_EVENT_SESSION_ENDED, 0, "logoff of session 0");
}

static void SHUT_02__SHUT_03__SHUT_11__SHUT_15__higher_levels_first(void **state) {
    rd_world *world = *state;
    machine(world, {.main = has_window, .program = {.level = 0x100}},
            {.main = has_window, .program = {.level = 0x300}}, {.main = has_window},
            {.main = has_console, .program = {.level = 0x3FF}});
    end(world, RD_SESSION_SHUTDOWN);
    assert_journal("b? c? a? d6 b! c! a!");
    static const size_t order[] = {3, 1, 2, 0};
    for (size_t i = 1; i < 4; i++)
        assert_order(event_about(world, RD_EVENT_PROCESS_SIGNALED, pids[order[i - 1]]),
                     event_about(world, RD_EVENT_PROCESS_SIGNALED, pids[order[i]]));
}

static void SHUT_05__five_ranges(void **state) {
    rd_world *world = *state;
    machine(world, {.main = has_window, .program = {.level = 0x0FF}},
            {.main = has_window, .program = {.level = 0x2FF}},
            {.main = has_window, .program = {.level = 0x4FF}},
            {.main = has_window, .program = {.level = 0x1FF}});
    end(world, RD_SESSION_SHUTDOWN);
    assert_journal("c? b? d? a? c! b! d! a!");
}

static void SHUT_07__one_level_in_order_of_start(void **state) {
    machine(*state, {.main = has_window}, {.main = has_window}, {.main = has_window});
    end(*state, RD_SESSION_SHUTDOWN);
    assert_journal("a? b? c? a! b! c!");
}

static int asks_for_its_level(int argc, char **argv) {
    DWORD level = 0, flags = 9;
    must(GetProcessShutdownParameters(&level, &flags));
    must_be(level, 0x280);
    must_be(flags, 0);
    if (is_role(argc, argv, "child"))
        return 5;
    must(SetProcessShutdownParameters(0x3FF, SHUTDOWN_NORETRY));
    HANDLE child = start("app.exe child");
    wait_for(child);
    must_be(process_code(child), 5);
    must(GetProcessShutdownParameters(&level, &flags));
    must_be(level, 0x3FF);
    must_be(flags, SHUTDOWN_NORETRY);
    return 0;
}

static void SHUT_04__SHUT_09__each_process_has_its_own_level(void **state) {
    assert_int_equal(run_main(*state, asks_for_its_level), 0);
}

static int is_parent(int argc, char **argv) {
    start("b.exe");
    return has_window(argc, argv);
}

static void SHUT_24__children_are_ordered_by_level_only(void **state) {
    rd_world *world = *state;
    rules_register(world, (const struct image[]){{.name = "b.exe", .main = has_window}, {0}});
    programs[1] = (struct program){.name = 'b', .level = 0x300};
    machine(world, {.main = is_parent});
    end(world, RD_SESSION_SHUTDOWN);
    assert_journal("b? a? b! a!");
    rules_forget();
    assert_int_equal(rd_world_reset(world), RD_OK);
    programs[1].level = 0x200;
    assert_int_equal(rd_process_start(world, "a.exe", NULL, &pids[0]), RD_OK);
    assert_int_equal(rd_run(world, NULL), RD_OK);
    end(world, RD_SESSION_SHUTDOWN);
    assert_journal("a? b? a! b!");
}

/* ---- objections ------------------------------------------------------------------------------ */

static void SHUT_12__SHUT_13__first_objection_cancels(void **state) {
    rd_world *world = *state;
    machine(world, {.main = has_window}, {.main = has_window, .program = {.manner = OBJECTS}},
            {.main = has_window}, {.main = has_console});
    end(world, RD_SESSION_SHUTDOWN);
    assert_journal("a? b? a- b-");
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(code_of(world, i), STILL_ACTIVE);
    event_of(world, 0, RD_EVENT_SESSION_CANCELLED, 0, "shutdown");
    programs[1].manner = AGREES; /* nothing is left of the first attempt */
    end(world, RD_SESSION_LOGOFF);
    assert_journal("a? b? a- b- a? b? c? a! b! c! d5");
}

static void SHUT_13__or_each_learns_the_outcome_of_its_own_answer(void **state) {
    rd_world_options options = {.size = sizeof options};
    options.conflicts[RD_CONFLICT_SESSION_END] = 1;
    rd_world_destroy(*state);
    rd_world *world = *state = test_world(&options);
    machine(world, {.main = has_window}, {.main = has_console},
            {.main = has_window, .program = {.manner = OBJECTS}}, {.main = has_window});
    end(world, RD_SESSION_LOGOFF);
    assert_journal("a? a! b5 c? c-");
    assert_int_equal(code_of(world, 0), ENDED_CODE);
    assert_int_equal(code_of(world, 2), STILL_ACTIVE);
    programs[2].manner = AGREES;
    end(world, RD_SESSION_LOGOFF);
    assert_journal("a? a! b5 c? c- c? c! d? d!");
}

static void SHUT_12__user_may_insist(void **state) {
    rd_world *world = with_user(state, RD_USER_INSISTS, NULL);
    machine(world, {.main = has_window}, {.main = has_window, .program = {.manner = OBJECTS}},
            {.main = has_window, .program = {.manner = HANGS}}, {.main = has_window});
    end(world, RD_SESSION_LOGOFF);
    assert_journal("a? b? c? d? a! b! d!");
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(code_of(world, i), ENDED_CODE);
}

static void SHUT_19__who_has_no_visible_window_cannot_object(void **state) {
    static const struct part hidden[] = {
        {.main = has_window, .program = {.manner = OBJECTS, .hidden = true}},
        {.main = has_window},
        {0}};
    rd_world *world = *state;
    start_parts(world, hidden);
    end(world, RD_SESSION_SHUTDOWN);
    assert_journal("a? b? a! b!");
    event_of(world, 0, RD_EVENT_SESSION_IGNORED, 0, NULL);
    rules_forget();
    world = with_user(state, RD_USER_CANCELS, "xp"); /* before Windows Vista it could */
    start_parts(world, hidden);
    end(world, RD_SESSION_SHUTDOWN);
    assert_journal("a? a-");
}

static void SHUT_14__why_the_session_ends(void **state) {
    static const struct {
        rd_session_end_options options;
        DWORD why;
    } cases[] = {
        {{.kind = RD_SESSION_LOGOFF}, ENDSESSION_LOGOFF},
        {{.kind = RD_SESSION_LOGOFF, .force = true}, ENDSESSION_LOGOFF | ENDSESSION_CRITICAL},
        {{.kind = RD_SESSION_SHUTDOWN}, 0},
        {{.kind = RD_SESSION_RESTART}, 0},
        {{.kind = RD_SESSION_POWER_OFF}, 0},
        {{.kind = RD_SESSION_SHUTDOWN, .force = true}, ENDSESSION_CRITICAL}};
    rd_world *world = *state;
    machine(world, {.main = has_window});
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rd_world_reset(world);
        assert_int_equal(rd_process_start(world, "a.exe", NULL, &pids[0]), RD_OK);
        assert_int_equal(rd_run(world, NULL), RD_OK);
        my.index = NO_CODE;
        end_with(world, cases[i].options);
        assert_int_equal(my.index, cases[i].why);
    }
}

/* ---- programs that hang ---------------------------------------------------------------------- */

/* From the beginning of the end to the first event of that kind. */
static uint64_t milliseconds_to(rd_world *world, rd_event_kind kind) {
    size_t began = event_of(world, 0, RD_EVENT_SESSION_END, 0, NULL);
    size_t found = event_of(world, began, kind, 0, NULL);
    return (rd_event_at(world, found)->time - rd_event_at(world, began)->time) / 10000;
}

static void SHUT_17__five_seconds_for_an_answer(void **state) {
    rd_world *world = *state;
    machine(world, {.main = has_window, .program = {.manner = HANGS}}, {.main = has_window});
    end(world, RD_SESSION_SHUTDOWN);
    assert_journal("a?"); /* the user goes back to it */
    assert_int_equal(milliseconds_to(world, RD_EVENT_SESSION_NO_ANSWER), 5000);
    assert_int_equal(code_of(world, 0), STILL_ACTIVE);
    end_with(world, (rd_session_end_options){.kind = RD_SESSION_SHUTDOWN, .force_if_hung = true});
    assert_journal("a? b? b!"); /* it still sleeps in its first answer */
    assert_int_equal(code_of(world, 0), ENDED_CODE);
    assert_int_equal(code_of(world, 1), ENDED_CODE);
}

static void SHUT_17__five_seconds_for_the_end(void **state) {
    rd_world *world = *state;
    machine(world, {.main = has_window, .program = {.manner = HANGS_AT_END}}, {.main = has_window});
    end(world, RD_SESSION_SHUTDOWN);
    assert_journal("a? b? a! b!");
    assert_int_equal(milliseconds_to(world, RD_EVENT_SESSION_KILL), 5000);
    assert_int_equal(code_of(world, 0), ENDED_CODE);
}

static void SHUT_08__no_retry_is_terminated_without_a_question(void **state) {
    rd_world *world = *state;
    machine(world,
            {.main = has_window,
             .program = {.manner = HANGS, .level = 0x280, .flags = SHUTDOWN_NORETRY}},
            {.main = has_window});
    end(world, RD_SESSION_SHUTDOWN);
    assert_journal("a? b? b!");
    assert_int_equal(test_count(world, RD_EVENT_SESSION_USER, NULL), 0);
    assert_int_equal(code_of(world, 0), ENDED_CODE);
}

static void SHUT_23__force_asks_nobody(void **state) {
    static const struct part parts[] = {{.main = has_window, .program = {.manner = OBJECTS}},
                                        {.main = has_window, .program = {.manner = HANGS}},
                                        {0}};
    rd_world *world = *state;
    start_parts(world, parts);
    end_with(world, (rd_session_end_options){.kind = RD_SESSION_SHUTDOWN, .force = true});
    assert_journal("a! b!");
    rules_forget();
    world = with_user(state, RD_USER_CANCELS, "xp"); /* nor did this one tell anybody */
    start_parts(world, parts);
    end_with(world, (rd_session_end_options){.kind = RD_SESSION_SHUTDOWN, .force = true});
    assert_journal("");
    assert_int_equal(code_of(world, 0), ENDED_CODE);
}

/* ---- consoles and services ------------------------------------------------------------------- */

static BOOL CALLBACK never_returns(DWORD event) {
    note("%lu", (unsigned long)event);
    Sleep(INFINITE);
    return TRUE;
}

static int hangs_in_handler(int argc, char **argv) {
    UNUSED_MAIN;
    must(SetConsoleCtrlHandler(never_returns, TRUE));
    Sleep(INFINITE);
    return 0;
}

static void SHUT_18__SHUT_19__console_programs_are_told_and_cannot_object(void **state) {
    rd_world *world = *state;
    machine(world, {.main = has_console}, {.main = hangs_in_handler}, {.main = has_console});
    end(world, RD_SESSION_SHUTDOWN);
    assert_journal("a6 6 c6");
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(code_of(world, i), CONTROL_C_CODE);
    assert_int_equal(milliseconds_to(world, RD_EVENT_CONSOLE_TIMEOUT), 5000);
    assert_int_equal(test_count(world, RD_EVENT_CONSOLE_TIMEOUT, NULL), 1);
}

static const rd_process_options service = {.service = true}, of_user = {.session = 1},
                                of_other = {.session = 2};

static void SHUT_22__CONS_22__logoff_ends_one_session(void **state) {
    rd_world *world = *state;
    machine(world, {.main = has_console, .options = service}, {.main = plain, .options = service},
            {.main = has_window, .options = of_user}, {.main = has_window, .options = of_other});
    end_with(world, (rd_session_end_options){.kind = RD_SESSION_LOGOFF, .session = 1});
    assert_journal("c? c! a5");
    assert_int_equal(code_of(world, 0), STILL_ACTIVE);
    assert_int_equal(code_of(world, 1), STILL_ACTIVE);
    assert_int_equal(code_of(world, 2), ENDED_CODE);
    assert_int_equal(code_of(world, 3), STILL_ACTIVE);
    event_of(world, 0, RD_EVENT_CONSOLE_IGNORED, 0, "CTRL_LOGOFF_EVENT");
    assert_int_equal(rd_console_event(world, pids[1], RD_CONSOLE_CLOSE), RD_OK);
    assert_int_equal(rd_run(world, NULL), RD_OK);
    assert_int_equal(code_of(world, 1), CONTROL_C_CODE);
}

/* Starts a program when it hears of the end, and tells what becomes of it. */
static BOOL CALLBACK starts_another(DWORD event) {
    DWORD code;
    HANDLE late = start("late.exe");
    must(late != NULL);
    must_be(WaitForSingleObject(late, INFINITE), WAIT_OBJECT_0);
    must(GetExitCodeProcess(late, &code));
    note("%lu:%lX", (unsigned long)event, (unsigned long)code);
    return TRUE;
}

static int starts_at_end(int argc, char **argv) {
    UNUSED_MAIN;
    must(SetConsoleCtrlHandler(starts_another, TRUE));
    Sleep(INFINITE);
    return 0;
}

static int ends_at_once(int argc, char **argv) {
    UNUSED_MAIN;
    return 5;
}

/* 0xC000026B is STATUS_DLL_INIT_FAILED_LOGOFF. What services start is started. */
static void SHUT_01__EXIT_23__nothing_starts_in_a_session_that_ends(void **state) {
    static const rd_process_options as_service = {.service = true};
    static const struct image images[] = {{.name = "late.exe", .main = ends_at_once}, {0}};
    rules_register(*state, images);
    machine(*state, {.main = starts_at_end}, {.main = starts_at_end, .options = as_service});
    end(*state, RD_SESSION_LOGOFF);
    assert_journal("5:C000026B 5:5");
}

static void SHUT_12__programs_start_while_others_are_asked(void **state) {
    static const struct image images[] = {{.name = "late.exe", .main = ends_at_once}, {0}};
    rules_register(*state, images);
    machine(*state, {.main = has_window, .program = {.manner = OBJECTS}}, {.main = starts_at_end});
    end(*state, RD_SESSION_LOGOFF);
    assert_journal("a? a-"); /* the session goes on */
    assert_int_equal(rd_process_start(*state, "late.exe", NULL, &pids[1]), RD_OK);
    assert_int_equal(rd_run(*state, NULL), RD_OK);
    assert_int_equal(code_of(*state, 1), 5);
}

static void SHUT_10__TERM_63__EXIT_25__services_last_until_the_last_phase(void **state) {
    rd_world *world = *state;
    machine(world, {.main = has_console, .program = {.level = 0x4FF}, .options = service},
            {.main = hangs_in_handler, .options = service},
            {.main = has_window, .options = of_user}, {.main = plain, .options = of_other});
    end(world, RD_SESSION_SHUTDOWN);
    assert_journal("c? c! a6 6");
    assert_int_equal(code_of(world, 0), SHUTDOWN_CODE);
    assert_int_equal(code_of(world, 1), SHUTDOWN_CODE);
    assert_int_equal(code_of(world, 2), ENDED_CODE);
    assert_int_equal(code_of(world, 3), CONTROL_C_CODE);
    assert_int_equal(milliseconds_to(world, RD_EVENT_CONSOLE_TIMEOUT), 20000);
    assert_int_equal(rd_world_verdict(world), RD_VERDICT_FINISHED);
}

static void SHUT_10__processes_of_other_subsystems_last_likewise(void **state) {
    rd_world *world = *state;
    machine(world, {.main = plain, .options = {.kind = RD_PROCESS_PICO}}, {.main = has_window});
    end(world, RD_SESSION_LOGOFF);
    assert_int_equal(code_of(world, 0), STILL_ACTIVE);
    end(world, RD_SESSION_POWER_OFF);
    assert_journal("b? b!");
    assert_int_equal(code_of(world, 0), SHUTDOWN_CODE);
}

static int console_with_window(int argc, char **argv) {
    UNUSED_MAIN;
    must(SetConsoleCtrlHandler(hears, TRUE));
    make_window();
    return loop();
}

static void CONS_22__programs_with_windows_get_messages_and_no_event(void **state) {
    rd_world *world = *state;
    machine(world, {.main = console_with_window}, {.main = has_console});
    assert_int_equal(rd_console_event(world, pids[0], RD_CONSOLE_SHUTDOWN), RD_OK);
    assert_int_equal(rd_run(world, NULL), RD_OK);
    assert_journal("");
    assert_int_equal(code_of(world, 0), STILL_ACTIVE);
    end(world, RD_SESSION_LOGOFF);
    assert_journal("a? a! b5");
}

/* ---- ExitWindowsEx and its kin --------------------------------------------------------------- */

/* Enables or disables a privilege of the caller: the last error tells whether it holds it. */
static DWORD set_privilege(const char *name, DWORD attributes) {
    HANDLE token;
    TOKEN_PRIVILEGES privileges = {.PrivilegeCount = 1, .Privileges = {{.Attributes = attributes}}};
    must(OpenProcessToken(GetCurrentProcess(), TOKEN_ADJUST_PRIVILEGES | TOKEN_QUERY, &token));
    must(LookupPrivilegeValueA(NULL, name, &privileges.Privileges[0].Luid));
    must(AdjustTokenPrivileges(token, FALSE, &privileges, 0, NULL, NULL));
    DWORD error = GetLastError();
    CloseHandle(token);
    return error;
}

static int exits_windows(int argc, char **argv) {
    UNUSED_MAIN;
    must_fail(ExitWindowsEx(EWX_SHUTDOWN, 0), FALSE, ERROR_PRIVILEGE_NOT_HELD);
    must_fail(ExitWindowsEx(EWX_REBOOT | EWX_FORCE, 0), FALSE, ERROR_PRIVILEGE_NOT_HELD);
    must_fail(ExitWindowsEx(EWX_POWEROFF, 0), FALSE, ERROR_PRIVILEGE_NOT_HELD);
    must_fail(ExitWindowsEx(0x80, 0), FALSE, ERROR_INVALID_PARAMETER);
    must_be(set_privilege("SeShutdownPrivilege", SE_PRIVILEGE_ENABLED), 0);
    must(ExitWindowsEx(EWX_SHUTDOWN, SHTDN_REASON_FLAG_PLANNED));
    note("returned");
    must_fail(ExitWindowsEx(EWX_LOGOFF, 0), FALSE, ERROR_SHUTDOWN_IN_PROGRESS);
    make_window();
    return loop();
}

static void SHUT_20__SHUT_21__it_only_begins_the_shutdown(void **state) {
    rd_world *world = *state;
    _Static_assert(EWX_LOGOFF == 0 && EWX_SHUTDOWN == 1 && EWX_REBOOT == 2 && EWX_FORCE == 4 &&
                       EWX_POWEROFF == 8 && EWX_FORCEIFHUNG == 0x10,
                   "the flags of ExitWindowsEx");
    machine(world, {.main = exits_windows, .program = {.manner = OBJECTS}});
    assert_journal("returned a? a-"); /* it succeeded, and yet nothing has ended */
    assert_int_equal(code_of(world, 0), STILL_ACTIVE);
}

static int logs_off(int argc, char **argv) {
    UNUSED_MAIN;
    must(ExitWindowsEx(EWX_LOGOFF, 0)); /* needs no privilege */
    Sleep(INFINITE);
    return 0;
}

static LRESULT CALLBACK asks_metrics(HWND window, UINT message, WPARAM wparam, LPARAM lparam) {
    if (message == WM_QUERYENDSESSION || message == WM_ENDSESSION)
        note("%d", GetSystemMetrics(SM_SHUTTINGDOWN));
    return message == WM_QUERYENDSESSION ? FALSE : DefWindowProcA(window, message, wparam, lparam);
}

static int knows_whether_the_session_ends(int argc, char **argv) {
    UNUSED_MAIN;
    WNDCLASSA wc = {.lpfnWndProc = asks_metrics, .lpszClassName = "metrics"};
    RegisterClassA(&wc);
    CreateWindowExA(0, "metrics", "", WS_VISIBLE, 0, 0, 0, 0, NULL, NULL, NULL, NULL);
    note("%d", GetSystemMetrics(SM_SHUTTINGDOWN));
    must_be(GetSystemMetrics(SM_CMONITORS), 1);
    must(GetSystemMetrics(SM_CXSCREEN) > GetSystemMetrics(SM_CYSCREEN));
    must(ExitWindowsEx(EWX_LOGOFF, 0));
    SetTimer(NULL, 0, 1000, NULL);
    MSG message;
    must(GetMessageA(&message, NULL, WM_TIMER, WM_TIMER) > 0);
    note("%d", GetSystemMetrics(SM_SHUTTINGDOWN));
    return 0;
}

static void SHUT_21__programs_can_see_that_the_session_ends(void **state) {
    run_main(*state, knows_whether_the_session_ends);
    assert_journal("0 1 1 0");
}

static void SHUT_21__SHUT_22__anybody_may_log_off(void **state) {
    rd_world *world = *state;
    machine(world, {.main = plain, .options = service}, {.main = has_window, .options = of_other},
            {.main = logs_off, .options = of_user});
    assert_int_equal(code_of(world, 0), STILL_ACTIVE);
    assert_int_equal(code_of(world, 1), STILL_ACTIVE);
    assert_int_equal(code_of(world, 2), CONTROL_C_CODE);
}

static int announces(int argc, char **argv) {
    UNUSED_MAIN;
    must_fail(InitiateSystemShutdownA(NULL, NULL, 30, FALSE, FALSE), FALSE, ERROR_ACCESS_DENIED);
    must_be(set_privilege("SeShutdownPrivilege", SE_PRIVILEGE_ENABLED), 0);
    must_fail(AbortSystemShutdownA(NULL), FALSE, ERROR_NO_SHUTDOWN_IN_PROGRESS);
    must_fail(InitiateSystemShutdownExW((LPWSTR)u"elsewhere", NULL, 0, FALSE, FALSE, 0), FALSE,
              ERROR_BAD_NETPATH);
    must_fail(InitiateSystemShutdownW(NULL, NULL, 0x7FFFFFFF, FALSE, FALSE), FALSE,
              ERROR_INVALID_PARAMETER);
    must(InitiateSystemShutdownExA(NULL, NULL, 30, FALSE, TRUE, 0));
    must_fail(InitiateSystemShutdownA(NULL, NULL, 30, FALSE, FALSE), FALSE,
              ERROR_SHUTDOWN_IS_SCHEDULED);
    Sleep(20000);
    must(AbortSystemShutdownW(NULL));
    must(InitiateSystemShutdownExA((LPSTR) "", NULL, 30, TRUE, TRUE, 0));
    Sleep(20000);
    note("waiting");
    Sleep(INFINITE);
    return 0;
}

static void SHUT_21__announced_shutdowns_can_be_called_off(void **state) {
    rd_world *world = *state;
    machine(world, {.main = has_window, .program = {.manner = OBJECTS}}, {.main = announces});
    assert_journal("waiting a!");
    assert_int_equal(test_count(world, RD_EVENT_SESSION_ANNOUNCED, NULL), 2);
    assert_int_equal(test_count(world, RD_EVENT_SESSION_ABORTED, NULL), 1);
    size_t second = event_of(world, event_of(world, 0, RD_EVENT_SESSION_ABORTED, 0, NULL),
                             RD_EVENT_SESSION_ANNOUNCED, 0, "restart");
    size_t began = event_of(world, second, RD_EVENT_SESSION_END, 0, "restart");
    assert_int_equal(
        (rd_event_at(world, began)->time - rd_event_at(world, second)->time) / 10000000, 30);
}

static int knows_privileges(int argc, char **argv) {
    TOKEN_PRIVILEGES before[4];
    DWORD size = 0;
    HANDLE token;
    LUID luid;
    if (is_role(argc, argv, "child"))
        return !ExitWindowsEx(0x80 | EWX_SHUTDOWN, 0) && GetLastError() == ERROR_INVALID_PARAMETER;
    must_be(set_privilege("SeTcbPrivilege", SE_PRIVILEGE_ENABLED), ERROR_NOT_ALL_ASSIGNED);
    must_be(set_privilege("seshutdownprivilege", SE_PRIVILEGE_ENABLED), 0);
    must_fail(LookupPrivilegeValueA(NULL, "SeNoPrivilege", &luid), FALSE, ERROR_NO_SUCH_PRIVILEGE);
    must(OpenProcessToken(GetCurrentProcess(), TOKEN_ADJUST_PRIVILEGES | TOKEN_QUERY, &token));
    must_fail(AdjustTokenPrivileges(token, FALSE, NULL, 0, NULL, NULL), FALSE,
              ERROR_INVALID_PARAMETER);
    must_fail(AdjustTokenPrivileges(token, TRUE, NULL, 4, before, &size), FALSE,
              ERROR_INSUFFICIENT_BUFFER);
    must(AdjustTokenPrivileges(token, TRUE, NULL, 0, NULL, NULL));
    must_fail(ExitWindowsEx(EWX_SHUTDOWN, 0), FALSE, ERROR_PRIVILEGE_NOT_HELD);
    TOKEN_PRIVILEGES wanted = {.PrivilegeCount = 1,
                               .Privileges = {{.Attributes = SE_PRIVILEGE_ENABLED}}};
    must(LookupPrivilegeValueW(NULL, u"SeShutdownPrivilege", &wanted.Privileges[0].Luid));
    must(AdjustTokenPrivileges(token, FALSE, &wanted, sizeof before, before, &size));
    must_be(before->PrivilegeCount, 1);
    must_be(before->Privileges[0].Attributes, 0);
    must_be(size, sizeof before[0]);
    must_be(set_privilege("SeShutdownPrivilege", SE_PRIVILEGE_REMOVED), 0);
    must_be(set_privilege("SeShutdownPrivilege", SE_PRIVILEGE_ENABLED), ERROR_NOT_ALL_ASSIGNED);
    CloseHandle(token);
    must(OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token));
    must_fail(AdjustTokenPrivileges(token, TRUE, NULL, 0, NULL, NULL), FALSE, ERROR_ACCESS_DENIED);
    return 0;
}

static void SHUT_21__privileges_of_a_token(void **state) {
    assert_int_equal(run_main(*state, knows_privileges), 0);
}

static int has_reasons(int argc, char **argv) {
    WCHAR text[16];
    DWORD size = 16;
    UNUSED_MAIN;
    make_window();
    HWND window = FindWindowA("takes end", NULL);
    must_fail(ShutdownBlockReasonQuery(window, text, &size), FALSE, ERROR_NOT_FOUND);
    must(ShutdownBlockReasonCreate(window, u"burning"));
    must(ShutdownBlockReasonQuery(window, NULL, &size));
    must_be(size, 8);
    must(ShutdownBlockReasonQuery(window, text, &size));
    must_be(text[6], 'g');
    must_be(text[7], 0);
    size = 3;
    must_fail(ShutdownBlockReasonQuery(window, text, &size), FALSE, ERROR_INSUFFICIENT_BUFFER);
    must_fail(ShutdownBlockReasonCreate(window, NULL), FALSE, ERROR_INVALID_PARAMETER);
    must_fail(ShutdownBlockReasonCreate(NULL, u"x"), FALSE, ERROR_INVALID_WINDOW_HANDLE);
    must_fail(ShutdownBlockReasonCreate(GetDesktopWindow(), u"x"), FALSE, ERROR_ACCESS_DENIED);
    must(ShutdownBlockReasonDestroy(window));
    must_fail(ShutdownBlockReasonQuery(window, NULL, &size), FALSE, ERROR_NOT_FOUND);
    must_fail(ShutdownBlockReasonDestroy((HWND)(ULONG_PTR)1), FALSE, ERROR_INVALID_WINDOW_HANDLE);
    must(ShutdownBlockReasonCreate(window, u"left behind"));
    return 0;
}

static void SHUT_12__windows_may_say_why_not(void **state) {
    assert_int_equal(run_main(*state, has_reasons), 0);
}

/* ---- the host -------------------------------------------------------------------------------- */

static void rd_session_end_says_what_is_wrong(void **state) {
    rd_world *world = *state;
    rd_session_end_options options = {.size = sizeof options, .kind = (rd_session_end_kind)9};
    assert_int_equal(rd_session_end(NULL, NULL), RD_INVALID_ARGUMENT);
    assert_int_equal(rd_session_end(world, &options), RD_INVALID_ARGUMENT);
    options.size = 1;
    assert_int_equal(rd_session_end(world, &options), RD_INVALID_ARGUMENT);
    assert_int_equal(rd_session_end(world, NULL), RD_OK);
    assert_int_equal(rd_session_end(world, NULL), RD_BUSY);
    assert_int_equal(rd_run(world, NULL), RD_OK);
    event_of(world, 0, RD_EVENT_SESSION_ENDED, 0, "logoff of session 0");
}

/* Whatever the schedule: all end, and the order of levels is kept. */
static int ends_itself(int argc, char **argv) {
    UNUSED_MAIN;
    programs[0] = (struct program){.name = 'a'};
    programs[1] = (struct program){.name = 'b', .level = 0x300};
    start("b.exe");
    set_privilege("SeShutdownPrivilege", SE_PRIVILEGE_ENABLED);
    must(ExitWindowsEx(EWX_SHUTDOWN | EWX_FORCEIFHUNG, 0));
    return has_window(argc, argv);
}

static void all_have_ended(rd_world *world, uint32_t code) {
    assert_int_not_equal(code, STILL_ACTIVE);
    assert_int_equal(test_count(world, RD_EVENT_PROCESS_SIGNALED, NULL), 2);
    event_of(world, 0, RD_EVENT_SESSION_ENDED, 0, "shutdown");
}

static void SHUT_01__in_any_order_of_threads(void **state) {
    run_schedules(*state, all_have_ended, {.name = "a.exe", .main = ends_itself},
                  {.name = "b.exe", .main = has_window});
}

int main(void) {
    const struct CMUnitTest tests[] = {
        rule_test(SHUT_01__SHUT_16__EXIT_25__session_ends_without_dll_notices),
        rule_test(SHUT_02__SHUT_03__SHUT_11__SHUT_15__higher_levels_first),
        rule_test(SHUT_05__five_ranges),
        rule_test(SHUT_07__one_level_in_order_of_start),
        rule_test(SHUT_04__SHUT_09__each_process_has_its_own_level),
        rule_test(SHUT_24__children_are_ordered_by_level_only),
        rule_test(SHUT_12__SHUT_13__first_objection_cancels),
        rule_test(SHUT_13__or_each_learns_the_outcome_of_its_own_answer),
        rule_test(SHUT_12__user_may_insist),
        rule_test(SHUT_19__who_has_no_visible_window_cannot_object),
        rule_test(SHUT_14__why_the_session_ends),
        rule_test(SHUT_17__five_seconds_for_an_answer),
        rule_test(SHUT_17__five_seconds_for_the_end),
        rule_test(SHUT_08__no_retry_is_terminated_without_a_question),
        rule_test(SHUT_23__force_asks_nobody),
        rule_test(SHUT_18__SHUT_19__console_programs_are_told_and_cannot_object),
        rule_test(SHUT_22__CONS_22__logoff_ends_one_session),
        rule_test(SHUT_01__EXIT_23__nothing_starts_in_a_session_that_ends),
        rule_test(SHUT_12__programs_start_while_others_are_asked),
        rule_test(SHUT_10__TERM_63__EXIT_25__services_last_until_the_last_phase),
        rule_test(SHUT_10__processes_of_other_subsystems_last_likewise),
        rule_test(CONS_22__programs_with_windows_get_messages_and_no_event),
        rule_test(SHUT_20__SHUT_21__it_only_begins_the_shutdown),
        rule_test(SHUT_21__programs_can_see_that_the_session_ends),
        rule_test(SHUT_21__SHUT_22__anybody_may_log_off),
        rule_test(SHUT_21__announced_shutdowns_can_be_called_off),
        rule_test(SHUT_21__privileges_of_a_token),
        rule_test(SHUT_12__windows_may_say_why_not),
        rule_test(rd_session_end_says_what_is_wrong),
        rule_test(SHUT_01__in_any_order_of_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
