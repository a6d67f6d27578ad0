/*
 * What the functions for named pipes refuse, and in which state.
 *
 * rules: -
 * windows: Wine does not check the number of instances, nor what a second one is like
 */
#include <stdio.h>
#include <string.h>
#include <windows.h>

#define NAME "\\\\.\\pipe\\rundown_named_pipe_errors"

static void show(const char *what, int good) {
    printf("%s: %s %lu\n", what, good ? "good" : "fails", good ? 0 : GetLastError());
}

static HANDLE create(const char *name, DWORD open_mode, DWORD mode, DWORD instances) {
    return CreateNamedPipeA(name, open_mode, mode, instances, 64, 64, 100, NULL);
}

static HANDLE open(const char *name, DWORD access) {
    return CreateFileA(name, access, 0, NULL, OPEN_EXISTING, 0, NULL);
}

static void show_handle(const char *what, HANDLE handle) {
    show(what, handle != INVALID_HANDLE_VALUE);
    if (handle != INVALID_HANDLE_VALUE)
        CloseHandle(handle);
}

static void creation(void) {
    DWORD both = PIPE_ACCESS_DUPLEX;
    show_handle("no name", create(NULL, both, 0, 1));
    show_handle("not a pipe's name", create("rundown", both, 0, 1));
    show_handle("no direction", create(NAME, 0, 0, 1));
    show_handle("no instance", create(NAME, both, 0, 0));
    show_handle("too many instances", create(NAME, both, 0, 256));
    show_handle("messages out of bytes", create(NAME, both, PIPE_READMODE_MESSAGE, 1));
    HANDLE first = create(NAME, both | FILE_FLAG_FIRST_PIPE_INSTANCE, PIPE_TYPE_MESSAGE, 1);
    show("first instance", first != INVALID_HANDLE_VALUE);
    show_handle("first instance again", create(NAME, both | FILE_FLAG_FIRST_PIPE_INSTANCE, 4, 1));
    show_handle("one too many", create(NAME, both, PIPE_TYPE_MESSAGE, 1));
    show_handle("another direction", create(NAME, PIPE_ACCESS_INBOUND, PIPE_TYPE_MESSAGE, 1));
    CloseHandle(first);
    show_handle("open what is not there", open(NAME, GENERIC_READ));
    show("wait for what is not there", WaitNamedPipeA(NAME, 10));
}

static void states(void) {
    char text[16];
    DWORD count, mode = PIPE_READMODE_MESSAGE;
    HANDLE server = create(NAME, PIPE_ACCESS_INBOUND, PIPE_TYPE_BYTE, 1);
    show("read before a client", ReadFile(server, text, 1, &count, NULL));
    show("write the wrong way", WriteFile(server, text, 1, &count, NULL));
    show_handle("client that reads", open(NAME, GENERIC_READ));
    show("wait for an instance", WaitNamedPipeA(NAME, 10));
    HANDLE client = open(NAME, GENERIC_WRITE);
    show("client that writes", client != INVALID_HANDLE_VALUE);
    show_handle("second client", open(NAME, GENERIC_WRITE));
    show("wait when all are busy", WaitNamedPipeA(NAME, 10));
    show("connect what is connected", ConnectNamedPipe(server, NULL));
    show("connect the client's end", ConnectNamedPipe(client, NULL));
    show("messages in a byte pipe", SetNamedPipeHandleState(server, &mode, NULL, NULL));
    show("peek the wrong way", PeekNamedPipe(client, NULL, 0, NULL, &count, NULL));
    show("transact without reading",
         TransactNamedPipe(client, text, 1, text, sizeof text, &count, NULL));
    show("write", WriteFile(client, "abcdef", 6, &count, NULL));
    show("peek", PeekNamedPipe(server, text, 3, &count, NULL, NULL));
    printf("peeked %lu '%.3s'\n", count, text);
    show("read some", ReadFile(server, text, 4, &count, NULL));
    show("disconnect", DisconnectNamedPipe(server));
    show("disconnect again", DisconnectNamedPipe(server));
    show("write to the disconnected", WriteFile(client, "abc", 3, &count, NULL));
    show("read when disconnected", ReadFile(server, text, 4, &count, NULL));
    CloseHandle(client);
    CloseHandle(server);
    HANDLE event = CreateEventA(NULL, FALSE, FALSE, NULL);
    show("connect an event", ConnectNamedPipe(event, NULL));
    show("peek at an event", PeekNamedPipe(event, NULL, 0, NULL, &count, NULL));
    show("state of an event", SetNamedPipeHandleState(event, &mode, NULL, NULL));
    CloseHandle(event);
}

int main(void) {
    creation();
    states();
    return 0;
}
