/* An image routine attaches to the process that loads the image: it runs there already. */
#include "pair.h"

static VOID loaded(PUNICODE_STRING name, HANDLE process, PIMAGE_INFO image) {
    UNREFERENCED_PARAMETER(name);
    UNREFERENCED_PARAMETER(process);
    UNREFERENCED_PARAMETER(image);
#ifdef BROKEN
    KAPC_STATE state;
    KeStackAttachProcess(PsGetCurrentProcess(), &state);
    KeUnstackDetachProcess(&state);
#endif
}

static VOID unload(PDRIVER_OBJECT driver) {
    UNREFERENCED_PARAMETER(driver);
    PsRemoveLoadImageNotifyRoutine(loaded);
}

static NTSTATUS load(PDRIVER_OBJECT driver) {
    UNREFERENCED_PARAMETER(driver);
    return PsSetLoadImageNotifyRoutine(loaded);
}
