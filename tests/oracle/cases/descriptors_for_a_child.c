/*
 * Descriptors of the C run-time go to a child that _spawnl starts: the number of one end of a _pipe
 * on its command line is enough. The child sees the end of file when the parent has closed its end;
 * without _O_NOINHERIT it would hold that end itself.
 *
 * rules: HNDL-38 HNDL-50
 */
#include <fcntl.h>
#include <io.h>
#include <process.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

static int child(int descriptor) {
    char text[64];
    int sum = 0, count;
    while ((count = _read(descriptor, text, 4)) > 0)
        for (int i = 0; i < count; i++)
            sum += text[i] - '0';
    return count < 0 ? 200 : sum;
}

int main(int argc, char **argv) {
    char number[16], path[MAX_PATH];
    int ends[2];
    intptr_t process;
    if (argc > 1)
        return child(atoi(argv[1]));
    GetModuleFileNameA(NULL, path, sizeof path);
    printf("pipe: %d\n", _pipe(ends, 256, _O_BINARY | _O_NOINHERIT));
    int given = _dup(ends[0]); /* a duplicate is inherited */
    _close(ends[0]);
    sprintf(number, "%d", given);
    fflush(stdout);
    process = _spawnl(_P_NOWAIT, path, "child", number, NULL);
    printf("spawned: %d\n", process != -1);
    _close(given);
    printf("written: %d\n", _write(ends[1], "123456789", 9));
    printf("closed: %d\n", _close(ends[1]));
    int status = -1;
    _cwait(&status, process, 0);
    printf("sum: %d\n", status);
    printf("closed twice: %d\n", _write(ends[1], "1", 1));
    return 0;
}
