/* NT's circular doubly linked list. */
#include "support/rd_test.h"

#include "base/list.h"

struct item {
    int value;
    LIST_ENTRY link;
};

enum { ITEMS = 5 };

static void fill(LIST_ENTRY *head, struct item items[ITEMS]) {
    base_list_init(head);
    for (int i = 0; i < ITEMS; i++) {
        items[i].value = i;
        base_list_push_back(head, &items[i].link);
    }
}

/* The values in order as decimal digits. */
static int digits(const LIST_ENTRY *head) {
    int number = 0, backward = 0, scale = 1;
    for (const LIST_ENTRY *entry = head->Flink; entry != head; entry = entry->Flink)
        number = number * 10 + base_container(entry, struct item, link)->value;
    for (const LIST_ENTRY *entry = head->Blink; entry != head; entry = entry->Blink) {
        backward += base_container(entry, struct item, link)->value * scale;
        scale *= 10;
    }
    assert_int_equal(number, backward);
    return number;
}

static void list_keeps_the_order_of_insertion(void **state) {
    LIST_ENTRY head;
    struct item items[ITEMS], front = {.value = 9}, middle = {.value = 8};
    (void)state;
    base_list_init(&head);
    assert_true(base_list_empty(&head));
    fill(&head, items);
    assert_false(base_list_empty(&head));
    base_list_push_front(&head, &front.link);
    base_list_insert_before(&items[2].link, &middle.link);
    assert_int_equal(digits(&head), 9018234);
}

static void list_removal_leaves_the_entry_pointing_at_itself(void **state) {
    LIST_ENTRY head;
    struct item items[ITEMS];
    (void)state;
    fill(&head, items);
    base_list_remove(&items[2].link);
    assert_true(base_list_empty(&items[2].link));
    base_list_remove(&items[2].link);
    assert_int_equal(digits(&head), 134);
    base_list_push_back(&head, &items[2].link);
    assert_int_equal(digits(&head), 1342);
}

static void list_pop_front_empties_it(void **state) {
    LIST_ENTRY head;
    struct item items[ITEMS];
    (void)state;
    fill(&head, items);
    for (int i = 0; i < ITEMS; i++)
        assert_ptr_equal(base_list_pop_front(&head), &items[i].link);
    assert_null(base_list_pop_front(&head));
    assert_true(base_list_empty(&head));
}

static void list_each_allows_the_removal_of_the_current_entry(void **state) {
    LIST_ENTRY head;
    struct item items[ITEMS];
    int visited = 0;
    (void)state;
    fill(&head, items);
    base_list_each(entry, &head) {
        visited++;
        if (base_container(entry, struct item, link)->value % 2)
            base_list_remove(entry);
    }
    assert_int_equal(visited, ITEMS);
    assert_int_equal(digits(&head), 24);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(list_keeps_the_order_of_insertion),
        cmocka_unit_test(list_removal_leaves_the_entry_pointing_at_itself),
        cmocka_unit_test(list_pop_front_empties_it),
        cmocka_unit_test(list_each_allows_the_removal_of_the_current_entry),
    };
    return cmocka_run_group_tests_name("list", tests, NULL, NULL);
}
