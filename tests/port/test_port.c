/*
 * test_port.c - execution contexts and faults, on both carriers.
 *
 * A context of the pthread carrier is another OS thread, where cmocka's assertions do not work. So
 * contexts only note what they see; the host asserts.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "port/port.h"

#ifndef __has_feature
#define __has_feature(feature) 0
#endif
#if defined(__SANITIZE_THREAD__) || __has_feature(thread_sanitizer)
enum { FIBERS_MANY = 1000, OS_THREADS_MANY = 100 }; /* ThreadSanitizer follows 8128 threads */
#else
enum { FIBERS_MANY = 10000, OS_THREADS_MANY = 1000 };
#endif
enum { STACK_SIZE = 64 * 1024, LOG_MAX = 64 };

#define UNCHECKED __attribute__((noinline, no_sanitize("address", "undefined", "thread")))

/* What a test needs; it passes for the struct rd_world that port.h leaves opaque. */
struct fixture {
    struct port *port;
    struct port_context host;
    struct port_context a;
    struct port_context b;
    char log[LOG_MAX];
    size_t log_length;
    struct rd_world *seen_world;
    uintptr_t seen_stack;
    struct port_fault fault;
    unsigned fault_count;
    struct port_context *after_fault; /* where the handler goes; NULL: to the host */
    struct port_context *faulting;    /* the context that the handler ends */
    bool fault_aligned;
    bool fault_direction_clear;
    bool fault_mask_same;
    bool fault_on_own_stack;
    sigset_t mask;
};

static struct rd_world *as_world(struct fixture *fixture) {
    return (struct rd_world *)fixture;
}

static void note(struct fixture *fixture, char what) {
    if (fixture->log_length < LOG_MAX - 1)
        fixture->log[fixture->log_length++] = what;
}

static void open_fixture(struct fixture *fixture, enum port_carrier_kind carrier) {
    *fixture = (struct fixture){0};
    struct port_options options = {.carrier = carrier, .world = as_world(fixture)};
    fixture->port = port_create(&options);
}

static int setup(void **state) {
    enum port_carrier_kind carrier = *(const enum port_carrier_kind *)*state;
    struct fixture *fixture = malloc(sizeof *fixture);
    *state = fixture;
    open_fixture(fixture, carrier);
    return fixture->port != NULL || !port_carrier_available(carrier) ? 0 : -1;
}

/* Not part of the setup, because cmocka sets its own signal handlers between that and the test. */
static struct fixture *enter(void **state) {
    struct fixture *fixture = *state;
    if (fixture->port == NULL)
        skip();
    port_enter_world(fixture->port);
    return fixture;
}

static int teardown(void **state) {
    struct fixture *fixture = *state;
    if (fixture->port != NULL)
        port_leave_world(fixture->port);
    port_destroy(fixture->port);
    free(fixture);
    return 0;
}

static void start(struct fixture *fixture, struct port_context *context, port_entry *entry) {
    assert_true(port_context_start(fixture->port, context, STACK_SIZE, entry, fixture));
}

/* ---- switching ------------------------------------------------------------------------------- */

static void ping(void *argument) {
    struct fixture *fixture = argument;
    for (;;) {
        note(fixture, 'a');
        fixture->seen_world = port_current_world();
        port_switch(fixture->port, &fixture->a, &fixture->b);
    }
}

static void pong(void *argument) {
    struct fixture *fixture = argument;
    for (int i = 0; i < 3; i++) {
        note(fixture, 'b');
        port_switch(fixture->port, &fixture->b, &fixture->a);
    }
    port_switch_final(fixture->port, &fixture->b, &fixture->host);
}

static void test_ping_pong(void **state) {
    struct fixture *fixture = enter(state);
    start(fixture, &fixture->a, ping);
    start(fixture, &fixture->b, pong);
    port_switch(fixture->port, &fixture->host, &fixture->a);
    assert_string_equal(fixture->log, "abababa");
    assert_ptr_equal(fixture->seen_world, as_world(fixture));
    assert_null(fixture->b.stack.base);
    port_context_release(fixture->port, &fixture->a);
    assert_null(fixture->a.stack.base);
}

struct member {
    struct fixture *fixture;
    struct port_context context;
    struct member *next;
    unsigned visits;
};

static void visit(void *argument) {
    struct member *self = argument;
    for (;;) {
        self->visits++;
        struct port_context *to = self->next != NULL ? &self->next->context : &self->fixture->host;
        port_switch(self->fixture->port, &self->context, to);
    }
}

static void test_many_contexts(void **state) {
    struct fixture *fixture = enter(state);
    struct port_stats stats;
    start(fixture, &fixture->a, ping);
    port_stats_get(fixture->port, &stats);
    size_t count = stats.os_threads > 0 ? OS_THREADS_MANY : FIBERS_MANY;
    struct member *members = calloc(count, sizeof *members);
    for (size_t i = 0; i < count; i++) {
        struct member *self = &members[i];
        self->fixture = fixture;
        self->next = i + 1 < count ? self + 1 : NULL;
        assert_true(port_context_start(fixture->port, &self->context, 16 * 1024, visit, self));
    }
    for (int round = 0; round < 3; round++)
        port_switch(fixture->port, &fixture->host, &members[0].context);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(members[i].visits, 3);
    port_stats_get(fixture->port, &stats);
    assert_int_equal(stats.stacks_in_use, count + 1);
    assert_int_equal(stats.guarded_stacks, stats.stacks_mapped);
    for (size_t i = 0; i < count; i++)
        port_context_release(fixture->port, &members[i].context);
    port_context_release(fixture->port, &fixture->a); /* never ran */
    port_stats_get(fixture->port, &stats);
    assert_int_equal(stats.stacks_in_use, 0);
    free(members);
}

/* ---- restart, release, final ----------------------------------------------------------------- */

UNCHECKED static void park_deep(struct fixture *fixture, struct port_context *self, int depth) {
    volatile char frame[128];
    frame[0] = (char)depth;
    if (depth > 0)
        park_deep(fixture, self, depth - 1);
    else
        port_switch(fixture->port, self, &fixture->host);
    frame[1] = frame[0];
}

static void returns(void *argument) {
    struct fixture *fixture = argument;
    note(fixture, 'r');
    port_switch_at_return(fixture->port, &fixture->b, &fixture->host);
    note(fixture, 's');
}

static void test_a_context_ends_when_its_entry_returns(void **state) {
    struct fixture *fixture = enter(state);
    struct port_stats stats;
    for (int i = 0; i < 2; i++) {
        start(fixture, &fixture->b, returns);
        port_switch(fixture->port, &fixture->host, &fixture->b);
        assert_null(fixture->b.stack.base);
    }
    assert_string_equal(fixture->log, "rsrs");
    port_stats_get(fixture->port, &stats);
    assert_int_equal(stats.stacks_in_use, 0);
}

UNCHECKED static void first_life(void *argument) {
    struct fixture *fixture = argument;
    fixture->seen_stack = (uintptr_t)__builtin_frame_address(0);
    note(fixture, '1');
    park_deep(fixture, &fixture->a, 20);
    note(fixture, '!'); /* frames that were discarded must never go on */
    port_switch_final(fixture->port, &fixture->a, &fixture->host);
}

UNCHECKED static void second_life(void *argument) {
    struct fixture *fixture = argument;
    fixture->seen_stack -= (uintptr_t)__builtin_frame_address(0);
    note(fixture, '2');
    port_switch_final(fixture->port, &fixture->a, &fixture->host);
}

static void test_restart_begins_on_empty_stack(void **state) {
    struct fixture *fixture = enter(state);
    start(fixture, &fixture->a, first_life);
    port_switch(fixture->port, &fixture->host, &fixture->a);
    port_context_restart(fixture->port, &fixture->a, first_life, fixture);
    port_switch(fixture->port, &fixture->host, &fixture->a);
    port_context_restart(fixture->port, &fixture->a, second_life, fixture);
    port_switch(fixture->port, &fixture->host, &fixture->a);
    assert_string_equal(fixture->log, "112");
    assert_int_equal(fixture->seen_stack, 0);
}

static void test_restart_before_first_run(void **state) {
    struct fixture *fixture = enter(state);
    start(fixture, &fixture->a, first_life);
    port_context_restart(fixture->port, &fixture->a, second_life, fixture);
    port_switch(fixture->port, &fixture->host, &fixture->a);
    assert_string_equal(fixture->log, "2");
}

static void test_recycling_maps_nothing_new(void **state) {
    struct fixture *fixture = enter(state);
    struct port_stats first, last;
    start(fixture, &fixture->a, first_life);
    port_switch(fixture->port, &fixture->host, &fixture->a);
    port_stats_get(fixture->port, &first);
    for (int i = 0; i < 100; i++) {
        port_context_release(fixture->port, &fixture->a); /* parked */
        start(fixture, &fixture->a, second_life);
        port_switch(fixture->port, &fixture->host, &fixture->a); /* ends itself */
        start(fixture, &fixture->a, first_life);
        port_switch(fixture->port, &fixture->host, &fixture->a);
    }
    port_stats_get(fixture->port, &last);
    assert_int_equal(first.stacks_mapped, 1);
    assert_memory_equal(&first, &last, sizeof first);
    port_context_release(fixture->port, &fixture->a);
}

static void test_destroy_with_parked_contexts(void **state) {
    struct fixture *fixture = enter(state);
    start(fixture, &fixture->a, first_life);
    start(fixture, &fixture->b, second_life);
    port_switch(fixture->port, &fixture->host, &fixture->a);
}

static void test_impossible_stack_size(void **state) {
    struct fixture *fixture = enter(state);
    assert_false(port_context_start(fixture->port, &fixture->a, SIZE_MAX, ping, fixture));
    assert_false(port_context_start(fixture->port, &fixture->a, SIZE_MAX / 2, ping, fixture));
    assert_null(fixture->a.stack.base);
}

/* ---- worlds ---------------------------------------------------------------------------------- */

static void handle_fault(struct rd_world *world, const struct port_fault *fault);
static void read_null(void *argument);

static void ask_host(void *argument) {
    struct fixture *fixture = argument;
    for (int i = 0; i < 3; i++) {
        note(fixture, 'q');
        port_switch(fixture->port, &fixture->a, &fixture->host);
    }
    port_switch_final(fixture->port, &fixture->a, &fixture->host);
}

static void test_host_serves_context(void **state) {
    struct fixture *fixture = enter(state);
    start(fixture, &fixture->a, ask_host);
    for (;;) {
        port_switch(fixture->port, &fixture->host, &fixture->a);
        if (fixture->a.stack.base == NULL)
            break;
        note(fixture, 'h');
    }
    assert_string_equal(fixture->log, "qhqhqh");
}

struct nesting {
    struct fixture outer;
    struct fixture inner;
    struct rd_world *inside;
    struct rd_world *after;
};

/* Runs in a context of the outer world and runs the inner world there. */
static void run_inner_world(void *argument) {
    struct nesting *nesting = argument;
    struct fixture *inner = &nesting->inner;
    port_enter_world(inner->port);
    port_context_start(inner->port, &inner->a, STACK_SIZE, read_null, inner);
    inner->faulting = &inner->a;
    port_switch(inner->port, &inner->host, &inner->a);
    nesting->inside = port_current_world();
    port_leave_world(inner->port);
    nesting->after = port_current_world();
    nesting->outer.faulting = &nesting->outer.a;
    read_null(&nesting->outer);
}

static void test_world_inside_world(void **state) {
    struct fixture *fixture = enter(state);
    struct nesting *nesting = calloc(1, sizeof *nesting);
    for (int kind = PORT_CARRIER_FIBER; kind <= PORT_CARRIER_PTHREAD; kind++) {
        if (!port_carrier_available(kind))
            continue;
        open_fixture(&nesting->outer, kind);
        open_fixture(&nesting->inner, kind);
        port_set_fault_handler(nesting->outer.port, handle_fault);
        port_set_fault_handler(nesting->inner.port, handle_fault);
        port_enter_world(nesting->outer.port);
        assert_true(port_context_start(nesting->outer.port, &nesting->outer.a, STACK_SIZE,
                                       run_inner_world, nesting));
        port_switch(nesting->outer.port, &nesting->outer.host, &nesting->outer.a);
        port_leave_world(nesting->outer.port);
        assert_ptr_equal(nesting->inside, as_world(&nesting->inner));
        assert_ptr_equal(nesting->after, as_world(&nesting->outer));
        assert_int_equal(nesting->inner.fault_count, 1);
        assert_int_equal(nesting->outer.fault_count, 1);
        port_destroy(nesting->inner.port);
        port_destroy(nesting->outer.port);
    }
    assert_ptr_equal(port_current_world(), as_world(fixture));
    free(nesting);
}

static void test_enter_is_counted(void **state) {
    struct fixture *fixture = enter(state);
    port_enter_world(fixture->port);
    port_leave_world(fixture->port);
    assert_ptr_equal(port_current_world(), as_world(fixture));
    port_leave_world(fixture->port);
    assert_null(port_current_world());
    port_enter_world(fixture->port);
}

/* ---- faults ---------------------------------------------------------------------------------- */

/* Runs where the fault was; notes the conditions that it finds and leaves for good. */
UNCHECKED static void handle_fault(struct rd_world *world, const struct port_fault *fault) {
    struct fixture *fixture = (struct fixture *)world;
    struct port_context *self = fixture->faulting;
    uintptr_t here = (uintptr_t)__builtin_frame_address(0);
    sigset_t mask;
    fixture->fault = *fault;
    fixture->fault_count++;
    fixture->fault_aligned = here % 16 == 0;
    fixture->fault_on_own_stack = here - (uintptr_t)self->stack.base < self->stack.size;
    pthread_sigmask(SIG_SETMASK, NULL, &mask);
    fixture->fault_mask_same = true;
    for (int number = 1; number < 32; number++)
        if (sigismember(&mask, number) != sigismember(&fixture->mask, number))
            fixture->fault_mask_same = false;
    fixture->fault_direction_clear = true;
#ifdef __x86_64__
    uint64_t flags;
    __asm__ volatile("pushfq\n\tpopq %0" : "=r"(flags));
    fixture->fault_direction_clear = (flags & 0x400) == 0;
#endif
    port_switch_final(fixture->port, self,
                      fixture->after_fault != NULL ? fixture->after_fault : &fixture->host);
}

/* Lets the code run in context a until it faults, and checks what is the same for all faults. */
static void provoke(struct fixture *fixture, port_entry *code) {
    port_set_fault_handler(fixture->port, handle_fault);
    fixture->fault_count = 0;
    fixture->faulting = &fixture->a;
    start(fixture, &fixture->a, code);
    port_switch(fixture->port, &fixture->host, &fixture->a);
    assert_int_equal(fixture->fault_count, 1);
    assert_true(fixture->fault_aligned);
    assert_true(fixture->fault_on_own_stack);
    assert_true(fixture->fault_direction_clear);
    assert_true(fixture->fault_mask_same);
}

UNCHECKED static void note_mask(struct fixture *fixture) {
    pthread_sigmask(SIG_SETMASK, NULL, &fixture->mask);
}

UNCHECKED static void read_null(void *argument) {
    note_mask(argument);
    volatile int *volatile nowhere = NULL;
    (void)*nowhere;
}

UNCHECKED static void write_low(void *argument) {
    note_mask(argument);
    volatile int *volatile nowhere = (int *)(uintptr_t)0x18;
    *nowhere = 1;
}

UNCHECKED static void call_null(void *argument) {
    note_mask(argument);
    void (*volatile nowhere)(void) = NULL;
    nowhere();
}

UNCHECKED static void call_data(void *argument) {
    note_mask(argument);
    union {
        void *data;
        void (*code)(void);
    } volatile pun;
    pun.data = &((struct fixture *)argument)->log;
    pun.code();
}

static void test_read_of_null(void **state) {
    struct fixture *fixture = enter(state);
    provoke(fixture, read_null);
    assert_int_equal(fixture->fault.kind, PORT_FAULT_ACCESS_VIOLATION);
    assert_int_equal(fixture->fault.access, PORT_READ);
    assert_int_equal(fixture->fault.address, 0);
    assert_true(fixture->fault.pc - (uintptr_t)read_null < 256);
}

static void test_write_near_null(void **state) {
    struct fixture *fixture = enter(state);
    provoke(fixture, write_low);
    assert_int_equal(fixture->fault.kind, PORT_FAULT_ACCESS_VIOLATION);
    assert_int_equal(fixture->fault.access, PORT_WRITE);
    assert_int_equal(fixture->fault.address, 0x18);
}

static void test_call_of_null(void **state) {
    struct fixture *fixture = enter(state);
    provoke(fixture, call_null);
    assert_int_equal(fixture->fault.kind, PORT_FAULT_ACCESS_VIOLATION);
    assert_int_equal(fixture->fault.access, PORT_EXECUTE);
    assert_int_equal(fixture->fault.address, 0);
    assert_int_equal(fixture->fault.pc, 0);
}

static void test_call_of_data(void **state) {
    struct fixture *fixture = enter(state);
    provoke(fixture, call_data);
    assert_int_equal(fixture->fault.kind, PORT_FAULT_ACCESS_VIOLATION);
    assert_int_equal(fixture->fault.access, PORT_EXECUTE);
    assert_int_equal(fixture->fault.address, (uintptr_t)&fixture->log);
}

UNCHECKED static int recurse(struct fixture *fixture, int depth) {
    volatile char frame[200];
    frame[depth % 200] = 1;
    return depth < 0 ? 0 : recurse(fixture, depth + 1) + frame[depth % 200];
}

UNCHECKED static void overflow_by_recursion(void *argument) {
    note_mask(argument);
    volatile int sum = recurse(argument, 0);
    (void)sum;
}

static void test_stack_overflow(void **state) {
    struct fixture *fixture = enter(state);
    for (int i = 0; i < 3; i++) {
        provoke(fixture, overflow_by_recursion);
        assert_int_equal(fixture->fault.kind, PORT_FAULT_STACK_OVERFLOW);
        assert_int_equal(fixture->fault.address, 0);
    }
    start(fixture, &fixture->a, second_life); /* the stack is as good as new */
    port_switch(fixture->port, &fixture->host, &fixture->a);
    assert_string_equal(fixture->log, "2");
}

#ifdef __x86_64__

UNCHECKED static void divide_by_zero(void *argument) {
    note_mask(argument);
    __asm__ volatile("xorl %%ecx, %%ecx\n\tmovl $1, %%eax\n\tcltd\n\tidivl %%ecx" ::
                         : "eax", "ecx", "edx", "cc");
}

UNCHECKED static void undefined_opcode(void *argument) {
    note_mask(argument);
    __asm__ volatile("ud2");
}

/* The address of the instruction is left for the test to compare with. */
UNCHECKED static void breakpoint(void *argument) {
    struct fixture *fixture = argument;
    uintptr_t pc;
    note_mask(fixture);
    __asm__ volatile("leaq 1f(%%rip), %0\n\tmovq %0, (%1)\n1:\tint3"
                     : "=&r"(pc)
                     : "r"(&fixture->seen_stack)
                     : "memory");
}

UNCHECKED static void halt(void *argument) {
    note_mask(argument);
    __asm__ volatile("hlt");
}

UNCHECKED static void disable_interrupts(void *argument) {
    note_mask(argument);
    __asm__ volatile("cli");
}

UNCHECKED static void write_control_register(void *argument) {
    note_mask(argument);
    __asm__ volatile("movq %%rax, %%cr3" ::: "memory");
}

UNCHECKED static void read_non_canonical(void *argument) {
    note_mask(argument);
    __asm__ volatile("movb (%0), %%al" ::"r"(UINT64_C(0x8000000000000000)) : "al");
}

UNCHECKED static void jump_non_canonical(void *argument) {
    note_mask(argument);
    __asm__ volatile("jmp *%0" ::"r"(UINT64_C(0x4141414141414141)));
}

UNCHECKED static void fault_with_direction_set(void *argument) {
    note_mask(argument);
    __asm__ volatile("std\n\tmovb 0, %%al" ::: "al", "cc");
}

UNCHECKED static void fault_with_wild_stack_pointer(void *argument) {
    note_mask(argument);
    __asm__ volatile("movq $64, %%rsp\n\tpushq %%rax" ::: "memory");
}

UNCHECKED static void divide_float_by_zero(void *argument) {
    note_mask(argument);
    uint32_t unmasked = 0x1F80 & ~UINT32_C(0x200);
    double one = 1.0;
    double zero = 0.0;
    __asm__ volatile("ldmxcsr %2\n\tdivsd %1, %0" : "+x"(one) : "x"(zero), "m"(unmasked));
}

static void test_other_faults(void **state) {
    struct fixture *fixture = enter(state);
    static const struct {
        port_entry *code;
        enum port_fault_kind kind;
    } cases[] = {
        {divide_by_zero, PORT_FAULT_INT_DIVIDE_BY_ZERO},
        {divide_float_by_zero, PORT_FAULT_FLT_DIVIDE_BY_ZERO},
        {undefined_opcode, PORT_FAULT_ILLEGAL_INSTRUCTION},
        {breakpoint, PORT_FAULT_BREAKPOINT},
        {halt, PORT_FAULT_PRIVILEGED_INSTRUCTION},
        {disable_interrupts, PORT_FAULT_PRIVILEGED_INSTRUCTION},
        {write_control_register, PORT_FAULT_PRIVILEGED_INSTRUCTION},
        {fault_with_direction_set, PORT_FAULT_ACCESS_VIOLATION},
        {fault_with_wild_stack_pointer, PORT_FAULT_ACCESS_VIOLATION},
        {jump_non_canonical, PORT_FAULT_ACCESS_VIOLATION},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        provoke(fixture, cases[i].code);
        assert_int_equal(fixture->fault.kind, cases[i].kind);
    }
}

static void test_breakpoint_is_at_int3(void **state) {
    struct fixture *fixture = enter(state);
    provoke(fixture, breakpoint);
    assert_int_equal(fixture->fault.pc, fixture->seen_stack);
}

static void test_non_canonical_address(void **state) {
    struct fixture *fixture = enter(state);
    provoke(fixture, read_non_canonical);
    assert_int_equal(fixture->fault.kind, PORT_FAULT_ACCESS_VIOLATION);
    assert_true(fixture->fault.address == UINTPTR_MAX);
}

#endif

static void survivor(void *argument) {
    struct fixture *fixture = argument;
    note(fixture, 's');
    port_switch(fixture->port, &fixture->b, &fixture->a);
    note(fixture, 't');
    port_switch_final(fixture->port, &fixture->b, &fixture->host);
}

static void victim(void *argument) {
    struct fixture *fixture = argument;
    port_switch(fixture->port, &fixture->a, &fixture->b);
    read_null(fixture);
}

static void test_others_go_on_after_fault(void **state) {
    struct fixture *fixture = enter(state);
    start(fixture, &fixture->b, survivor);
    fixture->after_fault = &fixture->b;
    provoke(fixture, victim);
    assert_string_equal(fixture->log, "st");
}

static void test_many_faults(void **state) {
    struct fixture *fixture = enter(state);
    struct port_stats first, last;
    provoke(fixture, read_null);
    port_stats_get(fixture->port, &first);
    for (int i = 0; i < 200; i++)
        provoke(fixture, i % 2 == 0 ? write_low : overflow_by_recursion);
    port_stats_get(fixture->port, &last);
    assert_memory_equal(&first, &last, sizeof first);
}

/* ---- the host's own faults ------------------------------------------------------------------- */

static sigjmp_buf host_recovery;

static void host_handler(int number) {
    siglongjmp(host_recovery, number);
}

/* A handler that the host had before stays in charge of the host's code, and is put back. */
static void test_host_keeps_its_handler(void **state) {
    struct fixture *fixture = enter(state);
    struct sigaction action = {.sa_handler = host_handler}, before, after;
    port_set_fault_handler(fixture->port, handle_fault);
    port_leave_world(fixture->port);
    sigaction(SIGSEGV, &action, &before);
    port_enter_world(fixture->port);
    provoke(fixture, read_null);
    fixture->fault_count = 0;
    int caught = sigsetjmp(host_recovery, 1);
    if (caught == 0)
        read_null(fixture);
    assert_int_equal(caught, SIGSEGV);
    assert_int_equal(fixture->fault_count, 0);
    provoke(fixture, read_null);
    port_leave_world(fixture->port);
    sigaction(SIGSEGV, &before, &after);
    assert_true(after.sa_handler == host_handler);
    port_enter_world(fixture->port);
}

/* ---- several worlds at once ------------------------------------------------------------------ */

struct worker {
    enum port_carrier_kind carrier;
    unsigned failures;
    struct fixture fixture;
};

static void *run_worker(void *argument) {
    struct worker *worker = argument;
    struct fixture *fixture = &worker->fixture;
    for (int round = 0; round < 50; round++) {
        open_fixture(fixture, worker->carrier);
        port_set_fault_handler(fixture->port, handle_fault);
        port_enter_world(fixture->port);
        for (int i = 0; i < 4; i++) {
            fixture->faulting = &fixture->a;
            port_context_start(fixture->port, &fixture->a, STACK_SIZE,
                               i % 2 == 0 ? read_null : overflow_by_recursion, fixture);
            port_switch(fixture->port, &fixture->host, &fixture->a);
        }
        port_context_start(fixture->port, &fixture->a, STACK_SIZE, ping, fixture);
        port_context_start(fixture->port, &fixture->b, STACK_SIZE, pong, fixture);
        port_switch(fixture->port, &fixture->host, &fixture->a);
        port_context_release(fixture->port, &fixture->a);
        if (fixture->fault_count != 4 || strcmp(fixture->log, "abababa") != 0 ||
            port_current_world() != as_world(fixture))
            worker->failures++;
        port_leave_world(fixture->port);
        if (port_current_world() != NULL)
            worker->failures++;
        port_destroy(fixture->port);
    }
    return NULL;
}

static void test_parallel_worlds(void **state) {
    enum { WORKERS = 4 };
    enum port_carrier_kind carrier = *(const enum port_carrier_kind *)*state;
    if (!port_carrier_available(carrier))
        skip();
    struct worker *workers = calloc(WORKERS, sizeof *workers);
    pthread_t threads[WORKERS];
    for (int i = 0; i < WORKERS; i++) {
        workers[i].carrier = carrier;
        assert_int_equal(pthread_create(&threads[i], NULL, run_worker, &workers[i]), 0);
    }
    for (int i = 0; i < WORKERS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(workers[i].failures, 0);
    }
    free(workers);
}

/* ---- the list -------------------------------------------------------------------------------- */

static enum port_carrier_kind fiber = PORT_CARRIER_FIBER;
static enum port_carrier_kind os_thread = PORT_CARRIER_PTHREAD;

#define ON_BOTH(test)                                                                              \
    {#test " (fiber)", test, setup, teardown, &fiber}, {                                           \
#test " (pthread)", test, setup, teardown, &os_thread                                      \
    }

int main(void) {
    const struct CMUnitTest tests[] = {
        ON_BOTH(test_ping_pong),
        ON_BOTH(test_many_contexts),
        ON_BOTH(test_a_context_ends_when_its_entry_returns),
        ON_BOTH(test_restart_begins_on_empty_stack),
        ON_BOTH(test_restart_before_first_run),
        ON_BOTH(test_recycling_maps_nothing_new),
        ON_BOTH(test_destroy_with_parked_contexts),
        ON_BOTH(test_impossible_stack_size),
        ON_BOTH(test_host_serves_context),
        ON_BOTH(test_world_inside_world),
        ON_BOTH(test_enter_is_counted),
        ON_BOTH(test_read_of_null),
        ON_BOTH(test_write_near_null),
        ON_BOTH(test_call_of_null),
        ON_BOTH(test_call_of_data),
        ON_BOTH(test_stack_overflow),
#ifdef __x86_64__
        ON_BOTH(test_other_faults),
        ON_BOTH(test_breakpoint_is_at_int3),
        ON_BOTH(test_non_canonical_address),
#endif
        ON_BOTH(test_others_go_on_after_fault),
        ON_BOTH(test_many_faults),
        ON_BOTH(test_host_keeps_its_handler),
        {"test_parallel_worlds (fiber)", test_parallel_worlds, NULL, NULL, &fiber},
        {"test_parallel_worlds (pthread)", test_parallel_worlds, NULL, NULL, &os_thread},
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
