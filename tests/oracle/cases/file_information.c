/*
 * What can be asked and told about an open file: attributes, size, times, that it goes when it is
 * closed, another name, another end; and which of it is refused.
 *
 * rules: -
 * windows: Wine neither keeps attributes and times of creation, nor checks the rights of a handle;
 * it opens a file that is to be deleted and takes a directory for a file
 */
#include <stdio.h>
#include <string.h>
#include <windows.h>

#define NAME "file_information.tmp"
#define OTHER "file_information.new"

static void show(const char *what, BOOL done) {
    printf("%s: %d, error %lu\n", what, done != FALSE, done ? 0 : GetLastError());
}

static HANDLE open_file(const char *name, DWORD access) {
    return CreateFileA(name, access, 7, NULL, OPEN_ALWAYS, 0, NULL);
}

static int exists(const char *name) {
    return GetFileAttributesA(name) != INVALID_FILE_ATTRIBUTES;
}

static void by_handle(HANDLE file) {
    BY_HANDLE_FILE_INFORMATION info;
    DWORD done;
    show("write", WriteFile(file, "0123456789", 10, &done, NULL));
    show("by handle", GetFileInformationByHandle(file, &info));
    printf("  attributes 0x%lx, %lu bytes, %lu link, numbered %d\n", info.dwFileAttributes,
           info.nFileSizeLow, info.nNumberOfLinks, info.nFileIndexLow || info.nFileIndexHigh);
    show("of no file", GetFileInformationByHandle(NULL, &info));
}

static void times(HANDLE file) {
    FILETIME created = {1, 0x1C00000}, accessed = {2, 0x1D00000}, written = {3, 0x1D90000};
    FILETIME c, a, w, zero = {0, 0}, negative = {0, 0x80000000};
    SYSTEMTIME year;
    show("times", GetFileTime(file, &c, &a, &w));
    printf("  created before it was written: %d\n", CompareFileTime(&c, &w) <= 0);
    show("set", SetFileTime(file, &created, &accessed, &written));
    show("get", GetFileTime(file, &c, &a, &w));
    printf("  the same: %ld %ld %ld\n", CompareFileTime(&c, &created),
           CompareFileTime(&a, &accessed), CompareFileTime(&w, &written));
    show("set nothing", SetFileTime(file, NULL, NULL, NULL));
    show("set zero", SetFileTime(file, &zero, &zero, &zero));
    show("get one", GetFileTime(file, NULL, NULL, &w));
    printf("  still the same: %ld\n", CompareFileTime(&w, &written));
    FileTimeToSystemTime(&w, &year);
    printf("  of %d\n", year.wYear);
    show("before all time", SetFileTime(file, &negative, NULL, NULL));
    show("of no file", GetFileTime(NULL, &c, &a, &w));
    HANDLE reader = CreateFileA(NAME, GENERIC_READ, 7, NULL, OPEN_EXISTING, 0, NULL);
    show("set by a reader", SetFileTime(reader, &created, NULL, NULL));
    CloseHandle(reader);
}

static void basic(HANDLE file) {
    FILE_BASIC_INFO info;
    show("basic", GetFileInformationByHandleEx(file, FileBasicInfo, &info, sizeof info));
    memset(&info, 0, sizeof info);
    info.FileAttributes = FILE_ATTRIBUTE_HIDDEN;
    show("hide", SetFileInformationByHandle(file, FileBasicInfo, &info, sizeof info));
    printf("  attributes 0x%lx\n", GetFileAttributesA(NAME));
    info.FileAttributes = FILE_ATTRIBUTE_READONLY;
    show("read-only", SetFileInformationByHandle(file, FileBasicInfo, &info, sizeof info));
    printf("  attributes 0x%lx\n", GetFileAttributesA(NAME));
    show("delete it", DeleteFileA(NAME));
    info.FileAttributes = FILE_ATTRIBUTE_NORMAL;
    show("normal", SetFileInformationByHandle(file, FileBasicInfo, &info, sizeof info));
    printf("  attributes 0x%lx\n", GetFileAttributesA(NAME));
}

static void standard(HANDLE file, const char *when) {
    FILE_STANDARD_INFO info;
    BOOL done = GetFileInformationByHandleEx(file, FileStandardInfo, &info, sizeof info);
    printf("%s: %d, %lu bytes, room for them %d, directory %d\n", when, done,
           info.EndOfFile.LowPart, info.AllocationSize.QuadPart >= info.EndOfFile.QuadPart,
           info.Directory);
}

static void ends(HANDLE file) {
    FILE_END_OF_FILE_INFO end;
    FILE_ALLOCATION_INFO room;
    standard(file, "as written");
    end.EndOfFile.QuadPart = 4;
    show("end", SetFileInformationByHandle(file, FileEndOfFileInfo, &end, sizeof end));
    standard(file, "shorter");
    end.EndOfFile.QuadPart = 100;
    show("end", SetFileInformationByHandle(file, FileEndOfFileInfo, &end, sizeof end));
    standard(file, "longer");
    room.AllocationSize.QuadPart = 10000;
    show("room", SetFileInformationByHandle(file, FileAllocationInfo, &room, sizeof room));
    standard(file, "with more room");
}

static BOOL rename_to(HANDLE file, const WCHAR *name, BOOL replace) {
    char bytes[sizeof(FILE_RENAME_INFO) + 100] = "";
    FILE_RENAME_INFO *info = (FILE_RENAME_INFO *)bytes;
    info->ReplaceIfExists = (BOOLEAN)replace;
    info->FileNameLength = (DWORD)(lstrlenW(name) * sizeof(WCHAR));
    memcpy(info->FileName, name, info->FileNameLength);
    return SetFileInformationByHandle(file, FileRenameInfo, info, sizeof bytes);
}

static void names(void) {
    HANDLE file = open_file(NAME, GENERIC_WRITE | DELETE);
    CloseHandle(open_file(OTHER, GENERIC_WRITE));
    show("rename", rename_to(file, L"file_information.new", FALSE));
    show("rename and replace", rename_to(file, L"file_information.new", TRUE));
    printf("  there: %d, there: %d\n", exists(NAME), exists(OTHER));
    standard(file, "renamed");
    show("move it back", MoveFileA(OTHER, NAME));
    CloseHandle(file);
    HANDLE reader = CreateFileA(NAME, GENERIC_READ, 7, NULL, OPEN_EXISTING, 0, NULL);
    show("by a reader", rename_to(reader, L"file_information.new", FALSE));
    CloseHandle(reader);
}

static void goes(void) {
    FILE_DISPOSITION_INFO info = {TRUE};
    HANDLE file = open_file(NAME, DELETE), other = open_file(NAME, GENERIC_READ);
    show("by a reader", SetFileInformationByHandle(other, FileDispositionInfo, &info, sizeof info));
    show("to be deleted",
         SetFileInformationByHandle(file, FileDispositionInfo, &info, sizeof info));
    info.DeleteFile = FALSE;
    show("or not", SetFileInformationByHandle(file, FileDispositionInfo, &info, sizeof info));
    info.DeleteFile = TRUE;
    show("after all", SetFileInformationByHandle(file, FileDispositionInfo, &info, sizeof info));
    show("opened now", open_file(NAME, GENERIC_READ) != INVALID_HANDLE_VALUE);
    CloseHandle(file);
    CloseHandle(other);
    printf("  there: %d\n", exists(NAME));
}

static void directory(void) {
    FILE_DISPOSITION_INFO info = {TRUE};
    char byte;
    DWORD done;
    CreateDirectoryA(NAME, NULL);
    CloseHandle(open_file(NAME "\\x", GENERIC_WRITE));
    show("open", CreateFileA(NAME, GENERIC_READ | DELETE, 7, NULL, OPEN_EXISTING, 0, NULL) !=
                     INVALID_HANDLE_VALUE);
    HANDLE file = CreateFileA(NAME, GENERIC_READ | DELETE, 7, NULL, OPEN_EXISTING,
                              FILE_FLAG_BACKUP_SEMANTICS, NULL);
    show("as a directory", file != INVALID_HANDLE_VALUE);
    standard(file, "directory");
    show("read", ReadFile(file, &byte, 1, &done, NULL));
    show("delete", SetFileInformationByHandle(file, FileDispositionInfo, &info, sizeof info));
    DeleteFileA(NAME "\\x");
    show("delete", SetFileInformationByHandle(file, FileDispositionInfo, &info, sizeof info));
    CloseHandle(file);
    printf("  there: %d\n", exists(NAME));
}

static void refused(HANDLE file) {
    char bytes[200] = "";
    show("short", GetFileInformationByHandleEx(file, FileBasicInfo, bytes, 8));
    show("short", GetFileInformationByHandleEx(file, FileStandardInfo, bytes, 8));
    show("not asked", GetFileInformationByHandleEx(file, FileEndOfFileInfo, bytes, 200));
    show("not told", SetFileInformationByHandle(file, FileStandardInfo, bytes, 200));
    show("short", SetFileInformationByHandle(file, FileEndOfFileInfo, bytes, 4));
    show("no file", GetFileInformationByHandleEx(NULL, FileBasicInfo, bytes, 200));
    show("no file", SetFileInformationByHandle(NULL, FileEndOfFileInfo, bytes, 200));
}

int main(void) {
    HANDLE file = open_file(NAME, GENERIC_READ | GENERIC_WRITE);
    by_handle(file);
    times(file);
    basic(file);
    ends(file);
    refused(file);
    CloseHandle(file);
    names();
    goes();
    directory();
    return 0;
}
