/*
 * stop.exe: tells the driver to stop while something else goes on.
 *
 *     stop exit SERVICE  the driver is unloaded while a process starts and ends
 *     stop thread        a thread starts and ends
 *     stop twice         somebody else tells the driver the same
 */
#include <string.h>
#include <windows.h>
#include <winioctl.h>

#include "control_device.h"

static DWORD WINAPI stop(LPVOID unused) {
    control();
    return 0;
}

/* As `sc stop` does. */
static DWORD WINAPI stop_service(LPVOID name) {
    SC_HANDLE manager = OpenSCManagerA(NULL, NULL, SC_MANAGER_CONNECT);
    SC_HANDLE service = OpenServiceA(manager, name, SERVICE_STOP);
    SERVICE_STATUS status;

    ControlService(service, SERVICE_CONTROL_STOP, &status);
    CloseServiceHandle(service);
    CloseServiceHandle(manager);
    return 0;
}

static DWORD WINAPI idle(LPVOID unused) {
    return 0;
}

static void run_process(void) {
    STARTUPINFOA startup = {sizeof startup};
    PROCESS_INFORMATION started;
    char command[] = "stop.exe";

    CreateProcessA(NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &started);
    WaitForSingleObject(started.hProcess, INFINITE);
}

static void run_thread(void) {
    WaitForSingleObject(CreateThread(NULL, 0, idle, NULL, 0, NULL), INFINITE);
}

int main(int argc, char **argv) {
    HANDLE thread;

    if (argc < 2)
        return 0;
    if (argc > 2)
        thread = CreateThread(NULL, 0, stop_service, argv[2], 0, NULL);
    else
        thread = CreateThread(NULL, 0, stop, NULL, 0, NULL);
    if (strcmp(argv[1], "exit") == 0)
        run_process();
    else if (strcmp(argv[1], "thread") == 0)
        run_thread();
    else
        stop(NULL);
    WaitForSingleObject(thread, INFINITE);
    return 0;
}
