/* profile.h - Windows versions as rows of a table: limits and availability, never #if. */
#ifndef RD_CORE_PROFILE_H
#define RD_CORE_PROFILE_H

#include <stdbool.h>
#include <stdint.h>

struct core_profile {
    const char *name;
    const char *title;
    uint32_t major, minor, build;
    /* Slots of the tables of notify routines (NTFY-P-12/13, NTFY-T-19/20, NTFY-I-10/11). */
    uint32_t process_notify_max, thread_notify_max, image_notify_max;
    bool process_notify_ex;        /* PsSetCreateProcessNotifyRoutineEx exists (NTFY-P-68) */
    bool process_notify_ex2;       /* ...Ex2 */
    bool thread_notify_ex;         /* NTFY-T-34 */
    uint32_t fls_slots_max;        /* TLS-16 */
    bool nested_jobs;              /* JOB-08 */
    bool lookup_gives_invalid_cid; /* TERM-19: 0xC000000B and not 0xC000000D */
};

/* NULL if there is none of that name; NULL as a name means the default. */
const struct core_profile *core_profile_find(const char *name);
/* NULL past the end. */
const struct core_profile *core_profile_at(unsigned index);

#endif
