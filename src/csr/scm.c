/* scm.c - the service control manager, as far as services of drivers need it. */
#include "csr/scm.h"

#include <string.h>

#include "io/registry.h"
#include "rundown/sdk/winerror.h"

/* ---- handles --------------------------------------------------------------------------------- */

struct csr_sc_handle *csr_sc_open(struct rd_world *w, struct io_service *service, uint32_t access) {
    enum { FIRST = 0x600000, STEP = 0x10 };
    struct csr_sc_handle *handle = core_alloc(w, sizeof *handle);
    *handle = (struct csr_sc_handle){.process = ps_current_process(w),
                                     .service = service,
                                     .value = FIRST + STEP * ++w->io->service_handles_made,
                                     .access = access};
    base_list_push_back(&w->io->service_handles, &handle->link);
    if (service)
        service->opens++;
    return handle;
}

struct csr_sc_handle *csr_sc_find(struct rd_world *w, uint64_t value) {
    const struct ps_process *process = ps_current_process(w);
    base_list_each(link, &w->io->service_handles) {
        struct csr_sc_handle *handle = base_container(link, struct csr_sc_handle, link);
        if (handle->value == value && handle->process == process)
            return handle;
    }
    return NULL;
}

void csr_sc_close(struct rd_world *w, struct csr_sc_handle *handle) {
    struct io_service *service = handle->service;
    base_list_remove(&handle->link);
    core_free(w, handle, sizeof *handle);
    if (service)
        io_service_let_go(w, service);
}

void csr_sc_process_gone(struct rd_world *w, const struct ps_process *process) {
    LIST_ENTRY *link = w->io->service_handles.Flink;
    while (link != &w->io->service_handles) {
        struct csr_sc_handle *handle = base_container(link, struct csr_sc_handle, link);
        link = link->Flink;
        if (handle->process == process)
            csr_sc_close(w, handle);
    }
}

/* ---- services -------------------------------------------------------------------------------- */

static bool is_legal(const char *name) {
    enum { LONGEST = 256 };
    return *name && strlen(name) <= LONGEST && !strpbrk(name, "/\\");
}

static bool shows_as(struct rd_world *w, const char *display) {
    base_list_each(link, &w->io->services) {
        const struct io_service *service = base_container(link, struct io_service, link);
        if (ldr_same_name(service->display, display))
            return true;
    }
    return false;
}

uint32_t csr_sc_create(struct rd_world *w, const struct io_service *wanted,
                       struct io_service **service) {
    enum { KERNEL_DRIVER = 1, FILE_SYSTEM_DRIVER = 2, DISABLED = 4, CRITICAL = 3 };
    const struct io_service *known;
    if (!is_legal(wanted->name))
        return ERROR_INVALID_NAME;
    if ((wanted->type != KERNEL_DRIVER && wanted->type != FILE_SYSTEM_DRIVER) ||
        wanted->start > DISABLED || wanted->error_control > CRITICAL)
        return ERROR_INVALID_PARAMETER;
    if ((known = io_service_find(w, wanted->name)) != NULL)
        return known->marked_for_deletion ? ERROR_SERVICE_MARKED_FOR_DELETE : ERROR_SERVICE_EXISTS;
    if (wanted->display && shows_as(w, wanted->display))
        return ERROR_DUPLICATE_SERVICE_NAME;
    struct io_service *made = io_service_create(w, wanted->name, wanted->path);
    if (wanted->display)
        made->display = core_text(w, wanted->display);
    made->type = wanted->type;
    made->start = wanted->start;
    made->error_control = wanted->error_control;
    io_registry_add_service(w, made);
    *service = made;
    return ERROR_SUCCESS;
}

uint32_t csr_sc_delete(struct io_service *service) {
    if (service->marked_for_deletion)
        return ERROR_SERVICE_MARKED_FOR_DELETE;
    service->marked_for_deletion = true;
    return ERROR_SUCCESS;
}

enum csr_sc_state csr_sc_state(struct rd_world *w, const struct io_service *service) {
    const struct io_driver *driver = io_service_driver(w, service);
    if (!driver)
        return CSR_SC_STOPPED;
    return driver->unloading ? CSR_SC_STOP_PENDING : CSR_SC_RUNNING;
}
