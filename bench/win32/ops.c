/*
 * ops.exe OPERATION COUNT: does one operation COUNT times. The same source runs under Wine and
 * under Rundown; whoever runs it measures from outside (bench/wine.sh), because a simulated clock
 * shows simulated time.
 */
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static HANDLE ping, pong;
static int count;

static DWORD WINAPI nothing(LPVOID unused) {
    (void)unused;
    return 0;
}

static DWORD WINAPI answer(LPVOID unused) {
    (void)unused;
    for (int i = 0; i < count; i++) {
        WaitForSingleObject(ping, INFINITE);
        SetEvent(pong);
    }
    return 0;
}

static void threads(void) {
    for (int i = 0; i < count; i++) {
        DWORD code;
        HANDLE thread = CreateThread(NULL, 0, nothing, NULL, 0, NULL);
        WaitForSingleObject(thread, INFINITE);
        GetExitCodeThread(thread, &code);
        CloseHandle(thread);
    }
}

static void processes(void) {
    char path[MAX_PATH], command[MAX_PATH + 16];
    GetModuleFileNameA(NULL, path, MAX_PATH);
    sprintf(command, "\"%s\" nothing 0", path);
    for (int i = 0; i < count; i++) {
        STARTUPINFOA startup = {sizeof startup};
        PROCESS_INFORMATION child;
        DWORD code;
        CreateProcessA(NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &child);
        WaitForSingleObject(child.hProcess, INFINITE);
        GetExitCodeProcess(child.hProcess, &code);
        CloseHandle(child.hThread);
        CloseHandle(child.hProcess);
    }
}

static void ping_pong(void) {
    ping = CreateEventA(NULL, FALSE, FALSE, NULL);
    pong = CreateEventA(NULL, FALSE, FALSE, NULL);
    HANDLE thread = CreateThread(NULL, 0, answer, NULL, 0, NULL);
    for (int i = 0; i < count; i++) {
        SetEvent(ping);
        WaitForSingleObject(pong, INFINITE);
    }
    WaitForSingleObject(thread, INFINITE);
}

static void duplicate(void) {
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL), copy;
    for (int i = 0; i < count; i++) {
        DuplicateHandle(GetCurrentProcess(), event, GetCurrentProcess(), &copy, 0, FALSE,
                        DUPLICATE_SAME_ACCESS);
        CloseHandle(copy);
    }
}

static void wait_signaled(void) {
    HANDLE event = CreateEventA(NULL, TRUE, TRUE, NULL);
    for (int i = 0; i < count; i++)
        WaitForSingleObject(event, INFINITE);
}

static void load_library(void) {
    HMODULE resident = LoadLibraryA("resident.dll");
    for (int i = 0; i < count && resident; i++)
        FreeLibrary(LoadLibraryA("resident.dll"));
}

int main(int argc, char **argv) {
    static const struct {
        const char *name;
        void (*run)(void);
    } operations[] = {
        {"thread", threads},      {"process", processes},           {"pingpong", ping_pong},
        {"duplicate", duplicate}, {"wait-signaled", wait_signaled}, {"load-library", load_library},
    };
    if (argc != 3)
        return 2;
    count = atoi(argv[2]);
    for (size_t i = 0; i < sizeof operations / sizeof operations[0]; i++)
        if (strcmp(argv[1], operations[i].name) == 0)
            operations[i].run();
    return 0;
}
