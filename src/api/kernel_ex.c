/* kernel_ex.c - callback objects. */
#include "api/kernel.h"
#include "io/callback.h"

NTSTATUS ExCreateCallback(PCALLBACK_OBJECT *CallbackObject, POBJECT_ATTRIBUTES ObjectAttributes,
                          BOOLEAN Create, BOOLEAN AllowMultipleCallbacks) {
    struct rd_world *w = kernel_world();
    NTSTATUS status;
    if (!w)
        return STATUS_UNSUCCESSFUL;
    ke_irql_check(w, KE_PASSIVE_LEVEL, "ExCreateCallback", "IRQL-01");
    const UNICODE_STRING *name = ObjectAttributes ? ObjectAttributes->ObjectName : NULL;
    struct io_callback_create create = {.name = name ? kernel_utf8(w, name) : NULL,
                                        .create = Create != FALSE,
                                        .multiple = AllowMultipleCallbacks != FALSE};
    ke_point(w, core_place(CORE_MACHINE, CORE_CALLBACKS), KE_WRITE);
    void *object = io_callback_create(w, &create, &status);
    if (object) {
        io_reference(w, object); /* the driver's, which ObDereferenceObject gives back */
        ob_dereference(w, object);
    }
    *CallbackObject = object;
    return object ? STATUS_SUCCESS : status;
}

PVOID ExRegisterCallback(PCALLBACK_OBJECT CallbackObject, PCALLBACK_FUNCTION CallbackFunction,
                         PVOID CallbackContext) {
    struct rd_world *w = kernel_world();
    if (!w)
        return NULL;
    ke_irql_check(w, KE_APC_LEVEL, "ExRegisterCallback", "IRQL-02");
    ke_point(w, core_place(CORE_MACHINE, CORE_CALLBACKS), KE_WRITE);
    return io_callback_register(w, CallbackObject, CallbackFunction, CallbackContext);
}

VOID ExUnregisterCallback(PVOID CallbackRegistration) {
    struct rd_world *w = kernel_world();
    const uint64_t parameters[4] = {0};
    if (!w)
        return;
    ke_irql_check(w, KE_APC_LEVEL, "ExUnregisterCallback", "IRQL-02");
    ke_point(w, core_place(CORE_MACHINE, CORE_CALLBACKS), KE_WRITE);
    if (!io_callback_unregister(w, CallbackRegistration))
        ke_bugcheck(w, 0x50, parameters,
                    "PAGE_FAULT_IN_NONPAGED_AREA: ExUnregisterCallback with what "
                    "ExRegisterCallback has not returned, or for the second time");
}

VOID ExNotifyCallback(PVOID CallbackObject, PVOID Argument1, PVOID Argument2) {
    struct rd_world *w = kernel_world();
    if (!w)
        return;
    ke_irql_check(w, KE_DISPATCH_LEVEL, "ExNotifyCallback", "IRQL-03");
    ke_point(w, core_place(CORE_MACHINE, CORE_CALLBACKS), KE_READ);
    io_callback_notify(w, CallbackObject, Argument1, Argument2);
}
