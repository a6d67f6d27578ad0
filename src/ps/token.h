/*
 * token.h - access tokens: who a process runs for, and its privileges.
 *
 * Nothing is refused for want of a group or an entry in a list: every program of the simulated
 * machine runs for one administrator, elevated; services and drivers run for SYSTEM. What a token
 * decides is the few privileges that the system looks for.
 */
#ifndef RD_PS_TOKEN_H
#define RD_PS_TOKEN_H

#include "ps/ps.h"
#include "rundown/sdk/rd_security.h"

enum { PS_SID_PARTS = 5, PS_GROUPS_MAX = 8 };

/* LUIDs of privileges: the numbers are the same on every machine. The names are in token.c. */
enum ps_privilege { PS_SHUTDOWN_PRIVILEGE = 19, PS_DEBUG_PRIVILEGE = 20, PS_PRIVILEGES_END = 37 };

/* Laid out as a SID with that many subauthorities. */
struct ps_sid {
    UCHAR revision, count;
    UCHAR authority[6];
    ULONG parts[PS_SID_PARTS];
};

struct ps_token {
    const struct ps_sid *user, *level; /* the integrity level is a SID, too */
    const struct ps_sid *groups[PS_GROUPS_MAX];
    uint32_t group_count;
    const struct ps_sid *owner, *primary_group; /* of what the process creates */
    uint64_t held, enabled;                     /* privileges; bit = LUID */
    uint32_t session;
    uint32_t changes; /* of its privileges: ModifiedId */
};

extern const struct ob_type ps_token_type;

/* The process's token, made when somebody asks for it; no reference is added. */
struct ps_token *ps_process_token(struct rd_world *w, struct ps_process *process);
/* A new process gets a copy of its parent's, if anybody has looked at that. */
void ps_token_inherit(struct rd_world *w, const struct ps_process *parent,
                      struct ps_process *process);
void ps_token_forget(struct rd_world *w, struct ps_process *process);

/* Is the privilege enabled in the process's token? */
bool ps_privilege_enabled(struct rd_world *w, struct ps_process *process, uint32_t privilege);

/* NULL if there is none of that number. */
const char *ps_privilege_name(uint32_t privilege);

/* What the SE_PRIVILEGE_ flags of a token say about a privilege that it holds. */
uint32_t ps_privilege_attributes(const struct ps_token *token, uint32_t privilege);

enum ps_privilege_change { PS_DISABLE, PS_ENABLE, PS_REMOVE };
/* False: the token does not hold it. */
bool ps_privilege_change(struct rd_world *w, struct ps_token *token, uint32_t privilege,
                         enum ps_privilege_change change);

/*
 * NtQueryInformationToken: fills `out` with `*length` bytes, or says in *length how many are needed
 * (STATUS_BUFFER_TOO_SMALL). Pointers in it refer to the same buffer.
 */
NTSTATUS ps_token_query(const struct ps_token *token, TOKEN_INFORMATION_CLASS class, void *out,
                        uint32_t *length);

#endif
