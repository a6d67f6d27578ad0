/*
 * verify.h - the verifier's side of the kernel: findings, and the checks that stop the machine.
 *
 * A stop names a check of check.def through stop.def. With RD_VERIFIER_OFF only those stops remain
 * that Windows makes without Driver Verifier.
 */
#ifndef RD_KE_VERIFY_H
#define RD_KE_VERIFY_H

#include "core/check.h"
#include "ke/ke.h"

/* First parameters of 0xC4 that are Rundown's own; see stop.def. */
enum ke_own_stop {
    KE_STOP_RUNDOWN_RELEASE = 0x52440001,
    KE_STOP_RUNDOWN_TWO_WAITERS,
    KE_STOP_RUNDOWN_FREED,
    KE_STOP_RUNDOWN_REINIT,
    KE_STOP_RUNDOWN_COMPLETED,
    KE_STOP_LOCK_RETURN,
    KE_STOP_MUTEX_USER_MODE,
};

struct ke_finding_record {
    LIST_ENTRY link;
    rd_finding finding;
    uint64_t key; /* see ke_found_again; 0: it is told from others by its texts */
};

static inline bool ke_verifies_drivers(const struct rd_world *w) {
    return w->options.verifier != RD_VERIFIER_OFF;
}

/* What programs do wrong, and notes. */
static inline bool ke_verifies_programs(const struct rd_world *w) {
    return w->options.verifier == RD_VERIFIER_FULL;
}

/*
 * Records what the current thread has done wrong. `text` ends with the IDs of the rules, in
 * parentheses. The same thing found again only counts. The caller has asked whether the verifier
 * looks for such things; notes are dropped here unless it does.
 */
void ke_finding(struct rd_world *w, rd_check check, const char *text);

/*
 * The same for what is told from other findings by a key, not by what it says. `where`: see
 * rd_finding. The first call tells whether there is a finding with that key, and counts it.
 */
bool ke_found_again(struct rd_world *w, rd_check check, uint64_t key);
void ke_finding_at(struct rd_world *w, rd_check check, uint64_t key, const char *text,
                   const char *where);

/* A bug check that Windows makes only under Driver Verifier: nothing happens with RD_VERIFIER_OFF.
 */
void ke_verifier_stop(struct rd_world *w, uint32_t code, const uint64_t parameters[4],
                      const char *explanation);

/* A bug check whose code and first parameter do not tell which check of the verifier it is. */
void ke_bugcheck_of(struct rd_world *w, rd_check check, uint32_t code, const uint64_t parameters[4],
                    const char *explanation);

/* 0xC4 with that first parameter; a check of its own where the parameter does not tell it. */
void ke_violation_of(struct rd_world *w, rd_check check, uint64_t what, const char *explanation);

/*
 * `routine` was given an object that was never initialised: 0xC4/0x1002, or without the verifier
 * the access through its empty links, 0xA (DRV-08).
 */
void ke_uninitialised(struct rd_world *w, const char *routine);

#endif
