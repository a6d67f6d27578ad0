/*
 * A child gets the handles that are marked inheritable, and only if CreateProcess is told so. They
 * have the same value there. The mark goes along: the grandchild gets them too.
 *
 * rules: HNDL-38, HNDL-39, HNDL-40
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#define FILLERS 400

static DWORD run(const char *role, HANDLE event, BOOL inherit) {
    char path[MAX_PATH], command[MAX_PATH + 64];
    STARTUPINFOA startup = {0};
    PROCESS_INFORMATION child;
    DWORD code;

    startup.cb = sizeof startup;
    GetModuleFileNameA(NULL, path, sizeof path);
    sprintf(command, "\"%s\" %s %lu", path, role, (DWORD)(ULONG_PTR)event);
    fflush(stdout);
    if (!CreateProcessA(NULL, command, NULL, NULL, inherit, 0, NULL, NULL, &startup, &child))
        exit(1);
    WaitForSingleObject(child.hProcess, INFINITE);
    GetExitCodeProcess(child.hProcess, &code);
    CloseHandle(child.hThread);
    CloseHandle(child.hProcess);
    return code;
}

/* In the child: does the number in the argument name an event that can be set? */
static int try_event(const char *role, HANDLE event) {
    if (strcmp(role, "pass_on") == 0)
        return (int)run("child", event, TRUE);
    return SetEvent(event) ? 0 : (int)GetLastError();
}

static void report(const char *what, const char *role, HANDLE event, BOOL inherit) {
    DWORD error = run(role, event, inherit);

    printf("%s: error %lu, event set: %d\n", what, error, WaitForSingleObject(event, 0) == 0);
    ResetEvent(event);
}

int main(int argc, char **argv) {
    SECURITY_ATTRIBUTES attributes = {sizeof attributes, NULL, TRUE};
    HANDLE inheritable, private_event;
    int i;

    if (argc > 2)
        return try_event(argv[1], (HANDLE)(ULONG_PTR)strtoul(argv[2], NULL, 10));

    /* High numbers, so that no handle of the child's own has the same one by chance. */
    for (i = 0; i < FILLERS; i++)
        CreateEventA(NULL, TRUE, FALSE, NULL);
    inheritable = CreateEventA(&attributes, TRUE, FALSE, NULL);
    private_event = CreateEventA(NULL, TRUE, FALSE, NULL);

    report("inheritable, inherited", "child", inheritable, TRUE);
    report("inheritable, not inherited", "child", inheritable, FALSE);
    report("private", "child", private_event, TRUE);
    report("inheritable, grandchild", "pass_on", inheritable, TRUE);
    return 0;
}
