/*
 * Handles and process ids are multiples of four, and the system ignores the two low bits of both.
 * That is how it is, not something to rely on.
 *
 * rules: HNDL-27, HNDL-11
 */
#include <stdio.h>
#include <windows.h>

int main(void) {
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);
    ULONG_PTR number = (ULONG_PTR)event;
    DWORD id = GetCurrentProcessId(), i;

    printf("multiples of four: %d %d\n", number % 4 == 0, id % 4 == 0);
    for (i = 0; i < 4; i++) {
        HANDLE process = OpenProcess(PROCESS_QUERY_INFORMATION, FALSE, id + i);

        printf("handle + %lu: %d, id + %lu: %d\n", i, SetEvent((HANDLE)(number + i)), i,
               GetProcessId(process) == id);
        CloseHandle(process);
    }
    return 0;
}
