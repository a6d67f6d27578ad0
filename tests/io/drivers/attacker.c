/* Opens protected.exe, which protect.sys guards, and asks the driver how often it has cut rights.
 */
#include <windows.h>
#include <winioctl.h>
#include <stdio.h>

#define IOCTL_COUNT CTL_CODE(FILE_DEVICE_UNKNOWN, 0x900, METHOD_NEITHER, FILE_ANY_ACCESS)

static void ask(HANDLE device, void *where, DWORD size) {
    DWORD bytes;
    if (!DeviceIoControl(device, IOCTL_COUNT, NULL, 0, where, size, &bytes, NULL))
        printf("error %lu\n", GetLastError());
    else
        printf("%ld opens were cut\n", (long)*(LONG *)where);
}

int main(int argc, char **argv) {
    STARTUPINFOA startup = {sizeof startup};
    PROCESS_INFORMATION child;
    LONG count = -1;
    DWORD code;

    (void)argv;
    if (!CreateProcessA("protected.exe", NULL, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &child))
        return 1;
    HANDLE process = OpenProcess(PROCESS_TERMINATE | SYNCHRONIZE | PROCESS_QUERY_INFORMATION, FALSE,
                                 child.dwProcessId);
    printf("opened: %d\n", process != NULL);
    code = TerminateProcess(process, 1);
    printf("terminated: %lu, error %lu\n", code, GetLastError());
    WaitForSingleObject(process, INFINITE);
    GetExitCodeProcess(process, &code);
    printf("exit code %lu\n", code);
    HANDLE device = CreateFileA("\\\\.\\ObProtect", GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
    ask(device, &count, sizeof count);
    ask(device, (void *)0xFFFF800000000000, sizeof count); /* of the kernel */
    ask(device, &count, 1);
    return argc - 1;
}
