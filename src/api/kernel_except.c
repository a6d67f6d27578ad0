/* kernel_except.c - checks of user-mode addresses, which raise exceptions for the driver's __try.
 */
#include "api/kernel.h"

enum { PAGE_BYTES = 4096 };

static const uint64_t highest_user_address = UINT64_C(0x7FFFFFFEFFFF);

/* Addresses are judged by their value; whether memory is there shows when it is used. */
static void check_range(const volatile VOID *address, SIZE_T length, ULONG alignment) {
    uint64_t first = (uint64_t)(uintptr_t)address;
    if (alignment && (first & (alignment - 1)) != 0)
        ExRaiseDatatypeMisalignment();
    if (first > highest_user_address || length - 1 > highest_user_address - first)
        ExRaiseAccessViolation();
}

VOID ProbeForRead(const volatile VOID *Address, SIZE_T Length, ULONG Alignment) {
    if (Length)
        check_range(Address, Length, Alignment);
}

/* Every page is written to, with what is there. */
VOID ProbeForWrite(volatile VOID *Address, SIZE_T Length, ULONG Alignment) {
    if (!Length)
        return;
    check_range(Address, Length, Alignment);
    uintptr_t next = (uintptr_t)Address, last = next + (Length - 1);
    while (next <= last) {
        volatile char *byte = (volatile char *)next;
        *byte = *byte;
        next = (next & ~(uintptr_t)(PAGE_BYTES - 1)) + PAGE_BYTES;
    }
}
