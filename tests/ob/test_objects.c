/* Objects: counts, names, and references that remember who took them. */
#include "support/rd_test.h"

#include <stdio.h>
#include <string.h>

#include "ob/ob.h"

/* What the callbacks of the type below have seen: the body of each object points to one of these.
 */
struct seen {
    int closes, last_handles, deletes;
    bool name_gone; /* when the last handle went */
};

struct body {
    struct seen *seen;
    char text[100];
};

static void on_close(struct rd_world *w, void *body, struct ob_handle_table *table) {
    (void)w, (void)table;
    ((struct body *)body)->seen->closes++;
}

static void on_last_handle(struct rd_world *w, void *body) {
    struct seen *seen = ((struct body *)body)->seen;
    (void)w;
    seen->last_handles++;
    seen->name_gone = ob_name_of(body)[0] == '\0';
}

static void on_delete(struct rd_world *w, void *body) {
    (void)w;
    ((struct body *)body)->seen->deletes++;
}

static const struct ob_type thing = {.name = "Thing",
                                     .body_size = sizeof(struct body),
                                     .valid_access = 0x1F0003,
                                     .on_close = on_close,
                                     .on_last_handle = on_last_handle,
                                     .on_delete = on_delete};
static const struct ob_type other = {.name = "Other",
                                     .body_size = 16,
                                     .valid_access = 0x1F0003,
                                     .on_close = ob_no_close,
                                     .on_last_handle = ob_no_action,
                                     .on_delete = ob_no_action};

static struct body *make(rd_world *world, struct seen *seen, const char *name) {
    bool existing;
    NTSTATUS status;
    struct body *body = ob_create_named(world, &thing, name, &existing, &status);
    memset(seen, 0, sizeof *seen);
    body->seen = seen;
    return body;
}

/* ---- counts ---------------------------------------------------------------------------------- */

static void an_object_lives_as_long_as_its_last_reference(void **state) {
    rd_world *world = *state;
    struct seen seen;
    uint32_t alive = world->ob->objects_alive;
    struct body *body = make(world, &seen, NULL);
    assert_int_equal(world->ob->objects_alive, alive + 1);
    assert_int_equal(ob_header_of(body)->pointer_count, 1);
    assert_int_equal(ob_header_of(body)->handle_count, 0);
    ob_reference(body);
    ob_dereference(world, body);
    assert_int_equal(seen.deletes, 0);
    uint32_t id = ob_id(body);
    ob_dereference(world, body);
    assert_int_equal(seen.deletes, 1);
    assert_int_equal(world->ob->objects_alive, alive);
    rd_event_query query = {.kind = RD_EVENT_OBJECT_DELETE};
    size_t index = rd_event_find(world, 0, &query);
    assert_int_equal(rd_event_at(world, index)->object, id);
}

static void bodies_are_zeroed_also_in_recycled_memory(void **state) {
    rd_world *world = *state;
    static const char zeros[sizeof(struct body)];
    for (int i = 0; i < 10; i++) {
        struct seen seen;
        struct body *body = ob_create(world, &thing);
        assert_memory_equal(body, zeros, sizeof *body);
        memset(body, 0xAA, sizeof *body);
        body->seen = &seen;
        ob_dereference(world, body);
    }
}

static void numbers_count_up_in_order_of_creation(void **state) {
    rd_world *world = *state;
    uint32_t last = 0;
    for (int i = 0; i < 20; i++) {
        void *body = ob_create(world, &other);
        assert_true(ob_id(body) > last);
        last = ob_id(body);
        ob_dereference(world, body); /* a number is not used twice */
    }
}

static void handles_and_references_are_counted_apart(void **state) {
    rd_world *world = *state;
    struct ob_handle_table table;
    struct seen seen;
    uint64_t first, second;
    ob_table_init(&table, 8, 8);
    struct body *body = make(world, &seen, NULL);
    ob_open_handle(world, &table, body, 1, 0, &first);
    ob_open_handle(world, &table, body, 1, 0, &second);
    assert_int_equal(ob_header_of(body)->pointer_count, 3);
    assert_int_equal(ob_header_of(body)->handle_count, 2);
    ob_dereference(world, body);
    ob_close_handle(world, &table, first);
    assert_int_equal(seen.last_handles, 0);
    ob_reference(body);
    ob_close_handle(world, &table, second);
    assert_int_equal(seen.closes, 2);
    assert_int_equal(seen.last_handles, 1);
    assert_int_equal(seen.deletes, 0);
    ob_dereference(world, body);
    assert_int_equal(seen.deletes, 1);
    ob_close_table(world, &table);
}

/* ---- names ----------------------------------------------------------------------------------- */

static void a_name_leads_to_its_object(void **state) {
    rd_world *world = *state;
    struct seen seen;
    bool existing;
    NTSTATUS status;
    struct body *body = make(world, &seen, "Global\\thing");
    assert_string_equal(ob_name_of(body), "Global\\thing");
    void *again = ob_create_named(world, &thing, "Global\\thing", &existing, &status);
    assert_ptr_equal(again, body);
    assert_true(existing);
    assert_int_equal(status, STATUS_SUCCESS);
    assert_ptr_equal(ob_open_named(world, &thing, "Global\\thing", &status), body);
    assert_int_equal(ob_header_of(body)->pointer_count, 3);
    assert_null(ob_open_named(world, &thing, "Global\\Thing", &status)); /* case matters */
    assert_int_equal(status, STATUS_OBJECT_NAME_NOT_FOUND);
    assert_null(ob_open_named(world, &thing, "Global\\thin", &status));
    assert_null(ob_open_named(world, &thing, "", &status));
}

static void a_name_of_another_type_is_a_mismatch(void **state) {
    rd_world *world = *state;
    struct seen seen;
    bool existing = false;
    NTSTATUS status;
    struct body *body = make(world, &seen, "name");
    assert_null(ob_open_named(world, &other, "name", &status));
    assert_int_equal(status, STATUS_OBJECT_TYPE_MISMATCH);
    assert_null(ob_create_named(world, &other, "name", &existing, &status));
    assert_int_equal(status, STATUS_OBJECT_TYPE_MISMATCH);
    assert_int_equal(ob_header_of(body)->pointer_count, 1);
}

static void no_name_means_a_new_object_each_time(void **state) {
    rd_world *world = *state;
    bool existing = true;
    NTSTATUS status = -1;
    void *first = ob_create_named(world, &other, "", &existing, &status);
    assert_false(existing);
    assert_int_equal(status, STATUS_SUCCESS);
    assert_ptr_not_equal(ob_create_named(world, &other, "", &existing, &status), first);
    assert_ptr_not_equal(ob_create_named(world, &other, NULL, &existing, &status), first);
    assert_string_equal(ob_name_of(first), "");
}

static void the_name_goes_with_the_last_handle(void **state) {
    rd_world *world = *state;
    struct ob_handle_table table;
    struct seen seen, new_seen;
    uint64_t handle;
    NTSTATUS status;
    ob_table_init(&table, 8, 8);
    struct body *body = make(world, &seen, "name");
    ob_open_handle(world, &table, body, 1, 0, &handle);
    ob_close_handle(world, &table, handle);
    assert_int_equal(seen.last_handles, 1);
    assert_true(seen.name_gone);
    assert_int_equal(seen.deletes, 0); /* our own reference */
    assert_null(ob_open_named(world, &thing, "name", &status));
    struct body *successor = make(world, &new_seen, "name");
    assert_ptr_not_equal(successor, body);
    ob_dereference(world, body); /* takes nothing from the successor */
    assert_ptr_equal(ob_open_named(world, &thing, "name", &status), successor);
    ob_close_table(world, &table);
}

static void the_name_of_an_object_without_handles_goes_with_it(void **state) {
    rd_world *world = *state;
    struct seen seen;
    NTSTATUS status;
    ob_dereference(world, make(world, &seen, "name"));
    assert_int_equal(seen.deletes, 1);
    assert_null(ob_open_named(world, &thing, "name", &status));
}

static void many_names_are_kept_apart(void **state) {
    enum { NAMES = 3000 };
    rd_world *world = *state;
    static void *bodies[NAMES];
    char name[32];
    bool existing;
    NTSTATUS status;
    for (int i = 0; i < NAMES; i++) {
        snprintf(name, sizeof name, "name %d", i);
        bodies[i] = ob_create_named(world, &other, name, &existing, &status);
        assert_false(existing);
    }
    for (int i = 0; i < NAMES; i += 2)
        ob_dereference(world, bodies[i]);
    for (int i = 0; i < NAMES; i++) {
        snprintf(name, sizeof name, "name %d", i);
        void *found = ob_open_named(world, &other, name, &status);
        assert_ptr_equal(found, i % 2 ? bodies[i] : NULL);
    }
    rd_world_reset(world);
    assert_null(ob_open_named(world, &other, "name 1", &status));
}

static void describe_shows_type_number_and_name(void **state) {
    rd_world *world = *state;
    struct seen seen;
    char expected[64];
    struct body *named = make(world, &seen, "a b");
    snprintf(expected, sizeof expected, "Thing#%u 'a b'", ob_id(named));
    assert_string_equal(ob_describe(world, named), expected);
    void *unnamed = ob_create(world, &other);
    snprintf(expected, sizeof expected, "Other#%u", ob_id(unnamed));
    assert_string_equal(ob_describe(world, unnamed), expected);
}

/* ---- references with provenance -------------------------------------------------------------- */

static size_t records_of(const void *body, const char *reason) {
    size_t count = 0;
    base_list_each(link, ob_references(body)) {
        const struct ob_reference_record *record =
            base_container(link, struct ob_reference_record, link);
        count += !reason || strcmp(record->reason, reason) == 0;
    }
    return count;
}

static void references_remember_who_took_them_and_why(void **state) {
    rd_world *world = *state;
    struct seen seen;
    struct body *body = make(world, &seen, NULL);
    world->current_pid = 8;
    world->current_tid = 12;
    ob_reference_for(world, body, "first");
    world->current_pid = world->current_tid = 0;
    ob_reference_for(world, body, "second");
    ob_reference_for(world, body, "first");
    assert_int_equal(ob_header_of(body)->pointer_count, 4);
    assert_int_equal(records_of(body, NULL), 3);
    const struct ob_reference_record *oldest =
        base_container(ob_references(body)->Flink, struct ob_reference_record, link);
    assert_string_equal(oldest->reason, "first");
    assert_int_equal(oldest->pid, 8);
    assert_int_equal(oldest->tid, 12);
    assert_int_equal(oldest->event, rd_event_count(world));
    ob_dereference_for(world, body, "first");
    assert_int_equal(records_of(body, "first"), 1);
    assert_int_equal(records_of(body, "second"), 1);
    ob_dereference_for(world, body, "second");
    ob_dereference_for(world, body, "first");
    assert_int_equal(records_of(body, NULL), 0);
    assert_int_equal(seen.deletes, 0);
    ob_dereference(world, body);
    assert_int_equal(seen.deletes, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_case(an_object_lives_as_long_as_its_last_reference),
        test_case(bodies_are_zeroed_also_in_recycled_memory),
        test_case(numbers_count_up_in_order_of_creation),
        test_case(handles_and_references_are_counted_apart),
        test_case(a_name_leads_to_its_object),
        test_case(a_name_of_another_type_is_a_mismatch),
        test_case(no_name_means_a_new_object_each_time),
        test_case(the_name_goes_with_the_last_handle),
        test_case(the_name_of_an_object_without_handles_goes_with_it),
        test_case(many_names_are_kept_apart),
        test_case(describe_shows_type_number_and_name),
        test_case(references_remember_who_took_them_and_why),
    };
    return cmocka_run_group_tests_name("objects", tests, NULL, NULL);
}
