/*
 * A duplicate names the same object, lives on after the original is closed, and has the rights that
 * were asked for. DUPLICATE_CLOSE_SOURCE closes the original in any case.
 *
 * rules: HNDL-31, HNDL-32, HNDL-33, HNDL-24
 */
#include <stdio.h>
#include <windows.h>

static HANDLE duplicate(HANDLE source, DWORD access, DWORD options) {
    HANDLE self = GetCurrentProcess(), copy = NULL;

    SetLastError(0);
    if (!DuplicateHandle(self, source, self, &copy, access, FALSE, options))
        printf("DuplicateHandle: error %lu\n", GetLastError());
    return copy;
}

int main(void) {
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL), copy, weak, copy_of_weak, moved, unused;

    copy = duplicate(event, 0, DUPLICATE_SAME_ACCESS);
    printf("another handle: %d\n", copy != event);
    SetEvent(event);
    printf("same object: 0x%lx\n", WaitForSingleObject(copy, 0));
    printf("original closed: %d\n", CloseHandle(event));
    printf("duplicate works: %d", ResetEvent(copy));
    printf(", 0x%lx\n", WaitForSingleObject(copy, 0));

    weak = duplicate(copy, SYNCHRONIZE, 0);
    printf("duplicate for waiting: wait 0x%lx", WaitForSingleObject(weak, 0));
    printf(", set %d", SetEvent(weak));
    printf(", error %lu\n", GetLastError());
    copy_of_weak = duplicate(weak, EVENT_ALL_ACCESS, DUPLICATE_SAME_ACCESS);
    printf("same access as the source: set %d", SetEvent(copy_of_weak));
    printf(", error %lu\n", GetLastError());

    moved = duplicate(copy, 0, DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE);
    printf("moved: %d\n", SetEvent(moved));
    printf("seen by the others: 0x%lx\n", WaitForSingleObject(weak, 0));

    SetLastError(0);
    unused = duplicate(moved, 0, DUPLICATE_SAME_ACCESS);
    CloseHandle(moved);
    printf("source is gone: %d", SetEvent(moved));
    printf(", error %lu\n", GetLastError());
    duplicate(moved, 0, DUPLICATE_SAME_ACCESS);
    printf("last one works: %d\n", ResetEvent(unused));
    return 0;
}
