/*
 * A program that runs once at a time: a named mutex says who rules, later instances leave a note in
 * shared memory and poke the ruler. Rulers crash, exit without a word, or leave as they should.
 *
 * rules: WAIT-09, EXIT-11, HNDL-01
 */
#include <stdio.h>
#include <string.h>
#include <windows.h>

struct box {
    LONG count;
    char notes[8][32];
};

static void add_note(struct box *box, const char *format, const char *who) {
    sprintf(box->notes[InterlockedIncrement(&box->count) - 1], format, who);
}

static int leave_a_note(struct box *box, const char *who) {
    add_note(box, "note from %s", who);
    SetEvent(OpenEventA(EVENT_MODIFY_STATE, FALSE, "Local\\poke"));
    return 2;
}

static int instance(const char *who) {
    HANDLE section = OpenFileMappingA(FILE_MAP_ALL_ACCESS, FALSE, "Local\\box");
    struct box *box = MapViewOfFile(section, FILE_MAP_ALL_ACCESS, 0, 0, 0);
    HANDLE mutex = CreateMutexA(NULL, FALSE, "Local\\only one");

    printf("%s: somebody was there %d\n", who, GetLastError() == ERROR_ALREADY_EXISTS);
    DWORD wait = WaitForSingleObject(mutex, 0);
    printf("%s: wait 0x%lx\n", who, wait);
    fflush(stdout);
    if (wait == WAIT_TIMEOUT)
        return leave_a_note(box, who);
    add_note(box, "%s rules", who);
    SetEvent(OpenEventA(EVENT_MODIFY_STATE, FALSE, "Local\\ready"));
    WaitForSingleObject(OpenEventA(SYNCHRONIZE, FALSE, "Local\\poke"), INFINITE);
    if (strcmp(who, "crasher") == 0)
        *(volatile int *)NULL = 1;
    if (strcmp(who, "exiter") == 0)
        ExitProcess(33);
    ReleaseMutex(mutex);
    return 0;
}

static HANDLE start(const char *who) {
    STARTUPINFOA startup = {.cb = sizeof startup};
    PROCESS_INFORMATION child;
    char line[64];

    fflush(stdout);
    sprintf(line, "single_instance.exe %s", who);
    CreateProcessA(NULL, line, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &child);
    CloseHandle(child.hThread);
    return child.hProcess;
}

static void tell_end(const char *who, HANDLE process) {
    DWORD code;
    WaitForSingleObject(process, INFINITE);
    GetExitCodeProcess(process, &code);
    printf("%s ended with 0x%lx\n", who, code);
    CloseHandle(process);
}

int main(int argc, char **argv) {
    static const char *const rulers[] = {"crasher", "exiter", "gentle"};

    SetErrorMode(SEM_NOGPFAULTERRORBOX);
    if (argc > 1)
        return instance(argv[1]);
    HANDLE section = CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0,
                                        sizeof(struct box), "Local\\box");
    struct box *box = MapViewOfFile(section, FILE_MAP_ALL_ACCESS, 0, 0, 0);
    HANDLE ready = CreateEventA(NULL, FALSE, FALSE, "Local\\ready");
    HANDLE poke = CreateEventA(NULL, FALSE, FALSE, "Local\\poke");
    for (int i = 0; i < 3; i++) {
        HANDLE ruler = start(rulers[i]);
        WaitForSingleObject(ready, INFINITE);
        tell_end("visitor", start("visitor"));
        tell_end(rulers[i], ruler);
    }
    for (int i = 0; i < box->count; i++)
        puts(box->notes[i]);
    printf("the mutex is gone: %d\n", !OpenMutexA(SYNCHRONIZE, FALSE, "Local\\only one"));
    CloseHandle(poke);
    return 0;
}
