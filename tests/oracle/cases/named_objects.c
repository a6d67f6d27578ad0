/*
 * A name leads every process to the same object, as long as somebody has a handle to it. With the
 * last handle the name goes; who creates it again gets a fresh object.
 *
 * rules: HNDL-02, HNDL-03, HNDL-04, HNDL-05, WAIT-14
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

#define NAME "oracle_named_object"

/* The child takes one unit of the semaphore and ends without giving it back. */
static int use(void) {
    HANDLE semaphore = OpenSemaphoreA(SEMAPHORE_ALL_ACCESS, FALSE, NAME);

    return semaphore ? (int)WaitForSingleObject(semaphore, 0) : (int)GetLastError();
}

/* The child owns a mutex of that name when it ends. */
static int own(void) {
    HANDLE mutex = CreateMutexA(NULL, TRUE, NAME);

    return mutex ? 0 : (int)GetLastError();
}

static void create(const char *what, HANDLE handle) {
    printf("%s: %d, error %lu\n", what, handle != NULL, GetLastError());
    SetLastError(0);
}

int main(int argc, char **argv) {
    HANDLE semaphore;
    LONG before;

    if (argc > 1)
        return strcmp(argv[1], "use") == 0 ? use() : own();

    semaphore = CreateSemaphoreA(NULL, 5, 10, NAME);
    create("created", semaphore);
    create("created again", CreateSemaphoreA(NULL, 0, 1, NAME));
    create("event of that name", CreateEventA(NULL, TRUE, FALSE, NAME));
    create("names know upper and lower case",
           OpenSemaphoreA(SYNCHRONIZE, FALSE, "ORACLE_NAMED_OBJECT"));
    printf("child took one: %lu\n", run("use"));
    ReleaseSemaphore(semaphore, 1, &before);
    printf("count after its end: %ld\n", before);

    create("mutex of that name", CreateMutexA(NULL, FALSE, NAME));
    printf("child cannot create it either: %lu\n", run("own"));
    return 0;
}
