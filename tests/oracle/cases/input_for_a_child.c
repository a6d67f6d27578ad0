/*
 * A filter: the parent writes lines into the standard input of its child and closes its end; the
 * child reads to the end of file and answers through a second pipe.
 *
 * rules: HNDL-38 HNDL-39 HNDL-50
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <windows.h>

static int child(void) {
    char line[64];
    int number = 0, lines = 0;
    if (scanf("%d", &number) == 1)
        printf("number %d\n", number);
    while (fgets(line, sizeof line, stdin)) {
        lines++;
        for (char *c = line; *c; c++)
            *c = (char)toupper((unsigned char)*c);
        printf("%u:%s", (unsigned)strlen(line), line);
    }
    printf("\nlines %d, at the end: %d, error: %d\n", lines, feof(stdin) != 0, ferror(stdin) != 0);
    return lines;
}

static HANDLE keep_to_ourselves(HANDLE handle) {
    SetHandleInformation(handle, HANDLE_FLAG_INHERIT, 0);
    return handle;
}

int main(int argc, char **argv) {
    static const char text[] = "42 is the number\r\nsecond\r\n\r\nlast line without an end";
    SECURITY_ATTRIBUTES inheritable = {sizeof inheritable, NULL, TRUE};
    STARTUPINFOA startup = {.cb = sizeof startup, .dwFlags = STARTF_USESTDHANDLES};
    PROCESS_INFORMATION process;
    HANDLE to_child[2], from_child[2];
    char path[MAX_PATH], line[MAX_PATH + 16], buffer[64];
    DWORD count, code;
    if (argc > 1)
        return child();
    GetModuleFileNameA(NULL, path, sizeof path);
    sprintf(line, "\"%s\" child", path);
    CreatePipe(&to_child[0], &to_child[1], &inheritable, 0);
    CreatePipe(&from_child[0], &from_child[1], &inheritable, 0);
    keep_to_ourselves(to_child[1]);
    keep_to_ourselves(from_child[0]);
    startup.hStdInput = to_child[0];
    startup.hStdOutput = startup.hStdError = from_child[1];
    if (!CreateProcessA(NULL, line, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &process))
        return 1;
    CloseHandle(to_child[0]);
    CloseHandle(from_child[1]);
    printf("write: %d\n", WriteFile(to_child[1], text, sizeof text - 1, &count, NULL));
    CloseHandle(to_child[1]);
    while (ReadFile(from_child[0], buffer, sizeof buffer, &count, NULL))
        fwrite(buffer, 1, count, stdout);
    printf("end: %lu\n", GetLastError());
    WaitForSingleObject(process.hProcess, INFINITE);
    GetExitCodeProcess(process.hProcess, &code);
    printf("child: %lu\n", code);
    (void)argv;
    return 0;
}
