/*
 * many.c - many threads or processes at once.
 *
 * usage: many threads NUMBER | processes NUMBER | one | deep KILOBYTES
 */
#include <windows.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static HANDLE go;
static LONG started, ended;

static DWORD WINAPI wait_for_go(void *unused) {
    (void)unused;
    InterlockedIncrement(&started);
    WaitForSingleObject(go, INFINITE);
    InterlockedIncrement(&ended);
    return 0;
}

static int threads(int count) {
    HANDLE *all = malloc((size_t)count * sizeof *all);
    go = CreateEventA(NULL, TRUE, FALSE, NULL);
    for (int i = 0; i < count; i++) {
        all[i] = CreateThread(NULL, 0, wait_for_go, NULL, 0, NULL);
        if (!all[i]) {
            printf("%d threads, then error %lu\n", i, GetLastError());
            return 1;
        }
    }
    while (started < count)
        Sleep(1);
    SetEvent(go);
    for (int i = 0; i < count; i++) {
        WaitForSingleObject(all[i], INFINITE);
        CloseHandle(all[i]);
    }
    printf("%ld threads started, %ld ended\n", (long)started, (long)ended);
    return 0;
}

static int processes(int count) {
    HANDLE *all = malloc((size_t)count * sizeof *all);
    SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
    DWORD code, sum = 0;
    go = CreateEventA(&inherited, TRUE, FALSE, "go");
    for (int i = 0; i < count; i++) {
        char line[] = "many.exe one";
        STARTUPINFOA startup;
        PROCESS_INFORMATION child;
        memset(&startup, 0, sizeof startup);
        startup.cb = sizeof startup;
        if (!CreateProcessA(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &child)) {
            printf("%d processes, then error %lu\n", i, GetLastError());
            return 1;
        }
        CloseHandle(child.hThread);
        all[i] = child.hProcess;
    }
    Sleep(100);
    SetEvent(go);
    for (int i = 0; i < count; i++) {
        WaitForSingleObject(all[i], INFINITE);
        GetExitCodeProcess(all[i], &code);
        sum += code;
        CloseHandle(all[i]);
    }
    printf("%d processes, sum %lu\n", count, sum);
    return 0;
}

/* A global that every process counts up for itself. */
static int counter;

static int one(void) {
    go = OpenEventA(SYNCHRONIZE, FALSE, "go");
    counter++;
    WaitForSingleObject(go, INFINITE);
    return counter;
}

static int deep(int kilobytes) {
    volatile char room[1024];
    room[0] = room[1023] = 1;
    return kilobytes ? deep(kilobytes - 1) + room[0] - room[1023] : 5;
}

int main(int argc, char **argv) {
    const char *way = argc > 1 ? argv[1] : "";
    int number = argc > 2 ? atoi(argv[2]) : 0;
    if (strcmp(way, "threads") == 0)
        return threads(number);
    if (strcmp(way, "processes") == 0)
        return processes(number);
    if (strcmp(way, "one") == 0)
        return one();
    if (strcmp(way, "deep") == 0)
        return deep(number);
    return 2;
}
