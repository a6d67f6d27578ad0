/* conflict.c - names of the open questions and of their answers. */
#include "rundown/conflict.h"

struct question {
    const char *name;
    const char *answers[2];
};

static const struct question questions[RD_CONFLICTS] = {
    [RD_CONFLICT_PROCESS_DUPLICATE] = {"process-duplicate", {"reject", "accept"}},
    [RD_CONFLICT_THREAD_DUPLICATE] = {"thread-duplicate", {"accept", "reject"}},
    [RD_CONFLICT_IMAGE_DUPLICATE] = {"image-duplicate", {"accept", "reject"}},
    [RD_CONFLICT_THREADLESS_EXIT] = {"threadless-exit", {"deliver", "drop"}},
    [RD_CONFLICT_VETO_EXIT] = {"veto-exit", {"deliver", "drop"}},
    [RD_CONFLICT_VETO_WALK] = {"veto-walk", {"continue", "stop"}},
    [RD_CONFLICT_PARENT_NULL] = {"parent-null", {"never", "ex2doc"}},
    [RD_CONFLICT_THREAD_IRQL] = {"thread-irql", {"passive", "apc"}},
    [RD_CONFLICT_FIRST_THREAD_ORDER] = {"first-thread-order", {"process-first", "thread-first"}},
    [RD_CONFLICT_MINIMAL_PROCESS] = {"minimal-process", {"silent", "deliver"}},
    [RD_CONFLICT_OBJECT_REMOVAL] = {"object-removal", {"wait", "return"}},
    [RD_CONFLICT_COMMAND_LINE] = {"command-line", {"given", "null"}},
    [RD_CONFLICT_IMAGE_NAME] = {"image-name", {"given", "null"}},
    [RD_CONFLICT_IMAGE_INFO] = {"image-info", {"extended", "plain"}},
    [RD_CONFLICT_SESSION_END] = {"session-end", {"together", "in-turn"}},
};

enum { ANSWERS = sizeof questions[0].answers / sizeof questions[0].answers[0] };

const char *rd_conflict_name(unsigned conflict) {
    return conflict < RD_CONFLICTS ? questions[conflict].name : NULL;
}

const char *rd_conflict_answer(unsigned conflict, unsigned answer) {
    return conflict < RD_CONFLICTS && answer < ANSWERS ? questions[conflict].answers[answer] : NULL;
}
