/* A notify routine removes itself when it has seen enough. */
#include "pair.h"

static BOOLEAN removed;

static VOID loaded(PUNICODE_STRING name, HANDLE process, PIMAGE_INFO image) {
    UNREFERENCED_PARAMETER(name);
    UNREFERENCED_PARAMETER(process);
    UNREFERENCED_PARAMETER(image);
#ifdef BROKEN
    removed = TRUE;
    PsRemoveLoadImageNotifyRoutine(loaded);
#endif
}

static VOID unload(PDRIVER_OBJECT driver) {
    UNREFERENCED_PARAMETER(driver);
    if (!removed)
        PsRemoveLoadImageNotifyRoutine(loaded);
}

static NTSTATUS load(PDRIVER_OBJECT driver) {
    UNREFERENCED_PARAMETER(driver);
    return PsSetLoadImageNotifyRoutine(loaded);
}
