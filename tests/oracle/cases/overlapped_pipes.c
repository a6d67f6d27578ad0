/*
 * Overlapped operations on a named pipe: they are pending, end when the other side does its part,
 * are cancelled by CancelIo and CancelIoEx, by the end of their thread, and report to an event, a
 * completion port or a completion routine.
 *
 * rules: PROC-03 THRD-02
 */
#include <stdio.h>
#include <string.h>
#include <windows.h>

#define NAME "\\\\.\\pipe\\rundown_overlapped_pipes"

static HANDLE server, client;
static char buffer[64];
static OVERLAPPED of_thread;

static void result(const char *what, BOOL done, OVERLAPPED *overlapped) {
    DWORD count = 0, error = done ? 0 : GetLastError();
    printf("%s: %d, error %lu\n", what, done, error);
    if (error != ERROR_IO_PENDING)
        return;
    done = GetOverlappedResult(server, overlapped, &count, FALSE);
    printf("  not yet: %d, error %lu\n", done, GetLastError());
}

static void end_of(const char *what, OVERLAPPED *overlapped) {
    DWORD count = 0;
    BOOL done = GetOverlappedResult(server, overlapped, &count, TRUE);
    printf("  %s: %d, %lu bytes, error %lu\n", what, done, count, done ? 0 : GetLastError());
}

static VOID CALLBACK routine(DWORD error, DWORD count, OVERLAPPED *overlapped) {
    printf("  routine: error %lu, %lu bytes, own %d\n", error, count, overlapped->hEvent == NULL);
}

static DWORD WINAPI reader(LPVOID unused) {
    (void)unused;
    ReadFile(server, buffer, sizeof buffer, NULL, &of_thread);
    return GetLastError();
}

static void with_events(void) {
    OVERLAPPED overlapped = {.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL)};
    DWORD count;
    result("connect", ConnectNamedPipe(server, &overlapped), &overlapped);
    client = CreateFileA(NAME, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
    printf("  event: %lu\n", WaitForSingleObject(overlapped.hEvent, INFINITE));
    end_of("connected", &overlapped);
    result("read", ReadFile(server, buffer, sizeof buffer, NULL, &overlapped), &overlapped);
    WriteFile(client, "hello", 5, &count, NULL);
    end_of("read", &overlapped);
    result("read", ReadFile(server, buffer, sizeof buffer, NULL, &overlapped), &overlapped);
    printf("  cancelled: %d\n", CancelIo(server));
    end_of("read", &overlapped);
    result("read", ReadFile(server, buffer, sizeof buffer, NULL, &overlapped), &overlapped);
    printf("  cancelled: %d\n", CancelIoEx(server, &overlapped));
    end_of("read", &overlapped);
    BOOL again = CancelIoEx(server, &overlapped);
    printf("  cancelled again: %d, error %lu\n", again, again ? 0 : GetLastError());
    CloseHandle(overlapped.hEvent);
}

static void with_threads(void) {
    of_thread.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    HANDLE thread = CreateThread(NULL, 0, reader, NULL, 0, NULL);
    WaitForSingleObject(thread, INFINITE);
    printf("the reader has ended\n  event: %lu\n", WaitForSingleObject(of_thread.hEvent, INFINITE));
    end_of("its read", &of_thread);
    CloseHandle(of_thread.hEvent);
    CloseHandle(thread);
}

static void with_routines(void) {
    OVERLAPPED overlapped = {0};
    DWORD count;
    printf("read: %d\n", ReadFileEx(server, buffer, sizeof buffer, &overlapped, routine));
    WriteFile(client, "routine", 7, &count, NULL);
    printf("  before an alertable wait\n");
    printf("  SleepEx: %lu\n", SleepEx(INFINITE, TRUE));
}

static void with_port(void) {
    OVERLAPPED overlapped = {0}, *reported = NULL;
    DWORD count = 0;
    ULONG_PTR key = 0;
    HANDLE port = CreateIoCompletionPort(server, NULL, 77, 0);
    printf("port: %d\n", port != NULL);
    result("read", ReadFile(server, buffer, sizeof buffer, NULL, &overlapped), &overlapped);
    WriteFile(client, "port", 4, &count, NULL);
    BOOL done = GetQueuedCompletionStatus(port, &count, &key, &reported, INFINITE);
    printf("  packet: %d, %lu bytes, key %lu, own %d\n", done, count, (DWORD)key,
           reported == &overlapped);
    result("read", ReadFile(server, buffer, sizeof buffer, NULL, &overlapped), &overlapped);
    CloseHandle(client);
    done = GetQueuedCompletionStatus(port, &count, &key, &reported, INFINITE);
    printf("  packet: %d, error %lu, own %d\n", done, GetLastError(), reported == &overlapped);
    CloseHandle(port);
}

int main(void) {
    server = CreateNamedPipeA(NAME, PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED, PIPE_TYPE_BYTE, 1,
                              512, 512, 0, NULL);
    with_events();
    with_threads();
    with_routines();
    with_port();
    CloseHandle(server);
    return 0;
}
