/*
 * How a child ends decides whether what it printed into a pipe ever arrives: exit and the detaching
 * C run-time flush, TerminateProcess does not.
 *
 * rules: CRT-04 CRT-11 CRT-12 CRT-15 HNDL-50
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

static int child(const char *how) {
    SetErrorMode(SEM_NOGPFAULTERRORBOX | SEM_FAILCRITICALERRORS);
    printf("buffered");
    if (strcmp(how, "exit") == 0)
        exit(10);
    if (strcmp(how, "ExitThread") == 0)
        ExitThread(11);
    if (strcmp(how, "TerminateProcess") == 0)
        TerminateProcess(GetCurrentProcess(), 12);
    if (strcmp(how, "flushed") == 0) {
        fflush(stdout);
        TerminateProcess(GetCurrentProcess(), 13);
    }
    if (strcmp(how, "unbuffered") == 0) {
        setvbuf(stdout, NULL, _IONBF, 0);
        printf("more");
        TerminateProcess(GetCurrentProcess(), 14);
    }
    if (strcmp(how, "exception") == 0)
        RaiseException(0xE0000015, 0, 0, NULL);
    return 16;
}

static void try(const char *how) {
    SECURITY_ATTRIBUTES inheritable = {sizeof inheritable, NULL, TRUE};
    STARTUPINFOA startup = {.cb = sizeof startup, .dwFlags = STARTF_USESTDHANDLES};
    PROCESS_INFORMATION process;
    HANDLE reader, writer;
    char path[MAX_PATH], line[MAX_PATH + 32], buffer[64];
    DWORD count, used = 0, code = 0;
    GetModuleFileNameA(NULL, path, sizeof path);
    sprintf(line, "\"%s\" %s", path, how);
    CreatePipe(&reader, &writer, &inheritable, 0);
    SetHandleInformation(reader, HANDLE_FLAG_INHERIT, 0);
    startup.hStdOutput = startup.hStdError = writer;
    if (!CreateProcessA(NULL, line, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &process))
        exit(1);
    CloseHandle(writer);
    while (used < sizeof buffer - 1 &&
           ReadFile(reader, buffer + used, sizeof buffer - 1 - used, &count, NULL))
        used += count;
    buffer[used] = 0;
    WaitForSingleObject(process.hProcess, INFINITE);
    GetExitCodeProcess(process.hProcess, &code);
    printf("%s: '%s', code 0x%lx\n", how, buffer, code);
    CloseHandle(process.hThread);
    CloseHandle(process.hProcess);
    CloseHandle(reader);
}

int main(int argc, char **argv) {
    static const char *const ways[] = {"return",  "exit",       "ExitThread", "TerminateProcess",
                                       "flushed", "unbuffered", "exception"};
    if (argc > 1)
        return child(argv[1]);
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++)
        try(ways[i]);
    return 0;
}
