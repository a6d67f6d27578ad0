/*
 * Directories, FindFirstFile, moving, copying and temporary names; what is in use cannot be moved
 * or deleted until its holder has ended, also when that was killed.
 *
 * rules: HNDL-01 PROC-10
 */
#include <stdio.h>
#include <string.h>
#include <windows.h>

#define DIRECTORY "files_of_a_directory.tmp"

static void show(const char *what, int good) {
    printf("%s: %s %lu\n", what, good ? "good" : "fails", good ? 0 : GetLastError());
}

static void make(const char *name, DWORD size) {
    DWORD count;
    HANDLE file = CreateFileA(name, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    for (DWORD i = 0; i < size; i++)
        WriteFile(file, "x", 1, &count, NULL);
    CloseHandle(file);
}

static void list(const char *pattern) {
    WIN32_FIND_DATAA data;
    HANDLE search = FindFirstFileA(pattern, &data);
    printf("%s:", pattern);
    if (search == INVALID_HANDLE_VALUE) {
        printf(" error %lu\n", GetLastError());
        return;
    }
    do {
        printf(" %s%s(%lu)", data.cFileName,
               data.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY ? "/" : "", data.nFileSizeLow);
    } while (FindNextFileA(search, &data));
    printf(" end %lu, closed %d\n", GetLastError(), FindClose(search));
}

static int child(void) {
    HANDLE file =
        CreateFileA(DIRECTORY "\\held.txt", GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
    HANDLE ready = OpenEventA(EVENT_ALL_ACCESS, FALSE, "rundown_holds_a_file");
    if (file == INVALID_HANDLE_VALUE)
        return 1;
    SetEvent(ready);
    Sleep(INFINITE);
    return 0;
}

static void held_by_a_child(void) {
    STARTUPINFOA startup = {.cb = sizeof startup};
    PROCESS_INFORMATION process;
    char path[MAX_PATH], line[MAX_PATH + 16];
    HANDLE ready = CreateEventA(NULL, FALSE, FALSE, "rundown_holds_a_file");
    GetModuleFileNameA(NULL, path, sizeof path);
    sprintf(line, "\"%s\" child", path);
    CreateProcessA(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &process);
    WaitForSingleObject(ready, INFINITE);
    show("move what is held", MoveFileA(DIRECTORY "\\held.txt", DIRECTORY "\\moved.txt"));
    show("copy what is held", CopyFileA(DIRECTORY "\\held.txt", DIRECTORY "\\copy.txt", FALSE));
    show("delete what is held", DeleteFileA(DIRECTORY "\\held.txt"));
    TerminateProcess(process.hProcess, 1);
    WaitForSingleObject(process.hProcess, INFINITE);
    show("move it now", MoveFileA(DIRECTORY "\\held.txt", DIRECTORY "\\moved.txt"));
}

int main(int argc, char **argv) {
    WIN32_FILE_ATTRIBUTE_DATA data;
    char name[MAX_PATH];
    if (argc > 1)
        return child();
    (void)argv;
    show("create", CreateDirectoryA(DIRECTORY, NULL));
    show("create again", CreateDirectoryA(DIRECTORY, NULL));
    list(DIRECTORY "\\*.txt");
    list("no_such_directory.tmp\\*");
    list(DIRECTORY "\\");
    make(DIRECTORY "\\b.txt", 3);
    make(DIRECTORY "\\a.txt", 5);
    make(DIRECTORY "\\held.txt", 1);
    CreateDirectoryA(DIRECTORY "\\inner", NULL);
    list(DIRECTORY "\\*");
    list(DIRECTORY "\\?.TXT");
    list(DIRECTORY "\\a.txt");
    show("find next of nothing", FindNextFileA(NULL, (WIN32_FIND_DATAA *)name));
    held_by_a_child();
    show("move over", MoveFileA(DIRECTORY "\\a.txt", DIRECTORY "\\b.txt"));
    show("replace",
         MoveFileExA(DIRECTORY "\\a.txt", DIRECTORY "\\b.txt", MOVEFILE_REPLACE_EXISTING));
    show("move what is not there", MoveFileA(DIRECTORY "\\a.txt", DIRECTORY "\\c.txt"));
    show("copy", CopyFileA(DIRECTORY "\\b.txt", DIRECTORY "\\c.txt", TRUE));
    show("copy again", CopyFileA(DIRECTORY "\\b.txt", DIRECTORY "\\c.txt", TRUE));
    show("copy over", CopyFileA(DIRECTORY "\\b.txt", DIRECTORY "\\c.txt", FALSE));
    show("attributes", GetFileAttributesExA(DIRECTORY "\\c.txt", GetFileExInfoStandard, &data));
    printf("  %lu bytes, directory: %d\n", data.nFileSizeLow,
           (data.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0);
    show("read-only", SetFileAttributesA(DIRECTORY "\\c.txt", FILE_ATTRIBUTE_READONLY));
    show("delete what is read-only", DeleteFileA(DIRECTORY "\\c.txt"));
    show("normal", SetFileAttributesA(DIRECTORY "\\c.txt", FILE_ATTRIBUTE_NORMAL));
    list(DIRECTORY "\\*");
    printf("named: %u", GetTempFileNameA(DIRECTORY, "abcdef", 0x1234, name));
    printf(" %s\n", name);
    UINT number = GetTempFileNameA(DIRECTORY, "tmp", 0, name);
    printf("made: %d, there: %d\n", number != 0, GetFileAttributesA(name) != -1);
    show("no such directory", GetTempFileNameA("no_such_directory.tmp", "a", 0, name) != 0);
    show("remove what is not empty", RemoveDirectoryA(DIRECTORY));
    DeleteFileA(DIRECTORY "\\b.txt");
    DeleteFileA(DIRECTORY "\\c.txt");
    DeleteFileA(DIRECTORY "\\moved.txt");
    sprintf(name, DIRECTORY "\\tmp%X.tmp", number);
    if (!DeleteFileA(name)) {
        sprintf(name, DIRECTORY "\\tmp%X.TMP", number);
        DeleteFileA(name);
    }
    RemoveDirectoryA(DIRECTORY "\\inner");
    show("remove", RemoveDirectoryA(DIRECTORY));
    return 0;
}
