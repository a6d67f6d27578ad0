/*
 * A named section: both processes see the same memory, a view keeps the section alive when all
 * handles have gone, and it goes with the process that held the last view. What a killed process
 * wrote stays.
 *
 * rules: PROC-04 PROC-14 HNDL-01 HNDL-02 HNDL-05
 */
#include <stdio.h>
#include <string.h>
#include <windows.h>

#define NAME "Local\\rundown_shared_memory"

struct shared {
    LONG counter;
    char text[60];
};

static int child(const char *how) {
    HANDLE section = OpenFileMappingA(FILE_MAP_ALL_ACCESS, FALSE, NAME);
    if (!section)
        return 90;
    struct shared *shared = MapViewOfFile(section, FILE_MAP_ALL_ACCESS, 0, 0, 0);
    if (!shared)
        return 91;
    InterlockedAdd(&shared->counter, 5);
    sprintf(shared->text, "from the child that is %s", how);
    if (strcmp(how, "killed") == 0)
        TerminateProcess(GetCurrentProcess(), 7);
    if (strcmp(how, "waiting") == 0) {
        CloseHandle(section);
        HANDLE ready = OpenEventA(EVENT_ALL_ACCESS, FALSE, "rundown_ready");
        HANDLE leave = OpenEventA(EVENT_ALL_ACCESS, FALSE, "rundown_leave");
        SetEvent(ready);
        WaitForSingleObject(leave, INFINITE);
    }
    return 3;
}

static HANDLE start(const char *how) {
    STARTUPINFOA startup = {.cb = sizeof startup};
    PROCESS_INFORMATION process;
    char path[MAX_PATH], line[MAX_PATH + 32];
    GetModuleFileNameA(NULL, path, sizeof path);
    sprintf(line, "\"%s\" %s", path, how);
    if (!CreateProcessA(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &process))
        return NULL;
    CloseHandle(process.hThread);
    return process.hProcess;
}

static DWORD finish(HANDLE process) {
    DWORD code = 99;
    WaitForSingleObject(process, INFINITE);
    GetExitCodeProcess(process, &code);
    CloseHandle(process);
    return code;
}

static void is_there(const char *when) {
    HANDLE section = OpenFileMappingA(FILE_MAP_READ, FALSE, NAME);
    printf("%s: %s\n", when, section ? "there" : "gone");
    if (section)
        CloseHandle(section);
}

int main(int argc, char **argv) {
    if (argc > 1)
        return child(argv[1]);
    is_there("before");
    HANDLE section = CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0,
                                        sizeof(struct shared), NAME);
    printf("created: %d, error %lu\n", section != NULL, GetLastError());
    HANDLE again = CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 9999, NAME);
    printf("created again: %d, existed: %d\n", again != NULL,
           GetLastError() == ERROR_ALREADY_EXISTS);
    CloseHandle(again);
    struct shared *shared = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, sizeof *shared);
    printf("zero at first: %d\n", shared->counter == 0 && shared->text[0] == 0);
    shared->counter = 100;
    printf("child: %lu\n", finish(start("ending")));
    printf("%ld, %s\n", shared->counter, shared->text);
    printf("child: %lu\n", finish(start("killed")));
    printf("%ld, %s\n", shared->counter, shared->text);

    HANDLE ready = CreateEventA(NULL, FALSE, FALSE, "rundown_ready");
    HANDLE leave = CreateEventA(NULL, FALSE, FALSE, "rundown_leave");
    HANDLE process = start("waiting");
    WaitForSingleObject(ready, INFINITE);
    CloseHandle(section);
    printf("still mapped: %ld\n", shared->counter);
    printf("unmapped: %d\n", UnmapViewOfFile(shared));
    SetEvent(leave);
    printf("child: %lu\n", finish(process));
    is_there("after");
    return 0;
}
