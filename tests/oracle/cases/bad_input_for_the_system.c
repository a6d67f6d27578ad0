/*
 * Environment, times, names of the machine and messages of errors: NULL, sizes and numbers.
 *
 * rules: -
 * windows: HNDL-46 Windows writes through each pointer and misses what is to be deleted
 */
#include "bad_input.h"

static char text[300];
static WCHAR wide[300];

static void variables(void) {
    TRY(SetEnvironmentVariableA(NULL, "value"));
    TRY(SetEnvironmentVariableA("", "value"));
    TRY(SetEnvironmentVariableA("a=b", "value"));
    TRY(SetEnvironmentVariableA("no such variable", NULL));
    TRY(SetEnvironmentVariableW(NULL, L"value"));
    TRY(SetEnvironmentVariableW(L"", L"value"));
    TRY(SetEnvironmentVariableW(L"a=b", L"value"));
    TRY(GetEnvironmentVariableA("no such variable", text, 10));
    TRY(GetEnvironmentVariableW(L"no such variable", wide, 10));
    TRY(GetEnvironmentVariableW(L"", wide, 10));
    TRY(ExpandEnvironmentStringsA(NULL, text, 10));
    TRY(ExpandEnvironmentStringsW(NULL, wide, 10));
    TRY(ExpandEnvironmentStringsA("long enough", text, 3) == 12);
    TRY(ExpandEnvironmentStringsW(L"long enough", wide, 3) == 12);
    TRY(FreeEnvironmentStringsW(NULL));
    TRY(SetCurrentDirectoryA("no such directory"));
    TRY(SetCurrentDirectoryA(NULL));
    TRY(SearchPathA(NULL, "no such file", NULL, sizeof text, text, NULL));
    TRY(SearchPathW(NULL, L"no such file", NULL, 300, wide, NULL));
    TRY(GetCurrentDirectoryW(0, NULL));
    TRY(GetTempPathW(0, NULL));
    TRY(GetWindowsDirectoryW(NULL, 0));
    TRY(GetSystemDirectoryW(NULL, 0));
}

static void times(void) {
    SYSTEMTIME bad = {.wYear = 2024, .wMonth = 13, .wDay = 1}, good;
    FILETIME time = {.dwHighDateTime = 0x80000000}, other;

    TRY(SystemTimeToFileTime(&bad, &time));
    TRY(FileTimeToSystemTime(&(FILETIME){.dwHighDateTime = 0x80000000}, &good));
    TRY(FileTimeToLocalFileTime(NULL, &other));
    TRY(LocalFileTimeToFileTime(NULL, &other));
    TRY(CompareFileTime(&time, NULL));
    DO(GetSystemTime(NULL));
    DO(GetLocalTime(NULL));
    DO(GetSystemTimeAsFileTime(NULL));
    DO(GetSystemTimePreciseAsFileTime(NULL));
    TRY(QueryPerformanceCounter(NULL));
    TRY(QueryPerformanceFrequency(NULL));
}

static void machine(void) {
    DWORD size = 2;
    OSVERSIONINFOA version = {.dwOSVersionInfoSize = 4};
    OSVERSIONINFOW wide_version = {.dwOSVersionInfoSize = 4};
    MEMORYSTATUSEX memory = {.dwLength = 4};

    TRY(GetVersionExA(&version));
    TRY(GetVersionExW(&wide_version));
    TRY(GlobalMemoryStatusEx(&memory));
    TRY(GetComputerNameW(wide, &size));
    TRY(GetComputerNameA(text, NULL));
    TRY(IsProcessorFeaturePresent(9999));
    DO(GetSystemInfo(NULL));
    DO(GetNativeSystemInfo(NULL));
    TRY(GetProcessShutdownParameters(&size, NULL));
}

static void messages(void) {
    TRY(FormatMessageW(0, NULL, 5, 0, wide, 300, NULL));
    TRY(FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM, NULL, 0x2FFFFFFF, 0, wide, 300, NULL));
    TRY(FormatMessageW(FORMAT_MESSAGE_FROM_STRING, NULL, 0, 0, wide, 300, NULL));
    TRY(FormatMessageW(FORMAT_MESSAGE_FROM_STRING, L"long enough", 0, 0, wide, 3, NULL));
    TRY(FormatMessageA(FORMAT_MESSAGE_FROM_STRING, "text", 0, 0, NULL, 3, NULL));
    NATIVE(RtlNtStatusToDosError, 0xC0000008);
    NATIVE(RtlNtStatusToDosError, 0xC1234567);
    NATIVE(RtlNtStatusToDosError, 0xC0070005);
}

int main(void) {
    prepare();
    variables();
    times();
    machine();
    messages();
    return 0;
}
