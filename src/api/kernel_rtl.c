/* kernel_rtl.c - time, versions, memory comparison and bitmaps for drivers. */
#include "api/kernel.h"
#include "rundown/sdk/rd_ntkernel.h"

SIZE_T RtlCompareMemory(const VOID *Source1, const VOID *Source2, SIZE_T Length) {
    const unsigned char *a = Source1, *b = Source2;
    SIZE_T equal = 0;
    while (equal < Length && a[equal] == b[equal])
        equal++;
    return equal;
}

/* ---- versions -------------------------------------------------------------------------------- */

NTSTATUS RtlGetVersion(PRTL_OSVERSIONINFOW lpVersionInformation) {
    const struct rd_world *w = port_current_world();
    const struct core_profile *profile = w ? w->profile : core_profile_find(NULL);
    ULONG size = lpVersionInformation->dwOSVersionInfoSize;
    if (size != sizeof(RTL_OSVERSIONINFOW) && size != sizeof(RTL_OSVERSIONINFOEXW))
        return STATUS_INVALID_PARAMETER;
    memset(lpVersionInformation, 0, size);
    lpVersionInformation->dwOSVersionInfoSize = size;
    lpVersionInformation->dwMajorVersion = profile->major;
    lpVersionInformation->dwMinorVersion = profile->minor;
    lpVersionInformation->dwBuildNumber = profile->build;
    lpVersionInformation->dwPlatformId = VER_PLATFORM_WIN32_NT;
    if (size == sizeof(RTL_OSVERSIONINFOEXW))
        ((RTL_OSVERSIONINFOEXW *)(void *)lpVersionInformation)->wProductType = VER_NT_WORKSTATION;
    return STATUS_SUCCESS;
}

/* NTDDI_VERSION: major and minor version in the upper half, then service packs or Windows 10
 * releases. */
BOOLEAN RtlIsNtDdiVersionAvailable(ULONG Version) {
    static const struct {
        uint32_t build, ddi;
    } releases[] = {
        {2600, 0x05010300},  {6002, 0x06000200},  {7601, 0x06010000},  {9200, 0x06020000},
        {9600, 0x06030000},  {10240, 0x0A000000}, {10586, 0x0A000001}, {14393, 0x0A000002},
        {15063, 0x0A000003}, {16299, 0x0A000004}, {17134, 0x0A000005}, {17763, 0x0A000006},
        {18362, 0x0A000007}, {19041, 0x0A000008}, {22000, 0x0A00000B}, {22621, 0x0A00000C}};
    const struct rd_world *w = port_current_world();
    uint32_t build = w ? w->profile->build : core_profile_find(NULL)->build, ddi = 0;
    for (size_t i = 0; i < sizeof releases / sizeof releases[0]; i++)
        if (releases[i].build <= build)
            ddi = releases[i].ddi;
    return ddi >= Version;
}

/* ---- time ------------------------------------------------------------------------------------ */

enum { TICKS_PER_SECOND = 10000000, SECONDS_PER_DAY = 86400, DAYS_PER_400_YEARS = 146097 };

static int is_leap(int year) {
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in(int year, int month) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && is_leap(year));
}

VOID RtlTimeToTimeFields(PLARGE_INTEGER Time, PTIME_FIELDS TimeFields) {
    LONGLONG ticks = Time->QuadPart;
    LONGLONG seconds = ticks / TICKS_PER_SECOND, days = seconds / SECONDS_PER_DAY;
    LONGLONG within = seconds % SECONDS_PER_DAY;
    int year = 1601 + (int)(days / DAYS_PER_400_YEARS) * 400, month = 1;
    TimeFields->Weekday = (CSHORT)((days + 1) % 7); /* 1601-01-01 was a Monday */
    days %= DAYS_PER_400_YEARS;
    while (days >= 365 + is_leap(year))
        days -= 365 + is_leap(year++);
    while (days >= days_in(year, month))
        days -= days_in(year, month++);
    TimeFields->Year = (CSHORT)year;
    TimeFields->Month = (CSHORT)month;
    TimeFields->Day = (CSHORT)(days + 1);
    TimeFields->Hour = (CSHORT)(within / 3600);
    TimeFields->Minute = (CSHORT)(within / 60 % 60);
    TimeFields->Second = (CSHORT)(within % 60);
    TimeFields->Milliseconds = (CSHORT)(ticks / 10000 % 1000);
}

BOOLEAN RtlTimeFieldsToTime(PTIME_FIELDS TimeFields, PLARGE_INTEGER Time) {
    const TIME_FIELDS *f = TimeFields;
    if (f->Year < 1601 || f->Month < 1 || f->Month > 12 || f->Day < 1 ||
        f->Day > days_in(f->Year, f->Month) || f->Hour < 0 || f->Hour > 23 || f->Minute < 0 ||
        f->Minute > 59 || f->Second < 0 || f->Second > 59 || f->Milliseconds < 0 ||
        f->Milliseconds > 999)
        return FALSE;
    LONGLONG days = f->Day - 1;
    for (int year = 1601; year < f->Year; year++)
        days += 365 + is_leap(year);
    for (int month = 1; month < f->Month; month++)
        days += days_in(f->Year, month);
    LONGLONG seconds = ((days * 24 + f->Hour) * 60 + f->Minute) * 60 + f->Second;
    Time->QuadPart = seconds * TICKS_PER_SECOND + (LONGLONG)f->Milliseconds * 10000;
    return TRUE;
}

/* ---- bitmaps --------------------------------------------------------------------------------- */

VOID RtlInitializeBitMap(PRTL_BITMAP BitMapHeader, PULONG BitMapBuffer, ULONG SizeOfBitMap) {
    BitMapHeader->SizeOfBitMap = SizeOfBitMap;
    BitMapHeader->Buffer = BitMapBuffer;
}

static void fill(const RTL_BITMAP *map, unsigned char byte) {
    memset(map->Buffer, byte, (map->SizeOfBitMap + 31) / 32 * sizeof(ULONG));
}

VOID RtlClearAllBits(PRTL_BITMAP BitMapHeader) {
    fill(BitMapHeader, 0);
}

VOID RtlSetAllBits(PRTL_BITMAP BitMapHeader) {
    fill(BitMapHeader, 0xFF);
}

VOID RtlSetBit(PRTL_BITMAP BitMapHeader, ULONG BitNumber) {
    BitMapHeader->Buffer[BitNumber / 32] |= 1u << (BitNumber % 32);
}

VOID RtlClearBit(PRTL_BITMAP BitMapHeader, ULONG BitNumber) {
    BitMapHeader->Buffer[BitNumber / 32] &= ~(1u << (BitNumber % 32));
}

BOOLEAN RtlTestBit(PRTL_BITMAP BitMapHeader, ULONG BitNumber) {
    return (BitMapHeader->Buffer[BitNumber / 32] >> (BitNumber % 32)) & 1;
}

ULONG RtlNumberOfSetBits(PRTL_BITMAP BitMapHeader) {
    ULONG count = 0;
    for (ULONG i = 0; i < BitMapHeader->SizeOfBitMap; i++)
        count += RtlTestBit(BitMapHeader, i);
    return count;
}

static bool is_clear(PRTL_BITMAP map, ULONG first, ULONG count) {
    for (ULONG i = 0; i < count; i++)
        if (RtlTestBit(map, first + i))
            return false;
    return true;
}

ULONG RtlFindClearBitsAndSet(PRTL_BITMAP BitMapHeader, ULONG NumberToFind, ULONG HintIndex) {
    ULONG size = BitMapHeader->SizeOfBitMap;
    ULONG hint = HintIndex < size ? HintIndex : 0;
    if (NumberToFind > size)
        return 0xFFFFFFFF;
    ULONG places = size - NumberToFind + 1;
    for (ULONG tried = 0; tried < places; tried++) {
        ULONG first = (hint + tried) % places;
        if (!is_clear(BitMapHeader, first, NumberToFind))
            continue;
        for (ULONG i = 0; i < NumberToFind; i++)
            RtlSetBit(BitMapHeader, first + i);
        return first;
    }
    return 0xFFFFFFFF;
}

/* ---- the rest -------------------------------------------------------------------------------- */

ULONG RtlRandomEx(PULONG Seed) {
    *Seed = *Seed * 0x7FFFFFED + 0x7FFFFFC3;
    return *Seed & 0x7FFFFFFF;
}

USHORT RtlCaptureStackBackTrace(ULONG FramesToSkip, ULONG FramesToCapture, PVOID *BackTrace,
                                PULONG BackTraceHash) {
    (void)FramesToSkip, (void)FramesToCapture, (void)BackTrace;
    if (BackTraceHash)
        *BackTraceHash = 0;
    return 0;
}

/* Only the caller's own frame is known, and nothing of the program below the system service. */
ULONG RtlWalkFrameChain(PVOID *Callers, ULONG Count, ULONG Flags) {
    enum { WALK_USER_MODE = 1 };
    if (!Count || (Flags & WALK_USER_MODE))
        return 0;
    Callers[0] = __builtin_return_address(0);
    return 1;
}

/* Whether an access would fault; a driver may not rely on the answer staying true. */
BOOLEAN MmIsAddressValid(PVOID VirtualAddress) {
    enum { NULL_REGION = 0x10000 };
    return kernel_value(VirtualAddress) >= NULL_REGION;
}

LOGICAL MmIsDriverVerifying(PDRIVER_OBJECT DriverObject) {
    (void)DriverObject;
    return TRUE;
}
