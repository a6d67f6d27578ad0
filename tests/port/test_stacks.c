/*
 * test_stacks.c - the pool of stacks: classes, recycling, and each way to guard.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "port/port_internal.h"

enum { KIB = 1024 };

static int setup(void **state) {
    struct port_stack_pool *pool = malloc(sizeof *pool);
    port_stack_pool_init(pool);
    *state = pool;
    return 0;
}

static int teardown(void **state) {
    port_stack_pool_close(*state);
    free(*state);
    return 0;
}

static void test_size_is_rounded_to_class(void **state) {
    struct port_stack_pool *pool = *state;
    static const struct {
        size_t asked, given;
    } cases[] = {
        {0, 16 * KIB},          {1, 16 * KIB},
        {16 * KIB, 16 * KIB},   {16 * KIB + 1, 32 * KIB},
        {100 * KIB, 128 * KIB}, {KIB * KIB, KIB * KIB},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct port_stack stack;
        assert_true(port_stack_take(pool, cases[i].asked, &stack));
        assert_int_equal(stack.size, cases[i].given);
        assert_int_equal((uintptr_t)stack.base % pool->page_size, 0);
        memset(stack.base, 0xAA, stack.size);
    }
    struct port_stack stack;
    assert_false(port_stack_take(pool, SIZE_MAX, &stack));
}

static void test_last_in_first_out(void **state) {
    struct port_stack_pool *pool = *state;
    struct port_stack stacks[100], again;
    for (int i = 0; i < 100; i++) {
        assert_true(port_stack_take(pool, 16 * KIB, &stacks[i]));
        memset(stacks[i].base, i, stacks[i].size);
    }
    for (int i = 0; i < 100; i++)
        assert_true(stacks[i].base[0] == i && stacks[i].base[stacks[i].size - 1] == i);
    assert_int_equal(pool->in_use, 100);
    for (int i = 0; i < 100; i++)
        port_stack_give(pool, &stacks[i]);
    for (int i = 99; i >= 0; i--) {
        assert_true(port_stack_take(pool, 16 * KIB, &again));
        assert_ptr_equal(again.base, stacks[i].base);
    }
    assert_int_equal(pool->mapped, 100);
}

static void take_with(struct port_stack_pool *pool, enum port_guard_method method) {
    pool->guard_method = method;
    for (int i = 0; i < 20; i++) {
        struct port_stack stack;
        assert_true(port_stack_take(pool, 16 * KIB, &stack));
        memset(stack.base, 1, stack.size);
    }
}

static void test_guard_by_mprotect(void **state) {
    struct port_stack_pool *pool = *state;
    take_with(pool, PORT_GUARD_MPROTECT);
    assert_int_equal(pool->guarded, 20);
}

/* More stacks than the host would let us guard. */
static void test_guards_run_out(void **state) {
    enum { STACKS = 40000 };
    struct port_stack_pool *pool = *state;
    pool->guard_method = PORT_GUARD_MPROTECT;
    for (int i = 0; i < STACKS; i++) {
        struct port_stack stack;
        assert_true(port_stack_take(pool, 16 * KIB, &stack));
    }
    assert_int_equal(pool->mapped, STACKS);
    assert_in_range(pool->guarded, 1000, STACKS - 1);
    assert_int_equal(pool->guard_method, PORT_GUARD_NONE);
}

static void test_without_guard(void **state) {
    struct port_stack_pool *pool = *state;
    take_with(pool, PORT_GUARD_NONE);
    assert_int_equal(pool->guarded, 0);
    assert_int_equal(pool->mapped, 20);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_size_is_rounded_to_class, setup, teardown),
        cmocka_unit_test_setup_teardown(test_last_in_first_out, setup, teardown),
        cmocka_unit_test_setup_teardown(test_guard_by_mprotect, setup, teardown),
        cmocka_unit_test_setup_teardown(test_guards_run_out, setup, teardown),
        cmocka_unit_test_setup_teardown(test_without_guard, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
