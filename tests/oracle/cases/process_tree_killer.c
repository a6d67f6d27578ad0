/*
 * Finds the descendants of a process in toolhelp snapshots and terminates them, leaves first. Who
 * is older than its parent is none of them: the parent's id belonged to another one before.
 *
 * rules: PROC-12 PROC-16 EXIT-10
 */
#include <windows.h>
#include <tlhelp32.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static HANDLE ready;
static DWORD spawn(int depth) {
    STARTUPINFOW si = {.cb = sizeof si};
    PROCESS_INFORMATION pi;
    WCHAR self[MAX_PATH], cmd[MAX_PATH + 16];
    GetModuleFileNameW(NULL, self, MAX_PATH);
    _snwprintf(cmd, MAX_PATH + 16, L"\"%ls\" %d", self, depth);
    if (!CreateProcessW(NULL, cmd, NULL, NULL, FALSE, 0, NULL, NULL, &si, &pi))
        return 0;
    CloseHandle(pi.hThread);
    CloseHandle(pi.hProcess);
    return pi.dwProcessId;
}
static ULONGLONG birth(DWORD pid) {
    FILETIME created = {0}, other;
    HANDLE p = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, pid);
    if (p) {
        GetProcessTimes(p, &created, &other, &other, &other);
        CloseHandle(p);
    }
    return (ULONGLONG)created.dwHighDateTime << 32 | created.dwLowDateTime;
}
static int kill_tree(DWORD pid, int level) {
    int killed = 0;
    ULONGLONG born = birth(pid);
    PROCESSENTRY32 pe = {.dwSize = sizeof pe};
    HANDLE snap = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
    if (Process32First(snap, &pe))
        do
            if (pe.th32ParentProcessID == pid && birth(pe.th32ProcessID) >= born)
                killed += kill_tree(pe.th32ProcessID, level + 1);
        while (Process32Next(snap, &pe));
    CloseHandle(snap);
    HANDLE p = OpenProcess(PROCESS_TERMINATE | SYNCHRONIZE, FALSE, pid);
    if (p) {
        if (TerminateProcess(p, 1)) {
            WaitForSingleObject(p, INFINITE);
            killed++;
            printf("%*skilled one at level %d\n", level * 2, "", level);
        }
        CloseHandle(p);
    }
    return killed;
}
int main(int argc, char **argv) {
    ready = CreateSemaphoreA(NULL, 0, 100, "killtree_ready");
    if (argc > 1) {
        int depth = atoi(argv[1]);
        if (depth > 0) {
            spawn(depth - 1);
            spawn(depth - 1);
        }
        ReleaseSemaphore(ready, 1, NULL);
        Sleep(INFINITE);
    }
    DWORD pid = spawn(2);
    for (int i = 0; i < 7; i++)
        WaitForSingleObject(ready, INFINITE);
    printf("%d killed\n", kill_tree(pid, 0));
    return 0;
}
