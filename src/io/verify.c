/* verify.c - what the verifier finds when a driver leaves. */
#include "ke/verify.h"

#include "io/io.h"

static rd_check check_of(unsigned rule) {
    switch (rule) {
    case RULE_RUN_23:
        return RD_CHECK_K_UNLOAD_PENDING;
    case RULE_DRV_17:
        return RD_CHECK_K_UNLOAD_REG;
    default:
        return RD_CHECK_N_NOTREMOVED;
    }
}

void io_report_left(struct rd_world *w, const struct io_driver *driver, unsigned rule,
                    uint32_t count, const char *what) {
    const char *text = core_textf(w, "%s: %s: %u", driver->name, what, count);
    w->failures[CORE_LEAK]++;
    core_event(w, RD_EVENT_DRIVER_LEFT, rule, .a = count, .text = text);
    if (ke_verifies_drivers(w))
        ke_finding(w, check_of(rule),
                   core_textf(w, "driver leaves behind: %s (%s)", text, core_rule_get(rule)->id));
}
