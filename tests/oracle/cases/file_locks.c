/*
 * Locks of byte ranges: exclusive ones meet no other, shared ones may overlap, whoever else reads
 * or writes there is refused, and an overlapped request waits until the range is free.
 *
 * rules: -
 * windows: under Wine locks do not keep others from reading and writing, ranges that are not locked
 * are reported as violations, and whoever waits for a lock does not see it come
 */
#include <stdio.h>
#include <windows.h>

static const char name[] = "file_locks.tmp";

static HANDLE open_file(DWORD flags) {
    return CreateFileA(name, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                       OPEN_ALWAYS, flags, NULL);
}

static void show(const char *what, BOOL done) {
    printf("%s: %d, error %lu\n", what, done, done ? 0 : GetLastError());
}

static BOOL lock_ex(HANDLE file, DWORD flags, DWORD offset, DWORD length, OVERLAPPED *overlapped) {
    overlapped->Offset = offset;
    overlapped->OffsetHigh = 0;
    return LockFileEx(file, flags, 0, length, 0, overlapped);
}

static BOOL unlock_ex(HANDLE file, DWORD offset, DWORD length) {
    OVERLAPPED overlapped = {0};
    overlapped.Offset = offset;
    return UnlockFileEx(file, 0, length, 0, &overlapped);
}

static void exclusive(HANDLE one, HANDLE two) {
    show("lock 10 to 30", LockFile(one, 10, 0, 20, 0));
    show("the same again", LockFile(one, 10, 0, 20, 0));
    show("part of it", LockFile(one, 12, 0, 1, 0));
    show("of the other handle", LockFile(two, 29, 0, 5, 0));
    show("just before it", LockFile(two, 5, 0, 5, 0));
    show("just behind it", LockFile(two, 30, 0, 5, 0));
    show("unlock a part", UnlockFile(one, 10, 0, 10, 0));
    show("unlock by the other handle", UnlockFile(two, 10, 0, 20, 0));
    show("unlock", UnlockFile(one, 10, 0, 20, 0));
    show("unlock twice", UnlockFile(one, 10, 0, 20, 0));
    show("unlock before", UnlockFile(two, 5, 0, 5, 0));
    show("unlock behind", UnlockFile(two, 30, 0, 5, 0));
}

static void shared(HANDLE one, HANDLE two) {
    const DWORD now = LOCKFILE_FAIL_IMMEDIATELY, alone = now | LOCKFILE_EXCLUSIVE_LOCK;
    OVERLAPPED o = {0};
    show("shared", lock_ex(one, now, 100, 100, &o));
    show("shared again", lock_ex(one, now, 100, 100, &o));
    show("shared by the other", lock_ex(two, now, 150, 100, &o));
    show("exclusive", lock_ex(one, alone, 150, 10, &o));
    show("unlock", unlock_ex(one, 100, 100));
    show("unlock", unlock_ex(one, 100, 100));
    show("unlock", unlock_ex(one, 100, 100));
    show("unlock the other", unlock_ex(two, 150, 100));
    show("exclusive", lock_ex(one, alone, 0, 10, &o));
    show("shared over it", lock_ex(one, now, 0, 10, &o));
    show("shared over it by the other", lock_ex(two, now, 0, 10, &o));
    show("unlock the exclusive one", unlock_ex(one, 0, 10));
    show("shared by the other now", lock_ex(two, now, 0, 10, &o));
    show("unlock the shared one", unlock_ex(one, 0, 10));
    show("unlock the other", unlock_ex(two, 0, 10));
}

static void bounds(HANDLE one) {
    show("far away", LockFile(one, 0, 0x10000000, 0, 0x60000000));
    show("inside of it", LockFile(one, 0, 0x20000000, 20, 0));
    show("unlock", UnlockFile(one, 0, 0x10000000, 0, 0x60000000));
    show("no bytes", LockFile(one, 100, 0, 0, 0));
    show("around no bytes", LockFile(one, 98, 0, 4, 0));
    show("up to no bytes", LockFile(one, 90, 0, 10, 0));
    show("unlock it", UnlockFile(one, 90, 0, 10, 0));
    show("unlock no bytes", UnlockFile(one, 100, 0, 0, 0));
}

static BOOL transfer(HANDLE file, DWORD offset, BOOL writes) {
    DWORD done = 0;
    char byte = 'x';
    SetFilePointer(file, (LONG)offset, NULL, FILE_BEGIN);
    return writes ? WriteFile(file, &byte, 1, &done, NULL) : ReadFile(file, &byte, 1, &done, NULL);
}

static void transfers(HANDLE one, HANDLE two) {
    OVERLAPPED o = {0};
    LockFile(one, 0, 0, 4, 0);
    show("owner reads", transfer(one, 1, FALSE));
    show("owner writes", transfer(one, 1, TRUE));
    show("other reads", transfer(two, 1, FALSE));
    show("other writes", transfer(two, 1, TRUE));
    show("other reads behind it", transfer(two, 4, FALSE));
    UnlockFile(one, 0, 0, 4, 0);
    lock_ex(one, 0, 0, 4, &o);
    show("shared: other reads", transfer(two, 1, FALSE));
    show("shared: other writes", transfer(two, 1, TRUE));
    unlock_ex(one, 0, 4);
}

static void waiting(HANDLE one) {
    HANDLE late = open_file(FILE_FLAG_OVERLAPPED);
    OVERLAPPED o = {0}, second = {0};
    DWORD done;
    o.hEvent = CreateEventA(NULL, TRUE, TRUE, NULL);
    second.hEvent = CreateEventA(NULL, TRUE, TRUE, NULL);
    LockFile(one, 0, 0, 8, 0);
    show("waits for the range", lock_ex(late, LOCKFILE_EXCLUSIVE_LOCK, 0, 4, &o));
    show("waits, too", lock_ex(late, LOCKFILE_EXCLUSIVE_LOCK, 4, 4, &second));
    printf("signaled: 0x%lx\n", WaitForSingleObject(o.hEvent, 0));
    show("result", GetOverlappedResult(late, &o, &done, FALSE));
    UnlockFile(one, 0, 0, 8, 0);
    printf("signaled: 0x%lx\n", WaitForSingleObject(o.hEvent, 1000));
    printf("signaled: 0x%lx\n", WaitForSingleObject(second.hEvent, 1000));
    show("result", GetOverlappedResult(late, &o, &done, FALSE));
    show("the range is taken", LockFile(one, 0, 0, 1, 0));
    CloseHandle(late);
    show("free when its handle is closed", LockFile(one, 0, 0, 8, 0));
    UnlockFile(one, 0, 0, 8, 0);
}

static void refused(HANDLE one) {
    OVERLAPPED o = {0};
    HANDLE event = CreateEventA(NULL, TRUE, TRUE, NULL);
    show("NULL", LockFile(NULL, 0, 0, 1, 0));
    show("an event", LockFile(event, 0, 0, 1, 0));
    show("reserved", LockFileEx(one, 0, 1, 1, 0, &o));
    show("unlock NULL", UnlockFile(NULL, 0, 0, 1, 0));
    show("unlock reserved", UnlockFileEx(one, 1, 1, 0, &o));
    CloseHandle(event);
}

int main(void) {
    HANDLE one = open_file(0), two = open_file(0);
    SetFilePointer(one, 16, NULL, FILE_BEGIN);
    SetEndOfFile(one);
    exclusive(one, two);
    shared(one, two);
    bounds(one);
    transfers(one, two);
    waiting(one);
    refused(one);
    CloseHandle(one);
    CloseHandle(two);
    printf("gone: %d\n", DeleteFileA(name));
    return 0;
}
