/*
 * Files whose completions the thread pool tells of: a read that is answered later, one that is
 * cancelled, one at once, and one that outlives the object.
 *
 * rules: -
 */
#include <stdio.h>
#include <windows.h>

#define NAME "\\\\.\\pipe\\pool files"

static HANDLE server, client, begun, told;
static char buffer[16];
static OVERLAPPED request;
static int calls;

static void CALLBACK done(PTP_CALLBACK_INSTANCE instance, void *context, void *overlapped,
                          ULONG result, ULONG_PTR count, PTP_IO io) {
    (void)instance, (void)io;
    WaitForSingleObject(begun, INFINITE);
    calls++;
    printf("callback: context %d, request %d, result %lu, bytes %d\n", *(int *)context,
           overlapped == &request, result, (int)count);
    SetEvent(told);
}

static void read_with(PTP_IO io) {
    ZeroMemory(&request, sizeof request);
    StartThreadpoolIo(io);
    BOOL ready = ReadFile(server, buffer, sizeof buffer, NULL, &request);
    DWORD error = GetLastError();
    printf("read: %d/%lu\n", ready, ready ? 0 : error);
    SetEvent(begun); /* the callback prints after this, also when the data is there */
    if (!ready && error != ERROR_IO_PENDING)
        CancelThreadpoolIo(io);
}

static void write_to(HANDLE pipe, const char *text) {
    DWORD count;
    WriteFile(pipe, text, lstrlenA(text), &count, NULL);
}

static void connect_both(void) {
    server = CreateNamedPipeA(NAME, PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED, PIPE_TYPE_BYTE, 1,
                              64, 64, 0, NULL);
    client = CreateFileA(NAME, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
    printf("connected: %d %d\n", server != INVALID_HANDLE_VALUE, client != INVALID_HANDLE_VALUE);
}

int main(void) {
    int context = 7;

    begun = CreateEventA(NULL, FALSE, FALSE, NULL);
    told = CreateEventA(NULL, FALSE, FALSE, NULL);
    connect_both();
    PTP_IO io = CreateThreadpoolIo(server, done, &context, NULL);
    printf("created: %d\n", io != NULL);
    printf("twice: %d/", CreateThreadpoolIo(server, done, &context, NULL) != NULL);
    printf("%lu\n", GetLastError());

    puts("answered later:");
    read_with(io);
    write_to(client, "hello");
    WaitForSingleObject(told, INFINITE);
    WaitForThreadpoolIoCallbacks(io, FALSE);

    puts("cancelled:");
    read_with(io);
    CancelIoEx(server, &request);
    WaitForThreadpoolIoCallbacks(io, FALSE);
    printf("calls: %d\n", calls);

    puts("at once:");
    write_to(client, "there");
    read_with(io);
    WaitForThreadpoolIoCallbacks(io, FALSE);
    printf("calls: %d\n", calls);

    puts("closed while a request is on its way:");
    ResetEvent(told);
    read_with(io);
    CloseThreadpoolIo(io);
    write_to(client, "later");
    WaitForSingleObject(told, INFINITE);
    printf("calls: %d\n", calls);
    CloseHandle(client);
    CloseHandle(server);
    return 0;
}
