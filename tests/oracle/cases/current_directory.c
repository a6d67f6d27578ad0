/*
 * The current directory: what relative names of files, directories, programs and DLLs mean, how a
 * child gets its own or inherits it, and that the C run-time has the same one.
 *
 * rules: -
 */
#include <direct.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#define ROOM "current_directory.tmp"
#define DLL "plug.dll"

static char start[MAX_PATH];

/* What stands behind the directory in which it all began. */
static const char *rest(const char *path) {
    size_t length = strlen(start);
    if (strncmp(path, start, length) != 0)
        return "elsewhere";
    return path[length] ? path + length + (start[length - 1] != '\\') : "(start)";
}

static void show(const char *what, BOOL done) {
    printf("%s: %d, error %lu\n", what, done != FALSE, done ? 0 : GetLastError());
}

static const char *here(void) {
    static char path[MAX_PATH];
    GetCurrentDirectoryA(sizeof path, path);
    return rest(path);
}

static void put(const char *name, const char *text) {
    DWORD done;
    HANDLE file = CreateFileA(name, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    show(name, file != INVALID_HANDLE_VALUE);
    WriteFile(file, text, (DWORD)strlen(text), &done, NULL);
    CloseHandle(file);
}

static void get(const char *name) {
    char text[32] = "";
    FILE *file = fopen(name, "r");
    printf("%s: %s\n", name, file && fgets(text, sizeof text, file) ? text : "none");
    if (file)
        fclose(file);
}

static void child(const char *where, const char *directory) {
    char path[MAX_PATH], command[MAX_PATH + 64];
    STARTUPINFOA startup = {0};
    PROCESS_INFORMATION information;
    startup.cb = sizeof startup;
    GetModuleFileNameA(NULL, path, sizeof path);
    sprintf(command, "\"%s\" child", path);
    printf("child in %s\n", where);
    fflush(stdout);
    if (!CreateProcessA(NULL, command, NULL, NULL, FALSE, 0, NULL, directory, &startup,
                        &information)) {
        show("  CreateProcess", FALSE);
        return;
    }
    WaitForSingleObject(information.hProcess, INFINITE);
    CloseHandle(information.hThread);
    CloseHandle(information.hProcess);
}

static void names(void) {
    static const char *const list[] = {"x", ".", "a\\..\\b", "a/b", ".\\x\\", "a\\.\\.\\b"};
    char path[MAX_PATH], *part;
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
        part = NULL;
        GetFullPathNameA(list[i], sizeof path, path, &part);
        printf("%s -> %s, file %s\n", list[i], rest(path), part ? part : "none");
    }
}

static void refused(void) {
    show("no such directory", SetCurrentDirectoryA("nowhere"));
    show("nor its parent", SetCurrentDirectoryA("nowhere\\x"));
    show("no name", SetCurrentDirectoryA(""));
    show("a file", SetCurrentDirectoryA("one.txt"));
    printf("still in %s\n", here());
    show("below a file", SetCurrentDirectoryA("one.txt\\x"));
    show("delete nowhere", DeleteFileA("nowhere\\x"));
    show("delete nothing", DeleteFileA("x"));
    show("attributes nowhere", GetFileAttributesA("nowhere\\x") != INVALID_FILE_ATTRIBUTES);
    show("open nowhere", CreateFileA("nowhere\\x", GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL) !=
                             INVALID_HANDLE_VALUE);
    show("open below a file", CreateFileA("one.txt\\x", GENERIC_READ, 0, NULL, OPEN_EXISTING, 0,
                                          NULL) != INVALID_HANDLE_VALUE);
    printf("_chdir: %d\n", _chdir("nowhere"));
}

static void libraries(void) {
    show("copy", CopyFileA(DLL, ROOM "\\sub\\plugged.dll", FALSE));
    HMODULE module = LoadLibraryA("plugged.dll");
    show("not from here", module != NULL);
    module = LoadLibraryA(ROOM "\\sub\\plugged.dll");
    show("by its directory", module != NULL);
    FreeLibrary(module);
    SetCurrentDirectoryA(ROOM "\\sub");
    module = LoadLibraryA("plugged.dll");
    show("in its directory", module != NULL);
    if (module)
        printf("it says %d\n", ((int (*)(void))GetProcAddress(module, "say"))());
    FreeLibrary(module);
    show("delete", DeleteFileA("plugged.dll"));
    SetCurrentDirectoryA(start);
}

int main(int argc, char **argv) {
    char path[MAX_PATH];
    (void)argv;
    if (argc > 1) {
        GetEnvironmentVariableA("START", start, sizeof start);
        printf("  it is in %s, ", here());
        printf("for the CRT in %s\n  ", rest(_getcwd(path, sizeof path)));
        get("one.txt");
        return 0;
    }
    GetCurrentDirectoryA(sizeof start, start);
    SetEnvironmentVariableA("START", start);
    show("create", CreateDirectoryA(ROOM, NULL) && CreateDirectoryA(ROOM "\\sub", NULL));
    libraries();
    put(ROOM "\\one.txt", "the first");
    put(ROOM "\\sub\\one.txt", "the second");
    show("go", SetCurrentDirectoryA(ROOM));
    printf("in %s\n", here());
    get("one.txt");
    get("sub\\one.txt");
    names();
    child("the same", NULL);
    child("another", "sub");
    child("none", "nowhere");
    refused();
    printf("_chdir: %d\n", _chdir("sub"));
    printf("in %s\n", here());
    get("one.txt");
    get("..\\one.txt");
    show("a file goes", DeleteFileA("one.txt"));
    show("up", SetCurrentDirectoryW(L".."));
    show("its directory, too", RemoveDirectoryA("sub"));
    show("and the other", DeleteFileA(".\\one.txt"));
    show("back", SetCurrentDirectoryA(start));
    show("all gone", RemoveDirectoryA(ROOM));
    return 0;
}
