/* run.c - rd_verify: what can only be judged when a run is over. */
#include "ke/verify.h"

rd_status rd_verify(rd_world *world) {
    if (!world)
        return RD_INVALID_ARGUMENT;
    if (world->running)
        return core_error(world, RD_BUSY, "rd_verify was called from inside a run");
    return RD_OK;
}
