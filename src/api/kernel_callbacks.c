/* kernel_callbacks.c - object callbacks: ObRegisterCallbacks and its like. */
#include "api/kernel.h"

static bool is_desktop(const struct rd_world *w, POBJECT_TYPE type) {
    return type == *ExDesktopObjectType && w->profile->major >= 10;
}

static NTSTATUS check_entry(struct rd_world *w, const OB_OPERATION_REGISTRATION *entry) {
    enum { KNOWN = OB_OPERATION_HANDLE_CREATE | OB_OPERATION_HANDLE_DUPLICATE };
    if (!entry->ObjectType ||
        (*entry->ObjectType != *PsProcessType && *entry->ObjectType != *PsThreadType &&
         !is_desktop(w, *entry->ObjectType)))
        return STATUS_INVALID_PARAMETER; /* OB-05 */
    if (!entry->Operations || (entry->Operations & ~(OB_OPERATION)KNOWN))
        return STATUS_INVALID_PARAMETER; /* OB-09 */
    if (!entry->PreOperation && !entry->PostOperation)
        return STATUS_INVALID_PARAMETER; /* OB-04 */
    const void *pre = (const void *)(uintptr_t)entry->PreOperation;
    const void *post = (const void *)(uintptr_t)entry->PostOperation;
    if ((pre && !io_code_has_integrity(w, pre)) || (post && !io_code_has_integrity(w, post)))
        return STATUS_ACCESS_DENIED; /* OB-06 */
    return STATUS_SUCCESS;
}

NTSTATUS ObRegisterCallbacks(POB_CALLBACK_REGISTRATION CallbackRegistration,
                             PVOID *RegistrationHandle) {
    struct rd_world *w = kernel_world();
    const OB_CALLBACK_REGISTRATION *from = CallbackRegistration;
    if (!w)
        return STATUS_INVALID_DEVICE_REQUEST;
    ke_irql_check(w, KE_APC_LEVEL, "ObRegisterCallbacks", "OB-08");
    if (from->Version != OB_FLT_REGISTRATION_VERSION) /* OB-02 */
        return STATUS_INVALID_PARAMETER;
    if (!from->OperationRegistrationCount || !from->OperationRegistration)
        return STATUS_INVALID_PARAMETER; /* OB-09 */
    for (unsigned i = 0; i < from->OperationRegistrationCount; i++) {
        NTSTATUS status = check_entry(w, &from->OperationRegistration[i]);
        if (!NT_SUCCESS(status))
            return status;
    }
    ke_point(w, ob_id(w->ps->system), KE_WRITE);
    struct ps_open_register request = {.altitude = kernel_utf8(w, &from->Altitude),
                                       .context = from->RegistrationContext,
                                       .entries = from->OperationRegistration,
                                       .count = from->OperationRegistrationCount};
    return ps_open_register(w, &request, RegistrationHandle);
}

VOID ObUnRegisterCallbacks(PVOID RegistrationHandle) {
    struct rd_world *w = kernel_world();
    if (!w)
        return;
    ke_irql_check(w, KE_APC_LEVEL, "ObUnRegisterCallbacks", "OB-08");
    ke_point(w, ob_id(w->ps->system), KE_WRITE);
    if (ps_open_unregister(w, RegistrationHandle))
        return;
    uint64_t parameters[4] = {(uint32_t)STATUS_ACCESS_VIOLATION, 0, 0, 0};
    ke_bugcheck(w, 0x7E, parameters,
                "SYSTEM_THREAD_EXCEPTION_NOT_HANDLED: ObUnRegisterCallbacks with a registration "
                "handle that is not (or no longer) one; unregister once, and forget the handle "
                "(OB-25)");
}

USHORT ObGetFilterVersion(VOID) {
    return OB_FLT_REGISTRATION_VERSION;
}
