/*
 * Which output a child prints to: SetStdHandle in the parent reaches the child, with inheritance
 * and without it, but not the parent's own printf, whose descriptors were made when it started;
 * _dup2 reaches both. A child without standard handles prints nowhere.
 *
 * rules: HNDL-38 HNDL-39 HNDL-41
 */
#include <io.h>
#include <stdio.h>
#include <string.h>
#include <windows.h>

static int child(const char *how) {
    if (strcmp(how, "count") == 0) {
        int printed = printf("x\n");
        return (printed < 0) * 1 + (_fileno(stdout) < 0) * 2 + (fflush(stdout) == 0) * 4;
    }
    printf("hello from %s\n", how);
    return 0;
}

static DWORD start(const char *how, BOOL inherit, DWORD flags, STARTUPINFOA *startup) {
    PROCESS_INFORMATION process;
    char path[MAX_PATH], line[MAX_PATH + 32];
    DWORD code = 99;
    GetModuleFileNameA(NULL, path, sizeof path);
    sprintf(line, "\"%s\" %s", path, how);
    if (!CreateProcessA(NULL, line, NULL, NULL, inherit, flags, NULL, NULL, startup, &process))
        return 98;
    WaitForSingleObject(process.hProcess, INFINITE);
    GetExitCodeProcess(process.hProcess, &code);
    CloseHandle(process.hThread);
    CloseHandle(process.hProcess);
    return code;
}

static void show_pipe(HANDLE reader, const char *what) {
    char text[200] = "";
    DWORD count = 0, available = 0;
    PeekNamedPipe(reader, NULL, 0, NULL, &available, NULL);
    if (available)
        ReadFile(reader, text, sizeof text - 1, &count, NULL);
    while (count && (text[count - 1] == '\n' || text[count - 1] == '\r'))
        count--;
    text[count] = 0;
    printf("%s: '%s'\n", what, text);
    fflush(stdout);
}

int main(int argc, char **argv) {
    SECURITY_ATTRIBUTES inheritable = {sizeof inheritable, NULL, TRUE};
    STARTUPINFOA plain = {.cb = sizeof plain};
    STARTUPINFOA none = {.cb = sizeof none, .dwFlags = STARTF_USESTDHANDLES};
    HANDLE reader, writer, before = GetStdHandle(STD_OUTPUT_HANDLE);
    if (argc > 1)
        return child(argv[1]);
    CreatePipe(&reader, &writer, &inheritable, 0);

    SetStdHandle(STD_OUTPUT_HANDLE, writer);
    printf("the parent's descriptor stays\n");
    fflush(stdout);
    start("inherited", TRUE, 0, &plain);
    SetStdHandle(STD_OUTPUT_HANDLE, before);
    show_pipe(reader, "with inheritance");

    SetStdHandle(STD_OUTPUT_HANDLE, writer);
    start("duplicated", FALSE, 0, &plain);
    SetStdHandle(STD_OUTPUT_HANDLE, before);
    show_pipe(reader, "without inheritance");

    SetStdHandle(STD_OUTPUT_HANDLE, writer);
    start("detached", TRUE, DETACHED_PROCESS, &plain);
    SetStdHandle(STD_OUTPUT_HANDLE, before);
    show_pipe(reader, "detached");

    int saved = _dup(1), end = _open_osfhandle((intptr_t)writer, 0);
    _dup2(end, 1);
    printf("parent\n");
    fflush(stdout);
    start("after_dup2", TRUE, 0, &plain);
    _dup2(saved, 1);
    show_pipe(reader, "after _dup2");

    DWORD code = start("count", TRUE, 0, &none);
    printf("no handles: printf fails %d, no descriptor %d, fflush succeeds %d\n", (code & 1) != 0,
           (code & 2) != 0, (code & 4) != 0);
    return 0;
}
