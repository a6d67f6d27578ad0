/*
 * A server and its clients through a named pipe: messages, more data than the buffer holds, what
 * each side sees when the other one ends in whichever way, and a second connection of the same
 * instance.
 *
 * rules: PROC-10 HNDL-01 HNDL-50
 */
#include <stdio.h>
#include <string.h>
#include <windows.h>

#define NAME "\\\\.\\pipe\\rundown_named_pipe_server"
#define CONNECTED "rundown_named_pipe_server_connected"

static int client(const char *how) {
    char text[64] = "";
    DWORD count = 0, mode = PIPE_READMODE_MESSAGE;
    HANDLE connected = OpenEventA(SYNCHRONIZE, FALSE, CONNECTED);
    WaitNamedPipeA(NAME, NMPWAIT_WAIT_FOREVER); /* the server may not have got there yet */
    HANDLE pipe = CreateFileA(NAME, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
    if (pipe == INVALID_HANDLE_VALUE)
        return 90;
    if (!SetNamedPipeHandleState(pipe, &mode, NULL, NULL))
        return 91;
    WriteFile(pipe, how, (DWORD)strlen(how), &count, NULL);
    WaitForSingleObject(connected, INFINITE);
    if (strcmp(how, "killed") == 0)
        TerminateProcess(GetCurrentProcess(), 5);
    if (!ReadFile(pipe, text, 4, &count, NULL))
        return GetLastError() == ERROR_MORE_DATA && count == 4 ? 6 : (int)GetLastError();
    return memcmp(text, "fine", 4) ? 92 : 7;
}

static HANDLE start(const char *how) {
    STARTUPINFOA startup = {.cb = sizeof startup};
    PROCESS_INFORMATION process;
    char path[MAX_PATH], line[MAX_PATH + 32];
    GetModuleFileNameA(NULL, path, sizeof path);
    sprintf(line, "\"%s\" %s", path, how);
    if (!CreateProcessA(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &process))
        return NULL;
    CloseHandle(process.hThread);
    return process.hProcess;
}

static void serve(HANDLE pipe, HANDLE event, const char *how, const char *answer) {
    char text[64] = "";
    DWORD count = 0, code = 0;
    HANDLE process = start(how);
    BOOL connected = ConnectNamedPipe(pipe, NULL);
    printf("%s: connected %d\n", how, connected || GetLastError() == ERROR_PIPE_CONNECTED);
    SetEvent(event);
    BOOL done = ReadFile(pipe, text, sizeof text - 1, &count, NULL);
    printf("  read %d: %lu '%s'\n", done, count, text);
    if (answer)
        printf("  answered %d\n", WriteFile(pipe, answer, (DWORD)strlen(answer), &count, NULL));
    WaitForSingleObject(process, INFINITE);
    GetExitCodeProcess(process, &code);
    printf("  client ended with %lu\n", code);
    done = ReadFile(pipe, text, sizeof text, &count, NULL);
    printf("  read after its end: %d, error %lu\n", done, done ? 0 : GetLastError());
    done = WriteFile(pipe, "x", 1, &count, NULL);
    printf("  write after its end: %d, error %lu\n", done, done ? 0 : GetLastError());
    done = ConnectNamedPipe(pipe, NULL);
    printf("  connect again at once: %d, error %lu\n", done, done ? 0 : GetLastError());
    printf("  disconnected %d\n", DisconnectNamedPipe(pipe));
    done = ReadFile(pipe, text, sizeof text, &count, NULL);
    printf("  read when disconnected: %d, error %lu\n", done, done ? 0 : GetLastError());
    CloseHandle(process);
}

int main(int argc, char **argv) {
    if (argc > 1)
        return client(argv[1]);
    HANDLE pipe = CreateNamedPipeA(NAME, PIPE_ACCESS_DUPLEX,
                                   PIPE_TYPE_MESSAGE | PIPE_READMODE_MESSAGE | PIPE_WAIT, 1, 512,
                                   512, 0, NULL);
    HANDLE connected = CreateEventA(NULL, FALSE, FALSE, CONNECTED);
    printf("created: %d\n", pipe != INVALID_HANDLE_VALUE);
    serve(pipe, connected, "polite", "fine");
    serve(pipe, connected, "small", "finer");
    serve(pipe, connected, "killed", NULL);
    CloseHandle(pipe);
    HANDLE gone = CreateFileA(NAME, GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
    printf("after the end: %d, error %lu\n", gone != INVALID_HANDLE_VALUE, GetLastError());
    return 0;
}
