/*
 * printf fills a buffer, WriteFile goes straight to the handle: the order on paper is the order of
 * the writes to the handle, not of the calls.
 *
 * rules: CRT-04
 */
#include <stdio.h>
#include <string.h>
#include <windows.h>

static void write_directly(const char *text) {
    DWORD written = 0;

    if (!WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), text, (DWORD)strlen(text), &written, NULL))
        printf("WriteFile failed with %lu\n", GetLastError());
    if (written != strlen(text))
        printf("wrote %lu bytes only\n", written);
}

int main(void) {
    static char buffer[4096];

    setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
    printf("buffered 1\n");
    write_directly("direct 1\n");
    fflush(stdout);
    printf("buffered 2\n");
    fflush(stdout);
    write_directly("direct 2\n");

    setvbuf(stdout, NULL, _IONBF, 0);
    printf("unbuffered 3\n");
    write_directly("direct 3\n");
    return 0;
}
