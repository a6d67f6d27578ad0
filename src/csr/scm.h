/*
 * scm.h - the service control manager: its handles, and the lives of services. Results are Win32
 * error codes, 0 for success.
 */
#ifndef RD_CSR_SCM_H
#define RD_CSR_SCM_H

#include "io/service.h"

/* One handle; `service` NULL: of the manager itself. */
struct csr_sc_handle {
    LIST_ENTRY link;
    struct ps_process *process;
    struct io_service *service;
    uint64_t value;
    uint32_t access;
};

struct csr_sc_handle *csr_sc_open(struct rd_world *w, struct io_service *service, uint32_t access);
/* NULL if the current process has no such handle. */
struct csr_sc_handle *csr_sc_find(struct rd_world *w, uint64_t value);
void csr_sc_close(struct rd_world *w, struct csr_sc_handle *handle);
/* All handles of a process that has ended. */
void csr_sc_process_gone(struct rd_world *w, const struct ps_process *process);

uint32_t csr_sc_create(struct rd_world *w, const struct io_service *wanted,
                       struct io_service **service);
uint32_t csr_sc_delete(struct io_service *service);

enum csr_sc_state { CSR_SC_STOPPED = 1, CSR_SC_STOP_PENDING = 3, CSR_SC_RUNNING = 4 };
enum csr_sc_state csr_sc_state(struct rd_world *w, const struct io_service *service);

#endif
