/*
 * The service control manager: NULL, handles of another kind, names and numbers that cannot be.
 *
 * rules: -
 * windows: HNDL-46 Windows turns the exceptions of remote calls into errors, Wine lets them out
 * links: -ladvapi32
 */
#include "bad_input.h"

static SC_HANDLE manager, weak, service;
static SERVICE_STATUS status;
static DWORD needed;
static char buffer[64];

static void managers(void) {
    TRY(OpenSCManagerA(NULL, "no such database", SC_MANAGER_CONNECT));
    TRY(OpenSCManagerW(NULL, L"no such database", SC_MANAGER_CONNECT));
    TRY(OpenSCManagerA("", NULL, SC_MANAGER_CONNECT));
    TRY(CloseServiceHandle(NULL));
    TRY(CloseServiceHandle(manager));
    manager = OpenSCManagerA(NULL, NULL, SC_MANAGER_ALL_ACCESS);
    weak = OpenSCManagerA(NULL, NULL, SC_MANAGER_CONNECT);
}

static void creations(void) {
    TRY(CreateServiceA(NULL, "x", NULL, 0, 1, 3, 0, "x.sys", NULL, NULL, NULL, NULL, NULL));
    TRY(CreateServiceA(weak, "x", NULL, 0, 1, 3, 0, "x.sys", NULL, NULL, NULL, NULL, NULL));
    TRY(CreateServiceA(manager, NULL, NULL, 0, 1, 3, 0, "x.sys", NULL, NULL, NULL, NULL, NULL));
    TRY(CreateServiceA(manager, "", NULL, 0, 1, 3, 0, "x.sys", NULL, NULL, NULL, NULL, NULL));
    TRY(CreateServiceA(manager, "x", NULL, 0, 1, 3, 0, NULL, NULL, NULL, NULL, NULL, NULL));
    TRY(CreateServiceA(manager, "x", NULL, 0, 0, 3, 0, "x.sys", NULL, NULL, NULL, NULL, NULL));
    TRY(CreateServiceA(manager, "x", NULL, 0, 0x30, 3, 0, "x.sys", NULL, NULL, NULL, NULL, NULL));
    TRY(CreateServiceA(manager, "x", NULL, 0, 1, 9, 0, "x.sys", NULL, NULL, NULL, NULL, NULL));
    TRY(CreateServiceA(manager, "x", NULL, 0, 16, 0, 0, "x.exe", NULL, NULL, NULL, NULL, NULL));
    TRY(CreateServiceA(manager, "x/y", NULL, 0, 1, 3, 0, "x.sys", NULL, NULL, NULL, NULL, NULL));
    TRY(CreateServiceW(manager, L"", NULL, 0, 1, 3, 0, L"x.sys", NULL, NULL, NULL, NULL, NULL));
    TRY(CreateServiceW(manager, L"x", NULL, 0, 9, 3, 0, L"x.sys", NULL, NULL, NULL, NULL, NULL));
    service = CreateServiceA(manager, "rd_bad", NULL, SERVICE_ALL_ACCESS, SERVICE_KERNEL_DRIVER,
                             SERVICE_DEMAND_START, 0, "C:\\no\\such\\driver.sys", NULL, NULL, NULL,
                             NULL, NULL);
    TRY(CreateServiceA(manager, "rd_bad", NULL, 0, 1, 3, 0, "x.sys", NULL, NULL, NULL, NULL, NULL));
}

static void services(void) {
    SC_HANDLE deaf;

    TRY(OpenServiceA(NULL, "rd_bad", SERVICE_ALL_ACCESS));
    TRY(OpenServiceA(manager, "no such service", SERVICE_ALL_ACCESS));
    TRY(OpenServiceA(manager, NULL, SERVICE_ALL_ACCESS));
    TRY(OpenServiceA(manager, "", SERVICE_ALL_ACCESS));
    TRY(OpenServiceA(service, "rd_bad", SERVICE_ALL_ACCESS));
    TRY(OpenServiceW(manager, L"no such service", SERVICE_ALL_ACCESS));
    TRY(OpenServiceW(manager, L"a/b", SERVICE_ALL_ACCESS));
    TRY(deaf = OpenServiceA(manager, "rd_bad", SERVICE_QUERY_CONFIG));
    TRY(StartServiceA(NULL, 0, NULL));
    TRY(StartServiceA(manager, 0, NULL));
    TRY(StartServiceA(deaf, 0, NULL));
    TRY(StartServiceW(NULL, 0, NULL));
    TRY(StartServiceW(deaf, 0, NULL));
    TRY(ControlService(NULL, SERVICE_CONTROL_STOP, &status));
    TRY(ControlService(manager, SERVICE_CONTROL_STOP, &status));
    TRY(ControlService(deaf, SERVICE_CONTROL_STOP, &status));
    TRY(ControlService(service, SERVICE_CONTROL_STOP, &status));
    TRY(ControlService(service, 0, &status));
    TRY(QueryServiceStatus(NULL, &status));
    TRY(QueryServiceStatus(deaf, &status));
    TRY(QueryServiceStatus(manager, &status));
    TRY(QueryServiceStatusEx(NULL, SC_STATUS_PROCESS_INFO, (BYTE *)buffer, 64, &needed));
    TRY(QueryServiceStatusEx(deaf, SC_STATUS_PROCESS_INFO, (BYTE *)buffer, 64, &needed));
    TRY(QueryServiceStatusEx(service, 1, (BYTE *)buffer, 64, &needed));
    TRY(QueryServiceStatusEx(service, SC_STATUS_PROCESS_INFO, (BYTE *)buffer, 8, &needed));
    TRY(DeleteService(NULL));
    TRY(DeleteService(manager));
    TRY(DeleteService(deaf));
    TRY(DeleteService(service));
    TRY(DeleteService(service));
    TRY(OpenServiceA(manager, "rd_bad", SERVICE_ALL_ACCESS));
    TRY(CloseServiceHandle(deaf));
    TRY(CloseServiceHandle(service));
}

int main(void) {
    prepare();
    manager = OpenSCManagerA(NULL, NULL, SC_MANAGER_ALL_ACCESS);
    managers();
    creations();
    services();
    return 0;
}
