/*
 * sample_log.h - one small story with everything that the reports draw: app.exe starts child.exe,
 * waits for it, is woken by its end, calls ExitProcess, and kills its worker, which waits for ever.
 */
#ifndef TESTS_REPORT_SAMPLE_LOG_H
#define TESTS_REPORT_SAMPLE_LOG_H

#include "fake_log.h"

static void sample_start(rd_world *log) {
    fake_event(log, RD_EVENT_WORLD_START, .text = "win11");
    fake_event(log, RD_EVENT_OBJECT_CREATE, .object = 1, .text = "Process 12 'app.exe'");
    fake_event(log, RD_EVENT_PROCESS_CREATE, .object = 1, .a = 12, .text = "C:\\lab\\app.exe");
    fake_event(log, RD_EVENT_OBJECT_CREATE, .object = 2, .text = "Thread 16");
    fake_event(log, RD_EVENT_THREAD_CREATE, .object = 2, .a = 16, .b = 12);
    fake_switch(log, 12, 16);
    log->now += 10;
    fake_event(log, RD_EVENT_DLL_CALL, .a = 1, .text = "DllMain(a.dll, DLL_PROCESS_ATTACH)");
    log->now += 10;
    fake_event(log, RD_EVENT_OBJECT_CREATE, .object = 3, .text = "Event 'go'");
    fake_event(log, RD_EVENT_HANDLE_CREATE, .object = 3, .a = 0x1c, .b = 0x1F0003);
    fake_event(log, RD_EVENT_DLL_RETURN, .a = 1, .text = "DllMain(a.dll, DLL_PROCESS_ATTACH)");
    fake_event(log, RD_EVENT_THREAD_CREATE, .object = 4, .a = 20, .b = 12);
    log->now += 10;
    fake_switch(log, 12, 20);
    fake_event(log, RD_EVENT_THREAD_START, .rule = FAKE_RULE_SHORT);
    fake_event(log, RD_EVENT_WAIT_BEGIN, .object = 3);
    log->now += 10;
}

static void sample_child(rd_world *log) {
    fake_switch(log, 12, 16);
    fake_event(log, RD_EVENT_OBJECT_CREATE, .object = 5, .text = "Process 24 'child.exe'");
    fake_event(log, RD_EVENT_PROCESS_CREATE, .object = 5, .a = 24, .b = 12, .text = "child.exe");
    fake_event(log, RD_EVENT_THREAD_CREATE, .object = 6, .a = 28, .b = 24);
    fake_event(log, RD_EVENT_WAIT_BEGIN, .object = 5, .c = 1);
    fake_switch(log, 24, 28);
    log->now += 50000;
    fake_event(log, RD_EVENT_EXCEPTION_UNHANDLED, .a = 0xC0000005, .rule = FAKE_RULE_LONG);
    fake_event(log, RD_EVENT_PROCESS_EXIT_STATUS, .a = 24, .b = 0xC0000005);
    fake_event(log, RD_EVENT_THREAD_SIGNALED, .object = 6, .a = 28);
    fake_event(log, RD_EVENT_PROCESS_SIGNALED, .object = 5, .a = 24, .rule = FAKE_RULE_SHORT);
    fake_event(log, RD_EVENT_WAKE, .object = 5, .a = 16);
    log->now += 10;
}

static void sample_exit(rd_world *log) {
    fake_switch(log, 12, 16);
    fake_event(log, RD_EVENT_WAIT_END, .object = 5, .text = "Process 24 'child.exe' is signaled");
    log->now += 10;
    fake_event(log, RD_EVENT_PROCESS_EXIT, .a = 3, .rule = FAKE_RULE_LONG);
    fake_event(log, RD_EVENT_THREAD_TERMINATE, .object = 4, .a = 20, .b = 12, .c = 3);
    log->now += 10;
    fake_switch(log, 12, 20);
    fake_event(log, RD_EVENT_THREAD_SIGNALED, .object = 4, .a = 20);
    fake_switch(log, 12, 16);
    fake_event(log, RD_EVENT_THREAD_SIGNALED, .object = 2, .a = 16);
    log->pid = log->tid = 0;
    log->now += 100000;
    fake_event(log, RD_EVENT_QUIESCENT);
}

static void sample_log(rd_world *log) {
    sample_start(log);
    sample_child(log);
    sample_exit(log);
}

#endif
