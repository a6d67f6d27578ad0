/*
 * SEH: __try, __except and __finally around the ends of threads and processes. The shapes of the
 * statements themselves are tested by tests/seh.
 */
#include "rules.h"

#if defined(__x86_64__)

/* Locals are to be found as they were when the exception came. */
#if defined(__clang__)
#pragma clang optimize off
#else
#pragma GCC optimize("O0")
#endif
#pragma GCC diagnostic ignored                                                                     \
    "-Wshadow" /* __try in __try: the inner one's frame hides the other */

enum { CODE = 0x1234 };

static DWORD WINAPI sleeps_in_try(void *argument) {
    (void)argument;
    __try {
        my.count++;
        Sleep(INFINITE);
    } __finally {
        note("finally");
    }
    return 0;
}

static void start_sleeper(void) {
    my.thread = CreateThread(NULL, 0, sleeps_in_try, NULL, 0, NULL);
    while (my.count == 0)
        Sleep(1);
}

static int terminates_its_process(int argc, char **argv) {
    UNUSED_MAIN;
    start_sleeper();
    __try {
        TerminateProcess(GetCurrentProcess(), 5);
    } __finally {
        note("finally");
    }
    return 0;
}

static void SEH_01__a_killed_process_runs_no_finally(void **state) {
    assert_int_equal(run_main(*state, terminates_its_process), 5);
    assert_string_equal(rules.journal, "");
}

static int terminates_a_thread(int argc, char **argv) {
    UNUSED_MAIN;
    start_sleeper();
    must(TerminateThread(my.thread, 6));
    must_be(WaitForSingleObject(my.thread, INFINITE), WAIT_OBJECT_0);
    return 0;
}

static void SEH_02__SEH_18__a_killed_thread_runs_no_finally(void **state) {
    assert_int_equal(run_main(*state, terminates_a_thread), 0);
    assert_string_equal(rules.journal, "");
}

static DWORD WINAPI exits_in_try(void *argument) {
    (void)argument;
    __try {
        ExitThread(3);
    } __finally {
        note("finally");
    }
    return 0;
}

static int exits_everywhere(int argc, char **argv) {
    UNUSED_MAIN;
    my.thread = CreateThread(NULL, 0, exits_in_try, NULL, 0, NULL);
    must_be(WaitForSingleObject(my.thread, INFINITE), WAIT_OBJECT_0);
    __try {
        ExitProcess(4);
    } __finally {
        note("finally");
    }
    return 0;
}

static void SEH_03__exits_run_no_finally(void **state) {
    assert_int_equal(run_main(*state, exits_everywhere), 4);
    assert_string_equal(rules.journal, "");
}

static int leaves_by_return(void) {
    __try {
        return 1;
    } __finally {
        note("return:%d", AbnormalTermination() != 0);
    }
    return 0;
}

static int leaves_in_all_ways(int argc, char **argv) {
    UNUSED_MAIN;
    __try {
        note("body");
    } __finally {
        note("flow:%d", AbnormalTermination());
    }
    leaves_by_return();
    __try {
        goto out;
    } __finally {
        note("goto:%d", AbnormalTermination() != 0);
    }
out:
    __try {
        __try {
            RaiseException(CODE, 0, 0, NULL);
        } __finally {
            note("unwind:%d", AbnormalTermination() != 0);
        }
    } __except (note("filter"), EXCEPTION_EXECUTE_HANDLER) {
        note("handler");
        return (int)GetExceptionCode();
    }
    return 0;
}

static void SEH_04__finally_runs_however_the_block_is_left(void **state) {
    assert_int_equal(run_main(*state, leaves_in_all_ways), CODE);
    assert_string_equal(rules.journal, "body flow:0 return:1 goto:1 filter unwind:1 handler");
}

static int is_handled_by_nobody(int argc, char **argv) {
    UNUSED_MAIN;
    start_sleeper();
    __try {
        __try {
            RaiseException(CODE, 0, 0, NULL);
        } __finally {
            note("finally");
        }
    } __except (note("filter"), EXCEPTION_CONTINUE_SEARCH) {
        note("handler");
    }
    return 0;
}

static void SEH_05__SEH_19__the_unhandled_unwinds_nobody(void **state) {
    assert_int_equal(run_main(*state, is_handled_by_nobody), CODE);
    assert_string_equal(rules.journal, "filter");
}

static LONG CALLBACK vectored(EXCEPTION_POINTERS *pointers) {
    (void)pointers;
    note("vectored");
    return EXCEPTION_CONTINUE_SEARCH;
}

static LONG WINAPI top(EXCEPTION_POINTERS *pointers) {
    (void)pointers;
    note("top");
    return EXCEPTION_CONTINUE_EXECUTION;
}

static int asks_everybody(int argc, char **argv) {
    UNUSED_MAIN;
    AddVectoredExceptionHandler(1, vectored);
    SetUnhandledExceptionFilter(top);
    __try {
        RaiseException(CODE, 0, 0, NULL);
        note("on");
    } __except (note("frame"), EXCEPTION_CONTINUE_SEARCH) {
        note("handler");
    }
    return 7;
}

static void SEH_10__SEH_15__vectored_then_frames_then_the_filter(void **state) {
    assert_int_equal(run_main(*state, asks_everybody), 7);
    assert_string_equal(rules.journal, "vectored frame top on");
}

static int raises_in_attach(void *module, uint32_t reason, void *reserved) {
    (void)module, (void)reserved;
    if (reason != DLL_PROCESS_ATTACH)
        return TRUE;
    __try {
        RaiseException(0xE0000001, 0, 0, NULL);
    } __finally {
        note("finally");
    }
    return TRUE;
}

/* The loader stands between the DLL and the frames of the program. */
static int loads_in_try(int argc, char **argv) {
    UNUSED_MAIN;
    __try {
        must_be((ULONG_PTR)LoadLibraryA("raises.dll"), 0);
        note("loaded");
    } __except (note("filter"), EXCEPTION_EXECUTE_HANDLER) {
        note("handler");
    }
    return 0;
}

static void DLL_44__the_loader_catches_before_outer_frames(void **state) {
    run(*state, {.name = "app.exe", .main = loads_in_try},
        {.name = "raises.dll", .dll_main = raises_in_attach});
    assert_string_equal(rules.journal, "finally loaded");
}

#endif

int main(void) {
#if defined(__x86_64__)
    const struct CMUnitTest tests[] = {
        rule_test(SEH_01__a_killed_process_runs_no_finally),
        rule_test(SEH_02__SEH_18__a_killed_thread_runs_no_finally),
        rule_test(SEH_03__exits_run_no_finally),
        rule_test(SEH_04__finally_runs_however_the_block_is_left),
        rule_test(SEH_05__SEH_19__the_unhandled_unwinds_nobody),
        rule_test(SEH_10__SEH_15__vectored_then_frames_then_the_filter),
        rule_test(DLL_44__the_loader_catches_before_outer_frames),
    };
    return cmocka_run_group_tests_name("SEH frames", tests, NULL, NULL);
#else
    return 77;
#endif
}
