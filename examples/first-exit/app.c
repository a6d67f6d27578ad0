/*
 * A program with everything that an exit touches: two DLLs, a worker that is blocked in a wait, and
 * a child process that outlives it. Ordinary Win32 code: nothing in it knows of Rundown.
 */
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int blue_value(void);

static HANDLE never;

static DWORD WINAPI worker(LPVOID unused) {
    (void)unused;
    WaitForSingleObject(never, INFINITE); /* nobody ever sets it */
    printf("the worker never gets here\n");
    return 1;
}

static void say_goodbye(void) {
    printf("parent: atexit function\n");
}

static int child(void) {
    printf("child: my parent is gone, I go on\n");
    Sleep(50);
    printf("child: done\n");
    return 3;
}

static int parent(void) {
    STARTUPINFOA startup = {sizeof startup};
    PROCESS_INFORMATION started;
    char command[MAX_PATH + 16];
    DWORD code = 0;

    atexit(say_goodbye);
    printf("parent: blue_value() is %d\n", blue_value());

    never = CreateEventA(NULL, TRUE, FALSE, "never-set");
    HANDLE thread = CreateThread(NULL, 0, worker, NULL, 0, NULL);
    Sleep(10); /* the worker now waits */
    GetExitCodeThread(thread, &code);
    printf("parent: the worker's exit code is %lu (STILL_ACTIVE)\n", code);

    GetModuleFileNameA(NULL, command, MAX_PATH);
    strcat(command, " child");
    if (!CreateProcessA(NULL, command, NULL, NULL, FALSE, CREATE_SUSPENDED, NULL, NULL, &startup,
                        &started)) {
        printf("parent: CreateProcess failed with error %lu\n", GetLastError());
        return 1;
    }
    ResumeThread(started.hThread);
    CloseHandle(started.hThread);
    CloseHandle(started.hProcess); /* closing handles ends nothing */
    printf("parent: main returns 7\n");
    return 7;
}

int main(int argc, char **argv) {
    return argc > 1 && strcmp(argv[1], "child") == 0 ? child() : parent();
}
