/*
 * NtQuerySystemInformation: the processes with their threads, as long as they live; the machine and
 * its clock; sizes and classes that are wrong.
 *
 * rules: PROC-12
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>
#include <winternl.h>

typedef NTSTATUS(WINAPI *query_fn)(int kind, void *buffer, ULONG size, ULONG *needed);
static query_fn query;

struct thread {
    LARGE_INTEGER times[3];
    ULONG wait_time;
    void *start;
    HANDLE process, thread;
    LONG priority, base_priority;
    ULONG switches, state, reason;
};

static void *list(void) {
    ULONG size = 0;
    void *buffer = NULL;
    while (query(5, buffer, size, &size) == (NTSTATUS)0xC0000004)
        buffer = realloc(buffer, size += 4096);
    return buffer;
}

static void show(const char *when, DWORD process, DWORD parent) {
    char *buffer = list(), *entry = buffer;
    int found = 0;
    for (;;) {
        SYSTEM_PROCESS_INFORMATION *p = (SYSTEM_PROCESS_INFORMATION *)(void *)entry;
        struct thread *threads = (struct thread *)(p + 1);
        if ((DWORD)(ULONG_PTR)p->UniqueProcessId == process) {
            found = 1;
            printf("%s: %.*S, threads %lu, child of this: %d\n", when,
                   (int)(p->ImageName.Length / 2), p->ImageName.Buffer, p->NumberOfThreads,
                   *(DWORD *)(entry + 88) == parent); /* after the process's own number */
            for (ULONG i = 0; i < p->NumberOfThreads; i++)
                printf("  thread: of the process %d\n",
                       (DWORD)(ULONG_PTR)threads[i].process == process);
        }
        if (!p->NextEntryOffset)
            break;
        entry += p->NextEntryOffset;
    }
    if (!found)
        printf("%s: not there\n", when);
    free(buffer);
}

static void numbers(void) {
    SYSTEM_BASIC_INFORMATION basic;
    ULONGLONG day[8];
    FILETIME now;
    ULONG size = 7;

    printf("basic: 0x%lx", query(0, &basic, sizeof basic, &size));
    printf(", size %lu, processors %d\n", size, basic.NumberOfProcessors > 0);
    printf("too small: 0x%lx\n", query(0, &basic, sizeof basic - 1, NULL));
    printf("too large: 0x%lx\n", query(0, &basic, sizeof basic + 1, NULL));
    printf("clock: 0x%lx", query(3, day, 48, &size));
    GetSystemTimeAsFileTime(&now);
    printf(", size %lu, after the start %d\n", size, day[1] >= day[0]);
    printf("too large: 0x%lx\n", query(3, day, 64, NULL));
    printf("processes, no room: 0x%lx", query(5, NULL, 0, &size));
    printf(", size %d\n", size > 256);
}

int main(int argc, char **argv) {
    STARTUPINFOA startup = {.cb = sizeof startup};
    PROCESS_INFORMATION child;

    query = (query_fn)(void *)GetProcAddress(GetModuleHandleA("ntdll.dll"),
                                             "NtQuerySystemInformation");
    if (argc > 1) {
        Sleep(INFINITE);
        return 0;
    }
    CreateProcessA(NULL, (char[]){"system_information.exe child"}, NULL, NULL, FALSE,
                   CREATE_SUSPENDED, NULL, NULL, &startup, &child);
    show("suspended", child.dwProcessId, GetCurrentProcessId());
    TerminateProcess(child.hProcess, 0);
    WaitForSingleObject(child.hProcess, INFINITE);
    show("ended", child.dwProcessId, GetCurrentProcessId());
    numbers();
    return 0;
}
