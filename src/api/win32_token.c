/* win32_token.c - access tokens, as far as their privileges go. */
#include "api/win32_state.h"

/* It stands for its process: what becomes of a token whose process is gone matters to nobody. */
struct token {
    uint32_t pid, process; /* number of the process object */
};

static const struct ob_type token_type = {
    .name = "Token",
    .body_size = sizeof(struct token),
    .valid_access = 0xF01FF,
    .generic_read = 0x2001A,
    .generic_write = 0x201E0,
    .generic_execute = 0x20000,
    .generic_all = 0xF01FF,
    .on_close = ob_no_close,
    .on_last_handle = ob_no_action,
    .on_delete = ob_no_action,
};

BOOL OpenProcessToken(HANDLE ProcessHandle, DWORD DesiredAccess, PHANDLE TokenHandle) {
    struct api_caller me;
    void *process;
    if (!api_caller_get(&me))
        return FALSE;
    NTSTATUS status = api_object(&me, ProcessHandle, PROCESS_QUERY_LIMITED_INFORMATION,
                                 &ps_process_type, KE_READ, &process);
    if (!api_result(&me, status))
        return FALSE;
    struct token *token = ob_create(me.w, &token_type);
    token->pid = ((const struct ps_process *)process)->pid;
    token->process = ob_id(process);
    status = api_new_handle(&me, token, DesiredAccess, false, TokenHandle);
    ob_dereference(me.w, token);
    return api_result(&me, status);
}

/* No thread impersonates anybody. */
BOOL OpenThreadToken(HANDLE ThreadHandle, DWORD DesiredAccess, BOOL OpenAsSelf,
                     PHANDLE TokenHandle) {
    struct api_caller me;
    void *thread;
    (void)DesiredAccess, (void)OpenAsSelf, (void)TokenHandle;
    if (!api_caller_get(&me) ||
        !api_result(&me, api_object(&me, ThreadHandle, THREAD_QUERY_LIMITED_INFORMATION,
                                    &ps_thread_type, KE_READ, &thread)))
        return FALSE;
    return api_fail(&me, ERROR_NO_TOKEN);
}

/* ---- names of privileges --------------------------------------------------------------------- */

/* By LUID; the names are "SeShutdownPrivilege" and so on. */
static const char *const privileges[PS_PRIVILEGES_END] = {
    [2] = "CreateToken",
    [3] = "AssignPrimaryToken",
    [4] = "LockMemory",
    [5] = "IncreaseQuota",
    [6] = "MachineAccount",
    [7] = "Tcb",
    [8] = "Security",
    [9] = "TakeOwnership",
    [10] = "LoadDriver",
    [11] = "SystemProfile",
    [12] = "Systemtime",
    [13] = "ProfileSingleProcess",
    [14] = "IncreaseBasePriority",
    [15] = "CreatePagefile",
    [16] = "CreatePermanent",
    [17] = "Backup",
    [18] = "Restore",
    [PS_SHUTDOWN_PRIVILEGE] = "Shutdown",
    [20] = "Debug",
    [21] = "Audit",
    [22] = "SystemEnvironment",
    [23] = "ChangeNotify",
    [24] = "RemoteShutdown",
    [25] = "Undock",
    [26] = "SyncAgent",
    [27] = "EnableDelegation",
    [28] = "ManageVolume",
    [29] = "Impersonate",
    [30] = "CreateGlobal",
    [31] = "TrustedCredManAccess",
    [32] = "Relabel",
    [33] = "IncreaseWorkingSet",
    [34] = "TimeZone",
    [35] = "CreateSymbolicLink",
};

static BOOL lookup(struct api_caller *me, const char *name, PLUID luid) {
    for (ULONG i = 0; i < PS_PRIVILEGES_END; i++) {
        if (!privileges[i] || !name ||
            !ldr_same_name(core_textf(me->w, "Se%sPrivilege", privileges[i]), name))
            continue;
        *luid = (LUID){.LowPart = i};
        return TRUE;
    }
    return api_fail(me, ERROR_NO_SUCH_PRIVILEGE);
}

BOOL LookupPrivilegeValueA(LPCSTR lpSystemName, LPCSTR lpName, PLUID lpLuid) {
    struct api_caller me;
    (void)lpSystemName;
    return api_caller_get(&me) && lookup(&me, lpName, lpLuid);
}

BOOL LookupPrivilegeValueW(LPCWSTR lpSystemName, LPCWSTR lpName, PLUID lpLuid) {
    struct api_caller me;
    (void)lpSystemName;
    return api_caller_get(&me) && lookup(&me, api_utf8(&me, lpName), lpLuid);
}

/* ---- AdjustTokenPrivileges ------------------------------------------------------------------- */

struct adjustment {
    struct api_caller *me;
    struct ps_process *process;
    PTOKEN_PRIVILEGES before; /* what has been changed, or NULL */
    bool incomplete;          /* the token does not hold all of them */
};

static DWORD size_of(DWORD count) {
    return (DWORD)(offsetof(TOKEN_PRIVILEGES, Privileges) + count * sizeof(LUID_AND_ATTRIBUTES));
}

static void change(struct adjustment *adjustment, LUID luid, ULONG attributes) {
    struct rd_world *w = adjustment->me->w;
    struct ps_process *process = adjustment->process;
    bool known = luid.HighPart == 0 && luid.LowPart < PS_PRIVILEGES_END;
    enum ps_privilege_change wanted = attributes & SE_PRIVILEGE_REMOVED   ? PS_REMOVE
                                      : attributes & SE_PRIVILEGE_ENABLED ? PS_ENABLE
                                                                          : PS_DISABLE;
    bool enabled = known && ps_privilege_enabled(w, process, luid.LowPart);
    if (!known || !ps_privilege_change(w, process, luid.LowPart, wanted)) {
        adjustment->incomplete = true;
        return;
    }
    if (adjustment->before && enabled != (wanted == PS_ENABLE))
        adjustment->before->Privileges[adjustment->before->PrivilegeCount++] =
            (LUID_AND_ATTRIBUTES){luid, enabled ? SE_PRIVILEGE_ENABLED : 0};
}

static void change_all(struct adjustment *adjustment, const TOKEN_PRIVILEGES *wanted) {
    for (DWORD i = 0; wanted && i < wanted->PrivilegeCount; i++)
        change(adjustment, wanted->Privileges[i].Luid, wanted->Privileges[i].Attributes);
    for (ULONG i = 0; !wanted && i < PS_PRIVILEGES_END; i++)
        if (ps_privilege_enabled(adjustment->me->w, adjustment->process, i))
            change(adjustment, (LUID){.LowPart = i}, 0);
}

/* How many may change: all that are named, or all that are enabled. */
static DWORD most_changes(const struct adjustment *adjustment, const TOKEN_PRIVILEGES *wanted) {
    DWORD count = 0;
    if (wanted)
        return wanted->PrivilegeCount;
    for (ULONG i = 0; adjustment->process && i < PS_PRIVILEGES_END; i++)
        count += ps_privilege_enabled(adjustment->me->w, adjustment->process, i);
    return count;
}

/* The process of a token, NULL if it is gone; false with the error set: no such token. */
static bool process_of(struct api_caller *me, HANDLE handle, DWORD access,
                       struct ps_process **process) {
    void *body;
    if (!api_result(me, api_object(me, handle, access, &token_type, KE_WRITE, &body)))
        return false;
    const struct token *token = body;
    *process = ps_process_by_id(me->w, token->pid);
    if (*process && ob_id(*process) != token->process)
        *process = NULL;
    return true;
}

BOOL AdjustTokenPrivileges(HANDLE TokenHandle, BOOL DisableAllPrivileges,
                           PTOKEN_PRIVILEGES NewState, DWORD BufferLength,
                           PTOKEN_PRIVILEGES PreviousState, PDWORD ReturnLength) {
    struct api_caller me;
    struct adjustment adjustment = {.me = &me, .before = PreviousState};
    DWORD access = TOKEN_ADJUST_PRIVILEGES | (PreviousState ? TOKEN_QUERY : 0);
    if (!api_caller_get(&me))
        return FALSE;
    if (!DisableAllPrivileges && !NewState)
        return api_fail(&me, ERROR_INVALID_PARAMETER);
    if (!process_of(&me, TokenHandle, access, &adjustment.process))
        return FALSE;
    const TOKEN_PRIVILEGES *wanted = DisableAllPrivileges ? NULL : NewState;
    if (PreviousState) {
        DWORD needed = size_of(most_changes(&adjustment, wanted));
        *ReturnLength = needed;
        if (BufferLength < needed)
            return api_fail(&me, ERROR_INSUFFICIENT_BUFFER);
        PreviousState->PrivilegeCount = 0;
    }
    if (adjustment.process)
        change_all(&adjustment, wanted);
    if (PreviousState)
        *ReturnLength = size_of(PreviousState->PrivilegeCount);
    api_set_error(&me, adjustment.incomplete ? ERROR_NOT_ALL_ASSIGNED : ERROR_SUCCESS);
    return TRUE;
}
