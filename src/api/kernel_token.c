/* kernel_token.c - tokens as drivers see them. */
#include "api/kernel.h"
#include "ps/token.h"

/* The user-mode twin; its header cannot be included beside the kernel's. */
NTSTATUS NtQueryInformationToken(HANDLE, TOKEN_INFORMATION_CLASS, PVOID, ULONG, PULONG);

/* ---- references ------------------------------------------------------------------------------ */

PACCESS_TOKEN PsReferencePrimaryToken(PEPROCESS Process) {
    struct rd_world *w = kernel_world();
    if (!w)
        return NULL;
    ke_irql_check(w, KE_APC_LEVEL, "PsReferencePrimaryToken", "IRQL-02");
    struct ps_token *token = ps_process_token(w, kernel_process(Process));
    ke_point(w, ob_id(token), KE_READ);
    io_reference(w, token);
    return token;
}

VOID PsDereferencePrimaryToken(PACCESS_TOKEN PrimaryToken) {
    struct rd_world *w = kernel_world();
    if (!w)
        return;
    ke_irql_check(w, KE_APC_LEVEL, "PsDereferencePrimaryToken", "IRQL-02");
    ke_point(w, ob_id(PrimaryToken), KE_WRITE);
    io_dereference(w, PrimaryToken);
}

/* No thread impersonates anybody. */
PACCESS_TOKEN PsReferenceImpersonationToken(PETHREAD Thread, PBOOLEAN CopyOnOpen,
                                            PBOOLEAN EffectiveOnly,
                                            PSECURITY_IMPERSONATION_LEVEL ImpersonationLevel) {
    (void)Thread, (void)CopyOnOpen, (void)EffectiveOnly, (void)ImpersonationLevel;
    return NULL;
}

VOID PsDereferenceImpersonationToken(PACCESS_TOKEN ImpersonationToken) {
    if (ImpersonationToken)
        PsDereferencePrimaryToken(ImpersonationToken);
}

/* ---- questions ------------------------------------------------------------------------------- */

/* The caller's variable gets these themselves, and a pointer to pool for all others. */
static bool is_number(TOKEN_INFORMATION_CLASS class) {
    return class == TokenSessionId || class == TokenType || class == TokenUIAccess ||
           class == TokenVirtualizationAllowed || class == TokenVirtualizationEnabled;
}

static ULONG level_of(const struct ps_token *token) {
    return token->level->parts[0];
}

NTSTATUS SeQueryInformationToken(PACCESS_TOKEN Token, TOKEN_INFORMATION_CLASS TokenInformationClass,
                                 PVOID *TokenInformation) {
    enum { TAG = KERNEL_TAG('S', 'e', 'T', 'i') };
    struct rd_world *w = kernel_world();
    uint32_t length = 0;
    if (!w)
        return STATUS_INVALID_DEVICE_REQUEST;
    ke_irql_check(w, KE_PASSIVE_LEVEL, "SeQueryInformationToken", "IRQL-01");
    ke_point(w, ob_id(Token), KE_READ);
    if (TokenInformationClass == TokenIntegrityLevel) {
        *(ULONG *)(void *)TokenInformation = level_of(Token);
        return STATUS_SUCCESS;
    }
    NTSTATUS status = ps_token_query(Token, TokenInformationClass, NULL, &length);
    if (status != STATUS_BUFFER_TOO_SMALL)
        return status;
    if (is_number(TokenInformationClass))
        return ps_token_query(Token, TokenInformationClass, TokenInformation, &length);
    void *memory = core_memory_fails(w, "what a token tells")
                       ? NULL
                       : io_pool_allocate(w, &(struct io_pool_request){
                                                 .size = length, .tag = TAG, .paged = true});
    *TokenInformation = memory;
    if (!memory)
        return STATUS_INSUFFICIENT_RESOURCES;
    return ps_token_query(Token, TokenInformationClass, memory, &length);
}

NTSTATUS SeQueryAuthenticationIdToken(PACCESS_TOKEN Token, PLUID AuthenticationId) {
    TOKEN_STATISTICS statistics;
    uint32_t length = sizeof statistics;
    ps_token_query(Token, TokenStatistics, &statistics, &length);
    *AuthenticationId = statistics.AuthenticationId;
    return STATUS_SUCCESS;
}

NTSTATUS SeQuerySessionIdToken(PACCESS_TOKEN Token, PULONG SessionId) {
    *SessionId = ((const struct ps_token *)Token)->session;
    return STATUS_SUCCESS;
}

/* Both kinds of token of this machine are. */
BOOLEAN SeTokenIsAdmin(PACCESS_TOKEN Token) {
    (void)Token;
    return TRUE;
}

TOKEN_TYPE SeTokenType(PACCESS_TOKEN Token) {
    (void)Token;
    return TokenPrimary;
}

BOOLEAN SeSinglePrivilegeCheck(LUID PrivilegeValue, KPROCESSOR_MODE PreviousMode) {
    struct rd_world *w = kernel_world();
    if (!w || PreviousMode == KernelMode)
        return TRUE;
    if (PrivilegeValue.HighPart || !ps_privilege_name(PrivilegeValue.LowPart))
        return FALSE;
    return ps_privilege_enabled(w, ps_current_process(w), PrivilegeValue.LowPart);
}

/* ---- system services ------------------------------------------------------------------------- */

NTSTATUS ZwOpenProcessTokenEx(HANDLE ProcessHandle, ACCESS_MASK DesiredAccess,
                              ULONG HandleAttributes, PHANDLE TokenHandle) {
    struct api_caller me;
    void *process;
    if (!kernel_world() || !api_caller_get(&me))
        return STATUS_INVALID_HANDLE;
    ke_service_check(me.w, "ZwOpenProcessTokenEx");
    *TokenHandle = NULL;
    NTSTATUS status = api_object(&me, ProcessHandle, PROCESS_QUERY_LIMITED_RIGHT, &ps_process_type,
                                 KE_READ, &process);
    if (!NT_SUCCESS(status))
        return status;
    struct kernel_open open = {.body = ps_process_token(me.w, process),
                               .access = DesiredAccess,
                               .attributes = HandleAttributes};
    return kernel_open_handle(me.w, &open, TokenHandle);
}

NTSTATUS ZwOpenProcessToken(HANDLE ProcessHandle, ACCESS_MASK DesiredAccess, PHANDLE TokenHandle) {
    return ZwOpenProcessTokenEx(ProcessHandle, DesiredAccess, 0, TokenHandle);
}

NTSTATUS ZwQueryInformationToken(HANDLE TokenHandle, TOKEN_INFORMATION_CLASS TokenInformationClass,
                                 PVOID TokenInformation, ULONG TokenInformationLength,
                                 PULONG ReturnLength) {
    struct rd_world *w = kernel_world();
    if (!w)
        return STATUS_INVALID_HANDLE;
    ke_service_check(w, "ZwQueryInformationToken");
    return NtQueryInformationToken(TokenHandle, TokenInformationClass, TokenInformation,
                                   TokenInformationLength, ReturnLength);
}
