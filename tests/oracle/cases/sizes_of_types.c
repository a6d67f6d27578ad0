/*
 * The sizes of the Windows types on a 64-bit machine, the same for every compiler.
 *
 * rules: -
 */
#include <stddef.h>
#include <stdio.h>
#include <windows.h>

#define SHOW(type) printf("%s: %d\n", #type, (int)sizeof(type))

int main(void) {
    SHOW(BYTE);
    SHOW(WORD);
    SHOW(DWORD);
    SHOW(LONG);
    SHOW(ULONG);
    SHOW(BOOL);
    SHOW(BOOLEAN);
    SHOW(WCHAR);
    SHOW(wchar_t);
    SHOW(LONGLONG);
    SHOW(HANDLE);
    SHOW(SIZE_T);
    SHOW(ULONG_PTR);
    SHOW(FILETIME);
    SHOW(LARGE_INTEGER);
    SHOW(SECURITY_ATTRIBUTES);
    SHOW(PROCESS_INFORMATION);
    SHOW(STARTUPINFOA);
    SHOW(CRITICAL_SECTION);
    printf("MAX_PATH %d, INFINITE 0x%lX, STILL_ACTIVE %lu\n", MAX_PATH, (DWORD)INFINITE,
           (DWORD)STILL_ACTIVE);
    return 0;
}
