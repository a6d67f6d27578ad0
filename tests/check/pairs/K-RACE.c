/* Two threads of a driver write one variable, one of them outside of the mutex. */
/* flags: -fsanitize=thread */
#include "pair.h"

static KMUTEX mutex;
static LONG last;

static VOID write_often(PVOID locked) {
    for (LONG i = 0; i < 300; i++) {
        if (locked)
            KeWaitForSingleObject(&mutex, Executive, KernelMode, FALSE, NULL);
        last = i;
        if (locked)
            KeReleaseMutex(&mutex, FALSE);
    }
}

static VOID begin(HANDLE *handle, BOOLEAN locked) {
    PsCreateSystemThread(handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, write_often,
                         (PVOID)(ULONG_PTR)locked);
}

static VOID end(HANDLE handle) {
    ZwWaitForSingleObject(handle, FALSE, NULL);
    ZwClose(handle);
}

static NTSTATUS load(PDRIVER_OBJECT driver) {
    HANDLE threads[2];
    UNREFERENCED_PARAMETER(driver);
    KeInitializeMutex(&mutex, 0);
    begin(&threads[0], TRUE);
#ifdef BROKEN
    begin(&threads[1], FALSE);
#else
    begin(&threads[1], TRUE);
#endif
    end(threads[0]);
    end(threads[1]);
    return STATUS_SUCCESS;
}

NOTHING_TO_UNLOAD
