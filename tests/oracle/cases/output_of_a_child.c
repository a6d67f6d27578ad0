/*
 * A parent reads what its child prints, through an anonymous pipe, until the last handle of the
 * writing end has gone: then reading fails with ERROR_BROKEN_PIPE.
 *
 * rules: HNDL-01 HNDL-38 HNDL-50 CRT-04
 */
#include <stdio.h>
#include <string.h>
#include <windows.h>

static int child(void) {
    char line[64];
    printf("out: a line\n");
    printf("out: %d of %d\n", 2, 2);
    fflush(stdout);
    puts("out: left to exit");
    sprintf(line, "out: written directly\n");
    DWORD done;
    WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), line, (DWORD)strlen(line), &done, NULL);
    return 5;
}

static void show(const char *bytes, DWORD count) {
    for (DWORD i = 0; i < count; i++) {
        if (bytes[i] == '\r')
            printf("<cr>");
        else
            putchar(bytes[i]);
    }
}

int main(int argc, char **argv) {
    SECURITY_ATTRIBUTES inheritable = {sizeof inheritable, NULL, TRUE};
    STARTUPINFOA startup = {.cb = sizeof startup};
    PROCESS_INFORMATION process;
    HANDLE reader, writer;
    char path[MAX_PATH], line[MAX_PATH + 16], buffer[16];
    DWORD count, total = 0, code;
    if (argc > 1)
        return child();
    GetModuleFileNameA(NULL, path, sizeof path);
    sprintf(line, "\"%s\" child", path);
    printf("pipe: %d\n", CreatePipe(&reader, &writer, &inheritable, 0));
    SetHandleInformation(reader, HANDLE_FLAG_INHERIT, 0);
    startup.dwFlags = STARTF_USESTDHANDLES;
    startup.hStdInput = GetStdHandle(STD_INPUT_HANDLE);
    startup.hStdOutput = writer;
    startup.hStdError = GetStdHandle(STD_ERROR_HANDLE);
    fflush(stdout);
    if (!CreateProcessA(NULL, line, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &process))
        return 1;
    CloseHandle(writer);
    while (ReadFile(reader, buffer, sizeof buffer, &count, NULL)) {
        show(buffer, count);
        total += count;
    }
    printf("end: error %lu after %lu bytes\n", GetLastError(), total);
    WaitForSingleObject(process.hProcess, INFINITE);
    GetExitCodeProcess(process.hProcess, &code);
    printf("child: %lu\n", code);
    (void)argv;
    return 0;
}
