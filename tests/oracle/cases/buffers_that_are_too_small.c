/*
 * What a call returns, which error it leaves and what it writes, when the buffer is too small by
 * much, by one, and not at all.
 *
 * rules: -
 */
#include <stdio.h>
#include <string.h>
#include <windows.h>

static char text[600];

/* The call with sizes around the length of its answer. The answer itself depends on the machine. */
#define SIZES(length, call)                                                                        \
    do {                                                                                           \
        const int sizes[] = {0, 1, (int)(length), (int)(length) + 1};                              \
        const char *names[] = {"nothing", "one", "no end", "all"};                                 \
        printf("%s:", #call);                                                                      \
        for (int i = 0; i < 4; i++) {                                                              \
            DWORD size = sizes[i];                                                                 \
            memset(text, 'x', sizeof text);                                                        \
            SetLastError(0);                                                                       \
            LONG result = (LONG)(call);                                                            \
            DWORD error = GetLastError();                                                          \
            char first = text[0];                                                                  \
            printf(" %s %s/%lu", names[i],                                                         \
                   result == (LONG)(length)       ? "length"                                       \
                   : result == (LONG)(length) + 1 ? "length + 1"                                   \
                   : result                       ? "other"                                        \
                                                  : "0",                                           \
                   error);                                                                         \
            printf("%s", first == 'x' ? " untouched" : first ? "" : " empty");                     \
        }                                                                                          \
        puts("");                                                                                  \
    } while (0)

static void names(void) {
    SetEnvironmentVariableA("SMALL", "value of a variable");
    SIZES(strlen("value of a variable"), GetEnvironmentVariableA("SMALL", text, size));
    SIZES(GetCurrentDirectoryA(sizeof text, text), GetCurrentDirectoryA(size, text));
    SIZES(GetTempPathA(sizeof text, text), GetTempPathA(size, text));
    SIZES(GetSystemDirectoryA(text, sizeof text), GetSystemDirectoryA(text, size));
    SIZES(GetWindowsDirectoryA(text, sizeof text), GetWindowsDirectoryA(text, size));
    SIZES(GetFullPathNameA("C:\\a\\b.txt", sizeof text, text, NULL),
          GetFullPathNameA("C:\\a\\b.txt", size, text, NULL));
    SIZES(lstrlenA("a message of the program"),
          FormatMessageA(FORMAT_MESSAGE_FROM_STRING, "a message of the program", 0, 0, text, size,
                         NULL));
}

static void wide_text(void) {
    WCHAR wide[32];

    SetLastError(0);
    printf("MultiByteToWideChar: %d", MultiByteToWideChar(CP_ACP, 0, "four", 4, wide, 3));
    printf("/%lu", GetLastError());
    printf(" %d", MultiByteToWideChar(CP_ACP, 0, "four", 4, wide, 4));
    printf(" %d", MultiByteToWideChar(CP_ACP, 0, "four", -1, wide, 0));
    printf(" %d", MultiByteToWideChar(CP_ACP, 0, "four", 0, wide, 32));
    printf("/%lu", GetLastError());
    printf(" %d", MultiByteToWideChar(CP_ACP, 0, NULL, -1, wide, 32));
    printf("/%lu\n", GetLastError());
    SetLastError(0);
    printf("WideCharToMultiByte: %d", WideCharToMultiByte(CP_ACP, 0, L"four", 4, text, 3, 0, 0));
    printf("/%lu", GetLastError());
    printf(" %d", WideCharToMultiByte(CP_ACP, 0, L"four", 4, text, 4, NULL, NULL));
    printf(" %d", WideCharToMultiByte(CP_ACP, 0, L"four", -1, text, 0, NULL, NULL));
    printf(" %d", WideCharToMultiByte(CP_UTF8, 0, L"four", 0, text, 32, NULL, NULL));
    printf("/%lu\n", GetLastError());
}

static void names_of_processes(void) {
    DWORD size = 3;
    BOOL good;

    good = QueryFullProcessImageNameA(GetCurrentProcess(), 0, text, &size);
    printf("QueryFullProcessImageName: %d/%lu size %lu\n", good, GetLastError(), size);
    size = 0;
    good = GetComputerNameA(text, &size);
    printf("GetComputerName: %d/%lu, needs %s\n", good, GetLastError(), size ? "some" : "none");
    size = 1;
    good = GetUserNameA(text, &size);
    printf("GetUserName: %d/%lu, needs %s\n", good, GetLastError(), size > 1 ? "some" : "none");
}

static void structures(void) {
    HANDLE job = CreateJobObjectA(NULL, NULL);
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits;
    SIZE_T size = 0;
    DWORD length = 99;
    BOOL good;
    char list[200];

    SetLastError(0);
    good = QueryInformationJobObject(job, JobObjectBasicLimitInformation, &limits, 8, &length);
    printf("QueryInformationJobObject: %d/%lu\n", good, GetLastError());
    good = QueryInformationJobObject(job, 99, &limits, sizeof limits, &length);
    printf("QueryInformationJobObject, no class: %d/%lu\n", good, GetLastError());
    good = SetInformationJobObject(job, 99, &limits, sizeof limits);
    printf("SetInformationJobObject, no class: %d/%lu\n", good, GetLastError());
    good = InitializeProcThreadAttributeList(NULL, 1, 0, &size);
    printf("InitializeProcThreadAttributeList: %d/%lu, needs %s\n", good, GetLastError(),
           size ? "some" : "none");
    size = 8;
    good = InitializeProcThreadAttributeList((void *)list, 1, 0, &size);
    printf("InitializeProcThreadAttributeList of 8: %d/%lu\n", good, GetLastError());
}

int main(void) {
    names();
    wide_text();
    names_of_processes();
    structures();
    return 0;
}
