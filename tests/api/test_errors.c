/* test_errors.c - last error, exceptions, messages of error codes. */
#include "sim.h"

static int order[8], calls;
static PVOID handlers[3];

static int last_error(int argc, char **argv) {
    (void)argc, (void)argv;
    expect_equal(GetLastError(), 0);
    SetLastError(1234);
    expect_equal(GetLastError(), 1234);
    expect_equal(SetErrorMode(SEM_NOGPFAULTERRORBOX), 0);
    expect_equal(GetErrorMode(), SEM_NOGPFAULTERRORBOX);
    expect(!IsDebuggerPresent());
    return 0;
}

static void last_error_and_error_mode(void **state) {
    sim_run(state, last_error);
}

static int mode_of_child(int argc, char **argv) {
    (void)argc, (void)argv;
    return (int)GetErrorMode();
}

static int inherits_mode(int argc, char **argv) {
    PROCESS_INFORMATION child;
    (void)argc, (void)argv;
    SetErrorMode(3);
    sim_start("child.exe", 0, FALSE, &child);
    WaitForSingleObject(child.hProcess, INFINITE);
    expect_equal(sim_exit_code(child.hProcess), 3);
    sim_start("child.exe", CREATE_DEFAULT_ERROR_MODE, FALSE, &child);
    WaitForSingleObject(child.hProcess, INFINITE);
    expect_equal(sim_exit_code(child.hProcess), 0);
    return 0;
}

static void SEH_17__the_error_mode_is_inherited(void **state) {
    sim_image(state, "child.exe", mode_of_child);
    sim_run(state, inherits_mode);
}

/* ---- exceptions ------------------------------------------------------------------------------ */

static int raises(int argc, char **argv) {
    (void)argc, (void)argv;
    RaiseException(0xE0001234, 0, 0, NULL);
    return 1;
}

static int breaks(int argc, char **argv) {
    (void)argc, (void)argv;
    DebugBreak();
    return 1;
}

static void EXIT_11__EXIT_14__the_code_of_an_exception_is_the_exit_code(void **state) {
    assert_int_equal(sim_run(state, raises), 0xE0001234);
}

static void EXIT_11__breakpoint(void **state) {
    assert_int_equal(sim_run(state, breaks), 0x80000003);
}

static LONG first(EXCEPTION_POINTERS *pointers) {
    order[calls++] = 1;
    expect_equal(pointers->ExceptionRecord->ExceptionCode, 0xE0000001);
    expect_equal(pointers->ExceptionRecord->NumberParameters, 2);
    expect_equal(pointers->ExceptionRecord->ExceptionInformation[1], 22);
    return EXCEPTION_CONTINUE_SEARCH;
}

static LONG second(EXCEPTION_POINTERS *pointers) {
    (void)pointers;
    order[calls++] = 2;
    return EXCEPTION_CONTINUE_EXECUTION;
}

static LONG third(EXCEPTION_POINTERS *pointers) {
    (void)pointers;
    order[calls++] = 3;
    return EXCEPTION_CONTINUE_EXECUTION;
}

static int vectored(int argc, char **argv) {
    const ULONG_PTR parameters[2] = {11, 22};
    (void)argc, (void)argv;
    calls = 0;
    handlers[1] = AddVectoredExceptionHandler(0, second);
    handlers[2] = AddVectoredExceptionHandler(0, third);
    handlers[0] = AddVectoredExceptionHandler(1, first);
    RaiseException(0xE0000001, 0, 2, parameters);
    expect_equal(calls, 2);
    expect(order[0] == 1 && order[1] == 2);
    expect_equal(RemoveVectoredExceptionHandler(handlers[1]), 1);
    expect_equal(RemoveVectoredExceptionHandler(handlers[1]), 0);
    RaiseException(0xE0000001, 0, 2, parameters);
    expect(calls == 4 && order[3] == 3);
    return 5;
}

static void SEH_15__vectored_handlers_run_in_order(void **state) {
    assert_int_equal(sim_run(state, vectored), 5);
}

static LONG notes_continue(EXCEPTION_POINTERS *pointers) {
    order[calls++] = 9;
    expect_equal(pointers->ExceptionRecord->ExceptionCode, 0xE0000001);
    return EXCEPTION_CONTINUE_SEARCH;
}

static LONG continues_now(EXCEPTION_POINTERS *pointers) {
    (void)pointers;
    order[calls++] = 4;
    return EXCEPTION_CONTINUE_EXECUTION;
}

static int hears_of_continuing(int argc, char **argv) {
    (void)argc, (void)argv;
    calls = 0;
    PVOID later = AddVectoredContinueHandler(0, notes_continue);
    PVOID sooner = AddVectoredExceptionHandler(0, continues_now);
    RaiseException(0xE0000001, 0, 0, NULL);
    expect(calls == 2 && order[0] == 4 && order[1] == 9);
    expect_equal(RemoveVectoredContinueHandler(sooner), 0);
    expect_equal(RemoveVectoredContinueHandler(later), 1);
    RaiseException(0xE0000001, 0, 0, NULL);
    expect_equal(calls, 3);
    return 0;
}

static void SEH_15__continue_handlers_hear_of_what_others_decided(void **state) {
    assert_int_equal(sim_run(state, hears_of_continuing), 0);
}

static LONG exits_in_filter(EXCEPTION_POINTERS *pointers) {
    (void)pointers;
    ExitProcess(66);
}

static LONG continues(EXCEPTION_POINTERS *pointers) {
    (void)pointers;
    return EXCEPTION_CONTINUE_EXECUTION;
}

static int filters(int argc, char **argv) {
    (void)argc, (void)argv;
    expect(SetUnhandledExceptionFilter(continues) == NULL);
    RaiseException(0xE0000002, 0, 0, NULL);
    expect(SetUnhandledExceptionFilter(exits_in_filter) == continues);
    RaiseException(0xE0000002, 0, 0, NULL);
    return 1;
}

static void SEH_08__SEH_10__SEH_12__unhandled_filters(void **state) {
    assert_int_equal(sim_run(state, filters), 66);
}

static int fatal(int argc, char **argv) {
    (void)argc, (void)argv;
    FatalAppExitA(0, "no way on");
    return 2;
}

static void fatal_app_exit_ends_the_process(void **state) {
    assert_int_equal(sim_run(state, fatal), 1);
}

static int fail_fast(int argc, char **argv) {
    (void)argc, (void)argv;
    SetUnhandledExceptionFilter(exits_in_filter);
    RaiseFailFastException(NULL, NULL, 0);
    return 2;
}

static void fail_fast_asks_no_handler(void **state) {
    assert_int_equal(sim_run(state, fail_fast), 0xC0000602);
}

/* ---- messages -------------------------------------------------------------------------------- */

static int messages(int argc, char **argv) {
    char text[80], *allocated = NULL;
    (void)argc, (void)argv;
    DWORD length = FormatMessageA(FORMAT_MESSAGE_FROM_SYSTEM, NULL, ERROR_ACCESS_DENIED, 0, text,
                                  sizeof text, NULL);
    expect(strcmp(text, "Access is denied.\r\n") == 0);
    expect_equal(length, strlen(text));
    expect_fails(
        FormatMessageA(FORMAT_MESSAGE_FROM_SYSTEM, NULL, ERROR_ACCESS_DENIED, 0, text, 5, NULL),
        ERROR_INSUFFICIENT_BUFFER);
    expect_fails(FormatMessageA(FORMAT_MESSAGE_FROM_SYSTEM, NULL, 0x12345, 0, text, 5, NULL),
                 ERROR_MR_MID_NOT_FOUND);
    expect(FormatMessageA(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_ALLOCATE_BUFFER, NULL,
                          ERROR_INVALID_HANDLE, 0, (LPSTR)(void *)&allocated, 0, NULL));
    expect(allocated && strcmp(allocated, "The handle is invalid.\r\n") == 0);
    expect(LocalFree(allocated) == NULL);
    return 0;
}

static void messages_of_error_codes(void **state) {
    sim_run(state, messages);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_case(last_error_and_error_mode),
        test_case(SEH_17__the_error_mode_is_inherited),
        test_case(EXIT_11__EXIT_14__the_code_of_an_exception_is_the_exit_code),
        test_case(EXIT_11__breakpoint),
        test_case(SEH_15__vectored_handlers_run_in_order),
        test_case(SEH_15__continue_handlers_hear_of_what_others_decided),
        test_case(SEH_08__SEH_10__SEH_12__unhandled_filters),
        test_case(fatal_app_exit_ends_the_process),
        test_case(fail_fast_asks_no_handler),
        test_case(messages_of_error_codes),
    };
    return cmocka_run_group_tests_name("api.errors", tests, NULL, NULL);
}
