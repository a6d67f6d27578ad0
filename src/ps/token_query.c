/* token_query.c - what a token tells about itself (NtQueryInformationToken). */
#include <string.h>

#include "ps/token.h"

/* A buffer that is filled from both ends: the structure, and behind it the SIDs it points to. */
struct answer {
    char *out;
    uint32_t used; /* by the structure and the SIDs so far */
};

static uint32_t sid_size(const struct ps_sid *sid) {
    return 8 + 4 * (uint32_t)sid->count;
}

static PSID put_sid(struct answer *answer, const struct ps_sid *sid) {
    char *place = answer->out + answer->used;
    memcpy(place, sid, sid_size(sid));
    answer->used += sid_size(sid);
    return place;
}

static void put_attributes(struct answer *answer, SID_AND_ATTRIBUTES *out, const struct ps_sid *sid,
                           ULONG attributes) {
    out->Sid = put_sid(answer, sid);
    out->Attributes = attributes;
}

/* ---- sizes ----------------------------------------------------------------------------------- */

static bool holds(const struct ps_token *token, uint32_t privilege) {
    return (token->held >> privilege) & 1;
}

static uint32_t privilege_count(const struct ps_token *token) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < PS_PRIVILEGES_END; i++)
        count += holds(token, i);
    return count;
}

static uint32_t groups_size(const struct ps_token *token) {
    return (uint32_t)(offsetof(TOKEN_GROUPS, Groups) +
                      token->group_count * sizeof(SID_AND_ATTRIBUTES));
}

/* Of the structure and of what stands behind it; 0: there is no such class. */
static uint32_t size_of(const struct ps_token *token, TOKEN_INFORMATION_CLASS class,
                        uint32_t *behind) {
    *behind = 0;
    switch (class) {
    case TokenUser:
        *behind = sid_size(token->user);
        return sizeof(TOKEN_USER);
    case TokenGroups:
        for (uint32_t i = 0; i < token->group_count; i++)
            *behind += sid_size(token->groups[i]);
        return groups_size(token);
    case TokenPrivileges:
        return (uint32_t)(offsetof(TOKEN_PRIVILEGES, Privileges) +
                          privilege_count(token) * sizeof(LUID_AND_ATTRIBUTES));
    case TokenOwner:
        *behind = sid_size(token->owner);
        return sizeof(TOKEN_OWNER);
    case TokenPrimaryGroup:
        *behind = sid_size(token->primary_group);
        return sizeof(TOKEN_PRIMARY_GROUP);
    case TokenIntegrityLevel:
        *behind = sid_size(token->level);
        return sizeof(TOKEN_MANDATORY_LABEL);
    case TokenSource:
        return sizeof(TOKEN_SOURCE);
    case TokenStatistics:
        return sizeof(TOKEN_STATISTICS);
    case TokenType:
    case TokenSessionId:
    case TokenElevationType:
    case TokenElevation:
    case TokenHasRestrictions:
    case TokenVirtualizationAllowed:
    case TokenVirtualizationEnabled:
    case TokenUIAccess:
    case TokenIsAppContainer:
        return sizeof(ULONG);
    default:
        return 0;
    }
}

/* ---- contents -------------------------------------------------------------------------------- */

static void fill_groups(const struct ps_token *token, struct answer *answer) {
    enum { MANDATORY = 1, BY_DEFAULT = 2, ENABLED = 4, OWNER = 8, INTEGRITY = 0x60 };
    TOKEN_GROUPS *groups = (void *)answer->out;
    groups->GroupCount = token->group_count;
    for (uint32_t i = 0; i < token->group_count; i++) {
        const struct ps_sid *sid = token->groups[i];
        bool administrators = sid->count == 2 && sid->parts[1] == DOMAIN_ALIAS_RID_ADMINS;
        ULONG attributes = MANDATORY | BY_DEFAULT | ENABLED | (administrators ? OWNER : 0);
        put_attributes(answer, &groups->Groups[i], sid,
                       sid == token->level ? INTEGRITY : attributes);
    }
}

static void fill_privileges(const struct ps_token *token, struct answer *answer) {
    TOKEN_PRIVILEGES *out = (void *)answer->out;
    out->PrivilegeCount = 0;
    for (uint32_t i = 0; i < PS_PRIVILEGES_END; i++)
        if (holds(token, i))
            out->Privileges[out->PrivilegeCount++] = (LUID_AND_ATTRIBUTES){
                .Luid = {.LowPart = i}, .Attributes = ps_privilege_attributes(token, i)};
}

/* LUIDs of logon sessions: 0x3E7 is SYSTEM's. */
static ULONG logon_of(const struct ps_token *token) {
    enum { SYSTEM_LOGON = 0x3E7, USER_LOGON = 0x186A0 };
    return token->user->count == 1 ? SYSTEM_LOGON : USER_LOGON;
}

static void fill_statistics(const struct ps_token *token, struct answer *answer) {
    TOKEN_STATISTICS *out = (void *)answer->out;
    *out = (TOKEN_STATISTICS){.TokenId = {.LowPart = ob_id(token)},
                              .AuthenticationId = {.LowPart = logon_of(token)},
                              .ExpirationTime = {.QuadPart = INT64_MAX},
                              .TokenType = TokenPrimary,
                              .GroupCount = token->group_count,
                              .PrivilegeCount = privilege_count(token),
                              .ModifiedId = {.LowPart = ob_id(token) + token->changes}};
}

static ULONG number_of(const struct ps_token *token, TOKEN_INFORMATION_CLASS class) {
    switch (class) {
    case TokenType:
        return TokenPrimary;
    case TokenSessionId:
        return token->session;
    case TokenElevationType:
        return token->user->count == 1 ? 1 : 2; /* default, full */
    case TokenElevation:
        return 1;
    default:
        return 0;
    }
}

static void fill(const struct ps_token *token, TOKEN_INFORMATION_CLASS class,
                 struct answer *answer) {
    enum { INTEGRITY = 0x60 };
    switch (class) {
    case TokenUser:
        put_attributes(answer, &((TOKEN_USER *)(void *)answer->out)->User, token->user, 0);
        break;
    case TokenGroups:
        fill_groups(token, answer);
        break;
    case TokenPrivileges:
        fill_privileges(token, answer);
        break;
    case TokenOwner:
        ((TOKEN_OWNER *)(void *)answer->out)->Owner = put_sid(answer, token->owner);
        break;
    case TokenPrimaryGroup:
        ((TOKEN_PRIMARY_GROUP *)(void *)answer->out)->PrimaryGroup =
            put_sid(answer, token->primary_group);
        break;
    case TokenIntegrityLevel:
        put_attributes(answer, &((TOKEN_MANDATORY_LABEL *)(void *)answer->out)->Label, token->level,
                       INTEGRITY);
        break;
    case TokenSource:
        *(TOKEN_SOURCE *)(void *)answer->out =
            (TOKEN_SOURCE){.SourceName = {'U', 's', 'e', 'r', '3', '2', ' ', 0}};
        break;
    case TokenStatistics:
        fill_statistics(token, answer);
        break;
    default:
        *(ULONG *)(void *)answer->out = number_of(token, class);
        break;
    }
}

NTSTATUS ps_token_query(const struct ps_token *token, TOKEN_INFORMATION_CLASS class, void *out,
                        uint32_t *length) {
    uint32_t behind;
    uint32_t size = size_of(token, class, &behind);
    uint32_t room = *length;
    if (!size)
        return STATUS_INVALID_INFO_CLASS;
    *length = size + behind;
    if (room < *length)
        return STATUS_BUFFER_TOO_SMALL;
    fill(token, class, &(struct answer){.out = out, .used = size});
    return STATUS_SUCCESS;
}
