/*
 * A process gets one command line; the run-time library cuts it into arguments. Quotes join words,
 * a backslash is special only before a quote.
 *
 * rules: -
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

/* Runs this program again in the given role and returns its exit code. */
static DWORD run(const char *role) {
    char path[MAX_PATH], command[MAX_PATH + 64];
    STARTUPINFOA startup = {0};
    PROCESS_INFORMATION child;
    DWORD code;

    startup.cb = sizeof startup;
    GetModuleFileNameA(NULL, path, sizeof path);
    sprintf(command, "\"%s\" %s", path, role);
    fflush(stdout);
    if (!CreateProcessA(NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &child)) {
        printf("CreateProcess failed with %lu\n", GetLastError());
        exit(1);
    }
    WaitForSingleObject(child.hProcess, INFINITE);
    GetExitCodeProcess(child.hProcess, &code);
    CloseHandle(child.hThread);
    CloseHandle(child.hProcess);
    return code;
}

static int be_child(int argc, char **argv) {
    const char *line = GetCommandLineA();
    int i;

    /* The program's own name depends on where it lies, so show only what follows it. */
    line = strstr(line, "show");
    printf("command line: %s\n", line);
    for (i = 2; i < argc; i++)
        printf("  %d [%s]\n", i - 1, argv[i]);
    printf("  argv ends with NULL: %d\n", argv[argc] == NULL);
    return argc - 2;
}

int main(int argc, char **argv) {
    static const char *const lines[] = {
        "show",
        "show one two  three",
        "show \"one two\" three",
        "show \"\" end",
        "show a\"b c\"d",
        "show c:\\path\\ \"c:\\my files\\\\\" x",
        "show \\\"quoted\\\" \"in \\\" side\"",
        "show back\\\\slash end\\\\",
        "show tab\there 'single quotes'",
    };
    unsigned i;

    if (argc > 1)
        return be_child(argc, argv);
    for (i = 0; i < sizeof lines / sizeof lines[0]; i++)
        printf("arguments: %lu\n", run(lines[i]));
    return 0;
}
