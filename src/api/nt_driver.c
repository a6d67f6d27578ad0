/* nt_driver.c - loading and unloading drivers by their registry keys. */
#include "api/kernel.h"
#include "io/service.h"
#include "rundown/sdk/rd_ntkernel.h"
#include "ps/token.h"

enum { LOAD_DRIVER_PRIVILEGE = 10 };

/* The user-mode twins; drivers' headers do not declare them. */
NTSTATUS NtLoadDriver(PUNICODE_STRING DriverServiceName);
NTSTATUS NtUnloadDriver(PUNICODE_STRING DriverServiceName);

static NTSTATUS perform(struct rd_world *w, const UNICODE_STRING *name, bool loads) {
    ke_point(w, core_place(CORE_MACHINE, CORE_FILES), KE_WRITE);
    struct io_service *service = io_service_of_key(w, kernel_utf8(w, name));
    if (!service)
        return STATUS_OBJECT_NAME_NOT_FOUND; /* DRV-21 */
    service->opens++;
    NTSTATUS status = loads ? io_service_load(w, service) : io_service_unload(w, service);
    io_service_let_go(w, service);
    return status;
}

static NTSTATUS for_program(const UNICODE_STRING *name, bool loads) {
    struct rd_world *w = kernel_world();
    if (!w)
        return STATUS_INVALID_DEVICE_REQUEST;
    if (!ps_privilege_enabled(w, ps_current_process(w), LOAD_DRIVER_PRIVILEGE))
        return STATUS_PRIVILEGE_NOT_HELD;
    if (!name->Length)
        return STATUS_INVALID_PARAMETER;
    return perform(w, name, loads);
}

NTSTATUS NtLoadDriver(PUNICODE_STRING DriverServiceName) {
    return for_program(DriverServiceName, true);
}

NTSTATUS NtUnloadDriver(PUNICODE_STRING DriverServiceName) {
    return for_program(DriverServiceName, false);
}

static NTSTATUS for_driver(const UNICODE_STRING *name, bool loads, const char *routine) {
    struct rd_world *w = kernel_world();
    if (!w)
        return STATUS_INVALID_DEVICE_REQUEST;
    ke_service_check(w, routine);
    return perform(w, name, loads);
}

NTSTATUS ZwLoadDriver(PUNICODE_STRING DriverServiceName) {
    return for_driver(DriverServiceName, true, "ZwLoadDriver");
}

NTSTATUS ZwUnloadDriver(PUNICODE_STRING DriverServiceName) {
    return for_driver(DriverServiceName, false, "ZwUnloadDriver");
}
