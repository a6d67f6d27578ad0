/*
 * Tokens, privileges and security identifiers: NULL, wrong handles, names and sizes.
 *
 * rules: HNDL-46
 * windows: HNDL-46 Windows answers through each pointer and has an error for each class
 * links: -ladvapi32
 */
#include "bad_input.h"
#include <sddl.h>

static HANDLE event, token;
static char buffer[256];
static DWORD size;

static void tokens(void) {
    TOKEN_PRIVILEGES none = {.PrivilegeCount = 0};
    HANDLE weak;

    TRY(OpenProcessToken(NULL, TOKEN_QUERY, &weak));
    TRY(OpenProcessToken(event, TOKEN_QUERY, &weak));
    TRY(OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, NULL));
    TRY(OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, FALSE, &weak));
    TRY(OpenThreadToken(event, TOKEN_QUERY, FALSE, &weak));
    TRY(OpenThreadToken(NULL, TOKEN_QUERY, FALSE, &weak));
    TRY(GetTokenInformation(NULL, TokenUser, buffer, sizeof buffer, &size));
    TRY(GetTokenInformation(event, TokenUser, buffer, sizeof buffer, &size));
    TRY(GetTokenInformation(token, TokenUser, buffer, 4, &size));
    TRY(GetTokenInformation(token, TokenUser, NULL, 0, &size));
    TRY(GetTokenInformation(token, TokenUser, buffer, 4, NULL));
    TRY(GetTokenInformation(token, 0, buffer, sizeof buffer, &size));
    TRY(GetTokenInformation(token, 999, buffer, sizeof buffer, &size));
    TRY(AdjustTokenPrivileges(event, FALSE, &none, 0, NULL, NULL));
    TRY(AdjustTokenPrivileges(NULL, FALSE, &none, 0, NULL, NULL));
    OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &weak);
    TRY(AdjustTokenPrivileges(weak, FALSE, &none, 0, NULL, NULL));
}

static void privileges(void) {
    LUID id, wrong = {.LowPart = 0xFFFF};
    WCHAR wide[4];

    TRY(LookupPrivilegeValueA(NULL, "SeNothingPrivilege", &id));
    TRY(LookupPrivilegeValueA(NULL, "", &id));
    TRY(LookupPrivilegeValueW(NULL, L"SeNothingPrivilege", &id));
    TRY(LookupPrivilegeValueW(NULL, L"SeDebugPrivilege", NULL));
    TRY(LookupPrivilegeValueW(NULL, L"SeDebugPrivilege", &id));
    size = sizeof buffer;
    TRY(LookupPrivilegeNameA(NULL, &wrong, buffer, &size));
    size = 3;
    TRY(LookupPrivilegeNameA(NULL, &id, buffer, &size));
    size = sizeof buffer;
    TRY(LookupPrivilegeNameW(NULL, &wrong, wide, &size));
    size = 3;
    TRY(LookupPrivilegeNameW(NULL, &id, wide, &size));
    size = 3;
    TRY(GetUserNameW(wide, &size) + (size == 3));
}

static void identifiers(void) {
    SID_IDENTIFIER_AUTHORITY authority = SECURITY_NT_AUTHORITY;
    SID good = {.Revision = 1, .SubAuthorityCount = 1}, bad = {.Revision = 9};
    PSID made;
    char *text;
    WCHAR *wide;
    BOOL answer;

    TRY(IsValidSid(NULL));
    TRY(IsValidSid(&bad));
    TRY(IsValidSid(&good));
    TRY(AllocateAndInitializeSid(&authority, 9, 0, 0, 0, 0, 0, 0, 0, 0, &made));
    TRY(AllocateAndInitializeSid(&authority, 1, 18, 0, 0, 0, 0, 0, 0, 0, &made));
    TRY(EqualSid(made, &good));
    TRY(EqualSid(NULL, &good));
    TRY(CopySid(8, buffer, &good));
    TRY(CopySid(sizeof buffer, NULL, &good));
    TRY(InitializeSid(buffer, &authority, 16));
    TRY(InitializeSid(NULL, &authority, 1));
    NUMBER(GetLengthSid(&good));
    NUMBER(GetSidLengthRequired(255));
    TRY(GetSidIdentifierAuthority(NULL));
    TRY(GetSidSubAuthority(NULL, 0));
    TRY(GetSidSubAuthorityCount(NULL));
    TRY(ConvertSidToStringSidA(NULL, &text));
    TRY(ConvertSidToStringSidA(&bad, &text));
    TRY(ConvertSidToStringSidA(&good, NULL));
    TRY(ConvertSidToStringSidW(NULL, &wide));
    TRY(ConvertSidToStringSidW(&bad, &wide));
    TRY(CheckTokenMembership(event, &good, &answer));
    TRY(CheckTokenMembership(NULL, &good, NULL));
    TRY(InitializeSecurityDescriptor(buffer, 99));
    TRY(SetSecurityDescriptorDacl(NULL, TRUE, NULL, FALSE));
    TRY(FreeSid(made));
    TRY(FreeSid(NULL));
}

int main(void) {
    prepare();
    event = CreateEventA(NULL, TRUE, TRUE, NULL);
    OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY | TOKEN_ADJUST_PRIVILEGES, &token);
    tokens();
    privileges();
    identifiers();
    return 0;
}
