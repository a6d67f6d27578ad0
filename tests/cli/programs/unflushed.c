/* Prints, and ends or not; what it has printed is in the buffer of stdout by then. */
#include <windows.h>

#include <stdio.h>
#include <string.h>

int main(int argc, char **argv) {
    const char *how = argc > 1 ? argv[1] : "end";
    volatile int *null = NULL;
    printf("not flushed\n");
    if (strcmp(how, "deadlock") == 0)
        Sleep(INFINITE);
    if (strcmp(how, "crash") == 0)
        *null = 1;
    while (strcmp(how, "loop") == 0)
        continue;
    return 0;
}
