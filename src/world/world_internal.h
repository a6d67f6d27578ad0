/* world_internal.h - what the files of src/world share. */
#ifndef RD_WORLD_WORLD_INTERNAL_H
#define RD_WORLD_WORLD_INTERNAL_H

#include "core/core.h"
#include "io/io.h"
#include "ldr/ldr.h"
#include "ps/ps.h"

/* Runs a function as a system thread until it has returned. False: it blocked and nobody can wake
 * it. */
bool world_system_call(struct rd_world *w, void (*function)(void *context), void *context);

/* Then: the error that says so, and why. */
rd_status world_did_not_return(struct rd_world *w, const char *what);

/* ke_describe_wait, with the name of the variable that the thread waits for, if it is known. */
const char *world_describe_wait(struct rd_world *w, const struct ke_thread *thread);

/* Sets verdict and explanation from the state in which the machine has come to rest. */
void world_judge(struct rd_world *w);
/* Nothing can run, but something should. */
void world_judge_deadlock(struct rd_world *w);

#endif
