/*
 * kernel_types.c - the variables that hold object types, such as PsProcessType. Drivers only read
 * them, and every world has the same types, so they are constants here; their declaration in the
 * SDK is not seen by this file.
 */
#include "ex/ex_sync.h"
#include "io/request.h"
#include "ps/job.h"
#include "ps/token.h"

/* Types of objects that drivers can name, but that do not exist yet in the simulated machine. */
#define ABSENT_TYPE(symbol, text)                                                                  \
    static const struct ob_type symbol = {.name = text,                                            \
                                          .body_size = sizeof(void *),                             \
                                          .on_close = ob_no_close,                                 \
                                          .on_last_handle = ob_no_action,                          \
                                          .on_delete = ob_no_action};

ABSENT_TYPE(desktop_type, "Desktop")

extern const struct ob_type api_section_type; /* api/section.h likewise */
extern const struct ob_type io_key_type;      /* io/registry.h, which brings the SDK along */

#define OBJECT_TYPE(symbol, type)                                                                  \
    static const struct ob_type *const symbol##_value = &type;                                     \
    extern RD_SDK_PUBLIC const struct ob_type *const *const symbol;                                \
    const struct ob_type *const *const symbol = &symbol##_value;

OBJECT_TYPE(PsProcessType, ps_process_type)
OBJECT_TYPE(PsThreadType, ps_thread_type)
OBJECT_TYPE(ExDesktopObjectType, desktop_type)
OBJECT_TYPE(ExEventObjectType, ex_event_type)
OBJECT_TYPE(ExSemaphoreObjectType, ex_semaphore_type)
OBJECT_TYPE(PsJobType, ps_job_type)
OBJECT_TYPE(IoFileObjectType, io_file_type)
OBJECT_TYPE(SeTokenObjectType, ps_token_type)
OBJECT_TYPE(CmKeyObjectType, io_key_type)
OBJECT_TYPE(MmSectionObjectType, api_section_type)

/* ---- <wdmsec.h> ------------------------------------------------------------------------------ */

#define SECURITY(symbol, text)                                                                     \
    extern RD_SDK_PUBLIC const struct sddl_text symbol;                                            \
    const struct sddl_text symbol = {sizeof(text) - sizeof(text[0]), sizeof(text), text};

/* UNICODE_STRING. */
struct sddl_text {
    uint16_t length, maximum;
    const void *buffer;
};

SECURITY(SDDL_DEVOBJ_KERNEL_ONLY, u"D:P")
SECURITY(SDDL_DEVOBJ_SYS_ALL, u"D:P(A;;GA;;;SY)")
SECURITY(SDDL_DEVOBJ_SYS_ALL_ADM_ALL, u"D:P(A;;GA;;;SY)(A;;GA;;;BA)")
SECURITY(SDDL_DEVOBJ_SYS_ALL_ADM_RX, u"D:P(A;;GA;;;SY)(A;;GRGX;;;BA)")
SECURITY(SDDL_DEVOBJ_SYS_ALL_ADM_RWX_WORLD_R, u"D:P(A;;GA;;;SY)(A;;GRGWGX;;;BA)(A;;GR;;;WD)")
SECURITY(SDDL_DEVOBJ_SYS_ALL_ADM_RWX_WORLD_RW_RES_R,
         u"D:P(A;;GA;;;SY)(A;;GRGWGX;;;BA)(A;;GRGW;;;WD)(A;;GR;;;RC)")
SECURITY(SDDL_DEVOBJ_SYS_ALL_ADM_RWX_WORLD_RWX_RES_RWX,
         u"D:P(A;;GA;;;SY)(A;;GRGWGX;;;BA)(A;;GRGWGX;;;WD)(A;;GRGWGX;;;RC)")
