/* Writes, reads and deletes files in its directory; one of them is secret. */
#include <stdio.h>
#include <windows.h>

static void try_to_write(const char *name) {
    FILE *file = fopen(name, "w");

    printf("%s: %s\n", name, file ? "open" : "refused");
    if (file == NULL)
        return;
    fprintf(file, "text");
    fclose(file);
}

int main(void) {
    char text[8];
    DWORD count = 0;

    try_to_write("notes.txt");
    try_to_write("secret.txt");
    HANDLE file = CreateFileW(L"notes.txt", GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING,
                              FILE_ATTRIBUTE_NORMAL, NULL);
    ReadFile(file, text, sizeof text, &count, NULL);
    CloseHandle(file);
    printf("read: %lu\n", count);
    printf("moved: %d\n", MoveFileA("notes.txt", "old.txt"));
    printf("deleted: %d\n", DeleteFileA("old.txt"));
    printf("secret: %d\n", DeleteFileA("secret.txt"));
    return 0;
}
