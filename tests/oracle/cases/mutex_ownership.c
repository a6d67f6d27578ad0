/*
 * A mutex belongs to a thread: the owner may take it again and must release it as often; others
 * neither get it nor may release it.
 *
 * rules: WAIT-15, WAIT-16
 */
#include <stdio.h>
#include <windows.h>

static HANDLE mutex;

static DWORD WINAPI try_it(LPVOID unused) {
    (void)unused;
    printf("  other thread: wait 0x%lx", WaitForSingleObject(mutex, 0));
    SetLastError(0);
    printf(", release %d", ReleaseMutex(mutex));
    printf(", error %lu\n", GetLastError());
    return 0;
}

static void let_another_try(void) {
    HANDLE thread = CreateThread(NULL, 0, try_it, NULL, 0, NULL);

    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
}

int main(void) {
    mutex = CreateMutexA(NULL, TRUE, NULL);
    printf("created as owner, taken again: 0x%lx", WaitForSingleObject(mutex, INFINITE));
    printf(" 0x%lx\n", WaitForSingleObject(mutex, 0));
    let_another_try();
    printf("released: %d", ReleaseMutex(mutex));
    printf(" %d\n", ReleaseMutex(mutex));
    let_another_try();
    printf("released for the last time: %d\n", ReleaseMutex(mutex));
    let_another_try();
    printf("not the owner any more: %d", ReleaseMutex(mutex));
    printf(", error %lu\n", GetLastError());
    return 0;
}
