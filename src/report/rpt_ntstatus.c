#include "report/rpt.h"

static const struct {
    uint32_t status;
    const char *name;
} known[] = {
#define RD_NTSTATUS(value, name, meaning) {value, name},
#include "check/ntstatus.def"
#undef RD_NTSTATUS
};

const char *rpt_ntstatus_name(uint32_t status) {
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (known[i].status == status)
            return known[i].name;
    return NULL;
}
