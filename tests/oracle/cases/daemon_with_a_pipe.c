/*
 * A daemon: one instance by a named mutex, commands through a named pipe with a thread for each
 * client, an orderly end.
 *
 * rules: EXIT-03 HNDL-50
 */
#include <windows.h>
#include <stdio.h>
#include <string.h>
#include <process.h>
#define PIPE "\\\\.\\pipe\\tiny_daemon"
static HANDLE stopEvent;
static volatile LONG served;
static void __cdecl client(void *arg) {
    HANDLE pipe = arg;
    char msg[100];
    DWORD n;
    while (ReadFile(pipe, msg, sizeof msg - 1, &n, NULL)) {
        msg[n] = 0;
        char reply[120];
        int len = sprintf(reply, "ok %s", msg);
        InterlockedIncrement(&served);
        WriteFile(pipe, reply, len, &n, NULL);
        if (!strcmp(msg, "stop"))
            SetEvent(stopEvent);
    }
    FlushFileBuffers(pipe);
    DisconnectNamedPipe(pipe);
    CloseHandle(pipe);
}
static HANDLE instance(void) {
    return CreateNamedPipeA(PIPE, PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED,
                            PIPE_TYPE_MESSAGE | PIPE_READMODE_MESSAGE | PIPE_WAIT,
                            PIPE_UNLIMITED_INSTANCES, 0, 0, 0, NULL);
}
static int daemon_main(void) {
    HANDLE mutex = CreateMutexA(NULL, TRUE, "tiny_daemon_mutex");
    if (GetLastError() == ERROR_ALREADY_EXISTS)
        return 17;
    stopEvent = CreateEvent(NULL, TRUE, FALSE, NULL);
    HANDLE started = OpenEventA(EVENT_MODIFY_STATE, FALSE, "tiny_daemon_started");
    HANDLE pipe = instance();
    if (started) {
        SetEvent(started);
        CloseHandle(started);
    }
    for (;;) {
        OVERLAPPED ov = {0};
        ov.hEvent = CreateEvent(NULL, TRUE, FALSE, NULL);
        if (pipe == INVALID_HANDLE_VALUE)
            return 18;
        BOOL c = ConnectNamedPipe(pipe, &ov);
        if (!c && GetLastError() == ERROR_PIPE_CONNECTED)
            SetEvent(ov.hEvent);
        HANDLE h[2] = {stopEvent, ov.hEvent};
        DWORD r = WaitForMultipleObjects(2, h, FALSE, INFINITE);
        if (r == WAIT_OBJECT_0) {
            CancelIo(pipe);
            WaitForSingleObject(ov.hEvent, INFINITE);
            CloseHandle(pipe);
            break;
        }
        CloseHandle(ov.hEvent);
        /* The next instance is there before this one ends: the name never vanishes. */
        HANDLE next = instance();
        _beginthread(client, 0, pipe);
        pipe = next;
    }
    ReleaseMutex(mutex);
    return (int)served;
}
static PROCESS_INFORMATION spawn(const char *what) {
    STARTUPINFOA si = {.cb = sizeof si};
    PROCESS_INFORMATION pi = {0};
    char self[MAX_PATH], cmd[MAX_PATH + 32];
    GetModuleFileNameA(NULL, self, MAX_PATH);
    sprintf(cmd, "\"%s\" %s", self, what);
    CreateProcessA(NULL, cmd, NULL, NULL, FALSE, DETACHED_PROCESS, NULL, NULL, &si, &pi);
    return pi;
}
static void call(const char *text) {
    char reply[120] = "";
    DWORD n = 0;
    BOOL ok = CallNamedPipeA(PIPE, (void *)text, strlen(text), reply, sizeof reply - 1, &n,
                             NMPWAIT_WAIT_FOREVER);
    printf("%s: %d '%.*s'\n", text, ok, (int)n, reply);
}
int main(int argc, char **argv) {
    if (argc > 1)
        return daemon_main();
    HANDLE started = CreateEventA(NULL, FALSE, FALSE, "tiny_daemon_started");
    PROCESS_INFORMATION d = spawn("daemon");
    WaitForSingleObject(started, INFINITE);
    PROCESS_INFORMATION second = spawn("daemon");
    DWORD code;
    WaitForSingleObject(second.hProcess, INFINITE);
    GetExitCodeProcess(second.hProcess, &code);
    printf("second instance: %lu\n", code);
    call("status");
    call("reload");
    call("stop");
    WaitForSingleObject(d.hProcess, INFINITE);
    GetExitCodeProcess(d.hProcess, &code);
    printf("daemon: %lu\n", code);
    return 0;
}
