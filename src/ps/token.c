/* token.c - tokens and their privileges. What a token tells about itself is in token_query.c. */
#include "ps/token.h"

#define NT_AUTHORITY                                                                               \
    { 0, 0, 0, 0, 0, 5 }
#define MANDATORY_AUTHORITY                                                                        \
    { 0, 0, 0, 0, 0, 16 }

static const struct ps_sid local_system = {1, 1, NT_AUTHORITY, {18}};
static const struct ps_sid administrator = {1, 5, NT_AUTHORITY, {21, 1, 2, 3, 1001}};
static const struct ps_sid no_domain_group = {1, 5, NT_AUTHORITY, {21, 1, 2, 3, 513}};
static const struct ps_sid everyone = {1, 1, {0, 0, 0, 0, 0, 1}, {0}};
static const struct ps_sid administrators = {1, 2, NT_AUTHORITY, {32, 544}};
static const struct ps_sid users = {1, 2, NT_AUTHORITY, {32, 545}};
static const struct ps_sid interactive = {1, 1, NT_AUTHORITY, {4}};
static const struct ps_sid authenticated = {1, 1, NT_AUTHORITY, {11}};
static const struct ps_sid high_level = {1, 1, MANDATORY_AUTHORITY, {SECURITY_MANDATORY_HIGH_RID}};
static const struct ps_sid system_level = {
    1, 1, MANDATORY_AUTHORITY, {SECURITY_MANDATORY_SYSTEM_RID}};

/* Who has a privilege: an elevated administrator, who may have it enabled at first, or only SYSTEM,
 * which has all. */
enum holder { SYSTEM_ONLY, ADMINISTRATOR, ENABLED };

static const struct {
    const char *name;
    enum holder holder;
} privileges[PS_PRIVILEGES_END] = {
    [2] = {"SeCreateTokenPrivilege", SYSTEM_ONLY},
    [3] = {"SeAssignPrimaryTokenPrivilege", SYSTEM_ONLY},
    [4] = {"SeLockMemoryPrivilege", SYSTEM_ONLY},
    [5] = {"SeIncreaseQuotaPrivilege", ADMINISTRATOR},
    [6] = {"SeMachineAccountPrivilege", SYSTEM_ONLY},
    [7] = {"SeTcbPrivilege", SYSTEM_ONLY},
    [8] = {"SeSecurityPrivilege", ADMINISTRATOR},
    [9] = {"SeTakeOwnershipPrivilege", ADMINISTRATOR},
    [10] = {"SeLoadDriverPrivilege", ADMINISTRATOR},
    [11] = {"SeSystemProfilePrivilege", ADMINISTRATOR},
    [12] = {"SeSystemtimePrivilege", ADMINISTRATOR},
    [13] = {"SeProfileSingleProcessPrivilege", ADMINISTRATOR},
    [14] = {"SeIncreaseBasePriorityPrivilege", ADMINISTRATOR},
    [15] = {"SeCreatePagefilePrivilege", ADMINISTRATOR},
    [16] = {"SeCreatePermanentPrivilege", SYSTEM_ONLY},
    [17] = {"SeBackupPrivilege", ADMINISTRATOR},
    [18] = {"SeRestorePrivilege", ADMINISTRATOR},
    [PS_SHUTDOWN_PRIVILEGE] = {"SeShutdownPrivilege", ADMINISTRATOR},
    [PS_DEBUG_PRIVILEGE] = {"SeDebugPrivilege", ADMINISTRATOR},
    [21] = {"SeAuditPrivilege", SYSTEM_ONLY},
    [22] = {"SeSystemEnvironmentPrivilege", ADMINISTRATOR},
    [23] = {"SeChangeNotifyPrivilege", ENABLED},
    [24] = {"SeRemoteShutdownPrivilege", ADMINISTRATOR},
    [25] = {"SeUndockPrivilege", ADMINISTRATOR},
    [26] = {"SeSyncAgentPrivilege", SYSTEM_ONLY},
    [27] = {"SeEnableDelegationPrivilege", SYSTEM_ONLY},
    [28] = {"SeManageVolumePrivilege", ADMINISTRATOR},
    [29] = {"SeImpersonatePrivilege", ENABLED},
    [30] = {"SeCreateGlobalPrivilege", ENABLED},
    [31] = {"SeTrustedCredManAccessPrivilege", SYSTEM_ONLY},
    [32] = {"SeRelabelPrivilege", SYSTEM_ONLY},
    [33] = {"SeIncreaseWorkingSetPrivilege", ADMINISTRATOR},
    [34] = {"SeTimeZonePrivilege", ADMINISTRATOR},
    [35] = {"SeCreateSymbolicLinkPrivilege", ADMINISTRATOR},
    [36] = {"SeDelegateSessionUserImpersonatePrivilege", ADMINISTRATOR},
};

const struct ob_type ps_token_type = {
    .name = "Token",
    .body_size = sizeof(struct ps_token),
    .valid_access = 0xF01FF,
    .generic_read = 0x2001A,
    .generic_write = 0x201E0,
    .generic_execute = 0x20000,
    .generic_all = 0xF01FF,
    .on_close = ob_no_close,
    .on_last_handle = ob_no_action,
    .on_delete = ob_no_action,
};

static const char token_holder[] = "process whose token it is";

/* ---- tokens of processes --------------------------------------------------------------------- */

static uint64_t mask(enum holder least) {
    uint64_t bits = 0;
    for (uint32_t i = 0; i < PS_PRIVILEGES_END; i++)
        if (privileges[i].name && privileges[i].holder >= least)
            bits |= UINT64_C(1) << i;
    return bits;
}

static void add_groups(struct ps_token *token, const struct ps_sid *const *groups, size_t count) {
    for (size_t i = 0; i < count; i++)
        token->groups[token->group_count++] = groups[i];
}

static void fill_system(struct ps_token *token, bool all_enabled) {
    static const struct ps_sid *const groups[] = {&administrators, &everyone, &authenticated,
                                                  &system_level};
    token->user = token->primary_group = &local_system;
    token->owner = &administrators;
    token->level = &system_level;
    token->held = mask(SYSTEM_ONLY);
    token->enabled = all_enabled ? token->held : mask(ENABLED);
    add_groups(token, groups, sizeof groups / sizeof groups[0]);
}

static void fill_administrator(struct ps_token *token) {
    static const struct ps_sid *const groups[] = {&no_domain_group, &everyone,    &administrators,
                                                  &users,           &interactive, &authenticated,
                                                  &high_level};
    token->user = &administrator;
    token->owner = &administrators;
    token->primary_group = &no_domain_group;
    token->level = &high_level;
    token->held = mask(ADMINISTRATOR);
    token->enabled = mask(ENABLED);
    add_groups(token, groups, sizeof groups / sizeof groups[0]);
}

static struct ps_token *give_token(struct rd_world *w, struct ps_process *process) {
    process->token = ob_create(w, &ps_token_type);
    ob_reference_for(w, process->token, token_holder);
    ob_dereference(w, process->token);
    return process->token;
}

struct ps_token *ps_process_token(struct rd_world *w, struct ps_process *process) {
    if (process->token)
        return process->token;
    struct ps_token *token = give_token(w, process);
    token->session = process->session;
    if (process->system || process->service)
        fill_system(token, process->system);
    else
        fill_administrator(token);
    return token;
}

void ps_token_inherit(struct rd_world *w, const struct ps_process *parent,
                      struct ps_process *process) {
    if (!parent || parent->system || !parent->token)
        return;
    struct ps_token *token = give_token(w, process);
    *token = *parent->token;
    token->session = process->session;
}

void ps_token_forget(struct rd_world *w, struct ps_process *process) {
    if (process->token)
        ob_dereference_for(w, process->token, token_holder);
    process->token = NULL;
}

/* ---- privileges ------------------------------------------------------------------------------ */

const char *ps_privilege_name(uint32_t privilege) {
    return privilege < PS_PRIVILEGES_END ? privileges[privilege].name : NULL;
}

uint32_t ps_privilege_attributes(const struct ps_token *token, uint32_t privilege) {
    bool at_first = privileges[privilege].holder == ENABLED;
    return ((token->enabled >> privilege) & 1 ? SE_PRIVILEGE_ENABLED : 0) |
           (at_first ? SE_PRIVILEGE_ENABLED_BY_DEFAULT : 0);
}

bool ps_privilege_enabled(struct rd_world *w, struct ps_process *process, uint32_t privilege) {
    const struct ps_token *token = ps_process_token(w, process);
    core_touch(w, core_place(CORE_OBJECT, ob_id(token)), CORE_READ);
    return (token->enabled >> privilege) & 1;
}

bool ps_privilege_change(struct rd_world *w, struct ps_token *token, uint32_t privilege,
                         enum ps_privilege_change change) {
    uint64_t bit = UINT64_C(1) << (privilege < PS_PRIVILEGES_END ? privilege : 0);
    if (privilege >= PS_PRIVILEGES_END || !(token->held & bit))
        return false;
    core_touch(w, core_place(CORE_OBJECT, ob_id(token)), CORE_WRITE);
    if (change == PS_ENABLE)
        token->enabled |= bit;
    else
        token->enabled &= ~bit;
    if (change == PS_REMOVE)
        token->held &= ~bit;
    token->changes++;
    return true;
}
