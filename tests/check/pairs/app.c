/* What drivers have to watch: a thread, another process, a DLL, and a request if there is a device.
 */
#include <windows.h>

static DWORD WINAPI work(LPVOID parameter) {
    (void)parameter;
    return 0;
}

static void start_thread(void) {
    HANDLE thread = CreateThread(NULL, 0, work, NULL, 0, NULL);
    if (!thread)
        return;
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
}

static void start_process(void) {
    char line[] = "app.exe child";
    STARTUPINFOA startup = {.cb = sizeof startup};
    PROCESS_INFORMATION process;
    if (!CreateProcessA(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &process))
        return;
    WaitForSingleObject(process.hProcess, INFINITE);
    CloseHandle(process.hThread);
    CloseHandle(process.hProcess);
}

static void read_device(void) {
    char bytes[4];
    DWORD size;
    HANDLE device = CreateFileA("\\\\.\\Pair", GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
    if (device == INVALID_HANDLE_VALUE)
        return;
    ReadFile(device, bytes, sizeof bytes, &size, NULL);
    CloseHandle(device);
}

int main(int argc, char **argv) {
    (void)argv;
    if (argc > 1)
        return 0;
    start_thread();
    start_process();
    read_device();
    return 0;
}
