/*
 * client.exe: installs and starts monitor.sys, starts a copy of itself, shows what the driver tells
 * of it, and stops and removes the driver again.
 */
#include <windows.h>
#include <winioctl.h>
#include <stdio.h>

#include "monitor.h"

static void fail(const char *what) {
    printf("%s failed with error %lu\n", what, GetLastError());
    ExitProcess(1);
}

static SC_HANDLE start_driver(void) {
    char path[MAX_PATH];
    SC_HANDLE manager = OpenSCManagerA(NULL, NULL, SC_MANAGER_CREATE_SERVICE);
    SC_HANDLE service;

    if (manager == NULL)
        fail("OpenSCManager");
    GetFullPathNameA("monitor.sys", MAX_PATH, path, NULL);
    service = CreateServiceA(manager, "monitor", "Process monitor", SERVICE_ALL_ACCESS,
                             SERVICE_KERNEL_DRIVER, SERVICE_DEMAND_START, SERVICE_ERROR_NORMAL,
                             path, NULL, NULL, NULL, NULL, NULL);
    if (service == NULL)
        fail("CreateService");
    if (!StartServiceA(service, 0, NULL))
        fail("StartService");
    CloseServiceHandle(manager);
    return service;
}

static void stop_driver(SC_HANDLE service) {
    SERVICE_STATUS status;

    if (!ControlService(service, SERVICE_CONTROL_STOP, &status))
        fail("ControlService");
    printf("driver is %s\n", status.dwCurrentState == SERVICE_STOPPED ? "stopped" : "stopping");
    DeleteService(service);
    CloseServiceHandle(service);
}

static void start_copy(void) {
    STARTUPINFOA startup = {sizeof startup};
    PROCESS_INFORMATION started;
    char command[MAX_PATH + 8];

    GetModuleFileNameA(NULL, command, MAX_PATH);
    lstrcatA(command, " copy");
    if (!CreateProcessA(NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &started))
        fail("CreateProcess");
    printf("process %lu is started by process %lu\n", started.dwProcessId, GetCurrentProcessId());
    CloseHandle(started.hThread);
    CloseHandle(started.hProcess);
}

/* Until the exit of a process has been told. */
static void show_events(HANDLE device, HANDLE arrived) {
    MONITOR_EVENT event = {0, 0, TRUE};
    DWORD bytes;

    while (event.Create) {
        WaitForSingleObject(arrived, INFINITE);
        while (event.Create && DeviceIoControl(device, IOCTL_MONITOR_NEXT, NULL, 0, &event,
                                               sizeof event, &bytes, NULL))
            printf("driver: process %lu %s, parent %lu\n", (DWORD)event.ProcessId,
                   event.Create ? "is created" : "ends", (DWORD)event.ParentId);
    }
}

int main(int argc, char **argv) {
    SC_HANDLE service;
    HANDLE device, arrived;

    (void)argv;
    if (argc > 1)
        return 0;
    service = start_driver();
    device = CreateFileA("\\\\.\\ProcessMonitor", GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
    if (device == INVALID_HANDLE_VALUE)
        fail("CreateFile");
    arrived = OpenEventA(SYNCHRONIZE, FALSE, "Global\\ProcessMonitorEvent");
    if (arrived == NULL)
        fail("OpenEvent");
    start_copy();
    show_events(device, arrived);
    CloseHandle(arrived);
    CloseHandle(device);
    stop_driver(service);
    return 0;
}
