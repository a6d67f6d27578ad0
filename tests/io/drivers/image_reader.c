/* Loads side.dll and prints what image.sys has seen of it. */
#include <windows.h>
#include <stdio.h>

static struct {
    ULONG64 base;
    ULONG pid;
    BOOLEAN system;
    WCHAR name[64];
} records[8];

int main(void) {
    DWORD bytes = 0;
    HANDLE device = CreateFileW(L"\\\\.\\ImageMon", GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);

    LoadLibraryA("side.dll");
    if (!ReadFile(device, records, sizeof records, &bytes, NULL))
        printf("error %lu\n", GetLastError());
    for (DWORD i = 0; i < bytes / sizeof records[0]; i++)
        printf("%ls\n", records[i].name);
    if (!ReadFile(device, records, 0, &bytes, NULL))
        printf("nothing: error %lu\n", GetLastError());
    return 0;
}
