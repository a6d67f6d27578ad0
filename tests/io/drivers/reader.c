/* Reads four times from serial.c at once, and gives the second and the first up. */
#include <stdio.h>
#include <windows.h>

int main(void) {
    OVERLAPPED overlapped[4] = {{0}};
    char bytes[4] = {0};
    DWORD done;
    HANDLE serial = CreateFileW(L"\\\\.\\Serial", GENERIC_READ, 0, NULL, OPEN_EXISTING,
                                FILE_FLAG_OVERLAPPED, NULL);
    if (serial == INVALID_HANDLE_VALUE)
        return 1;
    for (int i = 0; i < 4; i++) {
        overlapped[i].hEvent = CreateEventW(NULL, TRUE, FALSE, NULL);
        ReadFile(serial, &bytes[i], 1, NULL, &overlapped[i]);
    }
    CancelIoEx(serial, &overlapped[1]);
    CancelIoEx(serial, &overlapped[0]);
    for (int i = 0; i < 4; i++) {
        if (GetOverlappedResult(serial, &overlapped[i], &done, TRUE))
            printf("%d: %c\n", i, bytes[i]);
        else
            printf("%d: error %lu\n", i, GetLastError());
        CloseHandle(overlapped[i].hEvent);
    }
    CloseHandle(serial);
    return 0;
}
