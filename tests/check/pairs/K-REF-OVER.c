/* A borrowed pointer is dereferenced. */
#include "pair.h"

NOTHING_TO_UNLOAD

static NTSTATUS load(PDRIVER_OBJECT driver) {
    PEPROCESS process = PsGetCurrentProcess();
    UNREFERENCED_PARAMETER(driver);
#ifndef BROKEN
    ObReferenceObject(process);
#endif
    ObDereferenceObject(process);
    return STATUS_SUCCESS;
}
