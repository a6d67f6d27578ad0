/* The tables: Windows versions and the catalogue of rules. */
#include "support/rd_test.h"

#include <string.h>

#include "core/core.h"

static void profiles_are_found_by_their_names(void **state) {
    (void)state;
    unsigned count = 0;
    for (const struct core_profile *profile; (profile = core_profile_at(count)) != NULL; count++) {
        assert_ptr_equal(core_profile_find(profile->name), profile);
        assert_string_equal(rd_profile_name(count), profile->name);
        assert_true(strlen(profile->title) > 3);
        for (unsigned other = 0; other < count; other++)
            assert_string_not_equal(core_profile_at(other)->name, profile->name);
    }
    assert_true(count >= 8);
    assert_null(core_profile_at(count));
    assert_null(rd_profile_name(count));
    assert_string_equal(core_profile_find(NULL)->name, "win11");
    assert_null(core_profile_find("WIN11"));
    assert_null(core_profile_find(""));
}

static void profiles_have_sane_limits(void **state) {
    (void)state;
    for (unsigned i = 0; core_profile_at(i); i++) {
        const struct core_profile *profile = core_profile_at(i);
        assert_in_range(profile->process_notify_max, 8, 64);
        assert_in_range(profile->thread_notify_max, 8, 64);
        assert_in_range(profile->image_notify_max, 8, 64);
        assert_in_range(profile->fls_slots_max, 127, 4080);
        if (i)
            assert_true(profile->build < core_profile_at(i - 1)->build); /* newest first */
        if (profile->process_notify_ex2)
            assert_true(profile->process_notify_ex);
    }
}

static void a_world_shows_its_profile_in_the_log(void **state) {
    rd_world_options options = {.size = sizeof options, .profile = "win7"};
    rd_world *world = test_world(&options);
    (void)state;
    test_event(world, 0, RD_EVENT_WORLD_START, "Windows 7 SP1");
    rd_world_destroy(world);
}

static void rules_are_numbered_without_gaps_and_found_by_id(void **state) {
    (void)state;
    unsigned count = core_rule_count();
    assert_true(count > 700);
    for (unsigned rule = 1; rule <= count; rule++) {
        const struct core_rule *entry = core_rule_get(rule);
        assert_int_equal(core_rule_find(entry->id), rule);
        assert_true(strlen(entry->title) > 0);
        assert_null(strchr(entry->title, '\n'));
        assert_true(strlen(entry->text) > 0);
    }
    assert_int_equal(core_rule_find(NULL), RULE_NONE);
    assert_int_equal(core_rule_find(""), RULE_NONE);
    assert_int_equal(core_rule_find("proc-07"), RULE_NONE);
}

static void a_number_of_no_rule_gives_empty_texts(void **state) {
    (void)state;
    const unsigned numbers[] = {RULE_NONE, core_rule_count() + 1, (unsigned)-1};
    for (size_t i = 0; i < 3; i++) {
        assert_string_equal(core_rule_get(numbers[i])->id, "");
        assert_string_equal(core_rule_get(numbers[i])->title, "");
    }
    rd_rule rule;
    assert_int_equal(rd_rule_get(core_rule_count() + 1, &rule), RD_NOT_FOUND);
    assert_int_equal(rd_rule_get(1, NULL), RD_INVALID_ARGUMENT);
    assert_int_equal(rd_rule_find(NULL), 0);
}

static void states_of_rules_have_names(void **state) {
    (void)state;
    assert_string_equal(core_rule_state_name(RULE_OPEN), "open");
    assert_string_equal(core_rule_state_name(RULE_HELD), "held");
    assert_string_equal(core_rule_state_name(RULE_OUT), "out");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(profiles_are_found_by_their_names),
        cmocka_unit_test(profiles_have_sane_limits),
        cmocka_unit_test(a_world_shows_its_profile_in_the_log),
        cmocka_unit_test(rules_are_numbered_without_gaps_and_found_by_id),
        cmocka_unit_test(a_number_of_no_rule_gives_empty_texts),
        cmocka_unit_test(states_of_rules_have_names),
    };
    return cmocka_run_group_tests_name("tables", tests, NULL, NULL);
}
