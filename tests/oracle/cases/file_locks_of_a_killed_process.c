/*
 * A process that is killed while it has a part of a file locked: the lock goes with it, and whoever
 * waits for that part gets it. An inherited handle of somebody else does not keep the lock.
 *
 * rules: HNDL-01, PROC-10
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

static const char name[] = "file_locks_of_a_killed_process.tmp";

static HANDLE open_file(DWORD flags) {
    return CreateFileA(name, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                       OPEN_ALWAYS, flags, NULL);
}

static HANDLE spawn(const char *role, HANDLE inherited) {
    char path[MAX_PATH], command[MAX_PATH + 64];
    STARTUPINFOA startup = {0};
    PROCESS_INFORMATION child;
    startup.cb = sizeof startup;
    GetModuleFileNameA(NULL, path, sizeof path);
    sprintf(command, "\"%s\" %s %u", path, role, (unsigned)(ULONG_PTR)inherited);
    fflush(stdout);
    if (!CreateProcessA(NULL, command, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &child)) {
        printf("CreateProcess failed with %lu\n", GetLastError());
        exit(1);
    }
    CloseHandle(child.hThread);
    return child.hProcess;
}

static int holder(HANDLE file) {
    HANDLE ready = OpenEventA(EVENT_MODIFY_STATE, FALSE, "oracle_file_locks_ready");
    BOOL locked = LockFile(file ? file : open_file(0), 0, 0, 8, 0);
    printf("  child locks: %d\n", locked);
    fflush(stdout);
    SetEvent(ready);
    Sleep(INFINITE);
    return 0;
}

static void kill_and_wait(HANDLE child) {
    TerminateProcess(child, 1);
    WaitForSingleObject(child, INFINITE);
    CloseHandle(child);
}

static void try_to_lock(const char *when, HANDLE file) {
    BOOL done = LockFile(file, 0, 0, 8, 0);
    printf("%s: %d, error %lu\n", when, done, done ? 0 : GetLastError());
    UnlockFile(file, 0, 0, 8, 0);
}

int main(int argc, char **argv) {
    SECURITY_ATTRIBUTES inheritable = {sizeof inheritable, NULL, TRUE};
    OVERLAPPED o = {0};
    DWORD done = 0;
    if (argc > 2)
        return holder((HANDLE)(ULONG_PTR)strtoul(argv[2], NULL, 10));
    HANDLE ready = CreateEventA(NULL, FALSE, FALSE, "oracle_file_locks_ready");
    HANDLE file = open_file(0), waiter = open_file(FILE_FLAG_OVERLAPPED);

    HANDLE child = spawn("child", NULL);
    WaitForSingleObject(ready, INFINITE);
    try_to_lock("while it lives", file);
    kill_and_wait(child);
    try_to_lock("when it has been killed", file);

    child = spawn("child", NULL);
    WaitForSingleObject(ready, INFINITE);
    o.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    BOOL locked = LockFileEx(waiter, LOCKFILE_EXCLUSIVE_LOCK, 0, 8, 0, &o);
    printf("waits: %d, error %lu\n", locked, GetLastError());
    TerminateProcess(child, 1);
    printf("gets it: %d", GetOverlappedResult(waiter, &o, &done, TRUE));
    printf(", the process is dead: 0x%lx\n", WaitForSingleObject(child, 5000));
    CloseHandle(child);
    CloseHandle(waiter);

    HANDLE common = CreateFileA(name, GENERIC_READ | GENERIC_WRITE, 3, &inheritable, OPEN_ALWAYS, 0,
                                NULL);
    child = spawn("child", common);
    WaitForSingleObject(ready, INFINITE);
    try_to_lock("by a handle to the same open", common);
    kill_and_wait(child);
    try_to_lock("when the child has been killed", common);

    CloseHandle(common);
    CloseHandle(file);
    printf("gone: %d\n", DeleteFileA(name));
    return 0;
}
