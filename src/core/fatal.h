/* fatal.h - the ends that no layer can handle: the whole simulated machine stops. */
#ifndef RD_CORE_FATAL_H
#define RD_CORE_FATAL_H

#include "core/core.h"

/*
 * The host has no memory left for this run. On a simulated thread the run ends with
 * RD_VERDICT_NO_MEMORY and the call does not return; the host's own calls allocate before they
 * change anything and abort otherwise.
 */
_Noreturn void core_out_of_memory(struct rd_world *w);

#endif
