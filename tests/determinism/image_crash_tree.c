/* A program for rundown-cc: it starts itself again and again, and each of its children ends in its
 * own way. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

static int depth;
static volatile int zero;

static void said_goodbye(void) {
    printf("goodbye of %d\n", depth);
}

static int recurse(volatile char *outer) {
    volatile char frame[300];
    frame[0] = outer ? outer[0] : 1;
    return frame[0] ? recurse(frame) + frame[0] : 0;
}

static DWORD WINAPI ends_process(LPVOID code) {
    ExitProcess((UINT)(ULONG_PTR)code);
}

static int end(int kind) {
    switch (kind) {
    case 1:
        return *(volatile int *)(size_t)zero;
    case 2:
        return 7 / zero;
    case 3:
        return recurse(NULL);
    case 4:
        abort();
    case 5:
        exit(5);
    case 6:
        TerminateProcess(GetCurrentProcess(), 6);
        break;
    case 7:
        CreateThread(NULL, 0, ends_process, (LPVOID)7, 0, NULL);
        Sleep(INFINITE);
        break;
    case 8:
        ExitThread(8);
    }
    return kind;
}

int main(int argc, char **argv) {
    int kind = argc > 1 ? atoi(argv[1]) : 0;
    depth = kind;
    atexit(said_goodbye);
    if (kind)
        return end(kind);
    for (int i = 1; i <= 9; i++) {
        STARTUPINFOA startup = {sizeof startup};
        PROCESS_INFORMATION child;
        char line[40];
        DWORD code = 0;
        sprintf(line, "app.exe %d", i);
        if (!CreateProcessA(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &child))
            return 99;
        WaitForSingleObject(child.hProcess, INFINITE);
        GetExitCodeProcess(child.hProcess, &code);
        printf("child %d: 0x%lX\n", i, (unsigned long)code);
    }
    return depth;
}
