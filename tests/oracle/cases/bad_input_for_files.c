/*
 * Files and directories by name: NULL, names that cannot be or are not there, flags and sizes.
 *
 * rules: -
 * windows: - names of nothing, and a file for a directory, have errors of their own
 */
#include "bad_input.h"

static char text[MAX_PATH];
static WCHAR wide[MAX_PATH];

static void copies(void) {
    TRY(CopyFileA(NULL, "b", FALSE));
    TRY(CopyFileA("no such file", "b", FALSE));
    TRY(CopyFileA("", "b", FALSE));
    TRY(CopyFileA("one file", "one file", TRUE));
    TRY(CopyFileA("one file", "no/such/directory", FALSE));
    TRY(CopyFileW(L"no such file", L"b", FALSE));
    TRY(MoveFileA("no such file", "b"));
    TRY(MoveFileA("", "b"));
    TRY(MoveFileA("one file", "another file"));
    TRY(MoveFileA("one file", "no/such/directory"));
    TRY(MoveFileW(L"no such file", L"b"));
    TRY(MoveFileExA("no such file", "b", 0));
    TRY(MoveFileExA("one file", "another file", 0));
    TRY(MoveFileExW(L"no such file", L"b", 0));
    TRY(DeleteFileA("no such file"));
    TRY(DeleteFileA(""));
    TRY(DeleteFileA("no/such/directory"));
    TRY(DeleteFileA("directory"));
    TRY(DeleteFileW(L"no such file"));
}

static void directories(void) {
    TRY(CreateDirectoryA(NULL, NULL));
    TRY(CreateDirectoryA("", NULL));
    TRY(CreateDirectoryA("directory", NULL));
    TRY(CreateDirectoryA("one file", NULL));
    TRY(CreateDirectoryA("no/such/directory", NULL));
    TRY(CreateDirectoryW(L"directory", NULL));
    TRY(RemoveDirectoryA("no such directory"));
    TRY(RemoveDirectoryA(""));
    TRY(RemoveDirectoryA("one file"));
    TRY(RemoveDirectoryW(L"no such directory"));
    TRY(SetCurrentDirectoryA("one file"));
}

static void attributes(void) {
    WIN32_FILE_ATTRIBUTE_DATA data;

    TRY(GetFileAttributesA(NULL));
    TRY(GetFileAttributesA(""));
    TRY(GetFileAttributesA("no such file"));
    TRY(GetFileAttributesA("no/such/directory"));
    TRY(GetFileAttributesA("bad?name"));
    TRY(GetFileAttributesW(NULL));
    TRY(GetFileAttributesW(L"no such file"));
    TRY(GetFileAttributesExA("no such file", GetFileExInfoStandard, &data));
    TRY(GetFileAttributesExA("one file", 9, &data));
    TRY(GetFileAttributesExW(L"no such file", GetFileExInfoStandard, &data));
    TRY(SetFileAttributesA("no such file", FILE_ATTRIBUTE_NORMAL));
    TRY(SetFileAttributesA("", FILE_ATTRIBUTE_NORMAL));
    TRY(SetFileAttributesW(L"no such file", FILE_ATTRIBUTE_NORMAL));
}

static void searches(void) {
    WIN32_FIND_DATAA data;
    WIN32_FIND_DATAW wide_data;

    TRY(FindFirstFileA("no such file", &data));
    TRY(FindFirstFileA("", &data));
    TRY(FindFirstFileA("no/such/directory", &data));
    TRY(FindFirstFileA("one file\\*", &data));
    TRY(FindFirstFileW(L"no such file", &wide_data));
    TRY(FindNextFileA(INVALID_HANDLE_VALUE, &data));
    TRY(FindNextFileA(NULL, &data));
    TRY(FindNextFileW(INVALID_HANDLE_VALUE, &wide_data));
    TRY(FindClose(INVALID_HANDLE_VALUE));
    TRY(FindClose(NULL));
    TRY(GetTempFileNameA("no such directory", "rd", 0, text));
    TRY(GetTempFileNameA("", "rd", 0, text));
    TRY(GetTempFileNameW(L"no such directory", L"rd", 0, wide));
    TRY(GetFullPathNameW(L"", MAX_PATH, wide, NULL));
    TRY(GetFullPathNameA(NULL, MAX_PATH, text, NULL));
}

static void handles(void) {
    HANDLE event = CreateEventA(NULL, TRUE, TRUE, NULL);
    BY_HANDLE_FILE_INFORMATION about;
    OVERLAPPED place = {.Offset = 0};
    FILETIME time;

    TRY(GetFileTime(NULL, NULL, NULL, &time));
    TRY(GetFileTime(event, NULL, NULL, &time));
    TRY(SetFileTime(NULL, NULL, NULL, NULL));
    TRY(SetFileTime(event, NULL, NULL, NULL));
    TRY(GetFileInformationByHandle(NULL, &about));
    TRY(GetFileInformationByHandle(event, &about));
    TRY(GetFileInformationByHandleEx(NULL, FileBasicInfo, text, sizeof text));
    TRY(GetFileInformationByHandleEx(NULL, 99, text, sizeof text));
    TRY(SetFileInformationByHandle(NULL, FileBasicInfo, text, sizeof text));
    TRY(SetFileInformationByHandle(NULL, 99, text, sizeof text));
    TRY(LockFile(NULL, 0, 0, 1, 0));
    TRY(LockFile(event, 0, 0, 1, 0));
    TRY(LockFileEx(NULL, 0, 0, 1, 0, &place));
    TRY(LockFileEx(event, 0, 0, 1, 0, &place));
    TRY(UnlockFile(NULL, 0, 0, 1, 0));
    TRY(UnlockFile(event, 0, 0, 1, 0));
    TRY(UnlockFileEx(NULL, 0, 1, 0, &place));
    TRY(UnlockFileEx(event, 0, 1, 0, &place));
}

static void creations(void) {
    TRY(CreateFileA(NULL, GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL));
    TRY(CreateFileA("", GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL));
    TRY(CreateFileA("one file", GENERIC_READ, 0, NULL, CREATE_NEW, 0, NULL));
    TRY(CreateFileA("one file", GENERIC_READ, 0, NULL, 0, 0, NULL));
    TRY(CreateFileA("one file", GENERIC_READ, 0, NULL, 6, 0, NULL));
    TRY(CreateFileA("one file", GENERIC_READ, 0x10, NULL, OPEN_EXISTING, 0, NULL));
    TRY(CreateFileA("one file", GENERIC_READ, 0, NULL, TRUNCATE_EXISTING, 0, NULL));
    TRY(CreateFileA("no such file", GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL));
    TRY(CreateFileA("no such file", GENERIC_WRITE, 0, NULL, TRUNCATE_EXISTING, 0, NULL));
    TRY(CreateFileA("no/such/directory", GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL));
    TRY(CreateFileA("bad?name", GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL));
    TRY(CreateFileA("directory", GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL));
    TRY(CreateFileW(NULL, GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL));
    TRY(CreateFileW(L"no such file", GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL));
}

static void make(const char *name) {
    CloseHandle(CreateFileA(name, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL));
}

int main(void) {
    prepare();
    make("one file");
    make("another file");
    CreateDirectoryA("directory", NULL);
    copies();
    directories();
    attributes();
    searches();
    creations();
    handles();
    DeleteFileA("one file");
    DeleteFileA("another file");
    RemoveDirectoryA("directory");
    return 0;
}
