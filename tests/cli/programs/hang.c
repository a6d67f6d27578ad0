/*
 * hang.c - ways to hang for ever.
 *
 * usage: hang mutexes | event | section | itself | suspended | join | child | daemon
 */
#include <windows.h>

#include <stdio.h>
#include <string.h>

static HANDLE first, second, both_have_one;
static LONG having_one;

static DWORD WINAPI take_in_reverse(void *unused) {
    (void)unused;
    WaitForSingleObject(second, INFINITE);
    if (InterlockedIncrement(&having_one) == 2)
        SetEvent(both_have_one);
    WaitForSingleObject(both_have_one, INFINITE);
    WaitForSingleObject(first, INFINITE);
    return 0;
}

static void mutexes(void) {
    first = CreateMutexA(NULL, FALSE, "first");
    second = CreateMutexA(NULL, FALSE, NULL);
    both_have_one = CreateEventA(NULL, TRUE, FALSE, NULL);
    WaitForSingleObject(first, INFINITE);
    CreateThread(NULL, 0, take_in_reverse, NULL, 0, NULL);
    if (InterlockedIncrement(&having_one) == 2)
        SetEvent(both_have_one);
    WaitForSingleObject(both_have_one, INFINITE);
    WaitForSingleObject(second, INFINITE);
}

static void event(void) {
    WaitForSingleObject(CreateEventA(NULL, TRUE, FALSE, "never"), INFINITE);
}

static CRITICAL_SECTION section;

static DWORD WINAPI end_in_section(void *unused) {
    (void)unused;
    EnterCriticalSection(&section);
    return 0;
}

static void critical_section(void) {
    InitializeCriticalSection(&section);
    WaitForSingleObject(CreateThread(NULL, 0, end_in_section, NULL, 0, NULL), INFINITE);
    EnterCriticalSection(&section);
}

static void itself(void) {
    HANDLE me;
    DuplicateHandle(GetCurrentProcess(), GetCurrentThread(), GetCurrentProcess(), &me, 0, FALSE,
                    DUPLICATE_SAME_ACCESS);
    WaitForSingleObject(me, INFINITE);
}

static void suspended(void) {
    SuspendThread(GetCurrentThread());
}

static DWORD WINAPI hold_mutex(void *unused) {
    (void)unused;
    WaitForSingleObject(first, INFINITE);
    WaitForSingleObject(both_have_one, INFINITE);
    return 0;
}

/* The main thread waits for two workers, one of which waits for the other's mutex. */
static void join(void) {
    HANDLE workers[2];
    first = CreateMutexA(NULL, FALSE, NULL);
    both_have_one = CreateEventA(NULL, TRUE, FALSE, "nobody sets it");
    workers[0] = CreateThread(NULL, 0, hold_mutex, NULL, 0, NULL);
    workers[1] = CreateThread(NULL, 0, hold_mutex, NULL, 0, NULL);
    WaitForMultipleObjects(2, workers, TRUE, INFINITE);
}

static void start(const char *way, BOOL wait) {
    char line[64];
    STARTUPINFOA startup = {sizeof startup};
    PROCESS_INFORMATION child;
    snprintf(line, sizeof line, "hang.exe %s", way);
    if (CreateProcessA(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &child) && wait)
        WaitForSingleObject(child.hProcess, INFINITE);
}

int main(int argc, char **argv) {
    const char *way = argc > 1 ? argv[1] : "";
    puts("hanging");
    fflush(stdout);
    if (strcmp(way, "mutexes") == 0)
        mutexes();
    else if (strcmp(way, "event") == 0)
        event();
    else if (strcmp(way, "section") == 0)
        critical_section();
    else if (strcmp(way, "itself") == 0)
        itself();
    else if (strcmp(way, "suspended") == 0)
        suspended();
    else if (strcmp(way, "join") == 0)
        join();
    else if (strcmp(way, "child") == 0)
        start("event", TRUE);
    else if (strcmp(way, "daemon") == 0)
        start("event", FALSE);
    return 7;
}
