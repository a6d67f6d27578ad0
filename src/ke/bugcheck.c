/* bugcheck.c - the simulated machine's own crash. */
#include <inttypes.h>
#include <stdio.h>

#include "ke/ke.h"

void ke_bugcheck(struct rd_world *w, uint32_t code, const uint64_t parameters[4],
                 const char *explanation) {
    if (w->ke->dead)
        return;
    w->verdict = RD_VERDICT_BUGCHECK;
    w->bugcheck.code = code;
    for (int i = 0; i < 4; i++)
        w->bugcheck.parameters[i] = parameters[i];
    w->bugcheck.explanation = core_text(w, explanation);
    w->explanation = w->bugcheck.explanation;
    core_event(w, RD_EVENT_BUGCHECK, RULE_NONE, .a = code, .text = w->bugcheck.explanation);
    ke_stop_machine(w);
}
