/* Stops the service that its command line names, as "sc stop" does. */
#include <windows.h>
#include <stdio.h>

int main(int argc, char **argv) {
    SERVICE_STATUS status = {0};
    SC_HANDLE manager = OpenSCManager(NULL, NULL, SC_MANAGER_CONNECT);
    SC_HANDLE service = OpenServiceA(manager, argc > 1 ? argv[1] : "", SERVICE_STOP);
    if (!ControlService(service, SERVICE_CONTROL_STOP, &status))
        printf("error %lu\n", GetLastError());
    else
        printf("state %lu\n", status.dwCurrentState);
    return 0;
}
