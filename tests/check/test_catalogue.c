/* The catalogue of checks and bug checks, and the pages about them. */
#include <stdio.h>
#include <string.h>

#include "core/check.h"
#include "core/rule.h"
#include "support/rd_test.h"

static char page[8192];

static const char *explained(const char *topic) {
    size_t needed = 0;
    page[0] = '\0';
    if (rd_explain(topic, page, sizeof page, &needed) != RD_OK)
        fail_msg("nothing is known about '%s'", topic);
    assert_true(needed <= sizeof page);
    assert_int_equal(strlen(page) + 1, needed);
    return page;
}

static void shows(const char *topic, const char *words) {
    if (!strstr(explained(topic), words))
        fail_msg("the page about '%s' lacks '%s': %s", topic, words, page);
}

static void every_check_says_what_why_and_how(void **state) {
    (void)state;
    assert_int_equal(rd_check_count(), RD_CHECKS - 1);
    for (unsigned i = 1; i <= rd_check_count(); i++) {
        rd_check_info info;
        assert_int_equal(rd_check_get(i, &info), RD_OK);
        assert_int_equal(rd_check_find(info.id), i);
        assert_true(*info.message && *info.cause && *info.fix && *info.names);
        assert_true(info.severity >= RD_SEVERITY_NOTE && info.severity <= RD_SEVERITY_STOP);
        shows(info.id, info.message);
    }
}

static void a_check_that_is_none(void **state) {
    rd_check_info info;
    (void)state;
    assert_int_equal(rd_check_get(0, &info), RD_NOT_FOUND);
    assert_int_equal(rd_check_get(RD_CHECKS, &info), RD_NOT_FOUND);
    assert_int_equal(rd_check_get(1, NULL), RD_INVALID_ARGUMENT);
    assert_int_equal(rd_check_find("K-NOTHING"), 0);
    assert_int_equal(rd_check_find(NULL), 0);
    assert_int_equal(rd_check_find(""), 0);
}

static void rules_of_checks_exist(void **state) {
    (void)state;
    for (unsigned i = 1; i <= rd_check_count(); i++)
        for (const char *at = core_check_get(i)->rules; *at;) {
            char id[32];
            size_t length = strcspn(at, " ");
            snprintf(id, sizeof id, "%.*s", (int)length, at);
            if (!core_rule_find(id))
                fail_msg("%s cites %s", core_check_get(i)->id, id);
            at += length + (at[length] == ' ');
        }
}

static void found_by_the_names_that_engineers_know(void **state) {
    (void)state;
    assert_int_equal(rd_check_find("irqlpspassive"), RD_CHECK_K_IRQL_PS);
    assert_int_equal(rd_check_find("0xC4/0x100A"), RD_CHECK_K_LOCK_THREADEXIT);
    shows("K-POOL-FREE", "DoubleExFree");
    shows("doubleexfree", "K-POOL-FREE: ");
    shows("0xC4/0x100A", "K-LOCK-THREADEXIT: ");
    shows("0xc4, 0x100a", "K-LOCK-THREADEXIT: ");
    shows("0x000000CE", "DRIVER_UNLOADED_WITHOUT_CANCELLING_PENDING_OPERATIONS");
    shows("0xCE", "N-NOTREMOVED: ");
    shows("IRQL_UNEXPECTED_VALUE", "K-IRQL-RETURN: ");
    shows("0xB8", "K-IRQL-WAIT: ");
    shows("0xC4/0x52440007", "K-WAIT-MODE: ");
    shows("0xC0000005", "STATUS_ACCESS_VIOLATION: ");
    shows("STATUS_TIMEOUT", "0x00000102");
    shows("PROC-09", "rule PROC-09: ");
    shows("run-20", "N-NOTREMOVED: ");
}

static void every_bug_check_has_a_page(void **state) {
    const struct core_stop *stop;
    (void)state;
    for (unsigned i = 0; (stop = core_stop_at(i)); i++) {
        char topic[64];
        const struct core_stop *whole = core_stop_find(stop->code, UINT64_MAX);
        snprintf(topic, sizeof topic, "0x%X", stop->code);
        assert_non_null(whole);
        assert_true(*whole->name && *whole->parameters);
        shows(topic, whole->name);
        if (stop->has_first)
            snprintf(topic, sizeof topic, "0x%X/0x%llX", stop->code,
                     (unsigned long long)stop->first);
        shows(topic, stop->meaning);
        if (stop->check)
            shows(topic, core_check_get(stop->check)->id);
    }
}

static void topics_can_be_listed(void **state) {
    const char *topic;
    unsigned count = 0;
    (void)state;
    for (; (topic = rd_explain_topic(count)); count++)
        explained(topic);
    assert_true(count > rd_check_count() + rd_rule_count());
}

static void an_unknown_topic(void **state) {
    char text[4] = "xyz";
    size_t needed;
    (void)state;
    assert_int_equal(rd_explain("nonsense", text, sizeof text, NULL), RD_NOT_FOUND);
    assert_int_equal(rd_explain("0xC4/", text, sizeof text, NULL), RD_NOT_FOUND);
    assert_int_equal(rd_explain("0xC4/0x100A7", text, sizeof text, NULL), RD_NOT_FOUND);
    assert_int_equal(rd_explain("0x", text, sizeof text, NULL), RD_NOT_FOUND);
    assert_int_equal(rd_explain("", text, sizeof text, NULL), RD_NOT_FOUND);
    assert_int_equal(rd_explain(NULL, text, sizeof text, NULL), RD_INVALID_ARGUMENT);
    assert_int_equal(rd_explain("K-IRQL-WAIT", text, sizeof text, &needed), RD_OK);
    assert_string_equal(text, "K-I");
    assert_true(needed > 100);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_check_says_what_why_and_how),
        cmocka_unit_test(a_check_that_is_none),
        cmocka_unit_test(rules_of_checks_exist),
        cmocka_unit_test(found_by_the_names_that_engineers_know),
        cmocka_unit_test(every_bug_check_has_a_page),
        cmocka_unit_test(topics_can_be_listed),
        cmocka_unit_test(an_unknown_topic),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
