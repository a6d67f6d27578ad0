/*
 * Packets leave a completion port in the order in which they were posted. A wait may time out, and
 * one for a port that is closed meanwhile fails.
 *
 * rules: -
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

static void take(HANDLE port, DWORD milliseconds) {
    LPOVERLAPPED about = (LPOVERLAPPED)1;
    ULONG_PTR key = 0;
    DWORD bytes = 0;

    if (GetQueuedCompletionStatus(port, &bytes, &key, &about, milliseconds))
        printf("bytes %lu, key %lu, overlapped %lu\n", bytes, (DWORD)key, (DWORD)(ULONG_PTR)about);
    else
        printf("nothing: error %lu, overlapped %lu\n", GetLastError(), (DWORD)(ULONG_PTR)about);
}

static DWORD WINAPI posts_later(LPVOID port) {
    Sleep(20);
    PostQueuedCompletionStatus(port, 9, 90, NULL);
    return 0;
}

int main(void) {
    OVERLAPPED_ENTRY entries[4];
    HANDLE port, thread;
    ULONG count = 0;
    DWORD i;

    port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
    take(port, 0);
    take(port, 10);
    for (i = 1; i <= 5; i++)
        PostQueuedCompletionStatus(port, i, i * 10, (LPOVERLAPPED)(ULONG_PTR)(i * 100));
    take(port, 0);
    take(port, INFINITE);
    if (GetQueuedCompletionStatusEx(port, entries, 4, &count, 0, FALSE))
        for (i = 0; i < count; i++)
            printf("entry %lu: bytes %lu, key %lu\n", i, entries[i].dwNumberOfBytesTransferred,
                   (DWORD)entries[i].lpCompletionKey);
    take(port, 0);
    thread = CreateThread(NULL, 0, posts_later, port, 0, NULL);
    take(port, INFINITE);
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(port);
    take(port, 0);
    return 0;
}
