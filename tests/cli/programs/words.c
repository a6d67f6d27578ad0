/*
 * words.c - what goes in and out of a program: arguments, environment, standard input and output.
 *
 * usage: words arguments ... | code NUMBER | copy | lines | much MEGABYTES | both | environment
 * NAME | child WORD ...
 */
#include <windows.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void put_bytes(const char *text) {
    for (; *text; text++)
        printf("%02X", (unsigned char)*text);
    printf("\n");
}

static int arguments(int argc, char **argv) {
    size_t total = 0;
    for (int i = 2; i < argc; i++) {
        total += strlen(argv[i]);
        if (argc < 50 && strlen(argv[i]) < 200) {
            printf("[%s] ", argv[i]);
            put_bytes(argv[i]);
        }
    }
    printf("%d words, %lu bytes\n", argc - 2, (unsigned long)total);
    return 0;
}

static int copy(void) {
    int c;
    while ((c = getchar()) != EOF)
        putchar(c);
    return 0;
}

static int lines(void) {
    char line[100];
    int count = 0;
    while (fgets(line, sizeof line, stdin))
        count++;
    printf("%d lines\n", count);
    return 0;
}

static int much(int megabytes) {
    static char line[1024];
    memset(line, 'x', sizeof line);
    line[sizeof line - 1] = '\n';
    for (int i = 0; i < megabytes * 1024; i++)
        fwrite(line, 1, sizeof line, stdout);
    return 0;
}

static int both(void) {
    printf("to stdout\n");
    fprintf(stderr, "to stderr\n");
    OutputDebugStringA("to the debugger\n");
    return 0;
}

static int environment(const char *name) {
    char value[200] = "";
    DWORD length = GetEnvironmentVariableA(name, value, sizeof value);
    const char *same = getenv(name);
    printf("%lu [%s] [%s]\n", length, value, same ? same : "(none)");
    return 0;
}

/* A child that inherits the environment and this variable. */
static int child(int argc, char **argv) {
    char line[1000] = "words.exe";
    STARTUPINFOA startup;
    PROCESS_INFORMATION started;
    DWORD code = 0;
    memset(&startup, 0, sizeof startup);
    startup.cb = sizeof startup;
    for (int i = 2; i < argc; i++)
        snprintf(line + strlen(line), sizeof line - strlen(line), " %s", argv[i]);
    SetEnvironmentVariableA("FROM_PARENT", "inherited");
    if (!CreateProcessA(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &started))
        return 99;
    WaitForSingleObject(started.hProcess, INFINITE);
    GetExitCodeProcess(started.hProcess, &code);
    return (int)code;
}

int main(int argc, char **argv) {
    const char *way = argc > 1 ? argv[1] : "";
    if (strcmp(way, "arguments") == 0)
        return arguments(argc, argv);
    if (strcmp(way, "code") == 0)
        return (int)strtoul(argv[2], NULL, 0);
    if (strcmp(way, "copy") == 0)
        return copy();
    if (strcmp(way, "lines") == 0)
        return lines();
    if (strcmp(way, "much") == 0)
        return much(atoi(argv[2]));
    if (strcmp(way, "both") == 0)
        return both();
    if (strcmp(way, "environment") == 0)
        return environment(argv[2]);
    if (strcmp(way, "child") == 0)
        return child(argc, argv);
    return 2;
}
