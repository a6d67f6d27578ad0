/* Touches paged pool under a spin lock, in the way that TOUCH_... says. */
#include <ntifs.h>

enum { TAG = 'egaP' };

static void touch(UNICODE_STRING *text) {
#ifdef TOUCH_kernel
    RtlUpcaseUnicodeString(text, text, FALSE);
#else
    text->Buffer[0] = L'x';
#endif
}

NTSTATUS DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path) {
    UNICODE_STRING text = {.Length = 8, .MaximumLength = 8};
    KSPIN_LOCK lock;
    KIRQL irql;
    UNREFERENCED_PARAMETER(driver);
    UNREFERENCED_PARAMETER(path);
    text.Buffer = ExAllocatePoolWithTag(PagedPool, 8, TAG);
    if (!text.Buffer)
        return STATUS_INSUFFICIENT_RESOURCES;
    KeInitializeSpinLock(&lock);
    KeAcquireSpinLock(&lock, &irql);
#ifdef TOUCH_try
    __try {
        touch(&text);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        DbgPrint("a page fault at DISPATCH_LEVEL cannot be caught\n");
    }
#else
    touch(&text);
#endif
    KeReleaseSpinLock(&lock, irql);
    ExFreePoolWithTag(text.Buffer, TAG);
    return STATUS_SUCCESS;
}
