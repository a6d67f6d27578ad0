/* Tokens and security identifiers, as drivers and as programs see them; what a process inherits. */
#include <string.h>

#include "notify_record.h"
#include "rundown/sdk/sddl.h"

static int quiet(int argc, char **argv) {
    (void)argc, (void)argv;
    return 0;
}

/* ---- drivers --------------------------------------------------------------------------------- */

static WCHAR user_text[2][64];
static bool user_valid, equal_to_itself, equal_to_system;
static NTSTATUS copy_status[2];
static ULONG level_of_user, session_of_user;
static TOKEN_TYPE type_of_user;

static void to_text(PSID sid, WCHAR *text) {
    UNICODE_STRING string = {.Buffer = text, .MaximumLength = 64 * sizeof(WCHAR)};
    RtlConvertSidToUnicodeString(&string, sid, FALSE);
}

static VOID look_at_token(PEPROCESS Process, HANDLE ProcessId, PPS_CREATE_NOTIFY_INFO CreateInfo) {
    PTOKEN_USER user = NULL, system = NULL;
    UCHAR copy[68];
    (void)ProcessId;
    if (!CreateInfo)
        return;
    PACCESS_TOKEN token = PsReferencePrimaryToken(Process);
    PACCESS_TOKEN of_system = PsReferencePrimaryToken(PsInitialSystemProcess);
    SeQueryInformationToken(token, TokenUser, (PVOID *)&user);
    SeQueryInformationToken(of_system, TokenUser, (PVOID *)&system);
    SeQueryInformationToken(token, TokenIntegrityLevel, (PVOID *)(void *)&level_of_user);
    SeQueryInformationToken(token, TokenSessionId, (PVOID *)(void *)&session_of_user);
    SeQueryInformationToken(token, TokenType, (PVOID *)(void *)&type_of_user);
    user_valid = RtlValidSid(user->User.Sid);
    to_text(user->User.Sid, user_text[0]);
    to_text(system->User.Sid, user_text[1]);
    copy_status[0] = RtlCopySid(RtlLengthSid(user->User.Sid) - 1, copy, user->User.Sid);
    copy_status[1] = RtlCopySid(sizeof copy, copy, user->User.Sid);
    equal_to_itself = RtlEqualSid(copy, user->User.Sid);
    equal_to_system = RtlEqualSid(copy, system->User.Sid);
    ExFreePool(user);
    ExFreePool(system);
    PsDereferencePrimaryToken(token);
    PsDereferencePrimaryToken(of_system);
}

static VOID unload(PDRIVER_OBJECT DriverObject) {
    (void)DriverObject;
    PsSetCreateProcessNotifyRoutineEx(look_at_token, TRUE);
}

static int32_t token_entry(void *driver, void *path) {
    (void)path;
    ((PDRIVER_OBJECT)driver)->DriverUnload = unload;
    return PsSetCreateProcessNotifyRoutineEx(look_at_token, FALSE);
}

static bool is_text(const WCHAR *text, const char *expected) {
    size_t i = 0;
    while (text[i] && text[i] == (WCHAR)expected[i])
        i++;
    return !text[i] && !expected[i];
}

static void a_driver_learns_for_whom_a_process_runs(void **state) {
    driver_load(*state, token_entry);
    program(*state, quiet);
    driver_unload(*state);
    assert_true(is_text(user_text[0], "S-1-5-21-1-2-3-1001"));
    assert_true(is_text(user_text[1], "S-1-5-18"));
    assert_true(user_valid && equal_to_itself && !equal_to_system);
    assert_int_equal(copy_status[0], STATUS_BUFFER_TOO_SMALL);
    assert_int_equal(copy_status[1], STATUS_SUCCESS);
    assert_int_equal(level_of_user, SECURITY_MANDATORY_HIGH_RID);
    assert_int_equal(session_of_user, 0);
    assert_int_equal(type_of_user, TokenPrimary);
    assert_int_equal(rd_finding_count(*state, RD_SEVERITY_NOTE), 0); /* no block, no reference */
}

static void forget_token(void *context) {
    (void)context;
    PsReferencePrimaryToken(PsInitialSystemProcess);
}

static void drop_too_many(void *context) {
    (void)context;
    PACCESS_TOKEN token = PsReferencePrimaryToken(PsInitialSystemProcess);
    for (int i = 0; i < 3; i++) /* the forgotten one, this one, nothing */
        PsDereferencePrimaryToken(token);
}

static void a_token_is_an_object_with_references(void **state) {
    kernel_call(*state, forget_token);
    kernel_stop(*state, drop_too_many, 0x18, "Token");
}

static bool bad_sids_refused;

static void check_bad_sids(void *context) {
    SID sid = {.Revision = 2};
    WCHAR text[8];
    UNICODE_STRING string = {.Buffer = text, .MaximumLength = sizeof text};
    (void)context;
    bad_sids_refused = !RtlValidSid(NULL) && !RtlValidSid(&sid) &&
                       RtlConvertSidToUnicodeString(&string, &sid, FALSE) == STATUS_INVALID_SID;
    sid = (SID){.Revision = SID_REVISION, .SubAuthorityCount = 16};
    bad_sids_refused = bad_sids_refused && !RtlValidSid(&sid);
    sid = (SID){.Revision = SID_REVISION,
                .SubAuthorityCount = 1,
                .IdentifierAuthority = {SECURITY_NT_AUTHORITY},
                .SubAuthority = {18}};
    bad_sids_refused = bad_sids_refused &&
                       RtlConvertSidToUnicodeString(&string, &sid, FALSE) == STATUS_BUFFER_OVERFLOW;
}

static void bad_sids_are_refused(void **state) {
    kernel_call(*state, check_bad_sids);
    assert_true(bad_sids_refused);
}

/* ---- programs -------------------------------------------------------------------------------- */

static int failed_line;

#define EXPECT(condition)                                                                          \
    do {                                                                                           \
        if (!(condition) && !failed_line)                                                          \
            failed_line = __LINE__;                                                                \
    } while (0)

static bool is_debug_enabled(HANDLE token) {
    char space[1024];
    DWORD length = 0;
    GetTokenInformation(token, TokenPrivileges, space, sizeof space, &length);
    const TOKEN_PRIVILEGES *all = (const void *)space;
    for (DWORD i = 0; i < all->PrivilegeCount; i++)
        if (all->Privileges[i].Luid.LowPart == 20)
            return (all->Privileges[i].Attributes & SE_PRIVILEGE_ENABLED) != 0;
    return false;
}

static int asks_for_token(int argc, char **argv) {
    HANDLE token, none;
    union {
        TOKEN_USER user;
        char space[128];
    } information;
    DWORD length = 0;
    LPSTR text = NULL;
    BOOL member = FALSE;
    (void)argc, (void)argv;
    EXPECT(OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token));
    EXPECT(!GetTokenInformation(token, TokenUser, NULL, 0, &length));
    EXPECT(GetLastError() == ERROR_INSUFFICIENT_BUFFER);
    EXPECT(length == sizeof(TOKEN_USER) + 28);
    EXPECT(GetTokenInformation(token, TokenUser, &information, length, &length));
    EXPECT(IsValidSid(information.user.User.Sid) && GetLengthSid(information.user.User.Sid) == 28);
    EXPECT(ConvertSidToStringSidA(information.user.User.Sid, &text));
    EXPECT(text && strcmp(text, "S-1-5-21-1-2-3-1001") == 0);
    LocalFree(text);
    EXPECT(CheckTokenMembership(NULL, information.user.User.Sid, &member) && member);
    EXPECT(!GetTokenInformation(token, (TOKEN_INFORMATION_CLASS)99, NULL, 0, &length));
    EXPECT(GetLastError() == ERROR_INVALID_PARAMETER);
    EXPECT(!OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, FALSE, &none));
    EXPECT(GetLastError() == ERROR_NO_TOKEN);
    CloseHandle(token);
    return 0;
}

static void a_program_learns_for_whom_it_runs(void **state) {
    failed_line = 0;
    program(*state, asks_for_token);
    assert_int_equal(failed_line, 0);
}

static int adjusts(int argc, char **argv) {
    HANDLE token, weak;
    TOKEN_PRIVILEGES wanted = {.PrivilegeCount = 1}, before = {0};
    DWORD length = 0;
    (void)argc, (void)argv;
    OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY | TOKEN_ADJUST_PRIVILEGES, &token);
    OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &weak);
    EXPECT(LookupPrivilegeValueA(NULL, "SeDebugPrivilege", &wanted.Privileges[0].Luid));
    EXPECT(!is_debug_enabled(token));
    wanted.Privileges[0].Attributes = SE_PRIVILEGE_ENABLED;
    EXPECT(!AdjustTokenPrivileges(weak, FALSE, &wanted, 0, NULL, NULL));
    EXPECT(GetLastError() == ERROR_ACCESS_DENIED);
    EXPECT(AdjustTokenPrivileges(token, FALSE, &wanted, sizeof before, &before, &length));
    EXPECT(GetLastError() == ERROR_SUCCESS && before.PrivilegeCount == 1);
    EXPECT(before.Privileges[0].Attributes == 0 && is_debug_enabled(weak));
    wanted.Privileges[0].Luid.LowPart = 7; /* SeTcbPrivilege */
    EXPECT(AdjustTokenPrivileges(token, FALSE, &wanted, 0, NULL, NULL));
    EXPECT(GetLastError() == ERROR_NOT_ALL_ASSIGNED);
    EXPECT(!LookupPrivilegeValueA(NULL, "SeNothingPrivilege", &wanted.Privileges[0].Luid));
    EXPECT(GetLastError() == ERROR_NO_SUCH_PRIVILEGE);
    EXPECT(AdjustTokenPrivileges(token, FALSE, &before, 0, NULL, NULL) && !is_debug_enabled(token));
    return 0;
}

static void privileges_are_switched_on_and_off(void **state) {
    failed_line = 0;
    program(*state, adjusts);
    assert_int_equal(failed_line, 0);
}

/* ---- inheritance ----------------------------------------------------------------------------- */

static HANDLE inherited;
static DWORD child_class;
static DWORD_PTR child_affinity;
static bool child_debugs, child_event;

static int heir(int argc, char **argv) {
    HANDLE token;
    DWORD_PTR of_system;
    (void)argc, (void)argv;
    OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token);
    child_debugs = is_debug_enabled(token);
    child_class = GetPriorityClass(GetCurrentProcess());
    GetProcessAffinityMask(GetCurrentProcess(), &child_affinity, &of_system);
    child_event = SetEvent(inherited);
    return 0;
}

static int testator(int argc, char **argv) {
    SECURITY_ATTRIBUTES inheritable = {sizeof inheritable, NULL, TRUE};
    STARTUPINFOA startup = {.cb = sizeof startup};
    PROCESS_INFORMATION child = {0};
    char command[] = "heir.exe";
    HANDLE token;
    TOKEN_PRIVILEGES wanted = {
        .PrivilegeCount = 1,
        .Privileges = {{.Luid = {.LowPart = 20}, .Attributes = SE_PRIVILEGE_ENABLED}}};
    (void)argc, (void)argv;
    OpenProcessToken(GetCurrentProcess(), TOKEN_ADJUST_PRIVILEGES, &token);
    AdjustTokenPrivileges(token, FALSE, &wanted, 0, NULL, NULL);
    SetPriorityClass(GetCurrentProcess(), IDLE_PRIORITY_CLASS);
    inherited = CreateEventA(&inheritable, TRUE, FALSE, NULL);
    CreateProcessA(NULL, command, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &child);
    WaitForSingleObject(child.hProcess, INFINITE);
    return WaitForSingleObject(inherited, 0) == WAIT_OBJECT_0 ? 1 : 2;
}

static void NTFY_P_60__a_process_inherits_from_its_parent(void **state) {
    rd_process_info info;
    driver_load(*state, token_entry);
    program_register(*state, "heir.exe", heir);
    uint32_t pid = program(*state, testator);
    assert_int_equal(rd_process_get(*state, pid, &info), RD_OK);
    assert_int_equal(info.exit_code, 1);                /* the handle, */
    assert_true(child_event && child_debugs);           /* the token, */
    assert_int_equal(child_class, IDLE_PRIORITY_CLASS); /* priority */
    assert_int_equal(child_affinity, 1);                /* and affinity */
    assert_true(is_text(user_text[0], "S-1-5-21-1-2-3-1001"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        notify_case(a_driver_learns_for_whom_a_process_runs),
        notify_case(a_token_is_an_object_with_references),
        notify_case(bad_sids_are_refused),
        notify_case(a_program_learns_for_whom_it_runs),
        notify_case(privileges_are_switched_on_and_off),
        notify_case(NTFY_P_60__a_process_inherits_from_its_parent),
    };
    return cmocka_run_group_tests_name("tokens", tests, NULL, NULL);
}
