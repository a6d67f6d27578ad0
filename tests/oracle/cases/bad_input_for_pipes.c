/*
 * Pipes, completion ports and overlapped requests: NULL, handles of another kind, names, modes.
 *
 * rules: HNDL-46
 * windows: HNDL-46 Windows checks counts and flags, and tells if nothing was to be cancelled
 */
#include "bad_input.h"

#define NAME "\\\\.\\pipe\\bad input for pipes"

static HANDLE event, pipe_end;
static OVERLAPPED request;
static DWORD count;
static char buffer[16];

static void names(void) {
    TRY(CreateNamedPipeA(NULL, PIPE_ACCESS_DUPLEX, 0, 1, 64, 64, 0, NULL));
    TRY(CreateNamedPipeA("", PIPE_ACCESS_DUPLEX, 0, 1, 64, 64, 0, NULL));
    TRY(CreateNamedPipeA("no pipe", PIPE_ACCESS_DUPLEX, 0, 1, 64, 64, 0, NULL));
    TRY(CreateNamedPipeA(NAME, 0, 0, 1, 64, 64, 0, NULL));
    TRY(CreateNamedPipeA(NAME, PIPE_ACCESS_DUPLEX, PIPE_READMODE_MESSAGE, 1, 64, 64, 0, NULL));
    TRY(CreateNamedPipeW(NULL, PIPE_ACCESS_DUPLEX, 0, 1, 64, 64, 0, NULL));
    TRY(CreateNamedPipeW(L"no pipe", PIPE_ACCESS_DUPLEX, 0, 1, 64, 64, 0, NULL));
    TRY(CallNamedPipeA("\\\\.\\pipe\\no such pipe", buffer, 1, buffer, 1, &count, 0));
    TRY(CallNamedPipeW(L"\\\\.\\pipe\\no such pipe", buffer, 1, buffer, 1, &count, 0));
    TRY(WaitNamedPipeA("\\\\.\\pipe\\no such pipe", 10));
    TRY(WaitNamedPipeA("no pipe", 10));
    TRY(WaitNamedPipeW(L"\\\\.\\pipe\\no such pipe", 10));
    TRY(WaitNamedPipeW(L"no pipe", 10));
}

static void handles(void) {
    ULONG id;

    TRY(ConnectNamedPipe(NULL, NULL));
    TRY(ConnectNamedPipe(event, NULL));
    TRY(DisconnectNamedPipe(NULL));
    TRY(DisconnectNamedPipe(event));
    TRY(DisconnectNamedPipe(pipe_end));
    TRY(GetNamedPipeInfo(NULL, NULL, NULL, NULL, NULL));
    TRY(GetNamedPipeInfo(event, NULL, NULL, NULL, NULL));
    TRY(GetNamedPipeInfo(pipe_end, NULL, NULL, NULL, NULL));
    TRY(GetNamedPipeHandleStateA(NULL, &count, NULL, NULL, NULL, NULL, 0));
    TRY(GetNamedPipeHandleStateA(event, &count, NULL, NULL, NULL, NULL, 0));
    TRY(SetNamedPipeHandleState(NULL, &count, NULL, NULL));
    TRY(SetNamedPipeHandleState(event, &count, NULL, NULL));
    TRY(GetNamedPipeClientProcessId(NULL, &id));
    TRY(GetNamedPipeClientProcessId(event, &id));
    TRY(GetNamedPipeServerProcessId(NULL, &id));
    TRY(GetNamedPipeServerProcessId(event, &id));
    TRY(TransactNamedPipe(NULL, buffer, 1, buffer, 1, &count, NULL));
    TRY(TransactNamedPipe(pipe_end, buffer, 1, buffer, 1, &count, NULL));
    TRY(PeekNamedPipe(event, NULL, 0, NULL, NULL, NULL));
    TRY(PeekNamedPipe(NULL, NULL, 0, NULL, NULL, NULL));
}

static void requests(void) {
    TRY(CancelIo(NULL));
    TRY(CancelIo(pipe_end));
    TRY(CancelIoEx(NULL, NULL));
    TRY(CancelIoEx(pipe_end, NULL));
    TRY(CancelIoEx(pipe_end, &request));
    TRY(CancelSynchronousIo(NULL));
    TRY(CancelSynchronousIo(event));
    TRY(CancelSynchronousIo(GetCurrentThread()));
    TRY(ReadFileEx(NULL, buffer, 1, &request, NULL));
    TRY(ReadFileEx(event, buffer, 1, &request, NULL));
    TRY(WriteFileEx(NULL, buffer, 1, &request, NULL));
    TRY(WriteFileEx(event, buffer, 1, &request, NULL));
    request.Internal = 0x103;
    TRY(GetOverlappedResult(pipe_end, &request, &count, FALSE));
    TRY(GetOverlappedResultEx(pipe_end, &request, &count, 0, FALSE));
    request.Internal = 0xC0000008;
    TRY(GetOverlappedResult(pipe_end, &request, &count, FALSE));
    TRY(DeviceIoControl(NULL, 0, NULL, 0, NULL, 0, &count, NULL));
    TRY(DeviceIoControl(event, 0, NULL, 0, NULL, 0, &count, NULL));
}

static void ports(void) {
    HANDLE port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
    OVERLAPPED_ENTRY entry;
    ULONG removed;

    TRY(CreateIoCompletionPort(NULL, port, 0, 0));
    TRY(CreateIoCompletionPort(event, port, 0, 0));
    TRY(CreateIoCompletionPort(pipe_end, event, 0, 0));
    TRY(GetQueuedCompletionStatusEx(NULL, &entry, 1, &removed, 0, FALSE));
    TRY(GetQueuedCompletionStatusEx(event, &entry, 1, &removed, 0, FALSE));
    TRY(GetQueuedCompletionStatusEx(port, &entry, 0, &removed, 0, FALSE));
    TRY(GetQueuedCompletionStatusEx(port, &entry, 1, &removed, 0, FALSE));
    TRY(PostQueuedCompletionStatus(event, 0, 0, NULL));
    TRY(SetFileCompletionNotificationModes(NULL, 1));
    TRY(SetFileCompletionNotificationModes(event, 1));
    TRY(SetFileCompletionNotificationModes(pipe_end, 0x80));
}

int main(void) {
    prepare();
    event = CreateEventA(NULL, TRUE, TRUE, NULL);
    names();
    pipe_end = CreateNamedPipeA(NAME, PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED, 0, 1, 64, 64, 0,
                                NULL);
    handles();
    requests();
    ports();
    return 0;
}
