/*
 * _popen gives a stream to a command's output or from a command's input; _pclose waits for its end
 * and returns its exit code. system waits as well.
 *
 * rules: HNDL-50 EXIT-03
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

static int child(const char *how) {
    char line[64];
    if (strcmp(how, "says") == 0) {
        printf("one\ntwo\n");
        return 3;
    }
    if (strcmp(how, "hears") == 0) {
        while (fgets(line, sizeof line, stdin))
            printf("heard %s", line);
        return 4;
    }
    return 5;
}

int main(int argc, char **argv) {
    char path[MAX_PATH], line[MAX_PATH + 16];
    if (argc > 1)
        return child(argv[1]);
    GetModuleFileNameA(NULL, path, sizeof path);
    sprintf(line, "%s says", path);
    FILE *command = _popen(line, "r");
    if (!command)
        return 1;
    while (fgets(line, sizeof line, command))
        printf("read: %u %s", (unsigned)strlen(line), line);
    printf("at the end: %d\n", feof(command) != 0);
    printf("closed: %d\n", _pclose(command));
    sprintf(line, "%s hears", path);
    fflush(stdout);
    command = _popen(line, "w");
    fprintf(command, "first\n");
    fprintf(command, "second\n");
    printf("closed: %d\n", _pclose(command));
    sprintf(line, "%s quietly", path);
    fflush(stdout);
    printf("system: %d\n", system(line));
    return 0;
}
