/*
 * win32_service.c - the service control manager of control programs: they install the service of a
 * driver, start it, stop it, and delete it.
 */
#include "csr/scm.h"

#include "api/win32.h"
#include "rundown/sdk/winsvc.h"

/* ---- handles --------------------------------------------------------------------------------- */

static SC_HANDLE give(struct api_caller *me, struct io_service *service, DWORD access) {
    api_set_error(me, ERROR_SUCCESS);
    return (SC_HANDLE)(uintptr_t)csr_sc_open(me->w, service, access)->value;
}

static SC_HANDLE refuse(struct api_caller *me, DWORD error) {
    api_set_error(me, error);
    return NULL;
}

static DWORD map_access(DWORD access, const DWORD generic[4], DWORD all) {
    static const DWORD bits[] = {GENERIC_READ, GENERIC_WRITE, GENERIC_EXECUTE, GENERIC_ALL};
    DWORD mapped = access & ~(GENERIC_READ | GENERIC_WRITE | GENERIC_EXECUTE | GENERIC_ALL);
    for (int i = 0; i < 4; i++)
        mapped |= access & bits[i] ? generic[i] : 0;
    if (mapped & MAXIMUM_ALLOWED)
        mapped = (mapped & ~(DWORD)MAXIMUM_ALLOWED) | all;
    return mapped;
}

static DWORD service_access(DWORD access) {
    static const DWORD generic[] = {STANDARD_RIGHTS_READ | SERVICE_QUERY_CONFIG |
                                        SERVICE_QUERY_STATUS | SERVICE_ENUMERATE_DEPENDENTS |
                                        SERVICE_INTERROGATE,
                                    STANDARD_RIGHTS_WRITE | SERVICE_CHANGE_CONFIG,
                                    STANDARD_RIGHTS_EXECUTE | SERVICE_START | SERVICE_STOP |
                                        SERVICE_PAUSE_CONTINUE | SERVICE_USER_DEFINED_CONTROL,
                                    SERVICE_ALL_ACCESS};
    return map_access(access, generic, SERVICE_ALL_ACCESS);
}

static DWORD manager_access(DWORD access) {
    static const DWORD generic[] = {
        STANDARD_RIGHTS_READ | SC_MANAGER_ENUMERATE_SERVICE | SC_MANAGER_QUERY_LOCK_STATUS,
        STANDARD_RIGHTS_WRITE | SC_MANAGER_CREATE_SERVICE | SC_MANAGER_MODIFY_BOOT_CONFIG,
        STANDARD_RIGHTS_EXECUTE | SC_MANAGER_CONNECT | SC_MANAGER_LOCK, SC_MANAGER_ALL_ACCESS};
    return map_access(access, generic, SC_MANAGER_ALL_ACCESS) | SC_MANAGER_CONNECT;
}

/* The handle, at a scheduling point; NULL with the error set. */
static struct csr_sc_handle *handle_of(struct api_caller *me, SC_HANDLE value, bool of_service,
                                       DWORD access) {
    if (!api_caller_get(me))
        return NULL;
    ke_point(me->w, core_place(CORE_MACHINE, CORE_FILES), KE_WRITE);
    struct csr_sc_handle *handle = csr_sc_find(me->w, api_value(value));
    DWORD error = ERROR_SUCCESS;
    if (!handle || of_service != (handle->service != NULL))
        error = ERROR_INVALID_HANDLE;
    else if ((handle->access & access) != access)
        error = ERROR_ACCESS_DENIED;
    if (!error)
        return handle;
    api_fail(me, error);
    return NULL;
}

BOOL CloseServiceHandle(SC_HANDLE hSCObject) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return FALSE;
    ke_point(me.w, core_place(CORE_MACHINE, CORE_FILES), KE_WRITE);
    struct csr_sc_handle *handle = csr_sc_find(me.w, api_value(hSCObject));
    if (!handle)
        return api_fail(&me, ERROR_INVALID_HANDLE);
    csr_sc_close(me.w, handle);
    return TRUE;
}

/* ---- opening and creating -------------------------------------------------------------------- */

SC_HANDLE OpenSCManagerA(LPCSTR lpMachineName, LPCSTR lpDatabaseName, DWORD dwDesiredAccess) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return NULL;
    ke_point(me.w, core_place(CORE_MACHINE, CORE_FILES), KE_WRITE);
    if (lpMachineName && *lpMachineName && strcmp(lpMachineName, ".") != 0)
        return refuse(&me, RPC_S_SERVER_UNAVAILABLE);
    if (lpDatabaseName && *lpDatabaseName &&
        !ldr_same_name(lpDatabaseName, SERVICES_ACTIVE_DATABASEA))
        return refuse(&me, ldr_same_name(lpDatabaseName, SERVICES_FAILED_DATABASEA)
                               ? ERROR_DATABASE_DOES_NOT_EXIST
                               : ERROR_INVALID_NAME);
    return give(&me, NULL, manager_access(dwDesiredAccess));
}

SC_HANDLE OpenSCManagerW(LPCWSTR lpMachineName, LPCWSTR lpDatabaseName, DWORD dwDesiredAccess) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return NULL;
    return OpenSCManagerA(api_utf8(&me, lpMachineName), api_utf8(&me, lpDatabaseName),
                          dwDesiredAccess);
}

SC_HANDLE CreateServiceA(SC_HANDLE hSCManager, LPCSTR lpServiceName, LPCSTR lpDisplayName,
                         DWORD dwDesiredAccess, DWORD dwServiceType, DWORD dwStartType,
                         DWORD dwErrorControl, LPCSTR lpBinaryPathName, LPCSTR lpLoadOrderGroup,
                         LPDWORD lpdwTagId, LPCSTR lpDependencies, LPCSTR lpServiceStartName,
                         LPCSTR lpPassword) {
    struct api_caller me;
    struct io_service *service = NULL;
    (void)lpLoadOrderGroup, (void)lpdwTagId, (void)lpDependencies, (void)lpServiceStartName;
    (void)lpPassword;
    if (!handle_of(&me, hSCManager, false, SC_MANAGER_CREATE_SERVICE))
        return NULL;
    if (!lpServiceName || !lpBinaryPathName)
        return refuse(&me, ERROR_INVALID_ADDRESS);
    struct io_service wanted = {.name = lpServiceName,
                                .display = lpDisplayName,
                                .path = lpBinaryPathName,
                                .type = dwServiceType,
                                .start = dwStartType,
                                .error_control = dwErrorControl};
    DWORD error = csr_sc_create(me.w, &wanted, &service);
    return error ? refuse(&me, error) : give(&me, service, service_access(dwDesiredAccess));
}

SC_HANDLE CreateServiceW(SC_HANDLE hSCManager, LPCWSTR lpServiceName, LPCWSTR lpDisplayName,
                         DWORD dwDesiredAccess, DWORD dwServiceType, DWORD dwStartType,
                         DWORD dwErrorControl, LPCWSTR lpBinaryPathName, LPCWSTR lpLoadOrderGroup,
                         LPDWORD lpdwTagId, LPCWSTR lpDependencies, LPCWSTR lpServiceStartName,
                         LPCWSTR lpPassword) {
    struct api_caller me;
    (void)lpLoadOrderGroup, (void)lpDependencies, (void)lpServiceStartName, (void)lpPassword;
    if (!api_caller_get(&me))
        return NULL;
    return CreateServiceA(hSCManager, api_utf8(&me, lpServiceName), api_utf8(&me, lpDisplayName),
                          dwDesiredAccess, dwServiceType, dwStartType, dwErrorControl,
                          api_utf8(&me, lpBinaryPathName), NULL, lpdwTagId, NULL, NULL, NULL);
}

SC_HANDLE OpenServiceA(SC_HANDLE hSCManager, LPCSTR lpServiceName, DWORD dwDesiredAccess) {
    struct api_caller me;
    if (!handle_of(&me, hSCManager, false, SC_MANAGER_CONNECT))
        return NULL;
    if (!lpServiceName)
        return refuse(&me, ERROR_INVALID_ADDRESS);
    if (!*lpServiceName || strpbrk(lpServiceName, "/\\"))
        return refuse(&me, ERROR_INVALID_NAME);
    struct io_service *service = io_service_find(me.w, lpServiceName);
    if (!service)
        return refuse(&me, ERROR_SERVICE_DOES_NOT_EXIST);
    return give(&me, service, service_access(dwDesiredAccess));
}

SC_HANDLE OpenServiceW(SC_HANDLE hSCManager, LPCWSTR lpServiceName, DWORD dwDesiredAccess) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return NULL;
    return OpenServiceA(hSCManager, api_utf8(&me, lpServiceName), dwDesiredAccess);
}

BOOL DeleteService(SC_HANDLE hService) {
    struct api_caller me;
    const struct csr_sc_handle *handle = handle_of(&me, hService, true, DELETE);
    if (!handle)
        return FALSE;
    DWORD error = csr_sc_delete(handle->service);
    return error ? api_fail(&me, error) : TRUE;
}

/* ---- starting and stopping ------------------------------------------------------------------- */

static DWORD refusal_to_start(struct rd_world *w, const struct io_service *service) {
    if (csr_sc_state(w, service) != CSR_SC_STOPPED)
        return ERROR_SERVICE_ALREADY_RUNNING;
    if (service->marked_for_deletion)
        return ERROR_SERVICE_MARKED_FOR_DELETE;
    return service->start == SERVICE_DISABLED ? ERROR_SERVICE_DISABLED : ERROR_SUCCESS;
}

/* The service must not go while its driver is loaded or unloaded. */
static DWORD perform(struct rd_world *w, struct io_service *service, bool loads) {
    service->opens++;
    NTSTATUS status = loads ? io_service_load(w, service) : io_service_unload(w, service);
    DWORD error = NT_SUCCESS(status) ? ERROR_SUCCESS : api_error_of(status);
    if (!loads && status == STATUS_INVALID_DEVICE_REQUEST)
        error = ERROR_INVALID_SERVICE_CONTROL; /* it has no DriverUnload */
    if (loads || !error)
        service->exit_code = error;
    io_service_let_go(w, service);
    return error;
}

BOOL StartServiceA(SC_HANDLE hService, DWORD dwNumServiceArgs, LPCSTR *lpServiceArgVectors) {
    struct api_caller me;
    (void)dwNumServiceArgs, (void)lpServiceArgVectors; /* drivers get none */
    const struct csr_sc_handle *handle = handle_of(&me, hService, true, SERVICE_START);
    if (!handle)
        return FALSE;
    DWORD error = refusal_to_start(me.w, handle->service);
    if (!error)
        error = perform(me.w, handle->service, true);
    return error ? api_fail(&me, error) : TRUE;
}

BOOL StartServiceW(SC_HANDLE hService, DWORD dwNumServiceArgs, LPCWSTR *lpServiceArgVectors) {
    (void)lpServiceArgVectors;
    return StartServiceA(hService, dwNumServiceArgs, NULL);
}

static SERVICE_STATUS status_of(struct rd_world *w, const struct io_service *service) {
    enum csr_sc_state state = csr_sc_state(w, service);
    return (SERVICE_STATUS){.dwServiceType = service->type,
                            .dwCurrentState = (DWORD)state,
                            .dwControlsAccepted = state == CSR_SC_RUNNING ? SERVICE_ACCEPT_STOP : 0,
                            .dwWin32ExitCode = service->exit_code};
}

static DWORD stop(struct rd_world *w, struct io_service *service) {
    switch (csr_sc_state(w, service)) {
    case CSR_SC_STOPPED:
        return ERROR_SERVICE_NOT_ACTIVE;
    case CSR_SC_STOP_PENDING:
        return ERROR_SERVICE_CANNOT_ACCEPT_CTRL;
    default:
        return perform(w, service, false);
    }
}

BOOL ControlService(SC_HANDLE hService, DWORD dwControl, LPSERVICE_STATUS lpServiceStatus) {
    struct api_caller me;
    DWORD access = dwControl == SERVICE_CONTROL_INTERROGATE ? SERVICE_INTERROGATE : SERVICE_STOP;
    const struct csr_sc_handle *handle = handle_of(&me, hService, true, access);
    DWORD error = ERROR_INVALID_SERVICE_CONTROL;
    if (!handle)
        return FALSE;
    if (dwControl == 0 || dwControl > 255)
        return api_fail(&me, ERROR_INVALID_PARAMETER);
    if (dwControl == SERVICE_CONTROL_STOP)
        error = stop(me.w, handle->service);
    else if (dwControl == SERVICE_CONTROL_INTERROGATE)
        error = csr_sc_state(me.w, handle->service) == CSR_SC_STOPPED ? ERROR_SERVICE_NOT_ACTIVE
                                                                      : ERROR_SUCCESS;
    /* Another thread may have closed the handle meanwhile. */
    handle = csr_sc_find(me.w, api_value(hService));
    if (handle)
        *lpServiceStatus = status_of(me.w, handle->service);
    return error ? api_fail(&me, error) : TRUE;
}

BOOL QueryServiceStatus(SC_HANDLE hService, LPSERVICE_STATUS lpServiceStatus) {
    struct api_caller me;
    const struct csr_sc_handle *handle = handle_of(&me, hService, true, SERVICE_QUERY_STATUS);
    if (!handle)
        return FALSE;
    *lpServiceStatus = status_of(me.w, handle->service);
    return TRUE;
}

BOOL QueryServiceStatusEx(SC_HANDLE hService, SC_STATUS_TYPE InfoLevel, LPBYTE lpBuffer,
                          DWORD cbBufSize, LPDWORD pcbBytesNeeded) {
    struct api_caller me;
    if (!api_caller_get(&me))
        return FALSE;
    if (InfoLevel != SC_STATUS_PROCESS_INFO)
        return api_fail(&me, ERROR_INVALID_LEVEL);
    if (cbBufSize < sizeof(SERVICE_STATUS_PROCESS)) {
        *pcbBytesNeeded = sizeof(SERVICE_STATUS_PROCESS);
        return api_fail(&me, ERROR_INSUFFICIENT_BUFFER);
    }
    const struct csr_sc_handle *handle = handle_of(&me, hService, true, SERVICE_QUERY_STATUS);
    if (!handle)
        return FALSE;
    SERVICE_STATUS status = status_of(me.w, handle->service);
    SERVICE_STATUS_PROCESS *out = (SERVICE_STATUS_PROCESS *)(void *)lpBuffer;
    *out = (SERVICE_STATUS_PROCESS){.dwServiceType = status.dwServiceType,
                                    .dwCurrentState = status.dwCurrentState,
                                    .dwControlsAccepted = status.dwControlsAccepted,
                                    .dwWin32ExitCode = status.dwWin32ExitCode};
    return TRUE;
}
