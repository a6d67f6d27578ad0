/* driver.c - __try in a driver. What it finds goes to the debug stream. */
#include <ntddk.h>

static NTSTATUS probe(PVOID address, SIZE_T size, ULONG alignment) {
    NTSTATUS status = STATUS_SUCCESS;
    __try {
        ProbeForRead(address, size, alignment);
        ProbeForWrite(address, size, alignment);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        status = GetExceptionCode();
    }
    return status;
}

static NTSTATUS early(BOOLEAN how) {
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    PVOID buffer = NULL;
    __try {
        buffer = ExAllocatePoolWithTag(NonPagedPool, 16, 'hesD');
        if (how)
            return STATUS_PENDING;
        if (!buffer)
            __leave;
        status = STATUS_SUCCESS;
    } __finally {
        DbgPrint("finally %d\n", AbnormalTermination());
        if (buffer)
            ExFreePool(buffer);
    }
    return status;
}

static NTSTATUS raises(NTSTATUS code) {
    __try {
        __try {
            ExRaiseStatus(code);
        } __finally {
            DbgPrint("unwound\n");
        }
    } __except (GetExceptionCode() == STATUS_NO_MEMORY ? EXCEPTION_EXECUTE_HANDLER
                                                       : EXCEPTION_CONTINUE_SEARCH) {
        return GetExceptionCode();
    }
}

static NTSTATUS reads(volatile int *address) {
    __try {
        return *address;
    } __except (GetExceptionInformation()->ExceptionRecord->NumberParameters == 2) {
        return GetExceptionCode();
    }
}

static VOID unload(PDRIVER_OBJECT driver) {
    UNREFERENCED_PARAMETER(driver);
    raises(STATUS_TIMEOUT);
}

NTSTATUS DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path) {
    int value = 0;
    UNREFERENCED_PARAMETER(path);
    driver->DriverUnload = unload;
    DbgPrint("%08X\n", probe(&value, sizeof value, 4));
    DbgPrint("%08X\n", probe((char *)&value + 1, 4, 4));
    DbgPrint("%08X\n", probe((PVOID)0xFFFF800000000000, 4, 1));
    DbgPrint("%08X\n", probe((PVOID)16, 4, 1));
    DbgPrint("%08X\n", probe((PVOID)0x7FFFFFFEFFFF, 0, 1));
    DbgPrint("%08X\n", early(TRUE));
    DbgPrint("%08X\n", early(FALSE));
    DbgPrint("%08X\n", raises(STATUS_NO_MEMORY));
    DbgPrint("%08X\n", reads((volatile int *)24));
    return STATUS_SUCCESS;
}
