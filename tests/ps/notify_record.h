/* notify_record.h - what a notify routine of a test saw in each of its calls. */
#ifndef RD_TESTS_PS_NOTIFY_RECORD_H
#define RD_TESTS_PS_NOTIFY_RECORD_H

#include "support/rd_driver_test.h"

#include "rundown/sdk/windows.h"
#include "rundown/sdk/ntifs.h"
#include "rundown/sdk/rd_ntkernel.h"

struct call {
    const void *routine;
    bool create;
    uint32_t pid, tid, parent;
    uint32_t current_pid, current_tid;
    uint32_t creating_pid, creating_tid;
    uint32_t irql;
    bool apcs_disabled, all_apcs_disabled;
    bool info; /* an Ex routine got a PPS_CREATE_NOTIFY_INFO */
    size_t info_size;
    NTSTATUS exit_status, lookup, creation_status;
    bool same_object, is_current, signaled, exit_called;
    uint32_t active_threads;
};

enum { CALLS_MAX = 128 };
static struct call calls[CALLS_MAX];
static uint32_t call_count;

static uint32_t id_of(HANDLE id) {
    return (uint32_t)(uintptr_t)id;
}

__attribute__((unused)) static void *address_of(void (*routine)(void)) {
    return (void *)(uintptr_t)routine;
}
#define ADDRESS(routine) address_of((void (*)(void))(routine))

__attribute__((unused)) static struct call *record(const void *routine, bool create) {
    static struct call overflow;
    struct call *call = call_count < CALLS_MAX ? &calls[call_count++] : &overflow;
    *call = (struct call){
        .routine = routine,
        .create = create,
        .current_pid = id_of(PsGetCurrentProcessId()),
        .current_tid = id_of(PsGetCurrentThreadId()),
        .irql = KeGetCurrentIrql(),
        .apcs_disabled = KeAreApcsDisabled() != FALSE,
        .all_apcs_disabled = KeAreAllApcsDisabled() != FALSE,
    };
    return call;
}

/* The n-th call (from 0) that matches, or an empty one. pid 0: of any process; routine NULL: any.
 */
__attribute__((unused)) static const struct call *call_of(const void *routine, uint32_t pid,
                                                          bool create, uint32_t n) {
    static const struct call none;
    for (uint32_t i = 0; i < call_count; i++)
        if ((!routine || calls[i].routine == routine) && (!pid || calls[i].pid == pid) &&
            calls[i].create == create && n-- == 0)
            return &calls[i];
    return &none;
}

__attribute__((unused)) static uint32_t count_of(const void *routine, uint32_t pid, bool create) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < call_count; i++)
        count += (!routine || calls[i].routine == routine) && (!pid || calls[i].pid == pid) &&
                 calls[i].create == create;
    return count;
}

__attribute__((unused)) static int record_setup(void **state) {
    call_count = 0;
    return test_setup(state);
}

#define notify_case(function) cmocka_unit_test_setup_teardown(function, record_setup, test_teardown)

#endif
