/*
 * win32_token.c - tokens as programs see them. All threads run for the user of their process: none
 * has a token of its own.
 */
#include "api/win32_state.h"
#include "ps/token.h"
#include "rundown/sdk/rd_ntdll.h"

/* Handles that stand for the caller's tokens without being open. */
enum { OF_PROCESS = -4, OF_THREAD = -5, EFFECTIVE = -6 };

static NTSTATUS token_of(struct api_caller *me, HANDLE handle, uint32_t access,
                         enum ke_access_kind kind, struct ps_token **token) {
    void *body = NULL;
    if (!api_caller_get(me))
        return STATUS_INVALID_HANDLE;
    switch ((int64_t)(intptr_t)handle) {
    case OF_PROCESS:
    case EFFECTIVE:
        *token = ps_process_token(me->w, me->process);
        ke_point(me->w, ob_id(*token), kind);
        return access & ~(uint32_t)(TOKEN_QUERY | TOKEN_QUERY_SOURCE) ? STATUS_ACCESS_DENIED
                                                                      : STATUS_SUCCESS;
    case OF_THREAD:
        return STATUS_NO_TOKEN;
    default:
        break;
    }
    NTSTATUS status = api_object(me, handle, access, &ps_token_type, kind, &body);
    *token = body;
    return status;
}

/* ---- opening --------------------------------------------------------------------------------- */

NTSTATUS NtOpenProcessToken(HANDLE ProcessHandle, ACCESS_MASK DesiredAccess, PHANDLE TokenHandle) {
    struct api_caller me;
    void *process;
    if (!api_caller_get(&me))
        return STATUS_INVALID_HANDLE;
    if (!TokenHandle)
        return STATUS_ACCESS_VIOLATION;
    *TokenHandle = NULL;
    NTSTATUS status = api_object(&me, ProcessHandle, PROCESS_QUERY_LIMITED_INFORMATION,
                                 &ps_process_type, KE_READ, &process);
    if (!NT_SUCCESS(status))
        return status;
    return api_new_handle(&me, ps_process_token(me.w, process), DesiredAccess, false, TokenHandle);
}

NTSTATUS NtOpenProcessTokenEx(HANDLE ProcessHandle, ACCESS_MASK DesiredAccess,
                              ULONG HandleAttributes, PHANDLE TokenHandle) {
    (void)HandleAttributes;
    return NtOpenProcessToken(ProcessHandle, DesiredAccess, TokenHandle);
}

NTSTATUS NtOpenThreadToken(HANDLE ThreadHandle, ACCESS_MASK DesiredAccess, BOOLEAN OpenAsSelf,
                           PHANDLE TokenHandle) {
    struct api_caller me;
    void *thread;
    (void)DesiredAccess, (void)OpenAsSelf;
    if (!api_caller_get(&me))
        return STATUS_INVALID_HANDLE;
    if (!TokenHandle)
        return STATUS_ACCESS_VIOLATION;
    *TokenHandle = NULL;
    NTSTATUS status = api_object(&me, ThreadHandle, THREAD_QUERY_LIMITED_INFORMATION,
                                 &ps_thread_type, KE_READ, &thread);
    return NT_SUCCESS(status) ? STATUS_NO_TOKEN : status;
}

static BOOL result(NTSTATUS status) {
    struct api_caller me;
    return api_caller_get(&me) && api_result(&me, status);
}

BOOL OpenProcessToken(HANDLE ProcessHandle, DWORD DesiredAccess, PHANDLE TokenHandle) {
    return result(NtOpenProcessToken(ProcessHandle, DesiredAccess, TokenHandle));
}

BOOL OpenThreadToken(HANDLE ThreadHandle, DWORD DesiredAccess, BOOL OpenAsSelf,
                     PHANDLE TokenHandle) {
    return result(NtOpenThreadToken(ThreadHandle, DesiredAccess, OpenAsSelf != FALSE, TokenHandle));
}

/* ---- questions ------------------------------------------------------------------------------- */

NTSTATUS NtQueryInformationToken(HANDLE TokenHandle, TOKEN_INFORMATION_CLASS TokenInformationClass,
                                 PVOID TokenInformation, ULONG TokenInformationLength,
                                 PULONG ReturnLength) {
    struct api_caller me;
    struct ps_token *token;
    uint32_t access = TokenInformationClass == TokenSource ? TOKEN_QUERY_SOURCE : TOKEN_QUERY;
    uint32_t length = 0;
    NTSTATUS status = token_of(&me, TokenHandle, access, KE_READ, &token);
    if (!NT_SUCCESS(status))
        return status;
    if (!ReturnLength)
        return STATUS_ACCESS_VIOLATION;
    status = ps_token_query(token, TokenInformationClass, NULL, &length);
    if (status != STATUS_BUFFER_TOO_SMALL)
        return status;
    *ReturnLength = length;
    if (TokenInformationLength < length)
        return STATUS_BUFFER_TOO_SMALL;
    volatile char *bytes = TokenInformation; /* a bad pointer is the caller's access violation */
    bytes[0] = bytes[length - 1] = 0;
    return ps_token_query(token, TokenInformationClass, TokenInformation, &length);
}

BOOL GetTokenInformation(HANDLE TokenHandle, TOKEN_INFORMATION_CLASS TokenInformationClass,
                         LPVOID TokenInformation, DWORD TokenInformationLength,
                         PDWORD ReturnLength) {
    return result(NtQueryInformationToken(TokenHandle, TokenInformationClass, TokenInformation,
                                          TokenInformationLength, ReturnLength));
}

/* ---- privileges ------------------------------------------------------------------------------ */

BOOL LookupPrivilegeValueA(LPCSTR lpSystemName, LPCSTR lpName, PLUID lpLuid) {
    struct api_caller me;
    (void)lpSystemName;
    if (!api_caller_get(&me))
        return FALSE;
    for (ULONG i = 0; lpName && i < PS_PRIVILEGES_END; i++) {
        const char *name = ps_privilege_name(i);
        if (!name || !ldr_same_name(name, lpName))
            continue;
        *lpLuid = (LUID){.LowPart = i};
        return TRUE;
    }
    return api_fail(&me, lpName ? ERROR_NO_SUCH_PRIVILEGE : ERROR_INVALID_PARAMETER);
}

BOOL LookupPrivilegeValueW(LPCWSTR lpSystemName, LPCWSTR lpName, PLUID lpLuid) {
    struct api_caller me;
    (void)lpSystemName;
    return api_caller_get(&me) &&
           LookupPrivilegeValueA(NULL, lpName ? api_utf8(&me, lpName) : NULL, lpLuid);
}

/* NULL and the error is set if there is no such privilege, or no room for its name. */
static const char *privilege_name(struct api_caller *me, const LUID *luid, DWORD *characters) {
    const char *name = luid->HighPart ? NULL : ps_privilege_name(luid->LowPart);
    if (!name) {
        api_set_error(me, ERROR_NO_SUCH_PRIVILEGE);
        return NULL;
    }
    DWORD length = (DWORD)strlen(name), room = *characters;
    *characters = room > length ? length : length + 1;
    if (room > length)
        return name;
    api_set_error(me, ERROR_INSUFFICIENT_BUFFER);
    return NULL;
}

BOOL LookupPrivilegeNameA(LPCSTR lpSystemName, PLUID lpLuid, LPSTR lpName, LPDWORD cchName) {
    struct api_caller me;
    (void)lpSystemName;
    const char *name = api_caller_get(&me) ? privilege_name(&me, lpLuid, cchName) : NULL;
    for (size_t i = 0; name && (i == 0 || name[i - 1]); i++)
        lpName[i] = name[i];
    return name != NULL;
}

BOOL LookupPrivilegeNameW(LPCWSTR lpSystemName, PLUID lpLuid, LPWSTR lpName, LPDWORD cchName) {
    struct api_caller me;
    (void)lpSystemName;
    const char *name = api_caller_get(&me) ? privilege_name(&me, lpLuid, cchName) : NULL;
    for (size_t i = 0; name && (i == 0 || name[i - 1]); i++)
        lpName[i] = (WCHAR)name[i];
    return name != NULL;
}

static ULONG state_size(ULONG privileges) {
    return (ULONG)(offsetof(TOKEN_PRIVILEGES, Privileges) +
                   privileges * sizeof(LUID_AND_ATTRIBUTES));
}

/* One request of a list; the state before goes to `previous` if that changes. */
static bool adjust(struct rd_world *w, struct ps_token *token, const LUID_AND_ATTRIBUTES *wanted,
                   TOKEN_PRIVILEGES *previous) {
    ULONG privilege = wanted->Luid.HighPart ? PS_PRIVILEGES_END : wanted->Luid.LowPart;
    ULONG before = privilege < PS_PRIVILEGES_END ? ps_privilege_attributes(token, privilege) : 0;
    enum ps_privilege_change change = wanted->Attributes & SE_PRIVILEGE_REMOVED   ? PS_REMOVE
                                      : wanted->Attributes & SE_PRIVILEGE_ENABLED ? PS_ENABLE
                                                                                  : PS_DISABLE;
    if (!ps_privilege_change(w, token, privilege, change))
        return false;
    bool changed = change == PS_REMOVE || ((before ^ wanted->Attributes) & SE_PRIVILEGE_ENABLED);
    if (changed && previous)
        previous->Privileges[previous->PrivilegeCount++] =
            (LUID_AND_ATTRIBUTES){.Luid = wanted->Luid, .Attributes = before};
    return true;
}

static bool is_enabled(const struct ps_token *token, ULONG privilege) {
    return (token->enabled >> privilege) & 1;
}

static NTSTATUS disable_all(struct rd_world *w, struct ps_token *token,
                            TOKEN_PRIVILEGES *previous) {
    for (ULONG i = 0; i < PS_PRIVILEGES_END; i++)
        if (is_enabled(token, i))
            adjust(w, token, &(LUID_AND_ATTRIBUTES){.Luid = {.LowPart = i}}, previous);
    return STATUS_SUCCESS;
}

static NTSTATUS adjust_list(struct rd_world *w, struct ps_token *token,
                            const TOKEN_PRIVILEGES *wanted, TOKEN_PRIVILEGES *previous) {
    NTSTATUS status = STATUS_SUCCESS;
    for (ULONG i = 0; i < wanted->PrivilegeCount; i++)
        if (!adjust(w, token, &wanted->Privileges[i], previous))
            status = STATUS_NOT_ALL_ASSIGNED;
    return status;
}

/* How many privileges a change concerns at most. */
static ULONG concerned(const struct ps_token *token, bool all, const TOKEN_PRIVILEGES *state) {
    ULONG count = 0;
    if (!all)
        return state->PrivilegeCount;
    for (ULONG i = 0; i < PS_PRIVILEGES_END; i++)
        count += is_enabled(token, i);
    return count;
}

NTSTATUS NtAdjustPrivilegesToken(HANDLE TokenHandle, BOOLEAN DisableAllPrivileges,
                                 PTOKEN_PRIVILEGES NewState, ULONG BufferLength,
                                 PTOKEN_PRIVILEGES PreviousState, PULONG ReturnLength) {
    struct api_caller me;
    struct ps_token *token;
    uint32_t access = TOKEN_ADJUST_PRIVILEGES | (PreviousState ? TOKEN_QUERY : 0);
    if (!DisableAllPrivileges && !NewState)
        return STATUS_INVALID_PARAMETER;
    NTSTATUS status = token_of(&me, TokenHandle, access, KE_WRITE, &token);
    if (!NT_SUCCESS(status))
        return status;
    if (PreviousState) {
        ULONG needed = state_size(concerned(token, DisableAllPrivileges != FALSE, NewState));
        *ReturnLength = needed;
        if (BufferLength < needed)
            return STATUS_BUFFER_TOO_SMALL;
        PreviousState->PrivilegeCount = 0;
    }
    status = DisableAllPrivileges ? disable_all(me.w, token, PreviousState)
                                  : adjust_list(me.w, token, NewState, PreviousState);
    if (PreviousState)
        *ReturnLength = state_size(PreviousState->PrivilegeCount);
    return status;
}

/* Succeeds also if some of the privileges are not held: the last error tells (1300). */
BOOL AdjustTokenPrivileges(HANDLE TokenHandle, BOOL DisableAllPrivileges,
                           PTOKEN_PRIVILEGES NewState, DWORD BufferLength,
                           PTOKEN_PRIVILEGES PreviousState, PDWORD ReturnLength) {
    struct api_caller me;
    NTSTATUS status = NtAdjustPrivilegesToken(TokenHandle, DisableAllPrivileges != FALSE, NewState,
                                              BufferLength, PreviousState, ReturnLength);
    if (!api_caller_get(&me))
        return FALSE;
    bool done = api_result(&me, status);
    if (done)
        api_set_error(&me,
                      status == STATUS_NOT_ALL_ASSIGNED ? ERROR_NOT_ALL_ASSIGNED : ERROR_SUCCESS);
    return done;
}

NTSTATUS RtlAdjustPrivilege(ULONG Privilege, BOOLEAN Enable, BOOLEAN CurrentThread,
                            PBOOLEAN Enabled) {
    struct api_caller me;
    if (CurrentThread)
        return STATUS_NO_TOKEN;
    if (!api_caller_get(&me))
        return STATUS_INVALID_HANDLE;
    struct ps_token *token = ps_process_token(me.w, me.process);
    ke_point(me.w, ob_id(token), KE_WRITE);
    bool before = Privilege < PS_PRIVILEGES_END && is_enabled(token, Privilege);
    if (!ps_privilege_change(me.w, token, Privilege, Enable ? PS_ENABLE : PS_DISABLE))
        return STATUS_PRIVILEGE_NOT_HELD;
    *Enabled = before;
    return STATUS_SUCCESS;
}
