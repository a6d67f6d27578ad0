/* The device is deleted at unload, its symbolic link is not. */
#include "pair.h"

static VOID unload(PDRIVER_OBJECT driver) {
#ifdef BROKEN
    IoDeleteDevice(driver->DeviceObject);
#else
    pair_delete_device(driver);
#endif
}

static NTSTATUS load(PDRIVER_OBJECT driver) {
    return pair_create_device(driver);
}
