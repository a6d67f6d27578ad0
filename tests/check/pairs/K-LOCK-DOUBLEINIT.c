/* A resource is deleted by two clean-up paths. */
#include "pair.h"

static ERESOURCE resource;

static VOID clean_up(VOID) {
    ExDeleteResourceLite(&resource);
}

static VOID unload(PDRIVER_OBJECT driver) {
    UNREFERENCED_PARAMETER(driver);
    clean_up();
#ifdef BROKEN
    clean_up();
#endif
}

static NTSTATUS load(PDRIVER_OBJECT driver) {
    UNREFERENCED_PARAMETER(driver);
    return ExInitializeResourceLite(&resource);
}
