/*
 * The service control manager and services of drivers: what it refuses, with which error, and the
 * life of a service that is never started.
 *
 * rules: -
 */
#include <windows.h>
#include <stdio.h>

#define NAME "OracleDriver"

static void show(const char *what, BOOL done) {
    DWORD error = GetLastError();
    printf("%-28s %s", what, done ? "yes" : "no");
    if (!done)
        printf(", error %lu", (unsigned long)error);
    printf("\n");
}

static SC_HANDLE create(SC_HANDLE manager, const char *name, const char *display) {
    return CreateServiceA(manager, name, display, SERVICE_ALL_ACCESS, SERVICE_KERNEL_DRIVER,
                          SERVICE_DEMAND_START, SERVICE_ERROR_NORMAL, "C:\\nowhere\\oracle.sys",
                          NULL, NULL, NULL, NULL, NULL);
}

static void refusals_of_the_manager(void) {
    SC_HANDLE weak = OpenSCManagerA(NULL, NULL, SC_MANAGER_CONNECT);
    show("open the manager", weak != NULL);
    show("open the failed database", OpenSCManagerA(NULL, SERVICES_FAILED_DATABASEA, 1) != NULL);
    show("open an odd database", OpenSCManagerA(NULL, "Odd", 1) != NULL);
    show("create without the right", create(weak, NAME, NULL) != NULL);
    show("open what is not there", OpenServiceA(weak, "NoSuchService", 1) != NULL);
    show("open an empty name", OpenServiceA(weak, "", 1) != NULL);
    show("open by no manager", OpenServiceA(NULL, NAME, 1) != NULL);
    show("close the manager", CloseServiceHandle(weak));
    show("close it again", CloseServiceHandle(weak));
}

static void life_of_a_service(void) {
    SC_HANDLE manager = OpenSCManagerA(NULL, NULL, SC_MANAGER_ALL_ACCESS);
    SERVICE_STATUS status = {0};
    SERVICE_STATUS_PROCESS process = {0};
    DWORD needed = 0;
    SC_HANDLE service = create(manager, NAME, NULL);
    show("create", service != NULL);
    show("create it again", create(manager, "ORACLEdriver", NULL) != NULL);
    show("create with a slash", create(manager, "a/b", NULL) != NULL);
    show("create without a name", create(manager, "", NULL) != NULL);
    SC_HANDLE weak = OpenServiceA(manager, NAME, SERVICE_QUERY_STATUS);
    show("start without the right", StartServiceA(weak, 0, NULL));
    show("delete without the right", DeleteService(weak));
    show("query", QueryServiceStatus(weak, &status));
    printf("type %lu, state %lu, accepts %lu\n", (unsigned long)status.dwServiceType,
           (unsigned long)status.dwCurrentState, (unsigned long)status.dwControlsAccepted);
    show("query with little room",
         QueryServiceStatusEx(weak, SC_STATUS_PROCESS_INFO, (BYTE *)&process, 4, &needed));
    printf("needed %d\n", needed == sizeof process);
    show("query at an odd level",
         QueryServiceStatusEx(weak, (SC_STATUS_TYPE)7, (BYTE *)&process, 4, &needed));
    show("stop what does not run", ControlService(service, SERVICE_CONTROL_STOP, &status));
    show("query the manager", QueryServiceStatus(manager, &status));
    show("delete", DeleteService(service));
    show("delete again", DeleteService(service));
    CloseServiceHandle(weak);
    CloseServiceHandle(service);
    show("open what was deleted", OpenServiceA(manager, NAME, SERVICE_QUERY_STATUS) != NULL);
    CloseServiceHandle(manager);
}

int main(void) {
    refusals_of_the_manager();
    life_of_a_service();
    return 0;
}
