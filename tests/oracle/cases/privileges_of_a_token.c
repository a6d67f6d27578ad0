/*
 * Privileges are held or not, enabled or not: who wants to shut the system down must enable one.
 *
 * rules: SHUT-21
 */
#include <stdio.h>
#include <windows.h>

static void set(HANDLE token, const char *name, DWORD attributes) {
    TOKEN_PRIVILEGES wanted = {.PrivilegeCount = 1}, before;
    DWORD size = 0;
    SetLastError(99);
    BOOL known = LookupPrivilegeValueA(NULL, name, &wanted.Privileges[0].Luid);
    printf("%s: known %d, error %lu\n", name, known, known ? 0 : GetLastError());
    if (!known)
        return;
    wanted.Privileges[0].Attributes = attributes;
    SetLastError(99);
    BOOL done = AdjustTokenPrivileges(token, FALSE, &wanted, sizeof before, &before, &size);
    printf("  set to %lX: %d, error %lu, %lu changed\n", attributes, done, GetLastError(),
           done ? before.PrivilegeCount : 0);
}

int main(void) {
    HANDLE token;
    printf("opened: %d\n", OpenProcessToken(GetCurrentProcess(),
                                            TOKEN_ADJUST_PRIVILEGES | TOKEN_QUERY, &token));
    set(token, SE_SHUTDOWN_NAME, SE_PRIVILEGE_ENABLED);
    set(token, SE_SHUTDOWN_NAME, 0);
    set(token, "SeAuditPrivilege", SE_PRIVILEGE_ENABLED);
    set(token, "SeNoSuchPrivilege", SE_PRIVILEGE_ENABLED);
    CloseHandle(token);
    SetLastError(99);
    BOOL done = AdjustTokenPrivileges(token, TRUE, NULL, 0, NULL, NULL);
    printf("closed: %d, error %lu\n", done, GetLastError());
    OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token);
    done = AdjustTokenPrivileges(token, TRUE, NULL, 0, NULL, NULL);
    printf("access: %d, error %lu\n", done, GetLastError());
    SetLastError(99);
    done = OpenProcessToken(GetCurrentThread(), TOKEN_QUERY, &token);
    printf("no process: %d, error %lu\n", done, GetLastError());
    done = OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &token);
    printf("of a thread: %d, error %lu\n", done, GetLastError());
    return 0;
}
