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

void io_report_held(struct rd_world *w, const struct io_driver *driver) {
    const char *text;
    uint32_t count;
    if (!ke_verifies_drivers(w))
        return;
    text = io_references_of(w, driver, &count);
    if (count)
        ke_finding(w, RD_CHECK_K_REF_LEAK,
                   core_textf(w, "driver has not given back %u reference%s: %s (TERM-22)", count,
                              count == 1 ? "" : "s", text));
    text = io_handles_of(w, driver, &count);
    if (count)
        ke_finding(w, RD_CHECK_K_HANDLE_LEAK,
                   core_textf(w, "driver leaves %u kernel handle%s open: to %s (HNDL-02)", count,
                              count == 1 ? "" : "s", text));
}
