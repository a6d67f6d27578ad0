/* findings.c - what the verifier has found, for the host. */
#include "ke/verify.h"

size_t rd_finding_count(const rd_world *world, rd_severity least) {
    size_t count = 0;
    if (!world)
        return 0;
    base_list_each(link, &world->ke->findings) count +=
        base_container(link, struct ke_finding_record, link)->finding.severity >= least;
    return count;
}

rd_status rd_finding_get(const rd_world *world, size_t index, rd_finding *out) {
    if (!world || !out)
        return RD_INVALID_ARGUMENT;
    base_list_each(link, &world->ke->findings) {
        if (index--)
            continue;
        *out = base_container(link, struct ke_finding_record, link)->finding;
        return RD_OK;
    }
    return RD_NOT_FOUND;
}
