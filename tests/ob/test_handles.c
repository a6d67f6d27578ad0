/* Handle tables: values, growth, access, inheritance, protection, and the end of the table. */
#include "support/rd_test.h"

#include <string.h>

#include "ob/ob.h"

static const struct ob_type thing = {.name = "Thing",
                                     .body_size = 16,
                                     .valid_access = 0x1F0007,
                                     .generic_read = 0x20001,
                                     .generic_write = 0x20002,
                                     .generic_execute = 0x120004,
                                     .generic_all = 0x1F0007,
                                     .implied_from = 0x2,
                                     .implied = 0x4,
                                     .on_close = ob_no_close,
                                     .on_last_handle = ob_no_action,
                                     .on_delete = ob_no_action};
static const struct ob_type other = {.name = "Other",
                                     .body_size = 16,
                                     .on_close = ob_no_close,
                                     .on_last_handle = ob_no_action,
                                     .on_delete = ob_no_action};

struct fixture {
    rd_world *world;
    struct ob_handle_table table;
    void *body;
};

static int setup(void **state) {
    static struct fixture fixture;
    fixture.world = test_world(NULL);
    ob_table_init(&fixture.table, 8, 8);
    fixture.body = ob_create(fixture.world, &thing);
    *state = &fixture;
    return 0;
}

static int teardown(void **state) {
    rd_world_destroy(((struct fixture *)*state)->world);
    return 0;
}

#define handle_case(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

static uint64_t open_with(struct fixture *f, uint32_t access, uint32_t flags) {
    uint64_t handle = 0;
    assert_int_equal(ob_open_handle(f->world, &f->table, f->body, access, flags, &handle),
                     STATUS_SUCCESS);
    return handle;
}

/* ---- values ---------------------------------------------------------------------------------- */

static void handles_are_multiples_of_4_and_the_lowest_free_one_is_used(void **state) {
    struct fixture *f = *state;
    for (uint64_t i = 1; i <= 40; i++)
        assert_int_equal(open_with(f, 1, 0), i * 4);
    assert_int_equal(ob_close_handle(f->world, &f->table, 80), STATUS_SUCCESS);
    assert_int_equal(ob_close_handle(f->world, &f->table, 8), STATUS_SUCCESS);
    assert_int_equal(ob_close_handle(f->world, &f->table, 36), STATUS_SUCCESS);
    assert_int_equal(open_with(f, 1, 0), 8);
    assert_int_equal(open_with(f, 1, 0), 36);
    assert_int_equal(open_with(f, 1, 0), 80);
    assert_int_equal(open_with(f, 1, 0), 164);
    assert_int_equal(f->table.count, 41);
}

static void random_opening_and_closing_agrees_with_a_model(void **state) {
    enum { SLOTS = 400 };
    struct fixture *f = *state;
    bool used[SLOTS] = {false};
    uint32_t random = 9, count = 0;
    for (int i = 0; i < 20000; i++) {
        random = random * 1664525u + 1013904223u;
        unsigned slot = (random >> 10) % (SLOTS - 1);
        if ((random >> 28) % 2 && count < SLOTS - 1) {
            for (slot = 0; used[slot];)
                slot++;
            assert_int_equal(open_with(f, 1, 0), (slot + 1) * 4);
            used[slot] = true;
            count++;
        } else {
            assert_int_equal(ob_close_handle(f->world, &f->table, (slot + 1) * 4),
                             used[slot] ? STATUS_SUCCESS : STATUS_INVALID_HANDLE);
            count -= used[slot];
            used[slot] = false;
        }
        assert_int_equal(f->table.count, count);
    }
    assert_int_equal(ob_header_of(f->body)->handle_count, count);
    assert_int_equal(ob_close_table(f->world, &f->table), count);
    assert_int_equal(ob_header_of(f->body)->pointer_count, 1);
}

static void a_table_grows_and_keeps_its_entries(void **state) {
    enum { HANDLES = 70000 };
    struct fixture *f = *state;
    for (uint32_t i = 0; i < HANDLES; i++)
        open_with(f, i & 0x1F0007, 0);
    for (uint32_t i = 0; i < HANDLES; i++) {
        const struct ob_handle_entry *entry = ob_entry(&f->table, ((uint64_t)i + 1) * 4);
        if (!entry || entry->body != f->body || entry->access != (i & 0x1F0007))
            fail_msg("handle %u is damaged", (i + 1) * 4);
    }
    assert_int_equal(f->table.count, HANDLES);
}

static void values_that_are_no_handles_find_nothing(void **state) {
    struct fixture *f = *state;
    uint64_t handle = open_with(f, 1, 0);
    const uint64_t values[] = {0,
                               1,
                               2,
                               3,
                               8,
                               400,
                               1u << 31,
                               (uint64_t)1 << 40,
                               UINT64_MAX,
                               UINT64_MAX - 1,
                               UINT64_MAX - 3,
                               UINT64_MAX - 4};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        void *body = f;
        assert_null(ob_entry(&f->table, values[i]));
        assert_int_equal(ob_lookup(&f->table, values[i], 0, NULL, &body), STATUS_INVALID_HANDLE);
        assert_null(body);
        assert_int_equal(ob_close_handle(f->world, &f->table, values[i]), STATUS_INVALID_HANDLE);
    }
    for (uint64_t tag = 0; tag < 4; tag++) /* the two low bits belong to the program */
        assert_ptr_equal(ob_entry(&f->table, handle + tag), ob_entry(&f->table, handle));
}

/* ---- access ---------------------------------------------------------------------------------- */

static void lookup_checks_type_before_access(void **state) {
    struct fixture *f = *state;
    uint64_t handle = open_with(f, 0x3, 0);
    void *body;
    assert_int_equal(ob_lookup(&f->table, handle, 0x1, &thing, &body), STATUS_SUCCESS);
    assert_ptr_equal(body, f->body);
    assert_int_equal(ob_lookup(&f->table, handle, 0, NULL, &body), STATUS_SUCCESS);
    assert_int_equal(ob_lookup(&f->table, handle, 0x4, &other, &body), STATUS_OBJECT_TYPE_MISMATCH);
    assert_null(body);
    assert_int_equal(ob_lookup(&f->table, handle, 0x5, &thing, &body), STATUS_ACCESS_DENIED);
    assert_null(body);
    assert_int_equal(ob_header_of(f->body)->pointer_count, 2); /* lookups leave no reference */
}

static void generic_rights_become_those_of_the_type(void **state) {
    static const uint32_t rows[][2] = {
        {0, 0},
        {0x1, 0x1},
        {0x80000000, 0x20001},       /* GENERIC_READ */
        {0x40000000, 0x20002 | 0x4}, /* GENERIC_WRITE, and what 0x2 implies */
        {0x20000000, 0x120004},      /* GENERIC_EXECUTE */
        {0x10000000, 0x1F0007},      /* GENERIC_ALL */
        {0x02000000, 0x1F0007},      /* MAXIMUM_ALLOWED */
        {0xC0000000, 0x20003 | 0x4},
        {0x2, 0x6},
        {0xFF, 0x7}, /* rights that the type does not have are dropped */
        {0xFFFFFFFF, 0x1F0007},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(ob_map_access(&thing, rows[i][0]), rows[i][1]);
    assert_int_equal(ob_map_access(&other, 0xFFFFFFFF), 0);
}

/* ---- protection, and the end of a table ------------------------------------------------------ */

static void a_protected_handle_is_closed_only_with_its_table(void **state) {
    struct fixture *f = *state;
    uint64_t protected = open_with(f, 1, OB_PROTECT_FROM_CLOSE), plain = open_with(f, 1, 0);
    assert_int_equal(ob_close_handle(f->world, &f->table, protected), STATUS_HANDLE_NOT_CLOSABLE);
    assert_non_null(ob_entry(&f->table, protected));
    assert_int_equal(ob_close_handle(f->world, &f->table, plain), STATUS_SUCCESS);
    assert_int_equal(ob_close_table(f->world, &f->table), 1);
    assert_int_equal(ob_header_of(f->body)->handle_count, 0);
}

static void a_closed_table_takes_no_more_handles(void **state) {
    struct fixture *f = *state;
    uint64_t handle = 77;
    open_with(f, 1, 0);
    assert_int_equal(ob_close_table(f->world, &f->table), 1);
    assert_int_equal(ob_open_handle(f->world, &f->table, f->body, 1, 0, &handle),
                     STATUS_PROCESS_IS_TERMINATING);
    assert_null(ob_entry(&f->table, 4));
    assert_int_equal(ob_close_table(f->world, &f->table), 0);
    assert_int_equal(ob_header_of(f->body)->pointer_count, 1);
}

static void a_table_is_closed_in_order_of_its_handles(void **state) {
    struct fixture *f = *state;
    for (int i = 0; i < 50; i++)
        open_with(f, 1, 0);
    ob_close_handle(f->world, &f->table, 12);
    size_t before = rd_event_count(f->world);
    assert_int_equal(ob_close_table(f->world, &f->table), 49);
    uint64_t last = 0;
    for (size_t i = before; i < rd_event_count(f->world); i++) {
        const rd_event *event = rd_event_at(f->world, i);
        assert_int_equal(event->kind, RD_EVENT_HANDLE_CLOSE);
        assert_true(event->a > last);
        last = event->a;
    }
    assert_int_equal(last, 200);
}

/* ---- inheritance ----------------------------------------------------------------------------- */

static void inheritable_handles_keep_their_values(void **state) {
    struct fixture *f = *state;
    struct ob_handle_table child;
    ob_table_init(&child, 16, 16);
    for (uint32_t i = 0; i < 60; i++)
        open_with(f, i, i % 3 == 0 ? OB_INHERIT | (i % 2 ? OB_PROTECT_FROM_CLOSE : 0) : 0);
    ob_inherit(f->world, &f->table, &child);
    assert_int_equal(child.count, 20);
    for (uint32_t i = 0; i < 60; i++) {
        const struct ob_handle_entry *entry = ob_entry(&child, (i + 1) * 4);
        if (i % 3) {
            assert_null(entry);
            continue;
        }
        assert_ptr_equal(entry->body, f->body);
        assert_int_equal(entry->access, i);
        assert_int_equal(entry->flags, ob_entry(&f->table, (i + 1) * 4)->flags);
    }
    assert_int_equal(ob_header_of(f->body)->handle_count, 80);
    uint64_t handle;
    ob_open_handle(f->world, &child, f->body, 1, 0, &handle);
    assert_int_equal(handle, 8); /* the lowest one that inheritance left free */
    assert_int_equal(ob_close_table(f->world, &child), 21);
}

static void a_list_of_handles_is_inherited_one_by_one(void **state) {
    struct fixture *f = *state;
    struct ob_handle_table child;
    ob_table_init(&child, 16, 16);
    uint64_t plain = open_with(f, 1, 0), inheritable = 0;
    for (int i = 0; i < 30; i++)
        inheritable = open_with(f, 3, OB_INHERIT);
    assert_int_equal(ob_inherit_one(f->world, &f->table, inheritable, &child), STATUS_SUCCESS);
    assert_int_equal(ob_inherit_one(f->world, &f->table, inheritable, &child), STATUS_SUCCESS);
    assert_int_equal(child.count, 1);
    assert_int_equal(ob_entry(&child, inheritable)->access, 3);
    assert_int_equal(ob_inherit_one(f->world, &f->table, plain, &child), STATUS_INVALID_PARAMETER);
    assert_int_equal(ob_inherit_one(f->world, &f->table, 4000, &child), STATUS_INVALID_PARAMETER);
    assert_int_equal(ob_inherit_one(f->world, &f->table, 0, &child), STATUS_INVALID_PARAMETER);
    ob_close_table(f->world, &child);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        handle_case(handles_are_multiples_of_4_and_the_lowest_free_one_is_used),
        handle_case(random_opening_and_closing_agrees_with_a_model),
        handle_case(a_table_grows_and_keeps_its_entries),
        handle_case(values_that_are_no_handles_find_nothing),
        handle_case(lookup_checks_type_before_access),
        handle_case(generic_rights_become_those_of_the_type),
        handle_case(a_protected_handle_is_closed_only_with_its_table),
        handle_case(a_closed_table_takes_no_more_handles),
        handle_case(a_table_is_closed_in_order_of_its_handles),
        handle_case(inheritable_handles_keep_their_values),
        handle_case(a_list_of_handles_is_inherited_one_by_one),
    };
    return cmocka_run_group_tests_name("handles", tests, NULL, NULL);
}
