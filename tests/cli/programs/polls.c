/* polls.c - threads that look again and again, and yield between two looks. */
#include <windows.h>

#include <assert.h>
#include <stdbool.h>
#include <string.h>

static volatile LONG flag, want[2], turn;
static volatile int plain;
static int inside;
static bool hasty; /* asks to be let in before it says that it wants to */

/* Sets everything, after some time. */
static DWORD WINAPI set(LPVOID delay) {
    if (delay)
        Sleep((DWORD)(DWORD_PTR)delay);
    plain = 1;
    InterlockedExchange(&flag, 1);
    return 0;
}

static DWORD WINAPI lock_by_peterson(LPVOID parameter) {
    LONG self = (LONG)(LONG_PTR)parameter, other = 1 - self;
    if (hasty)
        InterlockedExchange(&turn, other);
    InterlockedExchange(&want[self], 1);
    if (!hasty)
        InterlockedExchange(&turn, other);
    while (ReadAcquire(&want[other]) && ReadAcquire(&turn) == other)
        YieldProcessor();
    inside++;
    Sleep(0);
    assert(inside == 1);
    inside--;
    InterlockedExchange(&want[self], 0);
    return 0;
}

/* Each gives way to the other one, for ever if they do it in turn. */
static DWORD WINAPI give_way(LPVOID parameter) {
    LONG self = (LONG)(LONG_PTR)parameter;
    InterlockedExchange(&want[self], 1);
    while (ReadAcquire(&want[1 - self])) {
        InterlockedExchange(&want[self], 0);
        SwitchToThread();
        InterlockedExchange(&want[self], 1);
    }
    InterlockedExchange(&want[self], 0);
    return 0;
}

static void run_two(LPTHREAD_START_ROUTINE routine) {
    HANDLE threads[2];
    for (LONG_PTR i = 0; i < 2; i++)
        threads[i] = CreateThread(NULL, 0, routine, (void *)i, 0, NULL);
    WaitForMultipleObjects(2, threads, TRUE, INFINITE);
}

static void poll(const char *how, HANDLE thread) {
    DWORD code;
    if (strcmp(how, "flag") == 0)
        while (!ReadAcquire(&flag))
            Sleep(0);
    else if (strcmp(how, "plain") == 0)
        while (!plain)
            SwitchToThread();
    else if (strcmp(how, "wait") == 0)
        while (WaitForSingleObject(thread, 0) == WAIT_TIMEOUT)
            YieldProcessor();
    else if (strcmp(how, "code") == 0)
        while (GetExitCodeThread(thread, &code) && code == STILL_ACTIVE)
            SwitchToThread();
}

int main(int argc, char **argv) {
    const char *how = argc > 1 ? argv[1] : "flag";
    DWORD_PTR delay = argc > 2 ? 10 : 0;
    if (strcmp(how, "never") == 0) {
        while (!ReadAcquire(&flag))
            SwitchToThread();
    } else if (strcmp(how, "peterson") == 0) {
        hasty = argc > 2;
        run_two(lock_by_peterson);
    } else if (strcmp(how, "polite") == 0) {
        run_two(give_way);
    } else {
        poll(how, CreateThread(NULL, 0, set, (void *)delay, 0, NULL));
    }
    return 0;
}
