/* wide.c - arguments as UTF-16, at wmain or wWinMain (-DWINDOWS). */
#include <windows.h>

#include <stdio.h>
#include <wchar.h>

static void put(const wchar_t *text) {
    for (; *text; text++)
        printf("%04X ", (unsigned)*text);
    printf("\n");
}

#ifdef WINDOWS
int WINAPI wWinMain(HINSTANCE instance, HINSTANCE previous, LPWSTR tail, int show) {
    printf("%d %d %d\n", instance == GetModuleHandleW(NULL), previous != NULL, show);
    put(tail);
    return 21;
}
#else
int wmain(int argc, wchar_t **argv) {
    for (int i = 1; i < argc; i++)
        put(argv[i]);
    return 20;
}
#endif
