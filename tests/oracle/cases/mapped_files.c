/*
 * Files mapped into memory: what is written to a view reaches the file, a private copy does not,
 * and the parameters that CreateFileMapping, MapViewOfFile and UnmapViewOfFile refuse.
 *
 * rules: -
 */
#include <stdio.h>
#include <string.h>
#include <windows.h>

static const char name[] = "mapped_files.tmp";

static void show(const char *what, int good) {
    printf("%s: %s %lu\n", what, good ? "good" : "fails", good ? 0 : GetLastError());
}

static void show_file(const char *when) {
    char text[64] = "";
    DWORD count = 0;
    HANDLE file = CreateFileA(name, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                              OPEN_EXISTING, 0, NULL);
    ReadFile(file, text, sizeof text - 1, &count, NULL);
    printf("%s: %lu bytes '%s'\n", when, GetFileSize(file, NULL), text);
    CloseHandle(file);
}

static HANDLE map(HANDLE file, DWORD protect, DWORD size) {
    return CreateFileMappingA(file, NULL, protect, 0, size, NULL);
}

static void refused(HANDLE file, HANDLE section) {
    show("no size", map(INVALID_HANDLE_VALUE, PAGE_READWRITE, 0) != NULL);
    show("no protection", map(INVALID_HANDLE_VALUE, 0, 100) != NULL);
    show("no access", map(INVALID_HANDLE_VALUE, PAGE_NOACCESS, 100) != NULL);
    show("NULL as file", map(NULL, PAGE_READWRITE, 100) != NULL);
    HANDLE other = CreateEventA(NULL, FALSE, FALSE, NULL);
    show("no file but an event", map(other, PAGE_READWRITE, 100) != NULL);
    CloseHandle(other);
    HANDLE reader = CreateFileA(name, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                                OPEN_EXISTING, 0, NULL);
    show("writable section of a file to read", map(reader, PAGE_READWRITE, 0) != NULL);
    show("larger than a file to read", map(reader, PAGE_READONLY, 100000) != NULL);
    HANDLE only = map(reader, PAGE_READONLY, 0);
    show("section to read", only != NULL);
    show("view to write of it", MapViewOfFile(only, FILE_MAP_WRITE, 0, 0, 0) != NULL);
    show("view of NULL", MapViewOfFile(NULL, FILE_MAP_READ, 0, 0, 0) != NULL);
    show("view of a file", MapViewOfFile(file, FILE_MAP_READ, 0, 0, 0) != NULL);
    show("offset not aligned", MapViewOfFile(section, FILE_MAP_READ, 0, 4096, 0) != NULL);
    show("too long", MapViewOfFile(section, FILE_MAP_READ, 0, 0, 1 << 20) != NULL);
    show("unmap NULL", UnmapViewOfFile(NULL));
    show("open without a name", OpenFileMappingA(FILE_MAP_READ, FALSE, NULL) != NULL);
    HANDLE missing = OpenFileMappingA(FILE_MAP_READ, FALSE, "rundown_nothing");
    show("open what is not there", missing != NULL);
    HANDLE event = CreateEventA(NULL, FALSE, FALSE, "rundown_event");
    show("open an event", OpenFileMappingA(FILE_MAP_READ, FALSE, "rundown_event") != NULL);
    CloseHandle(event);
    CloseHandle(only);
    CloseHandle(reader);
}

int main(void) {
    DWORD count;
    HANDLE file =
        CreateFileA(name, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                    CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
    show("section of an empty file", map(file, PAGE_READWRITE, 0) != NULL);
    WriteFile(file, "0123456789", 10, &count, NULL);
    HANDLE section = map(file, PAGE_READWRITE, 0);
    char *view = MapViewOfFile(section, FILE_MAP_ALL_ACCESS, 0, 0, 0);
    char *copy = MapViewOfFile(section, FILE_MAP_COPY, 0, 0, 0);
    printf("the view shows '%.10s'\n", view);
    memcpy(view, "abc", 3);
    memcpy(copy + 5, "XYZ", 3);
    printf("flushed: %d\n", FlushViewOfFile(view, 0));
    show_file("after the flush");
    printf("the copy shows '%.3s'\n", copy + 5);
    refused(file, section);
    view[9] = '!';
    printf("unmapped: %d %d\n", UnmapViewOfFile(copy), UnmapViewOfFile(view));
    CloseHandle(section);
    section = map(file, PAGE_READWRITE, 20);
    CloseHandle(section);
    CloseHandle(file);
    show_file("at the end");
    printf("deleted: %d\n", DeleteFileA(name));
    return 0;
}
