/*
 * BindIoCompletionCallback: each completion of the file calls the function on a thread of the pool.
 *
 * rules: -
 */
#include <stdio.h>
#include <windows.h>

#define NAME "\\\\.\\pipe\\pool bound files"

static HANDLE told;
static DWORD main_thread;
static OVERLAPPED first, second;

static void CALLBACK done(DWORD error, DWORD count, OVERLAPPED *overlapped) {
    printf("callback: request %d, error %d, bytes %lu, in the main thread: %d\n",
           overlapped == &first ? 1 : 2, error != 0, count,
           GetCurrentThreadId() == main_thread);
    SetEvent(told);
}

int main(void) {
    char buffer[16];
    DWORD count;
    HANDLE server, client, event = CreateEventA(NULL, FALSE, FALSE, NULL);

    main_thread = GetCurrentThreadId();
    told = CreateEventA(NULL, FALSE, FALSE, NULL);
    server = CreateNamedPipeA(NAME, PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED, PIPE_TYPE_BYTE, 1,
                              64, 64, 0, NULL);
    client = CreateFileA(NAME, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
    printf("an event: %d/", BindIoCompletionCallback(event, done, 0));
    printf("%lu\n", GetLastError());
    printf("not for overlapped requests: %d/", BindIoCompletionCallback(client, done, 0));
    printf("%lu\n", GetLastError());
    printf("the server's end: %d\n", BindIoCompletionCallback(server, done, 0));
    ReadFile(server, buffer, sizeof buffer, NULL, &first);
    WriteFile(client, "ping", 4, &count, NULL);
    WaitForSingleObject(told, INFINITE);
    WriteFile(server, "pong", 4, NULL, &second);
    ReadFile(client, buffer, sizeof buffer, &count, NULL);
    WaitForSingleObject(told, INFINITE);
    ReadFile(server, buffer, sizeof buffer, NULL, &first);
    CloseHandle(client);
    WaitForSingleObject(told, INFINITE);
    return 0;
}
