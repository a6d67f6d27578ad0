/*
 * Each view of a section has an address of its own and shows the same bytes; a private one keeps
 * what is written to it; a view keeps its section when all handles have gone; what is read from and
 * written to a mapped file is what its views show.
 *
 * rules: HNDL-02
 */
#include <stdio.h>
#include <string.h>
#include <windows.h>

#define NAME "views_of_sections.tmp"
#define SECTION "rundown_views_of_sections"

enum { STEP = 0x10000 };

static void show(const char *what, int good) {
    printf("%s: %d, error %lu\n", what, good != 0, good ? 0 : GetLastError());
}

static HANDLE create(const char *name, DWORD size) {
    return CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, size, name);
}

static char *view_of(HANDLE section, DWORD access, DWORD offset, DWORD size) {
    return MapViewOfFile(section, access, 0, offset, size);
}

static LONG CALLBACK told(EXCEPTION_POINTERS *pointers) {
    printf("exception 0x%lx, %s\n", pointers->ExceptionRecord->ExceptionCode,
           pointers->ExceptionRecord->ExceptionInformation[0] ? "writing" : "reading");
    ExitThread(3);
}

static DWORD WINAPI writes(LPVOID address) {
    *(volatile char *)address = 'x';
    return 0;
}

static DWORD WINAPI reads(LPVOID address) {
    return (DWORD) * (volatile char *)address;
}

static void in_a_thread(const char *what, LPTHREAD_START_ROUTINE routine, void *address) {
    DWORD code = 0;
    fflush(stdout);
    HANDLE thread = CreateThread(NULL, 0, routine, address, 0, NULL);
    WaitForSingleObject(thread, INFINITE);
    GetExitCodeThread(thread, &code);
    CloseHandle(thread);
    printf("%s: %lu\n", what, code);
}

static void two_views(void) {
    HANDLE section = create(SECTION, 3 * STEP);
    char *one = view_of(section, FILE_MAP_WRITE, 0, 0);
    char *two = view_of(section, FILE_MAP_READ, 0, 0);
    char *behind = view_of(section, FILE_MAP_WRITE, STEP, 100);
    char *copy = view_of(section, FILE_MAP_COPY, 0, 0);
    printf("four addresses: %d\n", one && two && behind && copy && one != two && two != behind &&
                                       one + STEP != behind && copy != one);
    strcpy(one, "first");
    strcpy(one + STEP, "second");
    printf("%s, %s, %s\n", two, two + STEP, behind);
    strcpy(behind, "changed");
    strcpy(copy, "private");
    printf("%s, %s, %s\n", one, two + STEP, copy);
    in_a_thread("writes to a view to read", writes, two);
    CloseHandle(section);
    section = OpenFileMappingA(FILE_MAP_READ, FALSE, SECTION);
    show("the name is still there", section != NULL);
    printf("%s\n", one);
    if (section)
        CloseHandle(section);
    show("unmap", UnmapViewOfFile(one));
    in_a_thread("reads where it was", reads, one);
    printf("%s\n", two);
    show("unmap twice", UnmapViewOfFile(one));
    show("unmap", UnmapViewOfFile(two));
    show("unmap", UnmapViewOfFile(behind));
    show("unmap", UnmapViewOfFile(copy));
}

static void at_an_address(void) {
    HANDLE section = create(NULL, STEP);
    char *first = view_of(section, FILE_MAP_WRITE, 0, 0);
    strcpy(first, "kept");
    void *taken = MapViewOfFileEx(section, FILE_MAP_WRITE, 0, 0, 0, first);
    show("at an address that is taken", taken != NULL);
    UnmapViewOfFile(first);
    void *again = MapViewOfFileEx(section, FILE_MAP_WRITE, 0, 0, 0, first);
    printf("at one that is free: %d, %s\n", again == first, again ? (char *)again : "");
    show("not aligned", MapViewOfFileEx(section, FILE_MAP_WRITE, 0, 0, 0, first + 1) != NULL);
    show("offset not aligned", view_of(section, FILE_MAP_WRITE, 1, 0) != NULL);
    show("too long", view_of(section, FILE_MAP_WRITE, 0, STEP + 1) != NULL);
    CloseHandle(section);
    UnmapViewOfFile(again);
}

static void of_a_file(void) {
    char text[16] = "";
    DWORD done;
    HANDLE file = CreateFileA(NAME, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ, NULL,
                              CREATE_ALWAYS, 0, NULL);
    WriteFile(file, "0123456789", 10, &done, NULL);
    HANDLE section = CreateFileMappingA(file, NULL, PAGE_READWRITE, 0, 0, NULL);
    char *view = view_of(section, FILE_MAP_WRITE, 0, 0);
    SetFilePointer(file, 0, NULL, FILE_BEGIN);
    WriteFile(file, "abc", 3, &done, NULL);
    printf("the view shows %.10s\n", view);
    memcpy(view + 3, "XYZ", 3);
    ReadFile(file, text, 10, &done, NULL);
    printf("the file has %s\n", text);
    SetFilePointer(file, 4, NULL, FILE_BEGIN);
    show("shorter", SetEndOfFile(file));
    printf("%lu bytes\n", GetFileSize(file, NULL));
    CloseHandle(section);
    CloseHandle(file);
    memcpy(view, "!", 1);
    UnmapViewOfFile(view);
    file = CreateFileA(NAME, GENERIC_READ, 0, NULL, OPEN_EXISTING, FILE_FLAG_DELETE_ON_CLOSE, NULL);
    ReadFile(file, text, 10, &done, NULL);
    printf("and then %s\n", text);
    CloseHandle(file);
}

int main(void) {
    AddVectoredExceptionHandler(1, told);
    two_views();
    at_an_address();
    of_a_file();
    printf("gone: %d\n", GetFileAttributesA(NAME) == INVALID_FILE_ATTRIBUTES);
    return 0;
}
