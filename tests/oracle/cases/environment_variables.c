/*
 * Environment variables: set, read, too small a buffer, removal. A child gets a copy of its
 * parent's environment, or the block that the parent hands over; its changes stay its own.
 *
 * rules: -
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

static void show(const char *name) {
    char value[64];
    DWORD length;

    SetLastError(0);
    length = GetEnvironmentVariableA(name, value, sizeof value);
    if (length == 0 && GetLastError() != 0)
        printf("%s: error %lu\n", name, GetLastError());
    else
        printf("%s=%s (%lu)\n", name, value, length);
}

static void run_child(char *environment) {
    char path[MAX_PATH], command[MAX_PATH + 64];
    STARTUPINFOA startup = {0};
    PROCESS_INFORMATION child;

    startup.cb = sizeof startup;
    GetModuleFileNameA(NULL, path, sizeof path);
    sprintf(command, "\"%s\" child", path);
    fflush(stdout);
    if (!CreateProcessA(NULL, command, NULL, NULL, FALSE, 0, environment, NULL, &startup, &child))
        exit(1);
    WaitForSingleObject(child.hProcess, INFINITE);
    CloseHandle(child.hThread);
    CloseHandle(child.hProcess);
}

int main(int argc, char **argv) {
    static char block[] = "ORACLE_COLOUR=green\0ORACLE_EXTRA=yes\0";
    char small[4];
    const char *colour;

    (void)argv;
    if (argc > 1) {
        show("ORACLE_COLOUR");
        show("oracle_colour");
        show("ORACLE_EXTRA");
        colour = getenv("ORACLE_COLOUR");
        printf("getenv: %s\n", colour ? colour : "nothing");
        SetEnvironmentVariableA("ORACLE_COLOUR", "changed by the child");
        show("ORACLE_COLOUR");
        return 0;
    }
    show("ORACLE_COLOUR");
    printf("set: %d\n", SetEnvironmentVariableA("ORACLE_COLOUR", "blue"));
    show("ORACLE_COLOUR");
    printf("too small a buffer needs %lu\n",
           GetEnvironmentVariableA("ORACLE_COLOUR", small, sizeof small));
    puts("child with the parent's environment:");
    run_child(NULL);
    puts("child with its own block:");
    run_child(block);
    puts("parent again:");
    show("ORACLE_COLOUR");
    printf("removed: %d\n", SetEnvironmentVariableA("ORACLE_COLOUR", NULL));
    show("ORACLE_COLOUR");
    return 0;
}
