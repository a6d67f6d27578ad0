/* run.c - rd_verify: whether the findings of a run are complete. */
#include "ke/verify.h"

rd_status rd_verify(rd_world *world) {
    if (!world)
        return RD_INVALID_ARGUMENT;
    if (world->running)
        return core_error(world, RD_BUSY, "rd_verify was called from inside a run");
    return RD_OK;
}
