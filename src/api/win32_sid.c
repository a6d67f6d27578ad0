/* win32_sid.c - security identifiers as programs use them, around the functions of kernel_sid.c. */
#include "api/win32_state.h"
#include "ps/token.h"
#include "rundown/sdk/rd_ntdll.h"
#include "rundown/sdk/sddl.h"

static BOOL result(NTSTATUS status) {
    struct api_caller me;
    return api_caller_get(&me) && api_result(&me, status);
}

BOOL IsValidSid(PSID pSid) {
    return RtlValidSid(pSid);
}

DWORD GetLengthSid(PSID pSid) {
    return RtlLengthSid(pSid);
}

DWORD GetSidLengthRequired(UCHAR nSubAuthorityCount) {
    return RtlLengthRequiredSid(nSubAuthorityCount);
}

BOOL CopySid(DWORD nDestinationSidLength, PSID pDestinationSid, PSID pSourceSid) {
    return result(RtlCopySid(nDestinationSidLength, pDestinationSid, pSourceSid));
}

BOOL EqualSid(PSID pSid1, PSID pSid2) {
    return RtlEqualSid(pSid1, pSid2);
}

BOOL InitializeSid(PSID Sid, PSID_IDENTIFIER_AUTHORITY pIdentifierAuthority,
                   BYTE nSubAuthorityCount) {
    return result(RtlInitializeSid(Sid, pIdentifierAuthority, nSubAuthorityCount));
}

PSID_IDENTIFIER_AUTHORITY GetSidIdentifierAuthority(PSID pSid) {
    return &((SID *)pSid)->IdentifierAuthority;
}

PDWORD GetSidSubAuthority(PSID pSid, DWORD nSubAuthority) {
    return (PDWORD)RtlSubAuthoritySid(pSid, nSubAuthority);
}

PUCHAR GetSidSubAuthorityCount(PSID pSid) {
    return RtlSubAuthorityCountSid(pSid);
}

/* ---- made from numbers ----------------------------------------------------------------------- */

BOOL AllocateAndInitializeSid(PSID_IDENTIFIER_AUTHORITY pIdentifierAuthority,
                              BYTE nSubAuthorityCount, DWORD nSubAuthority0, DWORD nSubAuthority1,
                              DWORD nSubAuthority2, DWORD nSubAuthority3, DWORD nSubAuthority4,
                              DWORD nSubAuthority5, DWORD nSubAuthority6, DWORD nSubAuthority7,
                              PSID *pSid) {
    enum { MOST = 8 };
    const DWORD parts[MOST] = {nSubAuthority0, nSubAuthority1, nSubAuthority2, nSubAuthority3,
                               nSubAuthority4, nSubAuthority5, nSubAuthority6, nSubAuthority7};
    struct api_caller me;
    if (!api_caller_get(&me))
        return FALSE;
    if (nSubAuthorityCount > MOST)
        return api_result(&me, STATUS_INVALID_SID);
    PSID sid = HeapAlloc(GetProcessHeap(), 0, RtlLengthRequiredSid(nSubAuthorityCount));
    if (!sid)
        return api_result(&me, STATUS_NO_MEMORY);
    RtlInitializeSid(sid, pIdentifierAuthority, nSubAuthorityCount);
    for (DWORD i = 0; i < nSubAuthorityCount; i++)
        *RtlSubAuthoritySid(sid, i) = parts[i];
    *pSid = sid;
    return TRUE;
}

PVOID FreeSid(PSID pSid) {
    HeapFree(GetProcessHeap(), 0, pSid);
    return NULL;
}

/* ---- as text --------------------------------------------------------------------------------- */

BOOL ConvertSidToStringSidW(PSID Sid, LPWSTR *StringSid) {
    enum { LONGEST = 256 };
    WCHAR text[LONGEST];
    UNICODE_STRING string = {.MaximumLength = sizeof text, .Buffer = text};
    struct api_caller me;
    if (!api_caller_get(&me))
        return FALSE;
    if (!Sid || !StringSid)
        return api_fail(&me, ERROR_INVALID_PARAMETER);
    if (!api_result(&me, RtlConvertSidToUnicodeString(&string, Sid, FALSE)))
        return FALSE;
    ULONG units = string.Length / (ULONG)sizeof(WCHAR);
    LPWSTR copy = LocalAlloc(LMEM_FIXED, (units + 1) * sizeof(WCHAR));
    if (!copy)
        return api_fail(&me, ERROR_NOT_ENOUGH_MEMORY);
    memcpy(copy, text, units * sizeof(WCHAR));
    copy[units] = 0;
    *StringSid = copy;
    return TRUE;
}

/* All of its characters are ASCII. */
BOOL ConvertSidToStringSidA(PSID Sid, LPSTR *StringSid) {
    struct api_caller me;
    LPWSTR wide;
    size_t units = 0;
    if (!api_caller_get(&me))
        return FALSE;
    if (!StringSid)
        return api_fail(&me, ERROR_INVALID_PARAMETER);
    if (!ConvertSidToStringSidW(Sid, &wide))
        return FALSE;
    while (wide[units])
        units++;
    LPSTR text = LocalAlloc(LMEM_FIXED, units + 1);
    for (size_t i = 0; text && i <= units; i++)
        text[i] = (char)wide[i];
    LocalFree(wide);
    if (!text)
        return api_fail(&me, ERROR_NOT_ENOUGH_MEMORY);
    *StringSid = text;
    return TRUE;
}

/* ---- membership ------------------------------------------------------------------------------ */

BOOL CheckTokenMembership(HANDLE TokenHandle, PSID SidToCheck, PBOOL IsMember) {
    struct api_caller me;
    void *body = NULL;
    if (!api_caller_get(&me))
        return FALSE;
    NTSTATUS status = STATUS_SUCCESS;
    if (TokenHandle)
        status = api_object(&me, TokenHandle, TOKEN_QUERY, &ps_token_type, KE_READ, &body);
    if (!api_result(&me, status))
        return FALSE;
    const struct ps_token *token = body ? body : ps_process_token(me.w, me.process);
    BOOL found = RtlEqualSid((PSID)(uintptr_t)token->user, SidToCheck);
    for (uint32_t i = 0; i < token->group_count && !found; i++)
        found = token->groups[i] != token->level &&
                RtlEqualSid((PSID)(uintptr_t)token->groups[i], SidToCheck);
    *IsMember = found;
    return TRUE;
}

/* ---- security descriptors: made, and not looked at by anybody -------------------------------- */

BOOL InitializeSecurityDescriptor(PSECURITY_DESCRIPTOR pSecurityDescriptor, DWORD dwRevision) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return FALSE;
    if (dwRevision != SECURITY_DESCRIPTOR_REVISION)
        return api_fail(&me, ERROR_UNKNOWN_REVISION);
    *(SECURITY_DESCRIPTOR *)pSecurityDescriptor =
        (SECURITY_DESCRIPTOR){.Revision = SECURITY_DESCRIPTOR_REVISION};
    return TRUE;
}

BOOL SetSecurityDescriptorDacl(PSECURITY_DESCRIPTOR pSecurityDescriptor, BOOL bDaclPresent,
                               PACL pDacl, BOOL bDaclDefaulted) {
    enum { PRESENT = 0x4, DEFAULTED = 0x8, SELF_RELATIVE = 0x8000 };
    struct api_caller me;
    SECURITY_DESCRIPTOR *descriptor = pSecurityDescriptor;
    if (!api_caller_get(&me))
        return FALSE;
    if (descriptor->Revision != SECURITY_DESCRIPTOR_REVISION)
        return api_fail(&me, ERROR_UNKNOWN_REVISION);
    if (descriptor->Control & SELF_RELATIVE)
        return api_fail(&me, ERROR_INVALID_SECURITY_DESCR);
    unsigned control = descriptor->Control & ~(unsigned)(PRESENT | DEFAULTED);
    if (bDaclPresent)
        control |= PRESENT | (bDaclDefaulted ? DEFAULTED : 0);
    descriptor->Control = (SECURITY_DESCRIPTOR_CONTROL)control;
    descriptor->Dacl = bDaclPresent ? pDacl : NULL;
    return TRUE;
}
