/* verify.c - findings, and the ways to stop the machine that belong to the verifier. */
#include "ke/verify.h"

#include <string.h>

#include "ke/irql.h"

/* ---- the rule that a text cites -------------------------------------------------------------- */

/* "... (LOCK-03, IRQL-05)": the first ID in the last parentheses that is a rule. */
static unsigned rule_cited(const char *text) {
    const char *at = strrchr(text, '(');
    while (at && *at) {
        char id[32];
        at += strspn(at, "(, ");
        size_t length = strcspn(at, ",) ");
        if (length && length < sizeof id) {
            memcpy(id, at, length);
            id[length] = '\0';
            unsigned rule = core_rule_find(id);
            if (rule)
                return rule;
        }
        at += length;
        if (*at == ')')
            break;
    }
    return RULE_NONE;
}

/* The first rule of a check. */
static unsigned rule_of(rd_check check, const char *text) {
    char list[256];
    unsigned rule = rule_cited(text);
    const char *rules = core_check_get(check)->rules;
    if (rule || !*rules || strlen(rules) + 2 > sizeof list)
        return rule;
    list[0] = '(';
    memcpy(list + 1, rules, strlen(rules) + 1);
    return rule_cited(list);
}

/* Whose code runs. */
static void get_culprit(struct rd_world *w, const char **driver, const char **routine) {
    *driver = *routine = "";
    if (w->ke->hooks.culprit)
        w->ke->hooks.culprit(w, driver, routine);
}

/* ---- findings -------------------------------------------------------------------------------- */

static bool is_same(const rd_finding *a, const rd_finding *b) {
    return a->check == b->check && strcmp(a->text, b->text) == 0 &&
           strcmp(a->driver, b->driver) == 0 && strcmp(a->routine, b->routine) == 0;
}

static struct ke_finding_record *find(const struct rd_world *w, const rd_finding *wanted) {
    base_list_each(link, &w->ke->findings) {
        struct ke_finding_record *record = base_container(link, struct ke_finding_record, link);
        if (!record->key && is_same(&record->finding, wanted))
            return record;
    }
    return NULL;
}

static void log_finding(struct rd_world *w, rd_finding *finding) {
    const rd_check_info *info = core_check_get(finding->check);
    uint32_t pid = w->current_pid, tid = w->current_tid;
    size_t before = w->log.count;
    w->current_pid = finding->pid;
    w->current_tid = finding->tid;
    core_event(w, RD_EVENT_FINDING, rule_of((rd_check)finding->check, finding->text),
               .a = finding->severity, .text = core_textf(w, "%s: %s", info->id, finding->text));
    w->current_pid = pid;
    w->current_tid = tid;
    if (finding->event == RD_NO_EVENT && w->log.count > before)
        finding->event = before;
}

static void record(struct rd_world *w, rd_finding *finding, uint64_t key) {
    struct ke_finding_record *known = key ? NULL : find(w, finding);
    if (known) {
        known->finding.count++;
        return;
    }
    finding->text = core_text(w, finding->text);
    finding->where = core_text(w, finding->where);
    finding->severity = core_check_get(finding->check)->severity;
    finding->count = 1;
    log_finding(w, finding);
    struct ke_finding_record *made = core_alloc(w, sizeof *made);
    made->finding = *finding;
    made->key = key;
    base_list_push_back(&w->ke->findings, &made->link);
}

void ke_finding(struct rd_world *w, rd_check check, const char *text) {
    ke_finding_at(w, check, 0, text, "");
}

bool ke_found_again(struct rd_world *w, rd_check check, uint64_t key) {
    base_list_each(link, &w->ke->findings) {
        struct ke_finding_record *record = base_container(link, struct ke_finding_record, link);
        if (record->key != key || record->finding.check != check)
            continue;
        record->finding.count++;
        return true;
    }
    return false;
}

void ke_finding_at(struct rd_world *w, rd_check check, uint64_t key, const char *text,
                   const char *where) {
    rd_finding finding = {.check = check,
                          .text = text,
                          .where = where,
                          .time = w->now,
                          .pid = w->current_pid,
                          .tid = w->current_tid,
                          .event = RD_NO_EVENT};
    if (core_check_get(check)->severity == RD_SEVERITY_NOTE && !ke_verifies_programs(w))
        return;
    get_culprit(w, &finding.driver, &finding.routine);
    record(w, &finding, key);
}

/* ---- stops ----------------------------------------------------------------------------------- */

static void stop(struct rd_world *w, const rd_bugcheck *bugcheck) {
    rd_bugcheck *result = &w->bugcheck;
    if (w->ke->dead)
        return;
    *result = *bugcheck;
    result->explanation = core_text(w, bugcheck->explanation);
    result->pid = w->current_pid;
    result->tid = w->current_tid;
    get_culprit(w, &result->driver, &result->routine);
    unsigned rule = rule_of((rd_check)result->check, result->explanation);
    result->rule = core_rule_get(rule)->id;
    w->verdict = RD_VERDICT_BUGCHECK;
    w->explanation = result->explanation;
    if (result->check && ke_verifies_drivers(w))
        ke_finding(w, (rd_check)result->check, result->explanation);
    result->event = w->log.count;
    core_event(w, RD_EVENT_BUGCHECK, rule, .a = result->code, .text = result->explanation);
    ke_step_of_nobody(w);
    ke_stop_machine(w);
}

void ke_bugcheck_of(struct rd_world *w, rd_check check, uint32_t code, const uint64_t parameters[4],
                    const char *explanation) {
    rd_bugcheck bugcheck = {.code = code, .explanation = explanation, .check = check};
    memcpy(bugcheck.parameters, parameters, sizeof bugcheck.parameters);
    stop(w, &bugcheck);
}

void ke_bugcheck(struct rd_world *w, uint32_t code, const uint64_t parameters[4],
                 const char *explanation) {
    const struct core_stop *known = core_stop_find(code, parameters[0]);
    ke_bugcheck_of(w, known ? known->check : RD_CHECK_NONE, code, parameters, explanation);
}

void ke_verifier_stop(struct rd_world *w, uint32_t code, const uint64_t parameters[4],
                      const char *explanation) {
    if (ke_verifies_drivers(w))
        ke_bugcheck(w, code, parameters, explanation);
}

void ke_violation_of(struct rd_world *w, rd_check check, uint64_t what, const char *explanation) {
    if (!ke_verifies_drivers(w))
        return;
    rd_bugcheck bugcheck = {
        .code = 0xC4,
        .parameters = {what, ke_irql(w)},
        .check = check,
        .explanation = core_textf(w, "DRIVER_VERIFIER_DETECTED_VIOLATION: %s", explanation)};
    stop(w, &bugcheck);
}

void ke_violation(struct rd_world *w, uint64_t what, const char *explanation) {
    const struct core_stop *known = core_stop_find(0xC4, what);
    ke_violation_of(w, known ? known->check : RD_CHECK_NONE, what, explanation);
}

void ke_uninitialised(struct rd_world *w, const char *routine) {
    const uint64_t parameters[4] = {0, ke_irql(w), 1, 0};
    ke_violation(w, 0x1002,
                 core_textf(w,
                            "%s was called with an object that was never initialised; initialise "
                            "it before a routine that uses it can be called (DRV-08)",
                            routine));
    ke_bugcheck(w, 0xA, parameters,
                core_textf(w,
                           "IRQL_NOT_LESS_OR_EQUAL: %s follows the empty links of an object that "
                           "was never initialised (DRV-08)",
                           routine));
}
