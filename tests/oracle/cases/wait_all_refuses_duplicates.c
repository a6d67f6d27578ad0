/*
 * The same handle twice in one wait-all is an error; in a wait-any it is not.
 *
 * rules: WAIT-23, WAIT-17
 * windows: WAIT-23 Windows fails with ERROR_INVALID_PARAMETER, Wine accepts the handles
 */
#include <stdio.h>
#include <windows.h>

int main(void) {
    HANDLE event = CreateEventA(NULL, TRUE, TRUE, NULL), handles[2];
    DWORD result;

    handles[0] = handles[1] = event;
    SetLastError(0);
    result = WaitForMultipleObjects(2, handles, TRUE, 0);
    printf("all: 0x%lx, error %lu\n", result, GetLastError());
    printf("any: 0x%lx\n", WaitForMultipleObjects(2, handles, FALSE, 0));
    return 0;
}
