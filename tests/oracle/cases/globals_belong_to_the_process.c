/*
 * Two processes run the same program and the same DLL at the same time, turn by turn. Each has
 * variables of its own, initialised afresh.
 *
 * rules: DLL-48, PROC-03
 * links: store.dll
 */
#include <stdio.h>
#include <stdlib.h>
#include <windows.h>

__declspec(dllimport) int store_add(int amount);

/* Starts this program again in the given role; the caller closes both handles. */
static PROCESS_INFORMATION spawn(const char *role, DWORD flags) {
    char path[MAX_PATH], command[MAX_PATH + 64];
    STARTUPINFOA startup = {0};
    PROCESS_INFORMATION child;

    startup.cb = sizeof startup;
    GetModuleFileNameA(NULL, path, sizeof path);
    sprintf(command, "\"%s\" %s", path, role);
    fflush(stdout);
    if (!CreateProcessA(NULL, command, NULL, NULL, FALSE, flags, NULL, NULL, &startup, &child)) {
        printf("CreateProcess failed with %lu\n", GetLastError());
        exit(1);
    }
    return child;
}

static int initialised = 10, zeroed;
static const char *name = "nobody";
static HANDLE turns[2];

static void play(const char *who, int amount, int me) {
    int round;

    name = who;
    for (round = 1; round <= 3; round++) {
        WaitForSingleObject(turns[me], INFINITE);
        initialised += amount;
        zeroed += amount;
        printf("%s: %d %d %d\n", name, initialised, zeroed, store_add(amount));
        fflush(stdout);
        SetEvent(turns[!me]);
    }
}

int main(int argc, char **argv) {
    PROCESS_INFORMATION child;

    (void)argv;
    turns[0] = CreateEventA(NULL, FALSE, TRUE, "oracle_turn_of_parent");
    turns[1] = CreateEventA(NULL, FALSE, FALSE, "oracle_turn_of_child");
    if (argc > 1) {
        play("child", 100, 1);
        return 0;
    }
    child = spawn("child", 0);
    play("parent", 1, 0);
    WaitForSingleObject(child.hProcess, INFINITE);
    printf("in the end: %s %d %d %d\n", name, initialised, zeroed, store_add(0));
    return 0;
}
